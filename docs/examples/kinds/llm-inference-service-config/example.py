"""The LLMInferenceServiceConfig `one-gpu`, as a construct."""

from kserve_gitops import Construct, LLMInferenceServiceConfig


def example(models: Construct) -> None:
    """Resources and a toleration for nodes with a GPU."""
    LLMInferenceServiceConfig(
        models,
        "one-gpu",
        namespace="kserve",
        template={
            "containers": [
                {
                    "name": "main",
                    "resources": {
                        "requests": {"cpu": "4", "memory": "24Gi", "nvidia.com/gpu": "1"},
                        "limits": {"cpu": "8", "memory": "32Gi", "nvidia.com/gpu": "1"},
                    },
                }
            ],
            "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
        },
    )
