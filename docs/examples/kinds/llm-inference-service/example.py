"""The LLMInferenceService `assistant`, as a construct."""

from kserve_gitops import Construct, LLMInferenceService


def example(models: Construct) -> None:
    """Two copies with a GPU each, behind a scheduler."""
    LLMInferenceService(
        models,
        "assistant",
        namespace="kserve",
        model={"uri": "oci://registry.example.com/models/qwen2.5-7b-instruct:1.0", "name": "Qwen/Qwen2.5-7B-Instruct"},
        replicas=2,
        router={"gateway": {}, "route": {}, "scheduler": {}},
        template={
            "containers": [
                {
                    "name": "main",
                    "resources": {
                        "requests": {"cpu": "4", "memory": "24Gi", "nvidia.com/gpu": "1"},
                        "limits": {"cpu": "8", "memory": "32Gi", "nvidia.com/gpu": "1"},
                    },
                }
            ]
        },
    )
