"""Findings as commands of GitHub's workflows, which show them beside the lines of a pull request."""

from collections.abc import Iterable

from kserve_gitops.core.findings import Finding


def written(findings: Iterable[Finding], below: str) -> str:
    """A line for each finding.

    `below` is the folder of the project in the repository, "" or with a slash at its end.
    """
    return "".join(f"{_command(finding, below)}\n" for finding in findings)


def _command(finding: Finding, below: str) -> str:
    place = finding.place
    properties = {"file": f"{below}{place.file}", "line": place.line, "col": place.column, "title": finding.code}
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    where = f"environment: {finding.only_in}" if finding.only_in else ""
    said = "\n".join(filter(None, (finding.message, where, finding.hint)))
    return f"::{finding.severity} {listed}::{_data(said)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
