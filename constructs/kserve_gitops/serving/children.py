"""What KServe's controllers make of an object: kind and name of each child, in the namespace of its parent.

A rule that asks whether something is there, or whether two things take one name, needs them before the cluster has
made them. Children whose name depends on what the cluster counts, such as the revisions of Knative and the Services of
the nodes of a multi-node model, are left out.

Sources: kserve/kserve v0.16.0 and v0.20.0, pkg/constants/constants.go,
pkg/controller/v1beta1/inferenceservice/{components,reconcilers}, pkg/controller/v1alpha1/{inferencegraph,localmodel},
pkg/controller/v1alpha1/llmisvc at v0.16.0 and pkg/controller/v1alpha2/llmisvc at v0.20.0; knative.dev/pkg,
kmeta.ChildName.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.core.origins import Path

HTTP = 80
"""The port of a model's Service, whatever its container listens on."""
_WORKLOAD = 8000
"""The port of the Service of an LLMInferenceService."""
_LONGEST = 63
"""Characters; a longer name of a child of an LLMInferenceService ends in a hash."""
_TRANSFORMER_CONTAINER = "transformer-container"


@dataclass(frozen=True, slots=True)
class Child:
    """One object that a controller makes; `at` is the path in the parent that it is made for.

    `ports` are name and number of each port of a Service; empty where they are not known.
    """

    kind: str
    name: str
    at: Path = ()
    ports: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Serving:
    """How a model is served: its mode, the class of its autoscaler, and what leads to it from outside.

    `entrance` is the kind of the objects that do: HTTPRoute, Ingress, VirtualService, or "" for none.
    `whole_ports` is False where a runtime that nobody knows may bring ports beyond those that are written.
    """

    mode: str
    autoscaler: str = "hpa"
    entrance: str = ""
    whole_ports: bool = True


def of_inference_service(name: str, spec: Mapping[str, Any], serving: Serving) -> Iterator[Child]:
    """The children of an InferenceService; none in a mode that is not Standard or Knative."""
    if serving.mode == "Standard":
        yield from _standard(name, spec, serving)
    elif serving.mode == "Knative":
        for component, at, _ in _components(name, spec, canaries=False):
            yield Child("Service", component, at, (("", HTTP),))
        if serving.entrance:
            yield Child(serving.entrance, name)
            yield Child("Service", name)


def _standard(name: str, spec: Mapping[str, Any], serving: Serving) -> Iterator[Child]:
    for component, at, given in _components(name, spec, canaries=True):
        yield Child("Deployment", component, at)
        yield Child("Service", component, at, _ports(component, given, serving))
        canary = at[1] == "canary"
        if not canary and (scaler := _SCALERS.get(serving.autoscaler)):
            yield Child(scaler, component, at)
        if isinstance(given.get("workerSpec"), Mapping):
            yield Child("Deployment", f"{name}-predictor-worker", (*at, "workerSpec"))
        if serving.entrance == "HTTPRoute" and not canary:
            yield Child("HTTPRoute", component, at)
    if serving.entrance in ("HTTPRoute", "Ingress"):
        yield Child(serving.entrance, name)


_SCALERS = {"hpa": "HorizontalPodAutoscaler", "keda": "ScaledObject"}


def _components(name: str, spec: Mapping[str, Any], *, canaries: bool) -> Iterator[tuple[str, Path, Mapping[str, Any]]]:
    """Name of the Service, path and content of each component, and of the predictors of `spec.canary`."""
    for key in ("predictor", "transformer", "explainer"):
        if isinstance(given := spec.get(key), Mapping):
            yield _called(name, given) if key == "predictor" else f"{name}-{key}", ("spec", key), given
    entries = spec.get("canary")
    for number, entry in enumerate(entries if canaries and isinstance(entries, list) else ()):
        given = entry.get("predictor") if isinstance(entry, Mapping) else None
        if isinstance(given, Mapping) and given.get("name"):
            yield _called(name, given), ("spec", "canary", number, "predictor"), given


def _called(name: str, predictor: Mapping[str, Any]) -> str:
    own = predictor.get("name")
    return f"{name}-{own}-predictor" if own and isinstance(own, str) else f"{name}-predictor"


def _ports(component: str, given: Mapping[str, Any], serving: Serving) -> tuple[tuple[str, int], ...]:
    """The first port of the container that answers becomes port 80, the others keep their numbers."""
    containers = [c for c in _sequence(given.get("containers")) if isinstance(c, Mapping)]
    transformers = [c for c in containers if c.get("name") == _TRANSFORMER_CONTAINER]
    models = [found for key in ("model", "art") if isinstance(found := given.get(key), Mapping)]
    server = next(iter((*transformers, *models, *containers)), None)
    if server is None:
        return ()
    ports = [p for p in _sequence(server.get("ports")) if isinstance(p, Mapping)]
    if not ports:
        return ((component, HTTP),) if server not in models or serving.whole_ports else ()
    first = ((_text(ports[0].get("name")), HTTP),)
    numbers = ((_text(p.get("name")), p.get("containerPort")) for p in ports[1:])
    return first + tuple((named, number) for named, number in numbers if isinstance(number, int))


def of_inference_graph(name: str, serving: Serving) -> Iterator[Child]:
    """The children of an InferenceGraph: its router."""
    yield Child("Service", name, (), ((name, HTTP),))
    if serving.mode == "Standard":
        yield Child("Deployment", name)
        if scaler := _SCALERS.get(serving.autoscaler):
            yield Child(scaler, name)


def of_llm_inference_service(name: str) -> Iterator[Child]:
    """Everything that KServe may make of an LLMInferenceService, presets and `baseRefs` being able to ask for any."""
    for kind, suffixes in _LLM.items():
        for suffix in suffixes:
            if len(name + suffix) <= _LONGEST:
                ports = (("https", _WORKLOAD),) if suffix == "-kserve-workload-svc" else ()
                yield Child(kind, name + suffix, (), ports)


_LLM = {
    "Deployment": ("-kserve", "-kserve-prefill", "-kserve-router-scheduler"),
    "LeaderWorkerSet": ("-kserve-mn", "-kserve-mn-prefill"),
    "Service": ("-kserve-workload-svc", "-epp-service"),
    "HTTPRoute": ("-kserve-route",),
    "InferencePool": ("-inference-pool",),
    "InferenceModel": ("-inference-model",),
    "ServiceAccount": ("-kserve", "-kserve-mn", "-kserve-mn-prefill", "-epp-sa"),
    "Role": ("-kserve-role", "-kserve-mn-role", "-epp-role"),
    "RoleBinding": ("-kserve-rb", "-kserve-mn-rb", "-epp-rb"),
    "Secret": ("-kserve-self-signed-certs",),
    "HorizontalPodAutoscaler": ("-kserve-hpa", "-kserve-prefill-hpa"),
    "ScaledObject": ("-kserve-keda", "-kserve-prefill-keda"),
}


def claims_of_cache(name: str, groups: Any) -> Iterator[Child]:
    """The claims of a LocalModelCache or LocalModelNamespaceCache, one for each group of nodes."""
    for number, group in enumerate(_sequence(groups)):
        if isinstance(group, str):
            yield Child("PersistentVolumeClaim", f"{name}-{group}", ("spec", "nodeGroups", number))


def _sequence(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
