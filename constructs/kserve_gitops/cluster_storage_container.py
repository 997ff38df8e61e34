"""KServe's ClusterStorageContainer: the container that fetches models from the places it says it can read.

Sources: kserve/kserve v0.16.0, pkg/apis/serving/v1alpha1/storage_container_types.go.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.core.patches import Patch
from kserve_gitops.kserve_object import KServeObject, spec_of


class UriFormat(TypedDict, total=False):
    """Storage URIs by how they begin or by a regular expression, one of the two."""

    prefix: str
    regex: str


class ClusterStorageContainer(KServeObject):
    """Fetches models for every namespace, before KServe's own container would.

    `container` is a Container of Kubernetes; KServe adds the URI and the folder to its arguments. `workload_type` says
    what it does: it starts in front of a model (KServe's default), or fills the local model cache. `disabled` stands
    beside `spec`, as KServe has it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        container: Mapping[str, Any] | None = None,
        supported_uri_formats: Sequence[UriFormat] | None = None,
        workload_type: Literal["initContainer", "localModelDownloadJob"] | None = None,
        supports_multi_model_download: bool | None = None,
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
            kind="ClusterStorageContainer",
            version=version,
            namespace=None,
            spec=spec_of(
                spec,
                container=container,
                supportedUriFormats=supported_uri_formats and list(supported_uri_formats),
                workloadType=workload_type,
                supportsMultiModelDownload=supports_multi_model_download,
            ),
            top=spec_of(None, disabled=disabled),
            labels=labels,
            annotations=annotations,
            patches=patches,
            origin=origin,
        )
