"""Parts of an InferenceService that may have any shape: what is not of the wanted one is as if it were not there."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard

from kserve_gitops.serving.kinds import COMPONENTS
from kserve_gitops.serving.webhook import AUTOSCALER_CLASS, DEPLOYMENT_MODE, ENABLE_TAG_ROUTING, LEGACY_MODES

KNATIVE_KEYS = "autoscaling.knative.dev/"
KNATIVE_METRICS = ("concurrency", "rps")


def mode(manifest: Mapping[str, Any]) -> str:
    """The deployment mode: what the annotation says, else Knative where a field works nowhere else, else Standard."""
    annotations = mapping(mapping(manifest.get("metadata")).get("annotations"))
    said = annotations.get(DEPLOYMENT_MODE)
    if isinstance(said, str):
        return LEGACY_MODES.get(said, said)
    if AUTOSCALER_CLASS in annotations:  # chooses among the scalers of Deployments
        return "Standard"
    if ENABLE_TAG_ROUTING in annotations or any(str(key).startswith(KNATIVE_KEYS) for key in annotations):
        return "Knative"
    return "Knative" if any(_needs_knative(component) for _, component in components(manifest)) else "Standard"


def components(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name and content of those that are there."""
    spec = mapping(manifest.get("spec"))
    for name in COMPONENTS:
        if isinstance(spec.get(name), Mapping):
            yield name, spec[name]


def _needs_knative(component: Mapping[str, Any]) -> bool:
    return (
        component.get("scaleMetric") in KNATIVE_METRICS
        or component.get("canaryTrafficPercent") is not None
        or component.get("containerConcurrency") is not None
        or component.get("minReplicas") == 0
    )


def at_path(value: Any, path: Iterable[str | int]) -> Any:
    """What stands at `path` below `value`; None where nothing does."""
    for step in path:
        if type(value) is dict and type(step) is str:  # nearly always, and asked a million times
            value = value.get(step)
        elif isinstance(step, int):
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is None:
            return None
    return value


def mapping(value: Any) -> Mapping[str, Any]:
    """`value`, or an empty mapping."""
    # Nearly all are dicts, and to ask for the abstract class takes five times as long.
    return value if type(value) is dict or isinstance(value, Mapping) else {}


def sequence(value: Any) -> list[Any]:
    """`value`, or an empty list."""
    return value if isinstance(value, list) else []


def whole(value: Any) -> TypeGuard[int]:
    """Whether `value` is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)
