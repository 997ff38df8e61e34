"""Replace plain files by sealed ones again and again, killed one step later each time, and tell what is left.

Usage: directory_killed.py FOLDER, with [plain name, before, sealed name, after] of each file on stdin, in JSON.
A step is anything that the interpreter announces to audit hooks (every open, link, rename, remove and listing), and
each sync and each write of a file, of which the first half is written.
Prints a JSON line for each kill: the step's name, what it left, and what is left after one more run.
"""

import io
import json
import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

from kserve_gitops.core.errors import GitopsError
from kserve_gitops.sealing.directory.writing import Change, sweep, write

STEPS = ("open", "os.", "shutil.", "tempfile.", "glob.")


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def die_at(last: int, pipe: int) -> None:
    """Kill this process just before its step number `last`, telling the name of that step first."""
    steps, real, sync = count(), os.write, os.fsync

    def step(name: str) -> None:
        if next(steps) == last:
            real(pipe, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    class Half(io.FileIO):
        def write(self, data: bytes) -> int:
            step("before write")
            done = super().write(bytes(data)[: len(data) // 2])
            self.flush()
            step("amid write")
            return done + super().write(bytes(data)[len(data) // 2 :])

    os.fdopen = Half
    os.fsync = lambda descriptor: (step("fsync"), sync(descriptor))[1]
    sys.addaudithook(lambda event, _: step(event) if event.startswith(STEPS) else None)


def main(folder: Path) -> None:
    given = json.load(sys.stdin)
    work = folder / "work"
    changes = [
        Change(work / plain, before.encode(), work / sealed, after.encode()) for plain, before, sealed, after in given
    ]
    for last in count():
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        for change in changes:
            change.plain.write_bytes(change.before)
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            die_at(last, writer)
            write(changes)
            os._exit(0)
        os.close(writer)
        _, status = os.waitpid(child, 0)
        name = os.read(reader, 100).decode()
        os.close(reader)
        left = files(work)
        # What a person does next: plain files beside a sealed one are deleted, and the others sealed again.
        for change in changes:
            if change.target.exists():
                change.plain.unlink(missing_ok=True)
        sweep(work)
        try:
            write([change for change in changes if change.plain.exists()])
        except GitopsError as error:
            name = str(error)
        print(json.dumps({"step": name, "status": status, "left": left, "after": files(work)}))  # noqa: T201 - its answer
        if not name:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
