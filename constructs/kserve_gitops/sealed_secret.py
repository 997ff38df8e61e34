"""SealedSecrets: ciphertext from sealed/, with the annotations that KServe reads its S3 settings from.

Sources: sealed-secrets v0.36.6, pkg/apis and pkg/controller; kserve v0.16.0, pkg/credentials/s3.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs.environment import Storage
from kserve_gitops.manifest import Manifest


class SealedSecret(Manifest):
    """A SealedSecret, and with it the Secret `secret` that its controller will make.

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
        annotations: Mapping[str, str],
        origin: Origin | None = None,
    ) -> None:
        self.secret = id
        metadata = {"name": id, "namespace": namespace, "annotations": dict(annotations)}
        manifest = {
            "apiVersion": "bitnami.com/v1alpha1",
            "kind": "SealedSecret",
            "metadata": metadata,
            "spec": {
                "encryptedData": dict(encrypted_data),
                "template": {"metadata": metadata, "type": "Opaque"},
            },
        }
        super().__init__(scope, id, manifest, origin=origin)


def s3_annotations(storage: Storage) -> dict[str, str]:
    """KServe's S3 settings for a Secret. The endpoint has no scheme: KServe v0.16 puts one before it.

    Without an endpoint none is written, and the downloader finds the region's own.
    """
    found = {"serving.kserve.io/s3-region": storage.region}
    if storage.endpoint:
        url = urlsplit(storage.endpoint)
        found["serving.kserve.io/s3-endpoint"] = url.netloc
        found["serving.kserve.io/s3-usehttps"] = "1" if url.scheme == "https" else "0"
    return found
