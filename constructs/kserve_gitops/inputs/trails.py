"""Which values of an object of the catalogue come from where: from its file, an overlay there, or platform.yaml."""

from collections.abc import Mapping
from typing import Any

from kserve_gitops.core.documents import Document
from kserve_gitops.core.origins import Link, Origin, Path, linked
from kserve_gitops.core.patches import pointed
from kserve_gitops.inputs import entries
from kserve_gitops.serving.kinds import COMPONENTS
from kserve_gitops.serving.webhook import AUTOSCALER_CLASS, DEPLOYMENT_MODE


class Trails:
    """The origins of what is made in an environment; `defaults` are those of all models, in the file `platform`."""

    def __init__(self, environment: str, defaults: Mapping[str, Any], platform: str) -> None:
        self._environment = environment
        self._beneath = _links_to_defaults(environment, defaults, platform)
        # One tuple for all plain models: a catalogue may hold ten thousand.
        self._links = linked("", self._trail()).links + self._beneath
        self._links_below: dict[str, tuple[Link, ...]] = {}

    def of_model(self, document: Document, data: Mapping[str, Any], *, knative: bool) -> Origin:
        """Of an InferenceService; `knative` tells whether it runs there."""
        return Origin(document.file, links=self._links_of(document, data, knative=knative))

    def of_entry(self, document: Document, data: Mapping[str, Any], top: tuple[str, ...]) -> Origin:
        """Of an object of another kind, which has the fields `top` beside spec."""
        return Origin(document.file, links=self._patches(data) + self._trail_of_entry(top))

    def below(self, document: Document, key: str) -> Origin:
        """Of what is made for a key with a hostname."""
        if key not in self._links_below:
            host: Path = ("spec", "hostnames", 0)
            self._links_below[key] = linked("", [((), self._both(key)), (host, self._both(key, "hostname"))]).links
        return Origin(document.file, links=self._links_below[key])

    def of_budget(self, document: Document) -> Origin:
        """Of a PodDisruptionBudget."""
        return Origin(document.file, links=linked("", [(("spec",), self._both("podDisruptionBudget"))]).links)

    def _links_of(self, document: Document, data: Mapping[str, Any], *, knative: bool) -> tuple[Link, ...]:
        legacy = entries.framework(document, self._environment)
        rollout = isinstance(data.get("canary"), Mapping)
        patches = self._patches(data)
        if not legacy and not rollout:
            return patches + self._links
        new = entries.framework(document, self._environment, "canary") if rollout else None
        links = self._trail(legacy, new, rollout=rollout, replaces=rollout and knative)
        return patches + linked("", links).links + self._beneath

    def _patches(self, data: Mapping[str, Any]) -> tuple[Link, ...]:
        """What a patch brought stands in the patch."""
        found: list[tuple[Path, list[Path]]] = []
        for number, patch in enumerate(data.get("patches") or ()):
            if "op" in patch:
                found.append((pointed(patch.get("path")), self._both("patches", number, "value")))
            else:
                found.append(((), self._both("patches", number)))
        return linked("", found).links

    def _trail(
        self, legacy: str | None = None, new: str | None = None, *, rollout: bool = False, replaces: bool = False
    ) -> list[tuple[Path, list[Path]]]:
        """Which values of the InferenceService, and of what goes with it, come from where in the file.

        `legacy` is the framework's key that stands where `model` does in the object, `new` that of a canary. With a
        `rollout` the new predictor stands beside the old one, or `replaces` it.
        """
        both = self._both
        of_new = [*(both("canary", "predictor", new) if new else ()), *both("canary", "predictor", "model")]
        of_old = [*(both("predictor", legacy) if legacy else ()), *both("predictor", "model")]
        links: list[tuple[Path, list[Path]]] = [(("spec", part), both(part)) for part in COMPONENTS]
        links.append((("spec", "canary"), both("canary")))
        if rollout:
            links.append((("spec", "canary", 0), both("canary")))
            links.append((("spec", "canary", 0, "predictor", "model"), of_new))
        links.append((("spec", "predictor", "model"), [*(of_new if replaces else ()), *of_old]))
        if replaces:
            links[0] = (("spec", "predictor"), [*both("canary", "predictor"), *both("predictor")])
        links.append((("metadata", "annotations", DEPLOYMENT_MODE), both("deploymentMode")))
        links.append((("metadata", "annotations", AUTOSCALER_CLASS), both("autoscalerClass")))
        return links + self._common()

    def _trail_of_entry(self, top: tuple[str, ...]) -> tuple[Link, ...]:
        links: list[tuple[Path, list[Path]]] = [(("spec",), [("environments", self._environment), ()])]
        links += [((key,), self._both(key)) for key in top]
        links.append((("apiVersion",), [("apiVersion",), ("kind",)]))
        return linked("", links + self._common()).links + self._beneath

    def _common(self) -> list[tuple[Path, list[Path]]]:
        """What every kind has."""
        both = self._both
        return [
            (("metadata",), both("metadata")),
            (("metadata", "name"), [("name",)]),
            (("metadata", "namespace"), both("namespace")),
            (("patches",), both("patches")),
            ((), [("name",)]),
        ]

    def _both(self, *path: str | int) -> list[Path]:
        """A path in the overlay of the environment, else in the file."""
        return [("environments", self._environment, *path), path]


def _links_to_defaults(environment: str, defaults: Mapping[str, Any], platform: str) -> tuple[Link, ...]:
    """For what stands in no file of the catalogue, but in platform.yaml for all."""
    return tuple(
        Link(
            ("metadata",) if block == "metadata" else ("spec", block),
            (("environments", environment, "defaults", block), ("defaults", block)),
            platform,
        )
        for block in defaults
    )
