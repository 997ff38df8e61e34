"""InferenceGraphs: what the webhook refuses, and where their steps lead to."""

from collections.abc import Iterator

from kserve_gitops.checks.reading import mapping, sequence, whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.graphs import NODES, ROOT, TARGETS, Step, cycles, edges, nodes, reached, router, steps
from kserve_gitops.checks.world.made import made
from kserve_gitops.core.suggestions import closest

_ALL = 100
_SHOWN = 6
_DETERMINED = ("Sequence", "Ensemble")
"""Routers that take the same steps for every request."""


@rule("KG150")
def graph_refused(tree: Tree) -> Iterator[Mistake]:
    """An InferenceGraph that KServe's webhook refuses.

    A request begins at the node `root`. The names of the steps of a node differ, a step leads to exactly one place, and
    the weights of a Splitter come to 100. The API server answers with the first of these that is wrong, and Argo CD
    shows the sync as failed.

    Fix: `nodes: {root: {routerType: Splitter, steps: [{serviceName: a, weight: 90}, {serviceName: b, weight: 10}]}}`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/apis/serving/v1alpha1/inference_graph_validation.go
    """
    for graph in tree.of("InferenceGraph"):
        if ROOT not in nodes(graph):
            near = next((name for name in nodes(graph) if closest(str(name), [ROOT])), None)
            hint = f"rename '{near}' if every request begins there" if near else "every request begins there"
            yield graph.error(NODES if nodes(graph) else ("spec",), f"no node is called '{ROOT}'", hint=hint)
        yield from _names(graph)
        for step in steps(graph):
            yield from _target(graph, step)
        for name in nodes(graph):
            yield from _weights(graph, name)


def _names(graph: Object) -> Iterator[Mistake]:
    first: dict[tuple[str, str], Step] = {}
    for step in steps(graph):
        name = step.text("name")
        other = first.setdefault((step.node, name), step)
        if name and other is not step:
            message = f"a second step of this node is called '{name}'"
            yield graph.error((*step.at, "name"), message, other=(graph, (*other.at, "name")))


def _target(graph: Object, step: Step) -> Iterator[Mistake]:
    given = [field for field in TARGETS if step.given.get(field) not in (None, "")]
    if not given:
        yield graph.error(step.at, "this step leads nowhere", hint=f"say one of {', '.join(TARGETS)}")
    elif len(given) > 1:
        yield graph.error((*step.at, given[1]), f"this step says {' and '.join(given)}", hint="only one is legal")


def _weights(graph: Object, name: str) -> Iterator[Mistake]:
    node = mapping(nodes(graph)[name])
    if router(node) != "Splitter":
        return
    listed = sequence(node.get("steps"))
    weights = [mapping(step).get("weight") for step in listed]
    for number, weight in enumerate(weights):
        if weight is None:
            at = (*NODES, name, "steps", number)
            yield graph.error(at, "a step of a Splitter needs a weight", hint="say weight, a share of 100")
    known = [weight for weight in weights if whole(weight)]
    if len(known) == len(weights) and sum(known) != _ALL:
        at = (*NODES, name, "steps") if listed else (*NODES, name)
        yield graph.error(at, f"the weights of a Splitter come to {_ALL}, these to {sum(known)}")


@rule("KG151")
def nodes_apart(tree: Tree) -> Iterator[Mistake]:
    """Nodes of an InferenceGraph that do not hang together.

    KServe does not look where `nodeName` leads to. The router answers 500 for a node that is not there, follows a ring
    of nodes until the request times out or its memory is full, and never comes to a node that no step leads to. Where a
    condition or chance may leave the ring, this is a warning.

    Fix: write the name of a node of the same graph, and take away what is not meant.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, cmd/router/main.go, routeStep
    """
    for graph in tree.of("InferenceGraph"):
        found = edges(graph)
        lost = [step for leaving in found.values() for step in leaving if step.text("nodeName") not in found]
        for step in lost:
            name = step.text("nodeName")
            hint = closest(name, map(str, found)) or f"it has {', '.join(map(str, [*found][:_SHOWN]))}"
            yield graph.error((*step.at, "nodeName"), f"this graph has no node '{name}'", hint=hint)
        for ring, step in cycles(found):
            yield _endless(graph, ring, step)
        if ROOT in found and not lost:
            there = reached(found)
            for name in (name for name in found if name not in there):
                yield graph.warning((*NODES, name), "no step leads here", hint=f"a request begins at '{ROOT}'")


def _endless(graph: Object, ring: list[str], step: Step) -> Mistake:
    members = [one for one in steps(graph) if one.node in ring]
    leaves = any(one.router not in _DETERMINED or one.given.get("condition") is not None for one in members)
    tell = graph.warning if leaves else graph.error
    way = " → ".join([*map(str, ring), str(ring[0])])
    return tell((*step.at, "nodeName"), f"this leads back to where it came from: {way}", hint="the way must end")


@rule("KG155", whole=True)
def service_of_graph_missing(tree: Tree) -> Iterator[Mistake]:
    """A step of an InferenceGraph that leads to an InferenceService which nothing makes.

    The controller looks `serviceName` up among the InferenceServices of the graph's namespace. While one is missing or
    not ready it makes no router, and the graph never becomes ready.

    Fix: write the name of an InferenceService of the same namespace. Everything else, an LLMInferenceService too, is
    reached by `serviceUrl`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/controller/v1alpha1/inferencegraph/controller.go
    """
    world = made(tree)
    for graph in tree.of("InferenceGraph"):
        home = world.namespace(graph)
        for step in steps(graph):
            name = step.text("serviceName")
            if not name or world.known("InferenceService", home, name):
                continue
            at, message = (*step.at, "serviceName"), f"there is no InferenceService '{name}'"
            wanted = ("InferenceService", home, name)
            if world.find("LLMInferenceService", home, name) is not None:
                yield graph.error(at, message, hint="an LLMInferenceService is reached by serviceUrl")
            elif other := world.elsewhere(*wanted):
                yield graph.error(at, message, hint=f"the one in namespace '{other}' is reached by serviceUrl")
            else:
                yield graph.error(at, message, hint=world.advice(*wanted), missing=wanted)
