"""Findings as a list of JSON objects, for programs."""

import json
from collections.abc import Iterable
from typing import Any

from kserve_gitops.core.findings import Finding, Subject


def written(findings: Iterable[Finding]) -> str:
    """The list, in the order of the findings; ASCII, whatever the names in it."""
    return json.dumps([_record(finding) for finding in findings], indent=2) + "\n"


def _record(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "object": _object(finding.subject) if finding.subject else None,
        "environment": finding.environment,
    }


def _object(subject: Subject) -> dict[str, str]:
    return {
        "apiVersion": subject.api_version,
        "kind": subject.kind,
        "namespace": subject.namespace,
        "name": subject.name,
    }
