"""What the containers of the tree ask for, with what a runtime or KServe's webhook adds to it key by key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.checks.pods import pods
from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.services import Component, Service
from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.checks.world.asked import SERVED, asked
from kserve_gitops.checks.world.runtimes import KINDS, Found, runtimes
from kserve_gitops.core.origins import Path

GROUPS = ("requests", "limits")
_DEFAULTS = ("cpu", "memory")
_PRESET = ("LLMInferenceService", "LLMInferenceServiceConfig")
"""Kinds whose containers are merged over those of presets."""
_OTHERS: tuple[tuple[str, Path], ...] = (
    ("InferenceGraph", ("spec",)),
    ("ClusterStorageContainer", ("spec", "container")),
)
"""What asks for resources and has no pod spec."""


@dataclass(frozen=True, slots=True)
class Demand:
    """The resources of one container: `own` as it says, `added` what comes from `source`; `at` leads to the container.

    `added` is None where that is not known. `nodes` tells of a model over several nodes, whose GPUs KServe counts out.
    """

    owner: Object
    at: Path
    own: Mapping[str, Mapping[str, Any]]
    added: Mapping[str, Mapping[str, Any]] | None
    source: str = ""
    nodes: bool = False

    def merged(self, group: str) -> dict[str, Any]:
        """The requests or the limits that the pod has, as far as is known."""
        added = self.added or {}
        return {**added.get(group, {}), **self.own.get(group, {})}

    def place(self, group: str, name: str) -> Path:
        """Where a resource stands."""
        return (*self.at, "resources", group, name)


def demands(tree: Tree) -> tuple[Demand, ...]:
    """What every container of the tree asks for; they are gathered once."""
    return tree.once(_demands)


def _demands(tree: Tree) -> tuple[Demand, ...]:
    return tuple(_gathered(tree))


def _gathered(tree: Tree) -> Iterator[Demand]:
    for pod in pods(tree):
        if not isinstance(pod.owner, Service):
            nodes = pod.owner.kind in KINDS and pod.owner.get("spec", "workerSpec") is not None
            added = None if pod.owner.kind in _PRESET else groups(None)
            for at, container in pod.containers:
                yield Demand(pod.owner, at, groups(container.get("resources")), added, nodes=nodes)
    for kind, at in _OTHERS:
        for owner in tree.of(kind):
            yield Demand(owner, at, groups(owner.get(*at, "resources")), {})
    served = {(id(one.service), one.model.at): one for one in asked(tree)}
    defaults = _defaults(tree)
    table = runtimes(tree)
    for service in tree.services:
        for component in service.everything if service.mode in SERVED else []:
            one = served.get((id(service), component.model.at)) if component.model else None
            yield from _of_component(service, component, table.serving(one) if one else None, defaults)


def _of_component(
    service: Service, component: Component, runtime: Found | None, defaults: Mapping[str, Mapping[str, Any]]
) -> Iterator[Demand]:
    workers = mapping(component.spec.get("workerSpec"))
    several = component.spec.get("workerSpec") is not None
    model = component.model
    for number, (at, container) in enumerate(component.servers):
        added: Mapping[str, Mapping[str, Any]] | None = {}
        source = ""
        if model and at == model.at:
            added = groups(runtime.server.get("resources")) if runtime else None
            source = f"the runtime '{runtime.name}'" if runtime else ""
        elif component in service.canaries:
            added = None
        elif number == 0:  # the webhook fills in the first one alone
            added, source = defaults, "KServe"
        yield Demand(service, at, groups(container.get("resources")), added, source, several and number == 0)
    for number, container in enumerate(sequence(component.spec.get("initContainers"))):
        at = (*component.at, "initContainers", number)
        yield Demand(service, at, groups(mapping(container).get("resources")), {})
    for number, container in enumerate(sequence(workers.get("containers"))):
        worker = runtime.worker if runtime and number == 0 else None
        added = groups(worker.get("resources")) if worker is not None else None
        at = (*component.at, "workerSpec", "containers", number)
        source = f"the runtime '{runtime.name}'" if runtime else ""
        yield Demand(service, at, groups(mapping(container).get("resources")), added, source, number == 0)


def groups(resources: Any) -> dict[str, Mapping[str, Any]]:
    """Requests and limits of a container; empty ones where they have another shape."""
    return {group: mapping(mapping(resources).get(group)) for group in GROUPS}


def _defaults(tree: Tree) -> dict[str, Mapping[str, Any]]:
    """What KServe's webhook gives a custom container that does not ask for it."""
    found = {
        group: {name: tree.setting(f"inferenceservice.resources.{group}.{name}") for name in _DEFAULTS}
        for group in GROUPS
    }
    return {group: {name: value for name, value in given.items() if value} for group, given in found.items()}
