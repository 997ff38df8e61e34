"""The text of a sealed file: written, changed key by key, and what it says about when and with what it was sealed.

Ciphertext says neither, so a comment above each key does. All else in a file is the person's, and is left alone: a key
is replaced where it stands.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import yaml

from kserve_gitops.core.nodes import child, root
from kserve_gitops.core.rendering import to_yaml
from kserve_gitops.core.sealed_secret import API_VERSION

_PAD = "    "
"""Of the keys in a file of ours."""
_RECORD = re.compile(r"[ \t]*# (\d{4}-\d\d-\d\d), certificate ([0-9a-f]{64})[ \t]*\r?")


@dataclass(frozen=True, slots=True)
class Record:
    """When a key was sealed, and the SHA-256 fingerprint of the certificate; prints as the comment that says so."""

    date: date
    fingerprint: str

    def __str__(self) -> str:
        return f"# {self.date}, certificate {self.fingerprint}"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A key where it stands: its own line, the line above it, and the text of its value."""

    key: str
    above: slice
    line: slice
    value: slice


def records(text: str) -> dict[str, Record]:
    """What a sealed file says of its keys: nothing where kubeseal wrote it, or keys do not stand one on a line."""
    found = {entry.key: _record(text[entry.above]) for entry in _entries(text) or ()}
    return {key: record for key, record in found.items() if record is not None}


def written(
    metadata: Mapping[str, Any],
    encrypted: Mapping[str, str],
    sealed: Mapping[str, Record],
    *,
    template: Mapping[str, Any] = MappingProxyType({"type": "Opaque"}),
) -> str:
    """A file with these keys, and what is known of them.

    `template` is what the Secret gets beside `metadata`, which stands in both places: where they differ the controller
    drops the Secret's when it re-encrypts.
    """
    head = to_yaml({"apiVersion": API_VERSION, "kind": "SealedSecret", "metadata": dict(metadata)}).decode()
    lines = (line for key, text in encrypted.items() for line in _lines(key, text, sealed.get(key)))
    body = "".join(f"{_PAD}{line}\n" for line in lines)
    tail = to_yaml({"template": {"metadata": dict(metadata), **template}}).decode()
    return f"{head}spec:\n  encryptedData:\n{body}" + "".join(f"  {line}\n" for line in tail.splitlines())


def editable(text: str) -> bool:
    """Whether a file has its keys one on a line, so that each can be replaced alone; a file in JSON has not."""
    return bool(_entries(text))


def merged(text: str, encrypted: Mapping[str, str], record: Record) -> str | None:
    """`text` with these keys in it, new ones at the end, and every other byte as it was.

    None for a file that is not `editable`.
    """
    entries = _entries(text)
    if not entries:
        return None
    end = "\r\n" if "\r\n" in text else "\n"
    old = [entry for entry in entries if entry.key in encrypted]
    edits = [edit for entry in old for edit in _edits(text, entry, encrypted[entry.key], record, end)]
    new = [key for key in encrypted if key not in {entry.key for entry in entries}]
    last = entries[-1]
    pad = _pad(text, last)
    more = "".join(f"{end}{pad}{line}" for key in new for line in _lines(key, encrypted[key], record))
    edits.append((slice(last.line.stop, last.line.stop), more))
    for place, put in sorted(edits, key=lambda edit: edit[0].start, reverse=True):
        text = text[: place.start] + put + text[place.stop :]
    return text


def _edits(text: str, entry: _Entry, ciphertext: str, record: Record, end: str) -> Iterable[tuple[slice, str]]:
    """The value, and the comment above the key: in the place of one that is there, else on a line of its own."""
    yield entry.value, ciphertext
    comment = f"{_pad(text, entry)}{record}"
    if _record(text[entry.above]) is None:
        yield slice(entry.line.start, entry.line.start), f"{comment}{end}"
    else:
        yield entry.above, comment


def _lines(key: str, ciphertext: str, record: Record | None) -> list[str]:
    """A key as it stands in a file, from its first column."""
    line = to_yaml({key: ciphertext}).decode().rstrip("\n")
    return [str(record), line] if record else [line]


def _record(line: str) -> Record | None:
    found = _RECORD.fullmatch(line)
    if found is None:
        return None
    try:
        return Record(date.fromisoformat(found[1]), found[2])
    except ValueError:
        return None


def _pad(text: str, entry: _Entry) -> str:
    line = text[entry.line]
    return line[: len(line) - len(line.lstrip(" "))]


def _entries(text: str) -> list[_Entry] | None:
    """The keys of a file that has each on a line of its own; None for any other."""
    node = root(text)
    for step in ("spec", "encryptedData"):
        found = child(node, step)
        node = found[1] if found else None
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        return None
    entries = [_entry(text, key, value) for key, value in node.value]
    return None if None in entries else [entry for entry in entries if entry is not None]


def _entry(text: str, key: Any, value: Any) -> _Entry | None:
    """None for one that is empty, is spread over lines, shares its line, or has an anchor or a tag."""
    start = text.rfind("\n", 0, key.start_mark.index) + 1
    stop = _end_of_line(text, start)
    at = slice(value.start_mark.index, value.end_mark.index)
    plain = isinstance(value, yaml.ScalarNode) and text[at] in (value.value, f"'{value.value}'", f'"{value.value}"')
    if not plain or not value.value or at.stop > stop or text[start : key.start_mark.index].strip(" "):
        return None
    above = text.rfind("\n", 0, max(start - 1, 0)) + 1
    return _Entry(key.value, slice(above, _end_of_line(text, above)), slice(start, stop), at)


def _end_of_line(text: str, start: int) -> int:
    """Where the line that begins at `start` ends, before its line break."""
    found = re.compile(r"\r?\n|\Z").search(text, start)
    return found.start() if found else len(text)
