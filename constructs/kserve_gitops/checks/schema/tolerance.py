"""What the API server takes although a schema does not: it settles some things before it judges an object.

A null is an absent field, the defaults of a CRD are filled in, and what stands where the cluster writes itself is not
read. A person may still want to know; but nothing is refused.

Sources: apiextensions-apiserver v0.34, PruneNonNullableNullsWithoutDefaults in pkg/apiserver/schema/defaulting;
apimachinery v0.34, ObjectMeta.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from kserve_gitops.checks.schema.phrasing import Problem
from kserve_gitops.core.origins import Path

_OF_THE_CLUSTER = frozenset({((), "status"), (("metadata",), "generation"), (("metadata",), "selfLink")})
"""By mapping and key, what the cluster writes, and passes over in what it is given."""
_NOWHERE = object()

Problems = Callable[[Mapping[str, Any]], list[Problem]]


def tolerated(
    found: list[Problem],
    manifest: Mapping[str, Any],
    problems: Problems,
    canonical: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> list[Problem]:
    """`found` without what the API server settles itself, and with `harmless` at what it passes over.

    `problems` judges an object by the same schema, and `canonical` fills in defaults.
    """
    return list(_judged(found, manifest, problems, canonical(manifest)))


def _judged(
    found: list[Problem], manifest: Mapping[str, Any], problems: Problems, filled: Mapping[str, Any]
) -> Iterator[Problem]:
    without = problems(without_nulls(filled))
    missing = {(*problem.path, problem.key) for problem in without if problem.kind == "missing"}
    left = {(problem.path, problem.kind, problem.key) for problem in without}
    for problem in found:
        value = _at(manifest, problem.path)
        if problem.kind == "unknown" and (problem.path, problem.key) in _OF_THE_CLUSTER:
            if not empty(value[problem.key]):
                message = f"'{problem.key}' is written by the cluster: what stands here is not read"
                yield replace(problem, message=message, hint="take it away", harmless=True)
        elif problem.kind == "value" and value is None and problem.path not in missing and _in_mapping(problem.path):
            yield replace(problem, hint="write a value, or take the field away", harmless=True)
        elif _stands(problem, value) or (problem.path, problem.kind, problem.key) in left:
            yield problem


def _stands(problem: Problem, value: Any) -> bool:
    """Whether no default can be what is missing."""
    return problem.kind == "unknown" or not isinstance(value, Mapping)


def without_nulls(value: Any) -> Any:
    """`value` without the keys that have no value; entries of lists stay."""
    if isinstance(value, Mapping):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_nulls(inner) for inner in value]
    return value


def empty(value: Any) -> bool:
    """Whether a value says nothing, nor anything inside it: what tools print for what they leave out."""
    if isinstance(value, Mapping):
        return all(empty(inner) for inner in value.values())
    return value is None or value == []


def _at(manifest: Mapping[str, Any], path: Path) -> Any:
    """What stands at the path of a problem; a key that is a number may not be found by what the validator says."""
    value: Any = manifest
    for step in path:
        if isinstance(value, list):
            value = value[int(step)]
        elif (value := value.get(step, _NOWHERE)) is _NOWHERE:
            break
    return value


def _in_mapping(path: Path) -> bool:
    return bool(path) and isinstance(path[-1], str)
