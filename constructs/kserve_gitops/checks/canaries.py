"""Canaries in KServe's own words: `canaryTrafficPercent` of Knative, and the list `spec.canary` from v0.20.0."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.reading import components, mapping, mode, sequence, whole
from kserve_gitops.checks.scaling import replicas
from kserve_gitops.core.findings import Severity
from kserve_gitops.core.origins import Path
from kserve_gitops.core.rendered import Fault
from kserve_gitops.serving.webhook import AUTOSCALER_CLASS, ENABLE_TAG_ROUTING

_ALL = 100
_HERE: Path = ("spec", "canary")
_HINT = "use canary: {trafficPercent: …, predictor: {…}} of the catalogue"
_FIXED = ("maxReplicas", "scaleTarget", "scaleMetric", "autoScaling", "workerSpec")
"""What an entry of `spec.canary` must not say: its replicas are fixed, and on one node."""


def canary(manifest: Mapping[str, Any]) -> Iterator[Fault]:
    """KG121: a canary that KServe refuses, ignores, or sends nothing to."""
    where = mode(manifest)
    metadata, spec = mapping(manifest.get("metadata")), mapping(manifest.get("spec"))
    annotations = mapping(metadata.get("annotations"))
    for name, component in components(manifest):
        percent = component.get("canaryTrafficPercent")
        at = ("spec", name, "canaryTrafficPercent")
        if percent is not None and where != "Knative":
            message = f"canaryTrafficPercent does nothing in {where}: everything goes to this {name}"
            yield Fault("KG121", at, message, _HINT)
        else:
            yield from _share(at, percent)
    if where != "Knative" and annotations.get(ENABLE_TAG_ROUTING) is not None:
        at = ("metadata", "annotations", ENABLE_TAG_ROUTING)
        message = f"addresses by tag are made by Knative; the annotation does nothing in {where}"
        yield Fault("KG121", at, message, "take it away", Severity.WARNING)
    if entries := [mapping(entry) for entry in sequence(spec.get("canary"))]:
        yield from _possible(spec, where, annotations)
        yield from _names(mapping(spec.get("predictor")), entries)
        for number, entry in enumerate(entries):
            yield from _entry((*_HERE, number), entry, mapping(spec.get("predictor")))
        shares = [entry.get("trafficPercent") for entry in entries]
        total = sum(share for share in shares if whole(share))
        if total > _ALL:
            yield Fault("KG121", _HERE, f"the shares of all canaries come to {total} percent", "at most 100")


def _possible(spec: Mapping[str, Any], where: str, annotations: Mapping[str, Any]) -> Iterator[Fault]:
    if where != "Standard":
        yield Fault("KG121", _HERE, f"spec.canary is refused in {where}: it is for Standard", _HINT)
    stable = mapping(spec.get("predictor"))
    env = [
        mapping(entry)
        for first in sequence(stable.get("containers"))[:1]
        for entry in sequence(mapping(first).get("env"))
    ]
    if stable.get("model") is None and not any(entry.get("name") == "STORAGE_URI" for entry in env):
        yield Fault("KG121", _HERE, "spec.canary needs a stable predictor with a model", "write the predictor as model")
    if annotations.get(AUTOSCALER_CLASS) == "keda":
        message = "with the autoscaler class keda a canary never becomes ready: KServe gives it no triggers"
        yield Fault("KG121", _HERE, message, _HINT)
    if spec.get("transformer") is not None:
        message = "no request reaches this canary: the transformer asks the stable predictor alone"
        yield Fault("KG121", _HERE, message, _HINT, Severity.WARNING)


def _names(stable: Mapping[str, Any], entries: list[Mapping[str, Any]]) -> Iterator[Fault]:
    taken = [stable.get("name")]
    for number, entry in enumerate(entries):
        own = mapping(entry.get("predictor")).get("name")
        at = (*_HERE, number, "predictor")
        if not own:
            yield Fault("KG121", at, "a canary needs predictor.name", "any word, as in v2")
        elif own in taken:
            yield Fault("KG121", (*at, "name"), f"the name '{own}' belongs to another predictor", "take another")
        taken.append(own)


def _entry(at: Path, entry: Mapping[str, Any], stable: Mapping[str, Any]) -> Iterator[Fault]:
    predictor = mapping(entry.get("predictor"))
    yield from _share((*at, "trafficPercent"), entry.get("trafficPercent"))
    yield from replicas((*at, "predictor"), predictor)
    for key in _FIXED:
        if predictor.get(key) is not None and (key, predictor[key]) != ("maxReplicas", 0):
            message = f"a canary must not say {key}: its replicas are fixed, on one node"
            yield Fault("KG121", (*at, "predictor", key), message, "minReplicas is possible")
    least, most = predictor.get("minReplicas"), stable.get("minReplicas", 1)
    if whole(least) and whole(most) and least > most:
        message = f"the canary has '{least}' replicas, more than the {most} of the stable predictor"
        yield Fault("KG121", (*at, "predictor", "minReplicas"), message, "raise minReplicas of the predictor too")


def _share(at: Path, percent: Any) -> Iterator[Fault]:
    if whole(percent) and not 0 <= percent <= _ALL:
        yield Fault("KG121", at, f"'{percent}' is no share of the requests, 0 to 100 percent")
