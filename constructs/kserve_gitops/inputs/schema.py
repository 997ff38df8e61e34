"""Holding a document against one of our own JSON Schemas, phrased for people.

jsonschema reports an unknown key at the mapping that has it, and `anyOf` as a whole; here the finding
stands at the key, and the nearest legal name is offered.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, cast

import jsonschema

from kserve_gitops.core.documents import Document
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.origins import Path
from kserve_gitops.core.places import Place
from kserve_gitops.core.suggestions import closest

Locate = Callable[[Path, str | None], Place]
"""From a path in the data, and a key there, to a place in a file."""

_WORDS = {
    "string": "a string", "object": "a mapping", "array": "a list", "integer": "a whole number",
    "number": "a number", "boolean": "true or false", "null": "nothing",
}  # fmt: skip
_TYPES: dict[type, str] = {str: "string", dict: "object", list: "array", int: "integer", float: "number",
                           bool: "boolean", type(None): "null"}  # fmt: skip


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema `platform` or `model`, as shipped with the package."""
    text = files("kserve_gitops.inputs").joinpath("schemas", f"{name}.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _validator(name: str, part: str) -> jsonschema.Draft202012Validator:
    whole = schema(name)
    if not part:
        return jsonschema.Draft202012Validator(whole)
    return jsonschema.Draft202012Validator({"$defs": whole["$defs"], "$ref": f"#/$defs/{part}"})


def problems(data: Any, name: str, locate: Locate, *, part: str = "") -> Iterator[Finding]:
    """Every way in which `data` does not fit the schema `name`, or its definition `part`."""
    for error in _validator(name, part).iter_errors(data):
        yield from _phrase(error, locate)


def locator(document: Document) -> Locate:
    """Places of a document itself."""
    return lambda path, key: document.at(path, key=key)


def overlay_locator(document: Document, base: Path, overlay: Path) -> Locate:
    """Places of data that was merged: in the overlay where it says something about the path, else in the base."""

    def locate(path: Path, key: str | None) -> Place:
        wanted = path if key is None else (*path, key)
        start = overlay if present(document.data, (*overlay, *wanted)) else base
        return document.at((*start, *path), key=key)

    return locate


def present(data: Any, path: Path) -> bool:
    """Whether there is a value at `path`."""
    for step in path:
        if isinstance(data, Mapping):
            if step not in data:
                return False
        elif not (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            return False
        data = data[step]
    return True


def _phrase(error: jsonschema.ValidationError, locate: Locate) -> Iterator[Finding]:
    path: Path = tuple(error.absolute_path)
    name = ".".join(map(str, path)) or "the file"
    # jsonschema leaves these unset only on errors that it did not make itself.
    value, rule, found = cast("Any", error.instance), cast("Any", error.validator_value), cast("Any", error.schema)
    match error.validator:
        case "additionalProperties" if rule is False:
            known = sorted(found.get("properties", {}))
            for key in sorted(set(value) - set(known), key=str):
                hint = closest(str(key), known) or f"known here: {', '.join(known)}"
                yield Finding("KG010", f"unknown field '{key}'", locate(path, key), hint)
        case "required":
            key = error.message.split("'")[1]
            yield Finding("KG012", f"{name} lacks '{key}'", locate(path, None), _about(found, key))
        case "type":
            wanted = " or ".join(_WORDS[t] for t in ([rule] if isinstance(rule, str) else rule))
            yield Finding("KG011", f"{name} is {_kind(value)}, expected {wanted}", locate(path, None), _text(found))
        case "enum":
            hint = closest(str(value), map(str, rule)) or f"one of: {', '.join(map(str, rule))}"
            yield Finding("KG011", f"{name} is '{value}', which is not known", locate(path, None), hint)
        case "minProperties" | "minItems":
            yield Finding("KG011", f"{name} is empty", locate(path, None), _text(found))
        case "propertyNames":
            yield Finding(
                "KG011",
                f"'{value}' is not a legal name",
                locate(path, str(value)),
                "lower-case letters, digits and dashes, at most 63",
            )
        case "anyOf":
            yield Finding("KG011", f"{name} is {_kind(value)}", locate(path, None), _text(found))
        case _:
            shown = f"'{value}'" if isinstance(value, str | int | float) else _kind(value)
            yield Finding("KG011", f"{name}: {shown} has not the form that is wanted", locate(path, None), _text(found))


def _kind(value: Any) -> str:
    word = _WORDS[_TYPES[type(value)]]
    return f"{word} ('{value}')" if isinstance(value, str | int | float) and not isinstance(value, bool) else word


def _text(found: Mapping[str, Any]) -> str:
    """What the schema says of the field, else its pattern."""
    said = str(found.get("description", ""))
    pattern = found.get("pattern")
    return " ".join(filter(None, [said, f"pattern: {pattern}" if pattern else ""])).strip()


def _about(found: Mapping[str, Any], key: str) -> str:
    return _text(found.get("properties", {}).get(key, {}))


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
