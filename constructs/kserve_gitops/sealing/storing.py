"""Files of sealed/, each the old one or the new one at every instant, and one run at a time.

What is staged lies beside its file under a hidden name, and holds ciphertext only. A killed run may leave some of that;
the next one removes it. The lock is one that the system drops with the process.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from kserve_gitops.core.errors import GitopsError, reason_of

if sys.platform != "win32":
    import fcntl

_STAGED = ".part"
_PAUSE = 0.05


@contextmanager
def turn(folder: Path, *, patience: float = 10.0) -> Iterator[None]:
    """Hold the folder of an environment, waiting up to `patience` seconds for another run; sweep what a run left there.

    Raises GitopsError. Where folders cannot be locked, as on Windows, runs are trusted not to meet.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY) if sys.platform != "win32" else -1
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        _lock(descriptor, folder, time.monotonic() + patience)
        for left in folder.rglob(f".*{_STAGED}"):
            with suppress(OSError):
                left.unlink()
        yield
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def write(root: Path, contents: Mapping[str, bytes]) -> None:
    """All of the files, by their names relative to `root`; each is whole before the first of them is replaced.

    Raises GitopsError; then none is replaced, or those before the one that is named.
    """
    staged: dict[str, Path] = {}
    file = ""
    try:
        for file, content in contents.items():
            _stage(root / file, content, staged, file)
        for file, path in staged.items():
            path.replace(root / file)
    except OSError as error:
        raise _unwritable(Path(file), error) from None
    finally:
        for path in staged.values():
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _stage(path: Path, content: bytes, staged: dict[str, Path], file: str) -> None:
    """Beside the file and on the disk, readable by others only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_STAGED, dir=path.parent)
    staged[file] = Path(name)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    staged[file].chmod(0o644 & ~_umask())


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _unwritable(path: Path, error: OSError) -> GitopsError:
    reason = reason_of(error)
    return GitopsError(f"{path.as_posix()} cannot be written: {reason}", hint="no sealed file is damaged; seal again")


if sys.platform == "win32":

    def _lock(descriptor: int, folder: Path, deadline: float) -> None:
        """Windows locks no folder."""

else:

    def _lock(descriptor: int, folder: Path, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    hint = "wait until it is done, or end it, then run again"
                    raise GitopsError(f"another run is sealing into {folder.name}/ at this moment", hint=hint) from None
                time.sleep(_PAUSE)
            except OSError:  # a file system that knows no locks
                return
            else:
                return
