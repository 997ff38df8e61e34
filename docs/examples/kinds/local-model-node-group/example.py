"""The LocalModelNodeGroup `gpu`, as a construct."""

from kserve_gitops import Construct, LocalModelNodeGroup


def example(models: Construct) -> None:
    """The nodes with a GPU, and 200Gi on each."""
    with_gpu = {"key": "nvidia.com/gpu.present", "operator": "In", "values": ["true"]}
    LocalModelNodeGroup(
        models,
        "gpu",
        storage_limit="200Gi",
        persistent_volume_spec={
            "accessModes": ["ReadWriteOnce"],
            "capacity": {"storage": "200Gi"},
            "storageClassName": "local-storage",
            "persistentVolumeReclaimPolicy": "Delete",
            "volumeMode": "Filesystem",
            "local": {"path": "/models"},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [with_gpu]}]}},
        },
        persistent_volume_claim_spec={
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "local-storage",
            "volumeMode": "Filesystem",
            "resources": {"requests": {"storage": "200Gi"}},
        },
    )
