"""Under which name a model server answers, and how to give it another.

KServe's runtimes take the name of the InferenceService. A canary that is an InferenceService of its own must answer
to the name of the other one all the same: clients ask for /v2/models/<name>/ and never learn who answers.
What a model says in `args` comes after the runtime's, and the last flag wins; KServe sets MLServer's
variable only where the model does not.

Sources: `imports/runtimes` for the runtimes and their flags; kserve/kserve v0.16.0 and v0.20.0, SetMlServerDefaults in
pkg/apis/serving/v1beta1/inference_service_defaults.go and transformer_custom.go beside it.
"""

from collections.abc import Mapping
from typing import Any

_FLAG = "--model_name"
_VLLM_FLAG = "--served-model-name"
_VARIABLE = "MLSERVER_MODEL_NAME"
_OWN = ""
"""The name stands in the model's own files: there is nothing to tell."""

_BY_RUNTIME = {
    "kserve-autogluonserver": _FLAG,
    "kserve-huggingfaceserver": _FLAG,
    "kserve-huggingfaceserver-multinode": _FLAG,
    "kserve-lgbserver": _FLAG,
    "kserve-mlserver": _VARIABLE,
    "kserve-openvino": _FLAG,
    "kserve-paddleserver": _FLAG,
    "kserve-pmmlserver": _FLAG,
    "kserve-predictiveserver": _FLAG,
    "kserve-sklearnserver": _FLAG,
    "kserve-tensorflow-serving": _FLAG,
    "kserve-torchserve": _OWN,
    "kserve-tritonserver": _OWN,
    "kserve-vllmserver": _VLLM_FLAG,
    "kserve-xgbserver": _FLAG,
}
_BY_FORMAT = {
    "autogluon": _FLAG,
    "huggingface": _FLAG,
    "lightgbm": _FLAG,
    "mlflow": _VARIABLE,
    "onnx": _OWN,
    "paddle": _FLAG,
    "pmml": _FLAG,
    "pytorch": _OWN,
    "sklearn": _FLAG,
    "tensorflow": _FLAG,
    "tensorrt": _OWN,
    "triton": _OWN,
    "vLLM": _VLLM_FLAG,
    "xgboost": _FLAG,
}
"""For a model that names no runtime, so that KServe chooses one of its own."""
_BY_FORMAT_V2 = {"lightgbm": _VARIABLE, "sklearn": _VARIABLE, "tensorflow": _OWN, "xgboost": _VARIABLE}
"""The same where protocol v2 leads to another runtime."""


def answering(predictor: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """`predictor` so that it answers to `name`; None where nobody knows how to tell its runtime.

    A custom container is left alone, for KServe does not tell it any name; so is a model that says its name itself.
    What is in the wrong shape stays as it is: the schemas report it.
    """
    model = predictor.get("model")
    if not isinstance(model, Mapping):
        return dict(predictor)
    args, env = _list(model, "args"), _list(model, "env")
    server = _server(model)
    if args is None or env is None or server is None:
        return dict(predictor)
    way = _way(model, server)
    if way is None:
        says = any(str(arg).rpartition("=")[2] == name for arg in args) or any(_value(entry) == name for entry in env)
        return dict(predictor) if says else None
    if way == _VARIABLE:
        if not any(isinstance(entry, Mapping) and entry.get("name") == _VARIABLE for entry in env):
            return {**predictor, "model": {**model, "env": [*env, {"name": _VARIABLE, "value": name}]}}
    elif way != _OWN and not _has(args, way):
        return {**predictor, "model": {**model, "args": [*args, f"{way}={name}"]}}
    return dict(predictor)


def asking(transformer: Any, name: str) -> Any:
    """`transformer` so that it answers to `name`, and asks its predictor for it; in the wrong shape, as it is."""
    containers = transformer.get("containers") if isinstance(transformer, Mapping) else None
    if not isinstance(containers, list) or not containers or not isinstance(containers[0], Mapping):
        return transformer
    first, args = containers[0], _list(containers[0], "args")
    if args is None or _has(args, _FLAG):
        return transformer
    return {**transformer, "containers": [{**first, "args": [*args, _FLAG, name]}, *containers[1:]]}


def _list(container: Mapping[str, Any], key: str) -> list[Any] | None:
    """The list at `key`, empty where there is none; None for anything else."""
    given = container.get(key)
    if given is None:
        return []
    return list(given) if isinstance(given, list | tuple) else None


def _server(model: Mapping[str, Any]) -> str | None:
    """The runtime's name or, without one, that of the format; None where that is no text."""
    form = model.get("modelFormat")
    chosen = model.get("runtime")
    if chosen is None:
        chosen = form.get("name") if isinstance(form, Mapping) else None
    return chosen if isinstance(chosen, str) else None


def _way(model: Mapping[str, Any], server: str) -> str | None:
    if model.get("runtime") is not None:
        return _BY_RUNTIME.get(server)
    v2 = str(model.get("protocolVersion", "")).endswith("v2")
    return _BY_FORMAT_V2[server] if v2 and server in _BY_FORMAT_V2 else _BY_FORMAT.get(server)


def _has(args: list[Any], flag: str) -> bool:
    return any(str(arg).partition("=")[0] == flag for arg in args)


def _value(entry: Any) -> Any:
    return entry.get("value") if isinstance(entry, Mapping) else None
