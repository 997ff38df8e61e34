"""The certificate that secrets are sealed with: read, refused where kubeseal would refuse it, fetched.

It is public, and lies in the repository. Its private key must never lie beside it, so a file that holds one is refused
whatever else is in it.
"""

import base64
import codecs
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from kserve_gitops.core.errors import ToolError

FETCH = "take the controller's: kserve-gitops seal --fetch-cert"

_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_PRIVATE = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY")
_PRIVATE_ENCODED = tuple(
    base64.b64encode(f"-----BEGIN {kind}PRIVATE KEY".encode())[:-4] for kind in ("", "RSA ", "EC ", "ENCRYPTED ")
)
"""How a private key begins in the backup of a controller's Secret."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MOST = 1_000_000
"""Bytes."""
_SHORT = 12
"""Hex digits of a fingerprint that are shown where it has a line to share."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that kubeseal can seal with, unless it is `expired`."""

    subject: str
    fingerprint_sha256: str
    """Of its DER form, lower-case hex."""
    not_before: datetime
    not_after: datetime
    key_bits: int
    pem: bytes = field(repr=False)
    """The one certificate that is used, spelled the same whatever the file was like."""

    @property
    def short(self) -> str:
        """The start of its fingerprint."""
        return self.fingerprint_sha256[:_SHORT]

    def __str__(self) -> str:
        return f"{self.short}, valid until {self.not_after:%Y-%m-%d}"

    def expired(self, at: datetime) -> bool:
        """Whether kubeseal would refuse it at that time, which has a time zone."""
        return at > self.not_after


def read(pem: bytes) -> Certificate:
    """The first certificate of a file, which is the one that kubeseal uses. Raises ToolError for an unfit one."""
    plain = _utf8(pem)
    if _PRIVATE.search(plain) or any(start in plain for start in _PRIVATE_ENCODED):
        what = "there is a private key in what should be a certificate, and it must never be committed"
        hint = f"delete it, and if anybody may have seen it renew the controller's key; {FETCH}"
        raise ToolError(what, hint=hint)
    if plain is not pem:
        raise ToolError("the certificate is UTF-16 text, which kubeseal cannot read", hint="save the file as ASCII")
    block = _BLOCK.search(pem)
    if block is None:
        raise ToolError("there is no certificate in PEM", hint=_hint(pem))
    try:
        found = x509.load_pem_x509_certificate(block[0])
        return _certificate(found)
    except (ValueError, UnsupportedAlgorithm):
        raise ToolError("the certificate cannot be read", hint=f"it is damaged; {FETCH}") from None


def fetch(url: str, *, timeout: float = 30) -> bytes:
    """What lies at an address: https, http or file. Raises ToolError, without logins and signatures of the address."""
    shown = without_login(url)
    if not shown.startswith(("https://", "http://", "file://")):
        raise ToolError("that is no address that can be fetched", hint="write https://…, http://… or file:///…")
    try:
        with urlopen(url, timeout=timeout) as response:  # noqa: S310  the scheme was looked at
            return _body(response, shown, timeout)
    except HTTPError as error:
        error.close()
        hint = "is that the address of the controller's certificate?"
        raise ToolError(f"'{shown}' answered {error.code}", hint=hint) from None
    except TimeoutError:
        raise _too_slow(shown, timeout) from None
    except OSError as error:
        reason = getattr(error, "reason", None) or error.strerror or "it ended the answer"
        hint = "is it there, and can it be reached from here?"
        raise ToolError(f"'{shown}' cannot be fetched: {str(reason).lower()}", hint=hint) from None
    except (HTTPException, ValueError):
        raise ToolError(f"'{shown}' cannot be fetched", hint="is the address right, and is it a web server?") from None


def _certificate(found: x509.Certificate) -> Certificate:
    key = found.public_key()
    if not isinstance(key, RSAPublicKey):
        raise ToolError("the key of the certificate is not RSA, and kubeseal takes no other", hint=FETCH)
    return Certificate(
        subject=found.subject.rfc4514_string(),
        fingerprint_sha256=found.fingerprint(SHA256()).hex(),
        not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
        key_bits=key.key_size,
        pem=found.public_bytes(Encoding.PEM),
    )


def _utf8(pem: bytes) -> bytes:
    """UTF-16, which `>` writes in older PowerShells, as UTF-8; anything else is the same object."""
    if not pem.startswith(_UTF16):
        return pem
    return pem.decode("utf-16", errors="replace").encode()


def _hint(data: bytes) -> str:
    try:
        x509.load_der_x509_certificate(data)
    except ValueError:
        return FETCH
    return "it is a certificate in DER: openssl x509 -inform der turns it into PEM"


def _body(response: Any, shown: str, timeout: float) -> bytes:
    """All of it, within the time: a timeout of the socket begins anew with each byte."""
    end = time.monotonic() + timeout
    body = b""
    for part in _parts(response):
        body += part
        if len(body) > _MOST:
            raise ToolError(
                f"'{shown}' answers with more than 1 MB", hint="a certificate is smaller: is it the address?"
            )
        if time.monotonic() > end:
            raise _too_slow(shown, timeout)
    return body


def _parts(response: Any) -> Iterable[bytes]:
    read_some = response.read1 if isinstance(response, HTTPResponse) else response.read
    while part := read_some(65536):
        yield part


def _too_slow(shown: str, timeout: float) -> ToolError:
    return ToolError(f"'{shown}' did not answer within {timeout:g} s", hint="can it be reached from here?")


def without_login(url: str) -> str:
    """The address without login, query and fragment; "" for what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
