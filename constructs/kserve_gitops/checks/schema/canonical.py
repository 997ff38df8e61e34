"""An object as API server and webhook leave it: quantities as Go prints them, defaults of the CRD filled in.

What differs only in such things would show as a difference in Argo CD for ever. Both are learnt from the schema of the
kind: a quantity by its pattern, a default by its keyword. A schema has thousands of places and few of them matter, so
the branches that lead to one are cut out once, and an object is walked along those only. Objects are not copied: a
result shares with its input all that did not change.
"""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from kserve_gitops.core import quantities

QUANTITY = (
    r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))"
    r"(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$"
)
"""The pattern that every CRD generator writes for a resource.Quantity, and for nothing else."""

_RESOURCES = "resources"
_AUTOSCALING = "autoScaling"
"""Its quantities keep the text they have, and a whole number becomes text: KServe hands it to KEDA as a threshold
(pkg/apis/serving/v1beta1/metric_quantity.go of kserve/kserve v0.16.0)."""
_ABSENT = object()


@dataclass(slots=True)
class _Default:
    """A field's default, with the defaults inside it, also as JSON; `nullable` where the field may be null."""

    key: str
    value: Any
    nullable: bool
    text: str


@dataclass(slots=True, eq=False)
class Branch:
    """A place in a schema: what is canonical there, and the places below it that matter.

    A `verbatim` quantity is only made text.
    """

    quantity: bool = False
    verbatim: bool = False
    container: bool = False
    matters: bool = True
    fields: dict[str, "Branch"] = field(default_factory=dict)
    defaults: list[_Default] = field(default_factory=list)
    others: "Branch | None" = None
    items: "Branch | None" = None


def branch(schema: Any, follow: Callable[[Any], Any]) -> Branch:
    """The branches of a schema that matter; `follow` gives what a reference means."""
    return _branch(schema, follow, {}, verbatim=False) or Branch()


def canonical(tree: Branch, value: Any) -> Any:
    """`value` with canonical quantities and all defaults, and without the empty `resources` of containers.

    A null where a default stands is an absent field, as for an API server. What is no quantity, though it should be,
    stays as it is.
    """
    if tree.quantity and tree.verbatim:
        return str(value) if type(value) is int else value
    if tree.quantity:
        found = _quantity(value) if isinstance(value, str | int | float) else value
        return value if found == value else found
    if isinstance(value, dict):
        return _mapping(tree, value)
    if isinstance(value, list) and tree.items is not None:
        below = tree.items
        items = [canonical(below, item) for item in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return value


def without_defaults(tree: Branch, value: Any) -> Any:
    """`value` without every field that `canonical` would put back as it was."""
    if isinstance(value, dict):
        return _bare(tree, value)
    if isinstance(value, list) and tree.items is not None:
        return [without_defaults(tree.items, item) for item in value]
    return value


def _mapping(tree: Branch, value: dict[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    fields, others = tree.fields, tree.others
    for key, inner in value.items():
        below = fields.get(key, others)
        if below is not None:
            new = canonical(below, inner)
            if new is not inner:
                changed[key] = new
    for default in tree.defaults:
        if _absent(default, value):
            changed[default.key] = copy.deepcopy(default.value)
    empty = tree.container and value.get(_RESOURCES) == {}
    if not changed and not empty:
        return value
    out = {**value, **changed}
    if empty:
        del out[_RESOURCES]
    return out


def _bare(tree: Branch, value: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    defaults = {default.key: default for default in tree.defaults}
    for key, inner in value.items():
        below = tree.fields.get(key, tree.others)
        default = defaults.get(key)
        if default and (_absent(default, value) or _same(default, canonical(below, inner) if below else inner)):
            continue
        out[key] = without_defaults(below, inner) if below else inner
    return out


def _absent(default: _Default, value: Mapping[str, Any]) -> bool:
    found = value.get(default.key, _ABSENT)
    return found is _ABSENT or (found is None and not default.nullable)


def _same(default: _Default, value: Any) -> bool:
    """Equal as JSON: 1 is neither 1.0 nor true."""
    return bool(value == default.value) and json.dumps(value, sort_keys=True) == default.text


@lru_cache(maxsize=4096, typed=True)
def _quantity(value: str | float) -> str | float:
    try:
        return quantities.canonical(value)
    except ValueError:
        return value


def _branch(
    schema: Any, follow: Callable[[Any], Any], made: dict[tuple[int, bool], Branch], *, verbatim: bool
) -> Branch | None:
    """None where nothing matters. A definition is cut once; one that holds itself counts as one that matters."""
    node = follow(schema)
    if not isinstance(node, Mapping):
        return None
    place = (id(node), verbatim)
    if place not in made:
        made[place] = tree = Branch(quantity=node.get("pattern") == QUANTITY, verbatim=verbatim)
        properties: Mapping[str, Any] = node.get("properties", {})
        tree.container = {"image", _RESOURCES} <= properties.keys()
        below = {
            key: _branch(inner, follow, made, verbatim=verbatim or key == _AUTOSCALING)
            for key, inner in properties.items()
        }
        tree.fields = {key: found for key, found in below.items() if found}
        tree.others = _branch(node.get("additionalProperties"), follow, made, verbatim=verbatim)
        tree.items = _branch(node.get("items"), follow, made, verbatim=verbatim)
        targets = {key: follow(inner) for key, inner in properties.items() if isinstance(inner, Mapping)}
        tree.defaults = [_default(key, inner, tree) for key, inner in targets.items() if "default" in inner]
        tree.matters = any((tree.quantity, tree.container, tree.fields, tree.others, tree.items, tree.defaults))
    return made[place] if made[place].matters else None


def _default(key: str, schema: Mapping[str, Any], owner: Branch) -> _Default:
    tree = owner.fields.get(key)
    value = canonical(tree, schema["default"]) if tree else schema["default"]
    return _Default(key, value, "null" in schema.get("type", ()), json.dumps(value, sort_keys=True))
