"""Sealed files that are there: whether they can be kept, key by key, when others are sealed anew."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kserve_gitops.core.documents import Document
from kserve_gitops.core.errors import GitopsError, InputError
from kserve_gitops.core.sealed_secret import below, is_ciphertext, is_sealed_secret, scope_of
from kserve_gitops.inputs import files as reading
from kserve_gitops.inputs import sealed
from kserve_gitops.sealing import files
from kserve_gitops.sealing.files import Record
from kserve_gitops.sealing.targets import Target, metadata
from kserve_gitops.serving.credential_types import sealed_keys

_MARK = "\ufeff"
"""What some editors put before UTF-8."""


@dataclass(frozen=True, slots=True)
class Existing:
    """A SealedSecret in sealed/, and what its ciphertext is bound to as it says itself."""

    file: str
    text: str
    name: str
    namespace: str
    scope: str
    encrypted: Mapping[str, str]
    template: Mapping[str, Any]
    plain: tuple[str, ...]
    """Keys whose values are not encrypted."""
    mark: str = ""
    """What stands before `text`."""

    @property
    def metadata(self) -> dict[str, Any]:
        """What a file needs that holds the same ciphertext."""
        return metadata(self.name, self.namespace, self.scope)

    def of_use(self, target: Target) -> bool:
        """Whether the controller decrypts it where `target` is, whatever scope was asked for."""
        return self.scope == "cluster-wide" or (
            self.namespace == target.namespace
            and (self.scope == "namespace-wide" or self.name == target.credential.name)
        )

    def differs(self, target: Target) -> str:
        """What ciphertext is bound to here and is something else for `target`; "" when it fits."""
        wanted = target.credential.scope
        if self.scope != wanted:
            return f"scope '{self.scope}', and platform.yaml says '{wanted}'"
        if self.namespace != target.namespace:
            return f"namespace '{self.namespace}'"
        return f"the name '{self.name}'" if self.name != target.credential.name else ""


def read(root: Path, target: Target) -> Existing | None:
    """What is there of a target; None for nothing. Raises InputError for a file that nobody may keep or overwrite."""
    path = root / target.file
    if not os.path.lexists(path):
        return None
    if path.is_symlink():
        raise GitopsError(f"{target.file} is a link", hint="delete it: each namespace has a file of its own")
    document = document_of(root, path)
    found = of(document)
    if found is None:
        raise InputError(sealed.problems(document, target.namespace, target.credential))
    return replace(found, mark=_MARK) if path.read_bytes().startswith(_MARK.encode()) else found


def document_of(root: Path, path: Path) -> Document:
    """The one document of a file. Raises InputError that quotes nothing: it may be a plain Secret."""
    try:
        return reading.read(root, path)
    except InputError as error:
        hint = "delete it, and seal it again"
        raise InputError(replace(sealed.discreet(finding), hint=hint) for finding in error.findings) from None


def of(document: Document) -> Existing | None:
    """The SealedSecret in a document; None for anything else."""
    data = document.data
    if not is_sealed_secret(data):
        return None
    named, encrypted = below(data, "metadata"), below(data, "spec", "encryptedData")
    return Existing(
        document.file,
        document.text,
        str(named.get("name")),
        str(named.get("namespace")),
        scope_of(data),
        {str(key): text for key, text in encrypted.items() if is_ciphertext(text)},
        {key: value for key, value in below(data, "spec", "template").items() if key != "metadata"},
        tuple(str(key) for key, text in encrypted.items() if not is_ciphertext(text)),
    )


def content(existing: Existing | None, target: Target, encrypted: Mapping[str, str], record: Record) -> str:
    """The file with these keys sealed anew and the others kept. Raises GitopsError where they cannot be kept."""
    keep(existing, target, encrypted)
    if existing is not None and not existing.differs(target):
        merged = files.merged(existing.text, encrypted, record)
        if merged is not None:
            return existing.mark + merged
    template = {"type": target.credential.kind.secret_type}
    return files.written(target.metadata, encrypted, dict.fromkeys(encrypted, record), template=template)


def keep(existing: Existing | None, target: Target, keys: Iterable[str]) -> None:
    """Raise GitopsError when not all that is sealed already can be kept beside `keys`, which are sealed anew."""
    if existing is None:
        return
    given = set(keys)
    again = f"kserve-gitops seal {target.credential.name} --environment {target.environment}"
    if left := [key for key in existing.plain if key not in given]:
        hint = f"change it if anybody may have seen it, and seal it: {again}{_flags(left)}"
        raise GitopsError(f"{existing.file}: the value of '{left[0]}' is not encrypted", hint=hint)
    kept = [key for key in existing.encrypted if key not in given]
    reason = _unfit(existing, target)
    if kept and reason:
        known = {key.name for key in sealed_keys(target.credential.type, target.credential.options)}
        alien = [key for key in kept if key not in known]
        first = f"take {_listed(alien)} out of the file, then " if alien else ""
        together = [*(key for key in kept if key in known), *sorted(given)]
        hint = f"{first}seal all keys together: {again}{_flags(together)}"
        raise GitopsError(f"{existing.file} {reason}, so {_listed(kept)} cannot be kept", hint=hint)


def _unfit(existing: Existing, target: Target) -> str:
    """Why no key of a file can be kept; "" where each can."""
    if differs := existing.differs(target):
        return f"is sealed for {differs}"
    return "" if files.editable(existing.text) else "has not each key on a line of its own"


def _flags(keys: Iterable[str]) -> str:
    return "".join(f" --key {key}" for key in keys)


def _listed(keys: Iterable[str]) -> str:
    return " and ".join(f"'{key}'" for key in keys)
