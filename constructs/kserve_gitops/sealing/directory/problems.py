"""What keeps a plain Secret from being sealed as it stands, each with its place. No message repeats a value."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from kserve_gitops.core import scalars
from kserve_gitops.core.documents import Document
from kserve_gitops.core.names import problem_with_label, problem_with_subdomain
from kserve_gitops.core.nodes import child, root
from kserve_gitops.core.origins import Path
from kserve_gitops.core.places import Place
from kserve_gitops.core.sealed_secret import CLUSTER_WIDE, NAMESPACE_WIDE, SCOPES, below
from kserve_gitops.core.suggestions import closest

_FIELDS = ("apiVersion", "kind", "metadata", "type", "immutable", "data", "stringData")
_KEPT = ("name", "namespace", "labels", "annotations")
_LEFT_OUT = (
    "uid", "resourceVersion", "generation", "creationTimestamp", "selfLink", "managedFields", "ownerReferences",
    "generateName", "deletionTimestamp", "deletionGracePeriodSeconds", "finalizers",
)  # fmt: skip
"""What the cluster says in metadata; of finalizers the controller of the SealedSecret knows nothing."""
REPEATING = frozenset((
    "kubectl.kubernetes.io/last-applied-configuration",
    "kapp.k14s.io/original",
    "kapp.k14s.io/original-diff",
    "objectset.rio.cattle.io/applied",
    "argocd.argoproj.io/tracking-id",
))  # fmt: skip
"""Annotations that repeat the whole object, values and all; and Argo CD's, which is about another object."""
MADE = {
    "kubernetes.io/service-account-token": "a token that the cluster made",
    "helm.sh/release.v1": "a record that Helm made",
}
_KEY = re.compile(r"[-._A-Za-z0-9]{1,253}")
_PLAIN_HINT = "values under data are base64; plain text goes under stringData"


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """Why a folder cannot be sealed as it is."""

    place: Place
    what: str
    hint: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """An object at `base` in the document with that number in its file."""

    document: Document = field(repr=False)
    number: int
    base: Path
    data: Mapping[str, Any] = field(repr=False)

    def mistake(self, path: Path, what: str, hint: str, *, key: str | int | None = None) -> Mistake:
        """A mistake at a value, or at a key there."""
        return Mistake(self.document.at((*self.base, *path), key=key), what, hint)


def problems(found: Found, scope: str | None) -> Iterator[Mistake]:
    """All of them; `scope` is the one that was asked for, None where each Secret says its own."""
    yield from _object(found)
    yield from _metadata(found, scope)
    yield from _values(found)


def _object(found: Found) -> Iterator[Mistake]:
    data = found.data
    for key, wanted in (("apiVersion", "v1"), ("kind", "Secret")):
        if data.get(key) != wanted:
            yield found.mistake((key,), f"a Secret whose {key} is not '{wanted}'", f"write {key}: {wanted}")
    for key in data:
        if key not in _FIELDS:  # it is not repeated: a value that is not indented looks like one
            hint = closest(str(key), _FIELDS) or f"a Secret has {', '.join(_FIELDS[2:])}"
            yield found.mistake((), "a field that no Secret has, and it would be lost", hint, key=key)
    if not isinstance(data.get("type"), str | None):
        yield found.mistake(("type",), "the type of a Secret that is not text", "put it in quotes")
    elif data.get("type") in MADE:
        yield found.mistake(("type",), f"the Secret is {MADE[data['type']]}", "delete it here: it is made again")
    if not isinstance(data.get("immutable"), bool | None):
        yield found.mistake(("immutable",), "immutable is neither true nor false", "write true or false")


def _metadata(found: Found, scope: str | None) -> Iterator[Mistake]:
    given = found.data.get("metadata")
    if not isinstance(given, Mapping):
        yield found.mistake(("metadata",), "the Secret has no metadata", "write metadata.name and metadata.namespace")
        return
    name, namespace = given.get("name"), given.get("namespace")
    if not isinstance(name, str) or not name:
        yield found.mistake(
            ("metadata", "name"), "the Secret has no name, and it is sealed for one", "write metadata.name"
        )
    elif wrong := problem_with_subdomain(name):
        yield found.mistake(("metadata", "name"), f"name: {wrong}", "no other name is taken")
    called = f" '{name}'" if isinstance(name, str) else ""
    if not isinstance(namespace, str) or not namespace:
        hint = "write metadata.namespace; without it kubeseal seals for whatever namespace kubectl points at"
        yield found.mistake(("metadata", "namespace"), f"the Secret{called} has no namespace", hint)
    elif wrong := problem_with_label(namespace):
        yield found.mistake(("metadata", "namespace"), f"namespace: {wrong}", "no other name is taken")
    for key in given:
        if key not in (*_KEPT, *_LEFT_OUT):
            hint = closest(str(key), _KEPT) or "take it away"
            yield found.mistake(("metadata",), "a field that metadata does not have", hint, key=key)
    for part in ("labels", "annotations"):
        yield from _texts(found, ("metadata", part), given.get(part))
    yield from _scope(found, below(given.get("annotations")), scope)


def _scope(found: Found, annotations: Mapping[str, Any], scope: str | None) -> Iterator[Mistake]:
    for key in (CLUSTER_WIDE, NAMESPACE_WIDE):
        path = ("metadata", "annotations", key)
        said = annotations.get(key, "false")
        if said not in ("true", "false"):
            yield found.mistake(
                path, f"the annotation '{key}' is not 'true'", 'write "true", in quotes, or take it away'
            )
        elif said == "true" and scope is not None and SCOPES[scope] != key:
            hint = "take the annotation away, or leave --scope out"
            yield found.mistake(path, f"the Secret asks for another scope than '{scope}'", hint)


def _texts(found: Found, path: Path, given: Any) -> Iterator[Mistake]:
    """What is wrong with labels or annotations."""
    if given is not None and not isinstance(given, Mapping):
        yield found.mistake(path, f"{path[-1]} is not a mapping", "write keys and texts")
    for key, value in below(given).items():
        if key in REPEATING:
            continue
        text = isinstance(key, str) and isinstance(value, str)
        if not text or _doubtful(found, (*path, key)):
            yield found.mistake(path, f"one of the {path[-1]} is not text", "put it in quotes", key=key)


def _values(found: Found) -> Iterator[Mistake]:
    for part in ("data", "stringData"):
        given = found.data.get(part)
        if given is not None and not isinstance(given, Mapping):
            yield found.mistake((part,), f"{part} is not a mapping", "a Secret has keys and values")
        for key, value in below(given).items():
            yield from _value(found, part, key, value)
    if not found.data.get("data") and not found.data.get("stringData"):
        yield found.mistake(
            (),
            "the Secret holds nothing",
            "write its keys under stringData, or move it away: nothing of it needs sealing",
        )


def _value(found: Found, part: str, key: Any, value: Any) -> Iterator[Mistake]:
    if not isinstance(key, str):
        yield found.mistake((part,), "a key that is not text", "put it in quotes", key=key)
        return
    if not _KEY.fullmatch(key) or key in (".", ".."):
        yield found.mistake(
            (part,), "a key with characters that no Secret takes", "letters, digits, '-', '_' and '.'", key=key
        )
        return
    path = (part, key)
    if not isinstance(value, str) or _doubtful(found, path):
        hint = "put it in quotes" if part == "stringData" else _PLAIN_HINT
        yield found.mistake(path, f"the value of '{key}' is not text", hint)
    elif part == "data" and decoded(value) is None:
        yield found.mistake(path, f"the value of '{key}' is not base64", _PLAIN_HINT)
    elif part == "stringData" and not _encodable(value):
        yield found.mistake(path, f"the value of '{key}' is not Unicode text", "bytes go under data, as base64")


def decoded(text: str) -> bytes | None:
    """The bytes of a value under data; None for what is not base64."""
    try:
        return base64.b64decode("".join(text.splitlines()), validate=True)
    except (ValueError, binascii.Error):
        return None


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _doubtful(found: Found, path: Path) -> bool:
    """Whether readers of YAML differ on a value: it is one of those, and not in quotes."""
    node = root(found.document.text)
    for step in (*found.base, *path):
        inner = child(node, step)
        if inner is None:
            return False
        node = inner[1]
    return isinstance(node, yaml.ScalarNode) and not node.style and scalars.meaning(node.value).code == "KG005"
