"""What is in SealedSecrets: values that the controller cannot unseal, and secrets that are not sealed at all."""

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from kserve_gitops.checks import plain
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.sealed import sealed_secrets
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.core.sealed_secret import is_ciphertext
from kserve_gitops.core.suggestions import closest

_NEEDED = {
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
"""Keys without which the API server refuses a Secret of a type."""
_TYPE_NAMES = (*_NEEDED, "Opaque", "kubernetes.io/basic-auth", "kubernetes.io/service-account-token")
_OURS = "kubernetes.io/"
_LENGTH, _TAG = 2, 16
"""Bytes of a sealed value beside its RSA block."""


@rule("KG513")
def nothing_sealed(tree: Tree) -> Iterator[Mistake]:
    """A SealedSecret with nothing in it.

    The controller makes a Secret without a key, and what reads it finds none. kubeseal refuses such a Secret unless it
    is told otherwise.

    Fix: seal the values with kubeseal.

    Since: every release

    Source: bitnami-labs/sealed-secrets v0.36.6, pkg/kubeseal/kubeseal.go, allow-empty-data.
    """
    for found in sealed_secrets(tree):
        at = ("spec", "encryptedData")
        if found.get(*at) == {} and not found.mapping("spec", "template", "data") and not found.get("spec", "data"):
            yield found.error(at, "nothing is sealed in it", hint="seal the values with kubeseal")


@rule("KG514")
def unsealed(tree: Tree) -> Iterator[Mistake]:
    """A value of a SealedSecret that is not encrypted.

    Only what kubeseal wrote can be unsealed; the controller refuses everything else, and the Secret is not made. Where
    the value was written in plain or in base64, it was committed so, and everybody who reads the repository has it.

    Fix: change the secret if anybody may have seen it, and seal it: `kubeseal --raw` encrypts a single value.

    Since: every release

    Source: bitnami-labs/sealed-secrets v0.36.6, pkg/crypto/crypto.go, HybridEncrypt.
    """
    for found in sealed_secrets(tree):
        for key, value in found.mapping("spec", "encryptedData").items():
            text = value.replace("\n", "") if isinstance(value, str) else None
            if text is not None and not is_ciphertext(text):
                hint = "only what kubeseal wrote may stand here; change it if this was the secret itself"
                yield found.error(("spec", "encryptedData", key), "the value is not encrypted", hint=hint)
            elif text is not None and not _is_whole(text):
                hint = "copy all that kubeseal wrote, or seal it again"
                yield found.error(("spec", "encryptedData", key), "the value is cut short", hint=hint)


def _is_whole(ciphertext: str) -> bool:
    """Whether a value is long enough: the length of the RSA block, that block, and at least the tag of the cipher."""
    try:
        data = base64.b64decode(ciphertext, validate=True)
    except (ValueError, binascii.Error):
        return False
    return len(data) >= _LENGTH + int.from_bytes(data[:_LENGTH]) + _TAG


@rule("KG515")
def plain_template(tree: Tree) -> Iterator[Mistake]:
    """A secret in plain in the template of a SealedSecret.

    `spec.template.data` is there for text around what is sealed: `{{ .password }}` puts in the value of that key.
    Nothing in it is encrypted, and it is committed.

    Fix: seal the value under a key of its own, and write `{{ .key }}` in its place. Change what anybody may have seen.

    Since: every release

    Source: bitnami-labs/sealed-secrets v0.36.6, README, "Using Templates for more complex Secrets".
    """
    for found in sealed_secrets(tree):
        for key, text in found.mapping("spec", "template", "data").items():
            if not isinstance(text, str):
                continue
            what = plain.unmistakable(text) or plain.in_link(text)
            promised = plain.promises(key) and "\n" not in text.strip() and plain.literal(text)
            if what or promised:
                message = f"it holds {what or 'a secret'} in plain"
                hint = "seal it under its own key, and write {{ .key }} here; change it if anybody may have seen it"
                yield found.error(("spec", "template", "data", key), message, hint=hint)


@rule("KG517")
def missing_for_type(tree: Tree) -> Iterator[Mistake]:
    """A SealedSecret without the keys that its type asks for.

    The API server refuses a Secret of a known type that lacks them, so the Secret is never made.

    Fix: seal the value under the key that the message names, or leave `type` out.

    Since: every release

    Source: Kubernetes v1.34, pkg/apis/core/validation/validation.go, ValidateSecret.
    """
    for found in sealed_secrets(tree):
        given = found.text("spec", "template", "type")
        keys = {*found.mapping("spec", "encryptedData"), *found.mapping("spec", "template", "data")}
        at = ("spec", "template", "type")
        missing = [key for key in _NEEDED.get(given, ()) if key not in keys]
        if missing and keys:
            message = f"a Secret of the type '{given}' needs the key {_and(missing)}"
            yield found.error(at, message, hint=_near(missing[0], keys))
        elif given.startswith(_OURS) and given not in _TYPE_NAMES and (near := closest(given, _TYPE_NAMES)):
            yield found.warning(at, f"Kubernetes knows no type '{given}'", hint=near)


def _near(key: str, keys: set[Any]) -> str:
    return closest(key, map(str, keys)) or f"it has {', '.join(sorted(map(str, keys)))}"


def _and(keys: list[str]) -> str:
    return " and ".join(f"'{key}'" for key in keys)
