"""Addresses of models, such as s3://bucket/path: which schemes KServe loads, and what nobody has filled in.

KServe's controller looks at little more than the scheme. What each scheme demands is in `storage_forms`.

Sources: kserve/kserve v0.16.0 and v0.20.0: pkg/controller/v1beta1/inferenceservice/utils/utils.go,
pkg/apis/serving/v1alpha1/trainedmodel_webhook.go, workload_storage.go and workload_lora.go below
pkg/controller/*/llmisvc, pkg/controller/v1alpha1/localmodelnode/controller.go, and
python/storage/kserve_storage/kserve_storage.py, which downloads.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from kserve_gitops.core.suggestions import closest

_FORM = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)(/?[^?#]*)([?#].*)?", re.DOTALL)
_USER = re.compile(r"(?<=://)[^/@]*@")
_NO_SLASHES = re.compile(r"([A-Za-z][A-Za-z0-9+-]*):/*(.*)", re.DOTALL)

NATIVE_OCI = "oci+native"
NATIVE_OCI_SINCE = "v0.20.0"


@dataclass(frozen=True, slots=True)
class Loader:
    """What loads models: a phrase for messages, its schemes, and whether a path without one is one of its own image."""

    name: str
    schemes: tuple[str, ...]
    local: bool = False


SERVICE = Loader(
    "KServe", ("gs", "s3", "pvc", "file", "https", "http", "hdfs", "webhdfs", "oci", "hf", NATIVE_OCI), local=True
)
TRAINED_MODEL = Loader("KServe's model agent", ("s3", "gs", "https", "http"))
LLM = Loader("an LLMInferenceService", ("pvc", "oci", "hf", "s3", NATIVE_OCI))
ADAPTER = Loader("KServe for an adapter", ("hf", "s3", "pvc"))
CACHE = Loader("the local model cache", ("hf", "s3", "gs", "https", "http", "hdfs", "webhdfs"))

_OTHERS = {
    "abfs": "https://<account>.blob.core.windows.net/<container>/<path>",
    "abfss": "https://<account>.blob.core.windows.net/<container>/<path>",
    "az": "https://<account>.blob.core.windows.net/<container>/<path>",
    "azure": "https://<account>.blob.core.windows.net/<container>/<path>",
    "docker": "oci://<image>:<tag>",
    "gcs": "gs://<bucket>/<path>",
    "huggingface": "hf://<organisation>/<model>",
    "minio": "s3://<bucket>/<path>",
    "s3a": "s3://<bucket>/<path>",
    "s3n": "s3://<bucket>/<path>",
    "wasb": "https://<account>.blob.core.windows.net/<container>/<path>",
    "wasbs": "https://<account>.blob.core.windows.net/<container>/<path>",
}
"""What other systems call storage that KServe has another scheme for."""
_MLFLOW = ("mlflow-artifacts", "models", "runs")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A message and a hint; `certain` where no cluster of KServe's making could load it."""

    message: str
    hint: str = ""
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Address:
    """An address in its parts: of s3://bucket/a/b the host is "bucket" and the path "a/b"; without a scheme all path.

    A user and a password in front of the host are no part of it.
    """

    scheme: str
    host: str
    path: str
    rest: str = ""

    @property
    def segments(self) -> list[str]:
        """The parts of the path that are not empty."""
        return [segment for segment in unquote(self.path).split("/") if segment]


def parse(text: str) -> Address:
    """The parts of an address of any form; the scheme is as it is written."""
    found = _FORM.fullmatch(text)
    if not found:
        return Address("", "", text)
    return Address(found[1], found[2].rpartition("@")[2], found[3].removeprefix("/"), found[4] or "")


def shown(text: str) -> str:
    """An address to stand in a message: without a password, and without what a signature could stand in."""
    address = parse(text)
    kept = text.removesuffix(address.rest) if address.rest else text
    return _USER.sub("", kept)


def unsupported(text: str, loader: Loader, release_has: Callable[[str], bool]) -> Wrong | None:
    """Why a loader has no way to load it; `release_has` tells whether the release is one of that tag or newer."""
    legal = [s for s in loader.schemes if s != NATIVE_OCI or release_has(NATIVE_OCI_SINCE)]
    address = parse(text.strip())
    if not address.path and not address.scheme:
        return Wrong("the address is empty", f"one of {_listed(legal)}")
    if not address.scheme:
        return _without_scheme(text.strip(), loader, legal)
    if address.scheme == "file" and loader.local:
        return _local(text)
    if address.scheme in legal:
        return None
    known = address.scheme.lower()
    if known in legal:
        near = f"did you mean '{known}://'? schemes are lower-case"
    elif known in _MLFLOW:
        near = _artifacts()
    else:
        near = f"write {_OTHERS[known]}" if known in _OTHERS else closest(known, legal)
    said = f"{loader.name} does not load '{address.scheme}://'"
    if address.scheme == NATIVE_OCI and NATIVE_OCI in loader.schemes:
        return Wrong(said, f"it needs KServe {NATIVE_OCI_SINCE}; write 'oci://'")
    return Wrong(said, near or f"legal are {_listed(legal)}")


def placeholder(text: str) -> Wrong | None:
    """What nobody has filled in yet."""
    for pattern, name in _UNFILLED:
        found = pattern.search(text)
        if found:
            said = f"'{found[0]}' in the address is {name}, which nothing fills in"
            return Wrong(said, "write the address as it is")
    found = _VARIABLE.search(text)
    if found:
        said = f"'{found[0]}' is looked up among the variables of KServe's storage initializer, which has none of yours"
        return Wrong(said, "write the address as it is", certain=False)
    found = _EXAMPLE.search(text)
    if found:
        return Wrong(f"'{found[0].strip('/')}' looks like an example that was not filled in", certain=False)
    return None


_UNFILLED = (
    (re.compile(r"\{\{[^}]*(\}\})?"), "a template"),
    (re.compile(r"\$\{[^}]*\}?"), "a variable of a shell"),
    (re.compile(r"<[^<>/]+>"), "a placeholder"),
)
_VARIABLE = re.compile(r"\$\([^)]*\)")
_EXAMPLE = re.compile(
    r"(?<=/)(your[-_][\w.-]+|change[-_]?me|replace[-_]?me|todo|xxx+|\.\.\.+|…)(?=/|$)",
    re.IGNORECASE,
)


def _without_scheme(text: str, loader: Loader, legal: list[str]) -> Wrong:
    if text.startswith("/"):
        return _local(text) if loader.local else Wrong(f"'{shown(text)}' has no scheme", f"legal are {_listed(legal)}")
    broken = _NO_SLASHES.fullmatch(text)
    if broken and broken[1] in _MLFLOW:
        return Wrong(f"'{broken[1]}:' is an address inside MLflow, which KServe does not resolve", _artifacts())
    if broken and broken[1].lower() in legal and broken[2]:
        return Wrong(f"'{shown(text)}' has no '://'", f"did you mean '{broken[1].lower()}://{shown(broken[2])}'?")
    first, _, rest = text.partition("/")
    if first.lower() in legal and rest.strip("/"):
        hint = f"did you mean '{first.lower()}://{shown(rest.lstrip('/'))}'?"
    elif legal[0] in ("hf", "pvc") and "hf" in legal and text.count("/") == 1:
        hint = f"did you mean 'hf://{shown(text)}'?"
    else:
        hint = f"legal are {_listed(legal)}"
    return Wrong(f"'{shown(text)}' has no scheme, so that nothing is downloaded", hint)


def _local(text: str) -> Wrong:
    said = f"'{shown(text)}' is looked for in the image of KServe's storage initializer, not in that of the server"
    hint = "write where the model is stored; leave it out for a container that brings its model"
    return Wrong(said, hint, certain=False)


def _artifacts() -> str:
    return "write where the artifacts lie, as in s3://<bucket>/<path>/artifacts"


def _listed(schemes: list[str]) -> str:
    return ", ".join(f"{scheme}://" for scheme in schemes)
