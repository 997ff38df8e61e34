"""An InferenceGraph as rules look at it: its nodes, the steps of each, and which node leads to which."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.tree import Object
from kserve_gitops.core.origins import Path

ROOT = "root"
"""The node where every request begins."""
TARGETS = ("nodeName", "serviceName", "serviceUrl")
"""What a step may lead to."""
NODES: Path = ("spec", "nodes")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a node; `number` counts from 0, and `router` is the routerType of its node."""

    node: str
    number: int
    router: str
    given: Mapping[str, Any]

    @property
    def at(self) -> Path:
        """Where it stands in the graph."""
        return (*NODES, self.node, "steps", self.number)

    def text(self, field: str) -> str:
        """A field that is text; "" where there is none."""
        value = self.given.get(field)
        return value if isinstance(value, str) else ""


def nodes(graph: Object) -> Mapping[str, Any]:
    """The nodes by name."""
    return graph.mapping(*NODES)


def router(node: Any) -> str:
    """The routerType of a node."""
    return str(mapping(node).get("routerType"))


def steps(graph: Object) -> Iterator[Step]:
    """The steps of all nodes."""
    for name, node in nodes(graph).items():
        for number, given in enumerate(sequence(mapping(node).get("steps"))):
            yield Step(name, number, router(node), mapping(given))


def edges(graph: Object) -> dict[str, list[Step]]:
    """The steps that lead from a node to another, by the node that they leave, the root first."""
    found: dict[str, list[Step]] = {name: [] for name in nodes(graph) if name == ROOT}
    found |= {name: [] for name in nodes(graph)}
    for step in steps(graph):
        if step.text("nodeName"):
            found[step.node].append(step)
    return found


def cycles(found: Mapping[str, Sequence[Step]]) -> Iterator[tuple[list[str], Step]]:
    """The nodes of every way that comes back to where it was, and the step that closes it."""
    done: set[str] = set()
    for start in found:
        trail = {start: iter(found[start] if start not in done else ())}
        while trail:
            name = next(reversed(trail))
            step = next(trail[name], None)
            target = step.text("nodeName") if step else ""
            if step is None:
                del trail[name]
                done.add(name)
            elif target in trail:
                yield list(trail)[list(trail).index(target) :], step
            elif target in found and target not in done:
                trail[target] = iter(found[target])


def reached(found: Mapping[str, Sequence[Step]]) -> set[str]:
    """The nodes that a request can come to."""
    there, pending = {ROOT}, [ROOT]
    while pending:
        for step in found.get(pending.pop(), ()):
            target = step.text("nodeName")
            if target not in there:
                there.add(target)
                pending.append(target)
    return there
