"""The files to import, and proof of where they came from.

A directory of sources carries a table, SOURCES.md, with the repository, tag, path and sha256 of each file. What the
table says is checked against the bytes: a file that changed after it was fetched, or that nobody can name the origin
of, is refused. Options give the origin of a file that stands in no table.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kserve_gitops.core.errors import reason_of
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.places import Place

TABLE = "SOURCES.md"
VALUES = re.compile(r"(?P<chart>.+?)-(?P<version>v?\d+\.\d+\.\d+.*)\.(?P<form>values\.yaml|schema\.json)")

_VERSION = re.compile(r"(?:^|-)(v?\d+\.\d+\.\d+[\w.+-]*)$")
_NO_BYTES = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Source:
    """One file with its origin. `path` is the file's path in `repository`, "" where nobody said."""

    name: str
    data: bytes
    place: Place
    repository: str
    tag: str
    path: str

    @property
    def sha256(self) -> str:
        """Hash of the bytes as they lie here."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class _Row:
    repository: str
    tag: str
    path: str
    sha256: str
    place: Place


def read(paths: list[Path], *, repository: str | None, tag: str | None) -> tuple[list[Source], list[Finding]]:
    """Every file that `paths` name, and every reason why one cannot be used.

    A directory stands for its YAML and JSON files; one without any stands for those of its folders. `repository`
    and `tag` are the origin of files that stand in no table; without `tag`, it is the version that the file or
    its folder is named after.
    """
    found: list[Source] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            files = list(_files(path))
        except OSError as error:
            findings.append(_unreadable(path, error))
            continue
        for file in files:
            try:
                one = _source(file, repository=repository, tag=tag)
            except OSError as error:
                one = _unreadable(file, error)
            if isinstance(one, Source):
                found.append(one)
            else:
                findings.append(one)
    return found, findings


def _source(file: Path, *, repository: str | None, tag: str | None) -> Source | Finding:
    place = Place(file.as_posix())
    if file.is_dir():
        return Finding("KG001", "the folder holds no YAML or JSON file", place)
    row = _table(file.parent / TABLE).get(file.name)
    row = row or _table(file.parent.parent / TABLE).get(f"{file.parent.name}/{file.name}")
    data = b"" if row and row.sha256 == _NO_BYTES and not file.exists() else file.read_bytes()
    if row:
        return _problem(row, data, place) or Source(file.name, data, place, row.repository, row.tag, row.path)
    origin = tag or _named_version(file)
    if repository and origin:
        return Source(file.name, data, place, repository, origin, "")
    hint = f"add it to {TABLE} beside it, or pass --repository and --tag"
    return Finding("KG011", f"nobody says where '{file.name}' came from", place, hint)


def _unreadable(path: Path, error: OSError) -> Finding:
    return Finding("KG001", f"cannot be read: {reason_of(error)}", Place(path.as_posix()))


def _problem(row: _Row, data: bytes, place: Place) -> Finding | None:
    digest = hashlib.sha256(data).hexdigest()
    if row.sha256 == digest:
        return None
    what = f"the file has sha256 '{digest}', {TABLE} says '{row.sha256}'"
    return Finding("KG011", what, place, hint=f"fetch it again, or correct {row.place}")


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    files = _flat(path)
    folders = [] if files else sorted(entry for entry in path.iterdir() if entry.is_dir())
    inner = [file for folder in folders for file in _flat(folder)]
    yield from files or inner or [path]


def _flat(folder: Path) -> list[Path]:
    files = {entry for entry in folder.iterdir() if entry.suffix in (".yaml", ".yml", ".json") and entry.is_file()}
    # copying tools drop empty files; the table proves that a chart's values were empty
    gone = {
        folder / name for name, row in _table(folder / TABLE).items() if row.sha256 == _NO_BYTES and "/" not in name
    }
    return sorted(files | gone)


def _named_version(file: Path) -> str:
    values = VALUES.fullmatch(file.name)
    if values:
        return values["version"]
    version = _VERSION.search(file.parent.name)
    return version[1] if version else ""


def _table(path: Path) -> Mapping[str, _Row]:
    """The rows of a Markdown table by file; empty where there is no table."""
    return _rows(path.read_text(encoding="utf-8", errors="replace"), path.as_posix()) if path.is_file() else {}


@lru_cache
def _rows(text: str, file: str) -> Mapping[str, _Row]:
    rows: dict[str, _Row] = {}
    columns: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            columns = []
        elif not columns:
            columns = [cell.lower() for cell in cells]
        elif not set(cells[0]) <= set("-: "):
            row = dict(zip(columns, cells, strict=False))
            rows[row.get("file", "")] = _row(row, Place(file, number))
    return rows


def _row(cells: Mapping[str, str], place: Place) -> _Row:
    repository = cells.get("repo") or cells.get("repository") or ""
    tag = cells.get("tag") or cells.get("ref") or ""
    return _Row(repository, tag, cells.get("path", ""), cells.get("sha256", ""), place)
