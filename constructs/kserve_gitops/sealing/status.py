"""What is sealed of what an environment needs, with which certificate, and since when.

Nothing is decrypted, for nobody but the controller can: all of it stands in the files.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kserve_gitops.core.documents import Document
from kserve_gitops.core.errors import ToolError
from kserve_gitops.core.findings import Finding, Severity
from kserve_gitops.core.sealed_secret import below, scope_of
from kserve_gitops.inputs import sealed
from kserve_gitops.inputs.credential import Credential, Need
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.inputs.load import Inputs
from kserve_gitops.sealing import certificate
from kserve_gitops.sealing.files import Record, records
from kserve_gitops.sealing.status_files import manifests
from kserve_gitops.serving.credential_types import sealed_keys
from kserve_gitops.tools.certificates import Certificate


class State(StrEnum):
    """What there is of a credential in a namespace."""

    SEALED = "sealed"
    MISSING = "missing"
    INCOMPLETE = "incomplete"
    UNFIT = "does not fit"
    IDENTITY = "identity"
    FETCHED = "fetched"
    NOTHING = "nothing to seal"


WRONG = frozenset({State.MISSING, State.INCOMPLETE, State.UNFIT})
"""States that keep the credential from working."""


class KeyState(StrEnum):
    """What there is of a key."""

    SEALED = "sealed"
    MISSING = "missing"
    UNUSED = "unused"
    """It may be left out, and is."""
    OTHER = "not asked for"
    """It is sealed, and the type of the credential has none of that name."""
    FETCHED = "fetched"


class Sealing(StrEnum):
    """The certificate that a file was sealed with, beside that of the environment."""

    OURS = "ours"
    OLDER = "older"
    EXPIRED = "expired"
    """Ours, which is past its end."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a credential; `record` says when and with what it was sealed, where that was written down."""

    name: str
    state: KeyState
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and what to do."""

    severity: Severity
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Row:
    """A credential in a namespace. `file` is its sealed file, "" for one that has none."""

    environment: str
    namespace: str
    credential: Credential
    users: tuple[str, ...]
    state: State
    file: str = ""
    keys: tuple[Key, ...] = ()
    scope: str = ""
    sealing: Sealing | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def sealed_on(self) -> date | None:
        """The day of the key that was sealed first; None where that was not written down for every key."""
        days = [key.record.date if key.record else None for key in self.keys if key.state in _IN_FILE]
        known = [day for day in days if day is not None]
        return min(known) if known and len(known) == len(days) else None


@dataclass(frozen=True, slots=True)
class Seals:
    """An environment: its certificate or what is wrong with that, what it needs, and files that nothing needs."""

    environment: str
    certificate: Certificate | None
    certificate_problem: Problem | None
    rows: tuple[Row, ...]
    unused: tuple[str, ...]
    expired: bool = False

    @property
    def sound(self) -> bool:
        """Whether everything that is to be sealed is, and nothing lies in the place of the certificate."""
        unfit = self.certificate_problem is not None and self.certificate_problem.severity is Severity.ERROR
        return not unfit and not any(row.state in WRONG for row in self.rows)


_IN_FILE = (KeyState.SEALED, KeyState.OTHER)


def status(inputs: Inputs, environments: Iterable[Environment], now: datetime) -> list[Seals]:
    """Each of the environments."""
    fingerprints: dict[str, str] = {}
    for one in inputs.environments:
        with suppress(ToolError):
            found = certificate.stored(inputs.root, one.name)
            fingerprints |= {one.name: found.fingerprint_sha256} if found else {}
    return [_Environment(inputs, one, now, fingerprints).seals() for one in environments]


class _Environment:
    """One environment, and what its rows have in common."""

    def __init__(
        self, inputs: Inputs, environment: Environment, now: datetime, fingerprints: Mapping[str, str]
    ) -> None:
        self.inputs = inputs
        self.environment = environment
        self.others = {name: one for name, one in fingerprints.items() if name != environment.name}
        self.now = now
        self.certificate, self.problem = self._certificate()

    def seals(self) -> Seals:
        rows = tuple(map(self._row, self.environment.needs))
        read = {row.file for row in rows}
        below = manifests(self.inputs.root, f"{sealed.FOLDER}/{self.environment.name}")
        unused = tuple(file for file in below if file not in read)
        wanted = self.environment.secrets.sealed and any(row.file for row in rows)
        expired = self.certificate is not None and self.certificate.expired(self.now)
        problem = self.problem if wanted else None
        return Seals(self.environment.name, self.certificate, problem, rows, unused, expired)

    def _certificate(self) -> tuple[Certificate | None, Problem | None]:
        name = self.environment.name
        fetch = f"kserve-gitops seal --fetch-cert --environment {name}"
        try:
            found = certificate.stored(self.inputs.root, name)
        except ToolError as error:
            return None, Problem(Severity.ERROR, error.what, error.hint)
        if found is None:
            return None, Problem(Severity.WARNING, f"there is no {certificate.path_of(name)}", fetch)
        if found.expired(self.now):
            what = "it is past its end: nothing more can be sealed with it"
            return found, Problem(Severity.WARNING, what, fetch)
        return found, None

    def _row(self, need: Need) -> Row:
        if not need.credential.kind.has_secret:
            return self._without_file(need, State.IDENTITY)
        wanted = sealed_keys(need.credential.type, need.credential.options)
        if not self.environment.secrets.sealed:
            fetched = [key for key in wanted if not key.optional]
            keys = tuple(Key(key.name, KeyState.FETCHED) for key in fetched)
            return self._without_file(need, State.FETCHED if keys else State.NOTHING, keys)
        file = sealed.path_of(self.environment.name, need.namespace, need.credential.name)
        if os.path.lexists(self.inputs.root / file):
            return self._with_file(need, file)
        keys = tuple(Key(key.name, KeyState.UNUSED if key.optional else KeyState.MISSING) for key in wanted)
        if not need.missing:
            return self._without_file(need, State.NOTHING, keys)
        hint = f"kserve-gitops seal {need.credential.name} --environment {self.environment.name}"
        return Row(
            self.environment.name,
            need.namespace,
            need.credential,
            need.users,
            State.MISSING,
            file,
            keys,
            need.credential.scope,
            problems=(Problem(Severity.ERROR, f"there is no {file}", hint),),
        )

    def _without_file(self, need: Need, state: State, keys: tuple[Key, ...] = ()) -> Row:
        return Row(self.environment.name, need.namespace, need.credential, need.users, state, keys=keys)

    def _with_file(self, need: Need, file: str) -> Row:
        document = self.inputs.documents.get(file)
        keys = tuple(_keys(need.credential, document))
        findings = [finding for finding in self.inputs.findings if finding.place.file == file]
        return Row(
            self.environment.name,
            need.namespace,
            need.credential,
            need.users,
            _state(need, document, keys, findings),
            file,
            keys,
            scope_of(document.data if document else None),
            self._sealing(keys),
            (
                *(Problem(one.severity, f"{one.place}: {one.message}", one.hint) for one in findings),
                *self._remarks(need, file, scope_of(document.data if document else None), keys),
            ),
        )

    def _remarks(self, need: Need, file: str, scope: str, keys: tuple[Key, ...]) -> Iterator[Problem]:
        """What no check can know to be wrong: another scope than was asked for, the certificate of somewhere else."""
        again = f"seal it again: kserve-gitops seal {need.credential.name} --environment {self.environment.name}"
        if any(key.made for key in sealed_keys(need.credential.type, need.credential.options)):
            again += "".join(f" --key {key.name}" for key in keys if key.state is KeyState.SEALED)
        if not need.missing and scope != need.credential.scope:
            what = f"{file} is sealed with scope '{scope}', and platform.yaml says '{need.credential.scope}'"
            yield Problem(Severity.WARNING, what, f"it counts as it is sealed; {again}")
        used = {key.record.fingerprint for key in keys if key.record}
        if self.certificate is None or self.certificate.fingerprint_sha256 in used:
            return
        for name in sorted(name for name, one in self.others.items() if one in used):
            what = f"{file} is sealed with the certificate of '{name}'"
            yield Problem(Severity.WARNING, what, f"unless both are one cluster, it is of no use here: {again}")

    def _sealing(self, keys: Iterable[Key]) -> Sealing:
        found = [key.record.fingerprint if key.record else None for key in keys if key.state in _IN_FILE]
        if self.certificate is None or not found:
            return Sealing.UNKNOWN
        if set(found) - {None, self.certificate.fingerprint_sha256}:
            return Sealing.OLDER
        if None in found:
            return Sealing.UNKNOWN
        return Sealing.EXPIRED if self.certificate.expired(self.now) else Sealing.OURS


def _keys(credential: Credential, document: Document | None) -> Iterator[Key]:
    there = below(document.data if document else None, "spec", "encryptedData")
    said = records(document.text) if document else {}
    wanted = sealed_keys(credential.type, credential.options)
    for key in wanted:
        if key.name in there:
            yield Key(key.name, KeyState.SEALED, said.get(key.name))
        else:
            yield Key(key.name, KeyState.UNUSED if key.optional else KeyState.MISSING)
    names = {key.name for key in wanted}
    for name in sorted(str(name) for name in there if name not in names):
        yield Key(name, KeyState.OTHER, said.get(name))


def _state(need: Need, document: Document | None, keys: Iterable[Key], findings: list[Finding]) -> State:
    """Of a file that is there; for each key that it lacks there is one finding."""
    if not need.missing:
        return State.SEALED
    lacking = sum(key.state is KeyState.MISSING for key in keys)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    sealed_secret = document is not None and below(document.data).get("kind") == "SealedSecret"
    return State.INCOMPLETE if sealed_secret and lacking == errors else State.UNFIT
