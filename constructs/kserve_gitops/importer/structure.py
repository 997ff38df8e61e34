"""What an API server checks of an object, as JSON Schema, and nothing else.

An OpenAPI schema is mostly prose. Only keywords that change a verdict are carried over; an API
server drops fields that a structural schema does not name, so here they are refused. Defaults stay: the API server
writes them into the object, which an object in Git then differs from.
CEL rules (x-kubernetes-validations) need an interpreter and stay out.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]

_KEPT = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "multipleOf", "pattern")
_BOUNDS = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
_FORMATS = frozenset({"date-time", "ipv4", "ipv6"})
_INT32 = {"minimum": -(2**31), "maximum": 2**31 - 1}
_EITHER = ("anyOf", "oneOf")
_STRINGS = {"additionalProperties": {"type": "string"}, "type": "object"}
_TEXT = {"type": "string"}

OBJECT_META: Schema = {
    "additionalProperties": False,
    "properties": {
        "annotations": _STRINGS,
        "creationTimestamp": {"type": "null"},  # what Go programs print for "not yet", also inside templates
        "finalizers": {"items": _TEXT, "type": "array"},
        "generateName": _TEXT,
        "labels": _STRINGS,
        "name": _TEXT,
        "namespace": _TEXT,
        "ownerReferences": {
            "items": {
                "additionalProperties": False,
                "properties": {
                    "apiVersion": _TEXT,
                    "blockOwnerDeletion": {"type": "boolean"},
                    "controller": {"type": "boolean"},
                    "kind": _TEXT,
                    "name": _TEXT,
                    "uid": _TEXT,
                },
                "required": ["apiVersion", "kind", "name", "uid"],
                "type": "object",
            },
            "type": "array",
        },
    },
    "type": "object",
}
"""The part of ObjectMeta that a person or a generator writes; the rest belongs to the API server."""

_NAMED_META: Schema = {**OBJECT_META, "anyOf": [{"required": ["name"]}, {"required": ["generateName"]}]}


def structure(node: Mapping[str, Any], *, prune: bool) -> Schema:
    """The checkable part of the OpenAPI schema `node`.

    `prune` is how an API server treats a CustomResourceDefinition: what an object's schema does not name is not
    kept, unless x-kubernetes-preserve-unknown-fields says so, and defaults are filled in. Without it the schema's own
    word is taken.
    """
    out: Schema = {key: node[key] for key in _KEPT if key in node}
    if prune and "default" in node:
        out["default"] = node["default"]
    out |= _type(node) | _bounds(node)
    if "enum" in node:
        nothing = [None] if node.get("nullable") and None not in node["enum"] else []
        out["enum"] = [*node["enum"], *nothing]
    if node.get("format") in _FORMATS:
        out["format"] = node["format"]
    if "items" in node:
        out["items"] = structure(node["items"], prune=prune)
    return out | _members(node, prune=prune) | _junctions(node)


def kind(node: Mapping[str, Any], api_version: str, name: str, *, prune: bool) -> Schema:
    """The schema of a whole object. `status` is left out: it is the controller's, and we never write it."""
    out = structure(node, prune=prune)
    properties = {key: value for key, value in out.get("properties", {}).items() if key != "status"}
    properties |= {"apiVersion": {"const": api_version}, "kind": {"const": name}, "metadata": _NAMED_META}
    required = sorted({*out.get("required", ()), "apiVersion", "kind", "metadata"} - {"status"})
    return out | {"properties": properties, "required": required, "type": "object"}


def one_type(branches: Iterable[Mapping[str, Any]]) -> list[str] | None:
    """The types of branches that say nothing but a type; None when one of them says more."""
    found: set[str] = set()
    for branch in branches:
        if set(branch) != {"type"}:
            return None
        found |= {branch["type"]} if isinstance(branch["type"], str) else set(branch["type"])
    return sorted(found)


def _type(node: Mapping[str, Any]) -> Schema:
    said = node.get("type")
    types = [said] if isinstance(said, str) else list(said or ())
    if node.get("x-kubernetes-int-or-string"):
        types = ["integer", "string"]
    if node.get("nullable") and types:
        types.append("null")
    if not types:
        return {}
    return {"type": types[0] if len(types) == 1 else types}


def _bounds(node: Mapping[str, Any]) -> Schema:
    out: Schema = {}
    for bound, exclusive in _BOUNDS:
        if bound in node:  # OpenAPI 3.0 writes a flag beside the bound, JSON Schema a second bound
            out[exclusive if node.get(exclusive) is True else bound] = node[bound]
        elif node.get("format") == "int32":
            out[bound] = _INT32[bound]
    return out


def _members(node: Mapping[str, Any], *, prune: bool) -> Schema:
    out: Schema = {}
    properties: Mapping[str, Any] = node.get("properties", {})
    if properties:
        out["properties"] = {str(key): structure(value, prune=prune) for key, value in properties.items()}
    # defaults are filled in before the check, so a field with a default is never missing
    required = sorted(key for key in node.get("required", ()) if "default" not in properties.get(key, {}))
    more = node.get("additionalProperties")
    if node.get("x-kubernetes-embedded-resource"):
        out["properties"] = {"apiVersion": _TEXT, "kind": _TEXT, "metadata": OBJECT_META, **out.get("properties", {})}
        required = sorted({*required, "apiVersion", "kind", "metadata"})
    if required:
        out["required"] = required
    if isinstance(more, Mapping):
        out["additionalProperties"] = structure(more, prune=prune)
    elif more is False or (
        prune and more is None and node.get("type") == "object" and not node.get("x-kubernetes-preserve-unknown-fields")
    ):
        out["additionalProperties"] = False
        out.setdefault("properties", {})  # with it, validators say which fields are too many
    return out


def _junctions(node: Mapping[str, Any]) -> Schema:
    """Branches only narrow what the node itself allows, so nothing in them is closed."""
    out: Schema = {}
    for word in _EITHER:
        branches = [structure(branch, prune=False) for branch in node.get(word, ())]
        types = one_type(branches)
        if types and "type" not in node:
            out["type"] = types[0] if len(types) == 1 else types
        elif branches and not types:
            out[word] = branches
    parts = [structure(part, prune=False) for part in node.get("allOf", ())]
    if parts := [part for part in parts if part]:
        out["allOf"] = parts
    if "not" in node:
        out["not"] = structure(node["not"], prune=False)
    return out
