"""A Secret before it is sealed, brought down to what sealing needs: a name, a namespace, a scope, and bytes by key.

kubeseal takes a manifest that says too little or says it oddly without a word, and seals something else: for the
namespace of whatever kubeconfig it finds, for another scope, a number as text. All of that is refused here.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kserve_gitops.core.errors import ToolError
from kserve_gitops.core.sealed_secret import CLUSTER_WIDE, NAMESPACE_WIDE, SCOPES, scope_of


@dataclass(frozen=True, slots=True)
class PlainSecret:
    """What is to be sealed. Its values are in no repr."""

    name: str
    namespace: str
    scope: str
    """The annotation that says it; "" for strict."""
    values: Mapping[str, bytes] = field(repr=False)

    def manifest(self) -> bytes:
        """The Secret as JSON, without what sealing does not need."""
        annotations = {self.scope: "true"} if self.scope else {}
        secret = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": self.name, "namespace": self.namespace, "annotations": annotations},
            "data": {key: base64.b64encode(value).decode() for key, value in self.values.items()},
        }
        return json.dumps(secret).encode()


def plain_secret(secret: Mapping[str, Any]) -> PlainSecret:
    """What is to be sealed of a Secret. Raises ToolError, without any value, for one that cannot be sealed as meant."""
    if secret.get("kind") != "Secret":
        raise ToolError("what is to be sealed is not a Secret", hint="write kind: Secret")
    metadata = _mapping(secret, "metadata")
    name, namespace = metadata.get("name"), metadata.get("namespace")
    if not isinstance(name, str) or not name:
        raise ToolError("the Secret has no name, and it is sealed for one", hint="write metadata.name")
    if not isinstance(namespace, str) or not namespace:
        hint = "write metadata.namespace; kubeseal would take that of the kubeconfig, or 'default', without a word"
        raise ToolError(f"the Secret '{name}' has no namespace, and it is sealed for one", hint=hint)
    values = {key: _decoded(name, key, value) for key, value in _mapping(secret, "data").items()}
    values |= {key: _encoded(name, key, value) for key, value in _mapping(secret, "stringData").items()}
    if not values:
        raise ToolError(f"the Secret '{name}' holds nothing", hint="write its keys under stringData")
    _no_odd_scope(name, _mapping(metadata, "annotations"))
    return PlainSecret(name, namespace, SCOPES[scope_of(secret)], values)


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    if found is None:
        return {}
    if not isinstance(found, Mapping) or not all(isinstance(inner, str) for inner in found):
        raise ToolError(f"'{key}' of the Secret is not a mapping with text as keys", hint="put keys in quotes")
    return found


def _no_odd_scope(name: str, annotations: Mapping[str, Any]) -> None:
    for key in (CLUSTER_WIDE, NAMESPACE_WIDE):
        if annotations.get(key, "false") not in ("true", "false"):
            what = f"the annotation '{key}' of the Secret '{name}' is not 'true', so its scope would be strict"
            raise ToolError(what, hint='write "true", in quotes, or take it away')


def _decoded(name: str, key: str, value: Any) -> bytes:
    hint = "values under data are base64; plain text goes under stringData"
    if not isinstance(value, str):
        raise ToolError(f"the value of '{key}' in the Secret '{name}' is not text", hint=hint)
    try:
        return base64.b64decode(value.replace("\r", "").replace("\n", ""), validate=True)
    except (ValueError, binascii.Error):
        raise ToolError(f"the value of '{key}' in the Secret '{name}' is not base64", hint=hint) from None


def _encoded(name: str, key: str, value: Any) -> bytes:
    if not isinstance(value, str):
        hint = "put it in quotes: kubeseal would spell it in its own way"
        raise ToolError(f"the value of '{key}' in the Secret '{name}' is not text", hint=hint)
    try:
        return value.encode()
    except UnicodeEncodeError:
        hint = "bytes that are no text go under data, as base64"
        raise ToolError(f"the value of '{key}' in the Secret '{name}' is not Unicode text", hint=hint) from None
