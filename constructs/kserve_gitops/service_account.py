"""ServiceAccounts through which KServe's storage initializer finds its keys."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.external_secret import ExternalSecret
from kserve_gitops.manifest import Manifest
from kserve_gitops.sealed_secret import SealedSecret


class ServiceAccount(Manifest):
    """A ServiceAccount that lists `secrets` for stores and `image_pull_secrets` for registries, of its own namespace.

    KServe reads `secrets` when it makes a pod; each Secret must exist by then
    (kserve v0.16.0, pkg/credentials/service_account_credentials.go). `annotations` say whom a cloud takes its pods for.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: str,
        secrets: Sequence[SealedSecret | ExternalSecret] = (),
        image_pull_secrets: Sequence[SealedSecret | ExternalSecret] = (),
        annotations: Mapping[str, str] = MappingProxyType({}),
        origin: Origin | None = None,
    ) -> None:
        self.account = id
        manifest: dict[str, Any] = {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": id, "namespace": namespace},
        }
        if annotations:
            manifest["metadata"]["annotations"] = dict(annotations)
        for field, listed in (("secrets", secrets), ("imagePullSecrets", image_pull_secrets)):
            if listed:
                manifest[field] = [{"name": secret.secret} for secret in listed]
        super().__init__(scope, id, manifest, origin=origin)
