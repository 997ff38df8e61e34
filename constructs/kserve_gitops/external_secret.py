"""ExternalSecrets: Secrets whose values an operator fetches from a store.

Source: external-secrets v1.3.2, apis/externalsecrets/v1.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs.credential import Secrets
from kserve_gitops.inputs.credential_contents import literal
from kserve_gitops.manifest import Manifest


class ExternalSecret(Manifest):
    """An ExternalSecret, and with it the Secret `secret` of a `type` that its operator will make.

    Each of `keys` is a property of the entry `remote_key` in the store. `data` are Go templates over them, which become
    keys beside them; `annotations` are the Secret's, as they are. The Secret goes when this goes.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: str,
        keys: Sequence[str],
        settings: Secrets,
        remote_key: str,
        annotations: Mapping[str, str] = MappingProxyType({}),
        data: Mapping[str, str] = MappingProxyType({}),
        type: str = "Opaque",
        origin: Origin | None = None,
    ) -> None:
        self.secret = id
        template: dict[str, Any] = {"type": type, "engineVersion": "v2", "mergePolicy": "Merge"}
        if annotations:
            template["metadata"] = {"annotations": {key: literal(value) for key, value in annotations.items()}}
        if data:
            template["data"] = dict(data)
        manifest = {
            "apiVersion": "external-secrets.io/v1",
            "kind": "ExternalSecret",
            "metadata": {"name": id, "namespace": namespace},
            "spec": {
                "refreshInterval": settings.refresh_interval,
                "secretStoreRef": {"kind": settings.store_kind, "name": settings.store_name},
                "target": {"name": id, "creationPolicy": "Owner", "template": template},
                "data": [{"secretKey": key, "remoteRef": {"key": remote_key, "property": key}} for key in keys],
            },
        }
        super().__init__(scope, id, manifest, origin=origin)
