"""Pieces of Kubernetes objects inside Helm values: `resources`, `affinity`, `extraVolumes` and the like.

Charts put them into objects as they are, and their own schemas leave them open. So they are judged here by the schemas
of the kinds that they end up in. What a chart adds to such a piece, or completes in it, is no mistake: of the keys of a
mapping only the misspelt ones are told, and what is missing only in the items of a list, which Helm replaces whole.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kserve_gitops.checks.amounts import amount
from kserve_gitops.checks.reading import at_path, mapping
from kserve_gitops.checks.schema.imported import Imported, Kind
from kserve_gitops.checks.schema.phrasing import Book, Path, Problem
from kserve_gitops.checks.schema.strictness import strict
from kserve_gitops.checks.schema.values import one_letter_off
from kserve_gitops.core.suggestions import closest

Place = tuple[Kind, Path]
"""A kind, and a path in an object of it."""

_POD: Kind = ("v1", "Pod")
_POLICY: Kind = ("networking.k8s.io/v1", "NetworkPolicy")
_DEPLOYMENT, _STATEFUL_SET, _DAEMON_SET = (("apps/v1", kind) for kind in ("Deployment", "StatefulSet", "DaemonSet"))


def _of_pod(*fields: str) -> tuple[Place, ...]:
    return tuple((_POD, ("spec", field)) for field in fields)


def _of_container(field: str) -> tuple[Place, ...]:
    return ((_POD, ("spec", "containers", 0, field)),)


_PARTS: dict[str, tuple[Place, ...]] = {
    **{name: _of_pod(name) for name in ("affinity", "dnsConfig", "hostAliases", "imagePullSecrets", "nodeSelector")},
    **dict.fromkeys(("tolerations", "extraTolerations"), _of_pod("tolerations")),
    "topologySpreadConstraints": _of_pod("topologySpreadConstraints"),
    **dict.fromkeys(("volumes", "extraVolumes", "additionalVolumes"), _of_pod("volumes")),
    **dict.fromkeys(("initContainers", "extraInitContainers", "additionalInitContainers"), _of_pod("initContainers")),
    **dict.fromkeys(("extraContainers", "additionalContainers", "sidecars"), _of_pod("containers")),
    "podSecurityContext": _of_pod("securityContext"),
    "containerSecurityContext": _of_container("securityContext"),
    "securityContext": (*_of_container("securityContext"), *_of_pod("securityContext")),
    **{name: _of_container(name) for name in ("resources", "lifecycle")},
    **{name: _of_container(name) for name in ("livenessProbe", "readinessProbe", "startupProbe")},
    "customLivenessProbe": _of_container("livenessProbe"),
    "customReadinessProbe": _of_container("readinessProbe"),
    "customStartupProbe": _of_container("startupProbe"),
    **dict.fromkeys(("env", "extraEnv", "extraEnvVars", "additionalEnv"), _of_container("env")),
    **dict.fromkeys(("envFrom", "extraEnvFrom"), _of_container("envFrom")),
    **dict.fromkeys(("volumeMounts", "extraVolumeMounts", "additionalVolumeMounts"), _of_container("volumeMounts")),
    **dict.fromkeys(("strategy", "deploymentStrategy"), ((_DEPLOYMENT, ("spec", "strategy")),)),
    "updateStrategy": (
        (_DEPLOYMENT, ("spec", "strategy")),
        (_STATEFUL_SET, ("spec", "updateStrategy")),
        (_DAEMON_SET, ("spec", "updateStrategy")),
    ),
}
"""By the name that charts give it. With several places it fits what is allowed in any of them."""

_PARTS_BELOW: dict[tuple[str, str], tuple[Place, ...]] = {
    ("networkPolicy", "egress"): ((_POLICY, ("spec", "egress")),),
    ("networkPolicy", "ingress"): ((_POLICY, ("spec", "ingress")),),
    ("service", "spec"): ((("v1", "Service"), ("spec",)),),
}
"""The same for names that say what they are together with the key above."""

_RESOURCES = _of_container("resources")
_GROUPS = ("limits", "requests")
_NATIVE = ("cpu", "memory", "ephemeral-storage")
_HUGE = "hugepages-"
_FORMS = "quantities look like 500m, 2, 4Gi"

_SPAWNED = ("jupyterhub", "singleuser")
"""Chart and key of what KubeSpawner reads: it takes fields in Python's spelling too, and templates in texts."""
_POLICIES = "networkPolicy"
_TEMPLATE = "{{"


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece at `path` of some values; `named` are the keys that the chart's schema knows in it by name."""

    path: Path
    value: Any
    places: tuple[Place, ...]
    named: frozenset[str]


def fragments(written: Mapping[str, Any], book: Book) -> Iterator[Fragment]:
    """The pieces in values whose form fits what the chart's schema says of the key."""
    yield from _below(written, book.root, book, ())


def _below(value: Any, node: Any, book: Book, path: Path) -> Iterator[Fragment]:
    schema = book.follow(node)
    if not isinstance(value, Mapping) or not isinstance(schema, Mapping):
        return
    known: Mapping[str, Any] = schema.get("properties", {})
    above = str(path[-1]) if path else ""
    for key, inner in value.items():
        below = book.follow(known.get(key, schema.get("additionalProperties")))
        if not isinstance(below, Mapping):
            continue
        places = _PARTS.get(str(key)) or _PARTS_BELOW.get((above, str(key)))
        if places and _takes(below, inner):
            yield Fragment((*path, str(key)), inner, places, frozenset(below.get("properties", {})))
        else:
            yield from _below(inner, below, book, (*path, str(key)))


def _takes(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value has a form that the chart takes: another one is told already."""
    form = "object" if isinstance(value, Mapping) else "array" if isinstance(value, list) else ""
    types = schema.get("type", form)
    return bool(form) and form in (types if isinstance(types, list) else [types])


def book_of(places: Iterable[Place], imported: Imported) -> Book | None:
    """The schema of a piece; None where a kind that it ends up in was not imported."""
    found = [(imported.book(kind), path) for kind, path in places if kind in imported.files]
    schemas = [(book, book.of(path)) for book, path in found]
    if not schemas or any(schema is None for _, schema in schemas):
        return None
    book, whole = schemas[0]
    for other, schema in schemas[1:]:
        whole = _either(whole, schema, book, other)
    # A piece may come from the definitions, whose references are to what stands beside them.
    definitions = {**book.root.get("$defs", {}), **book.definitions}
    return Book(strict({**book.follow(whole), "$defs": definitions}), strict(definitions))


def _either(one: Any, two: Any, book: Book, other: Book) -> Any:
    """A schema for what fits one of the two: fields of both, and any value where they differ."""
    left, right = book.follow(one), other.follow(two)
    if left == right:
        return one
    if "properties" not in left or "properties" not in right:
        return {}
    ours, theirs = left["properties"], right["properties"]
    both = {key: _either(ours[key], theirs[key], book, other) for key in ours.keys() & theirs.keys()}
    return {"additionalProperties": False, "properties": {**ours, **theirs, **both}, "type": "object"}


def form_of(book: Book) -> type:
    """The type that a piece has as data."""
    return list if book.root.get("type") == "array" else dict


def without_nulls(value: Any) -> Any:
    """A piece without the keys that are null: the API server takes them for not written."""
    if isinstance(value, list):
        return [without_nulls(entry) for entry in value]
    if isinstance(value, Mapping):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    return value


def told(found: Iterable[Problem], fragment: Fragment, chart: str, book: Book) -> Iterator[Problem]:
    """The problems of a piece that are sure whatever the chart does with it, at paths of the values."""
    spawned = (chart, fragment.path[0]) == _SPAWNED and _POLICIES not in fragment.path
    for problem in found:
        if _is_sure(problem, fragment, book) and not (spawned and _is_spelled_otherwise(problem)):
            yield replace(problem, path=(*fragment.path, *problem.path))


def amounts(fragment: Fragment) -> Iterator[Problem]:
    """What is wrong with the names and the quantities of `resources`, which no schema knows."""
    given = fragment.value if fragment.places == _RESOURCES and isinstance(fragment.value, Mapping) else {}
    for group in _GROUPS:
        for name, value in mapping(given.get(group)).items():
            path = (*fragment.path, group)
            if "/" not in str(name) and name not in _NATIVE and not str(name).startswith(_HUGE):
                near = "" if "gpu" in str(name).lower() else closest(str(name), _NATIVE)
                hint = near or "a device has a domain, as in nvidia.com/gpu"
                yield Problem(path, str(name), "unknown", f"there is no resource '{name}'", hint)
            elif isinstance(value, str) and _TEMPLATE not in value and amount(value) is None:
                yield Problem((*path, str(name)), None, "value", f"'{value}' is no quantity", _FORMS)


def _is_sure(problem: Problem, fragment: Fragment, book: Book) -> bool:
    in_list = any(isinstance(step, int) for step in problem.path)
    if problem.kind == "missing":
        return in_list
    if problem.kind == "unknown" and not problem.path:
        names = book.root.get("properties", {}).keys() - fragment.value.keys()
        return problem.key not in fragment.named and any(one_letter_off(str(problem.key), name) for name in names)
    value = at_path(fragment.value, problem.path)
    is_text_item = isinstance(value, str) and bool(problem.path) and isinstance(problem.path[-1], int)
    return not (is_text_item and len(problem.path) == 1) and not (isinstance(value, str) and _TEMPLATE in value)


def _is_spelled_otherwise(problem: Problem) -> bool:
    return problem.kind != "unknown" or "_" in str(problem.key)
