"""The pods of an LLMInferenceService: how a model is spread over them, how many there are, and what they load."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.reading import mapping, whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.llm import SERVICE, Workload, is_since, workloads

_SCALES = "v0.17.0"
_ONE_SCALER = "v0.19.0"
"""The first release that is known to want one scaler for both workloads; v0.17.0 does not."""
_MODIFIERS = ("formula", "target", "activationTarget", "metricType")


@rule("KG157")
def llm_parallelism(tree: Tree) -> Iterator[Mistake]:
    """Parallelism of an LLMInferenceService that KServe's webhook refuses.

    `worker` asks for several nodes, so `parallelism` must say how they share the model: by `pipeline`, or by `data`,
    not by both. `data` is the number of copies and `dataLocal` that on one node; each needs the other. The number of
    nodes is their quotient, which must come out even, or copies are missing.

    Fix: `worker` with `parallelism: {data: 16, dataLocal: 8}`; take `worker` away for one node.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/controller/v1alpha1/llmisvc/validation/llminferenceservice_validator.go; v0.20.0,
    pkg/apis/serving/v1alpha2/llm_inference_service_validation.go
    """
    for llm in tree.of(SERVICE):
        for workload in workloads(llm):
            yield from _parallelism(llm, workload)


def _parallelism(llm: Object, workload: Workload) -> Iterator[Mistake]:
    at = (*workload.at, "parallelism")
    data, local = (workload.parallelism.get(field) for field in ("data", "dataLocal"))
    if workload.spec.get("worker") is not None and not (workload.by_data or workload.by_pipeline):
        hint = "add parallelism.pipeline, or parallelism.data with dataLocal"
        yield llm.error((*workload.at, "worker"), "workers need to know how they share the model", hint=hint)
    if workload.by_data and workload.by_pipeline:
        yield llm.error(at, "a model is shared by pipeline or by data, not by both", hint="take one of them away")
    if data is not None and local is None:
        yield llm.error(at, "data needs dataLocal", hint="add dataLocal, the copies on one node")
    elif local is not None and data is None:
        yield llm.error(at, "dataLocal needs data", hint="add data, the copies on all nodes")
    elif whole(data) and whole(local) and data > 0 and local > 0 and data % local:
        message = f"{data} copies cannot be laid out with {local} on each node"
        yield llm.warning((*at, "data"), message, hint="make data a multiple of dataLocal")


@rule("KG158")
def llm_scaling(tree: Tree) -> Iterator[Mistake]:
    """Scaling of an LLMInferenceService that KServe's webhook or CRD refuses.

    `scaling` stands in the place of `replicas`. It needs `wva`, and in it either `hpa` or `keda`, the same in
    `prefill`. KServe writes the formula and the name of the autoscaler itself. The replicas at rest,
    `idleReplicaCount`, are fewer than `minReplicas`.

    Fix: `scaling: {minReplicas: 1, maxReplicas: 4, wva: {keda: {}}}`, and no `replicas`.

    Since: v0.17.0

    Source: kserve/kserve v0.17.0 to v0.20.0, pkg/apis/serving/v1alpha2/llm_inference_service_validation.go
    """
    if not is_since(tree, _SCALES):
        return
    one_scaler = is_since(tree, _ONE_SCALER)
    for llm in tree.of(SERVICE):
        for workload in workloads(llm):
            if isinstance(workload.spec.get("scaling"), Mapping):
                yield from _scaling(llm, workload)
        if one_scaler:
            yield from _scalers(llm)


def _scaling(llm: Object, workload: Workload) -> Iterator[Mistake]:
    at, scaling = (*workload.at, "scaling"), mapping(workload.spec["scaling"])
    least, most = scaling.get("minReplicas"), scaling.get("maxReplicas")
    if workload.spec.get("replicas") is not None:
        message = "replicas do not go with scaling"
        yield llm.error((*workload.at, "replicas"), message, hint="keep one of the two")
    if whole(least) and whole(most) and least > most:
        yield llm.error((*at, "minReplicas"), f"a minimum of {least} is above the maximum of {most}")
    wva = scaling.get("wva")
    if wva is None:
        yield llm.error(at, "nothing scales it: wva is missing", hint="add wva with hpa or keda")
        return
    given = [name for name in ("hpa", "keda") if mapping(wva).get(name) is not None]
    if len(given) != 1:
        message = "it scales by hpa or by keda, not by both" if given else "it says neither hpa nor keda"
        yield llm.error((*at, "wva"), message, hint="keep one of them" if given else "add one of them")
    yield from _keda(llm, at, scaling, mapping(mapping(wva).get("keda")))


def _keda(llm: Object, at: tuple[Any, ...], scaling: Mapping[str, Any], keda: Mapping[str, Any]) -> Iterator[Mistake]:
    here, advanced = (*at, "wva", "keda"), mapping(keda.get("advanced"))
    modifiers = mapping(advanced.get("scalingModifiers"))
    if any(modifiers.get(field) for field in _MODIFIERS):
        message = "KServe writes the scalingModifiers itself"
        yield llm.error((*here, "advanced", "scalingModifiers"), message, hint="take them away")
    if mapping(advanced.get("horizontalPodAutoscalerConfig")).get("name"):
        place = (*here, "advanced", "horizontalPodAutoscalerConfig", "name")
        yield llm.error(place, "KServe names the HorizontalPodAutoscaler itself", hint="take it away")
    idle, least = keda.get("idleReplicaCount"), scaling.get("minReplicas")
    if idle is not None and least is None:
        yield llm.error((*here, "idleReplicaCount"), "idleReplicaCount needs minReplicas", hint="add it to scaling")
    elif whole(idle) and whole(least) and idle >= least:
        message = f"{idle} replicas at rest are not fewer than the minimum of {least}"
        yield llm.error((*here, "idleReplicaCount"), message)


def _scalers(llm: Object) -> Iterator[Mistake]:
    both = [mapping(one.spec.get("scaling")).get("wva") for one in workloads(llm)]
    if len(both) < 2 or not all(isinstance(wva, Mapping) for wva in both):  # noqa: PLR2004  decode and prefill
        return
    names = ["hpa" if mapping(wva).get("hpa") is not None else "keda" for wva in both]
    if names[0] != names[1]:
        message = f"prefill scales by {names[1]} and the service by {names[0]}"
        yield llm.error(("spec", "prefill", "scaling", "wva"), message, hint="take the same for both")
