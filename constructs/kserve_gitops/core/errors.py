"""Everything this package raises on purpose.

GitopsError              exit 1   a person must change something
├── InputError                    findings that stop the run: all of them, not the first
├── DistError                     dist/ holds something that we did not write, or cannot be written
└── ToolError                     a program that we run is missing or said no
Anything else is a bug: it keeps its traceback and exits 70.
"""

from collections.abc import Iterable

from kserve_gitops.core.findings import Finding, in_order


class GitopsError(Exception):
    """What is wrong, and the next thing to try."""

    def __init__(self, what: str, *, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"error: {self.what}" + (f"\n   = hint: {self.hint}" if self.hint else "")


def reason_of(error: OSError) -> str:
    """Why a file cannot be read or written, in the words of the system."""
    return (error.strerror or str(error)).lower()


class InputError(GitopsError):
    """Findings that make it impossible to go on, in the order of their places.

    `suppressed` is how many others a comment suppresses.
    """

    def __init__(self, findings: Iterable[Finding], *, suppressed: int = 0) -> None:
        self.findings = in_order(findings)
        self.suppressed = suppressed
        super().__init__(f"{len(self.findings)} problem{'s' * (len(self.findings) != 1)} in the inputs")


class DistError(GitopsError):
    """The output folder cannot be written, or holds what is not ours."""


class ToolError(GitopsError):
    """A program or service outside of us is missing, failed or timed out."""
