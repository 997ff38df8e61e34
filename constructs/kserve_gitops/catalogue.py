"""From what a file of models/ says to the construct of its kind: the same that Python uses."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from constructs import Construct

from kserve_gitops.cluster_serving_runtime import ClusterServingRuntime
from kserve_gitops.cluster_storage_container import ClusterStorageContainer
from kserve_gitops.inference_graph import InferenceGraph
from kserve_gitops.inference_service import InferenceService
from kserve_gitops.inputs.credential_contents import pod_labels, service_annotations
from kserve_gitops.inputs.environment import Entry, Environment, Model
from kserve_gitops.inputs.releases import RELEASES
from kserve_gitops.kserve_object import KServeObject
from kserve_gitops.llm_inference_service import LLMInferenceService
from kserve_gitops.llm_inference_service_config import LLMInferenceServiceConfig
from kserve_gitops.local_model_cache import LocalModelCache, LocalModelNamespaceCache
from kserve_gitops.local_model_node_group import LocalModelNodeGroup
from kserve_gitops.service_account import ServiceAccount
from kserve_gitops.serving.shapes import Untyped
from kserve_gitops.serving_runtime import ServingRuntime
from kserve_gitops.trained_model import TrainedModel

_NAMESPACED: dict[str, Callable[..., KServeObject]] = {
    "InferenceGraph": InferenceGraph,
    "LLMInferenceService": LLMInferenceService,
    "LLMInferenceServiceConfig": LLMInferenceServiceConfig,
    "LocalModelNamespaceCache": LocalModelNamespaceCache,
    "ServingRuntime": ServingRuntime,
    "TrainedModel": TrainedModel,
}
_CLUSTER: dict[str, Callable[..., KServeObject]] = {
    "ClusterServingRuntime": ClusterServingRuntime,
    "ClusterStorageContainer": ClusterStorageContainer,
    "LocalModelCache": LocalModelCache,
    "LocalModelNodeGroup": LocalModelNodeGroup,
}


def add_model(
    scope: Construct, model: Model, *, environment: Environment, service_account: ServiceAccount | None
) -> InferenceService:
    """The InferenceService of a model."""
    return InferenceService(
        scope,
        model.name,
        namespace=model.namespace,
        predictor=Untyped(model.predictor),
        transformer=_untyped(model.transformer),
        explainer=_untyped(model.explainer),
        canary=model.canary,
        deployment_mode=model.deployment_mode,
        autoscaler_class=model.autoscaler_class,
        service_account=service_account,
        labels={**(pod_labels(model.credential) if model.credential else {}), **model.metadata.labels},
        annotations={
            **(service_annotations(model.credential) if model.credential else {}),
            **model.metadata.annotations,
        },
        patches=model.patches,
        release=RELEASES[environment.kserve.version],
        routed=model.route is not None,
        origin=model.origin,
    )


def _untyped(component: Mapping[str, Any] | None) -> Untyped | None:
    return None if component is None else Untyped(component)


def add_entries(scope: Construct, entries: Iterable[Entry]) -> list[KServeObject]:
    """The objects of other kinds, each kind below a construct of its own: names may repeat from kind to kind."""
    scopes: dict[str, Construct] = {}
    made = []
    for entry in entries:
        if entry.kind not in scopes:
            scopes[entry.kind] = Construct(scope, entry.kind)
        place = {} if entry.namespace is None else {"namespace": entry.namespace}
        construct = (_CLUSTER if entry.namespace is None else _NAMESPACED)[entry.kind]
        made.append(
            construct(
                scopes[entry.kind],
                entry.name,
                **place,
                **entry.top,
                spec=entry.spec,
                labels=entry.metadata.labels,
                annotations=entry.metadata.annotations,
                patches=entry.patches,
                version=entry.version,
                origin=entry.origin,
            )
        )
    return made
