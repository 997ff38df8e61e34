"""The files of `imports/` and the lock that says where they came from.

The lock is also the list of files that are ours: nothing that it does not name is ever deleted.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kserve_gitops.core.errors import DistError, InputError, reason_of
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.places import Place
from kserve_gitops.importer.text import render

LOCK = "sources.lock"
DEFINITIONS = "definitions.json"
"""What the kinds of one folder share; the lock does not list it."""


@dataclass(frozen=True, slots=True)
class Record:
    """A source: its repository (or package), tag, path, sha256 and file name, and the files made of it."""

    origin: Mapping[str, str]
    produced: tuple[str, ...]


def publish(
    files: Mapping[str, bytes], records: list[Record], output: Path, *, units: set[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make `output` hold `files` in place of all that stood in `units` before; (paths written, paths deleted).

    A unit is a file, or a folder when it ends in a slash. Each file is replaced at once or not at all, and a file that
    is right already is not touched. Raises InputError (KG002) for a lock that is not ours, DistError when it cannot
    write.
    """
    before = _locked(output / LOCK)
    kept = [Record(record.origin, tuple(p for p in record.produced if not _within(p, units))) for record in before]
    lock = _lock([record for record in kept if record.produced] + records)
    owned = {path for record in before for path in record.produced if _within(path, units)}
    owned |= {f"{path.rpartition('/')[0]}/{DEFINITIONS}" for path in owned if path.startswith("kinds/")}
    gone = sorted(path for path in owned - files.keys() if (output / path).is_file())
    try:
        written = [path for path, data in sorted(files.items()) if _write(output / path, data)]
        for path in gone:
            (output / path).unlink()
        written += [LOCK] * _write(output / LOCK, lock)  # last: it vouches for the others
    except OSError as error:
        what = f"'{error.filename or output}' cannot be written: {reason_of(error)}"
        raise DistError(what, hint="nothing is lost: run the import again when it can be") from error
    return tuple(written), tuple(gone)


def _within(path: str, units: set[str]) -> bool:
    return path in units or path.rpartition("/")[0] + "/" in units


def _lock(records: list[Record]) -> bytes:
    rows = [{**record.origin, "produced": sorted(record.produced)} for record in records]
    order = ("package", "repository", "tag", "path", "file", "sha256")
    return render({"sources": sorted(rows, key=lambda row: [str(row.get(key, "")) for key in order])})


def _locked(path: Path) -> list[Record]:
    if not path.is_file():
        return []
    try:
        rows = json.loads(path.read_bytes())["sources"]
        return [
            Record({k: str(v) for k, v in row.items() if k != "produced"}, tuple(map(str, row["produced"])))
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        hint = "restore it from git, or delete the folder and import everything again"
        place = Place(path.as_posix())
        raise InputError([Finding("KG002", "not a lock file that import has written", place, hint)]) from error


def _write(path: Path, data: bytes) -> bool:
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(data)
    fresh.replace(path)
    return True
