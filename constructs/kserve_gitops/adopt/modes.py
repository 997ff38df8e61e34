"""In which mode a manifest means its model to run, and why."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.adopt.reading import Found
from kserve_gitops.checks.reading import KNATIVE_METRICS
from kserve_gitops.serving.webhook import AUTOSCALER_CLASS, DEPLOYMENT_MODE, ENABLE_TAG_ROUTING, LEGACY_MODES

_KNATIVE_KEYS = (
    "autoscaling.knative.dev/",
    "serving.knative.dev/",
    "queue.sidecar.serving.knative.dev/",
    "networking.knative.dev/",
)
_SCALES_TO_ZERO = ("keda", "none", "external")
"""Classes under which `minReplicas: 0` means what it says for a Deployment; an HPA makes it 1."""


def mode(found: Found, cleaned: Mapping[str, Any], default: str) -> tuple[str, str]:
    """The mode in today's words, and the comment that it deserves, "" for none.

    An annotation decides, else what the status of a running object says, else what the manifest can only mean, else
    the platform's default.
    """
    annotation = (cleaned["metadata"].get("annotations") or {}).get(DEPLOYMENT_MODE)
    if annotation is not None:
        word = LEGACY_MODES.get(annotation, annotation)
        return word, "" if word == annotation else f"{annotation} is the old word for {word}"
    status = found.data.get("status")
    running = status.get("deploymentMode") if isinstance(status, Mapping) else None
    if isinstance(running, str) and running:
        return LEGACY_MODES.get(running, running), ""
    if default != "Knative" and (only := next(_only_in_knative(cleaned), "")):
        return "Knative", f"not said in the manifest, but {only} works in no other mode"
    return default, ""


def _only_in_knative(cleaned: Mapping[str, Any]) -> Iterator[str]:
    metadata, spec = cleaned["metadata"], cleaned.get("spec")
    annotations = metadata.get("annotations") or {}
    yield from _keys(metadata)
    if ENABLE_TAG_ROUTING in annotations:
        yield f"the annotation {ENABLE_TAG_ROUTING}"
    for component in spec.values() if isinstance(spec, Mapping) else ():
        if not isinstance(component, Mapping):
            continue
        yield from _keys(component)
        if component.get("scaleMetric") in KNATIVE_METRICS:
            yield f"scaleMetric: {component['scaleMetric']}"
        yield from (key for key in ("canaryTrafficPercent", "containerConcurrency") if component.get(key) is not None)
        if component.get("minReplicas") == 0 and annotations.get(AUTOSCALER_CLASS) not in _SCALES_TO_ZERO:
            yield "minReplicas: 0 without another autoscaler"


def _keys(holder: Mapping[str, Any]) -> Iterator[str]:
    for part, word in (("annotations", "the annotation"), ("labels", "the label")):
        given = holder.get(part)
        for key in given if isinstance(given, Mapping) else ():
            if isinstance(key, str) and key.startswith(_KNATIVE_KEYS):
                yield f"{word} {key}"
