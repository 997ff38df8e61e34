"""The controller in the cluster, as kubeseal reaches it."""

from collections.abc import Mapping
from dataclasses import dataclass

from kserve_gitops.tools.kubeseal import Kubeseal


@dataclass(frozen=True, slots=True)
class Controller:
    """Its name and namespace, and the context of the kubeconfig; None for the current one."""

    kubeseal: Kubeseal
    name: str
    namespace: str
    context: str | None

    def certificate(self) -> bytes:
        """Its newest certificate, as PEM. Raises ToolError."""
        return self.kubeseal.fetch_certificate(
            controller_name=self.name, controller_namespace=self.namespace, context=self.context
        )

    def re_encrypted(self, sealed: bytes) -> Mapping[str, str]:
        """The ciphertext of a SealedSecret under its newest key. Raises ToolError."""
        return self.kubeseal.re_encrypt(
            sealed, controller_name=self.name, controller_namespace=self.namespace, context=self.context
        )
