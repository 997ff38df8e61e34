"""Spoil a project in one way after the other, and run commands each time: a process for all of them.

Usage: each.py, in the folder of the project, with {"cases": {name: {file: text}}, "commands": [[argument]]} on stdin.
Prints a line `=== NAME` before what the commands say of a case, on standard output and on standard error.
"""

import json
import os
import sys
from pathlib import Path

from kserve_gitops.cli.main import main


def spoilt(files: dict[str, str]) -> dict[Path, bytes | None]:
    """Write the files; what was there before."""
    before = {}
    for name, text in files.items():
        path = Path(name)
        before[path] = path.read_bytes() if path.exists() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return before


def mend(before: dict[Path, bytes | None]) -> None:
    for path, data in before.items():
        if data is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(data)


def run(argv: list[str]) -> None:
    try:
        code = main(argv)
    except SystemExit as ended:
        code = ended.code
    _say(f"--- {' '.join(argv)}: {code}")


def _say(line: str) -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.write(f"{line}\n")
        stream.flush()


def all_cases() -> None:
    given = json.load(sys.stdin)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115  to its end
    for name, files in given["cases"].items():
        _say(f"=== {name}")
        before = spoilt(files)
        for argv in given["commands"]:
            run(argv)
        mend(before)


if __name__ == "__main__":
    all_cases()
