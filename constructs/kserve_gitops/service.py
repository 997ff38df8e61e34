"""Services."""

from collections.abc import Mapping

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.manifest import Manifest


class Service(Manifest):
    """A ClusterIP Service: port 80 leads to the container port `target_port`, by name, of the pods of `selector`."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        namespace: str,
        selector: Mapping[str, str],
        target_port: str,
        origin: Origin | None = None,
    ) -> None:
        self.service = name
        port = {"name": "http", "port": 80, "protocol": "TCP", "targetPort": target_port}
        manifest = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name, "namespace": namespace, "labels": dict(selector)},
            "spec": {"type": "ClusterIP", "selector": dict(selector), "ports": [port]},
        }
        super().__init__(scope, id, manifest, origin=origin)
