"""What a Helm chart takes: from the schema it ships, or else from its default values.

Both describe a file of overrides, which holds a few keys of many, while the chart's own schema judges the overrides
merged into its defaults. So nothing at the top is required; what was is kept beside, because a null takes a default
away. Conditions (if/then, not) hold where the file itself writes what they ask about.
"""

import re
from collections.abc import Mapping
from typing import Any

from kserve_gitops.importer.factoring import each_subschema
from kserve_gitops.importer.structure import Schema, one_type

_PROSE = frozenset(
    {
        *("$comment", "default", "deprecated", "description", "example", "examples", "readOnly", "title"),
        *("$defs", "$id", "$schema", "definitions"),  # references are followed
    }
)
_OF_THE_WHOLE = frozenset(
    {
        *("if", "then", "else", "not", "required", "minProperties"),
        *("dependencies", "dependentRequired", "dependentSchemas"),
    }
)
_CONDITION_WORDS = frozenset({"allOf", "anyOf", "const", "enum", "properties", "required", "type"})
"""A condition of these alone becomes true by what is written, never by what is not."""

NEEDED = "x-needed"
"""Keyword: the keys of the merged values that the chart's schema requires."""

_OPEN_MAP: Schema = {"type": "object"}
_SCALAR: Schema = {"type": ["boolean", "number", "string"]}
_RESOURCES: Schema = {
    "additionalProperties": False,
    "properties": {"claims": {"type": "array"}, "limits": _OPEN_MAP, "requests": _OPEN_MAP},
    "type": "object",
}
_OPEN_NAMES = re.compile(
    r"(annotations|labels|selectors?|securitycontext|affinity|probe|strategy|env|envvars|args|data|limits|requests)$"
    r"|^(extra|additional|custom|behavior|config$|dnsconfig$|global$|lifecycle)",
    re.IGNORECASE,
)
_A_FIELD = re.compile(r"[A-Za-z_][\w-]*")


def shipped(schema: Mapping[str, Any]) -> Schema:
    """The chart's own JSON Schema (draft 7 or later), for a file that overrides some of the values.

    `required` and conditions stay as they are where a whole value is written at once: in list items and in the values
    of maps. Elsewhere a condition asks about written values only, and what was required stands under `x-needed`.
    Raises KeyError when a reference leads nowhere.
    """
    return _shipped(schema, schema, partial=True)


def inferred(defaults: Mapping[str, Any]) -> Schema:
    """A closed world of the keys that a chart's values.yaml knows.

    Maps that carry Kubernetes fragments or free keys stay open: those with a well-known name (labels, env,
    securityContext, …), those that are empty by default, and those with a key that is no field name, such as
    `timeout.reconciliation`. A null says nothing about its type; a string or number may be written as the other.
    """
    return _inferred(defaults, "")


def _shipped(node: Mapping[str, Any], root: Mapping[str, Any], *, partial: bool) -> Schema:
    if "$ref" in node:
        return _shipped(_target(str(node["$ref"]), root), root, partial=partial)
    out = {key: value for key, value in node.items() if key not in _PROSE and not key.startswith("x-")}
    if partial:
        out = _partial(out, root)
    return _tidy(each_subschema(out, lambda word, _, value: _inner(word, value, root, partial=partial)))


def _partial(node: Schema, root: Mapping[str, Any]) -> Schema:
    out = {key: value for key, value in node.items() if key not in _OF_THE_WHOLE}
    if "oneOf" in out:  # branches without what they require may fit together
        out["anyOf"] = out.pop("oneOf")
    if node.get("required"):
        out[NEEDED] = sorted(node["required"])
    refused = _written(node.get("not"), root)
    if refused is not None:
        out["not"] = refused
    asked = _written(node.get("if"), root)
    if asked is not None and isinstance(node.get("then"), Mapping) and _says_something(node["then"]):
        out |= {"if": asked, "then": node["then"]}
    return out


def _says_something(then: Mapping[str, Any]) -> bool:
    return any(key not in _PROSE and key not in _OF_THE_WHOLE for key in then)


def _written(condition: Any, root: Mapping[str, Any]) -> Schema | None:
    """A condition that is true only where all that it asks about is written; None for one that cannot be put so."""
    if not isinstance(condition, Mapping):
        return None
    if "$ref" in condition:
        return _written(_target(str(condition["$ref"]), root), root)
    out = {key: value for key, value in condition.items() if key not in _PROSE and not key.startswith("x-")}
    if not out or not out.keys() <= _CONDITION_WORDS:
        return None
    if "properties" in out:
        inner = {key: _written(value, root) for key, value in out["properties"].items()}
        if None in inner.values():
            return None
        out |= {"properties": inner, "required": sorted({*out.get("required", ()), *inner})}
    for word in ("allOf", "anyOf"):
        if word in out:
            branches = [_written(value, root) for value in out[word]]
            if None in branches:
                return None
            out[word] = branches
    return out


def _target(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    node = root
    for step in reference.removeprefix("#").split("/")[1:]:
        node = node[step.replace("~1", "/").replace("~0", "~")]
    return node


def _tidy(schema: Schema) -> Schema:
    """`schema` without what says nothing."""
    out = {key: value for key, value in schema.items() if (key, value) != ("required", [])}
    if out.get("additionalProperties") is False:
        out.setdefault("properties", {})  # with it, validators say which fields are too many
    for word in ("anyOf", "oneOf"):
        types = one_type(out.get(word, ()))
        if types:
            del out[word]
            out["type"] = types
    parts = [part for part in out.pop("allOf", ()) if part]
    return out | ({"allOf": parts} if parts else {})


def _inner(word: str, node: Any, root: Mapping[str, Any], *, partial: bool) -> Any:
    if not isinstance(node, Mapping):
        return node  # `true` and `false` are schemas too
    if partial and word in ("if", "not"):
        return node  # made by `_written` already
    stays = word in ("properties", "allOf", "anyOf", "oneOf", "then")
    return _shipped(node, root, partial=partial and stays)


def _inferred(value: Any, name: str) -> Schema:
    match value:
        case {**members}:
            return _map(members, name)
        case list():
            return {"type": "array"}
        case bool():
            return {"type": "boolean"}
        case str() if value.lower() in ("", "true", "false"):
            return _SCALAR  # a boolean may be printed into text, where both forms read the same
        case str() | int() | float():
            return {"type": ["number", "string"]}
        case _:
            return {}


def _map(members: Mapping[Any, Any], name: str) -> Schema:
    if name.lower().endswith("resources") and members.keys() <= {"claims", "limits", "requests"}:
        return _RESOURCES
    free = not members or any(not _A_FIELD.fullmatch(str(key)) for key in members)
    if name and (free or _OPEN_NAMES.search(name)):
        return _OPEN_MAP
    properties = {str(key): _inferred(value, str(key)) for key, value in members.items()}
    return {"additionalProperties": False, "properties": properties, "type": "object"}
