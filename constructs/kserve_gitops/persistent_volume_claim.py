"""Claims for volumes that must outlive what uses them."""

from constructs import Construct

from kserve_gitops.application import KEPT
from kserve_gitops.core.origins import Origin
from kserve_gitops.manifest import Manifest


class PersistentVolumeClaim(Manifest):
    """A volume of `size` (a quantity) for one node at a time, which Argo CD never prunes."""

    def __init__(self, scope: Construct, id: str, *, namespace: str, size: str, origin: Origin | None = None) -> None:
        self.claim = id
        metadata = {
            "name": id,
            "namespace": namespace,
            "annotations": dict(KEPT),
        }
        spec = {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": size}},
            "volumeMode": "Filesystem",
        }
        manifest = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}
        super().__init__(scope, id, manifest, origin=origin)
