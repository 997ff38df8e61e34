"""Plain Secrets in a folder: what is sealed of each, and what is kept of it beside the ciphertext.

What would be lost without a word is a mistake: the plain file is deleted afterwards.
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.sealing.directory_problems import (
    LARGEST,
    MADE,
    REPEATING,
    SCOPES,
    Found,
    Mistake,
    decoded,
    mapping,
    problems,
)
from kserve_gitops.tools.plain_secret import CLUSTER_WIDE, NAMESPACE_WIDE, PlainSecret

_SAME = 8
"""Bytes from which on a value that stands somewhere else stands there for no other reason."""


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
    annotation = SCOPES[scope] if scope else _own_scope(given)
    plain = PlainSecret(given["name"], given["namespace"], annotation, _decoded(found.data))
    secret = Secret(found, _kept(given, annotation), _template(found.data), plain)
    return list(_told(secret)) or secret


def _told(secret: Secret) -> Iterator[Mistake]:
    """What is wrong although each part is legal: too large, or values in what stays plain."""
    found, values = secret.found, secret.plain.values
    if sum(map(len, values.values())) > LARGEST:
        yield found.mistake((), "the Secret is larger than 1 MiB, which no cluster takes", "divide it")
    for part in ("labels", "annotations"):
        for name, text in secret.metadata.get(part, {}).items():
            for key, value in values.items():
                if len(value) >= _SAME and stands_in(value, text):
                    what = f"'{name}' of {part} holds the value of '{key}', and stays in plain"
                    yield found.mistake(("metadata", part), what, "take it away", key=name)


def stands_in(value: bytes, text: str) -> bool:
    """Whether a value stands in a text, as it is or as base64."""
    said = text.encode(errors="replace")
    return value in said or base64.b64encode(value).rstrip(b"=") in said


def _kept(given: Mapping[str, Any], scope: str) -> dict[str, Any]:
    """The metadata of the SealedSecret, and of the Secret that becomes of it."""
    annotations = {
        key: text
        for key, text in mapping(given.get("annotations")).items()
        if key not in REPEATING and key not in (CLUSTER_WIDE, NAMESPACE_WIDE)
    }
    if scope:
        annotations[scope] = "true"
    labels = dict(mapping(given.get("labels")))
    found = {"name": given["name"], "namespace": given["namespace"], "labels": labels, "annotations": annotations}
    return {key: value for key, value in found.items() if value}


def _template(data: Mapping[str, Any]) -> dict[str, Any]:
    template: dict[str, Any] = {"type": data.get("type") or "Opaque"}
    return {**template, "immutable": True} if data.get("immutable") else template


def _own_scope(given: Mapping[str, Any]) -> str:
    annotations = mapping(given.get("annotations"))
    return next((key for key in (CLUSTER_WIDE, NAMESPACE_WIDE) if annotations.get(key) == "true"), "")


def _decoded(data: Mapping[str, Any]) -> dict[str, bytes]:
    """What stands in both is taken from stringData, as the API server does."""
    values = {key: decoded(value) or b"" for key, value in mapping(data.get("data")).items()}
    return {**values, **{key: value.encode() for key, value in mapping(data.get("stringData")).items()}}
