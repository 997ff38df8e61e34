"""What KServe makes of an InferenceService that fits its schema: refuses it, never gets it ready, ignores a part.

An error is what the webhook refuses, what never becomes ready, and what nobody can have meant; a warning is what
KServe accepts and does not read. Which rules hold depends on the deployment mode, so that comes first.

Sources: kserve/kserve v0.16.0 and v0.20.0, inference_service_validation.go, component.go, predictor.go, transformer.go
and explainer.go in pkg/apis/serving/v1beta1; hpa_reconciler.go, keda_reconciler.go and ksvc_reconciler.go below
pkg/controller/v1beta1/inferenceservice/reconcilers.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks import scaling
from kserve_gitops.checks.reading import components, mapping, mode, sequence
from kserve_gitops.core.findings import Severity
from kserve_gitops.core.origins import Path
from kserve_gitops.core.rendered import Fault
from kserve_gitops.serving.autoscaling import CLASSES
from kserve_gitops.serving.webhook import AUTOSCALER_CLASS, FRAMEWORKS, KSERVE_CONTAINER

_ANNOTATIONS: Path = ("metadata", "annotations")


def implementations(manifest: Mapping[str, Any]) -> Iterator[Fault]:
    """KG122: every component has exactly one thing that implements it."""
    for name, component in components(manifest):
        yield from _implementation(("spec", name), name, component)
    for number, entry in enumerate(sequence(mapping(manifest.get("spec")).get("canary"))):
        predictor = mapping(mapping(entry).get("predictor"))
        if predictor:
            yield from _implementation(("spec", "canary", number, "predictor"), "predictor", predictor)


def autoscaling(manifest: Mapping[str, Any]) -> Iterator[Fault]:
    """KG120: replicas and scaling that KServe refuses, that never gets ready, or that nothing reads."""
    annotations = mapping(mapping(manifest.get("metadata")).get("annotations"))
    word = annotations.get(AUTOSCALER_CLASS)
    where = mode(manifest)
    if word is not None and word not in CLASSES:
        at = (*_ANNOTATIONS, AUTOSCALER_CLASS)
        yield Fault("KG120", at, f"'{word}' is no autoscaler class of KServe's", f"one of {', '.join(CLASSES)}")
        return
    if word is not None and where == "Knative":
        at = (*_ANNOTATIONS, AUTOSCALER_CLASS)
        message = f"the autoscaler class '{word}' does nothing in Knative, which has a scaler of its own"
        yield Fault("KG120", at, message, "take it away, or use the deployment mode Standard", Severity.WARNING)
    for name, component in components(manifest):
        yield from scaling.component(name, component, where, word, annotations)


def _implementation(at: Path, name: str, component: Mapping[str, Any]) -> Iterator[Fault]:
    containers = [mapping(container) for container in sequence(component.get("containers"))]
    serving = [n for n, container in enumerate(containers) if container.get("name") == KSERVE_CONTAINER]
    if name == "predictor":
        keys = [key for key in ("model", *FRAMEWORKS) if component.get(key) is not None]
        given = keys + [f"container {KSERVE_CONTAINER}"] * len(serving)
        wanted = "model, or containers"
        if not given and containers:
            given = ["containers"]
            if len(containers) > 1:
                message = (
                    f"none of {len(containers)} containers is called {KSERVE_CONTAINER}: KServe knows not which serves"
                )
                yield Fault("KG122", (*at, "containers"), message, "name the one that serves so, and put it first")
        elif not keys and serving[:1] not in ([], [0]):
            message = f"{KSERVE_CONTAINER} must be the first container: KServe writes over the first one"
            yield Fault("KG122", (*at, "containers"), message, "put the others behind it")
    else:
        given = (["art"] if name == "explainer" and component.get("art") is not None else []) + (
            ["containers"] if containers else []
        )
        wanted = "art, or containers" if name == "explainer" else "containers"
    if not given:
        yield Fault("KG122", at, f"the {name} has nothing that implements it", f"add {wanted}")
    elif len(given) > 1:
        yield Fault("KG122", at, f"the {name} is implemented {len(given)} times: {', '.join(given)}", "keep one")
