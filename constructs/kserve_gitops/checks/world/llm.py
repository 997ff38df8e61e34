"""LLMInferenceServices and their configs as rules look at them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.checks.reading import mapping, whole
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.core.origins import Path

SERVICE, CONFIG = "LLMInferenceService", "LLMInferenceServiceConfig"
ROUTER: Path = ("spec", "router")


@dataclass(frozen=True, slots=True)
class Workload:
    """The pods that answer, or those of `prefill`, which only read prompts."""

    at: Path
    spec: Mapping[str, Any]

    @property
    def parallelism(self) -> Mapping[str, Any]:
        """How the model is spread over GPUs."""
        return mapping(self.spec.get("parallelism"))

    @property
    def by_data(self) -> bool:
        """Whether several copies of the model share the requests."""
        return _some(self.parallelism.get("data")) or _some(self.parallelism.get("dataLocal"))

    @property
    def by_pipeline(self) -> bool:
        """Whether the layers of the model lie on several nodes."""
        return _some(self.parallelism.get("pipeline"))


def workloads(llm: Object) -> Iterator[Workload]:
    """The workload itself, and that of `prefill` where there is one."""
    for at in (("spec",), ("spec", "prefill")):
        if isinstance(llm.get(*at), Mapping):
            yield Workload(at, llm.mapping(*at))


def is_since(tree: Tree, release: str) -> bool:
    """Whether the tree's KServe is that release or a newer one."""
    return order(tree.kserve) >= order(release)


def _some(value: Any) -> bool:
    return whole(value) and value > 0
