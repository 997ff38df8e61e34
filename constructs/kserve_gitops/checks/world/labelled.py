"""The labels of the pods and Services that will be there, as far as they are known before the cluster has made them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.services import Service
from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.checks.world.made import World
from kserve_gitops.core.origins import Path
from kserve_gitops.serving.children import Serving, of_inference_service
from kserve_gitops.serving.webhook import DEPLOYMENT_MODE

_TEMPLATES: dict[str, Path] = {
    "CronJob": ("spec", "jobTemplate", "spec", "template", "metadata", "labels"),
    "DaemonSet": ("spec", "template", "metadata", "labels"),
    "Deployment": ("spec", "template", "metadata", "labels"),
    "Job": ("spec", "template", "metadata", "labels"),
    "Pod": ("metadata", "labels"),
    "ReplicaSet": ("spec", "template", "metadata", "labels"),
    "StatefulSet": ("spec", "template", "metadata", "labels"),
}
_ISVC = "serving.kserve.io/inferenceservice"
_OPEN = ("LLMInferenceService", "ScaledJob")
"""Kinds whose pods carry labels that are not followed here."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A pod or Service by its labels. With `more`, it has labels beyond them; `said` is how to select it.

    `ports` are the names of the ports of a pod; None where they are not known.
    """

    labels: Mapping[str, Any]
    more: bool = False
    said: str = ""
    ports: frozenset[str] | None = None

    def fits(self, wanted: Mapping[str, str]) -> bool:
        """Whether a selector that wants these labels finds it, or may."""
        return all(self.labels[key] == value if key in self.labels else self._may(key) for key, value in wanted.items())

    def lacks(self, key: str) -> bool:
        """Whether it may have a label of that key, and is not known to."""
        return key not in self.labels and self._may(key)

    def _may(self, key: str) -> bool:
        """Whether it may have a label that is not among the known: controllers add some in groups of Kubernetes."""
        return self.more or "kubernetes.io/" in key or "k8s.io/" in key or ("/" not in key and key in _ADDED)


class Labels:
    """The pods or Services of one namespace, found by their labels without looking at each."""

    def __init__(self, found: Iterable[Labelled]) -> None:
        self.all = list(found)
        self._with: dict[tuple[str, str], list[Labelled]] = defaultdict(list)
        self._without: dict[str, list[Labelled]] = {}
        for one in self.all:
            for key, value in one.labels.items():
                if isinstance(value, str):
                    self._with[key, value].append(one)

    @cached_property
    def said(self) -> frozenset[str]:
        """How to select them."""
        return frozenset(one.said for one in self.all if one.said)

    def fitting(self, wanted: Mapping[str, str]) -> Iterator[Labelled]:
        """Those that a selector which wants these labels finds, or may find."""
        key, value = min(wanted.items(), key=lambda one: len(self._with.get(one, ())) + len(self._lacking(one[0])))
        return (one for one in chain(self._with.get((key, value), ()), self._lacking(key)) if one.fits(wanted))

    def _lacking(self, key: str) -> list[Labelled]:
        if key not in self._without:
            self._without[key] = [one for one in self.all if one.lacks(key)]
        return self._without[key]


_ADDED = (
    "control-plane",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    "pod-template-generation",
    "pod-template-hash",
)
"""Labels that Kubernetes adds, and the one of KServe's own controllers."""


def pods_in(tree: Tree, world: World) -> dict[str, Labels]:
    """The pods of each namespace."""
    found: dict[str, list[Labelled]] = defaultdict(list)
    for kind, at in _TEMPLATES.items():
        for owner in tree.of(kind):
            labels = owner.mapping(*at)
            found[world.namespace(owner)].append(Labelled(labels, ports=_port_names(owner, at)))
    for service in tree.services:
        found[world.namespace(service)].extend(_of_service(service))
    for graph in tree.of("InferenceGraph"):
        found[world.namespace(graph)].append(_of_graph(tree, graph))
    knative = (one for one in tree.of("Service") if one.group.endswith("knative.dev"))
    for other in (*tree.of(*_OPEN), *knative):
        found[world.namespace(other)].append(Labelled({}, more=True))
    return {namespace: Labels(there) for namespace, there in found.items()}


def _port_names(owner: Object, labels: Path) -> frozenset[str] | None:
    """The names of the ports of the pods that have their labels at that path; None where no container is written."""
    spec = (*labels[:-2], "spec")
    initial = map(mapping, owner.sequence(*spec, "initContainers"))
    sidecars = [container for container in initial if container.get("restartPolicy") == "Always"]
    containers = [*map(mapping, owner.sequence(*spec, "containers")), *sidecars]
    if not containers:
        return None
    ports = (port for container in containers for port in sequence(container.get("ports")))
    return frozenset(name for port in ports if isinstance(name := mapping(port).get("name"), str))


def _of_graph(tree: Tree, graph: Object) -> Labelled:
    """In Standard its router has the label of a Deployment of KServe's; what Knative adds, the cluster counts."""
    own = {**graph.labels, "serving.kserve.io/inferencegraph": graph.name}
    if graph.annotations.get(DEPLOYMENT_MODE, tree.setting("controller.deploymentMode")) == "Standard":
        own["app"] = f"isvc.{graph.name}"
    return Labelled(own, more=True, said=f"serving.kserve.io/inferencegraph: {graph.name}")


def _of_service(service: Service) -> Iterator[Labelled]:
    """KServe's own labels are sure; a runtime may add others."""
    if service.mode != "Standard":
        yield Labelled({_ISVC: service.name}, more=True)
        return
    for child in of_inference_service(service.name, service.spec, Serving("Standard")):
        if child.kind == "Deployment":
            app = f"isvc.{child.name}"
            own = mapping(mapping(service.get(*child.at)).get("labels"))
            labels = {**service.labels, **own, _ISVC: service.name, "app": app}
            yield Labelled(labels, more=True, said=f"app: {app}")


def services_in(tree: Tree, world: World) -> dict[str, Labels]:
    """The Services of each namespace."""
    found: dict[str, list[Labelled]] = defaultdict(list)
    for one in tree.of("Service"):
        found[world.namespace(one)].append(Labelled(one.labels))
    for owner in _owners(tree):
        found[world.namespace(owner)].append(Labelled({}, more=True))
    return {namespace: Labels(there) for namespace, there in found.items()}


def _owners(tree: Tree) -> Iterator[Object]:
    yield from tree.of("InferenceService", "InferenceGraph", "LLMInferenceService")
