"""ConfigMaps."""

from collections.abc import Mapping

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.manifest import Manifest


class ConfigMap(Manifest):
    """Text files by name."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        namespace: str,
        data: Mapping[str, str],
        origin: Origin | None = None,
    ) -> None:
        self.data = dict(data)
        self.config_map = name
        metadata = {"name": name, "namespace": namespace}
        manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": self.data}
        super().__init__(scope, id, manifest, origin=origin)
