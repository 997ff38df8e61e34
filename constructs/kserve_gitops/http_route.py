"""HTTPRoutes of the Gateway API."""

from collections.abc import Sequence

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.gateway import Gateway
from kserve_gitops.manifest import Manifest


class HTTPRoute(Manifest):
    """Everything that is asked of `hostnames` goes to one Service of the same namespace.

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
        service: str,
        port: int = 80,
        origin: Origin | None = None,
    ) -> None:
        backend = {"group": "", "kind": "Service", "name": service, "port": port, "weight": 1}
        everything = {"path": {"type": "PathPrefix", "value": "/"}}
        manifest = {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": {"name": id, "namespace": namespace},
            "spec": {
                "parentRefs": [gateway.parent_ref],
                "hostnames": list(hostnames),
                "rules": [{"matches": [everything], "backendRefs": [backend]}],
            },
        }
        super().__init__(scope, id, manifest, origin=origin)
