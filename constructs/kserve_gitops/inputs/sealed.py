"""Sealed files: SealedSecrets as `kubeseal` made them, one file for each namespace that needs the Secret.

They lie at sealed/<environment>/<namespace>/<credential>.yaml. Only ciphertext and scope are taken from them; labels,
annotations and type follow from platform.yaml, so a new region or endpoint needs no new sealing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.core.documents import Document
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.origins import Path, linked
from kserve_gitops.core.places import Place
from kserve_gitops.inputs.environment import Credential, Sealed

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
"""The keys that KServe's Helm chart tells its controller to look for."""

NAMESPACE_WIDE = "sealedsecrets.bitnami.com/namespace-wide"
CLUSTER_WIDE = "sealedsecrets.bitnami.com/cluster-wide"


def path_of(environment: str, namespace: str, credential: str) -> str:
    """Where the sealed file of a credential lies, relative to the repository."""
    return f"sealed/{environment}/{namespace}/{credential}.yaml"


def missing(environment: str, namespace: str, credential: str, place: Place) -> Finding:
    """The finding for a sealed file that is not there; `place` is who needs it."""
    file = path_of(environment, namespace, credential)
    command = (
        f"kubectl create secret generic {credential} -n {namespace} --dry-run=client -o yaml --from-env-file=<file> "
        f"| kubeseal --cert sealed/{environment}/cert.pem -o yaml -w {file}"
    )
    return Finding(
        "KG501", f"no sealed file for '{credential}' in namespace '{namespace}': {file}", place, f"seal it: {command}"
    )


def problems(document: Document, namespace: str, credential: Credential) -> Iterator[Finding]:
    """Why the file is not a SealedSecret that the consumers of `credential` in `namespace` can use."""
    data = document.data
    if not isinstance(data, Mapping) or data.get("kind") != "SealedSecret":
        yield Finding("KG502", f"{document.file} is not a SealedSecret", document.at(()), "make it with kubeseal")
        return
    metadata = _mapping(data, "metadata")
    encrypted = _mapping(data, "spec", "encryptedData")
    scope = _scope(data)
    for key, wanted, bound in (
        ("name", credential.name, not scope),
        ("namespace", namespace, CLUSTER_WIDE not in scope),
    ):
        found = metadata.get(key)
        if found != wanted:
            hint = (
                f"sealed with this {key} it cannot be decrypted under another: seal it again"
                if bound
                else f"write {key}: {wanted}"
            )
            yield Finding(
                "KG502", f"{key} is '{found}', its consumers need '{wanted}'", document.at(("metadata", key)), hint
            )
    for key in KEYS:
        if not isinstance(encrypted.get(key), str):
            place = document.at(("spec", "encryptedData"))
            yield Finding("KG502", f"the sealed file has no key '{key}'", place, f"it must hold {' and '.join(KEYS)}")


def read(document: Document, namespace: str, credential: Credential) -> Sealed:
    """The ciphertext of a file that has no problems."""
    links: list[tuple[Path, list[Path]]] = [
        (("spec", "encryptedData"), [("spec", "encryptedData")]),
        ((), [("metadata",)]),
    ]
    return Sealed(
        credential,
        namespace,
        linked(document.file, links),
        dict(document.data["spec"]["encryptedData"]),
        _scope(document.data),
    )


def _scope(data: Mapping[str, Any]) -> dict[str, str]:
    annotations = _mapping(data, "metadata", "annotations")
    return {key: "true" for key in (CLUSTER_WIDE, NAMESPACE_WIDE) if annotations.get(key) == "true"}


def _mapping(data: Any, *path: str) -> Mapping[str, Any]:
    for step in path:
        data = data.get(step) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else {}
