"""One writer at a time, and a folder of its own to prepare in, which is gone when its turn ends.

The lock is one that the system drops with the process, so a killed run blocks nobody. What it left behind
is swept at the start of the next turn. The lock file goes too, while it is held; whoever was waiting
for it then holds a file without a name, notices, and starts again.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kserve_gitops.core.errors import DistError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PAUSE = 0.02


@contextmanager
def turn(folder: Path, *, patience: float) -> Iterator[None]:
    """Hold `folder`, empty but for the lock, waiting up to `patience` seconds for another run to finish.

    Raises `DistError` that names the process of the other run, `OSError` when the folder cannot be made.
    """
    descriptor = _acquire(folder, time.monotonic() + patience)
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        sweep(folder, keep="lock")
        yield
    finally:
        with suppress(OSError):  # what cannot be swept now, the next turn sweeps; the result stands either way
            sweep(folder, keep="lock")
        with suppress(OSError):
            (folder / "lock").unlink()
            folder.rmdir()
        os.close(descriptor)


def sweep(folder: Path, *, keep: str) -> None:
    """Remove everything in `folder` but `keep`, folders that forbid writing included."""
    for path in sorted(folder.iterdir()):
        if path.name == keep:
            continue
        if path.is_symlink() or not path.is_dir():
            path.unlink()
            continue
        for above, _, _ in os.walk(path):
            if not os.access(above, os.W_OK | os.X_OK):
                Path(above).chmod(0o700)
        shutil.rmtree(path)


def _acquire(folder: Path, deadline: float) -> int:
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        except (FileNotFoundError, FileExistsError):  # mostly: the run before us has just removed the folder
            if folder.is_file() or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)
            continue
        if _lock(descriptor):
            with suppress(FileNotFoundError):
                if (folder / "lock").stat().st_ino == os.fstat(descriptor).st_ino:
                    return descriptor
            os.close(descriptor)
            continue
        holder = os.read(descriptor, 20).decode(errors="replace") or "unknown"
        os.close(descriptor)
        if time.monotonic() > deadline:
            raise DistError(
                f"another run is publishing at this moment (process {holder})",
                hint="wait until it is done, or end it, then run again",
            )
        time.sleep(_PAUSE)


if sys.platform == "win32":

    def _lock(descriptor: int) -> bool:
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)  # beyond the number, so that others can read it
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
