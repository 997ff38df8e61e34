"""`kserve-gitops check`: everything that is wrong with a project, and nothing written."""

import argparse
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kserve_gitops.cli import access, report
from kserve_gitops.cli.boundary import UsageError
from kserve_gitops.cli.explain import explained
from kserve_gitops.cli.project import project_root
from kserve_gitops.cli.reports import github, json_list, sarif, text
from kserve_gitops.cli.synth import load_build
from kserve_gitops.core.errors import GitopsError, InputError
from kserve_gitops.core.findings import Severity
from kserve_gitops.core.suggestions import closest

if TYPE_CHECKING:
    from kserve_gitops.build.pipeline import Report

ERRORS, WARNINGS = 10, 11
FORMATS = ("text", "json", "github", "sarif")
_PLATFORM = "platform.yaml"


def add(subparsers: Any) -> None:
    """Declare the command."""
    found = subparsers.add_parser(
        "check",
        help="say what is wrong with the project, and write nothing",
        description="Read and build everything as synth does, and print what is wrong with it to standard output. "
        "Exit 0 when there is no error, 10 when there is one, 11 with --strict when there are only warnings.",
        epilog="A comment at the end of the line lets a finding stand: # kserve-gitops: ignore KG101 -- reason",
    )
    found.add_argument("--environment", metavar="NAME", help="only what concerns this environment; default: all")
    found.add_argument(
        "--format", metavar="FORMAT", default="text", help=f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}; default: text"
    )
    found.add_argument("--strict", action="store_true", help="exit 11 when there are warnings and no errors")
    found.add_argument(
        "--explain", metavar="CODE", help="print what a code means and what to do about it; no project is needed"
    )
    found.add_argument(
        "--explain-access",
        metavar="MODEL",
        help="tell how a model comes to its files: store, ServiceAccount, Secret or role, policy; MODEL is a name, or "
        "NAMESPACE/NAME. Exit 10 when the checks find an error in that",
    )
    found.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """The command."""
    if args.explain is not None:
        report.output(explained(args.explain))
        return 0
    formats = FORMATS if args.explain_access is None else access.FORMATS
    _known("format", args.format, formats, "formats")
    root = _root()
    if args.environment is not None and (names := _environments(root)) is not None:
        _known("environment", args.environment, names, "declared in platform.yaml")
    if args.explain_access is not None:
        said, wrong = access.run(root, args.explain_access, args.environment, args.format)
        report.output(said)
        return ERRORS if wrong else 0
    found = _checked(root, args.environment)
    report.output(_written(args.format, root, found))
    if args.format != "text":
        print(text.tally(found.findings, found.suppressed), file=sys.stderr)
    return _code(found, strict=args.strict)


def _root() -> Path:
    try:
        root = project_root(Path.cwd())
    except GitopsError as error:
        raise UsageError(error.what, hint=error.hint) from None
    if not (root / _PLATFORM).exists():
        raise UsageError(f"there is no {_PLATFORM} here or above", hint="write one; the README shows how")
    return root


def _known(what: str, given: str, names: tuple[str, ...], listed: str) -> None:
    if given not in names:
        hint = "; ".join(filter(None, (closest(given, names), f"{listed}: {', '.join(names)}")))
        raise UsageError(f"there is no {what} '{given}'", hint=hint)


def _environments(root: Path) -> tuple[str, ...] | None:
    """The names in platform.yaml; None where it does not tell, which is a finding of its own."""
    from kserve_gitops.inputs import files  # noqa: PLC0415  --help need not load the validators

    try:
        data = files.read(root, root / _PLATFORM).data
    except InputError:
        return None
    block = data.get("environments") if isinstance(data, Mapping) else None
    return tuple(sorted(map(str, block))) if isinstance(block, Mapping) and block else None


def _checked(root: Path, environment: str | None) -> "Report":
    """What is wrong; what an app.py prints does not get between the findings."""
    from kserve_gitops.build import pipeline  # noqa: PLC0415  as above

    with redirect_stdout(sys.stderr):
        return pipeline.check(root, load_build(root), environment)


def _written(form: str, root: Path, found: "Report") -> str:
    if form == "json":
        return json_list.written(found.findings)
    if form == "github":
        return github.written(found.findings, _below(root))
    if form == "sarif":
        from kserve_gitops.checks.pages import pages  # noqa: PLC0415  as above

        return sarif.written(found.findings, found.silenced, pages(), _below(root))
    return text.written(root, found.findings, found.silenced, colour=report.in_colour(sys.stdout))


def _below(root: Path) -> str:
    """The folder of the project in its git repository: what shows findings beside lines counts from there."""
    whole = root.resolve()
    repository = next((folder for folder in (whole, *whole.parents) if (folder / ".git").exists()), whole)
    below = whole.relative_to(repository).as_posix()
    return "" if below == "." else f"{below}/"


def _code(found: "Report", *, strict: bool) -> int:
    severities = {finding.severity for finding in found.findings}
    if Severity.ERROR in severities:
        return ERRORS
    return WARNINGS if strict and severities else 0
