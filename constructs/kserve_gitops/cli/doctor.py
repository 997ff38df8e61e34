"""`kserve-gitops doctor`: which programs there are, and what cannot be done without those that are missing."""

import argparse
import json
import platform
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from kserve_gitops.cli import report
from kserve_gitops.tools import programs
from kserve_gitops.tools.programs import Found, Program, State

FORMATS = ("text", "json")
_PYTHON = Program("python", "everything", "install Python 3.11 or newer")
_CDK8S = Program("cdk8s", "synth and check", "pip install kserve-gitops")
_NEEDED = frozenset({_PYTHON, _CDK8S, programs.NODE})


def add(subparsers: Any) -> None:
    """Declare the command."""
    found = subparsers.add_parser(
        "doctor",
        help="say which programs are there, and what needs the others",
        description="List the programs that kserve-gitops and its Makefile run, with version and path. Exit 1 when one "
        "that synth needs is missing, or any is too old or does not run; what else is missing is only told.",
    )
    found.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    found.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """The command."""
    found = [_python(), _cdk8s(), *map(programs.look, (programs.NODE, *programs.OUTSIDE))]
    report.output(_json(found) if args.format == "json" else _text(found))
    return int(any(map(_wrong, found)))


def _python() -> Found:
    return Found(_PYTHON, State.OK, Path(sys.executable), platform.python_version())


def _cdk8s() -> Found:
    """The library, asked of its metadata: importing it starts Node."""
    try:
        installed = distribution("cdk8s")
    except PackageNotFoundError:
        return Found(_CDK8S, State.MISSING, what="there is no cdk8s", hint=_CDK8S.get)
    return Found(_CDK8S, State.OK, Path(str(installed.locate_file("cdk8s"))), installed.version)


def _wrong(found: Found) -> bool:
    if found.state is State.MISSING:
        return found.program in _NEEDED
    return found.state is not State.OK


def _text(found: Sequence[Found]) -> str:
    rows = [("program", "version", "state", "needed for", "path")]
    rows += [
        (one.program.name, one.version or "-", one.state, one.program.needed_for, str(one.path or "-")) for one in found
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, *_notes(found)]) + "\n"


def _notes(found: Iterable[Found]) -> Iterable[str]:
    for one in found:
        if one.state is State.OK:
            continue
        word = "error" if _wrong(one) else "note"
        yield f"\n{word}: {one.what}; it is needed for {one.program.needed_for}\n   = hint: {one.hint}"


def _json(found: Iterable[Found]) -> str:
    """A list of objects, in the order of the table."""
    return json.dumps([_record(one) for one in found], indent=2) + "\n"


def _record(found: Found) -> dict[str, str | None]:
    return {
        "program": found.program.name,
        "version": found.version or None,
        "state": found.state.value,
        "needed_for": found.program.needed_for,
        "path": str(found.path) if found.path else None,
        "message": found.what,
        "hint": found.hint,
    }
