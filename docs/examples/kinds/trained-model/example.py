"""The TrainedModel `iris-eu`, as a construct."""

from kserve_gitops import Construct, TrainedModel


def example(models: Construct) -> None:
    """One more model for the server of `iris-server`."""
    TrainedModel(
        models,
        "iris-eu",
        namespace="kserve",
        inference_service="iris-server",
        model={"framework": "sklearn", "storageUri": "s3://acme-ml-models/iris-eu/1", "memory": "512Mi"},
    )
