"""Replicas and scaling of one component, by the scaler that will read them."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.reading import KNATIVE_KEYS, KNATIVE_METRICS, mapping, sequence, whole
from kserve_gitops.core import quantities
from kserve_gitops.core.findings import Severity
from kserve_gitops.core.origins import Path
from kserve_gitops.core.rendered import Fault

_KNATIVE_CLASS = "autoscaling.knative.dev/class"
_KNATIVE_HPA = "hpa.autoscaling.knative.dev"
_PERCENT = range(1, 101)
_LEAST_MEMORY = 1 << 20
_TARGETS = {"Utilization": "averageUtilization", "AverageValue": "averageValue", "Value": "value"}
_SAID = ("scaleMetric", "scaleTarget", "autoScaling")
_WARNING = Severity.WARNING


def component(
    name: str, given: Mapping[str, Any], mode: str, word: str | None, annotations: Mapping[str, Any]
) -> Iterator[Fault]:
    """Faults of the component `name`; `word` is the autoscaler class, None where none is written."""
    at: Path = ("spec", name)
    yield from replicas(at, given)
    if given.get("scaleMetricType") is not None:
        message = "scaleMetricType does nothing: no scaler of KServe's reads it"
        yield Fault("KG120", (*at, "scaleMetricType"), message, "a target in autoScaling.metrics has a type", _WARNING)
    if mode == "Knative":
        yield from _knative(at, given, annotations)
    elif mode == "Standard":
        yield from _standard(at, name, given, word, annotations)


def replicas(at: Path, given: Mapping[str, Any]) -> Iterator[Fault]:
    """Numbers that are refused whatever scales."""
    least, most = given.get("minReplicas", 1), given.get("maxReplicas", 0)
    for key in ("minReplicas", "maxReplicas", "containerConcurrency"):
        if whole(given.get(key)) and given[key] < 0:
            yield Fault("KG120", (*at, key), f"{key} '{given[key]}' is less than 0")
    if whole(least) and whole(most) and 0 < most < least:
        message = f"maxReplicas '{most}' is less than minReplicas '{least}'"
        hint = "" if "minReplicas" in given else "minReplicas is 1 where it is not said"
        yield Fault("KG120", (*at, "maxReplicas"), message, hint)


def _standard(
    at: Path, name: str, given: Mapping[str, Any], word: str | None, annotations: Mapping[str, Any]
) -> Iterator[Fault]:
    # A transformer is told its concurrency as its number of workers.
    if given.get("containerConcurrency") is not None and name != "transformer":
        message = "containerConcurrency does nothing in Standard: Knative alone counts requests"
        yield Fault("KG120", (*at, "containerConcurrency"), message, "take it away", _WARNING)
    if name == "predictor":
        for key in annotations:
            if str(key).startswith(KNATIVE_KEYS):
                message = f"the annotation {key} does nothing in Standard"
                yield Fault("KG120", ("metadata", "annotations", key), message, "take it away", _WARNING)
    if word == "keda":
        yield from _keda(at, given)
    elif word in ("none", "external"):
        for key in _SAID:
            if given.get(key) is not None:
                yield _without_scaler((*at, key), word)
        least, most = given.get("minReplicas", 1), given.get("maxReplicas")
        if whole(least) and whole(most) and most > max(1, least):
            yield _without_scaler((*at, "maxReplicas"), word)
    else:
        yield from _hpa(at, given, checked=word == "hpa")


def _without_scaler(at: Path, word: str) -> Fault:
    message = f"{at[-1]} does nothing with the autoscaler class '{word}'"
    return Fault("KG120", at, message, "take it away, or let another class scale", _WARNING)


def _hpa(at: Path, given: Mapping[str, Any], *, checked: bool) -> Iterator[Fault]:
    """By a HorizontalPodAutoscaler; `checked` is whether the webhook looks, which it does when the class is written."""
    metric = given.get("scaleMetric")
    if metric in KNATIVE_METRICS:
        message = f"scaleMetric '{metric}' does nothing in Standard: an HPA knows cpu and memory"
        yield Fault("KG120", (*at, "scaleMetric"), message, "use the deployment mode Knative, or autoscalerClass keda")
        return
    target = given.get("scaleTarget")
    if whole(target) and (target < 1 or (checked and target not in _PERCENT)):
        yield Fault("KG120", (*at, "scaleTarget"), f"'{target}' is no percentage of the request, 1 to 100")
    if given.get("minReplicas") == 0:
        message = "minReplicas 0 becomes 1: an HPA does not scale to zero"
        hint = "autoscalerClass keda, or the deployment mode Knative, scales to zero; none stops the model"
        yield Fault("KG120", (*at, "minReplicas"), message, hint)
    scaling = given.get("autoScaling")
    if scaling is None:
        if metric == "memory" and target is None:
            message = "scaleMetric memory does nothing without scaleTarget: the HPA goes by CPU"
            yield Fault("KG120", (*at, "scaleMetric"), message, "add scaleTarget, in percent of the request", _WARNING)
        return
    yield from _overruled(at, given)
    if mapping(scaling).get("behavior") is not None:
        message = "behavior does nothing with an HPA: KServe drops it"
        yield Fault("KG120", (*at, "autoScaling", "behavior"), message, "autoscalerClass keda reads it", _WARNING)
    for place, entry, kind in _metrics(at, scaling):
        resource = mapping(entry.get("resource"))
        if kind != "Resource":
            message = f"a metric of type {kind} does nothing with an HPA"
            severity = Severity.ERROR if checked else _WARNING
            yield Fault("KG120", place, message, "set autoscalerClass: keda", severity)
        elif not resource:
            yield Fault("KG120", place, "a metric of type Resource needs resource", "resource: {name: cpu, target: …}")
        else:
            yield from _hpa_resource((*place, "resource", "target"), resource)


def _hpa_resource(at: Path, resource: Mapping[str, Any]) -> Iterator[Fault]:
    target = mapping(resource.get("target"))
    kind = target.get("type")
    if resource.get("name") == "memory":
        if kind not in ("Utilization", "AverageValue"):
            message = "the target of memory needs type Utilization or AverageValue: the cluster refuses the HPA"
            yield Fault("KG120", at, message, "add the type")
        elif target.get(_TARGETS[kind]) is None:
            yield Fault("KG120", at, f"a target of type {kind} needs {_TARGETS[kind]}: the cluster refuses the HPA")
    elif target and target.get("averageUtilization") is None:
        message = "an HPA reads averageUtilization of CPU alone, and goes by 80 percent"
        yield Fault("KG120", at, message, "write averageUtilization, in percent of the request", _WARNING)
    yield from _positive(at, target)


def _keda(at: Path, given: Mapping[str, Any]) -> Iterator[Fault]:
    if given.get("scaleMetric") is not None:
        hint = "write autoScaling.metrics"
        yield Fault("KG120", (*at, "scaleMetric"), "KServe refuses scaleMetric with autoscalerClass keda", hint)
    scaling = given.get("autoScaling")
    found = list(_metrics(at, scaling))
    if not found:
        message = "autoscalerClass keda needs autoScaling.metrics: without triggers the model never becomes ready"
        yield Fault("KG120", at if scaling is None else (*at, "autoScaling"), message, "add a metric, or use hpa")
    if given.get("scaleTarget") is not None:
        message = "scaleTarget does nothing with autoscalerClass keda"
        yield Fault("KG120", (*at, "scaleTarget"), message, "a metric has a target of its own", _WARNING)
    for direction, rules in mapping(mapping(scaling).get("behavior")).items():
        for key in mapping(rules):
            if key != "stabilizationWindowSeconds":
                message = f"{key} does nothing: KServe hands KEDA the stabilizationWindowSeconds alone"
                yield Fault("KG120", (*at, "autoScaling", "behavior", direction, key), message, severity=_WARNING)
    for place, entry, kind in found:
        yield from _keda_metric(place, entry, kind)


def _keda_metric(at: Path, entry: Mapping[str, Any], kind: str) -> Iterator[Fault]:
    key = {"Resource": "resource", "External": "external", "PodMetric": "podmetric"}.get(kind, "")
    inner = mapping(entry.get(key))
    if not inner:
        yield Fault("KG120", at, f"a metric of type {kind} needs {key}", f"write what to measure under {key}")
        return
    target = mapping(inner.get("target"))
    here = (*at, key, "target")
    if kind == "Resource":
        legal = ("Utilization",) if inner.get("name") == "cpu" else ("Utilization", "AverageValue")
        if target.get("type") not in legal:
            message = f"the target of {inner.get('name')} needs type {' or '.join(legal)}"
            yield Fault("KG120", here, message, "add the type")
            return
    else:
        query = mapping(inner.get("metric")).get("query")
        if not query:
            yield Fault("KG120", (*at, key, "metric"), "a metric needs a query", "what to ask, in query")
        elif kind == "PodMetric" and not set(str(query)).isdisjoint("{}()"):
            message = (
                f"'{query}' is not the bare name of a metric: KServe writes sum(…{{namespace, deployment}}) around it"
            )
            yield Fault("KG120", (*at, key, "metric", "query"), message, severity=_WARNING)
        if target.get("value") is None:
            yield Fault(
                "KG120", here, f"the target of a metric of type {kind} needs value", "the value for one replica"
            )
    field = _TARGETS.get(str(target.get("type")))
    if field and target.get(field) is None and not (field == "value" and kind != "Resource"):
        yield Fault("KG120", here, f"a target of type {target['type']} needs {field}")
    yield from _positive(here, target, most=_PERCENT[-1])
    if kind == "Resource" and target.get("type") == "AverageValue":
        yield from _enough(here, target.get("averageValue"))


def _knative(at: Path, given: Mapping[str, Any], annotations: Mapping[str, Any]) -> Iterator[Fault]:
    if given.get("deploymentStrategy") is not None:
        message = "KServe refuses deploymentStrategy in Knative, which rolls out revisions"
        yield Fault("KG120", (*at, "deploymentStrategy"), message, "take it away")
    metric, target = given.get("scaleMetric"), given.get("scaleTarget")
    by_hpa = annotations.get(_KNATIVE_CLASS) == _KNATIVE_HPA
    legal = ("cpu", "memory") if by_hpa else KNATIVE_METRICS
    if metric is not None and metric not in legal:
        hint = "" if by_hpa else f"the annotation {_KNATIVE_CLASS}: {_KNATIVE_HPA} makes cpu and memory possible"
        message = f"scaleMetric '{metric}' is refused in Knative, which takes {' or '.join(legal)}"
        yield Fault("KG120", (*at, "scaleMetric"), message, hint)
    elif by_hpa:
        yield from _hpa(at, given, checked=True)
    elif whole(target) and target < 1:
        yield Fault("KG120", (*at, "scaleTarget"), f"the target '{target}' of {metric or legal[0]} is less than 1")
    if given.get("autoScaling") is not None:
        message = "autoScaling does nothing in Knative"
        yield Fault("KG120", (*at, "autoScaling"), message, "use scaleMetric and scaleTarget", _WARNING)


def _overruled(at: Path, given: Mapping[str, Any]) -> Iterator[Fault]:
    for key in ("scaleMetric", "scaleTarget"):
        if given.get(key) is not None:
            message = f"{key} does nothing beside autoScaling"
            yield Fault("KG120", (*at, key), message, "keep one of the two", _WARNING)


def _metrics(at: Path, scaling: Any) -> Iterator[tuple[Path, Mapping[str, Any], str]]:
    for number, entry in enumerate(sequence(mapping(scaling).get("metrics"))):
        found = mapping(entry)
        yield (*at, "autoScaling", "metrics", number), found, str(found.get("type"))


def _positive(at: Path, target: Mapping[str, Any], most: int | None = None) -> Iterator[Fault]:
    share = target.get("averageUtilization")
    if whole(share) and (share < 1 or (most is not None and share > most)):
        yield Fault("KG120", (*at, "averageUtilization"), f"'{share}' is no percentage of the request, 1 to 100")


def _enough(at: Path, value: Any) -> Iterator[Fault]:
    try:
        enough = not isinstance(value, str | int | float) or quantities.parse(value) >= _LEAST_MEMORY
    except ValueError:
        enough = True  # the schema says that it is no quantity
    if not enough:
        yield Fault("KG120", (*at, "averageValue"), f"'{value}' of memory is less than 1Mi", "'800Mi', '2Gi'")
