"""Seal a credential again and again, killed one step later each time, and tell what is left.

Usage: killed.py FOLDER MARK, with a project in FOLDER/before; MARK is what stands in the variables that are sealed.
A step is whatever changes a file: every open for writing, mkdir, rename, remove, chmod and lock that the interpreter
announces, and before, amid and after each write.
Prints a JSON line for each kill: the step, what is below sealed/, and the files below FOLDER in which MARK can be read;
then the same after one more run, under `after`.
"""

import argparse
import base64
import json
import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

from kserve_gitops.cli import seal
from kserve_gitops.cli.boundary import guarded
from kserve_gitops.sealing import storing
from kserve_gitops.tools.kubeseal import Kubeseal
from tests.tools.fakes import sealing

STEPS = ("os.mkdir", "os.rename", "os.remove", "os.chmod", "os.link", "fcntl.flock", "tempfile.mkstemp")
WRITING = os.O_WRONLY | os.O_RDWR


def found(cls):
    return cls(Path("kubeseal"), "0.36.6", lambda _, stdin=b"", **__: sealing()(stdin))


def run(root: Path) -> int:
    os.chdir(root)
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123  for as long as the process lives
    Kubeseal.found = classmethod(found)
    parser = argparse.ArgumentParser()
    seal.add(parser.add_subparsers())
    args = parser.parse_args(["seal", "s3-access", "--from-env"])
    return guarded(lambda: args.func(args))


class Slow:
    """A file that is killed before, amid or after what is written to it."""

    def __init__(self, opened, step):
        self.opened, self.step = opened, step

    def __getattr__(self, name):
        return getattr(self.opened, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.opened.close()

    def write(self, data):
        self.step("before write")
        self.opened.write(data[: len(data) // 2])
        self.opened.flush()
        self.step("amid write")
        self.opened.write(data[len(data) // 2 :])
        self.step("after write")


class _Os:
    """The module, but for its files being slow."""

    def __init__(self, step):
        self.step = step

    def __getattr__(self, name):
        return getattr(os, name)

    def fdopen(self, *arguments):
        return Slow(os.fdopen(*arguments), self.step)


def die_at(last: int, pipe: int) -> None:
    steps = count()

    def step(name: str) -> None:
        if next(steps) == last:
            os.write(pipe, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(event: str, arguments: tuple) -> None:
        if event in STEPS or (event == "open" and arguments[2] & WRITING and arguments[0] != os.devnull):
            step(event)

    storing.os = _Os(step)
    sys.addaudithook(heard)


def sealed(root: Path) -> dict[str, str]:
    below = root / "sealed"
    return {str(path.relative_to(below)): path.read_text() for path in sorted(below.rglob("*")) if path.is_file()}


def readable(folder: Path, mark: str) -> list[str]:
    signs = (mark.encode(), base64.b64encode(mark.encode())[:-4])
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path.name for path in files if any(sign in path.read_bytes() for sign in signs)]


def main(folder: Path, mark: str) -> None:
    root = folder / "work"
    for last in count():
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(folder / "before", root, symlinks=True)
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            die_at(last, writer)
            os._exit(run(root))
        os.close(writer)
        _, status = os.waitpid(child, 0)
        name = os.read(reader, 100).decode()
        os.close(reader)
        left = {"left": sealed(root), "readable": readable(folder, mark)}
        again = os.fork()
        if not again:
            os._exit(run(root))
        os.waitpid(again, 0)
        print(json.dumps({"step": name, "status": status, **left, "after": sealed(root)}))  # noqa: T201  its answer
        if not name:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
