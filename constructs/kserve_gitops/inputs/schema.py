"""Holding a document against one of our own JSON Schemas, and what those schemas say beside: defaults.

jsonschema-rs says in microseconds that a document fits, which nearly all do; jsonschema, whose errors are better, is
imported and asked only about one that does not.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from kserve_gitops.core.documents import Document
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.origins import Path
from kserve_gitops.core.places import Place
from kserve_gitops.inputs.phrasing import Locate, lacking, phrase, unknown

if TYPE_CHECKING:
    import jsonschema


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema `platform` or `model`, as shipped with the package."""
    text = files("kserve_gitops.inputs").joinpath("schemas", f"{name}.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _part(name: str, part: str) -> dict[str, Any]:
    whole = schema(name)
    return {"$defs": whole["$defs"], "$ref": f"#/$defs/{part}"} if part else whole


@cache
def _quick(name: str, part: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_part(name, part))


@cache
def _validator(name: str, part: str) -> "jsonschema.Draft202012Validator":
    import jsonschema  # noqa: PLC0415  forty milliseconds that a run without mistakes need not spend

    return jsonschema.Draft202012Validator(_part(name, part))


def _fits(data: Any, name: str, part: str) -> bool:
    try:
        return _quick(name, part).is_valid(data)
    except ValueError:  # no JSON: a key that is an integer
        return False


def problems(data: Any, name: str, locate: Locate, *, part: str = "", under: str = "") -> Iterator[Finding]:
    """Every way in which `data`, what stands `under` a key, does not fit the schema `name`, or its definition `part`.

    A required field that is there under a misspelt name is told once, as the unknown field.
    """
    if _fits(data, name, part):
        return
    errors = list(_validator(name, part).iter_errors(data))
    misspelt = {(tuple(e.absolute_path), hint) for e in errors for _, hint in unknown(e)}
    for error in errors:
        key = lacking(error)
        if key is None or (tuple(error.absolute_path), f"did you mean '{key}'?") not in misspelt:
            yield from phrase(error, schema(name), part, under, locate)


def locator(document: Document) -> Locate:
    """Places of a document itself."""
    return lambda path, key: document.at(path, key=key)


def overlay_locator(document: Document, base: Path, overlay: Path) -> Locate:
    """Places of data that was merged: in the overlay where it says as much about the path, else in the base."""

    def locate(path: Path, key: str | None) -> Place:
        wanted = path if key is None else (*path, key)
        start = min((overlay, base), key=lambda start: missing(document.data, (*start, *wanted)))
        return document.at((*start, *path), key=key)

    return locate


def present(data: Any, path: Sequence[str | int]) -> bool:
    """Whether there is a value at `path`."""
    for step in path:
        if isinstance(data, Mapping):
            if step not in data:
                return False
        elif not (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            return False
        data = data[step]
    return True


def missing(data: Any, path: Sequence[str | int]) -> int:
    """How many steps at the end of `path` lead nowhere."""
    steps = range(len(path) + 1)
    return next(step for step in steps if present(data, path[: len(path) - step]))


def filled(data: Mapping[str, Any] | None, name: str, part: str) -> dict[str, Any]:
    """`data` with the defaults that definition `part` of the schema names: the one place that names them."""
    whole = schema(name)
    return _filled(data or {}, whole["$defs"][part], whole["$defs"])


def _filled(data: Mapping[str, Any], found: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(data)
    for key, field in found.get("properties", {}).items():
        target = {**definitions[field["$ref"].rpartition("/")[2]], **field} if "$ref" in field else field
        if key not in result and "default" in target:
            result[key] = target["default"]
        elif key in result and "properties" in target and isinstance(result[key] or {}, Mapping):
            result[key] = _filled(result[key] or {}, target, definitions)
    extra = found.get("additionalProperties")
    if isinstance(extra, Mapping):
        for key, value in result.items():
            if key not in found.get("properties", {}) and (isinstance(value, Mapping) or value is None):
                result[key] = _filled(value or {}, extra, definitions)
    return result
