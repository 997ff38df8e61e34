"""KServe's TrainedModel: a model that an InferenceService with a multi-model server loads beside its others.

Sources: kserve/kserve v0.16.0, pkg/apis/serving/v1alpha1/trainedmodel.go and trainedmodel_webhook.go.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.core.patches import Patch
from kserve_gitops.inference_service import InferenceService
from kserve_gitops.kserve_object import KServeObject, spec_of


class TrainedModelSpec(TypedDict):
    """What is loaded: from where, of which framework, and how much memory it takes, a quantity.

    The webhook refuses to change `memory` later, and takes schemes of a list of its own.
    """

    storageUri: str
    framework: str
    memory: str


class TrainedModel(KServeObject):
    """A model for `inference_service` (the construct, or a name in the same namespace), whose runtime is multi-model.

    `spec` holds anything else under KServe's names, and goes over the rest.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: str,
        inference_service: InferenceService | str | None = None,
        model: TrainedModelSpec | None = None,
        spec: Mapping[str, Any] | None = None,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        patches: Sequence[Patch] = (),
        version: str = "v1alpha1",
        origin: Origin | None = None,
    ) -> None:
        server = inference_service.name if isinstance(inference_service, InferenceService) else inference_service
        super().__init__(
            scope,
            id,
            kind="TrainedModel",
            version=version,
            namespace=namespace,
            spec=spec_of(spec, inferenceService=server, model=model),
            labels=labels,
            annotations=annotations,
            patches=patches,
            origin=origin,
        )
