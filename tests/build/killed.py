"""Publish one tree over another again and again, killed one step later each time, and tell what is left.

Usage: killed.py FOLDER swap|each, with the old tree in FOLDER/before and the files of the new one on stdin, in JSON.
A step is anything that the interpreter announces to audit hooks (every open, link, mkdir, rename, remove, chmod,
listing, lock and library call), and before, amid and after each write.
Prints a JSON line for each kill: the step's name, the tree it left, and the tree and the neighbours after one more run.
"""

import json
import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path, PurePosixPath

from kserve_gitops.build import publish
from kserve_gitops.build.compare import compare

STEPS = ("open", "os.", "shutil.", "fcntl.", "ctypes.")


def tree(root: Path) -> dict[str, str | None]:
    return {str(p.relative_to(root)): p.read_text() if p.is_file() else None for p in sorted(root.rglob("*"))}


def die_at(last: int, pipe: int) -> None:
    """Kill this process just before its step number `last`, telling the name of that step first."""
    steps, real = count(), os.write

    def step(name: str) -> None:
        if next(steps) == last:
            real(pipe, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def write(descriptor: int, data: bytes) -> int:
        step("before write")
        done = real(descriptor, data[: len(data) // 2])
        step("amid write")
        done += real(descriptor, data[len(data) // 2 :])
        step("after write")
        return done

    os.write = write
    sys.addaudithook(lambda event, _: step(event) if event.startswith(STEPS) else None)


def main(folder: Path, way: str) -> None:
    if way == "each":
        publish.exchange = lambda *_: False
    new = {PurePosixPath(name): data.encode() for name, data in json.load(sys.stdin).items()}
    before, root = folder / "before", folder / "work" / "dist"
    for last in count():
        shutil.rmtree(root.parent, ignore_errors=True)
        shutil.copytree(before, root)
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            changes = compare(new, root)
            die_at(last, writer)
            publish.apply(changes, root)
            os._exit(0)
        os.close(writer)
        _, status = os.waitpid(child, 0)
        name = os.read(reader, 100).decode()
        os.close(reader)
        left = tree(root)
        publish.apply(compare(new, root), root)
        beside = sorted(path.name for path in root.parent.iterdir())
        print(json.dumps({"step": name, "status": status, "left": left, "after": tree(root), "beside": beside}))  # noqa: T201 - its answer
        if not name:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
