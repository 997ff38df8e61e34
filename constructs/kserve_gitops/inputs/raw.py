"""Objects under manifests/: whatever Kubernetes takes, delivered as it stands there.

A file may hold several documents. One below a folder that is called like an environment is for that
environment alone, every other one for all.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from kserve_gitops.core.documents import Document
from kserve_gitops.core.findings import Finding, Severity
from kserve_gitops.core.names import problem_with_label
from kserve_gitops.core.origins import linked
from kserve_gitops.core.rendered import Rendered
from kserve_gitops.core.suggestions import closest
from kserve_gitops.inputs.environment import RawObject

FOLDER = "manifests"


def problems(document: Document) -> Iterator[Finding]:
    """Why a document is no Kubernetes object."""
    data = document.data
    if not isinstance(data, Mapping):
        yield Finding("KG018", "not a Kubernetes object, which is a mapping", document.at(()), "take it away")
        return
    metadata = data.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    wanted = {("apiVersion",): data, ("kind",): data, ("metadata", "name"): metadata}
    lacking = [path for path, owner in wanted.items() if not (owner.get(path[-1]) and isinstance(owner[path[-1]], str))]
    if lacking:
        *others, last = map(".".join, lacking)
        said = f"{', '.join(others)} and {last}" if others else last
        yield Finding("KG018", f"a Kubernetes object needs {said}", document.at(lacking[0]), _instead(data))
    elif data["apiVersion"].count("/") > 1:
        yield Finding("KG018", "apiVersion is <version> or <group>/<version>", document.at(("apiVersion",)))
    namespace = metadata.get("namespace")
    if namespace is not None and (not isinstance(namespace, str) or problem_with_label(namespace)):
        wrong = problem_with_label(namespace) if isinstance(namespace, str) else "must be text"
        yield Finding("KG018", f"metadata.namespace: {wrong}", document.at(("metadata", "namespace")))


def _instead(data: Mapping[str, Any]) -> str:
    if str(data.get("kind", "")).endswith("List") and "items" in data:
        return "write the items of a list as documents of their own, with --- between them"
    if "predictor" in data:
        return "a file of the catalogue goes under models/"
    return "every Kubernetes object has apiVersion, kind and metadata.name"


def misplaced(document: Document, environments: list[str]) -> Iterator[Finding]:
    """A folder that is called nearly like an environment; any other folder is for all of them."""
    folder = PurePosixPath(document.file).parts[1:-1][:1]
    if folder and folder[0] not in environments and (near := closest(folder[0], environments)):
        message = f"the folder '{folder[0]}' is called like no environment, so its objects go to all of them"
        yield Finding("KG015", message, document.at(()), near, Severity.WARNING)


def is_for(document: Document, environment: str, environments: list[str]) -> bool:
    """Whether an environment takes the document."""
    folder = PurePosixPath(document.file).parts[1]
    return folder == environment or folder not in environments


def is_raw(row: Rendered) -> bool:
    """Whether an object of the tree comes from manifests/."""
    return f'["{FOLDER}/' == row.trace[: len(FOLDER) + 3]


def read(document: Document, key: str) -> RawObject:
    """The object of a document that has no problems, which is found again under `key`."""
    manifest: dict[str, Any] = document.data
    return RawObject(linked(key, [((), [()])]), manifest)
