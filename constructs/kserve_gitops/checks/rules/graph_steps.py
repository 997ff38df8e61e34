"""What the router of an InferenceGraph makes of a step: nothing of it is looked at before a request comes."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from kserve_gitops.checks.reading import mapping, whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.graphs import NODES, Step, nodes, router, steps
from kserve_gitops.serving import charts

_DATA = ("$request", "$response")
_NOT_IN_HOSTS = frozenset(" \\^`{}|<>#")
_SPACE, _DELETE = 0x20, 0x7F
_MAPS = "mapPredictionsToInstances"
_MAPS_SINCE = "v0.17.0"
"""The first release whose chart has the field in its CRD; that of v0.16.0 was made before the field."""


@rule("KG152")
def failing_step(tree: Tree) -> Iterator[Mistake]:
    """A step of an InferenceGraph that no request gets through, or not as it is written.

    The router finds these out with the first request, and answers 404 or 500: a node without steps, a step of a Switch
    without a condition, a condition on the first step of a Sequence (it is looked for in the response of the step
    before), an address that is no URL. `data` is compared with `$response` as a whole: everything else means the
    request, `$response.predictions` too.

    Fix: give each step of a Switch a GJSON path; `'@this'` is there in every request. Write `data: $response` and a
    `serviceUrl` such as `http://iris-predictor.team-a.svc.cluster.local/v1/models/iris:predict`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, cmd/router/main.go
    """
    for graph in tree.of("InferenceGraph"):
        for name, node in nodes(graph).items():
            if not mapping(node).get("steps") and router(node) != "Splitter":
                yield graph.error((*NODES, name), "a node without steps answers no request", hint="give it steps")
        for step in steps(graph):
            yield from _condition(graph, step)
            yield from _address(graph, step)
            yield from _data(graph, step)
            weight = step.given.get("weight")
            if whole(weight) and weight < 0 and step.router == "Splitter":
                yield graph.error((*step.at, "weight"), f"a weight of {weight}", hint="0 is the least")


def _condition(graph: Object, step: Step) -> Iterator[Mistake]:
    condition = step.text("condition")
    if step.router == "Switch" and not condition and step.given.get("condition") in (None, ""):
        hint = "give it a condition; '@this' holds for every request"
        yield graph.error(step.at, "a step of a Switch without a condition is never taken", hint=hint)
    if step.router == "Sequence" and step.number == 0 and condition:
        message = "a condition on the first step of a Sequence fails every request: there is no response yet"
        yield graph.error((*step.at, "condition"), message, hint="take it away, or make the node a Switch")


def _address(graph: Object, step: Step) -> Iterator[Mistake]:
    url = step.text("serviceUrl")
    if url and not _is_url(url):
        hint = "begin it with http:// or https:// and a host"
        yield graph.error((*step.at, "serviceUrl"), f"'{url}' is no URL that the router can call", hint=hint)


def _is_url(url: str) -> bool:
    """Whether Go's client would call it; what only looks odd passes."""
    if url != url.lstrip() or any(ord(character) < _SPACE or ord(character) == _DELETE for character in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.netloc.rpartition("@")[2]
    return parts.scheme.lower() in ("http", "https") and bool(host) and not _NOT_IN_HOSTS.intersection(host)


def _data(graph: Object, step: Step) -> Iterator[Mistake]:
    data = step.text("data")
    if step.router == "Sequence" and data and data not in _DATA:
        hint = f"write {' or '.join(_DATA)}"
        yield graph.error((*step.at, "data"), f"'{data}' means the request to KServe", hint=hint)


@rule("KG153")
def ignored_in_step(tree: Tree) -> Iterator[Mistake]:
    """A field of a step that the router of an InferenceGraph does not read there.

    `weight` counts in a Splitter, `condition` in a Switch and a Sequence, `data` and `mapPredictionsToInstances` in a
    Sequence; a first step has no response to take. KServe's chart of v0.16.0 lacks `mapPredictionsToInstances` in its
    CRD, and the API server drops the field in silence.

    Fix: take the field away, or choose the router that reads it.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, cmd/router/main.go, and charts/kserve-crd/templates/
    serving.kserve.io_inferencegraphs.yaml
    """
    dropped = order(tree.kserve) < order(_MAPS_SINCE)
    ours = any(tree.values_of(*charts.KSERVE))
    for graph in tree.of("InferenceGraph"):
        for step in steps(graph):
            for field in _unread(step):
                yield graph.warning((*step.at, field), f"a {step.router} does not read it", hint="take it away")
            if step.router == "Sequence" and step.number == 0 and step.text("data") == "$response":
                hint = "the first step gets the request; take it away"
                yield graph.warning((*step.at, "data"), "there is no response before the first step", hint=hint)
            if dropped and step.given.get(_MAPS) is True and step.router == "Sequence":
                tell = graph.error if ours else graph.warning
                message = f"the CRD of KServe's chart {tree.kserve} lacks this field: it is dropped"
                yield tell((*step.at, _MAPS), message, hint=f"it needs KServe {_MAPS_SINCE}")


def _unread(step: Step) -> Iterator[str]:
    if step.router not in ("Splitter", "Switch", "Ensemble", "Sequence"):
        return
    if step.router != "Splitter" and step.given.get("weight") is not None:
        yield "weight"
    if step.router in ("Splitter", "Ensemble") and step.text("condition"):
        yield "condition"
    if step.router != "Sequence" and step.text("data") not in ("", "$request"):
        yield "data"
    if step.router != "Sequence" and step.given.get(_MAPS) is True:
        yield _MAPS
