"""Whether values look like what they are given for. Nothing said of one lets anybody guess it.

An error is what no store or server can accept; a warning is what is most likely another value than was meant.

Sources: kserve/kserve v0.20.0, python/storage/kserve_storage/kserve_storage.py; google-auth, google/auth/_default.py;
requests, requests/utils.py, on headers; jupyterhub, jupyterhub/crypto.py; AWS IAM User Guide on unique identifiers;
MIT Kerberos on the format of keytabs; community-charts mlflow 1.11.5 and mlflow, mlflow/server/auth, on its first user.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.core.findings import Severity
from kserve_gitops.inputs.credential import Credential
from kserve_gitops.sealing.values import Value
from kserve_gitops.serving.credential_types import ENTRY_KEYS, Key, sealed_keys


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said about a value, and what to do."""

    what: str
    hint: str
    severity: Severity


_AWS_KEY_ID = re.compile(r"A(?:KIA|SIA)[A-Z0-9]{16}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HEX_KEY = re.compile(r"[0-9A-Fa-f]{64}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_QUOTED = re.compile(r"""(["']).*\1""")
_HEADER_NAME, _HEADER_VALUE = re.compile(r"[^:\s][^:\r\n]*"), re.compile(r"(?:\S[^\r\n]*)?")
_GOOGLE = frozenset(
    {
        "service_account", "external_account", "external_account_authorized_user", "impersonated_service_account",
        "gdch_service_account", "authorized_user",
    }
)  # fmt: skip
"""What the libraries of Google Cloud accept as `type` of a key file."""
_OF_SERVICE_ACCOUNT = ("client_email", "private_key", "token_uri")
_BINARY = frozenset({"KERBEROS_KEYTAB"})
_LINES = frozenset({"headers", "HEADERS"})
"""Keys that are no file, and whose value may have several lines all the same."""
_KEY_BYTES, _KEY_BASE64 = 32, 44
_SHORTEST_OF_MLFLOW, _NONE_OF_MLFLOW = 12, frozenset("/&\\%")
"""The chart writes the password of MLflow's first user with sed, into what MLflow reads as an INI file."""

Said = Iterator[tuple[Severity, str, str]]
"""How bad it is, what is to be said after "the value of 'KEY'", and a hint."""
_ERROR, _WARNING = Severity.ERROR, Severity.WARNING


def remarks(credential: Credential, values: Mapping[str, Value], *, of_mlflow: bool = False) -> Iterator[Remark]:
    """All there is to say about the values of a credential, by key; `of_mlflow` for that of MLflow's first user."""
    keys = {key.name: key for key in sealed_keys(credential.type, credential.options)}
    for name, value in values.items():
        said = list(_of(credential, keys[name], value.reveal()))
        if of_mlflow and name == "password" and not any(severity is _ERROR for severity, _, _ in said):
            said += _password_of_mlflow(value.reveal().decode())
        for severity, what, hint in said:
            yield Remark(f"the value of '{name}' {what}", hint, severity)


def _of(credential: Credential, key: Key, data: bytes) -> Said:
    if not data:
        yield _ERROR, "is empty", "give it a value, or leave the key out"
    elif credential.type == "opaque":
        yield from _unknown(data)
    elif key.name in _BINARY:
        yield from _keytab(data)
    else:
        yield from _text(credential, key, data)


def _unknown(data: bytes) -> Said:
    """Nobody knows what it should be; but a word with a newline behind it is most often a file that `echo` wrote."""
    if data.endswith(b"\n") and data.count(b"\n") == 1:
        yield _WARNING, "is a single line with a newline at its end", "take the newline away unless it belongs to it"


def _keytab(data: bytes) -> Said:
    if data[:2] not in (b"\x05\x01", b"\x05\x02"):
        yield _WARNING, "does not begin as a keytab does", "give the file as ktutil wrote it, not in base64"


def _text(credential: Credential, key: Key, data: bytes) -> Said:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        yield _ERROR, "is no UTF-8 text", "save it as UTF-8"
        return
    password_or_json = credential.type == "registry" and key.name == "password" and _json(text) is not None
    if not key.file and key.name not in _LINES and not password_or_json:
        wrong = list(_line(text))
        yield from wrong
        if wrong:
            return
    if form := _form(credential, key.name):
        yield from form(text)


def _line(text: str) -> Said:
    """Of a word on one line."""
    if text != text.strip() or text.startswith("\ufeff"):
        yield _ERROR, "has white space at its ends", "take it away: it would become a part of the value"
    elif _CONTROL.search(text):
        yield _ERROR, "has a line break or another control character in it", "was more pasted than meant?"
    elif _QUOTED.fullmatch(text):
        yield _WARNING, "stands in quotes", "they become a part of it; take them away unless they are"


def _form(credential: Credential, name: str) -> Callable[[str], Said] | None:
    """What looks at the form of a key of a known type."""
    if credential.type == "storage-config":
        entry, _, key = name.rpartition(".")
        own = (credential.options["entries"].get(entry) or {}).get("endpoint_url")
        return _AWS.get(dict(zip(ENTRY_KEYS, _AWS, strict=True))[key]) if own is None else None
    if name in _AWS:
        aws = credential.storage is not None and credential.storage.endpoint is None
        return _AWS[name] if aws else None
    if credential.type == "registry":
        return _registry_user if name == "username" else None
    return _FORMS.get(name)


def _aws_key_id(text: str) -> Said:
    if not _AWS_KEY_ID.fullmatch(text):
        yield _WARNING, "is none of AWS", "those are AKIA and 16 capitals or digits; for another store set endpoint"
    elif text.startswith("ASIA"):
        yield _WARNING, "is a temporary one, which ends within hours", "make an access key of a user, or use a role"


def _aws_secret(text: str) -> Said:
    if _AWS_KEY_ID.fullmatch(text):
        yield _ERROR, "is an access key id", "it is the other half that belongs here"


def _google(text: str) -> Said:
    data = _json(text)
    hint = "give the file that gcloud iam service-accounts keys create wrote"
    if data is None:
        yield _ERROR, "is no JSON object", hint
    elif data.get("type") not in _GOOGLE:
        yield _ERROR, "is no key file of Google Cloud: its type is not one of those", hint
    elif data["type"] == "authorized_user":
        yield _WARNING, "is the login of a person", "give the key file of a service account"
    elif data["type"] == "service_account":
        lacks = [key for key in _OF_SERVICE_ACCOUNT if not isinstance(data.get(key), str)]
        if lacks:
            yield _ERROR, f"is a key file without {' and '.join(lacks)}", hint


def _headers(text: str) -> Said:
    data = _json(text)
    if data is None or not all(isinstance(value, str) for value in data.values()):
        yield _ERROR, "is no JSON object of texts", 'write {"Authorization": "Bearer …"}'
    elif not all(_HEADER_NAME.fullmatch(key) and _HEADER_VALUE.fullmatch(value) for key, value in data.items()):
        yield _ERROR, "has a header that cannot be sent", "no line breaks, no space in front, no ':' in a name"


def _azure_secret(text: str) -> Said:
    if _UUID.fullmatch(text):
        yield _WARNING, "looks like the id of a client secret", "Azure shows the value beside it, and only once"


def _azure_storage_key(text: str) -> Said:
    if "AccountKey=" in text:
        yield _ERROR, "is a connection string", "give only what stands behind AccountKey="


def _token(text: str) -> Said:
    if not text.startswith("hf_"):
        yield _WARNING, "does not begin with hf_", "is it a token of the Hugging Face Hub?"


def _password_of_mlflow(text: str) -> Said:
    if len(text) < _SHORTEST_OF_MLFLOW:
        yield _ERROR, f"has fewer than {_SHORTEST_OF_MLFLOW} characters", "MLflow refuses to start with it"
    if _NONE_OF_MLFLOW & set(text):
        yield _ERROR, "has one of / & \\ % in it", "the chart cannot write it into MLflow's settings; take others"


def _crypt_keys(text: str) -> Said:
    if not all(map(_is_crypt_key, text.split(";"))):
        yield _ERROR, "is no key of 32 bytes", "write 64 hexadecimal digits; openssl rand -hex 32 makes some"


def _is_crypt_key(text: str) -> bool:
    if _HEX_KEY.fullmatch(text) or len(text.encode()) == _KEY_BYTES:
        return True
    try:
        return len(text) == _KEY_BASE64 and len(base64.urlsafe_b64decode(text)) == _KEY_BYTES
    except (ValueError, binascii.Error):
        return False


def _registry_user(text: str) -> Said:
    if ":" in text:
        yield _ERROR, "has a ':' in it, which ends the name in a login", "is the password in it too?"
    elif text == "AWS":
        yield _WARNING, "belongs to a password of ECR, which ends after 12 hours", "give the nodes a role that may pull"


def _pem(text: str) -> Said:
    if "-----BEGIN " not in text:
        yield _ERROR, "is no PEM", "openssl x509 -inform der, or openssl pkcs12, turns other forms into it"


def _json(text: str) -> dict[str, Any] | None:
    """The object in a text; None for anything else."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


_AWS: dict[str, Callable[[str], Said]] = {"AWS_ACCESS_KEY_ID": _aws_key_id, "AWS_SECRET_ACCESS_KEY": _aws_secret}
_FORMS: dict[str, Callable[[str], Said]] = {
    "AZURE_CLIENT_SECRET": _azure_secret,
    "AZURE_STORAGE_ACCESS_KEY": _azure_storage_key,
    "HEADERS": _headers,
    "HF_TOKEN": _token,
    "TLS_CA": _pem,
    "TLS_CERT": _pem,
    "TLS_KEY": _pem,
    "gcloud-application-credentials.json": _google,
    "headers": _headers,
    "hub.config.CryptKeeper.keys": _crypt_keys,
}
