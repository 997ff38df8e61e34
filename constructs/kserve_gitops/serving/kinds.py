"""The kinds of KServe's group that a person writes, and what the group's rules are for each: data only.

LocalModelNode is missing on purpose: KServe makes those, one for each node.
Sources: config/crd/full of kserve/kserve v0.16.0 and v0.20.0 (names, scopes, versions, fields beside `spec`);
pkg/apis/serving/v1beta1/inference_service_validation.go, pkg/apis/serving/v1alpha1/inference_graph_validation.go and
trainedmodel_webhook.go (rules for names).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kserve_gitops.core.names import problem_with_inference_service_name, problem_with_subdomain

MODEL = "InferenceService"
"""The kind that the catalogue is about, and takes when a file names none."""
COMPONENTS = ("predictor", "transformer", "explainer")
"""Of an InferenceService, each under that name in its spec."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `name_problem` is given `metadata.name` and returns "" or a phrase, as in `core.names`.

    `version` is the API version, None where it is `llm_version` of KServe's release. `top` are the fields beside
    `spec`. `needs` is the part of KServe that serves the kind where the controller's own charts do not: "llm" or
    "local-model", else "". `since` is the first release with the kind, "" for every one that is supported.
    """

    name: str
    namespaced: bool = True
    version: str | None = "v1alpha1"
    name_problem: Callable[[str], str] = problem_with_subdomain
    top: tuple[str, ...] = ()
    needs: str = ""
    since: str = ""

    def api_version(self, llm_version: str) -> str:
        """The `apiVersion` of its objects, for a release that stores the LLM kinds as `llm_version`."""
        return f"serving.kserve.io/{self.version or llm_version}"


def _problem_with_trained_model_name(value: str) -> str:
    """As other objects, but the webhook refuses dots."""
    wrong = problem_with_subdomain(value)
    return wrong or (f"'{value}' is not legal: a TrainedModel has no '.' in its name" if "." in value else "")


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("InferenceService", version="v1beta1", name_problem=problem_with_inference_service_name),
        # Its name is the start of the name of a Service, which begins with a letter and has no dots.
        Kind("LLMInferenceService", version=None, name_problem=problem_with_inference_service_name, needs="llm"),
        Kind("LLMInferenceServiceConfig", version=None, needs="llm"),
        Kind("InferenceGraph", name_problem=problem_with_inference_service_name),
        Kind("ServingRuntime"),
        Kind("ClusterServingRuntime", namespaced=False),
        Kind("TrainedModel", name_problem=_problem_with_trained_model_name),
        Kind("ClusterStorageContainer", namespaced=False, top=("disabled",)),
        Kind("LocalModelCache", namespaced=False, needs="local-model"),
        Kind("LocalModelNamespaceCache", needs="local-model", since="v0.18.1"),
        Kind("LocalModelNodeGroup", namespaced=False, needs="local-model"),
    )
}


def parts(kinds: Iterable[str]) -> frozenset[str]:
    """The parts of KServe that `kinds` need beside its controller; a name that is no kind of KServe's needs none."""
    return frozenset(KINDS[kind].needs for kind in kinds if kind in KINDS) - {""}
