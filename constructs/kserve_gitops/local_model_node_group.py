"""KServe's LocalModelNodeGroup: nodes that keep models on their own disks, and the volumes they keep them on.

Sources: kserve/kserve v0.16.0, pkg/apis/serving/v1alpha1/local_model_node_group_types.go.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.core.patches import Patch
from kserve_gitops.kserve_object import KServeObject, spec_of


class LocalModelNodeGroup(KServeObject):
    """A group of nodes, chosen by the node affinity of `persistent_volume_spec`.

    `storage_limit` is a quantity. KServe makes a volume and a claim from the two specs, which are Kubernetes' own,
    for every model of a cache, in each namespace that uses it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        storage_limit: str | None = None,
        persistent_volume_spec: Mapping[str, Any] | None = None,
        persistent_volume_claim_spec: Mapping[str, Any] | None = None,
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
            kind="LocalModelNodeGroup",
            version=version,
            namespace=None,
            spec=spec_of(
                spec,
                storageLimit=storage_limit,
                persistentVolumeSpec=persistent_volume_spec,
                persistentVolumeClaimSpec=persistent_volume_claim_spec,
            ),
            labels=labels,
            annotations=annotations,
            patches=patches,
            origin=origin,
        )
