"""Files with plain Secrets, written again with SealedSecrets in their place, and all else as it was.

Comments beside a Secret are left out, for nobody knows what stands in them. What comes out is read again, and must hold
what it was to hold: YAML has more ways to refer from one place to another than this knows.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import yaml

from kserve_gitops.core.documents import Document, parse, parse_all
from kserve_gitops.core.errors import InputError
from kserve_gitops.core.nodes import child, root
from kserve_gitops.core.origins import Path
from kserve_gitops.core.rendering import to_json
from kserve_gitops.sealing.directory.secret import Secret

_COMMENT = re.compile(r"[ \t]*#[^\r\n]*")
_NOTHING = "x: y\n"
"""Stands for a SealedSecret where only the rest of a list matters."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A SealedSecret in the place of a Secret: as YAML, and as data."""

    secret: Secret
    text: str
    data: Mapping[str, Any]

    @classmethod
    def of(cls, secret: Secret, text: str) -> Self:
        """The data as a reader finds them."""
        return cls(secret, text, parse(text, "sealed").data)


def replaced(documents: Sequence[Document], sealed: Sequence[Sealed], *, as_json: bool) -> str | None:
    """The text of all documents; None where the Secrets cannot be taken out without changing something else."""
    text = "".join(
        _segment(
            document,
            number,
            {one.secret.found.base: one for one in sealed if one.secret.found.number == number},
            as_json=as_json,
        )
        for number, document in enumerate(documents)
    )
    wanted = [document.data for document in documents]
    for one in sealed:
        number, base = one.secret.found.number, one.secret.found.base
        wanted[number] = _with(wanted[number], base, one.data)
    try:
        found = [document.data for document in parse_all(text, "sealed", doubtful=True)]
    except InputError:
        return None
    return text if found == wanted else None


def comments(document: Document) -> bool:
    """Whether there are comments that are left out."""
    return any(_COMMENT.search(gap) for gap, _ in _gaps(document.text))


def kept(documents: Sequence[Document], secrets: Sequence[Secret]) -> Iterator[tuple[int, str]]:
    """What stays of a file beside its Secrets: lines, and their numbers in the file, 1 where nobody knows."""
    for number, document in enumerate(documents):
        mine = [secret for secret in secrets if secret.found.number == number]
        numbers = {line: place for place, line in enumerate(document.text.splitlines(), document.above + 1)}
        if all(secret.found.base for secret in mine):
            nothing = {secret.found.base: Sealed(secret, _NOTHING, {}) for secret in mine}
            for line in _segment(document, number, nothing, as_json=False).splitlines():
                yield numbers.get(line, 1), line


def _segment(document: Document, number: int, sealed: Mapping[Path, Sealed], *, as_json: bool) -> str:
    """The text of a document with the Secrets in it replaced."""
    if not sealed:
        return document.text
    whole = sealed.get(())
    if whole is not None:
        marker = "---\n" if number or _marked(document) else ""
        text = to_json(whole.data).decode() if as_json else marker + whole.text
    else:
        text = _with_items(_without_comments(document.text), sealed, as_json=as_json)
    lines = text.replace("\r\n", "\n")
    return lines.replace("\n", "\r\n") if "\r\n" in document.text else lines


def _with_items(text: str, sealed: Mapping[Path, Sealed], *, as_json: bool) -> str:
    """A list with Secrets among its items."""
    edits = []
    for base, one in sealed.items():
        node = _node(text, base)
        if node is not None:
            edits.append((node.start_mark.index, *_item(text, node, one, as_json=as_json)))
        kind = _node(text, (*base[:-2], "kind"))
        if kind is not None and kind.value == "SecretList":
            edits.append((kind.start_mark.index, kind.end_mark.index, '"List"' if kind.style else "List"))
    for start, end, new in sorted(set(edits), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _item(text: str, node: Any, one: Sealed, *, as_json: bool) -> tuple[int, str]:
    """Where an item ends, and what is put in its place."""
    if node.flow_style:
        line = text[text.rfind("\n", 0, node.start_mark.index) + 1 :]
        pad = " " * (len(line) - len(line.lstrip(" ")))
        new = json.dumps(one.data, indent=2 if as_json else None, ensure_ascii=False)
        return node.end_mark.index, new.replace("\n", f"\n{pad}")
    pad = " " * node.start_mark.column
    new = one.text.rstrip("\n").replace("\n", f"\n{pad}")
    # A block ends where the next thing begins, which keeps its indentation.
    start_of_line = text.rfind("\n", 0, node.end_mark.index) + 1
    return node.end_mark.index, f"{new}\n{text[start_of_line : node.end_mark.index]}"


def _node(text: str, path: Path) -> Any:
    node = root(text)
    for step in path:
        found = child(node, step)
        if found is None:
            return None
        node = found[1]
    return node


def _with(data: Any, base: Path, new: Mapping[str, Any]) -> Any:
    """A copy with something else at `base`, for which a list of Secrets becomes a list of anything."""
    if not base:
        return new
    key, number, *below = base
    items = list(data[key])
    items[int(number)] = _with(items[int(number)], tuple(below), new)
    kind = "List" if data["kind"] == "SecretList" else data["kind"]
    return {**data, "kind": kind, key: items}


def _marked(document: Document) -> bool:
    """Whether the document begins with the line that divides it from one before it."""
    return any(line.startswith("---") for line in document.text.splitlines()[: document.start.line - document.above])


def _without_comments(text: str) -> str:
    return "".join(_COMMENT.sub("", gap) + token for gap, token in _gaps(text))


def _gaps(text: str) -> Iterator[tuple[str, str]]:
    """What stands before each token, and the token: comments stand nowhere else."""
    end = 0
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        start, stop = token.start_mark.index, token.end_mark.index
        if start >= end and stop > start:
            yield text[end:start], text[start:stop]
            end = stop
    yield text[end:], ""
