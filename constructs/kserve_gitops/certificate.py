"""Certificates of cert-manager."""

from collections.abc import Sequence

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.manifest import Manifest


class Certificate(Manifest):
    """A certificate for `dns_names`, kept by cert-manager in the Secret `secret_name`, signed by a ClusterIssuer."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: str,
        secret_name: str,
        cluster_issuer: str,
        dns_names: Sequence[str],
        origin: Origin | None = None,
    ) -> None:
        spec = {
            "secretName": secret_name,
            "dnsNames": list(dns_names),
            "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": cluster_issuer},
        }
        metadata = {"name": id, "namespace": namespace}
        manifest = {"apiVersion": "cert-manager.io/v1", "kind": "Certificate", "metadata": metadata, "spec": spec}
        super().__init__(scope, id, manifest, origin=origin)
