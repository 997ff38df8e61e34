"""The certificate that the secrets of an environment are sealed with: sealed/<environment>/cert.pem.

It is public. The controller makes a new one every month and keeps the keys of all before it, so an older one seals as
well as the newest, and what was sealed stays good.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kserve_gitops.core.errors import GitopsError, ToolError, reason_of
from kserve_gitops.inputs.sealed import FOLDER
from kserve_gitops.sealing import storing
from kserve_gitops.sealing.files import records
from kserve_gitops.tools import certificates
from kserve_gitops.tools.certificates import Certificate

_LARGEST = 1024 * 1024
"""Bytes of a file that may be a certificate."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What was written: the certificate, and whether it is the one that was there before."""

    file: str
    certificate: Certificate
    before: Certificate | None
    unfit: str
    """What was wrong with the one before, "" for nothing."""

    @property
    def same(self) -> bool:
        """Whether nothing has changed."""
        return self.before is not None and self.before.fingerprint_sha256 == self.certificate.fingerprint_sha256


def path_of(environment: str) -> str:
    """Where the certificate lies, relative to the repository."""
    return f"{FOLDER}/{environment}/cert.pem"


def stored(root: Path, environment: str) -> Certificate | None:
    """The certificate of an environment, expired or not; None where there is none. Raises ToolError for one unfit."""
    file = path_of(environment)
    if not os.path.lexists(root / file):
        return None
    return read(root / file, file)


def read(path: Path, shown: str) -> Certificate:
    """The first certificate of a file, expired or not. Raises ToolError, which names the file."""
    content = _content_of(path, shown)
    try:
        return certificates.read(content)
    except ToolError as error:
        raise ToolError(f"{shown}: {error.what}", hint=error.hint) from None


def _content_of(path: Path, shown: str) -> bytes:
    """A small regular file. Raises ToolError."""
    try:
        if path.exists() and not path.is_file():
            raise ToolError(f"{shown} is not a regular file", hint="name the file with the certificate")
        with path.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
    except OSError as error:
        reason = reason_of(error)
        raise ToolError(f"{shown} cannot be read: {reason}", hint="name the file with the certificate") from None
    if len(content) > _LARGEST:
        raise ToolError(f"{shown} is larger than 1 MB", hint="a certificate is smaller")
    return content


def usable(certificate: Certificate, shown: str, at: datetime) -> Certificate:
    """The certificate, if kubeseal would seal with it at that time. Raises ToolError with the dates."""
    if certificate.expired(at):
        what = f"the certificate {shown} is past its end: it was valid until {certificate.not_after:%Y-%m-%d}"
        raise ToolError(what, hint="fetch the controller's newest: kserve-gitops seal --fetch-cert")
    return certificate


def store(root: Path, environment: str, certificate: Certificate) -> Stored:
    """Write the certificate of an environment, alone and whole or not at all; an unfit one that was there is replaced.

    For whoever holds the folder (`storing.turn`). Raises GitopsError when it cannot be written.
    """
    file = path_of(environment)
    path = root / file
    if path.is_symlink():
        what = f"{file} is a link, and what it leads to may belong to others"
        raise GitopsError(what, hint="delete the link, or fetch the certificate for the environment it leads to")
    before, unfit = None, ""
    try:
        before = stored(root, environment)
    except ToolError as error:
        unfit = error.what
    try:
        if not path.is_file() or path.read_bytes() != certificate.pem:
            storing.write(root, {file: certificate.pem})
            path.chmod(0o644)  # it is public, whatever the umask is
    except OSError as error:
        what = f"{file} cannot be written: {reason_of(error)}"
        raise GitopsError(what, hint="is it a file, and yours?") from None
    return Stored(file, certificate, before, unfit)


def sealed_with_another(root: Path, environment: str, fingerprint: str) -> dict[str, list[str]]:
    """Files of an environment with keys that were sealed with another certificate, as their comments say."""
    found: dict[str, list[str]] = {}
    for path in sorted((root / FOLDER / environment).rglob("*.yaml")):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, ValueError):
            continue
        others = [key for key, record in records(text).items() if record.fingerprint != fingerprint]
        if others:
            found[path.relative_to(root).as_posix()] = others
    return found
