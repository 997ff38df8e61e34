"""Findings for a person: a block each, with the line that it is about, and a tally."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from kserve_gitops.cli.excerpt import Excerpts, printable
from kserve_gitops.core.findings import Finding, Severity
from kserve_gitops.core.places import Place

Excerpt = Callable[[Place], tuple[str, str] | None]

_COLOURS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m"}
_RESET = "\x1b[0m"
_OF_A_FILE = "KG001"
"""What is found about a file as a whole: no line of it says more."""
_NARROWEST = 2
"""Columns for the number of a line."""


def blocks(findings: Iterable[Finding], root: Path, *, colour: bool = False) -> str:
    """The block of each finding, and an empty line after each."""
    excerpts = Excerpts(root)
    return "".join(f"{block(finding, excerpts, colour=colour)}\n\n" for finding in findings)


def block(finding: Finding, excerpt: Excerpt, *, colour: bool = False) -> str:
    """What is wrong, where, the line, in which environment if not in all, and what to do."""
    head = f"{finding.severity}[{finding.code}]: {printable(finding.message)}"
    found = None if finding.code == _OF_A_FILE else excerpt(finding.place)
    number = str(finding.place.line)
    width = max(_NARROWEST, len(number)) if found else _NARROWEST
    margin = " " * width
    lines = [coloured(head, finding.severity) if colour else head, f"{margin}--> {printable(str(finding.place))}"]
    if found:
        line, mark = found
        lines += [f"{margin} |", f"{number:>{width}} | {line}", f"{margin} | {mark}"]
    notes = {"environment": finding.only_in, "hint": finding.hint}
    lines += [f"{margin} = {name}: {printable(said)}" for name, said in notes.items() if said]
    return "\n".join(lines)


def tally(findings: Iterable[Finding], suppressed: int = 0) -> str:
    """How many there are of each severity, and how many a comment suppresses."""
    counts = Counter(finding.severity for finding in findings)
    words = [f"{counts[one]} {one}{'s' * (counts[one] != 1)}" for one in Severity if counts[one]]
    return (", ".join(words) or "no findings") + (f" ({suppressed} suppressed)" if suppressed else "")


def coloured(text: str, severity: str) -> str:
    """The first word in the colour of the severity."""
    head, colon, rest = text.partition(":")
    return f"{_COLOURS[severity]}{head}{_RESET}{colon}{rest}"


def written(root: Path, findings: Sequence[Finding], silenced: Sequence[tuple[Finding, str]], *, colour: bool) -> str:
    """The whole report."""
    return f"{blocks(findings, root, colour=colour)}{tally(findings, len(silenced))}\n"
