"""What is wrong with what a person wrote: data, collected and reported together.

A finding is not an exception: one mistake must never hide the next. When no work is possible
until a person acts, the findings travel in `errors.InputError`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kserve_gitops.core.places import Place


class Severity(StrEnum):
    """`ERROR` must not be merged; `WARNING` is legal and likely a mistake."""

    ERROR = "error"
    WARNING = "warning"


CODES: dict[str, str] = {
    "KG001": "an input file cannot be read",
    "KG002": "an input file is not valid YAML",
    "KG003": "a key stands twice in one mapping",
    "KG004": "YAML that is refused although it is valid: aliases that expand without bound, tags",
    "KG005": "a plain value that YAML 1.1 and YAML 1.2 read differently",
    "KG010": "an unknown field",
    "KG011": "a value of the wrong type or form",
    "KG012": "a required field is missing",
    "KG013": "two entries of the catalogue with one kind and name",
    "KG014": "a version that kserve-gitops does not know",
    "KG015": "an environment that platform.yaml does not declare",
    "KG016": "a reference to something that platform.yaml does not declare",
    "KG017": "two credentials with one ServiceAccount",
    "KG018": "a file under manifests/ that holds no Kubernetes object",
    "KG019": "a patch that cannot be applied",
    "KG020": "a manifest that cannot be adopted without loss",
    "KG021": "a part older than the one that the KServe release is tested with",
    "KG110": "a field that the kind of the object does not have",
    "KG111": "a value that the kind of the object does not allow",
    "KG112": "a kind without a schema in imports/",
    "KG113": "a field that the kind of the object requires is missing",
    "KG114": "a kind or field that only a newer KServe has",
    "KG115": "an object that the charts of this KServe release cannot serve",
    "KG120": "autoscaling that KServe refuses or ignores",
    "KG121": "a canary that cannot be rolled out there, or would be ignored",
    "KG122": "a component without exactly one implementation",
    "KG201": "a bucket or region that cannot exist",
    "KG301": "two routes for one host",
    "KG302": "a route to what no Gateway can reach",
    "KG401": "Helm values that the chart does not know",
    "KG402": "an object that belongs to no Argo CD Application",
    "KG403": "the same object twice",
    "KG404": "a manifest that cannot be rendered",
    "KG405": "Helm values that are not checked",
    "KG501": "a sealed file is missing",
    "KG502": "a sealed file that does not fit its consumers",
    "KG503": "a plain Secret, which must never reach dist/",
}
"""Every code and its one meaning. Codes are never reused; KG9xx belongs to users."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: its code, what is wrong, where, and what to do about it."""

    code: str
    message: str
    place: Place
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        """Refuse a code that has no meaning: that is a bug of ours, not of the input."""
        if self.code not in CODES and not self.code.startswith("KG9"):
            message = f"{self.code} is not in findings.CODES"
            raise ValueError(message)

    def __str__(self) -> str:
        hint = f"\n   = hint: {self.hint}" if self.hint else ""
        return f"{self.severity}[{self.code}]: {self.message}\n  --> {self.place}{hint}"


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings sorted by place, then code; the same finding once."""
    return sorted(set(findings), key=lambda f: (f.place, f.code, f.message, f.hint))
