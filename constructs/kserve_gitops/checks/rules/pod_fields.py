"""Fields of pods that KServe's kinds have and that Knative, which runs them, does not take."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.pods import Pod, pods_of
from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.core.origins import Path
from kserve_gitops.serving import knative
from kserve_gitops.serving.webhook import DEPLOYMENT_MODE

_ON = ("enabled", "allowed")
_CONFIG = "config-features"
_REFUSED = "Knative refuses {what}: no revision of this is ever made"


@rule("KG129")
def not_in_knative(tree: Tree) -> Iterator[Mistake]:
    """A field of a pod that Knative refuses.

    KServe hands the pod on as it is, and Knative's webhook refuses a Service with a field that it does not know, or
    that is switched off: the InferenceService never becomes ready. Switched off by default are `nodeSelector`,
    `tolerations`, `affinity`, volumes of claims, init containers and more. Where the tree has Knative's configuration
    this is an error, elsewhere a warning, for nobody can see here what is switched on.

    Fix: take the field away, use the mode Standard, or switch the feature on:
    `spec: {config: {features: {kubernetes.podspec-nodeselector: enabled}}}` of the KnativeServing.

    Since: v0.16.0

    Source: knative.dev/serving v0.44.0 and v0.48.1, pkg/apis/serving/fieldmask.go and pkg/apis/config/features.go;
    kserve/kserve issue 1425.
    """
    features = _features(tree)
    for service in tree.services:
        if service.mode == "Knative" and DEPLOYMENT_MODE in service.annotations:
            for pod in pods_of(service):
                yield from _pod(pod, features)


def _pod(pod: Pod, features: Mapping[str, Any] | None) -> Iterator[Mistake]:
    for key, value in pod.spec.items():
        if value and key in knative.NEVER:
            yield pod.owner.error((*pod.at, key), _REFUSED.format(what=key), hint="take it away")
        elif value and key in knative.FEATURES:
            yield from _switched_off(pod, (*pod.at, key), key, knative.FEATURES[key], features)
    if pod.spec.get("automountServiceAccountToken") is True:
        what = "automountServiceAccountToken: true"
        hint = "take it away: true is the default"
        yield pod.owner.error((*pod.at, "automountServiceAccountToken"), _REFUSED.format(what=what), hint=hint)
    for number, volume in enumerate(sequence(pod.spec.get("volumes"))):
        yield from _volume(pod, (*pod.at, "volumes", number), mapping(volume), features)
    for at, container in pod.servers:
        for key in sorted(knative.NEVER_IN_CONTAINERS & container.keys()):
            if container[key]:
                yield pod.owner.error((*at, key), _REFUSED.format(what=key), hint="take it away")


def _volume(pod: Pod, at: Path, volume: Mapping[str, Any], features: Mapping[str, Any] | None) -> Iterator[Mistake]:
    for kind, source in volume.items():
        if kind == "name" or kind in knative.VOLUMES or source is None:
            continue
        if kind in knative.VOLUME_FEATURES:
            yield from _switched_off(pod, (*at, kind), f"volumes of {kind}", knative.VOLUME_FEATURES[kind], features)
        else:
            yield pod.owner.error((*at, kind), _REFUSED.format(what=f"volumes of {kind}"), hint="use the mode Standard")


def _switched_off(pod: Pod, at: Path, what: str, feature: str, features: Mapping[str, Any] | None) -> Iterator[Mistake]:
    if features is None:
        message = f"Knative refuses {what} unless its feature {feature} is on"
        yield pod.owner.warning(at, message, hint="use the mode Standard, or see to it that the feature is enabled")
    elif str(features.get(feature)).lower() not in _ON:
        yield pod.owner.error(at, _REFUSED.format(what=what), hint=f"enable {feature} in Knative's config-features")


def _features(tree: Tree) -> Mapping[str, Any] | None:
    """What Knative's features are set to; None where the tree does not say."""
    for operator in tree.of("KnativeServing"):
        config = operator.mapping("spec", "config")
        return mapping(config.get("features", config.get(_CONFIG)))
    for found in tree.of("ConfigMap"):
        if found.name == _CONFIG:
            return found.mapping("data")
    return None
