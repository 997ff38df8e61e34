"""What is the same about KServe's built-in runtimes in every release: two facts that synth needs before it has a tree.

Source: `imports/runtimes`, against which the tests hold these.
"""

from collections.abc import Mapping
from typing import Any

SMALL = frozenset(
    {
        "kserve-autogluonserver",
        "kserve-huggingfaceserver",
        "kserve-lgbserver",
        "kserve-mlserver",
        "kserve-openvino",
        "kserve-paddleserver",
        "kserve-pmmlserver",
        "kserve-predictiveserver",
        "kserve-sklearnserver",
        "kserve-tensorflow-serving",
        "kserve-torchserve",
        "kserve-tritonserver",
        "kserve-vllmserver",
        "kserve-xgbserver",
    }
)
"""Those that ask for one CPU and 2Gi."""
WITHOUT_V1 = frozenset({"kserve-mlserver", "kserve-tritonserver"})
"""Those that do not speak protocol v1."""

_RESOURCES = {"cpu": "1", "memory": "2Gi"}


def resources_of(predictor: Mapping[str, Any]) -> dict[str, dict[str, str]] | None:
    """What the server of a `model` gets that says nothing about resources; None where that is not known here.

    Written out, because a lone request would be merged with a limit that nobody sees. A runtime of a person's own, and
    one for several nodes, asks for something else.
    """
    model = predictor.get("model")
    runtime = model.get("runtime") if isinstance(model, Mapping) else None
    if predictor.get("workerSpec") is not None or (runtime is not None and runtime not in SMALL):
        return None
    return {"requests": dict(_RESOURCES), "limits": dict(_RESOURCES)}
