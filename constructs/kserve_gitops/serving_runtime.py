"""KServe's ServingRuntime: how models of some formats are served, for the models of one namespace.

Sources: kserve/kserve v0.16.0, pkg/apis/serving/v1alpha1/servingruntime_types.go and
pkg/apis/serving/v1beta1/predictor_model.go (which runtime is chosen).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypedDict

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.core.patches import Patch
from kserve_gitops.kserve_object import KServeObject, spec_of

Protocol = Literal["v1", "v2", "grpc-v1", "grpc-v2"]


class SupportedModelFormat(TypedDict, total=False):
    """A format that the runtime serves.

    `version` is compared as text, without ranges. Without `autoSelect` only a model that names the runtime gets it.
    Among the runtimes that fit, the highest `priority` (1 and up) is taken, those of the namespace before the others.
    """

    name: Required[str]
    version: str
    autoSelect: bool
    priority: int


class Worker(TypedDict, total=False):
    """The pods beside the head, for a model that takes several nodes: their containers, and how many there are.

    `pipelineParallelSize` counts the nodes, `tensorParallelSize` the GPUs of each. What else pods take (volumes,
    tolerations …) goes through `spec` of the runtime.
    """

    containers: Required[Sequence[Mapping[str, Any]]]
    pipelineParallelSize: int
    tensorParallelSize: int


def runtime_spec(
    given: Mapping[str, Any] | None,
    *,
    containers: Sequence[Mapping[str, Any]] | None,
    supported_model_formats: Sequence[SupportedModelFormat] | None,
    protocol_versions: Sequence[Protocol] | None,
    worker_spec: Worker | None,
    multi_model: bool | None,
    disabled: bool | None,
) -> dict[str, Any]:
    """The spec that runtimes of a namespace and of the cluster have in common."""
    return spec_of(
        given,
        supportedModelFormats=supported_model_formats and list(supported_model_formats),
        protocolVersions=protocol_versions and list(protocol_versions),
        containers=containers and list(containers),
        workerSpec=worker_spec,
        multiModel=multi_model,
        disabled=disabled,
    )


class ServingRuntime(KServeObject):
    """A runtime for the models of its own namespace, which take it before any ClusterServingRuntime.

    One of the `containers` is called `kserve-container`: the model is served by it, with what the model says about
    its container merged in. `{{.Name}}` in its arguments becomes the model's name. Pod fields (`volumes`,
    `nodeSelector` …) and anything else under KServe's names stand in `spec`, which goes over the rest.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: str,
        containers: Sequence[Mapping[str, Any]] | None = None,
        supported_model_formats: Sequence[SupportedModelFormat] | None = None,
        protocol_versions: Sequence[Protocol] | None = None,
        worker_spec: Worker | None = None,
        multi_model: bool | None = None,
        disabled: bool | None = None,
        spec: Mapping[str, Any] | None = None,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        patches: Sequence[Patch] = (),
        version: str = "v1alpha1",
        origin: Origin | None = None,
    ) -> None:
        super().__init__(
            scope,
            id,
            kind="ServingRuntime",
            version=version,
            namespace=namespace,
            spec=runtime_spec(
                spec,
                containers=containers,
                supported_model_formats=supported_model_formats,
                protocol_versions=protocol_versions,
                worker_spec=worker_spec,
                multi_model=multi_model,
                disabled=disabled,
            ),
            labels=labels,
            annotations=annotations,
            patches=patches,
            origin=origin,
        )
