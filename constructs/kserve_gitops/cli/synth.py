"""`kserve-gitops synth`: inputs to dist/. Also what an app.py calls when `cdk8s synth` runs it."""

import argparse
import importlib.util
import inspect
import os
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NoReturn

from kserve_gitops.cli import report
from kserve_gitops.cli.boundary import guarded
from kserve_gitops.cli.project import project_root
from kserve_gitops.core.errors import GitopsError

if TYPE_CHECKING:
    from kserve_gitops.build.compare import Plan
    from kserve_gitops.build.pipeline import Build, Outcome

DIFFERS = 16


def add(subparsers: Any) -> None:
    """Declare the command."""
    found = subparsers.add_parser(
        "synth",
        help="write dist/ from platform.yaml and models/",
        description="Read platform.yaml, models/ and sealed/, check everything, and bring dist/ up to date. "
        "A run with errors leaves dist/ as it was.",
    )
    found.add_argument(
        "--check", action="store_true", help="write nothing; exit 16 when dist/ differs from a fresh build"
    )
    found.add_argument("--quiet", action="store_true", help="print only problems")
    found.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """The command."""
    root = project_root(Path.cwd())
    return _synthesize(root, load_build(root), check=args.check, quiet=args.quiet)


def synthesize(build: "Build") -> NoReturn:
    """Run the whole pipeline for the project around the working directory, and end the program with its exit code.

    For the last line of an app.py. Problems are printed to standard error: `cdk8s synth` drops what an app prints.
    """
    sys.exit(guarded(lambda: _synthesize(project_root(Path.cwd()), build, check=False, quiet=False)))


def load_build(root: Path) -> "Build":
    """The function `build` of the app.py in `root`."""
    file = root / "app.py"
    spec = importlib.util.spec_from_file_location("app", file)
    if spec is None or spec.loader is None or not file.is_file():
        raise GitopsError("there is no app.py beside cdk8s.yaml", hint="it says what is deployed; see the README")
    sys.path.insert(0, str(root))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Build | None = getattr(module, "build", None)
    if not callable(found) or not _takes_two(found):
        raise GitopsError(
            "app.py has no function build(app, inputs)", hint="define it; it makes the charts of every environment"
        )
    return found


def _takes_two(build: "Build") -> bool:
    try:
        inspect.signature(build).bind("app", "inputs")
    except TypeError:
        return False
    return True


def _synthesize(root: Path, build: "Build", *, check: bool, quiet: bool) -> int:
    from kserve_gitops.build import pipeline  # noqa: PLC0415  --help need not load the validators

    staging = _staging(root)
    outcome = pipeline.run(root, build, write=not check)
    report.findings(outcome.warnings, suppressed=0 if quiet else outcome.suppressed)
    _say(outcome, check=check, quiet=quiet)
    if staging is not None:
        _hand_over(outcome.plan, staging)
    return DIFFERS if check and outcome.changes else 0


def _say(outcome: "Outcome", *, check: bool, quiet: bool) -> None:
    changes = outcome.changes
    for path in changes.strangers:
        text = f"warning: dist/{path} was not written by kserve-gitops, and Argo CD would apply it"
        print(text, file=sys.stderr)
    if quiet:
        return
    for word, paths in (("write", list(changes.write)), ("delete", list(changes.delete))):
        for line in _few(word, paths):
            print(line, file=sys.stderr)
    done = "would change" if check else "changed"
    touched = len(changes.write) + len(changes.delete)
    print(f"dist/: {touched} {done}, {changes.unchanged} unchanged", file=sys.stderr)


def _few(word: str, paths: Iterable[PurePosixPath], most: int = 20) -> list[str]:
    lines = [f"  {word:6} dist/{path}" for path in paths]
    rest = len(lines) - most
    return [*lines[:most], f"  {word:6} … and {rest} more"] if rest > 1 else lines


def _staging(root: Path) -> Path | None:
    """The folder in which `cdk8s synth` looks for what the app made; None outside of it."""
    given = os.environ.get("CDK8S_OUTDIR")
    if not given:
        return None
    staging = (root / given).resolve()
    dist = (root / "dist").resolve()
    if staging == dist or dist in staging.parents:
        hint = "write output: .cdk8s into cdk8s.yaml: cdk8s deletes its output before the app runs"
        raise GitopsError("cdk8s is told to write to dist/, which kserve-gitops publishes itself", hint=hint)
    return staging


def _hand_over(wanted: "Plan", staging: Path) -> None:
    """One file for each environment, so that `cdk8s synth` has something to list and its plugins something to read."""
    staging.mkdir(parents=True, exist_ok=True)
    environments: dict[str, list[bytes]] = {}
    for path, data in sorted(wanted.items()):
        if path.parts[1] not in {"values", "iam"}:
            environments.setdefault(path.parts[0], []).append(data)
    for name, documents in environments.items():
        staging.joinpath(f"{name}.yaml").write_bytes(b"---\n".join(documents))
