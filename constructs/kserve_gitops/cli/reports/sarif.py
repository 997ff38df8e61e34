"""Findings as SARIF 2.1.0, the form that code scanning takes: with the page of every code that was found."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, metadata, version
from typing import Any
from urllib.parse import quote

from kserve_gitops.core.findings import Finding
from kserve_gitops.core.pages import Page

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
TOOL = "kserve-gitops"
FINGERPRINT = "findingHash/v1"
_ROOT = "%SRCROOT%"


def written(
    findings: Sequence[Finding], silenced: Sequence[tuple[Finding, str]], pages: Mapping[str, Page], below: str
) -> str:
    """One run with all findings, those too that a comment suppresses.

    `below` is the folder of the project in the repository, "" or with a slash at its end.
    """
    given = [*((one, None) for one in findings), *silenced]
    codes = sorted({finding.code for finding, _ in given})
    seen: Counter[str] = Counter()
    results = []
    for finding, reason in given:
        result = _result(finding, codes.index(finding.code), below)
        hashed = _hash(finding)
        result["partialFingerprints"] = {FINGERPRINT: f"{hashed}:{seen[hashed]}"}
        seen[hashed] += 1
        if reason is not None:
            result["suppressions"] = [{"kind": "inSource", "justification": reason}]
        results.append(result)
    run = {
        "tool": {"driver": _driver([_rule(code, pages.get(code, Page(code))) for code in codes])},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the root of the repository"}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _driver(rules: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": TOOL, "rules": rules}
    with suppress(PackageNotFoundError):  # it may run from a checkout
        found["version"] = version(TOOL)
    return found


def _rule(code: str, page: Page) -> dict[str, Any]:
    parts = {"Fix": page.fix, "Since": page.since, "Source": page.source}
    plain = [page.why, *(f"{name}: {text}" for name, text in parts.items() if text)]
    marked = [page.why, *(f"**{name}:** {text}" for name, text in parts.items() if text)]
    rule = {
        "id": code,
        "shortDescription": {"text": page.what},
        "fullDescription": {"text": page.why or page.what},
        "help": {"text": _paragraphs(page.what, plain), "markdown": _paragraphs(page.what, marked)},
    }
    if site := _documentation():
        rule["helpUri"] = f"{site.rstrip('/')}/checks/#{code.lower()}"
    return rule


def _paragraphs(first: str, others: Iterable[str]) -> str:
    return "\n\n".join(filter(None, (first, *others)))


def _documentation() -> str:
    """Where the package says that its documentation is; "" where it says nothing."""
    try:
        urls = metadata(TOOL).get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    named = (url.partition(",") for url in urls)
    return next((url.strip() for name, _, url in named if name.strip().lower() == "documentation"), "")


def _result(finding: Finding, index: int, below: str) -> dict[str, Any]:
    place = finding.place
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(f"{below}{place.file}", errors="replace"), "uriBaseId": _ROOT},
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    }
    if subject := finding.subject:
        name = "/".join(filter(None, (subject.namespace, subject.kind, subject.name)))
        location["logicalLocations"] = [{"name": subject.name, "fullyQualifiedName": name}]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity.value,
        "message": {"text": "\n".join(filter(None, (finding.message, finding.hint)))},
        "locations": [location],
    }
    if finding.environment:
        result["properties"] = {"environment": finding.environment}
    return result


def _hash(finding: Finding) -> str:
    """The same wherever in its file the finding stands."""
    about = (finding.code, finding.place.file, finding.only_in, str(finding.subject), finding.message)
    return hashlib.sha256("\0".join(about).encode("utf-8", "replace")).hexdigest()[:32]
