"""Every pod that an object of the tree asks for: what the kinds of KServe and of Kubernetes have in common."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.services import Service
from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.core.origins import Path

_TEMPLATES: dict[str, tuple[Path, ...]] = {
    "Pod": (("spec",),),
    "Deployment": (("spec", "template", "spec"),),
    "StatefulSet": (("spec", "template", "spec"),),
    "DaemonSet": (("spec", "template", "spec"),),
    "ReplicaSet": (("spec", "template", "spec"),),
    "Job": (("spec", "template", "spec"),),
    "CronJob": (("spec", "jobTemplate", "spec", "template", "spec"),),
    "ServingRuntime": (("spec",), ("spec", "workerSpec")),
    "ClusterServingRuntime": (("spec",), ("spec", "workerSpec")),
    "LLMInferenceService": (
        ("spec", "template"),
        ("spec", "worker"),
        ("spec", "prefill", "template"),
        ("spec", "prefill", "worker"),
        ("spec", "router", "scheduler", "template"),
    ),
}
_TEMPLATES["LLMInferenceServiceConfig"] = _TEMPLATES["LLMInferenceService"]


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod spec in an object; `at` leads to it, `servers` are the containers that it runs, KServe's `model` too."""

    owner: Object
    at: Path
    spec: Mapping[str, Any]
    servers: tuple[tuple[Path, Mapping[str, Any]], ...]

    @property
    def namespace(self) -> str:
        """Where it runs; "" for one of a ClusterServingRuntime, which runs wherever a model is."""
        return self.owner.namespace

    @property
    def containers(self) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """All of its containers, those that only initialize too."""
        yield from self.servers
        for number, found in enumerate(sequence(self.spec.get("initContainers"))):
            yield (*self.at, "initContainers", number), mapping(found)


def pods(tree: Tree) -> list[Pod]:
    """Every pod spec of the tree, in no particular order."""
    return tree.once(_pods)


def _pods(tree: Tree) -> list[Pod]:
    return list(_each(tree))


def _each(tree: Tree) -> Iterator[Pod]:
    for service in tree.services:
        yield from pods_of(service)
    for kind, places in _TEMPLATES.items():
        for owner in tree.of(kind):
            for at in places:
                if isinstance(owner.get(*at), Mapping):
                    spec = owner.mapping(*at)
                    yield Pod(owner, at, spec, _containers(at, spec))


def pods_of(service: Service) -> Iterator[Pod]:
    """The pod specs of an InferenceService: of its components and canaries, and of the workers of its predictor."""
    for component in service.everything:
        yield Pod(service, component.at, component.spec, tuple(component.servers))
        workers = component.spec.get("workerSpec")
        if isinstance(workers, Mapping):
            at = (*component.at, "workerSpec")
            yield Pod(service, at, workers, _containers(at, workers))


def _containers(at: Path, spec: Mapping[str, Any]) -> tuple[tuple[Path, Mapping[str, Any]], ...]:
    listed = enumerate(sequence(spec.get("containers")))
    return tuple(((*at, "containers", number), mapping(found)) for number, found in listed)
