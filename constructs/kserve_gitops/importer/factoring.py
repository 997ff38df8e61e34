"""Say it once: parts of schemas that stand in several places become shared definitions.

A pod spec occurs dozens of times in KServe's kinds. Equal parts are found by the hash of their content; a definition
carries the name of the property it most often stands under, so that a diff of imports/ reads like a diff of the API.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from kserve_gitops.importer.structure import Schema

_WORTH = 110
"""Characters from which a part is worth a definition: a reference costs about half of it."""
_VAGUE = frozenset({"config", "item", "name", "ref", "spec", "type", "value"})
"""Property names that say nothing without the name of their owner."""

_MAPS = ("properties", "patternProperties")
_LISTS = ("allOf", "anyOf", "oneOf")
_SINGLES = ("items", "additionalProperties", "not", "if", "then", "else", "propertyNames", "contains")

Names = tuple[str, str]
"""The name of the owner and the own name of a part, as the properties above it spell them."""


@dataclass
class _Part:
    """One distinct schema, each of its subschemas replaced by a reference to that one's hash."""

    schema: Schema
    uses: int = 0
    names: Counter[Names] = field(default_factory=Counter)


def factor(roots: Mapping[str, Schema], *, here: str) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """`roots` with repeated parts replaced by references, and the definitions by name; `roots` hold no references.

    A reference from a root is `<here>#/$defs/<name>`; between definitions it is `#/$defs/<name>`.
    """
    parts: dict[str, _Part] = {}
    tops = {name: _intern(schema, ("", name.partition(".")[0]), parts) for name, schema in sorted(roots.items())}
    built: dict[str, Schema] = {}
    shared: set[str] = set()

    def inline(_: str, __: str, reference: Schema) -> Schema:
        return reference if reference["$ref"] in shared else built[reference["$ref"]]

    for key, part in parts.items():  # every part comes after its children
        built[key] = each_subschema(part.schema, inline)
        if part.uses > 1 and key not in tops.values() and len(json.dumps(built[key])) >= _WORTH:
            shared.add(key)
    names = _names({key: parts[key] for key in sorted(shared)})
    definitions = {names[key]: _point(built[key], names, "") for key in shared}
    return {name: _point(built[key], names, here) for name, key in tops.items()}, definitions


def each_subschema(schema: Schema, change: Callable[[str, str, Schema], Schema]) -> Schema:
    """`schema` with every schema directly inside it changed: `change(keyword, property or "", subschema)`."""
    out = dict(schema)
    for word in _MAPS:
        if word in schema:
            out[word] = {key: change(word, key, value) for key, value in schema[word].items()}
    for word in _SINGLES:
        if isinstance(schema.get(word), dict):
            out[word] = change(word, "", schema[word])
    for word in _LISTS:
        if word in schema:
            out[word] = [change(word, "", value) for value in schema[word]]
    return out


def _intern(schema: Schema, names: Names, parts: dict[str, _Part]) -> str:
    children: list[tuple[str, Names]] = []

    def reference(word: str, key: str, value: Schema) -> Schema:
        called = _called(word, key, names)
        children.append((_intern(value, called, parts), called))
        return {"$ref": children[-1][0]}

    own = each_subschema(schema, reference)
    digest = hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()
    if digest not in parts:
        parts[digest] = _Part(own)
        for child, called in children:
            parts[child].uses += 1
            parts[child].names[called] += 1
    return digest


def _called(word: str, key: str, names: Names) -> Names:
    if word in _MAPS:
        return names[1], key
    if word in ("items", "additionalProperties"):
        return names[0], _singular(names[1])
    return names


def _singular(name: str) -> str:
    for plural, one in (("ies", "y"), ("ches", "ch"), ("sses", "ss"), ("xes", "x"), ("ss", "ss"), ("s", "")):
        if name.endswith(plural) and len(name) > len(plural) + 1:
            return name[: -len(plural)] + one
    return name


def _names(parts: Mapping[str, _Part]) -> dict[str, str]:
    """A name for each part, by hash: its own; with its owner's where two parts share it; with its hash where still."""
    most = {key: min(part.names, key=lambda n: (-part.names[n], n)) for key, part in parts.items()}
    plain = {key: _camel(own) if own not in _VAGUE else _camel(owner, own) for key, (owner, own) in most.items()}
    owned = {key: _camel(owner, own) for key, (owner, own) in most.items()}
    names = {key: plain[key] for key in _alone(plain, parts, ())}
    names |= {key: owned[key] for key in _alone(owned, parts.keys() - names.keys(), set(names.values()))}
    return names | {key: f"{plain[key]}.{key[:6]}" for key in parts.keys() - names.keys()}


def _alone(names: Mapping[str, str], among: Collection[str], taken: Collection[str]) -> list[str]:
    holders: dict[str, list[str]] = defaultdict(list)
    for key in among:
        holders[names[key]].append(key)
    return [keys[0] for name, keys in holders.items() if len(keys) == 1 and name not in taken]


def _camel(*words: str) -> str:
    letters = ("".join(c if c.isalnum() else " " for c in word).split() for word in words)
    return "".join(part[:1].upper() + part[1:] for word in letters for part in word)


def _point(schema: Schema, names: Mapping[str, str], here: str) -> Schema:
    if "$ref" in schema:
        return {"$ref": f"{here}#/$defs/{names[schema['$ref']]}"}
    return each_subschema(schema, lambda _, __, value: _point(value, names, here))
