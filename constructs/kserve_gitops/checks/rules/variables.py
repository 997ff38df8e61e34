"""Environment variables that mean something to KServe, and that its webhooks refuse in some places."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kserve_gitops.checks.pods import pods
from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.services import Component, Service
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.core.origins import Path

_RUNTIMES = ("ServingRuntime", "ClusterServingRuntime")
_TRANSFORMER = "transformer-container"
_PROTOCOLS = ("v1", "v2")
_FORBIDDEN_SINCE = order("v0.18.0")
_FORBIDDEN = "PYTHONPATH"


@rule("KG131")
def variable(tree: Tree) -> Iterator[Mistake]:
    """An environment variable that KServe's webhook refuses.

    Three variables mean something to KServe. `PROTOCOL` of a custom predictor is v1 or v2. `STORAGE_URI` does not go
    to a transformer that runs beside the model, for KServe loads the model for the other container. `PYTHONPATH` is
    refused in every container of an InferenceService and of a runtime, because it could replace the server's code.

    Fix: set PROTOCOL to v1 or v2; move STORAGE_URI to the container that serves the model; install Python code in the
    image instead of pointing PYTHONPATH at it.

    Since: v0.16.0; PYTHONPATH v0.18.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/apis/serving/v1beta1/predictor_custom.go and
    inference_service_validation.go; v0.20.0, pkg/validation/env_policy.go and
    pkg/webhook/admission/servingruntime/servingruntime_webhook.go.
    """
    for service in tree.services:
        for component in service.everything:
            if component.name == "predictor" and component.model is None:
                yield from _protocol(service, component)
        if (stable := service.predictor) is not None:
            yield from _storage_of_transformer(service, stable)
    if order(tree.kserve) >= _FORBIDDEN_SINCE:
        yield from _python_path(tree)


def _protocol(service: Service, component: Component) -> Iterator[Mistake]:
    """The webhook looks at the first container alone, and there at the first variable of that name."""
    for at, container in component.containers[:1]:
        for number, entry in enumerate(sequence(container.get("env"))):
            if mapping(entry).get("name") == "PROTOCOL":
                value = mapping(entry).get("value")
                if value not in _PROTOCOLS:
                    said = f"'{value}'" if value else "a value that is not written here"
                    message = f"the protocol is {said}; KServe takes v1 and v2"
                    last = ("value",) if value else ()
                    yield service.error((*at, "env", number, *last), message, hint="write value: v2, or v1")
                return


def _storage_of_transformer(service: Service, component: Component) -> Iterator[Mistake]:
    for at, container in component.containers:
        if container.get("name") == _TRANSFORMER:
            for number, entry in enumerate(sequence(container.get("env"))):
                if mapping(entry).get("name") == "STORAGE_URI":
                    message = f"{_TRANSFORMER} gets no STORAGE_URI: KServe refuses it"
                    hint = "move it to the container that serves the model"
                    yield service.error((*at, "env", number, "name"), message, hint=hint)
            return


def _python_path(tree: Tree) -> Iterator[Mistake]:
    """In the order of the tree's pods; entries of `spec.canary` are not looked at, nor init containers of runtimes."""
    for pod in pods(tree):
        if pod.at[:2] == ("spec", "canary") or pod.owner.get("spec", "disabled") is True:
            continue
        if pod.owner.kind in _RUNTIMES:
            yield from _forbidden(pod.owner, pod.servers)
        elif isinstance(pod.owner, Service):
            yield from _forbidden(pod.owner, pod.containers)


def _forbidden(owner: Object, containers: Iterable[tuple[Path, Mapping[str, Any]]]) -> Iterator[Mistake]:
    for at, container in containers:
        for number, entry in enumerate(sequence(container.get("env"))):
            if mapping(entry).get("name") == _FORBIDDEN:
                message = f"{_FORBIDDEN} is refused by KServe's webhook"
                yield owner.error((*at, "env", number, "name"), message, hint="install the code in the image")
