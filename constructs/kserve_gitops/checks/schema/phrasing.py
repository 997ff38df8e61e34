"""JSON Schema errors as a person would say them: what is wrong, and what it was probably meant to be."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from jsonschema_rs import ValidationError
from jsonschema_rs import ValidationErrorKind as Kind

from kserve_gitops.core.discretion import names_secret
from kserve_gitops.core.suggestions import closest

Path = tuple[str | int, ...]

_NAMES = {
    "array": "a list",
    "boolean": "a boolean",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "a mapping",
    "string": "a string",
}
_PHRASES = {
    "const": ("{shown} is not {limit}", "write {limit}"),
    "exclusiveMaximum": ("{shown} is too large", "it must be less than {limit}"),
    "exclusiveMinimum": ("{shown} is too small", "it must be more than {limit}"),
    "format": ("{shown} is not a valid {limit}", ""),
    "maxItems": ("the list has too many items: {size}", "at most {limit}"),
    "maxLength": ("{shown} is too long: {size} characters", "at most {limit}"),
    "maxProperties": ("the mapping has too many fields: {size}", "at most {limit}"),
    "maximum": ("{shown} is too large", "it must be at most {limit}"),
    "minItems": ("the list has too few items: {size}", "at least {limit}"),
    "minLength": ("{shown} is too short: {size} characters", "at least {limit}"),
    "minProperties": ("the mapping has too few fields: {size}", "at least {limit}"),
    "minimum": ("{shown} is too small", "it must be at least {limit}"),
    "multipleOf": ("{shown} is not a multiple of {limit}", ""),
    "not": ("{shown} is ruled out here", ""),
    "oneOf": ("{shown} fits several forms that exclude each other", "keep one of them"),
    "pattern": ("{shown} does not have the right form", "it must match {limit}"),
    "uniqueItems": ("the list holds the same item twice", ""),
}
"""Keyword: (message, hint) of a wrong value; types and enums are phrased in code."""

_LEAST = ("minItems", "minLength", "minProperties")

_CONTENT = re.compile(r"env|extraEnv(Vars)?|encryptedData|data|stringData", re.IGNORECASE)
"""Below these may stand a secret, whatever it is called."""
_OPTION = re.compile(r"(?:passw[a-z]*|pwd|secret|token|credentials?|key)\s*[=:]", re.IGNORECASE)
"""In a text that may be an option of a command with its value."""
_NEAR = re.compile(r"did you mean '([^']+)'\?")
_HIDDEN = "the value"
EMPTY = "it must not be empty"
"""Says all there is to say of a value."""
_MODEL = "model"
_CONTAINERS = "containers"
_QUANTITY = "numkMGTPE"
"""Stands in the pattern that Kubernetes gives its quantities."""
_LISTED = 8
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One way in which a value does not fit its schema.

    `path` leads to the offending value; for a field that is unknown or missing it leads to the mapping, and `key` is
    the field. `since` is the release that brings a field which is unknown in the one that is deployed. What is
    `harmless` is taken all the same.
    """

    path: Path
    key: str | None
    kind: Literal["unknown", "missing", "value"]
    message: str
    hint: str
    since: str = ""
    harmless: bool = False

    @property
    def meant(self) -> str:
        """The field that an unknown one was meant to be; "" where that is not sure."""
        found = _NEAR.fullmatch(self.hint) if self.kind == "unknown" else None
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Book:
    """A schema with the definitions that its references lead to, for looking up what a place allows."""

    root: dict[str, Any]
    definitions: Mapping[str, Any]

    def follow(self, node: Any) -> Any:
        """`node`, or what it refers to."""
        while isinstance(node, Mapping) and "$ref" in node:
            name = node["$ref"].rpartition("/")[2]
            node = self.definitions.get(name) or self.root.get("$defs", {})[name]
        return node

    def of(self, path: Path) -> Mapping[str, Any] | None:
        """The schema of what stands at `path` in an object; None where nothing may."""
        node = self.follow(self.root)
        for step in path:
            known = node.get("properties", {})
            word = "items" if isinstance(step, int) else "additionalProperties"
            node = self.follow(known[step] if step in known else node.get(word))
            if not isinstance(node, Mapping):
                return None
        return cast("Mapping[str, Any]", node)

    def allows(self, path: Path, key: str) -> bool:
        """Whether the mapping at `path` in an object may have the field `key`."""
        return self.of((*path, key)) is not None

    def at(self, path: Iterable[str | int]) -> Any:
        """The schema at the end of an evaluation path."""
        node: Any = self.root
        for step in path:
            node = self.follow(node) if step == "$ref" else node[step]
        return self.follow(node)


def problems(errors: Iterable[ValidationError], book: Book) -> Iterator[Problem]:
    """What each error says, in the order of the errors; one problem for each unknown field."""
    for error in errors:
        path = tuple(error.instance_path)
        match error.kind:
            case Kind.AdditionalProperties(unexpected):
                schema = book.at(error.evaluation_path[:-1])
                for key in unexpected:
                    yield Problem(path, key, "unknown", f"unknown field '{key}'", _meant(key, error, schema, book))
            case Kind.FalseSchema() if path:
                yield Problem(path[:-1], str(path[-1]), "unknown", f"unknown field '{path[-1]}'", "")
            case Kind.Required(name):
                yield Problem(path, name, "missing", f"missing field '{name}'", "")
            case Kind.AnyOf(branches) | Kind.OneOfNotValid(branches):
                yield from _best(branches, path, book)
            case kind:
                yield Problem(path, None, "value", *_value(kind, error.instance, path, error.message))


def _meant(key: str, error: ValidationError, schema: Mapping[str, Any], book: Book) -> str:
    """The key of that very name above or below comes before one that is spelled like it."""
    properties: Mapping[str, Any] = schema.get("properties", {})
    path: Path = tuple(error.instance_path)
    if path and isinstance(path[-1], str) and key in _properties(book.of(path[:-1])):
        return f"it belongs one level up, beside '{path[-1]}'"
    owners = [name for name, inner in properties.items() if key in _properties(book.follow(inner))]
    here = [name for name in owners if isinstance(cast("Any", error.instance).get(name), Mapping)]
    if len(here) == 1 or _MODEL in owners:  # the other keys are older forms of the model
        return f"it belongs under '{here[0] if len(here) == 1 else _MODEL}'"
    if near := closest(key, list(properties)):
        return near
    if _CONTAINERS in properties and key in _properties(book.of((*path, _CONTAINERS, 0))):
        return f"it belongs to an item of '{_CONTAINERS}'"
    return f"it belongs under {_or(owners)}" if owners else _allowed(properties)


def _properties(schema: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
    return found


def _allowed(names: Iterable[str]) -> str:
    known = sorted(names)
    if not known:
        return "nothing is allowed here"
    more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
    return f"allowed here: {', '.join(known[:_LISTED])}{more}"


def _best(branches: list[list[ValidationError]], path: Path, book: Book) -> Iterator[Problem]:
    """The problems of the branch that was most likely meant: of a fitting type, deepest inside, with fewest errors."""
    missing = [name for branch in branches if len(branch) == 1 for name in _required(branch[0], path)]
    if len(missing) == len(branches) > 1:
        yield Problem(path, missing[0], "missing", f"missing field {_or(missing)}", "")
        return
    types = [name for branch in branches for name in _wrong_types(branch, path)]
    if all(_wrong_types(branch, path) for branch in branches):
        instance = branches[0][0].instance
        yield Problem(path, None, "value", *_wrong_type(instance, path, types))
        return

    def unlikely(branch: list[ValidationError]) -> tuple[bool, int, int]:
        return bool(_wrong_types(branch, path)), -max(len(e.instance_path) for e in branch), len(branch)

    likely = sorted((branch for branch in branches if branch), key=unlikely)
    yield from problems(likely[0], book)


def _required(error: ValidationError, path: Path) -> list[str]:
    return [error.kind.property] if isinstance(error.kind, Kind.Required) and tuple(error.instance_path) == path else []


def _wrong_types(branch: list[ValidationError], path: Path) -> list[str]:
    here = [error.kind for error in branch if tuple(error.instance_path) == path]
    return [name for kind in here if isinstance(kind, Kind.Type) for name in kind.types]


def _value(kind: Kind, value: Any, path: Path, otherwise: str) -> tuple[str, str]:
    """(message, hint) of a value that is there and known, and wrong."""
    shown = _show(value, path)
    if isinstance(kind, Kind.Type):
        return _wrong_type(value, path, kind.types)
    if isinstance(kind, Kind.Enum):
        words = [str(option) for option in kind.options]
        return f"{shown} is not one of {_or(words, most=_LISTED)}", closest(str(value), words)
    if kind.name in _LEAST and not value and kind.value == 1:
        return EMPTY, ""
    if kind.name == "pattern" and _QUANTITY in kind.value and shown != _HIDDEN:
        return f"{shown} is no quantity", _quantity(str(value))
    if kind.name in _PHRASES:
        message, hint = _PHRASES[kind.name]
        size = len(value) if isinstance(value, str | list | dict) else 0
        limit = _plain(kind.value) if kind.name == "const" else kind.value
        return message.format(shown=shown, size=size, limit=limit), hint.format(limit=limit)
    return "the value is not allowed here" if shown == _HIDDEN else otherwise, ""


def _quantity(text: str) -> str:
    """What an amount may look like; `4GB` and `4 gi` have a form near by."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgtp])(i)?b?\s*", text, re.IGNORECASE)
    forms = "quantities look like 500m, 2, 4Gi"
    return f"did you mean '{found[1]}{found[2].upper()}i'?; {forms}" if found and found[2] not in "mk" else forms


def _wrong_type(value: Any, path: Path, types: Sequence[str]) -> tuple[str, str]:
    expected = " or ".join(dict.fromkeys(_NAMES[name] for name in types))
    shown = _show(value, path)
    if value is None:
        return f"nothing is given, expected {expected}", ""
    if isinstance(value, dict | list):
        return f"{_NAMES['object' if isinstance(value, dict) else 'array']}, expected {expected}", ""
    said = f"{shown} is {_NAMES[_type(value)]}, expected {expected}"
    return said, "take the quotes off" if _unquoted(value, types) and shown != _HIDDEN else _quoted(value, types, shown)


def _quoted(value: Any, types: Sequence[str], shown: str) -> str:
    if "string" not in types or isinstance(value, str):
        return ""
    return "put it in quotes" if shown == _HIDDEN else f'write "{_plain(value)}"'


def _unquoted(value: Any, types: Sequence[str]) -> bool:
    number = re.fullmatch(r"-?\d+", str(value)) and {"integer", "number"} & set(types)
    return isinstance(value, str) and bool(number or ("boolean" in types and value in ("true", "false")))


def _type(value: Any) -> str:
    names: Mapping[type, str] = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return names[type(value)]


def _show(value: Any, path: Path) -> str:
    """The value, quoted and cut; never one that may be a secret."""
    if isinstance(value, dict):
        return "the mapping"
    if isinstance(value, list):
        return "the list"
    if any(isinstance(step, str) and (_CONTENT.fullmatch(step) or names_secret(step)) for step in path):
        return _HIDDEN
    if isinstance(value, str) and _OPTION.search(value):
        return _HIDDEN
    return _plain(value)


def _plain(value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    text = re.sub(r"\s+", " ", value)  # a message is one line, whatever the value has
    return f"'{text}'" if len(text) <= _LONGEST else f"'{text[:_LONGEST]}…'"


def _or(words: Sequence[str], *, most: int = 1000) -> str:
    quoted = [f"'{word}'" for word in words[:most]]
    if len(words) > most:
        return ", ".join([*quoted, "…"])
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
