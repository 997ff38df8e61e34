"""YAML that a person wrote → plain data, and the place of every value in the file.

Built on libyaml's events, in one pass and without a node graph: faster than PyYAML's constructor,
and aliases are counted while they are copied, so that they cannot expand without bound.
Positions are needed for mistakes only, so they are found by reading the text a second time.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml
from yaml.events import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, StreamEndEvent

from kserve_gitops.core import scalars
from kserve_gitops.core.discretion import discreet, names_secret
from kserve_gitops.core.errors import InputError
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.nodes import child, place_of, root, stands_at_its_key
from kserve_gitops.core.places import Place

MAX_DEPTH = 100
MAX_ALIASED = 10_000
"""Values that all aliases of a file may add together."""
MAX_FINDINGS = 100
"""After so many the file is not what it was taken for, and the rest is not read."""

_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_OF_A_VARIABLE = "value"
"""The key under which an environment variable has what may be a secret, whatever its name."""
_STILL_OPEN = object()
"""Stands for an anchored value that has not ended yet: an alias to it would contain itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """The data of one YAML file, and where in the file it stands.

    `data` is dict (keys are str or int), list, str, int, float, bool or None, and None for an
    empty file. Aliases have become copies: no two parts of it are the same object.
    """

    file: str
    data: Any
    start: Place
    text: str = field(repr=False)
    above: int = 0
    """Lines of the file before `text`, where the file holds several documents."""

    def at(self, path: Sequence[str | int], *, key: str | int | None = None) -> Place:
        """The place of the value at `path`; with `key`, of that key in the mapping at `path`.

        A block mapping, a block list and an empty value stand at their key. Where the file has no
        such path, the place is that of the deepest part which exists: what is missing goes there.
        """
        if not path and key is None:
            return self.start
        node = root(self.text)
        place = self.start
        for step in path:
            found = child(node, step)
            if not found:
                return place
            holder, node = found
            place = place_of(self.file, holder if stands_at_its_key(node) else node, self.above)
        found = child(node, key) if key is not None else None
        return place_of(self.file, found[0], self.above) if found else place


def parse(text: str | bytes, file: str) -> Document:
    """The one document in `text`; `file` is the name that places carry.

    Raises InputError with all mistakes that can be seen: what is not text or not YAML (KG002, ends
    the reading), a key twice (KG003), tags, merge keys, recursion, depth and expansion without
    bound (KG004), values that depend on the reader (KG005), keys that are neither text nor an
    integer and numbers that are not finite (KG011).
    """
    reading = _Reading(file)
    source, data = "", None
    try:
        source = reading.decoded(text)
        data = reading.document(source)
    except _StopReadingError:
        pass
    except yaml.MarkedYAMLError as error:
        reading.not_yaml(error, source)
    if reading.findings:
        raise InputError(reading.findings)
    return Document(file, data, reading.start, source)


def parse_all(text: str | bytes, file: str, *, doubtful: bool = False) -> list[Document]:
    """All documents in `text`, those without content too; places count from the start of the file.

    Raises InputError like `parse`, but for further documents. With `doubtful`, values that depend on the reader are
    text instead of a mistake: for files that come from elsewhere, when a schema has the last word.
    """
    reading = _Reading(file, doubtful=doubtful)
    source, found = "", []
    try:
        source = reading.decoded(text)
        found = reading.documents(source)
    except _StopReadingError:
        pass
    except yaml.MarkedYAMLError as error:
        reading.not_yaml(error, source)
    if reading.findings:
        raise InputError(reading.findings)
    return found


class _StopReadingError(Exception):
    """What follows the last finding cannot be made sense of."""


class _Reading:
    """One pass over the events of one file."""

    def __init__(self, file: str, *, doubtful: bool = False) -> None:
        self.file = file
        self._doubtful = doubtful
        self.findings: list[Finding] = []
        self.start = Place(file)
        self._anchors: dict[str, Any] = {}
        self._aliased = 0
        self._next: Callable[[], Any]

    def decoded(self, text: str | bytes) -> str:
        try:
            source = (text.decode() if isinstance(text, bytes) else text).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode()
            self._stop("KG002", "not UTF-8 text", self._place_after(before), "save the file as UTF-8")
        if alien := _NOT_ALLOWED.search(source):
            hint = "is this a binary file?" if "\0" in source else "write it as an escape, in double quotes"
            what = f"not valid YAML: the character U+{ord(alien[0]):04X} is not allowed"
            self._stop("KG002", what, self._place_after(source[: alien.start()]), hint)
        return source

    def document(self, text: str) -> Any:
        self._next = yaml.CSafeLoader(text).get_event
        self._next()
        if type(self._next()) is StreamEndEvent:
            return None
        first = self._next()
        self.start = place_of(self.file, first)
        data = self._value(first, 0)
        self._next()
        after = self._next()
        if type(after) is not StreamEndEvent:
            hint = "one file holds one document: move what follows into a file of its own"
            self._problem("KG002", "a second document begins here", place_of(self.file, after), hint)
        return data

    def documents(self, text: str) -> list[Document]:
        self._next = yaml.CSafeLoader(text).get_event
        self._next()
        parts: list[tuple[Any, Place, int]] = []
        event: Any
        while type(event := self._next()) is not StreamEndEvent:
            first = self._next()
            self._anchors = {}
            parts.append((self._value(first, 0), place_of(self.file, first), event.start_mark.line if parts else 0))
            self._next()
        lines = text.splitlines(keepends=True) if len(parts) > 1 else [text]
        ends = [*(above for _, _, above in parts[1:]), len(lines)]
        return [
            Document(self.file, data, start, "".join(lines[above:end]), above)
            for (data, start, above), end in zip(parts, ends, strict=False)
        ]

    def not_yaml(self, error: yaml.MarkedYAMLError, text: str) -> None:
        mark = error.problem_mark or error.context_mark
        place = Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file)
        problem = error.problem or error.context or "it cannot be read"
        self._problem("KG002", f"not valid YAML: {problem}", place, _syntax_hint(error, place, text))

    def _value(self, event: Any, depth: int) -> Any:
        kind = type(event)
        if kind is AliasEvent:
            return self._alias(event, depth)
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            hint = "leave the tag out; text that looks like something else goes in quotes"
            self._problem("KG004", f"the tag '{tag}' is not supported", place_of(self.file, event), hint)
        if kind is ScalarEvent:
            data = event.value if event.style else self._plain(event)
        else:
            if depth >= MAX_DEPTH:
                self._stop("KG004", f"nested more than {MAX_DEPTH} deep", place_of(self.file, event))
            if event.anchor:
                self._anchors[event.anchor] = _STILL_OPEN
            data = self._mapping(depth + 1) if kind is MappingStartEvent else self._list(depth + 1)
        if event.anchor:
            self._anchors[event.anchor] = data
        return data

    def _list(self, depth: int) -> list[Any]:
        items = []
        while type(event := self._next()) is not SequenceEndEvent:
            items.append(self._value(event, depth))
        return items

    def _mapping(self, depth: int) -> dict[str | int, Any]:
        data: dict[str | int, Any] = {}
        lines: dict[str | int, int] = {}
        while type(event := self._next()) is not MappingEndEvent:
            if type(event) is ScalarEvent and event.value == "<<" and not event.style:
                hint = "write the keys out; an alias for a whole value is fine"
                self._problem("KG004", "the merge key '<<' is not supported", place_of(self.file, event), hint)
                self._value(self._next(), depth)
                continue
            key = self._value(event, depth)
            line = event.start_mark.line + 1
            told = len(self.findings)
            value = self._value(self._next(), depth)
            if len(self.findings) > told and (names_secret(key) or key == _OF_A_VARIABLE):
                self.findings[told:] = map(discreet, self.findings[told:])
            if type(key) is not str and type(key) is not int:
                self._odd_key(key, event)
            elif key in data:
                first = f"the first '{key}' is in line {lines[key]}"
                self._problem(
                    "KG003", f"the key '{key}' stands twice in one mapping", place_of(self.file, event), first
                )
            else:
                data[key] = value
                lines[key] = line
        return data

    def _odd_key(self, key: Any, event: Any) -> None:
        if isinstance(key, (dict, list)):
            what = "a mapping" if isinstance(key, dict) else "a list"
            hint = "put text that begins with a bracket in quotes; templates like {{ this }} are not filled in"
        else:
            what = f"'{event.value}'" if type(event) is ScalarEvent and event.value else "empty"
            hint = f"write {what} in quotes" if what != "empty" else "write a key before the ':'"
        self._problem("KG011", f"a key must be text or an integer, not {what}", place_of(self.file, event), hint)

    def _plain(self, event: Any) -> Any:
        scalar = scalars.meaning(event.value)
        if scalar.code and not (self._doubtful and scalar.code == "KG005"):
            self._problem(scalar.code, scalar.message, place_of(self.file, event), scalar.hint)
        return scalar.value

    def _alias(self, event: Any, depth: int) -> Any:
        data = self._anchors.get(event.anchor, event)
        if data is event:
            self._problem("KG002", f"the alias '*{event.anchor}' has no anchor before it", place_of(self.file, event))
            return None
        if data is _STILL_OPEN:
            self._problem("KG004", f"the alias '*{event.anchor}' contains itself", place_of(self.file, event))
            return None
        return self._copied(data, event, depth)

    def _copied(self, data: Any, alias: Any, depth: int) -> Any:
        self._aliased += 1
        if self._aliased > MAX_ALIASED or depth > MAX_DEPTH:
            what = f"aliases expand to more than {MAX_ALIASED} values, or more than {MAX_DEPTH} deep"
            self._stop("KG004", what, place_of(self.file, alias))
        if isinstance(data, dict):
            return {key: self._copied(value, alias, depth + 1) for key, value in data.items()}
        if isinstance(data, list):
            return [self._copied(item, alias, depth + 1) for item in data]
        return data

    def _problem(self, code: str, message: str, place: Place, hint: str = "") -> None:
        self.findings.append(Finding(code, message, place, hint))
        if len(self.findings) >= MAX_FINDINGS:
            raise _StopReadingError

    def _stop(self, code: str, message: str, place: Place, hint: str = "") -> NoReturn:
        self._problem(code, message, place, hint)
        raise _StopReadingError

    def _place_after(self, text: str) -> Place:
        return Place(self.file, text.count("\n") + 1, len(text) - text.rfind("\n"))


def _syntax_hint(error: yaml.MarkedYAMLError, place: Place, text: str) -> str:
    lines = text.split("\n")
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    at_mark = line[place.column - 1 : place.column]
    if at_mark == "\t" or "\t" in line[: len(line) - len(line.lstrip())]:
        return "indent with spaces, not with tabs"
    if at_mark and at_mark in "@`%":
        return f"put a value that begins with '{at_mark}' in quotes"
    if "mapping values are not allowed" in (error.problem or ""):
        return "put a value that contains ': ' in quotes, or mend the indentation"
    if error.context and error.context_mark and error.context_mark.line + 1 != place.line:
        return f"{error.context} that begins in line {error.context_mark.line + 1}"
    return ""
