"""`kserve-gitops seal --status`: what is sealed of what is needed, and what is not."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kserve_gitops.cli.boundary import UsageError
from kserve_gitops.cli.excerpt import printable
from kserve_gitops.cli.project import project_root
from kserve_gitops.core.errors import InputError
from kserve_gitops.core.findings import Severity
from kserve_gitops.core.suggestions import closest
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.inputs.load import PLATFORM, Inputs, load
from kserve_gitops.sealing import certificate, status_files
from kserve_gitops.sealing.certificate import SHORT
from kserve_gitops.sealing.status import Key, KeyState, Row, Seals, State, status

UNSEALED = 12
"""The exit code when something is missing or of no use."""
JSON_HELP = """\
The JSON is an object with a list `environments`, and a list `unused` of files that belong to none of them. Each has
`environment`; `certificate`, null or an object with `file`, `subject`, `fingerprint` (SHA-256, hex), `not_before`,
`not_after` (ISO 8601) and `expired`; `certificate_problem`, null or an object with `message` and `hint`; `unused`, files
that nothing reads; and `credentials`, each with `namespace`, `credential`, `type`, `state` (sealed, missing, incomplete,
does not fit, identity, fetched, nothing to seal), `used_by` (models, mlflow, jupyterhub, namespaces), `file`, `keys` (each
with `key`, `state` (sealed, missing, unused, not asked for, fetched), `sealed_on`, `fingerprint`), `scope`, `certificate`
(ours, older, expired, unknown), `sealed_on`, `age_days` and `problems` (each with `message` and `hint`).
What is not known is null."""
_SEALED = ("KG501", "KG502", "KG503")
_NONE = "-"


def run(args: argparse.Namespace) -> int:
    """The command: 0 when everything is sealed, 12 when something is missing or of no use."""
    root = project_root(Path.cwd())
    inputs = load(root)
    declared = _declared(inputs)
    now = datetime.now(UTC)
    found = status(inputs, _chosen(inputs, declared, args.environment), now)
    unused = [] if args.environment else status_files.of_no_environment(root, declared)
    write = _json if args.format == "json" else _text
    _print(write(found, unused, now.date()))
    _warn(inputs, found, unused)
    return 0 if all(seals.sound for seals in found) else UNSEALED


def _declared(inputs: Inputs) -> list[str]:
    return sorted(map(str, inputs.documents[PLATFORM].data["environments"]))


def _chosen(inputs: Inputs, declared: Sequence[str], wanted: str | None) -> list[Environment]:
    """Raises InputError where platform.yaml does not tell what an environment needs."""
    if wanted is not None and wanted not in declared:
        hint = "; ".join(filter(None, (closest(wanted, declared), f"declared in {PLATFORM}: {', '.join(declared)}")))
        raise UsageError(f"there is no environment '{wanted}'", hint=hint)
    names = declared if wanted is None else [wanted]
    found = [environment for environment in inputs.environments if environment.name in names]
    if len(found) < len(names):
        raise InputError(f for f in inputs.findings if f.place.file == PLATFORM and f.code not in _SEALED)
    return found


def _text(found: Sequence[Seals], unused: Sequence[str], today: date) -> str:
    rows = [(one.environment, row) for one in found for row in one.rows]
    parts = ["\n".join(_table(rows, today)) if rows else "nothing uses a credential"]
    parts += ["\n".join(_certificate_line(one) for one in found)]
    problems = [problem for _, row in rows for problem in row.problems]
    parts += [f"error: {what}{_hint(hint)}" for what, hint in problems]
    parts += [
        f"warning: certificate of {one.environment}: {one.certificate_problem[0]}{_hint(one.certificate_problem[1])}"
        for one in found
        if one.certificate_problem
    ]
    listed = [*(file for one in found for file in one.unused), *unused]
    if listed:
        parts.append("\n".join(f"unused: {file}" for file in listed))
    return "\n\n".join("\n".join(map(printable, part.split("\n"))) for part in parts) + "\n"


def _hint(hint: str) -> str:
    return f"\n   = hint: {hint}" if hint else ""


def _table(rows: Iterable[tuple[str, Row]], today: date) -> Iterator[str]:
    heads = (
        "environment", "namespace", "credential", "type", "state", "keys", "scope", "certificate", "sealed", "used by"
    )  # fmt: skip
    lines = [heads, *(_cells(environment, row, today) for environment, row in rows)]
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
    return f"{seals.environment}: certificate {found.fingerprint_sha256[:SHORT]}, {found.subject}, {end}"


def _json(found: Sequence[Seals], unused: Sequence[str], today: date) -> str:
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
        "certificate_problem": _problem(*problem) if problem else None,
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
        "problems": [_problem(*problem) for problem in row.problems],
    }


def _key(key: Key) -> dict[str, str | None]:
    return {
        "key": key.name,
        "state": key.state.value,
        "sealed_on": key.record.date.isoformat() if key.record else None,
        "fingerprint": key.record.fingerprint if key.record else None,
    }


def _problem(message: str, hint: str) -> dict[str, str]:
    return {"message": message, "hint": hint}


def _print(said: str) -> None:
    """To standard output, whatever it can show."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(said.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


def _warn(inputs: Inputs, found: Iterable[Seals], unused: Iterable[str]) -> None:
    """What there is to say beside the table."""
    listed = [*(file for one in found for file in one.unused), *unused]
    for file in status_files.plain(inputs.root, listed):
        said = (
            f"warning: {printable(file)} is a plain Secret: delete it, and change the keys if anybody may have seen it"
        )
        print(said, file=sys.stderr)
    read = {row.file for one in found for row in one.rows if row.state is not State.MISSING}
    others = [f for f in inputs.findings if f.severity is Severity.ERROR and f.code not in _SEALED]
    number = sum(finding.place.file not in read for finding in others)
    if number:
        said = f"{number} problem{'s' * (number != 1)} elsewhere, so more may be needed"
        print(f"note: {said}; kserve-gitops check shows what", file=sys.stderr)
