"""What the address of a model tells about its files: its version, and whether the server can read them."""

from collections.abc import Iterator
from typing import Any

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Model
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.model_addresses import addresses
from kserve_gitops.core.origins import Path
from kserve_gitops.serving import storage_uris
from kserve_gitops.serving.model_versions import moving, versioned
from kserve_gitops.serving.storage_uris import Loader, parse, placeholder

_READS = {
    "lightgbm": (".bst",),
    "pmml": (".pmml",),
    "sklearn": (".joblib", ".pkl", ".pickle"),
    "xgboost": (".bst", ".json", ".ubj"),
}
"""Format: the files that every built-in runtime for it loads."""
_NOT_READ = {"tensorflow": (".h5", ".hdf5", ".keras", ".tflite")}
"""Format: files that no built-in runtime for it loads; it wants a SavedModel."""
_MODEL_FILES = (
    ".bst", ".cbm", ".gguf", ".h5", ".hdf5", ".joblib", ".json", ".keras", ".onnx", ".pickle", ".pkl", ".pmml", ".pt",
    ".pth", ".safetensors", ".skops", ".tflite", ".txt", ".ubj",
)  # fmt: skip


@rule("KG170")
def unversioned_model(tree: Tree) -> Iterator[Mistake]:
    """A model address that says no version.

    KServe rolls a model out when its address changes, and only then. New files at the old address are seen by new pods
    alone, so that replicas answer differently, and no commit says when that began or how to go back. A part of the path
    counts as a version that is a number, a version or a date (`7`, `v3`, `1.2.0`, `2025-01-31`, `run-12`), ends in one
    (`iris-1.2.joblib`), or is an identifier (a UUID, a Git commit, `m-…` of MLflow); for `hf://` a revision behind `:`
    does, for `oci://` a tag other than latest or a digest. `latest` behind a version takes it away again.

    Fix: store every version in a directory of its own, `s3://bucket/iris/7`, and change the address with it;
    `hf://organisation/model:<commit>`.

    Since: every release

    Source: kserve/kserve issue 772; v0.16.0, pkg/webhook/admission/pod/storage_initializer_injector.go.
    """
    for address in addresses(tree):
        if address.loader is not storage_uris.CACHE:
            yield from _unversioned(address.owner, address.at, address.text.strip(), address.loader)
    for service in tree.services:
        for model in service.models:
            path = mapping(model.given.get("storage")).get("path")
            if isinstance(path, str) and path.strip("/") and not versioned(path):
                at = (*model.at, "storage", "path")
                yield service.warning(at, _unsaid(path), hint="give every version a directory of its own")


@rule("KG175")
def unreadable_file(tree: Tree) -> Iterator[Mistake]:
    """A model file that its server cannot read.

    The built-in runtimes look for files with certain endings and pass over all others. The pod starts, says that it
    has no model, and never becomes ready. MLflow writes scikit-learn models as `model.skops` since 3.14, which neither
    KServe's sklearn server nor MLServer's reads.

    Fix: save the model in a form the server reads; with MLflow log it with `serialization_format="cloudpickle"`, or
    serve it with `modelFormat: mlflow`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, model.py of sklearnserver, xgbserver, lgbserver and pmmlserver below
    python; MLServer 1.7.1; MLflow 3.14.0.
    """
    own = {found.name for found in tree.of("ServingRuntime", "ClusterServingRuntime")}
    formats = {
        mapping(entry).get("name")
        for found in tree.of("ServingRuntime", "ClusterServingRuntime")
        for entry in found.sequence("spec", "supportedModelFormats")
        if isinstance(mapping(entry).get("name"), str)
    }
    for service in tree.services:
        for model in service.models:
            if _built_in(model, own, formats):
                yield from _unreadable(service, (*model.at, "storageUri"), model.format, model.storage_uri)


def _unversioned(owner: Object, at: Path, text: str, loader: Loader) -> Iterator[Mistake]:
    address = parse(text)
    if not address.scheme or placeholder(text) or address.scheme not in loader.schemes or address.scheme == "file":
        return
    if versioned(text) or not (address.path.strip("/") or address.scheme.startswith("oci")):
        return
    if address.scheme == "hf":
        hint = "pin one with ':' and a commit or tag behind the model"
    elif address.scheme.startswith("oci"):
        hint = "name a tag other than latest, or a digest"
    else:
        hint = "give every version a directory of its own, as in '…/7'"
    yield owner.warning(at, _unsaid(text), hint=hint)


def _unsaid(text: str) -> str:
    word = moving(text)
    if word:
        return f"'{word}' is another model tomorrow, and KServe rolls nothing out when only the files change"
    return "the address says no version, and KServe rolls nothing out when only the files change"


def _built_in(model: Model, own: set[str], formats: set[Any]) -> bool:
    """Whether a runtime of KServe's serves it, as far as that can be told without choosing one."""
    if model.runtime:
        return model.runtime.startswith("kserve-") and model.runtime not in own
    return model.format not in formats


def _unreadable(owner: Object, at: Path, form: str, text: str) -> Iterator[Mistake]:
    segments = parse(text.strip()).segments
    name = segments[-1].lower() if segments else ""
    ending = next((found for found in _MODEL_FILES if name.endswith(found)), "")
    if not ending:
        return
    reads = _READS.get(form)
    if reads is not None and ending not in reads:
        hint = f"it reads {', '.join(reads)}"
        if ending == ".skops":
            hint += '; with MLflow, log the model with serialization_format="cloudpickle"'
        yield owner.warning(at, f"the server for {form} does not read '{ending}'", hint=hint)
    elif ending in _NOT_READ.get(form, ()):
        yield owner.warning(at, f"the server for {form} does not read '{ending}'", hint="save it as a SavedModel")
