"""HTTPRoutes of the Gateway API."""

from collections.abc import Sequence

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.gateway import Gateway
from kserve_gitops.manifest import Manifest
from kserve_gitops.serving.canary import Backend


class HTTPRoute(Manifest):
    """Everything that is asked of `hostnames` goes to Services of the same namespace, each by its weight.

    Written with the defaults that the API server would fill in, so that Argo CD sees no difference.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: str,
        gateway: Gateway,
        hostnames: Sequence[str],
        backends: Sequence[Backend],
        port: int = 80,
        origin: Origin | None = None,
    ) -> None:
        refs = [
            {"group": "", "kind": "Service", "name": backend.service, "port": port, "weight": backend.weight}
            for backend in backends
        ]
        everything = {"path": {"type": "PathPrefix", "value": "/"}}
        manifest = {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": {"name": id, "namespace": namespace},
            "spec": {
                "parentRefs": [gateway.parent_ref],
                "hostnames": list(hostnames),
                "rules": [{"matches": [everything], "backendRefs": refs}],
            },
        }
        super().__init__(scope, id, manifest, origin=origin)
