"""Where labels and annotations stand in an object: its own, and those that it gives to what is made of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.core.origins import Path
from kserve_gitops.serving.kinds import COMPONENTS

_TEMPLATED = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job")
_BELOW: dict[str, tuple[Path, ...]] = {
    **dict.fromkeys(_TEMPLATED, (("spec", "template", "metadata"),)),
    "CronJob": (
        ("spec", "jobTemplate", "metadata"),
        ("spec", "jobTemplate", "spec", "template", "metadata"),
    ),
    "SealedSecret": (("spec", "template", "metadata"),),
    "Certificate": (("spec", "secretTemplate"),),
    "InferenceService": tuple(("spec", name) for name in COMPONENTS),
    "ServingRuntime": (("spec",), ("spec", "workerSpec")),
    "ClusterServingRuntime": (("spec",), ("spec", "workerSpec")),
    "LLMInferenceService": (("spec",), ("spec", "prefill")),
    "LLMInferenceServiceConfig": (("spec",), ("spec", "prefill")),
    "Gateway": (("spec", "infrastructure"),),
}
"""Beside `metadata`: mappings with the keys labels and annotations."""


@dataclass(frozen=True, slots=True)
class Tags:
    """The labels or the annotations at one place of an object; `at` leads to the mapping."""

    owner: Object
    at: Path
    given: Mapping[Any, Any]

    @property
    def labels(self) -> bool:
        """Whether these are labels."""
        return self.at[-1] == "labels"

    @property
    def own(self) -> bool:
        """Whether these are the object's, and not those of what is made of it."""
        return self.at[0] == "metadata"


def tags(tree: Tree) -> list[Tags]:
    """All labels and annotations of the tree."""
    return tree.once(_tags)


def _tags(tree: Tree) -> list[Tags]:
    return list(_each(tree))


def _each(tree: Tree) -> Iterator[Tags]:
    for found in tree.objects:
        for place in (("metadata",), *_BELOW.get(found.kind, ())):
            for word in ("labels", "annotations"):
                given = found.get(*place, word)
                if isinstance(given, Mapping) and given:
                    yield Tags(found, (*place, word), given)
