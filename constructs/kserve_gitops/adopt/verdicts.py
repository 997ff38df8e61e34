"""What a finding means for a manifest that may be running today: not adopted, told, left for later, or left to do.

The rules judge what is about to be merged. What KServe's webhook or the API server refuses, and what never becomes
ready, cannot be running, and is not adopted; nor is what would put a secret into the repository, or make two objects
of one. Anything else must be adoptable, however wrong it is: it works today as well as it did yesterday.
"""

from collections.abc import Iterable
from dataclasses import replace

from kserve_gitops.checks.rule import RULES
from kserve_gitops.core.findings import Finding, Named, Severity
from kserve_gitops.core.rendering import to_yaml

_PASSED_OVER = frozenset({
    "KG116", "KG120", "KG121", "KG123", "KG127",  # annotations, scaling and canaries that KServe passes over
    "KG151", "KG152", "KG154",  # graphs whose router is ready, and answers some requests with an error
    "KG165", "KG168",  # caches and containers that nobody uses
    "KG208", "KG209", "KG223", "KG224", "KG228",  # sources and settings of storage that are left out
    "KG408",  # a second autoscaler
    "KG416", "KG418", "KG427", "KG428", "KG429",  # what Argo CD passes over
    "KG431", "KG435", "KG441", "KG442", "KG443", "KG446",  # charts that run, and not as was meant
})  # fmt: skip
_OF_THE_PLATFORM = frozenset({
    "KG103", "KG190", "KG206",  # runtimes, namespaces and settings of KServe
    "KG303", "KG308", "KG309", "KG310", "KG312", "KG320", "KG323", "KG328",  # its domain, Gateways and Services
    "KG411", "KG412", "KG413",  # its projects
})  # fmt: skip
"""Judged by what this platform deploys: the manifest may run where there is something else."""
_USERS = "KG9"
_ADVICE = frozenset({"KG104", "KG132", "KG145", "KG205", "KG226", "KG238"})
_PRACTICE = range(170, 190)
"""The codes from KG170 to KG189."""


def softened(finding: Finding) -> Finding:
    """The finding as it is told of a manifest that may be running.

    What refers to something else is adopted in any case: the other thing may come later, or stay where it is.
    """
    rule = RULES.get(finding.code)
    missing = rule is not None and rule.whole
    running = finding.code in _PASSED_OVER | _OF_THE_PLATFORM or finding.code.startswith(_USERS)
    return replace(finding, severity=Severity.WARNING) if missing or running else finding


def is_advice(finding: Finding) -> bool:
    """Whether a warning only says what could be better, and so can wait for `check`."""
    good_practice = finding.code[2:].isdigit() and int(finding.code[2:]) in _PRACTICE
    return finding.severity is Severity.WARNING and (good_practice or finding.code in _ADVICE)


def to_list(missing: Iterable[Named]) -> list[str]:
    """The note that says what is not among the manifests, as a block for platform.yaml; none where nothing is."""
    wanted = sorted(set(missing))
    if not wanted:
        return []
    what = "the manifests refer to things that nothing here makes; add to platform.yaml what the cluster has already:"
    return ["\n".join([what, "existing:", *(f"  - {_line(one)}" for one in wanted)])]


def to_mend(refused: Iterable[Finding]) -> list[str]:
    """The note about errors that were told as warnings, which synth will not pass."""
    codes = sorted({finding.code for finding in refused})
    if not codes:
        return []
    listed = ", ".join(codes)
    return [f"mend what is told as {listed}, or let it stand: # kserve-gitops: ignore {listed} -- reason"]


def _line(one: Named) -> str:
    given = {"kind": one.kind, "namespace": one.namespace, "name": one.name}
    return f"{{{', '.join(f'{key}: {_scalar(value)}' for key, value in given.items() if value)}}}"


def _scalar(text: str) -> str:
    """In quotes where a mapping on one line would take it for something else."""
    plain = to_yaml(text).decode().rstrip("\n")
    return f"'{plain}'" if plain == text and any(mark in text for mark in ",[]{}") else plain
