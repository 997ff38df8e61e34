"""The shape of an InferenceService: what its webhook refuses in a model, a logger and an explainer."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Component, Model, Service
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.core.origins import Path
from kserve_gitops.serving.webhook import FRAMEWORKS

_MODELS = frozenset({*FRAMEWORKS, "model"})
_MODES = "all, request or response"
_EXPLAINER_STORES = ("s3", "hdfs", "webhdfs")
_KEY_BROKER = re.compile(r"kbs:///[a-zA-Z0-9_.-]+/[a-zA-Z0-9_.-]+/[a-zA-Z0-9_.-]+")
_FINDS_ITS_MODEL = ("huggingface", "vLLM")
"""Formats whose servers can load a model by its name in a hub."""


@rule("KG130")
def name_in_model(tree: Tree) -> Iterator[Mistake]:
    """A `name` inside the model of a predictor.

    A model is a container to KServe, which names it itself; its webhook refuses any name there. The exception is an
    entry of `spec.canary`, where the CRD asks for a name.

    Fix: take the name away. The server calls the model like the InferenceService; another name goes into `args`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, validatePredictor in
    pkg/apis/serving/v1beta1/inference_service_validation.go.
    """
    for service in tree.services:
        for key in sorted(_MODELS & service.mapping("spec", "predictor").keys()):
            if service.text("spec", "predictor", key, "name"):
                at = ("spec", "predictor", key, "name")
                yield service.error(at, "the model of a predictor has no name: KServe refuses it", hint="take it away")


@rule("KG132")
def model_without_storage(tree: Tree) -> Iterator[Mistake]:
    """A model that says not where it lies.

    Without `storageUri`, `storage` and `storageUris`, KServe takes the predictor for a server of many models, to which
    TrainedModels are added later: it puts an agent beside the server, loads nothing, and where it is to find the
    runtime itself, it finds none. Models of the formats huggingface and vLLM may name a model of a hub instead.

    Fix: write `storageUri`, or add a TrainedModel that names this InferenceService.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, IsMMSPredictor in
    pkg/controller/v1beta1/inferenceservice/utils/utils.go.
    """
    parents = {(found.namespace, found.text("spec", "inferenceService")) for found in tree.of("TrainedModel")}
    for service in tree.services:
        predictor = service.predictor
        if predictor is None or service.mode == "ModelMesh" or (service.namespace, service.name) in parents:
            continue
        model = predictor.model
        if model is not None and not _has_storage(predictor, model):
            message = "the model has no storageUri: KServe takes this for a server that models are added to later"
            yield service.warning(model.at, message, hint="add storageUri")


def _has_storage(predictor: Component, model: Model) -> bool:
    """Whether something says where the model lies, or nothing has to."""
    return (
        any(model.given.get(key) is not None for key in ("storageUri", "storage"))
        or bool(sequence(predictor.spec.get("storageUris")))
        or model.format in _FINDS_ITS_MODEL
        or bool(predictor.containers)
    )


@rule("KG133")
def logger(tree: Tree) -> Iterator[Mistake]:
    """A logger that KServe's webhook refuses.

    A logger says which half of a request it copies, and the webhook refuses one without `mode`: there is no default.
    Where it writes to a store, it needs all of `path`, `key` and `parameters`.

    Fix: `logger: {mode: all, url: …}`; with `storage`, its path, key and parameters together.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, validateLogger in pkg/apis/serving/v1beta1/component.go.
    """
    for service in tree.services:
        for component in service.everything:
            given = component.spec.get("logger")
            if not isinstance(given, Mapping):
                continue
            at = (*component.at, "logger")
            if not given.get("mode"):
                yield service.error(at, "a logger needs a mode", hint=f"add mode: {_MODES}")
            storage = given.get("storage")
            missing = [key for key in ("path", "key", "parameters") if mapping(storage).get(key) is None]
            if isinstance(storage, Mapping) and missing:
                message = f"the logger's storage has no {' and no '.join(missing)}"
                yield service.error((*at, "storage"), message, hint="it needs path, key and parameters together")


@rule("KG134")
def storage_fields(tree: Tree) -> Iterator[Mistake]:
    """A field about storage that KServe's webhook refuses.

    The `storage` of an explainer is for s3, hdfs and webhdfs alone. A confidential model needs a `storageUri`, from
    which it is loaded encrypted, and the address of its key has the form of the key broker.

    Fix: give the explainer a `storageUri` without `storage`; give the confidential model a `storageUri`, and a
    `resourceId` such as `kbs:///repo/type/tag`.

    Since: v0.16.0; confidential models v0.20.0

    Source: kserve/kserve v0.16.0 and v0.20.0, validateStorageSpec in pkg/apis/serving/v1beta1/component.go; v0.20.0,
    pkg/validation/confidential.go.
    """
    for service in tree.services:
        art = service.mapping("spec", "explainer", "art")
        if isinstance(art.get("storage"), Mapping):
            yield from _explainer(service, art)
        predictor = service.predictor
        if predictor is not None and predictor.model is not None:
            yield from _confidential(service, predictor.model)


def _explainer(service: Service, art: Mapping[str, Any]) -> Iterator[Mistake]:
    at: Path = ("spec", "explainer", "art")
    wanted = ", ".join(f"{store}://" for store in _EXPLAINER_STORES)
    uri = art.get("storageUri")
    if isinstance(uri, str) and uri:
        if not uri.startswith(tuple(f"{store}://" for store in _EXPLAINER_STORES)):
            message = f"'{uri}' beside storage is refused: an explainer's storage is for {wanted}"
            yield service.error((*at, "storageUri"), message, hint="take storage away")
        return
    kind = mapping(mapping(art.get("storage")).get("parameters")).get("type")
    if isinstance(kind, str) and kind not in _EXPLAINER_STORES:
        message = f"'{kind}' is no kind of storage for an explainer"
        hint = f"one of {', '.join(_EXPLAINER_STORES)}"
        yield service.error((*at, "storage", "parameters", "type"), message, hint=hint)


def _confidential(service: Service, model: Model) -> Iterator[Mistake]:
    given = mapping(model.given.get("confidential"))
    if given.get("enabled") is not True:
        return
    at = (*model.at, "confidential")
    if not model.storage_uri:
        yield service.error(at, "a confidential model needs a storageUri", hint="add storageUri to the model")
    resource = given.get("resourceId")
    if isinstance(resource, str) and resource and not _KEY_BROKER.fullmatch(resource):
        yield service.error((*at, "resourceId"), f"'{resource}' is no address of a key", hint="kbs:///repo/type/tag")
