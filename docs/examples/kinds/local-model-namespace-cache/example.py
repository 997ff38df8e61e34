"""The LocalModelNamespaceCache `qwen`, as a construct."""

from kserve_gitops import Construct, LocalModelNamespaceCache


def example(models: Construct) -> None:
    """The weights on the disks of the group `gpu`, for one namespace."""
    LocalModelNamespaceCache(
        models,
        "qwen",
        namespace="team-a",
        source_model_uri="hf://Qwen/Qwen2.5-7B-Instruct",
        model_size="20Gi",
        node_groups=["gpu"],
    )
