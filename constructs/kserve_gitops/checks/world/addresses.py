"""The hosts that KServe gives the models of a tree, and the Gateway it gives them to, by the settings of its chart."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.services import Service
from kserve_gitops.checks.tree import Tree, Values
from kserve_gitops.checks.world.made import World, made
from kserve_gitops.serving import charts, hosts

GATEWAY = "controller.gateway"
_VISIBILITY = "networking.kserve.io/visibility"
_CLUSTER_LOCAL = "cluster-local"


@dataclass(frozen=True, slots=True)
class ModelHost:
    """A host of an InferenceService; `of` is the component it leads to, "" for the one of the model as a whole."""

    host: str
    of: str


@dataclass(frozen=True, slots=True)
class Addresses:
    """What KServe's chart says about addresses in the mode Standard; a setting of the wrong type is its default.

    `gateway` is the setting as it stands, for a text without one `/` names no Gateway.
    """

    template: str
    domain: str
    additional: tuple[str, ...]
    gateway: str
    by_routes: bool
    disabled: bool
    world: World
    _found: dict[int, list[ModelHost]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, tree: Tree) -> "Addresses":
        """Of the KServe that serves a tree."""
        return tree.once(cls._read)

    @classmethod
    def _read(cls, tree: Tree) -> "Addresses":
        return cls(
            _text(tree, f"{GATEWAY}.domainTemplate"),
            _text(tree, f"{GATEWAY}.domain"),
            tuple(found for found in sequence(tree.setting(f"{GATEWAY}.additionalIngressDomains")) if _is_text(found)),
            _text(tree, f"{GATEWAY}.ingressGateway.kserveGateway"),
            tree.setting(f"{GATEWAY}.ingressGateway.enableGatewayApi") is True,
            tree.setting(f"{GATEWAY}.disableIngressCreation") is True,
            made(tree),
        )

    @property
    def parent(self) -> tuple[str, str] | None:
        """Namespace and name of the Gateway that KServe's routes name; None for a setting that names none."""
        namespace, slash, name = self.gateway.partition("/")
        return (namespace, name) if slash and namespace and name and "/" not in name else None

    def reach(self, service: Service) -> bool:
        """Whether a model gets a route or an Ingress at all."""
        local = service.labels.get(_VISIBILITY) == _CLUSTER_LOCAL or self.domain == hosts.CLUSTER_LOCAL
        return service.mode == "Standard" and not local and not self.disabled

    def hosts(self, service: Service) -> list[ModelHost]:
        """What the template gives for the model and its components, as far as it is understood."""
        if id(service) not in self._found:
            self._found[id(service)] = list(self._hosts(service))
        return self._found[id(service)]

    def _hosts(self, service: Service) -> Iterator[ModelHost]:
        namespace = self.world.namespace(service)
        owner = hosts.Owner(namespace, mapping(service.annotations), mapping(service.labels))
        for suffix, of in self._names(service) if namespace else ():
            found = hosts.host(self.template, f"{service.name}{suffix}", self.domain, owner)
            if found is not None:
                yield ModelHost(found, of)

    def more(self, service: Service) -> Iterator[str]:
        """The hosts of a model in additional domains, without those that KServe leaves out as illegal."""
        for found in self.hosts(service) if self.additional else ():
            if not found.of:
                added = hosts.additional(found.host, self.domain, self.additional)
                yield from (host for host in added if not hosts.problem(host))

    def _names(self, service: Service) -> Iterator[tuple[str, str]]:
        yield "", ""
        for component in service.components:
            yield f"-{component.name}", component.name
        for canary in service.canaries:
            name = canary.spec.get("name")
            if isinstance(name, str):
                yield f"-{name}-predictor", f"canary '{name}'"


def written(tree: Tree, *path: str) -> Iterator[Values]:
    """The values for KServe's charts that say something at a.b.c below `kserve`."""
    for values in tree.values_of(*charts.KSERVE):
        if values.get("kserve", *path) is not None:
            yield values


def _text(tree: Tree, key: str) -> str:
    found = tree.setting(key)
    return found if isinstance(found, str) and found else str(charts.DEFAULTS[key])


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
