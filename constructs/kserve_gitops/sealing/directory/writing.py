"""Sealed files in the place of plain ones: each is complete on the disk before the plain one is deleted.

Until the first is deleted nothing has changed but files that are new, and those are taken back after a failure. What a
killed run leaves is at worst both files side by side, and ciphertext under a hidden name, which the next run removes.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from kserve_gitops.core.errors import GitopsError, reason_of

_STAGED = ".part"
_LEFT = re.compile(r"\..+-sealed\.\w+\.\w{8}\.part")
_UNCHANGED = "nothing was changed"


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A plain file with what it held when it was read, and the file that takes its place."""

    plain: Path
    before: bytes = field(repr=False)
    target: Path
    after: bytes = field(repr=False)


def write(changes: Sequence[Change]) -> None:
    """All of them. Raises GitopsError; then nothing was changed, or it names the plain files that are still there."""
    staged: list[Path] = []
    made: list[Path] = []
    with _taken_back(staged, made):
        for change in changes:
            _stage(change, staged)
        for change, part in zip(changes, staged, strict=True):
            _place(part, change.target)
            made.append(change.target)
        for folder in {change.target.parent for change in changes}:
            _sync(folder)
        for change in changes:
            if change.plain.read_bytes() != change.before:
                raise GitopsError(f"{change.plain.as_posix()} was changed meanwhile", hint=f"{_UNCHANGED}; run again")
    _delete(changes)


def sweep(folder: Path) -> None:
    """Remove what a killed run left below a folder: ciphertext that got no name."""
    for above, below, names in os.walk(folder):
        below[:] = [name for name in below if not name.startswith(".")]
        for name in filter(_LEFT.fullmatch, names):
            with suppress(OSError):
                Path(above, name).unlink()


def _stage(change: Change, staged: list[Path]) -> None:
    """Beside its place and on the disk, with the mode of the plain file only when it is whole."""
    name = change.target.name
    descriptor, part = tempfile.mkstemp(prefix=f".{name}.", suffix=_STAGED, dir=change.target.parent)
    staged.append(Path(part))
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(change.after)
        opened.flush()
        os.fsync(opened.fileno())
    shutil.copymode(change.plain, part)


def _place(part: Path, target: Path) -> None:
    """Give it its name, and never to the cost of a file that has that name."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise FileExistsError(17, "it exists already", str(target)) from None
        part.rename(target)
    else:
        part.unlink()


def _delete(changes: Sequence[Change]) -> None:
    left = []
    for change in changes:
        try:
            if change.target.read_bytes() != change.after:
                raise GitopsError(f"{change.target.as_posix()} was changed meanwhile", hint="see what is in it")
            change.plain.unlink()
        except OSError:
            left.append(change.plain.as_posix())
    if left:
        hint = "delete them by hand: what they hold is sealed in the file beside each"
        raise GitopsError(f"these plain files cannot be deleted: {', '.join(left)}", hint=hint)


@contextmanager
def _taken_back(staged: Sequence[Path], made: Sequence[Path]) -> Iterator[None]:
    """Whatever goes wrong, the new files are gone."""
    try:
        yield
    except BaseException as error:
        for path in (*staged, *made):
            with suppress(OSError):
                path.unlink()
        if isinstance(error, OSError):
            named = Path(str(error.filename2 or error.filename or "a file")).as_posix()
            what = f"{named} cannot be written: {reason_of(error)}"
            raise GitopsError(what, hint=_UNCHANGED) from None
        raise


def _sync(folder: Path) -> None:
    """Names too are to outlast a power cut, where a folder can be synced."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
