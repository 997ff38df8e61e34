"""KServe's LLMInferenceService: a large language model behind a gateway that knows how busy its pods are.

Sources: as for `llm_inference_service_config`; pkg/controller/v1alpha1/llmisvc and v1alpha2/llmisvc (names of what
KServe makes); knative.dev/pkg, kmeta/names.go (how it shortens them).
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.core.patches import Patch
from kserve_gitops.kserve_object import KServeObject
from kserve_gitops.llm_inference_service_config import (
    LLMInferenceServiceConfig,
    LlmModel,
    Parallelism,
    PodSpec,
    Prefill,
    Router,
    llm_spec,
)

PORT = 8000
"""Of the workload's Service; KServe has no field for it."""

_LONGEST = 63
_HASH = 32


class LLMInferenceService(KServeObject):
    """A language model: `replicas` of `template`, or of a head and `worker` pods on other nodes, behind `router`.

    `worker` needs `parallelism.pipeline` or `.data`. With `prefill`, prompts get pods of their own. `base_refs` are
    configs (constructs, or names, as of KServe's presets) that the spec is laid over, the last one uppermost. `spec`
    holds anything else under KServe's names, and goes over the rest. `version` v1alpha1 is for KServe v0.16.

    What KServe makes: `service`, the Service of the pods, on `PORT`, with TLS by default; `http_route`, which takes
    `path` of the gateway; `inference_pool`, for routes of your own.
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
        base_refs: Sequence[LLMInferenceServiceConfig | str] = (),
        spec: Mapping[str, Any] | None = None,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        patches: Sequence[Patch] = (),
        version: str = "v1alpha2",
        origin: Origin | None = None,
    ) -> None:
        self.namespace = namespace
        self.service = child_name(id, "-kserve-workload-svc")
        self.http_route = child_name(id, "-kserve-route")
        self.inference_pool = child_name(id, "-inference-pool")
        self.path = f"/{namespace}/{id}"
        super().__init__(
            scope,
            id,
            kind="LLMInferenceService",
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
                base_refs=[ref if isinstance(ref, str) else ref.name for ref in base_refs],
            ),
            labels=labels,
            annotations=annotations,
            patches=patches,
            origin=origin,
        )


def child_name(name: str, suffix: str) -> str:
    """What KServe calls a child: past 63 characters the name's end gives way to its MD5, and `suffix` stays whole.

    `suffix` has fewer than 31 characters.
    """
    if len(name) + len(suffix) <= _LONGEST:
        return name + suffix
    digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    return name[: _LONGEST - _HASH - len(suffix)] + digest + suffix
