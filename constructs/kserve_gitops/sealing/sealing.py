"""From values to sealed files: what each file gets, kubeseal's answer for all of them, and only then the writing."""

import base64
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kserve_gitops.core.errors import GitopsError
from kserve_gitops.inputs.sealed import FOLDER
from kserve_gitops.sealing import certificate as certificates
from kserve_gitops.sealing import existing, storing
from kserve_gitops.sealing.existing import Existing
from kserve_gitops.sealing.files import Record
from kserve_gitops.sealing.targets import Target
from kserve_gitops.sealing.values import Value, drawn, too_large
from kserve_gitops.serving.credential_types import Key
from kserve_gitops.tools.certificates import Certificate
from kserve_gitops.tools.kubeseal import Kubeseal


@dataclass(frozen=True, slots=True)
class Work:
    """A file, and the keys that are sealed into it now; `plain` are keys in it whose values are not encrypted."""

    target: Target
    keys: tuple[str, ...]
    plain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What each file gets; `asked` are keys whose values a person has yet to give, `drawn` those that are made up."""

    works: tuple[Work, ...]
    asked: tuple[Key, ...]
    drawn: tuple[str, ...]


def planned(
    root: Path, targets: Iterable[Target], keys: Iterable[Key], *, named: Collection[str], offered: Collection[str]
) -> Plan:
    """Who gets which of the keys. `named` are those that were asked for by name, `offered` those that have a value.

    A key that may be left out is only sealed when it is named or offered; one that nobody need know is drawn unless it
    is sealed already. Raises GitopsError for a file that could not keep what else is sealed in it.
    """
    there = {target: existing.read(root, target) for target in targets}
    given = [key for key in keys if key.name in offered or key.name in named or not key.optional]
    works = []
    for target, found in there.items():
        chosen = tuple(key.name for key in given if not _stays(key, found, target, named, offered))
        if chosen:
            existing.keep(found, target, chosen)
            works.append(Work(target, chosen, found.plain if found else ()))
    sealed = {key for work in works for key in work.keys}
    without = [key for key in given if key.name in sealed and key.name not in offered]
    asked = tuple(key for key in without if not key.made)
    return Plan(tuple(works), asked, tuple(key.name for key in without if key.made))


def _stays(key: Key, found: Existing | None, target: Target, named: Collection[str], offered: Collection[str]) -> bool:
    """Whether a key that nobody need know is left as it is sealed."""
    if not key.made or key.name in named or key.name in offered:
        return False
    return found is not None and key.name in found.encrypted and found.of_use(target)


def sealed(
    root: Path, works: Iterable[Work], values: Mapping[str, Value], kubeseal: Kubeseal
) -> dict[Target, dict[str, str]]:
    """The ciphertext for each file. Raises GitopsError for a Secret that no API server takes."""
    found = {}
    for work in works:
        mine = {key: values[key] for key in work.keys}
        if too_large(mine):
            raise GitopsError(f"the values of '{work.target.credential.name}' are larger than 1 MiB together")
        path = root / certificates.path_of(work.target.environment)
        found[work.target] = kubeseal.seal(_secret(work.target, mine), certificate=path)
    return found


def drawn_for(plan: Plan) -> dict[str, Value]:
    """Values for the keys that are made up; the same for all files."""
    return {key: drawn() for key in plan.drawn}


def write(
    root: Path, environment: str, encrypted: Mapping[Target, Mapping[str, str]], certificate: Certificate, today: date
) -> None:
    """All files, each with what else is sealed in it at this moment. Raises GitopsError."""
    record = Record(today, certificate.fingerprint_sha256)
    with storing.turn(root / FOLDER / environment):
        contents = {
            target.file: existing.content(existing.read(root, target), target, texts, record).encode()
            for target, texts in encrypted.items()
        }
        storing.write(root, contents)


def _secret(target: Target, values: Mapping[str, Value]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": target.metadata,
        "type": target.credential.kind.secret_type,
        "data": {key: base64.b64encode(value.reveal()).decode() for key, value in values.items()},
    }
