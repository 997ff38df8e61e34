"""KServe's ClusterServingRuntime: a ServingRuntime for the models of every namespace.

Sources: as for `serving_runtime`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.core.patches import Patch
from kserve_gitops.kserve_object import KServeObject
from kserve_gitops.serving_runtime import Protocol, SupportedModelFormat, Worker, runtime_spec


class ClusterServingRuntime(KServeObject):
    """A runtime that models of all namespaces may take, where their own namespace has none that fits.

    Everything else is as in `ServingRuntime`. KServe's charts bring runtimes of this kind, called `kserve-…`; another
    name keeps one of your own apart from them.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
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
            kind="ClusterServingRuntime",
            version=version,
            namespace=None,
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
