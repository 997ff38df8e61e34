"""KServe's caches of models on the disks of nodes: LocalModelCache, and LocalModelNamespaceCache of one namespace.

Sources: kserve/kserve v0.16.0 and v0.20.0, pkg/apis/serving/v1alpha1/local_model_cache_types.go and
pkg/webhook/admission/localmodelcache.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.core.patches import Patch
from kserve_gitops.kserve_object import KServeObject, spec_of
from kserve_gitops.local_model_node_group import LocalModelNodeGroup


class CacheStorage(TypedDict, total=False):
    """The key in the storage Secret, and parameters over what stands there; newer than v0.16."""

    key: str
    parameters: Mapping[str, str]


class LocalModelCache(KServeObject):
    """The model at `source_model_uri`, on the disks of `node_groups`, for InferenceServices of every namespace.

    The webhook wants the URI once in a cluster, refuses to change it, and to delete a cache that is in use.
    `model_size` is a quantity. `node_groups` are constructs or names, one at least. `service_account_name` and
    `storage`, newer than v0.16, give the job that downloads the model its credentials. `spec` holds anything else under
    KServe's names, and goes over the rest.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        source_model_uri: str | None = None,
        model_size: str | None = None,
        node_groups: Sequence[LocalModelNodeGroup | str] | None = None,
        service_account_name: str | None = None,
        storage: CacheStorage | None = None,
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
            kind="LocalModelCache",
            version=version,
            namespace=None,
            spec=_spec(
                spec,
                source_model_uri=source_model_uri,
                model_size=model_size,
                node_groups=node_groups,
                service_account_name=service_account_name,
                storage=storage,
            ),
            labels=labels,
            annotations=annotations,
            patches=patches,
            origin=origin,
        )


class LocalModelNamespaceCache(KServeObject):
    """A LocalModelCache for the InferenceServices of its own namespace only; from KServe v0.18 on."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: str,
        source_model_uri: str | None = None,
        model_size: str | None = None,
        node_groups: Sequence[LocalModelNodeGroup | str] | None = None,
        service_account_name: str | None = None,
        storage: CacheStorage | None = None,
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
            kind="LocalModelNamespaceCache",
            version=version,
            namespace=namespace,
            spec=_spec(
                spec,
                source_model_uri=source_model_uri,
                model_size=model_size,
                node_groups=node_groups,
                service_account_name=service_account_name,
                storage=storage,
            ),
            labels=labels,
            annotations=annotations,
            patches=patches,
            origin=origin,
        )


def _spec(
    given: Mapping[str, Any] | None,
    *,
    source_model_uri: str | None,
    model_size: str | None,
    node_groups: Sequence[LocalModelNodeGroup | str] | None,
    service_account_name: str | None,
    storage: CacheStorage | None,
) -> dict[str, Any]:
    names = [group if isinstance(group, str) else group.name for group in node_groups or ()]
    return spec_of(
        given,
        sourceModelUri=source_model_uri,
        modelSize=model_size,
        nodeGroups=names or None,
        serviceAccountName=service_account_name,
        storage=storage,
    )
