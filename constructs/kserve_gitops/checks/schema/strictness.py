"""Schemas that ask a little more than the CRDs do: what is required must not be empty either.

Go types that are a plain string accept `""` where a CRD has no `minLength`, and what comes of an empty name is found
out by a controller, if by anybody. So required text and required lists get a least length of one here, in a copy of the
schema; the data under `imports/` stays as upstream has it.
"""

from collections.abc import Mapping
from typing import Any

_MAY_BE_EMPTY = frozenset({"apiGroup", "group", "project", "rules", "value"})
"""The core group is called "", no project is Argo CD's default one, as in the template of a generator, a role may have
no rules yet, and the value of a header may be nothing."""
_ROLE_REF = ["apiGroup", "kind", "name"]
"""Required of a roleRef, of which the API server fills in the group (SetDefaults_RoleBinding in pkg/apis/rbac/v1)."""
_SAID = frozenset({"enum", "minItems", "minLength", "pattern", "format", "const", "$ref"})
"""A schema with one of these says itself what it takes."""


def strict(schema: Any) -> Any:
    """`schema`, and everything below it, with a least length for what is required."""
    if isinstance(schema, list):
        return [strict(entry) for entry in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {key: strict(value) for key, value in schema.items()}
    if found.get("required") == _ROLE_REF:
        found["required"] = _ROLE_REF[1:]
    properties = found.get("properties")
    if isinstance(properties, dict) and isinstance(found.get("required"), list):
        for name in found["required"]:
            if name in properties and name not in _MAY_BE_EMPTY:
                properties[name] = _filled(properties[name])
    return found


def _filled(schema: Any) -> Any:
    if not isinstance(schema, Mapping) or not _SAID.isdisjoint(schema):
        return schema
    if schema.get("type") == "string":
        return {**schema, "minLength": 1}
    if schema.get("type") == "array":
        return {**schema, "minItems": 1}
    return schema
