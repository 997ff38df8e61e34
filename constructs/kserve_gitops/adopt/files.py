"""The names and the text of the files to be."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kserve_gitops.adopt.entry import Entry
from kserve_gitops.adopt.reading import Found
from kserve_gitops.core.documents import Document, parse
from kserve_gitops.core.origins import Path
from kserve_gitops.core.rendering import to_yaml
from kserve_gitops.serving.kinds import MODEL

_UNFIT = re.compile(r"[^A-Za-z0-9.-]+")
_LONGEST = 200
"""Characters of a file name; file systems take 255 bytes."""


def names_of(entries: Iterable[Entry], free: Callable[[str, Entry], bool]) -> list[tuple[str, Entry]]:
    """A file name for each entry: its name where that is free, else with its kind or its namespace.

    `free` says whether a name is not taken by a file of another object. The order of `entries` does not matter.
    """
    taken: set[str] = set()
    out: list[tuple[str, Entry]] = []
    for entry in sorted(entries, key=_rank):
        name, kind = entry.found.name, entry.found.kind.lower()
        tries = [name, *([] if kind == MODEL.lower() else [f"{name}-{kind}"])]
        if entry.namespace is not None:
            tries += [f"{entry.namespace}-{name}", f"{entry.namespace}-{name}-{kind}"]
        options = [_fit(option) for option in tries]
        chosen = next((option for option in options if option not in taken and free(option, entry)), options[-1])
        taken.add(chosen)
        out.append((chosen, entry))
    return out


def names_of_raw(found: Iterable[Found]) -> list[tuple[str, Found]]:
    """A file name for each object that is kept as it is."""
    taken: set[str] = set()
    out: list[tuple[str, Found]] = []
    for one in sorted(found, key=lambda f: (f.kind, f.name, f.namespace or "", f.api_version)):
        kind = one.kind.lower()
        options = [f"{kind}-{one.name}", f"{kind}-{one.namespace or 'default'}-{one.name}"]
        options.append(f"{options[-1]}-{one.group or 'core'}")
        chosen = next((o for o in map(_fit, options) if o not in taken), _fit(options[-1]))
        taken.add(chosen)
        out.append((chosen, one))
    return out


def _rank(entry: Entry) -> tuple[bool, bool, str, str, str]:
    """The plain name goes to a model before other kinds, and to the default namespace before others."""
    found = entry.found
    return found.kind != MODEL, "namespace" in entry.data, entry.namespace or "", found.kind, found.name


def _fit(name: str) -> str:
    return _UNFIT.sub("-", name)[:_LONGEST].strip(".-") or "object"


def text_of(entry: Entry, file: str, *, header: str = "") -> Document:
    """The document that is written for an entry, comments and all; `header` is a comment above everything."""
    plain = parse(to_yaml(dict(entry.data)), file)
    lines = plain.text.split("\n")
    for path, text in entry.remarks.items():
        lines[_line(plain, path)] += f"  # {_safe(text)}"
    for number, text in sorted(((_line(plain, path), text) for path, text in entry.comments.items()), reverse=True):
        line = lines[number]
        lines.insert(number, f"{line[: len(line) - len(line.lstrip())]}# {_safe(text)}")
    return parse("\n".join([*([f"# {header}"] if header else []), *lines]), file)


def raw_text(cleaned: Mapping[str, Any], file: str) -> Document:
    """The document that is written for an object which is kept as it is."""
    return parse(to_yaml(dict(cleaned)), file)


def _line(document: Document, path: Path) -> int:
    return document.at(path[:-1], key=path[-1]).line - 1


def _safe(text: str) -> str:
    """On one line, and nothing in it that YAML refuses."""
    return "".join(char if char.isprintable() else "?" for char in text)
