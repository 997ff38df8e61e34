"""The ClusterServingRuntime `acme-prophet`, as a construct."""

from kserve_gitops import ClusterServingRuntime, Construct


def example(models: Construct) -> None:
    """A server for a format that KServe does not know."""
    ClusterServingRuntime(
        models,
        "acme-prophet",
        supported_model_formats=[{"name": "prophet", "version": "1", "autoSelect": True, "priority": 1}],
        protocol_versions=["v2"],
        containers=[
            {
                "name": "kserve-container",
                "image": "registry.example.com/ml/prophet-server:1.1.0",
                "args": ["--model_name={{.Name}}", "--model_dir=/mnt/models", "--http_port=8080"],
                "resources": {"requests": {"cpu": "1", "memory": "2Gi"}, "limits": {"cpu": "1", "memory": "2Gi"}},
            }
        ],
    )
