"""How long a name may be that KServe makes others of: the labels, Services and hosts that it derives have limits.

KServe's webhook does not look at lengths. What is made of a name that is too long is refused by the API server, the
object never becomes ready, and the message stands in the controller's log.

Sources: kserve/kserve v0.16.0 and v0.20.0, pkg/constants/constants.go; deployment_reconciler.go and ksvc_reconciler.go
below pkg/controller/v1beta1/inferenceservice/reconcilers; raw_ig.go in pkg/controller/v1alpha1/inferencegraph;
workload_single_node.go in llmisvc; knative.dev/serving v0.44.0, whose own names are shortened to fit.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MOST = 63
"""Characters of a label's value, of a Service's name, and of each part of a host name."""
_LABEL = "isvc."
"""What KServe puts before the name of a Deployment, for its label `app`."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A text that is made of a name, and what it becomes."""

    text: str
    becomes: str

    @property
    def excess(self) -> int:
        """Characters that are too many."""
        return len(self.text) - MOST


def of_service(name: str, mode: str, components: Mapping[str, str], *, workers: bool, tags: tuple[str, ...]) -> Derived:
    """The longest text that an InferenceService leads to.

    `components` are what follows the name in the names of its parts, such as `-predictor`; `workers` says whether the
    predictor has workers, `tags` are those that Knative puts before the hosts of a component.
    """
    return max(_of_service(name, mode, components, workers=workers, tags=tags), key=lambda one: len(one.text))


def _of_service(
    name: str, mode: str, components: Mapping[str, str], *, workers: bool, tags: tuple[str, ...]
) -> Iterator[Derived]:
    yield Derived(name, "the label serving.kserve.io/inferenceservice")
    for suffix in components.values():
        if mode == "Standard":
            yield Derived(f"{_LABEL}{name}{suffix}", "the label app")
        elif mode == "Knative":
            yield Derived(f"{name}{suffix}", "the name of a Knative Service")
            for tag in tags:
                yield Derived(f"{tag}-{name}{suffix}", "a part of a host name")
    if workers and mode == "Standard":
        yield Derived(f"{_LABEL}{name}{components['predictor']}-worker", "the label app")


def of_graph(name: str, mode: str) -> Derived:
    """The longest text that an InferenceGraph leads to."""
    if mode == "Standard":
        return Derived(f"{_LABEL}{name}", "the label app")
    return Derived(name, "the name of a Knative Service")


OF_LABELS = {
    "LLMInferenceService": "app.kubernetes.io/name",
    "LocalModelCache": "internal.serving.kserve.io/localmodel",
    "LocalModelNamespaceCache": "internal.serving.kserve.io/localmodel",
}
"""Kinds whose name becomes the value of a label as it is: all other names that come of it are shortened to fit."""
