"""Text → the Kubernetes objects in it, each with the way back to its lines.

Takes what people have: files with several documents, JSON, and what `kubectl get -o yaml` prints, lists included.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.core.documents import Document, parse_all
from kserve_gitops.core.errors import InputError
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.origins import Path
from kserve_gitops.core.places import Place

_TEMPLATE = re.compile(r"\{\{|\{%")
_KIND = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_NAME = re.compile(r"[^/%\s\x00-\x1f\x7f]{1,253}")
_SECRET = re.compile(r"""\bkind["']?\s*:\s*["']?Secret\b""", re.IGNORECASE)
_GENERATED = ("kubernetes.io/service-account-token", "helm.sh/release.v1")
"""Types of Secrets that nobody writes; of other Secrets the type is not kept."""
_RENDER = "render it first: helm template, kustomize build or the like, and adopt what comes out"


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """An object, at `base` in its document."""

    document: Document
    base: Path
    data: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """As it says itself."""
        return str(self.data["kind"])

    @property
    def api_version(self) -> str:
        """As it says itself."""
        return str(self.data["apiVersion"])

    @property
    def group(self) -> str:
        """The API group, "" for the core kinds."""
        return self.api_version.rpartition("/")[0]

    @property
    def name(self) -> str:
        """From its metadata."""
        return str(self.data["metadata"]["name"])

    @property
    def namespace(self) -> str | None:
        """From its metadata, None where nothing is said."""
        found: str | None = self.data["metadata"].get("namespace")
        return found or None

    def at(self, path: Path = (), *, key: str | int | None = None) -> Place:
        """The place of a value of the object, or of a key there."""
        return self.document.at((*self.base, *path), key=key)

    def __str__(self) -> str:
        return f"{self.kind} '{self.name}'"


def read(text: bytes, file: str) -> tuple[list[Found], list[Finding]]:
    """The objects in `text`, and why the rest is not taken. Raises nothing."""
    try:
        documents = [d for d in parse_all(text, file, doubtful=True) if d.data is not None]
    except InputError as error:
        return [], _readable(error.findings, text, file)
    if not documents:
        return [], [Finding("KG001", f"{file} is empty", Place(file), "take it away")]
    found: list[Found] = []
    findings: list[Finding] = []
    for document in documents:
        for one in _objects(document, (), document.data):
            if isinstance(one, Found):
                found.append(one)
            else:
                findings.append(one)
    return found, findings


def _objects(document: Document, base: Path, data: Any) -> Iterator[Found | Finding]:
    if isinstance(data, Mapping) and isinstance(data.get("items"), list) and _ends_in_list(data.get("kind")):
        for number, item in enumerate(data["items"]):
            yield from _objects(document, (*base, "items", number), item)
        return
    wrong, key, hint = _problem(data)
    if wrong:
        path = (*base, *key)
        yield Finding("KG020", wrong, document.at(path), hint)
    else:
        yield Found(document, base, _without_values(data) if _is_secret(data) else data)


def _ends_in_list(kind: Any) -> bool:
    return str(kind).lower().endswith("list")


def _is_secret(data: Mapping[str, Any]) -> bool:
    """Whatever a person may have meant for one: a kind of another group has that group's domain before it."""
    return data["kind"].lower() == "secret" and "." not in data["apiVersion"].rpartition("/")[0]


def _without_values(secret: Mapping[str, Any]) -> dict[str, Any]:
    """A Secret as far as anybody may see it. kubectl repeats the values in an annotation."""
    metadata = dict(secret["metadata"])
    annotations = metadata.get("annotations") or {}
    metadata["annotations"] = {key: text for key, text in annotations.items() if key.startswith("serving.kserve.io/")}
    keys = [key for part in ("data", "stringData") for key in (secret.get(part) or {})]
    known = {"type": secret["type"]} if secret.get("type") in _GENERATED else {}
    data = dict.fromkeys(sorted(map(str, keys)))
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, **known, "data": data}


def _wrong_data(data: Mapping[str, Any]) -> tuple[str, Path, str]:
    """A Secret whose data are no mapping, so that keys and values cannot be told apart."""
    for part in ("data", "stringData"):
        if _is_secret(data) and not isinstance(data.get(part), Mapping | None):
            return (
                f"{part} of Secret '{data['metadata']['name']}' is no mapping",
                (part,),
                "a Secret has keys and values",
            )
    return "", (), ""


def _problem(data: Any) -> tuple[str, Path, str]:
    """Why `data` is no object: a phrase, "" when it is one; where; and what to do."""
    if not isinstance(data, Mapping):
        return (
            "not a Kubernetes object, which is a mapping",
            (),
            "give the manifests of a cluster, as kubectl takes them",
        )
    for key in ("apiVersion", "kind"):
        if not isinstance(data.get(key), str) or not data[key]:
            ours = isinstance(data.get("predictor"), Mapping) and "name" in data
            hint = "it is a file of the catalogue already: put it into models/" if ours else "every manifest has one"
            return f"not a Kubernetes object: it has no {key}", (key,), hint
    if "items" in data and data["kind"].lower() in {"list", "secretlist"}:
        return f"the items of {data['kind']} are no list", ("items",), ""
    if data["apiVersion"].startswith("kustomize.config.k8s.io/"):
        return "a Kustomization is no object of a cluster", ("kind",), _RENDER
    metadata = data.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    wrong = _wrong_name(data["kind"], name) or _wrong_metadata(data["kind"], metadata)
    return wrong if wrong[0] else _wrong_data(data)


def _wrong_name(kind: str, name: Any) -> tuple[str, Path, str] | None:
    if isinstance(name, int | float):
        what = "true or false" if isinstance(name, bool) else "a number"
        return f"the name of {kind} is {what}", ("metadata", "name"), "put it in quotes"
    if not isinstance(name, str) or not name:
        hint = "give it a name: a generated one is another with each build"
        return f"{kind} without metadata.name", ("metadata", "name"), hint
    if not _KIND.fullmatch(kind):
        return f"'{kind}' is no kind", ("kind",), "a kind has letters and digits only"
    if _TEMPLATE.search(name):
        return f"the name of {kind} is a template", ("metadata", "name"), _RENDER
    if not _NAME.fullmatch(name) or name in {".", ".."}:
        return f"'{name}' is no name of an object", ("metadata", "name"), "at most 253 characters, none of / % or blank"
    return None


def _wrong_metadata(kind: str, metadata: Any) -> tuple[str, Path, str]:
    namespace = metadata.get("namespace")
    if namespace is not None and not isinstance(namespace, str):
        return f"the namespace of {kind} '{metadata['name']}' is no text", ("metadata", "namespace"), "put it in quotes"
    for part in ("labels", "annotations"):
        for key, value in given.items() if isinstance(given := metadata.get(part), Mapping) else ():
            if not isinstance(key, str) or not isinstance(value, str):
                what = f"{part}.{key} of {kind} '{metadata['name']}' is no text"
                return what, ("metadata", part, key), "put it in quotes: Kubernetes takes nothing but text there"
        if given is not None and not isinstance(given, Mapping):
            return f"{part} of {kind} '{metadata['name']}' are no mapping", ("metadata", part), ""
    return "", (), ""


def _readable(findings: list[Finding], text: bytes, file: str) -> list[Finding]:
    """What is wrong with the text; nothing of it is quoted when there may be a Secret in it."""
    source = text.decode(errors="replace")
    lines = source.split("\n")
    for finding in findings:
        line = lines[finding.place.line - 1] if finding.place.line <= len(lines) else ""
        if "\0" not in source and (template := _TEMPLATE.search(line)):
            place = Place(file, finding.place.line, template.start() + 1)
            return [Finding("KG002", f"{file} is a template, not a manifest", place, _RENDER)]
    if _SECRET.search(source):
        return [Finding(f.code, f"{file} cannot be read", f.place, "mend the YAML at this place") for f in findings]
    return findings
