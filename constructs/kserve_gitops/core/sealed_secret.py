"""SealedSecrets as kubeseal writes them: the kind, its scopes, and what ciphertext looks like.

Source: bitnami-labs/sealed-secrets v0.36.6, pkg/apis/sealedsecrets/v1alpha1 and pkg/crypto/crypto.go.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

GROUP = "bitnami.com"
"""The API group of SealedSecret."""
API_VERSION = f"{GROUP}/v1alpha1"

NAMESPACE_WIDE = "sealedsecrets.bitnami.com/namespace-wide"
CLUSTER_WIDE = "sealedsecrets.bitnami.com/cluster-wide"
SCOPES = {"strict": "", "namespace-wide": NAMESPACE_WIDE, "cluster-wide": CLUSTER_WIDE}
"""The annotation of each scope."""
LARGEST = 1024 * 1024
"""Bytes of all values of a Secret, as the API server counts them."""

_LENGTH = 2
"""Bytes that ciphertext begins with: the length of the RSA block."""
_BLOCKS = range(128, 1025, 64)
"""Bytes of that block, for keys of 1024 to 8192 bits."""
_TAG = 16
"""Bytes that AES-GCM adds."""


def below(data: Any, *path: str) -> Mapping[Any, Any]:
    """The mapping at a path; an empty one for anything else."""
    for step in path:
        data = data.get(step) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def is_sealed_secret(data: Any) -> bool:
    """Whether an object says that it is one, of whatever version."""
    found = below(data)
    return found.get("kind") == "SealedSecret" and str(found.get("apiVersion")).startswith(f"{GROUP}/")


def scope_of(data: Any) -> str:
    """The scope of a Secret or a SealedSecret: of two annotations the wider counts."""
    annotations = below(data, "metadata", "annotations")
    return next((scope for scope in reversed(SCOPES) if annotations.get(SCOPES[scope]) == "true"), "strict")


def is_ciphertext(text: Any) -> bool:
    """Whether `text` begins as kubeseal's output does."""
    start = _decoded(text)[:_LENGTH]
    return len(start) == _LENGTH and int.from_bytes(start) in _BLOCKS


def is_ciphertext_of(text: Any, length: int) -> bool:
    """Whether `text` is as long as what kubeseal makes of so many bytes."""
    found = _decoded(text)
    return len(found) == _LENGTH + int.from_bytes(found[:_LENGTH]) + length + _TAG


def _decoded(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError, binascii.Error):
        return b""
