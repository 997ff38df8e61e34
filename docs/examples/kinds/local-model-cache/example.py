"""The LocalModelCache `qwen`, as a construct."""

from kserve_gitops import Construct, LocalModelCache


def example(models: Construct) -> None:
    """Keeps the weights on the disks of the group `gpu`."""
    LocalModelCache(
        models,
        "qwen",
        source_model_uri="hf://Qwen/Qwen2.5-7B-Instruct",
        model_size="20Gi",
        node_groups=["gpu"],
    )
