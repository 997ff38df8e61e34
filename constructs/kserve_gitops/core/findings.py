"""What is wrong with what a person wrote: data, collected and reported together.

A finding is not an exception: one mistake must never hide the next. When no work is possible
until a person acts, the findings travel in `errors.InputError`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kserve_gitops.core.places import Place

_LOGIN = re.compile(r"://(?:[^/\s@']{0,200}:[^/\s@']{1,200}|[^/\s@']{20,200})(?=@|…)")
"""User and password, or a token, in an address, which may be cut before it ends."""


class Severity(StrEnum):
    """`ERROR` must not be merged; `WARNING` is legal and likely a mistake."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """The rendered object that a finding is about; `namespace` is "" for one of the cluster."""

    api_version: str
    kind: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """An object as another one names it; `namespace` is "" for one of the cluster."""

    kind: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: its code, what is wrong, where, and what to do about it.

    `subject` and `environment` are set for what was found on a rendered object. A report names several environments
    with commas between them; `everywhere` tells that these are all.
    With `missing`, the finding is gone as soon as platform.yaml lists that under `existing`.
    """

    code: str
    message: str
    place: Place
    hint: str = ""
    severity: Severity = Severity.ERROR
    subject: Subject | None = None
    environment: str = ""
    missing: Named | None = None
    everywhere: bool = False

    def __post_init__(self) -> None:
        """Take out logins: what is said ends in terminals and in the logs of CI."""
        for name in ("message", "hint"):
            said = getattr(self, name)
            if "://" in said:
                object.__setattr__(self, name, _LOGIN.sub("://…", said))

    @property
    def only_in(self) -> str:
        """The environments that it is about; "" where that is all of them, or none in particular."""
        return "" if self.everywhere else self.environment

    def __str__(self) -> str:
        hint = f"\n   = hint: {self.hint}" if self.hint else ""
        return f"{self.severity}[{self.code}]: {self.message}\n  --> {self.place}{hint}"


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings sorted by place, then code; the same finding once."""
    return sorted(set(findings), key=lambda f: (f.place, f.code, f.message, f.hint))
