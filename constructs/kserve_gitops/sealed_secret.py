"""SealedSecrets: ciphertext from sealed/, and the metadata of the Secret that it becomes.

Source: sealed-secrets v0.36.6, pkg/apis and pkg/controller.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.core.sealed_secret import API_VERSION
from kserve_gitops.manifest import Manifest


class SealedSecret(Manifest):
    """A SealedSecret, and with it the Secret `secret` of a `type` that its controller will make.

    `data` are Go templates over the decrypted keys, which become keys beside them.

    Labels and annotations stand on the SealedSecret and on the template alike: when they differ, the controller
    replaces the template's by the SealedSecret's the next time the secret is re-encrypted.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: str,
        encrypted_data: Mapping[str, str],
        annotations: Mapping[str, str] = MappingProxyType({}),
        data: Mapping[str, str] = MappingProxyType({}),
        type: str = "Opaque",
        origin: Origin | None = None,
    ) -> None:
        self.secret = id
        metadata: dict[str, Any] = {"name": id, "namespace": namespace}
        if annotations:
            metadata["annotations"] = dict(annotations)
        template: dict[str, Any] = {"metadata": metadata, "type": type}
        if data:
            template["data"] = dict(data)
        manifest = {
            "apiVersion": API_VERSION,
            "kind": "SealedSecret",
            "metadata": metadata,
            "spec": {
                "encryptedData": dict(encrypted_data),
                "template": template,
            },
        }
        super().__init__(scope, id, manifest, origin=origin)
