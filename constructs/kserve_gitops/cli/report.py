"""Findings and errors, printed for a person: always to standard error, always with the next thing to do."""

import os
import sys
from collections import Counter
from collections.abc import Iterable

from kserve_gitops.core.errors import GitopsError, InputError
from kserve_gitops.core.findings import Finding

_COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m"}
_RESET = "\x1b[0m"


def error(problem: GitopsError) -> None:
    """An error with its hint, or all the findings that it carries."""
    if isinstance(problem, InputError):
        findings(problem.findings)
    else:
        print(_coloured(str(problem), "error"), file=sys.stderr)


def findings(found: Iterable[Finding], *, unchanged: str = "dist/ is as it was") -> None:
    """Each finding as a block, then a tally; nothing when there are none.

    After an error the tally ends in what is `unchanged`.
    """
    listed = list(found)
    for finding in listed:
        print(_coloured(str(finding), finding.severity), file=sys.stderr, end="\n\n")
    if listed:
        print(_tally(listed, unchanged), file=sys.stderr)


def _tally(listed: list[Finding], unchanged: str) -> str:
    counts = Counter(finding.severity.value for finding in listed)
    words = [f"{count} {severity}{'s' * (count != 1)}" for severity, count in sorted(counts.items())]
    return ", ".join(words) + (f"; {unchanged}" if counts["error"] else "")


def _coloured(text: str, severity: str) -> str:
    """The first word in colour, on a terminal, unless NO_COLOR says otherwise; FORCE_COLOR insists."""
    wanted = bool(os.environ.get("FORCE_COLOR")) or (sys.stderr.isatty() and not os.environ.get("NO_COLOR"))
    head, colon, rest = text.partition(":")
    return f"{_COLOURS[severity]}{head}{_RESET}{colon}{rest}" if wanted else text
