"""The InferenceService `iris`, as a construct."""

from kserve_gitops import Construct, InferenceService


def example(models: Construct) -> None:
    """From one to three copies, of a model that lies on a volume."""
    InferenceService(
        models,
        "iris",
        namespace="kserve",
        predictor={
            "minReplicas": 1,
            "maxReplicas": 3,
            "model": {"modelFormat": {"name": "sklearn"}, "storageUri": "pvc://models/iris/1"},
        },
    )
