"""The schemas under `imports/`, read: which of them hold for a KServe version, and which a newer or older one has.

A file is read when it is asked for, once.
"""

import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from kserve_gitops.checks.schema.history import History, came, order
from kserve_gitops.checks.schema.phrasing import Book
from kserve_gitops.core.errors import InputError
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.places import Place

KSERVE = "serving.kserve.io"
"""The group whose kinds depend on the KServe version that is deployed."""

Kind = tuple[str, str]
"""(apiVersion, kind)."""

_DEFINITIONS = "definitions.json"


class Imported:
    """The schemas under one `imports/` directory, for a platform with KServe version `kserve`.

    KServe's kinds are those of that version. Between two imported versions they are those of the newer without what
    came later; before the first and after the last they are of that. Every other kind is taken from the newest set
    that has it. Everything here raises InputError for a file that is damaged.
    """

    def __init__(self, directory: Path, *, kserve: str) -> None:
        self._directory = directory
        self._kserve = order(kserve)
        self._loaded: dict[Path, dict[str, Any]] = {}
        self._books: dict[Kind, Book] = {}

    @cached_property
    def files(self) -> dict[Kind, Path]:
        """The file of every kind that can be checked."""
        groups = (group for group in sorted(_folders(self._directory / "kinds")) if group.name != KSERVE)
        found = {kind: file for group in groups for folder in _tagged(group) for kind, file in _kinds(folder).items()}
        if self._own:
            found |= _kinds(self._own)
        if self._own and self._newer and order(self._own.name) < self._kserve:
            newer = _kinds(self._newer)
            here = {kind for kind in newer if kind in found or order(came(*kind, self._newer.name)) <= self._kserve}
            found |= {kind: newer[kind] for kind in here}
        return found

    def book(self, kind: Kind) -> Book:
        """The schema of a kind. Raises KeyError for one that is not in `files`."""
        if kind not in self._books:
            file = self.files[kind]
            past = self.history(kind) if file.parent == self._newer else None
            try:
                self._books[kind] = Book(past.schema(self._kserve), {}) if past else self._read(file)
            except KeyError as error:
                raise damaged(file, f"there is no {error}") from error
        return self._books[kind]

    def history(self, kind: Kind) -> History | None:
        """A kind of KServe in the newest set, if that is newer than the deployed version."""
        new = _kinds(self._newer).get(kind) if self._newer else None
        if new is None or self._newer is None or self._own is None:
            return None
        old = _kinds(self._own).get(kind)
        return History(kind, self._read(new), self._read(old) if old else None, self._newer.name)

    def former(self, kind: Kind) -> tuple[str, Book] | None:
        """(the set that holds now, the kind in the set before it), where there are both."""
        file = _kinds(self._former).get(kind) if self._former else None
        return (self._own.name, self._read(file)) if file and self._own else None

    def load(self, file: Path) -> dict[str, Any]:
        """The content of a file."""
        if file not in self._loaded:
            try:
                found = json.loads(file.read_bytes())
            except (OSError, ValueError) as error:
                raise damaged(file, str(error)) from error
            if not isinstance(found, dict):
                raise damaged(file, "it is no mapping")
            self._loaded[file] = found
        return self._loaded[file]

    def _read(self, file: Path) -> Book:
        shared = file.with_name(_DEFINITIONS)
        return Book(self.load(file), self.load(shared).get("$defs", {}) if shared.is_file() else {})

    @cached_property
    def _sets(self) -> list[Path]:
        return _tagged(self._directory / "kinds" / KSERVE)

    @cached_property
    def _own(self) -> Path | None:
        older = [folder for folder in self._sets if order(folder.name) <= self._kserve]
        return next(iter(older[-1:] or self._sets), None)

    @cached_property
    def _newer(self) -> Path | None:
        return next((folder for folder in self._sets[-1:] if folder != self._own), None)

    @cached_property
    def _former(self) -> Path | None:
        return next((old for old, own in zip(self._sets, self._sets[1:], strict=False) if own == self._own), None)


def damaged(file: Path, why: str) -> InputError:
    """The error for a file that is no schema of ours."""
    hint = "restore it from git, or make it again with kserve-gitops import"
    return InputError([Finding("KG002", f"not a schema that import has written: {why}", Place(file.as_posix()), hint)])


def _kinds(folder: Path) -> dict[Kind, Path]:
    group = folder.parent.name
    found = {}
    for file in sorted(folder.glob("*.json")):
        if "." in file.stem:  # definitions.json is shared by the kinds beside it
            kind, version = file.stem.rsplit(".", 1)
            found[version if group == "core" else f"{group}/{version}", kind] = file
    return found


def _tagged(group: Path) -> list[Path]:
    return sorted(_folders(group), key=lambda folder: order(folder.name))


def _folders(path: Path) -> Iterable[Path]:
    return (entry for entry in path.iterdir() if entry.is_dir()) if path.is_dir() else ()
