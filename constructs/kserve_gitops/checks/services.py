"""An InferenceService as rules look at it: its mode, its components, and what serves in each of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kserve_gitops.checks import reading
from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.tree import Object
from kserve_gitops.core.origins import Path
from kserve_gitops.serving.webhook import AUTOSCALER_CLASS, DEPLOYMENT_MODE, FRAMEWORKS, LEGACY_PROTOCOL_V2


@dataclass(frozen=True, slots=True)
class Model:
    """A `model` of a predictor, or one under a legacy key, which `at` leads to.

    `given` is as it stands there; `format` and `protocol` are what KServe reads out of it: "" for a format that is
    missing, None for a protocol that is left to the runtime.
    """

    at: Path
    given: Mapping[str, Any]
    format: str
    protocol: str | None

    @property
    def runtime(self) -> str:
        """The runtime by name; "" where KServe chooses."""
        value = self.given.get("runtime")
        return value if isinstance(value, str) else ""

    @property
    def storage_uri(self) -> str:
        """Where it is loaded from; "" where that is not said, or not so."""
        value = self.given.get("storageUri")
        return value if isinstance(value, str) else ""


@dataclass(frozen=True)
class Component:
    """A predictor, transformer or explainer, or the predictor of an entry of `spec.canary`."""

    name: str
    at: Path
    spec: Mapping[str, Any]

    @cached_property
    def containers(self) -> list[tuple[Path, Mapping[str, Any]]]:
        """The containers that are written as such, with their paths."""
        listed = enumerate(sequence(self.spec.get("containers")))
        return [((*self.at, "containers", number), mapping(found)) for number, found in listed]

    @cached_property
    def model(self) -> Model | None:
        """What the predictor serves by a runtime; None for custom containers."""
        if self.name != "predictor":
            return None
        for key in (*FRAMEWORKS, "model"):  # a legacy key wins over `model`, as in KServe's webhook
            given = self.spec.get(key)
            if isinstance(given, Mapping):
                form = given.get("modelFormat") if key == "model" else {"name": key}
                name = mapping(form).get("name")
                protocol = given.get("protocolVersion")
                if protocol is None and (name == "triton" or (key != "model" and key in LEGACY_PROTOCOL_V2)):
                    protocol = "v2"
                found = name if isinstance(name, str) else ""
                return Model((*self.at, key), given, found, protocol if isinstance(protocol, str) else None)
        return None

    @cached_property
    def servers(self) -> list[tuple[Path, Mapping[str, Any]]]:
        """Everything that becomes a container: the model, the containers, the explainer's."""
        model = self.model
        found = [(model.at, model.given)] if model else []
        if self.name == "explainer" and isinstance(self.spec.get("art"), Mapping):
            found.append(((*self.at, "art"), self.spec["art"]))
        return found + self.containers


class Service(Object):
    """An InferenceService; `default` is the deployment mode where it says none.

    `admitted` is the manifest with the mode that the webhook writes into it, and `mode` Standard, Knative or ModelMesh:
    legacy words as the new ones, and what KServe does not know as it stands. `components` are those that are there:
    predictor, transformer, explainer. `canaries` are the predictors of `spec.canary`, `everything` is both, and
    `models` is all that is served by a runtime, the canaries' too.
    """

    def __init__(self, found: Object, default: str) -> None:
        super().__init__(found.row, found.problems, doubtful=found.doubtful, respelt=found.respelt)
        self.admitted = self.manifest if DEPLOYMENT_MODE in self.annotations else self._admitted(default)
        self.mode = reading.mode(self.admitted)
        self.components = [Component(name, ("spec", name), spec) for name, spec in reading.components(self.manifest)]
        self.canaries = list(self._canaries())
        self.everything = [*self.components, *self.canaries] if self.canaries else self.components
        self.models = [model for component in self.everything if (model := component.model) is not None]

    def _admitted(self, default: str) -> dict[str, Any]:
        annotations = {DEPLOYMENT_MODE: default, **self.annotations}
        return {**self.manifest, "metadata": {**self.mapping("metadata"), "annotations": annotations}}

    def _canaries(self) -> Iterator[Component]:
        for number, entry in enumerate(self.sequence("spec", "canary")):
            at = ("spec", "canary", number, "predictor")
            yield Component("predictor", at, mapping(mapping(entry).get("predictor")))

    @property
    def autoscaler_class(self) -> str | None:
        """What the annotation says; None where it says nothing."""
        value = self.annotations.get(AUTOSCALER_CLASS)
        return value if isinstance(value, str) else None

    @property
    def predictor(self) -> Component | None:
        """The stable predictor."""
        first = self.components[0] if self.components else None
        return first if first is not None and first.name == "predictor" else None
