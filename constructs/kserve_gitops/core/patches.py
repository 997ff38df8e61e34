"""The last word of a person: changes to an object that was made, in the two forms that Kubernetes knows.

A mapping with `op` is one operation of a JSON patch (RFC 6902); any other mapping is a merge patch (RFC 7386), which
follows the rule of `merging`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonpatch
from jsonpointer import JsonPointer, JsonPointerException

from kserve_gitops.core.merging import merge
from kserve_gitops.core.origins import Path

Patch = Mapping[str, Any]

_IDENTITY = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"))


@dataclass(frozen=True, slots=True)
class Patched:
    """What came out, and for each patch that could not be applied its number and a phrase."""

    manifest: dict[str, Any]
    problems: tuple[tuple[int, str], ...] = ()


def patched(manifest: dict[str, Any], patches: Sequence[Patch]) -> Patched:
    """`manifest` after `patches`, in their order; one that cannot be applied is passed over."""
    problems: list[tuple[int, str]] = []
    for number, patch in enumerate(patches):
        try:
            found = jsonpatch.apply_patch(manifest, [patch]) if "op" in patch else merge(manifest, dict(patch))
        except (jsonpatch.JsonPatchException, JsonPointerException) as error:
            problems.append((number, _phrase(patch, error)))
            continue
        if changed := [".".join(path) for path in _IDENTITY if _at(found, path) != _at(manifest, path)]:
            problems.append((number, f"the patch changes {' and '.join(changed)}: that would be another object"))
            continue
        manifest = found
    return Patched(manifest, tuple(problems))


def _at(value: Any, path: Sequence[str]) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def pointed(pointer: Any) -> Path:
    """The path that a JSON pointer names; () for what is none."""
    try:
        parts = JsonPointer(pointer).parts
    except (JsonPointerException, TypeError):
        return ()
    return tuple(int(part) if part.isdigit() else part for part in parts)


def _phrase(patch: Patch, error: Exception) -> str:
    wanted = f"{patch['op']} {patch.get('path', '')}".strip()
    if isinstance(error, jsonpatch.JsonPatchTestFailed):
        return f"the patch '{wanted}' finds another value there"
    if isinstance(error, jsonpatch.InvalidJsonPatch):
        return f"the patch '{wanted}' is not one of RFC 6902: {str(error).rstrip('.').lower()}"
    return f"the patch '{wanted}' leads nowhere"
