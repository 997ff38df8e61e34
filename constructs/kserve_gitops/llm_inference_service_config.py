"""KServe's LLMInferenceServiceConfig: what LLMInferenceServices that refer to it have in common.

The shapes stand here, because an LLMInferenceService has the same spec and refers to configs by `baseRefs`.
Sources: kserve/kserve v0.16.0, pkg/apis/serving/v1alpha1/llm_inference_service_types.go, and v0.20.0, pkg/apis/serving/
v1alpha2; pkg/controller/v1alpha1/llmisvc/validation.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypedDict

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.core.patches import Patch
from kserve_gitops.kserve_object import KServeObject, spec_of

PodSpec = Mapping[str, Any]
"""A PodSpec of Kubernetes. KServe's presets call the container of the model server `main`."""


class Adapter(TypedDict):
    """A LoRA adapter: where it is read from, and the name that requests ask for it by."""

    name: str
    uri: str


class Lora(TypedDict, total=False):
    """LoRA adapters beside the base model; the limits are newer than v0.16."""

    adapters: Sequence[Adapter]
    maxRank: int
    maxAdapters: int
    maxCpuAdapters: int


class LlmModel(TypedDict, total=False):
    """The model: `uri` begins with hf, s3, oci or pvc; requests ask for it by `name`, by default the object's.

    `criticality` is of v1alpha1 only.
    """

    uri: Required[str]
    name: str
    criticality: Literal["Critical", "Standard", "Sheddable"]
    lora: Lora


class Parallelism(TypedDict, total=False):
    """How a model is spread over GPUs: `tensor` within a node, `pipeline` or `data` over nodes, never both.

    `data` and `dataLocal` (the share of one node) go together.
    """

    tensor: int
    pipeline: int
    data: int
    dataLocal: int
    dataRPCPort: int
    expert: bool


class Prefill(TypedDict, total=False):
    """Pods of their own for prompts; those of the service itself then only decode."""

    replicas: int
    parallelism: Parallelism
    template: PodSpec
    worker: PodSpec


class _GatewayRef(TypedDict):
    name: str
    namespace: str


class GatewayRef(_GatewayRef, total=False):
    """A Gateway that exists; `sectionName`, one of its listeners, is newer than v0.16."""

    sectionName: str


class GatewayRefs(TypedDict, total=False):
    """Gateways that exist; empty for the one that KServe was set up with."""

    refs: Sequence[GatewayRef]


class RouteRef(TypedDict):
    """An HTTPRoute of the same namespace."""

    name: str


class HttpRoute(TypedDict, total=False):
    """HTTPRoutes that exist, or the spec of the one that KServe makes; not both."""

    refs: Sequence[RouteRef]
    spec: Mapping[str, Any]


class Route(TypedDict, total=False):
    """Empty for the HTTPRoute that KServe makes by itself; `group` and `weight` are newer than v0.16."""

    http: HttpRoute
    group: str
    weight: int


class Scheduler(TypedDict, total=False):
    """Which pod a request goes to; empty for KServe's preset. `config` and `replicas` are newer than v0.16.

    `pool` is an InferencePool, by `ref` or by `spec`, whose fields differ between v1alpha1 and v1alpha2.
    """

    pool: Mapping[str, Any]
    template: PodSpec
    config: Mapping[str, Any]
    replicas: int


class Router(TypedDict, total=False):
    """How requests come in. Each part may be empty, which leaves it to KServe; without any there is no route.

    KServe refuses `gateway.refs` beside a route that it makes itself: they go with `route.http.refs`.
    """

    gateway: GatewayRefs
    route: Route
    scheduler: Scheduler


def llm_spec(
    given: Mapping[str, Any] | None,
    *,
    model: LlmModel | None,
    replicas: int | None,
    parallelism: Parallelism | None,
    template: PodSpec | None,
    worker: PodSpec | None,
    prefill: Prefill | None,
    router: Router | None,
    base_refs: Sequence[str] = (),
) -> dict[str, Any]:
    """The spec that the two LLM kinds have in common."""
    return spec_of(
        given,
        model=model,
        replicas=replicas,
        parallelism=parallelism,
        template=template,
        worker=worker,
        prefill=prefill,
        router=router,
        baseRefs=[{"name": name} for name in base_refs] or None,
    )


class LLMInferenceServiceConfig(KServeObject):
    """A part of a spec for the LLMInferenceServices of its namespace, or of all of them when it is in KServe's own.

    The keywords are those of `LLMInferenceService`, without `base_refs`, which KServe refuses here. Text may hold Go
    templates over the service (`{{ .ObjectMeta.Name }}`).
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: str,
        model: LlmModel | None = None,
        replicas: int | None = None,
        parallelism: Parallelism | None = None,
        template: PodSpec | None = None,
        worker: PodSpec | None = None,
        prefill: Prefill | None = None,
        router: Router | None = None,
        spec: Mapping[str, Any] | None = None,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        patches: Sequence[Patch] = (),
        version: str = "v1alpha2",
        origin: Origin | None = None,
    ) -> None:
        super().__init__(
            scope,
            id,
            kind="LLMInferenceServiceConfig",
            version=version,
            namespace=namespace,
            spec=llm_spec(
                spec,
                model=model,
                replicas=replicas,
                parallelism=parallelism,
                template=template,
                worker=worker,
                prefill=prefill,
                router=router,
            ),
            labels=labels,
            annotations=annotations,
            patches=patches,
            origin=origin,
        )
