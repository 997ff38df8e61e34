"""What KServe's mutating webhook does to an InferenceService, done before the object is written.

The webhook changes what it admits, and Argo CD would show each change as a difference from Git for ever. So objects
are written the way they come out of it. The cluster is not asked: which container is named and gets resources, and
which models get a protocol, follows from the object, the release and two settings of the chart.

The releases v0.16 to v0.20 differ little: from v0.17 the annotations get the words of LEGACY_MODES replaced and the key
MODEL_FORMAT added, from v0.20 the format vLLM gets a protocol too (PROTOCOL_V2_SINCE). Annotations, the spelling of
quantities and the defaults of the CRD are not handled here.

Sources: kserve/kserve at v0.16.0, v0.17.0, v0.19.0 and v0.20.0, pkg/apis/serving/v1beta1:
inference_service_defaults.go, predictor.go, predictor_custom.go, transformer_custom.go, explainer_custom.go,
explainer_art.go; for the version of the ART explainer the chart kserve-resources. tests/proofs/test_webhook.py compares
with that code itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

DEPLOYMENT_MODE = "serving.kserve.io/deploymentMode"
AUTOSCALER_CLASS = "serving.kserve.io/autoscalerClass"
ENABLE_TAG_ROUTING = "serving.kserve.io/enable-tag-routing"
POD_LABEL = "serving.kserve.io/inferenceservice"
"""Label of every pod of an InferenceService, with its name."""
COMPONENT_LABEL = "component"
"""Label of those pods with the component that they belong to."""
MODEL_FORMAT = "modelFormat"
"""Annotation with the name of the model format that KServe adds from v0.17 on; the key really has no prefix."""

MODES = ("Standard", "Knative", "ModelMesh")
LEGACY_MODES = {"RawDeployment": "Standard", "Serverless": "Knative"}

KSERVE_CONTAINER = "kserve-container"
"""The container that serves the model; the controller and the pod webhook look for this name."""

FRAMEWORKS = (
    "sklearn",
    "xgboost",
    "tensorflow",
    "pytorch",
    "triton",
    "onnx",
    "huggingface",
    "pmml",
    "lightgbm",
    "paddle",
)
"""The predictor's legacy keys, one per framework; each is also the name of a model format."""

_COMPONENTS = ("predictor", "transformer", "explainer")
_IMPLEMENTATIONS = (*FRAMEWORKS, "model", "art")
"""Where one of these stands, KServe leaves the containers beside it as they are."""

LEGACY_PROTOCOL_V2 = frozenset({"triton", "onnx", "huggingface"})
"""The legacy keys that mean protocol v2. A `model` of format onnx or huggingface does not."""

PROTOCOL_V2_SINCE = {"triton": (0, 16), "vLLM": (0, 20)}
"""Formats of a `model` that gets protocol v2 when it names none, and the first release that does so."""


@dataclass(frozen=True, slots=True)
class Resources:
    """The chart's `inferenceservice.resources`, as quantities by resource; one that is left out gets no default."""

    requests: Mapping[str, str]
    limits: Mapping[str, str]


_CHART = MappingProxyType({"cpu": "1", "memory": "2Gi"})
DEFAULT = Resources(requests=_CHART, limits=_CHART)
"""The chart's own values, the same from v0.16 to v0.20."""


def admitted(
    manifest: Mapping[str, Any], *, version: str = "v0.16.0", resources: Resources = DEFAULT
) -> dict[str, Any]:
    """The InferenceService `manifest` as the mutating webhook of KServe `version` leaves it, annotations apart.

    A legacy framework becomes `model`, a model server that only speaks v2 gets that protocol, and the container that
    implements a component gets its name and the resources that it does not ask for. A component with no implementation
    or several is left as it is, and so is the predictor under the mode ModelMesh. Anything in the wrong shape passes
    through: the schemas report it. The result shares what did not change with `manifest`.
    """
    result = dict(manifest)
    spec = manifest.get("spec")
    if not isinstance(spec, Mapping):
        return result
    parts = dict(spec)
    if isinstance(spec.get("predictor"), Mapping) and _mode(manifest) != "ModelMesh":
        parts["predictor"] = _predictor(spec["predictor"], version, resources)
    if isinstance(spec.get("transformer"), Mapping):
        parts["transformer"] = _serving(spec["transformer"], resources)
    if isinstance(spec.get("explainer"), Mapping):
        parts["explainer"] = _explainer(spec["explainer"], version, resources)
    result["spec"] = parts
    return result


def modern_predictor(predictor: Mapping[str, Any], *, whole: bool = True) -> dict[str, Any]:
    """`predictor` with its legacy framework key, if it has exactly one and no `model`, turned into `model`.

    `whole=False` is for a layer that will be merged over another predictor: it gets no protocol of its own, which
    would go over the one that the layer below has. A framework set to null takes the model away, unless there is
    another. Several implementations, and a framework that has a `modelFormat` already, are left as they are.
    """
    given = {key: value for key, value in predictor.items() if key not in FRAMEWORKS or value is not None}
    keys = [key for key in FRAMEWORKS if key in given]
    if len(keys) + ("model" in given) == 0 and len(given) < len(predictor):
        return {**given, "model": None}
    if len(keys) != 1 or "model" in given:
        return given
    framework = keys[0]
    old = given[framework]
    if not isinstance(old, Mapping) or "modelFormat" in old:
        return given
    model = {"modelFormat": {"name": framework}, **old}
    if whole and framework in LEGACY_PROTOCOL_V2 and model.get("protocolVersion") is None:
        model["protocolVersion"] = "v2"
    return {("model" if key == framework else key): (model if key == framework else given[key]) for key in given}


def with_names(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """`manifest` with a name for every first container without one, where that serves; all else as it stands."""
    spec = manifest.get("spec")
    if not isinstance(spec, Mapping):
        return manifest
    named = {key: _with_name(spec[key]) for key in _COMPONENTS if isinstance(spec.get(key), Mapping)}
    return {**manifest, "spec": {**spec, **named}}


def _with_name(component: Mapping[str, Any]) -> Mapping[str, Any]:
    containers = component.get("containers")
    first = containers[0] if isinstance(containers, list) and containers else None
    if not isinstance(first, Mapping) or first.get("name") or not component.keys().isdisjoint(_IMPLEMENTATIONS):
        return component
    return {**component, "containers": [{**first, "name": KSERVE_CONTAINER}, *component["containers"][1:]]}


def _mode(manifest: Mapping[str, Any]) -> Any:
    metadata = manifest.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    return annotations.get(DEPLOYMENT_MODE) if isinstance(annotations, Mapping) else None


def _predictor(given: Mapping[str, Any], version: str, resources: Resources) -> dict[str, Any]:
    predictor = modern_predictor(given)
    model = predictor.get("model")
    containers = predictor.get("containers")
    if isinstance(model, Mapping) and model.get("protocolVersion") is None and _speaks_v2(model, version):
        return {**predictor, "model": {**model, "protocolVersion": "v2"}}
    if model is not None or not isinstance(containers, list) or not predictor.keys().isdisjoint(FRAMEWORKS):
        return predictor
    if [_name(container) for container in containers].count(KSERVE_CONTAINER) > 1:
        return predictor
    return _serving(predictor, resources, keep_name=len(containers) > 1)


def _explainer(explainer: Mapping[str, Any], version: str, resources: Resources) -> dict[str, Any]:
    art = explainer.get("art")
    if art is None:
        return _serving(explainer, resources)
    if not isinstance(art, Mapping) or explainer.get("containers"):
        return dict(explainer)
    runtime_version = version if art.get("runtimeVersion") is None else art["runtimeVersion"]
    return {**explainer, "art": {**_filled(art, resources), "runtimeVersion": runtime_version}}


def _serving(component: Mapping[str, Any], resources: Resources, *, keep_name: bool = False) -> dict[str, Any]:
    """`component` with its first container ready to serve, whatever the others are called: KServe reads no further."""
    containers = component.get("containers")
    if not isinstance(containers, list) or not containers or not isinstance(containers[0], Mapping):
        return dict(component)
    name = _name(containers[0]) if keep_name else None
    first = _filled(containers[0], resources, name=name or KSERVE_CONTAINER)
    return {**component, "containers": [first, *containers[1:]]}


def _filled(container: Mapping[str, Any], resources: Resources, *, name: str = KSERVE_CONTAINER) -> dict[str, Any]:
    filled = {**container, "name": name}
    asked = container.get("resources")
    if asked is None:
        asked = {}
    if not isinstance(asked, Mapping):
        return filled
    groups: dict[str, Any] = dict(asked)
    for group, defaults in (("requests", resources.requests), ("limits", resources.limits)):
        own = asked.get(group)
        if defaults and (own is None or isinstance(own, Mapping)):
            groups[group] = {**defaults, **(own or {})}
    return {**filled, "resources": groups} if groups else filled


def _name(container: Any) -> Any:
    return container.get("name") if isinstance(container, Mapping) else None


def _speaks_v2(model: Mapping[str, Any], version: str) -> bool:
    name = _name(model.get("modelFormat"))
    since = PROTOCOL_V2_SINCE.get(name) if isinstance(name, str) else None
    return since is not None and since <= tuple(int(part) for part in version.removeprefix("v").split("."))
