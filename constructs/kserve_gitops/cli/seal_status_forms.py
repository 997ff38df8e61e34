"""What `kserve-gitops seal --status` says: as a table for a person, as JSON for programs."""

import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from kserve_gitops.cli.excerpt import printable
from kserve_gitops.core.findings import Severity
from kserve_gitops.inputs.load import Inputs
from kserve_gitops.inputs.sealed import CODES
from kserve_gitops.sealing import certificate
from kserve_gitops.sealing.status import Key, KeyState, Problem, Row, Seals
from kserve_gitops.sealing.status_files import plain

_NONE = "-"
_HEADS = (
    "environment", "namespace", "credential", "type", "state", "keys", "scope", "certificate", "sealed", "used by"
)  # fmt: skip
_FIRST, _BELOW = (0, 1, 2, 4), (3, 5, 6, 7, 8, 9)
"""Columns that stay beside each other on a narrow terminal, and the others."""


def text(found: Sequence[Seals], unused: Sequence[str], today: date, columns: int | None = None) -> str:
    """The table, the certificates, what is wrong, and what nothing needs; `columns` is how many a terminal has."""
    rows = [(one.environment, row) for one in found for row in one.rows]
    parts = ["\n".join(_fitting(rows, today, columns)) if rows else "nothing uses a credential"]
    sealing = [one for one in found if one.certificate or any(row.file for row in one.rows)]
    parts += ["\n".join(map(_certificate_line, sealing))] if sealing else []
    parts += [_problem_text(problem) for _, row in rows for problem in row.problems]
    certificates = [(one.environment, one.certificate_problem) for one in found]
    parts += [_problem_text(problem, f"certificate of {name}: ") for name, problem in certificates if problem]
    listed = [*(file for one in found for file in one.unused), *unused]
    if listed:
        parts.append("\n".join(f"unused: {file}" for file in listed))
    return "\n\n".join("\n".join(map(printable, part.split("\n"))) for part in parts) + "\n"


def _problem_text(problem: Problem, about: str = "") -> str:
    hint = f"\n   = hint: {problem.hint}" if problem.hint else ""
    return f"{problem.severity}: {about}{problem.message}{hint}"


def _fitting(rows: Iterable[tuple[str, Row]], today: date, columns: int | None) -> list[str]:
    """A table; on a terminal that is too narrow for it a smaller one, with the rest below each row."""
    cells = [_cells(environment, row, today) for environment, row in rows]
    wide = list(_table([_HEADS, *cells]))
    if columns is None or max(map(len, wide)) <= columns:
        return wide
    heads, *small = _table([tuple(line[number] for number in _FIRST) for line in (_HEADS, *cells)])
    lines = [heads]
    for line, all_of_it in zip(small, cells, strict=True):
        rest = ", ".join(f"{_HEADS[number]} {all_of_it[number]}" for number in _BELOW if all_of_it[number] != _NONE)
        lines += [line, *textwrap.wrap(rest, columns, initial_indent="    ", subsequent_indent="    ")]
    return lines


def _table(lines: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _cells(environment: str, row: Row, today: date) -> tuple[str, ...]:
    return (
        environment,
        row.namespace,
        row.credential.name,
        row.credential.type,
        row.state,
        _counted(row.keys),
        row.scope or _NONE,
        row.sealing or _NONE,
        f"{row.sealed_on} ({_age(row.sealed_on, today)})" if row.sealed_on else _NONE,
        ", ".join(row.users),
    )


def _counted(keys: Sequence[Key]) -> str:
    """How many are there of those that must be; and how many others there are, or might be."""
    number = {state: sum(key.state is state for key in keys) for state in KeyState}
    there = number[KeyState.SEALED] + number[KeyState.FETCHED]
    wanted = there + number[KeyState.MISSING]
    said = [f"{there} of {wanted}"] if wanted else []
    said += [f"{number[KeyState.UNUSED]} optional unused"] if number[KeyState.UNUSED] else []
    said += [f"{number[KeyState.OTHER]} not asked for"] if number[KeyState.OTHER] else []
    return ", ".join(said) or _NONE


def _age(day: date, today: date) -> str:
    days = (today - day).days
    return "today" if days == 0 else f"{days} day{'s' * (days != 1)}"


def _certificate_line(seals: Seals) -> str:
    found = seals.certificate
    if found is None:
        return f"{seals.environment}: no certificate"
    end = f"{'expired' if seals.expired else 'valid until'} {found.not_after:%Y-%m-%d}"
    return f"{seals.environment}: certificate {found.short}, {found.subject}, {end}"


def json_object(found: Sequence[Seals], unused: Sequence[str], today: date) -> str:
    """All of it, in the order of the table; ASCII, whatever the names in it."""
    record = {"environments": [_environment(one, today) for one in found], "unused": list(unused)}
    return json.dumps(record, indent=2) + "\n"


def _environment(seals: Seals, today: date) -> dict[str, Any]:
    found, problem = seals.certificate, seals.certificate_problem
    return {
        "environment": seals.environment,
        "certificate": {
            "file": certificate.path_of(seals.environment),
            "subject": found.subject,
            "fingerprint": found.fingerprint_sha256,
            "not_before": found.not_before.isoformat(),
            "not_after": found.not_after.isoformat(),
            "expired": seals.expired,
        }
        if found
        else None,
        "certificate_problem": _problem(problem) if problem else None,
        "credentials": [_record(row, today) for row in seals.rows],
        "unused": list(seals.unused),
    }


def _record(row: Row, today: date) -> dict[str, Any]:
    return {
        "namespace": row.namespace,
        "credential": row.credential.name,
        "type": row.credential.type,
        "state": row.state.value,
        "used_by": list(row.users),
        "file": row.file or None,
        "keys": [_key(key) for key in row.keys],
        "scope": row.scope or None,
        "certificate": row.sealing.value if row.sealing else None,
        "sealed_on": row.sealed_on.isoformat() if row.sealed_on else None,
        "age_days": (today - row.sealed_on).days if row.sealed_on else None,
        "problems": [_problem(problem) for problem in row.problems],
    }


def _key(key: Key) -> dict[str, str | None]:
    return {
        "key": key.name,
        "state": key.state.value,
        "sealed_on": key.record.date.isoformat() if key.record else None,
        "fingerprint": key.record.fingerprint if key.record else None,
    }


def _problem(problem: Problem) -> dict[str, str]:
    return {"severity": problem.severity.value, "message": problem.message, "hint": problem.hint}


def remarks(inputs: Inputs, found: Sequence[Seals], unused: Iterable[str]) -> Iterator[str]:
    """What there is to say beside the table."""
    for file in plain(inputs.root, [*(file for one in found for file in one.unused), *unused]):
        yield f"warning: {file} is a plain Secret: delete it, and change the keys if anybody may have seen it"
    read = {row.file for one in found for row in one.rows}
    others = [f for f in inputs.findings if f.severity is Severity.ERROR and f.code not in CODES]
    number = sum(finding.place.file not in read for finding in others)
    if number:
        said = f"{number} problem{'s' * (number != 1)} elsewhere, so more may be needed"
        yield f"note: {said}; kserve-gitops check shows what"
