"""Sealed files: SealedSecrets as `kubeseal` made them, one file for each namespace that needs the Secret.

They lie at sealed/<environment>/<namespace>/<credential>.yaml. Only ciphertext and scope are taken from them; labels,
annotations and type follow from platform.yaml, so a new region or endpoint needs no new sealing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.core.codes import meaning
from kserve_gitops.core.documents import Document
from kserve_gitops.core.findings import Finding, Severity
from kserve_gitops.core.origins import Path, linked
from kserve_gitops.core.places import Place
from kserve_gitops.core.sealed_secret import CLUSTER_WIDE, NAMESPACE_WIDE, below, is_ciphertext, is_sealed_secret
from kserve_gitops.core.suggestions import closest
from kserve_gitops.inputs.credential import Credential, Need
from kserve_gitops.inputs.needs import Wanted
from kserve_gitops.serving.credential_types import sealed_keys
from kserve_gitops.serving.credentials import AZURE_KEYS, HDFS_KEYS, S3_VARIABLES

FOLDER = "sealed"
CODES = frozenset({"KG501", "KG502", "KG503", "KG518"})
"""Of findings about sealed files."""

_READ_TOO: dict[str, frozenset[str]] = {
    "s3": frozenset(variable for _, variable, _ in S3_VARIABLES),
    "azure": frozenset(AZURE_KEYS),
    "hdfs": frozenset(HDFS_KEYS),
}
"""What KServe reads of a Secret beside the keys of its type."""
_OF_THE_HUB = ("hub.", "values.yaml")
"""How keys begin that JupyterHub's chart takes for values (zero-to-jupyterhub 4.4.0, files/hub/z2jh.py)."""


def path_of(environment: str, namespace: str, credential: str) -> str:
    """Where the sealed file of a credential lies, relative to the repository."""
    return f"{FOLDER}/{environment}/{namespace}/{credential}.yaml"


def needs_file(credential: Credential) -> bool:
    """Whether anything of a credential has to be sealed, where values are sealed."""
    return any(not key.optional for key in sealed_keys(credential.type, credential.options))


def missing(environment: str, namespace: str, credential: Credential, place: Place) -> Finding:
    """The finding for a sealed file that is not there; `place` is who needs it."""
    file = path_of(environment, namespace, credential.name)
    message = f"no sealed file for '{credential.name}' in namespace '{namespace}': {file}"
    return Finding("KG501", message, place, f"seal it: {_seal(credential, file)}")


def discreet(finding: Finding) -> Finding:
    """A finding about reading a sealed file without what it quotes: somebody may have put a plain Secret there."""
    if finding.code == "KG001":
        return finding
    hint = "kubeseal writes no such file: delete it, and seal it again with kserve-gitops seal"
    return Finding(finding.code, f"not what kubeseal writes: {meaning(finding.code)}", finding.place, hint)


def problems(document: Document, namespace: str, credential: Credential) -> Iterator[Finding]:
    """Why the file is not a SealedSecret that the consumers of `credential` in `namespace` can use."""
    data = document.data
    again = _seal(credential, document.file)
    if not is_sealed_secret(data):
        if isinstance(data, Mapping) and data.get("kind") == "Secret":
            hint = f"delete it, {again}, and change the keys if anybody may have seen it"
            yield Finding("KG503", f"{document.file} is a plain Secret", document.at(()), hint)
        else:
            hint = f"delete it, and make it anew: {again}"
            yield Finding("KG502", f"{document.file} is not a SealedSecret", document.at(()), hint)
        return
    metadata = below(data, "metadata")
    encrypted = below(data, "spec", "encryptedData")
    scope = _scope(data)
    for key, wanted, bound in (
        ("name", credential.name, not scope),
        ("namespace", namespace, CLUSTER_WIDE not in scope),
    ):
        found = metadata.get(key)
        if found != wanted:
            hint = (
                f"sealed with this {key} it cannot be decrypted under another; seal it again: {again}"
                if bound
                else f"write {key}: {wanted}"
            )
            said = f"{key} is '{found}'" if isinstance(found, str) else f"there is no {key}"
            place = document.at(("metadata", key))
            yield Finding("KG502", f"{said}, its consumers need '{wanted}'", place, hint)
    required = [key.name for key in sealed_keys(credential.type, credential.options) if not key.optional]
    for key in required:
        if key not in encrypted:
            place = document.at(("spec", "encryptedData"))
            hint = f"it must hold {' and '.join(required)}; this adds it: {again} --key {key}"
            yield Finding("KG502", f"the sealed file has no key '{key}'", place, hint)
    known = [key.name for key in sealed_keys(credential.type, credential.options)]
    yield from _not_encrypted(document, encrypted, {key: f"seal it: {again} --key {key}" for key in known})
    yield from _unread(document, credential, encrypted)


def _seal(credential: Credential, file: str) -> str:
    """The command that writes a sealed file."""
    return f"kserve-gitops seal {credential.name} --environment {file.split('/')[1]}"


def plain(document: Document) -> Iterator[Finding]:
    """What stands in plain in a file that nothing needs: it is committed all the same."""
    data = document.data
    items = data.get("items") if isinstance(data, Mapping) else None
    if any(map(_is_plain, [data, *(items if isinstance(items, list) else ())])):
        hint = "seal what it holds, delete it, and change the keys if anybody may have seen it"
        yield Finding("KG503", f"{document.file} is a plain Secret", document.at(()), hint)
    elif is_sealed_secret(data):
        yield from _not_encrypted(document, below(data, "spec", "encryptedData"), {})


def _is_plain(data: Any) -> bool:
    return isinstance(data, Mapping) and (data.get("kind") in ("Secret", "SecretList") or "stringData" in data)


def _not_encrypted(document: Document, encrypted: Mapping[str, Any], again: Mapping[str, str]) -> Iterator[Finding]:
    """Values in plain, and what was ciphertext before somebody edited it; `again` says how a known key is sealed."""
    for key, text in encrypted.items():
        if not is_ciphertext(text):
            place = document.at(("spec", "encryptedData"), key=key)
            hint = f"{again.get(key, 'only what kubeseal wrote may stand here')}; change the key if this was plain text"
            yield Finding("KG503", f"the value of '{key}' is not encrypted", place, hint)


def _unread(document: Document, credential: Credential, encrypted: Mapping[str, Any]) -> Iterator[Finding]:
    """Keys that nobody looks for. One that is meant for a missing one is told with that."""
    known = [key.name for key in sealed_keys(credential.type, credential.options)]
    missing = [name for name in known if name not in encrypted]
    for key in encrypted:
        if key in known or key in _READ_TOO.get(credential.type, ()) or closest(str(key), missing):
            continue
        if credential.type == "jupyterhub" and str(key).startswith(_OF_THE_HUB):
            continue
        place = document.at(("spec", "encryptedData"), key=key)
        hint = f"a credential of type '{credential.type}' has {', '.join(known) or 'no sealed keys'}; take it away"
        if credential.type == "opaque":
            hint = f"list it under keys of credentials.{credential.name}, or take it away"
        yield Finding("KG518", f"nothing reads the key '{key}'", place, hint, Severity.WARNING)


def read(document: Document, wanted: Wanted) -> Need:
    """The ciphertext of a file that has no problems but warnings."""
    links: list[tuple[Path, list[Path]]] = [
        (("spec", "encryptedData"), [("spec", "encryptedData")]),
        ((), [("metadata",)]),
    ]
    return Need(
        wanted.credential,
        wanted.namespace,
        wanted.users,
        linked(document.file, links),
        dict(document.data["spec"]["encryptedData"]),
        _scope(document.data),
    )


def _scope(data: Mapping[str, Any]) -> dict[str, str]:
    annotations = below(data, "metadata", "annotations")
    return {key: "true" for key in (CLUSTER_WIDE, NAMESPACE_WIDE) if annotations.get(key) == "true"}
