"""The ClusterStorageContainer `registry`, as a construct."""

from kserve_gitops import ClusterStorageContainer, Construct


def example(models: Construct) -> None:
    """Downloads from a registry of models."""
    ClusterStorageContainer(
        models,
        "registry",
        container={
            "name": "storage-initializer",
            "image": "registry.example.com/ml/registry-downloader:0.3.0",
            "resources": {"requests": {"cpu": "100m", "memory": "100Mi"}, "limits": {"cpu": "1", "memory": "1Gi"}},
        },
        supported_uri_formats=[{"prefix": "registry://"}],
    )
