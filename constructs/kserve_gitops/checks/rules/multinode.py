"""Models over several nodes: a head and workers, in the InferenceService and in its runtime."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.amounts import amount
from kserve_gitops.checks.reading import mapping, sequence, whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Model, Service
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.asked import asked
from kserve_gitops.checks.world.demands import GROUPS, groups
from kserve_gitops.checks.world.runtimes import KINDS, WORKER_CONTAINER, runtimes
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving.accelerators import GPUS, TYPES_ANNOTATION, further_types, lacking, unknown
from kserve_gitops.serving.webhook import AUTOSCALER_CLASS, KSERVE_CONTAINER

_SIZES = ("pipelineParallelSize", "tensorParallelSize")
_VARIABLES = {"PIPELINE_PARALLEL_SIZE": _SIZES[0], "TENSOR_PARALLEL_SIZE": _SIZES[1]}
_SCHEMES = ("pvc", "oci")
_BACKEND = "multinode/executor-backend"
_ANNOTATIONS: Path = ("metadata", "annotations")


@rule("KG144")
def refused(tree: Tree) -> Iterator[Mistake]:
    """A model over several nodes that KServe refuses.

    With a `workerSpec` KServe's webhook wants a `storageUri` of the scheme pvc or oci, for every node must read the
    same files; the autoscaler class `none`; sizes of one or more, in the workerSpec and not in variables; one worker
    container at most; and no devices but GPUs that it knows.

    Fix: what the hint says. Name further types of GPUs in the annotation
    `serving.kserve.io/gpu-resource-types: '["example.com/gpu"]'`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, validateMultiNodeVariables in
    pkg/apis/serving/v1beta1/inference_service_validation.go.
    """
    for service in tree.services:
        predictor = service.predictor
        if predictor is None or not isinstance(predictor.spec.get("workerSpec"), Mapping):
            continue
        at: Path = (*predictor.at, "workerSpec")
        workers = mapping(predictor.spec["workerSpec"])
        containers = sequence(workers.get("containers"))
        yield from _workers(service, at, workers)
        yield from _types(service, _ANNOTATIONS, service.annotations, needed=bool(predictor.model or containers))
        for number, container in enumerate(containers):
            place = (*at, "containers", number)
            yield from _devices(service, place, mapping(container), service.annotations)
        if predictor.model:
            yield from _variables(service, predictor.model.at, predictor.model.given)
            yield from _devices(service, predictor.model.at, predictor.model.given, service.annotations)
            yield from _storage_and_scaling(service, predictor.model)


@rule("KG146")
def never_ready(tree: Tree) -> Iterator[Mistake]:
    """A model over several nodes whose workers are never made.

    KServe makes workers in the mode Standard alone, for models that a runtime serves, and merges what is said of them
    into the container `worker-container` of the runtime. Otherwise the head waits for its workers for ever, or no pod
    is made at all.

    Fix: use `model` and the mode Standard, and call the worker's container `worker-container`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, Reconcile, reconcileWorker and multiNodeProcess in
    pkg/controller/v1beta1/inferenceservice/components/predictor.go.
    """
    for service in tree.services:
        predictor = service.predictor
        if predictor is None or not isinstance(predictor.spec.get("workerSpec"), Mapping):
            continue
        at: Path = (*predictor.at, "workerSpec")
        if service.mode == "Knative":
            hint = "use the deployment mode Standard"
            yield service.error(at, "workers are made in the mode Standard alone", hint=hint)
        if predictor.model is None and predictor.containers:
            yield service.error(at, "workers need a model that a runtime serves", hint="add model, or take it away")
        containers = sequence(mapping(predictor.spec["workerSpec"]).get("containers"))
        if len(containers) == 1:
            yield from _worker_name(service, at, mapping(containers[0]))
    for source in tree.of(*KINDS):
        containers = source.sequence("spec", "workerSpec", "containers")
        if len(containers) == 1:
            yield from _worker_name(source, ("spec", "workerSpec"), mapping(containers[0]))


@rule("KG147")
def refused_runtime(tree: Tree) -> Iterator[Mistake]:
    """A runtime for several nodes that KServe refuses.

    KServe's webhook wants one container in its `workerSpec`, sizes of one or more, said there and not in variables of
    the container that serves, and no devices but GPUs that it knows.

    Fix: what the hint says. Name further types of GPUs under `spec.annotations`, as
    `serving.kserve.io/gpu-resource-types: '["example.com/gpu"]'`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, validateMultiNodeSpec in
    pkg/webhook/admission/servingruntime/servingruntime_webhook.go.
    """
    for source in tree.of(*KINDS):
        workers = source.get("spec", "workerSpec")
        if not isinstance(workers, Mapping) or source.get("spec", "disabled") is True:
            continue
        annotations = source.mapping("spec", "annotations")
        yield from _workers(source, ("spec", "workerSpec"), workers)
        worker = mapping(next(iter(sequence(workers.get("containers"))), None))
        named = KSERVE_CONTAINER in [mapping(one).get("name") for one in source.sequence("spec", "containers")]
        needed = named or worker.get("name") == WORKER_CONTAINER
        yield from _types(source, ("spec", "annotations"), annotations, needed=needed)
        if workers.get("containers") == []:
            yield source.error(
                ("spec", "workerSpec", "containers"), "there is no worker", hint=f"add a container {WORKER_CONTAINER}"
            )
        for number, container in enumerate(map(mapping, source.sequence("spec", "containers"))):
            if container.get("name") == KSERVE_CONTAINER:
                yield from _variables(source, ("spec", "containers", number), container)
                yield from _devices(source, ("spec", "containers", number), container, annotations)
        if worker.get("name") == WORKER_CONTAINER:
            yield from _devices(source, ("spec", "workerSpec", "containers", 0), worker, annotations)


@rule("KG148")
def too_few_gpus(tree: Tree) -> Iterator[Mistake]:
    """A model over several nodes with fewer GPUs than its sizes multiply to.

    `tensorParallelSize` times `pipelineParallelSize` GPUs are wanted. KServe counts how many workers that takes by what
    one worker requests, and gives up if the head requests less than is left for it: `InvalidGPUAllocation`.

    Fix: let the head request as many GPUs as a worker, or say no GPUs for the head: KServe then fills them in.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, computeRayNodeAndGPUs in
    pkg/controller/v1beta1/inferenceservice/components/predictor.go.
    """
    table = runtimes(tree)
    for one in asked(tree):
        said = one.component.spec.get("workerSpec")
        served = table.serving(one) if isinstance(said, Mapping) else None
        if not isinstance(said, Mapping) or served is None or not served.runtime.workers:
            continue
        if mapping(served.spec.get("annotations")).get(_BACKEND) is not None:
            continue
        theirs = mapping(served.spec.get("workerSpec"))
        sizes = [_size(said.get(name), theirs.get(name)) for name in _SIZES]
        head = _gpus(one.model.given, served.server)
        worker = _gpus(mapping(next(iter(sequence(said.get("containers"))), None)), served.worker or {})
        short = lacking(sizes[0] * sizes[1], head, worker)
        if short:
            message = f"the sizes want {sizes[0] * sizes[1]} GPUs, and head and workers request {short} too few"
            hint = f"let the head request {head + short}, or leave its GPUs to KServe"
            yield one.service.error((*one.component.at, "workerSpec"), message, hint=hint)


def _workers(owner: Object, at: Path, workers: Mapping[str, Any]) -> Iterator[Mistake]:
    """Sizes, and how many containers."""
    for name in _SIZES:
        size = workers.get(name)
        if whole(size) and size < 1:
            yield owner.error((*at, name), f"{size} is less than one", hint="write 1 or more, or leave it out")
    if len(sequence(workers.get("containers"))) > 1:
        yield owner.error((*at, "containers"), "a worker has one container", hint=f"keep {WORKER_CONTAINER}")


def _types(owner: Object, at: Path, annotations: Mapping[str, Any], *, needed: bool) -> Iterator[Mistake]:
    if needed and further_types(annotations) is None:
        message = f"'{annotations.get(TYPES_ANNOTATION)}' is no JSON list of GPU types"
        yield owner.error((*at, TYPES_ANNOTATION), message, hint="""write it as '["example.com/gpu"]'""")


def _devices(
    owner: Object, at: Path, container: Mapping[str, Any], annotations: Mapping[str, Any]
) -> Iterator[Mistake]:
    further = further_types(annotations)
    resources = groups(container.get("resources"))
    told: list[str] = []
    for group in GROUPS if further is not None else ():
        for name in unknown(map(str, resources[group]), (*(further or ()), *told)):
            told.append(name)
            near = closest(name, GPUS)
            hint = f"{near} If not, name it" if near else "name it"
            hint = f"{hint} in the annotation {TYPES_ANNOTATION}, or take it away"
            yield owner.error((*at, "resources", group), f"KServe knows no GPU '{name}'", hint=hint, key=name)


def _variables(owner: Object, at: Path, container: Mapping[str, Any]) -> Iterator[Mistake]:
    for number, entry in enumerate(sequence(container.get("env"))):
        name = mapping(entry).get("name")
        if isinstance(name, str) and name in _VARIABLES:
            hint = f"write {_VARIABLES[name]} in workerSpec"
            yield owner.error((*at, "env", number, "name"), f"KServe sets '{name}' itself", hint=hint)


def _storage_and_scaling(service: Service, model: Model) -> Iterator[Mistake]:
    uri = model.given.get("storageUri")
    if uri is None:
        hint = "add storageUri of the scheme pvc or oci"
        yield service.error(model.at, "a model over several nodes needs storageUri", hint=hint)
    elif isinstance(uri, str) and uri.partition("://")[0] not in _SCHEMES:
        message = f"'{uri}': several nodes can share a model from pvc:// or oci:// alone"
        yield service.error((*model.at, "storageUri"), message, hint="put the model there")
    found = service.annotations.get(AUTOSCALER_CLASS)
    if found != "none":
        at = (*_ANNOTATIONS, AUTOSCALER_CLASS) if found is not None else ("metadata",)
        said = f"not '{found}'" if found is not None else "and that must be said"
        message = f"a model over several nodes is not scaled: the autoscaler class is none, {said}"
        key = AUTOSCALER_CLASS if service.raw else "autoscalerClass"
        yield service.error(at, message, hint=f"write {key}: none")


def _worker_name(owner: Object, at: Path, container: Mapping[str, Any]) -> Iterator[Mistake]:
    name = container.get("name")
    if isinstance(name, str) and name not in ("", WORKER_CONTAINER):
        message = f"'{name}' is not {WORKER_CONTAINER}, which KServe looks for"
        yield owner.error((*at, "containers", 0, "name"), message, hint=f"call it {WORKER_CONTAINER}")


def _size(*said: Any) -> int:
    return next((one for one in said if whole(one) and one > 0), 1)


def _gpus(container: Mapping[str, Any], base: Mapping[str, Any]) -> int:
    """The GPUs that a container requests, as KServe counts them: of the types that it knows, limits apart."""
    requests = {**groups(base.get("resources"))["requests"], **groups(container.get("resources"))["requests"]}
    found = next((amount(requests[name]) for name in GPUS if name in requests), None)
    return math.ceil(found) if found else 0
