"""ServiceAccounts through which KServe's storage initializer finds its keys."""

from collections.abc import Sequence

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.manifest import Manifest
from kserve_gitops.sealed_secret import SealedSecret


class ServiceAccount(Manifest):
    """A ServiceAccount that lists `secrets`, all of its own namespace.

    KServe reads that list when it makes a pod; each Secret must exist by then
    (kserve v0.16.0, pkg/credentials/service_account_credentials.go).
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: str,
        secrets: Sequence[SealedSecret] = (),
        origin: Origin | None = None,
    ) -> None:
        self.account = id
        manifest = {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": id, "namespace": namespace},
            "secrets": [{"name": secret.secret} for secret in secrets],
        }
        super().__init__(scope, id, manifest, origin=origin)
