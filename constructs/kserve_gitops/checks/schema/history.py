"""The schema of a kind in a release of KServe that lies between two imported ones.

Schemas exist of few releases. One between them is taken to be the newer schema without the fields that came later:
the older schema knows what was always there, and `since` when the rest came. Only the KServe versions in between pay
for it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from kserve_gitops.checks.schema.phrasing import Book, Path
from kserve_gitops.checks.schema.since import FIELDS, KINDS

Schema = dict[str, Any]
Order = tuple[tuple[int, ...], bool, str]

_NUMBERS = re.compile(r"\d+")
_BELOW = ("properties", "items", "additionalProperties", "required")


def order(tag: str) -> Order:
    """Sorts v0.9.0 < v0.16.0-rc1 < v0.16.0."""
    release, _, candidate = tag.partition("-")
    return tuple(map(int, _NUMBERS.findall(release))), not candidate, candidate


def came(api_version: str, kind: str, newest: str) -> str:
    """The first release with a kind that the older set does not have; `newest` has it."""
    return KINDS.get((api_version, kind), newest)


class _Place(NamedTuple):
    """One place in both schemas: `old` is None where the older has none, `since` the release that brought it."""

    new: Mapping[str, Any]
    old: Mapping[str, Any] | None
    trail: tuple[str, ...]
    since: str


@dataclass(frozen=True, slots=True)
class History:
    """A kind, (apiVersion, kind), in a newer set of schemas, `newest`, and in an older one that may not have it."""

    kind: tuple[str, str]
    new: Book
    old: Book | None
    newest: str

    def schema(self, release: Order) -> Schema:
        """What the release of that order accepts; it refers to nothing outside itself."""
        made: _Parts = {}
        root = self._schema(self._root(), release, made)
        return {**root, "$defs": dict(made.values())}

    def first(self, path: Path, key: str) -> str:
        """The first release that has the field `key` of the mapping at `path`; "" where the newer schema has none."""
        place: _Place | None = self._root()
        for step in (*path, key):
            place = self._into(place, step) if place else None
        return place.since if place else ""

    def _root(self) -> _Place:
        old = self.old.follow(self.old.root) if self.old else None
        since = "" if self.old else came(*self.kind, self.newest)
        return _Place(self.new.follow(self.new.root), old, (), since)

    def _into(self, place: _Place, step: str | int) -> _Place | None:
        known = place.new.get("properties", {})
        if step not in known:
            return self._inside(place, "items" if isinstance(step, int) else "additionalProperties")
        new = self.new.follow(known[step])
        trail = (*place.trail, str(step))
        if place.old is not None:
            if place.old.get("additionalProperties", True) is not False:
                return _Place(new, new, trail, "")  # it took anything
            if step in place.old.get("properties", {}):
                return _Place(new, self._old(place.old["properties"][step], place), trail, "")
        return _Place(new, None, trail, _listed(self.kind[1], trail) or place.since or self.newest)

    def _inside(self, place: _Place, word: str) -> _Place | None:
        if not isinstance(place.new.get(word), Mapping):
            return None
        old = place.old.get(word) if place.old is not None else None
        found = self._old(old, place) if isinstance(old, Mapping) else None
        return _Place(self.new.follow(place.new[word]), found, place.trail, place.since)

    def _old(self, node: Any, owner: _Place) -> Mapping[str, Any]:
        book = self.new if owner.old is owner.new else self.old
        found: Mapping[str, Any] = book.follow(node) if book else node
        return found

    def _schema(self, place: _Place, release: Order, made: "_Parts") -> Schema:
        """A mapping is made once for each context that could tell it from another, and referred to."""
        if "properties" not in place.new:
            return self._kept(place, release, made)
        key = (id(place.new), id(place.old), place.trail[-_CONTEXT:], place.since)
        if key not in made:
            made[key] = (str(len(made)), {})
            made[key][1].update(self._kept(place, release, made))
        return {"$ref": f"#/$defs/{made[key][0]}"}

    def _kept(self, place: _Place, release: Order, made: "_Parts") -> Schema:
        new, old = place.new, place.old or {}
        out: Schema = {word: _whole(value, self.new) for word, value in new.items() if word not in _BELOW}
        below = {key: self._into(place, key) for key in new.get("properties", {})}
        kept = {key: inner for key, inner in below.items() if inner and order(inner.since) <= release}
        former = old.get("properties", {}) if self.old and new is not old else {}
        if "properties" in new:
            out["properties"] = {key: self._schema(inner, release, made) for key, inner in kept.items()}
            out["properties"] |= {key: _whole(former[key], self.old) for key in former.keys() - below.keys()}
        if required := [key for key in new.get("required", ()) if key in kept or key not in below]:
            out["required"] = required
        for word in ("items", "additionalProperties"):
            if inner := self._inside(place, word):
                out[word] = self._schema(inner, release, made)
            elif word in new:
                out[word] = new[word]
        return out


_Parts = dict[tuple[int, int, tuple[str, ...], str], tuple[str, Schema]]
"""Name and schema, by what they are made of."""

_CONTEXT = max(field.count(".") for _, _, fields in FIELDS for field in fields)
"""How many names above a field its row in `since` can ask for."""


@cache
def _rows(kind: str) -> Mapping[str, list[tuple[tuple[str, ...], str]]]:
    """The rows of one kind, each a path and its release, by the last name of the path."""
    rows = defaultdict(list)
    for release, kinds, fields in FIELDS:
        for path in (tuple(field.split(".")) for field in fields if not kinds or kind in kinds):
            rows[path[-1]].append((path, release))
    return rows


def _listed(kind: str, trail: tuple[str, ...]) -> str:
    rows = _rows(kind).get(trail[-1], ())
    return next((release for path, release in rows if trail[-len(path) :] == path), "")


def _whole(value: Any, book: Book | None) -> Any:
    """`value` with every reference replaced by what it means."""
    if isinstance(value, Mapping):
        node = book.follow(value) if book and isinstance(value.get("$ref"), str) else value
        return {key: _whole(inner, book) for key, inner in node.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_whole(inner, book) for inner in value]
    return value
