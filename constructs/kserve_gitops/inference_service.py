"""KServe's InferenceService.

Sources: kserve/kserve v0.16.0, pkg/apis/serving/v1beta1 and pkg/controller/v1beta1/inferenceservice.
"""

from collections.abc import Mapping
from typing import Any

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.manifest import Manifest
from kserve_gitops.service_account import ServiceAccount

DEFAULT_RESOURCES = {"requests": {"cpu": "1", "memory": "2Gi"}, "limits": {"cpu": "1", "memory": "2Gi"}}
"""What every runtime of KServe's chart asks for; written out, because a lone request would be merged with these."""


class InferenceService(Manifest):
    """A model served by KServe.

    `predictor`, `transformer` and `explainer` are KServe's own mappings, under KServe's own names. Left out and filled
    in: resources of a `model` (one CPU and 2Gi), and the ServiceAccount, from `service_account`. The deployment mode
    is always written, because KServe refuses to change it later. The object carries no label and no annotation
    that could change by itself: KServe copies them to the pods, which would restart.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        namespace: str,
        predictor: Mapping[str, Any],
        transformer: Mapping[str, Any] | None = None,
        explainer: Mapping[str, Any] | None = None,
        deployment_mode: str = "Standard",
        service_account: ServiceAccount | None = None,
        origin: Origin | None = None,
    ) -> None:
        self.namespace = namespace
        self.service = f"{id}-transformer" if transformer else f"{id}-predictor"
        self.url = f"http://{self.service}.{namespace}.svc.cluster.local"
        spec: dict[str, Any] = {"predictor": _with_resources(predictor)}
        if service_account is not None:
            spec["predictor"].setdefault("serviceAccountName", service_account.account)
        others = {"transformer": transformer, "explainer": explainer}
        spec |= {name: component for name, component in others.items() if component is not None}
        manifest = {
            "apiVersion": "serving.kserve.io/v1beta1",
            "kind": "InferenceService",
            "metadata": {
                "name": id,
                "namespace": namespace,
                "annotations": {"serving.kserve.io/deploymentMode": deployment_mode},
            },
            "spec": spec,
        }
        super().__init__(scope, id, manifest, origin=origin)


def _with_resources(predictor: Mapping[str, Any]) -> dict[str, Any]:
    model = predictor.get("model")
    if not isinstance(model, Mapping) or "resources" in model:
        return dict(predictor)
    return {**predictor, "model": {**model, "resources": DEFAULT_RESOURCES}}
