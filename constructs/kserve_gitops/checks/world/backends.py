"""Where the routes of a tree lead."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.checks.world.made import made
from kserve_gitops.core.origins import Path

ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute")


@dataclass(frozen=True, slots=True)
class Backend:
    """A backend of a route: where it stands, and what it names."""

    route: Object
    at: Path
    given: Mapping[str, Any]
    namespace: str
    name: str

    @property
    def is_service(self) -> bool:
        """Whether it is a Service, as it is where nothing is written."""
        return (self.given.get("group", ""), self.given.get("kind", "Service")) == ("", "Service")


def backends(tree: Tree) -> list[Backend]:
    """The backends of all routes, and those that only get a copy of the requests."""
    return tree.once(_all)


def _all(tree: Tree) -> list[Backend]:
    return list(_each(tree))


def _each(tree: Tree) -> Iterator[Backend]:
    world = made(tree)
    for route in tree.of(*ROUTES):
        for number, rule_ in enumerate(map(mapping, route.sequence("spec", "rules"))):
            for at, given in _refs(("spec", "rules", number), rule_):
                name, namespace = given.get("name"), given.get("namespace") or world.namespace(route)
                if isinstance(name, str) and isinstance(namespace, str) and namespace:
                    yield Backend(route, at, given, namespace, name)


def _refs(at: Path, given: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for number, ref in enumerate(map(mapping, sequence(given.get("backendRefs")))):
        yield (*at, "backendRefs", number), ref
    for number, filter_ in enumerate(map(mapping, sequence(given.get("filters")))):
        mirror = mapping(filter_.get("requestMirror")).get("backendRef")
        if isinstance(mirror, Mapping):
            yield (*at, "filters", number, "requestMirror", "backendRef"), mirror
