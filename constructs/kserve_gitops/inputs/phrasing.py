"""What jsonschema finds wrong with an input, said for people.

jsonschema reports an unknown key at the mapping that has it, and `anyOf` as a whole; here the finding
stands at the key, and the nearest legal name is offered.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from kserve_gitops.core import names
from kserve_gitops.core.discretion import names_secret
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.origins import Path
from kserve_gitops.core.places import Place
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving.credential_types import TYPES

if TYPE_CHECKING:
    import jsonschema

Locate = Callable[[Path, str | None], Place]
"""From a path in the data, and a key there, to a place in a file."""

_WORDS = {
    "string": "a string", "object": "a mapping", "array": "a list", "integer": "a whole number",
    "number": "a number", "boolean": "true or false", "null": "nothing",
}  # fmt: skip
_NAMES: dict[str, Callable[[str], str]] = {
    "label": names.problem_with_label,
    "hostname": lambda name: names.problem_with_hostname(name) or ("" if "." in name else f"'{name}' has no domain"),
    "modelName": names.problem_with_inference_service_name,
}
_TYPES: dict[type, str] = {str: "string", dict: "object", list: "array", int: "integer", float: "number",
                           bool: "boolean", type(None): "null"}  # fmt: skip
_NAMES_OF_SECRETS = frozenset({"env", "keys"})
_CREDENTIAL = re.compile(r"(?:^|\.)credentials\.([^.]+)$")
_SEALED = frozenset({"data", "stringData", "values", *(key.name for type_ in TYPES.values() for key in type_.keys)})
"""Under what people write the values of a credential."""
_LONGEST = 60
"""Characters of a value that are shown."""


def unknown(error: "jsonschema.ValidationError") -> list[tuple[Any, str]]:
    """The keys that an error complains about, each with a hint."""
    if error.validator != "additionalProperties" or error.validator_value is not False:
        return []
    value, known = cast("Any", error.instance), sorted(cast("Any", error.schema).get("properties", {}))
    unknown = sorted(set(value).difference(known), key=str)
    return [(key, closest(str(key), known) or f"known here: {', '.join(known)}") for key in unknown]


def lacking(error: "jsonschema.ValidationError") -> str | None:
    """The key that an error misses."""
    return error.message.split("'")[1] if error.validator == "required" else None


def phrase(
    error: "jsonschema.ValidationError", whole: Mapping[str, Any], part: str, under: str, locate: Locate
) -> Iterator[Finding]:
    """What one error of jsonschema says; `whole` is the schema, `part` the definition of it that was used.

    `under` is the key in the file that the data stands under, "" for the whole file.
    """
    path: Path = tuple(error.absolute_path)
    name = ".".join(map(str, (under, *path) if under else path)) or "the file"
    # jsonschema leaves these unset only on errors that it did not make itself.
    value, rule, found = cast("Any", error.instance), cast("Any", error.validator_value), cast("Any", error.schema)
    if "propertyNames" in error.absolute_schema_path:
        wrong = _wrong_name(value, found, whole) or f"the key '{value}' is {_kind(value)}, expected a string"
        yield Finding("KG011", f"{name}: {wrong}", locate(path, value), _quoted(value, ["string"], found))
    elif error.validator == "additionalProperties" and rule is False:
        for key, hint in unknown(error):
            said = _to_be_sealed(key, name) or _deeper(key, found.get("properties", {}), whole) or hint
            yield Finding("KG010", f"unknown field {_shown(key)}", locate(path, key), said)
    elif key := lacking(error):
        about = _said(_described(found.get("properties", {}).get(key, {}), whole))
        yield Finding("KG012", f"{name} lacks '{key}'", locate(path, None), about)
    else:
        wrong, hint = _wrong_value(error, whole)
        about = "" if error.validator == "enum" else _said(_description(error, whole, part))
        yield Finding("KG011", f"{name}{wrong}", locate(path, None), "; ".join(filter(None, (hint, about))))


def _to_be_sealed(key: Any, name: str) -> str:
    """What to do about a key of a credential that stands where its options do."""
    found = _CREDENTIAL.search(name)
    if found is None or not (key in _SEALED or names_secret(key)):
        return ""
    return f"no value stands here: kserve-gitops seal {found[1]} asks for it; change it if anybody may have seen it"


def _deeper(key: Any, beside: Mapping[str, Any], whole: Mapping[str, Any]) -> str:
    """Where a key belongs that stands one level too high, if there is one such place."""
    owners = [name for name, node in beside.items() if key in {**_target(node, whole), **node}.get("properties", {})]
    return f"it belongs under '{owners[0]}'" if len(owners) == 1 else ""


def _wrong_value(error: "jsonschema.ValidationError", whole: Mapping[str, Any]) -> tuple[str, str]:
    """What to say after the name of the field, and a hint where there is more to say than the schema does."""
    value, rule, found = cast("Any", error.instance), cast("Any", error.validator_value), cast("Any", error.schema)
    match error.validator:
        case "type" | "anyOf" if _TYPES[type(value)] not in (types := _types(rule)):
            wanted = " or ".join(_WORDS[t] for t in types)
            # Where a mapping is wanted, text may be anything, a key for instance: it is not shown.
            said = _WORDS["string"] if isinstance(value, str) and types[0] == "object" else _kind(value)
            return f" is {said}, expected {wanted}", _quoted(value, types, found) + _needed(value, types, found)
        case "enum":
            hint = closest(str(value), map(str, rule)) or f"one of: {', '.join(map(str, rule))}"
            return f" is {_shown(value)}, which is not known", hint
        case "minProperties" | "minItems" | "minLength":
            return " is empty", ""
        case "maxProperties":
            return f" has {len(value)} fields, at most {rule} is legal", ""
        case "maxLength":
            return f" has {len(value)} characters, at most {rule} are legal", ""
        case _:
            wrong = _wrong_name(value, found, whole)
            return f": {wrong}" if wrong else f"{_is(value, error.absolute_path)} has not the right form", ""


def _is(value: Any, path: Iterable[Any]) -> str:
    """The value, but for a place where somebody may have written a secret instead of its name."""
    return "" if _NAMES_OF_SECRETS.intersection(map(str, path)) else f" is {_shown(value)}, which"


def _types(rule: Any) -> list[str]:
    """The types of a `type` or of the branches of an `anyOf`."""
    if isinstance(rule, str):
        return [rule]
    return [one if isinstance(one, str) else one["type"] for one in rule]


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    word = _WORDS[_TYPES[type(value)]]
    return f"{word} ({_shown(value)})" if isinstance(value, str | int | float) else word


def _shown(value: Any) -> str:
    text = re.sub(r"\s+", " ", str(value))  # a message is one line, whatever the value has
    return f"'{text}'" if len(text) <= _LONGEST else f"'{text[:_LONGEST]}…'"


def _wrong_name(value: Any, found: Mapping[str, Any], whole: Mapping[str, Any]) -> str:
    """What is wrong with a name, and the nearest legal one, for the definitions that are names."""
    for definition, problem in _NAMES.items():
        pattern = whole["$defs"].get(definition, {}).get("pattern")
        if isinstance(value, str) and pattern == found.get("pattern", ""):
            return problem(value)
    return ""


def _quoted(value: Any, types: list[str], found: Mapping[str, Any]) -> str:
    """The hint for a number or boolean that was meant as text."""
    scalar = isinstance(value, bool | int | float) and "string" in types
    return "put it in quotes" if scalar and re.search(found.get("pattern", ""), str(value)) else ""


def _needed(value: Any, types: list[str], found: Mapping[str, Any]) -> str:
    """The hint for a key with nothing behind it, where a mapping is wanted."""
    if value is not None or types[0] != "object":
        return ""
    if required := found.get("required"):
        return f"it needs {', '.join(required)}"
    if "minProperties" in found:
        return ""
    closed = found.get("additionalProperties") is False
    return "write {} to take the defaults" if closed else "indent what belongs to it, or take the key away"


def _description(error: "jsonschema.ValidationError", whole: Mapping[str, Any], part: str) -> str:
    """What the schema says of the value: where it is used, else where it is defined."""
    node: Any = whole["$defs"][part] if part else whole
    steps: list[Any] = list(error.absolute_schema_path)[:-1]
    for step in steps:
        node = (node if isinstance(node, list) or step in node else _target(node, whole))[step]
    return _described(node, whole)


def _described(node: Mapping[str, Any], whole: Mapping[str, Any]) -> str:
    return str(node.get("description") or _target(node, whole).get("description", ""))


def _target(node: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = whole["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else {}
    return found


def _said(description: str) -> str:
    """A description as a hint: lower case but for abbreviations and the like, and no full stop."""
    begins = description[:1] if description[1:2].isupper() else description[:1].lower()
    return (begins + description[1:]).rstrip(".")
