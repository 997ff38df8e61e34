"""What commands print: findings and errors for a person on standard error, with the next thing to do."""

import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from kserve_gitops.cli.excerpt import printable
from kserve_gitops.cli.project import enclosing
from kserve_gitops.cli.reports import text
from kserve_gitops.core.errors import GitopsError, InputError
from kserve_gitops.core.findings import Finding, Severity

_MOST = 10
"""Warnings of one code that are shown where a person wanted something else than findings."""


def error(problem: GitopsError) -> None:
    """An error with its hint, or all the findings that it carries."""
    if isinstance(problem, InputError):
        findings(problem.findings, suppressed=problem.suppressed)
    else:
        said = str(problem)
        print(text.coloured(said, "error") if in_colour(sys.stderr) else said, file=sys.stderr)


def remark(severity: str, what: str, hint: str = "") -> None:
    """An error or a warning that is about no place in a file."""
    said = f"{severity}: {printable(what)}"
    print(text.coloured(said, severity) if in_colour(sys.stderr) else said, file=sys.stderr)
    if hint:
        print(f"   = hint: {printable(hint)}", file=sys.stderr)


def lines(said: Iterable[str]) -> None:
    """What there is to tell beside the output."""
    for line in said:
        print(printable(line), file=sys.stderr)


def output(said: str) -> None:
    """To standard output, whatever it can show; at once, so that a reader who went away is noticed here."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(said.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


def findings(found: Iterable[Finding], *, unchanged: str = "dist/ is as it was", suppressed: int = 0) -> None:
    """Each finding as a block, then a tally; nothing when there are none, and none suppressed.

    After an error the tally ends in what is `unchanged`.
    """
    listed = list(found)
    # Places count from the folder of the project; outside of one, from the working directory.
    root = enclosing(Path.cwd()) or Path.cwd()
    shown, more = _few(listed)
    print(text.blocks(shown, root, colour=in_colour(sys.stderr)), file=sys.stderr, end="")
    for code, number in more.items():
        print(f"warning[{code}]: {number} more like these; kserve-gitops check shows all\n", file=sys.stderr)
    if listed or suppressed:
        failed = any(finding.severity is Severity.ERROR for finding in listed)
        print(text.tally(listed, suppressed) + (f"; {unchanged}" if failed else ""), file=sys.stderr)


def _few(listed: list[Finding]) -> tuple[list[Finding], dict[str, int]]:
    """All errors, the first warnings of each code, and how many more there are: a thousand models may share one."""
    seen: Counter[str] = Counter()
    shown = []
    for finding in listed:
        seen[finding.code] += finding.severity is Severity.WARNING
        if finding.severity is Severity.ERROR or seen[finding.code] <= _MOST:
            shown.append(finding)
    return shown, {code: count - _MOST for code, count in sorted(seen.items()) if count > _MOST}


def in_colour(stream: TextIO) -> bool:
    """On a terminal, unless NO_COLOR says otherwise; FORCE_COLOR insists."""
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and not os.environ.get("NO_COLOR"))
