"""TrainedModels: what a model beside others needs of the server that shall load it."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from kserve_gitops.checks.amounts import amount
from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Component, Service
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.made import made
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving.webhook import FRAMEWORKS

_MANY = "MULTI_MODEL_SERVER"
_OWN = ("storageUri", "storage")
_MEMORY = ("spec", "model", "memory")
_FORMATS = (*FRAMEWORKS, "mlflow", "vLLM", "spark", "predictor", "tensorrt", "keras", "openvino_ir", "torchscript")


@rule("KG163", whole=True)
def server_missing(tree: Tree) -> Iterator[Mistake]:
    """A TrainedModel for an InferenceService that nothing makes.

    The controller deletes a TrainedModel without its InferenceService. Argo CD makes it again, and so on for ever.

    Fix: write the name of an InferenceService of the same namespace.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/controller/v1alpha1/trainedmodel/controller.go
    """
    world = made(tree)
    for found in tree.of("TrainedModel"):
        name, home = found.text("spec", "inferenceService"), world.namespace(found)
        if name and not world.known("InferenceService", home, name):
            message = f"there is no InferenceService '{name}': KServe deletes the TrainedModel"
            wanted = ("InferenceService", home, name)
            yield found.error(("spec", "inferenceService"), message, hint=world.advice(*wanted), missing=wanted)


@rule("KG164")
def server_of_one_model(tree: Tree) -> Iterator[Mistake]:
    """A TrainedModel whose InferenceService cannot load it.

    Only a server that has no model of its own counts as one of many models: without `storageUri`, `storageUris` and
    `storage`, and not of the format huggingface; a container of your own says so by the variable MULTI_MODEL_SERVER.
    Its memory limit must hold all of its TrainedModels. Else the TrainedModel is never ready.

    Fix: take the model out of the InferenceService and choose a runtime with `multiModel: true`, or make an
    InferenceService of the TrainedModel. Raise the memory limit.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/controller/v1alpha1/trainedmodel/controller.go; IsMMSPredictor and
    IsMemoryResourceAvailable in pkg/controller/v1beta1/inferenceservice/utils/utils.go
    """
    services = {(one.namespace, one.name): one for one in tree.services} if tree.of("TrainedModel") else {}
    used: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for found in tree.of("TrainedModel"):
        yield from _framework(found)
        key = (found.namespace, found.text("spec", "inferenceService"))
        service = services.get(key)
        predictor = service.predictor if service and service.sound else None
        if not service or not predictor:
            continue
        if (at := _model_of_its_own(predictor)) is not None:
            message = f"InferenceService '{service.name}' serves a model of its own, and no others"
            hint = "make an InferenceService of this one"
            yield found.error(("spec", "inferenceService"), message, hint=hint, other=(service, at))
            continue
        used[key] += amount(found.get(*_MEMORY)) or 0
        yield from _memory(found, service, predictor, used[key])


def _framework(found: Object) -> Iterator[Mistake]:
    framework = found.text("spec", "model", "framework")
    # A name of one's own is legal; what is longer than a known one may well be such.
    alike = [known for known in _FORMATS if len(known) - 1 <= len(framework) <= len(known)]
    near = closest(framework, alike) if framework not in _FORMATS else ""
    if near:
        at = ("spec", "model", "framework")
        yield found.warning(at, f"KServe's runtimes know no framework '{framework}'", hint=near)


def _model_of_its_own(predictor: Component) -> tuple[Any, ...] | None:
    """Where an InferenceService says that it serves one model; None where it does not, or nobody can tell."""
    if predictor.containers:
        at, first = predictor.containers[0]
        variables = [mapping(one) for one in sequence(first.get("env"))]
        many = any(one.get("name") == _MANY and one.get("value") == "true" for one in variables)
        return None if many else at
    model = predictor.model
    if model is None:
        return None
    if predictor.spec.get("storageUris"):
        return (*predictor.at, "storageUris")
    own = [field for field in _OWN if model.given.get(field) is not None]
    return (*model.at, own[0]) if own else model.at if model.format == "huggingface" else None


def _memory(found: Object, service: Service, predictor: Component, used: Decimal) -> Iterator[Mistake]:
    at, server = predictor.servers[0] if predictor.servers else (predictor.at, {})
    written = mapping(mapping(mapping(server).get("resources")).get("limits")).get("memory")
    limit = amount(written)
    if limit is not None and used > limit:
        message = f"its memory and that of the others before it exceed the limit of '{service.name}', {written}"
        spot = (service, (*at, "resources", "limits", "memory"))
        yield found.error(_MEMORY, message, hint="raise the limit of the server", other=spot)
