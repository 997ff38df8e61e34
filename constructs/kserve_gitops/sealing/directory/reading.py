"""A folder, read: the files in which plain Secrets lie, and all that keeps them from being sealed."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kserve_gitops.core.codes import meaning
from kserve_gitops.core.documents import Document, parse_all
from kserve_gitops.core.errors import InputError, reason_of
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.origins import Path as Steps
from kserve_gitops.core.places import Place
from kserve_gitops.sealing.directory.problems import Found, Mistake
from kserve_gitops.sealing.directory.secret import Secret, is_secret, read
from kserve_gitops.sealing.status_files import MANIFESTS

LARGEST = 16 * 1024 * 1024
"""Bytes of a file: far beyond what a person writes."""
_MAY_BE = re.compile(rb"""secret|\\[uUx][0-9a-f]""", re.IGNORECASE)
"""In every file that holds one; a letter may be written as an escape."""
_LOOKS_LIKE = re.compile(rb"""\bkind["']?\s*:\s*(?:[&!]\S*\s+)*["']?secret|\bstringData\b""", re.IGNORECASE)
"""A Secret in a file that cannot be read."""


@dataclass(frozen=True, slots=True, eq=False)
class PlainFile:
    """A file with Secrets that can be sealed. `shown` is its name for messages."""

    path: Path
    shown: str
    content: bytes = field(repr=False)
    documents: tuple[Document, ...] = field(repr=False)
    secrets: tuple[Secret, ...]

    @property
    def target(self) -> Path:
        """The file that takes its place."""
        return target_of(self.path)


@dataclass(slots=True)
class Reading:
    """What there is in a folder: `passed` are files that cannot be read and do not look as if they held a Secret."""

    files: list[PlainFile] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    others: int = 0
    """Files without a Secret."""


def target_of(path: Path) -> Path:
    """x.yaml becomes x-sealed.yaml."""
    return path.with_name(f"{path.stem}-sealed{path.suffix}")


def of_folder(folder: Path, scope: str | None, reserved: Mapping[Path, str]) -> Reading:
    """Every manifest below a folder; hidden folders are left out. `reserved` are folders of others, and a hint each."""
    reading = Reading()
    for path, wrong in _listed(folder):
        shown = path.as_posix()
        if wrong:
            reading.mistakes.append(Mistake(Place(shown), f"{shown} {wrong[0]}", wrong[1]))
            continue
        content = _content(path, shown, reading)
        if content is not None:
            _take(path, content, scope, reading)
    for file in reading.files:
        reading.mistakes += _in_the_way(file, reserved)
    return reading


def _listed(folder: Path) -> Iterator[tuple[Path, tuple[str, str] | None]]:
    """Manifests, and what cannot be looked into, with what is wrong and what to do."""
    unlisted: list[OSError] = []
    for above, below, names in os.walk(folder, onerror=unlisted.append):
        links = sorted(name for name in below if Path(above, name).is_symlink() and not name.startswith("."))
        below[:] = sorted(name for name in below if not name.startswith(".") and name not in links)
        for name in links:
            yield (
                Path(above, name),
                ("is a link, and may lead to plain Secrets", "name the folder it leads to, or delete it"),
            )
        for name in sorted(name for name in names if name.lower().endswith(MANIFESTS)):
            path = Path(above, name)
            if path.is_symlink():
                yield path, ("is a link", "seal what it leads to, and delete the link")
            elif not path.is_file():
                yield path, ("is not a regular file", "take it away")
            else:
                yield path, None
    for error in unlisted:
        yield Path(error.filename), (f"cannot be listed: {reason_of(error)}", "see that you may read it")


def _content(path: Path, shown: str, reading: Reading) -> bytes | None:
    try:
        with path.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        reading.mistakes.append(
            Mistake(Place(shown), f"{shown} cannot be read: {reason_of(error)}", "see that you may")
        )
        return None
    if len(content) > LARGEST:
        what = f"{shown} is larger than {LARGEST // 1024 // 1024} MB"
        reading.mistakes.append(Mistake(Place(shown), what, "divide it, or move it away"))
        return None
    return content


def _take(path: Path, content: bytes, scope: str | None, reading: Reading) -> None:
    """The Secrets of a file, or what is wrong with them."""
    shown, bare = path.as_posix(), content.replace(b"\0", b"")
    if not _MAY_BE.search(bare):
        reading.others += 1
        return
    try:
        documents = parse_all(content, shown, doubtful=True)
    except InputError as error:
        if _LOOKS_LIKE.search(bare):
            reading.mistakes += map(_discreet, error.findings)
        else:
            reading.passed.append(shown)
        return
    found = [read(one, scope) for number, document in enumerate(documents) for one in _secrets(document, number)]
    reading.mistakes += [mistake for one in found if isinstance(one, list) for mistake in one]
    secrets = tuple(one for one in found if isinstance(one, Secret))
    if len(secrets) == len(found) > 0:
        reading.files.append(PlainFile(path, shown, content, tuple(documents), secrets))
    reading.others += not found


def _secrets(document: Document, number: int) -> Iterator[Found]:
    yield from _below(document, number, (), document.data, listed=False)


def _below(document: Document, number: int, base: Steps, data: Any, *, listed: bool) -> Iterator[Found]:
    """The Secrets in an object; an item of a SecretList need not say that it is one."""
    if not isinstance(data, Mapping):
        return
    items = data.get("items")
    if isinstance(items, list) and str(data.get("kind")) in ("List", "SecretList"):
        for place, item in enumerate(items):
            yield from _below(document, number, (*base, "items", place), item, listed=data["kind"] == "SecretList")
    elif listed and "kind" not in data:
        yield Found(document, number, base, {"apiVersion": "v1", "kind": "Secret", **data})
    elif is_secret(data):
        yield Found(document, number, base, data)


def _in_the_way(file: PlainFile, reserved: Mapping[Path, str]) -> Iterator[Mistake]:
    target = target_of(Path(file.shown)).as_posix()
    if os.path.lexists(file.target):
        hint = f"if a run was interrupted it is complete, and {file.shown} can be deleted; else move it away"
        yield Mistake(Place(file.shown), f"{target} exists already", hint)
    for folder, hint in reserved.items():
        if file.path.resolve().is_relative_to(folder):
            yield Mistake(Place(file.shown), f"a plain Secret in {folder.name}/", hint)


def _discreet(finding: Finding) -> Mistake:
    """What is wrong with a file that cannot be read, without what a message about it quotes."""
    hint = "its lines are not shown, for it looks like a Secret; kserve-gitops check --explain " + finding.code
    return Mistake(finding.place, meaning(finding.code), hint)
