"""Plain Secrets in a folder: what is sealed of each, and what is kept of it beside the ciphertext.

What would be lost without a word is a mistake: the plain file is deleted afterwards.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.core.discretion import names_secret
from kserve_gitops.core.names import problem_with_subdomain
from kserve_gitops.core.sealed_secret import CLUSTER_WIDE, LARGEST, NAMESPACE_WIDE, SCOPES, below, scope_of
from kserve_gitops.sealing.directory.problems import (
    MADE,
    REPEATING,
    Found,
    Mistake,
    decoded,
    problems,
)
from kserve_gitops.tools.plain_secret import PlainSecret

_SHORTEST = 8
"""Bytes of a password from which on nothing else is equal to it by chance."""
_OBVIOUS = 16
"""The same, for a value whose key does not say that it is secret."""
_ADDRESS = re.compile(r"[a-z][-+.a-z0-9]*://[^@?\s]*")


@dataclass(frozen=True, slots=True, eq=False)
class Secret:
    """One that can be sealed. `metadata` and `template` are what is kept of it; its values are in no repr."""

    found: Found
    metadata: Mapping[str, Any]
    template: Mapping[str, Any]
    plain: PlainSecret

    def manifest(self) -> dict[str, Any]:
        """As kubeseal is given it."""
        values = {key: base64.b64encode(value).decode() for key, value in self.plain.values.items()}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": dict(self.metadata), "data": values}


def is_secret(data: Any) -> bool:
    """Whatever a person may have meant for one: a kind of another group has that group's domain before it."""
    if not isinstance(data, Mapping) or str(data.get("kind")).lower() != "secret":
        return False
    made = str(data.get("type")) in MADE and not data.get("data") and not data.get("stringData")
    return "." not in str(data.get("apiVersion")).rpartition("/")[0] and not made


def read(found: Found, scope: str | None) -> Secret | list[Mistake]:
    """The Secret, or all that is wrong with it. `scope` is the one for all; without it each says its own."""
    if wrong := list(problems(found, scope)):
        return wrong
    given = found.data["metadata"]
    annotation = SCOPES[scope or scope_of(found.data)]
    plain = PlainSecret(given["name"], given["namespace"], annotation, _decoded(found.data))
    secret = Secret(found, _kept(given, annotation), _template(found.data), plain)
    return list(_in_plain(secret)) or secret


def told(secret: Secret, text: str) -> Iterator[str]:
    """The keys whose values stand in a text, as they are or as base64."""
    said = text.encode(errors="replace")
    for key, value in secret.plain.values.items():
        parts = _telling(key, value)
        if any(part in said or base64.b64encode(part).rstrip(b"=") in said for part in parts):
            yield key


def _telling(key: str, value: bytes) -> list[bytes]:
    """What of a value shows that a text repeats it; a file of several lines is known by its long ones."""
    lines = [line.strip() for line in value.splitlines() if not line.startswith(b"-----")]
    if names_secret(key) and len(lines) == 1:
        return [line for line in lines if len(line) >= _SHORTEST]
    return [line for line in lines if len(line) >= _OBVIOUS and not _is_address(line)]


def _is_address(line: bytes) -> bool:
    """Whether it is a name or an address without a login, which stand in many places for other reasons."""
    text = line.decode(errors="replace")
    return not problem_with_subdomain(text) or _ADDRESS.fullmatch(text) is not None


def _in_plain(secret: Secret) -> Iterator[Mistake]:
    """What is wrong although each part is legal: too large, or values in what stays plain."""
    found = secret.found
    if sum(map(len, secret.plain.values.values())) > LARGEST:
        yield found.mistake((), "the Secret is larger than 1 MiB, which no cluster takes", "divide it")
    for name, text in secret.metadata.get("annotations", {}).items():
        for key in told(secret, text):
            what = f"the annotation '{name}' holds the value of '{key}', and stays in plain"
            yield found.mistake(("metadata", "annotations"), what, "take it away", key=name)


def _kept(given: Mapping[str, Any], scope: str) -> dict[str, Any]:
    """The metadata of the SealedSecret, and of the Secret that becomes of it."""
    annotations = {
        key: text
        for key, text in below(given.get("annotations")).items()
        if key not in REPEATING and key not in (CLUSTER_WIDE, NAMESPACE_WIDE)
    }
    if scope:
        annotations[scope] = "true"
    labels = dict(below(given.get("labels")))
    found = {"name": given["name"], "namespace": given["namespace"], "labels": labels, "annotations": annotations}
    return {key: value for key, value in found.items() if value}


def _template(data: Mapping[str, Any]) -> dict[str, Any]:
    template: dict[str, Any] = {"type": data.get("type") or "Opaque"}
    return {**template, "immutable": True} if data.get("immutable") else template


def _decoded(data: Mapping[str, Any]) -> dict[str, bytes]:
    """What stands in both is taken from stringData, as the API server does."""
    values = {key: decoded(value) or b"" for key, value in below(data.get("data")).items()}
    return {**values, **{key: value.encode() for key, value in below(data.get("stringData")).items()}}
