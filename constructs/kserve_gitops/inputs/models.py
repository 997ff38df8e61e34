"""The catalogue in the light of one environment: a file becomes a Model, or an Entry of another kind."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from kserve_gitops.core.documents import Document
from kserve_gitops.core.findings import Finding, Severity
from kserve_gitops.core.names import problem_with_inference_service_name, problem_with_label
from kserve_gitops.core.places import Place
from kserve_gitops.core.suggestions import closest
from kserve_gitops.inputs import entries
from kserve_gitops.inputs.credential import Credential
from kserve_gitops.inputs.entries import merged
from kserve_gitops.inputs.environment import ClientPage, DisruptionBudget, Entry, Metadata, Model, Route
from kserve_gitops.inputs.releases import RELEASES, Release
from kserve_gitops.inputs.schema import overlay_locator
from kserve_gitops.inputs.trails import Trails
from kserve_gitops.serving.canary import Canary
from kserve_gitops.serving.credential_types import default, store
from kserve_gitops.serving.kinds import COMPONENTS, KINDS, MODEL

_HOW = {"deploymentMode": ("Standard", "Knative"), "autoscalerClass": ("hpa", "keda", "external", "none")}
"""What decides which fields of a component count for anything."""


class Catalogue:
    """The files of models/ in one environment.

    `settings` is the block `models` of platform.yaml, `defaults` the block of that name, `platform` its file.
    """

    def __init__(
        self,
        environment: str,
        *,
        domain: str,
        release: Release,
        deployment_mode: str,
        settings: Mapping[str, Any],
        defaults: Mapping[str, Any],
        credentials: Mapping[str, Credential],
        pages: bool,
        platform: str,
    ) -> None:
        self._environment = environment
        self._domain = domain
        self._release = release
        self._deployment_mode = deployment_mode
        self._namespace: str = settings["namespace"]
        self._defaults = defaults
        self._credentials = credentials
        self._pages = pages
        self._credential: str | None = settings.get("credential")
        self._by_namespace: Mapping[str, Mapping[str, Any]] = settings.get("namespaces", {})
        self._trails = Trails(environment, defaults, platform)

    def identity(self, document: Document) -> tuple[str, str, str]:
        """Kind, namespace and name of the object that a file becomes here, sound or not."""
        kind = entries.kind_of(document)
        if kind in KINDS and not KINDS[kind].namespaced:
            return kind, "", document.data["name"]
        said = [layer.get("namespace") for layer in entries.layers(document, self._environment)]
        namespace = next((one for one in said if isinstance(one, str)), self._namespace)
        return kind, namespace, document.data["name"]

    def clashes(self, documents: Iterable[Document]) -> Iterator[Finding]:
        """Two files for one object: of one kind, namespace and name."""
        first: dict[tuple[str, str, str], Document] = {}
        for document in documents:
            key = self.identity(document)
            if key in first:
                what = "model" if key[0] == MODEL else key[0]
                other = first[key].at(("name",))
                message, hint = f"a second {what} named '{key[2]}'", f"the first one is at {other}"
                yield Finding("KG013", message, document.at(("name",)), hint)
            first.setdefault(key, document)

    def place(self, document: Document, key: str) -> Place:
        """Of a key of a file, in the overlay of the environment where that has it."""
        return overlay_locator(document, (), ("environments", self._environment))((), key)

    def problems(self, document: Document) -> Iterator[Finding]:
        """References of a file that lead nowhere, and what nothing would serve."""
        kind = KINDS[entries.kind_of(document)]
        if kind.needs == "llm" and self._release.llm_chart is None:
            first = next(version for version, release in RELEASES.items() if release.llm_chart)
            message = f"the charts of KServe {self._release.version} cannot serve {kind.name} beside InferenceServices"
            hint = f"those of {first} can; until then it needs a controller that is not deployed from here"
            place = document.at(("kind",))
            yield Finding("KG115", message, place, hint, Severity.WARNING, environment=self._environment)
        if kind.name != MODEL:
            return
        data = merged(document, self._environment)
        locate = overlay_locator(document, (), ("environments", self._environment))
        if data.get("client") is not None and not self._pages:
            hint = "add clients with an image there, or take client away here"
            yield Finding("KG016", "a page, but platform.yaml has no clients", locate((), "client"), hint)
        if data.get("route") is not None and data.get("deploymentMode", self._deployment_mode) == "Knative":
            message = "a route leads past Knative: the Service of the predictor is an ExternalName there"
            hint = "take it away, or write route: null for this environment; KServe's own address works"
            yield Finding("KG302", message, locate((), "route"), hint, Severity.WARNING)
        wanted = data.get("credential")
        if wanted is not None and wanted not in self._credentials:
            able = [name for name, one in self._credentials.items() if one.kind.stores]
            hint = closest(wanted, able) or f"declared in platform.yaml: {', '.join(able) or 'none'}"
            yield Finding("KG016", f"credential '{wanted}' is not declared", locate(("credential",), None), hint)
        elif wanted is not None and not self._credentials[wanted].kind.stores:
            message = f"credential '{wanted}' is of type '{self._credentials[wanted].type}', which opens no store"
            yield Finding("KG023", message, locate(("credential",), None), "name one that opens the store of the model")

    def model(self, document: Document) -> Model:
        """The InferenceService of a file that has no problems."""
        data = merged(document, self._environment, self._defaults)
        name: str = data["name"]
        route = data.get("route")
        page = data.get("client")
        budget = data.get("podDisruptionBudget")
        mode: str = data.get("deploymentMode", self._deployment_mode)
        return Model(
            name,
            data.get("namespace", self._namespace),
            self._trails.of_model(document, data, knative=mode != "Standard"),
            predictor=self._predictor(document, data["predictor"]),
            transformer=data.get("transformer"),
            explainer=data.get("explainer"),
            credential=self._credential_of(document, data),
            route=Route(self._trails.below(document, "route"), route["hostname"]) if route else None,
            client=self._page(document, page) if page is not None else None,
            disruption_budget=DisruptionBudget(self._trails.of_budget(document), budget) if budget else None,
            deployment_mode=mode,
            autoscaler_class=data.get("autoscalerClass"),
            canary=_canary(data.get("canary")),
            metadata=_metadata(data),
            patches=tuple(data.get("patches") or ()),
        )

    def entry(self, document: Document) -> Entry:
        """The object of a file of another kind that has no problems."""
        kind = KINDS[entries.kind_of(document)]
        data = merged(document, self._environment, {"metadata": self._defaults.get("metadata", {})})
        own = entries.own_keys(kind.name)
        version = data.get("apiVersion", kind.api_version(self._release.llm_version))
        return Entry(
            kind.name,
            version.rpartition("/")[2],
            data["name"],
            data.get("namespace", self._namespace) if kind.namespaced else None,
            self._trails.of_entry(document, data, kind.top),
            {key: value for key, value in data.items() if key not in own},
            {key: data[key] for key in kind.top if key in data},
            _metadata(data),
            tuple(data.get("patches") or ()),
        )

    def salvaged(self, document: Document) -> Model | None:
        """What is left to check, against KServe's schema, of a model file that has problems: its components.

        None when not even those are there, or nobody can tell in which namespace they belong. Nothing else is taken,
        so that one mistake is not reported as two.
        """
        whole = document.data
        overlays = whole.get("environments")
        overlay = overlays.get(self._environment) if isinstance(overlays, Mapping) else None
        clean = {"name": whole["name"], **_components(whole), "environments": {self._environment: _components(overlay)}}
        clean["namespace"] = self.identity(document)[1]
        if "predictor" not in clean or problem_with_label(clean["namespace"]):
            return None
        if problem_with_inference_service_name(clean["name"]):
            return None
        for key, legal in _HOW.items():
            said = [layer[key] for layer in entries.layers(document, self._environment) if layer.get(key) in legal]
            clean |= {key: said[0]} if said else {}
        return replace(self.model(replace(document, data=clean)), credential=None)

    def _predictor(self, document: Document, predictor: Mapping[str, Any]) -> Mapping[str, Any]:
        """With `resources: null` kept where it is the last word: it means those of the runtime."""
        model = predictor.get("model")
        if not isinstance(model, Mapping) or model.get("resources") is not None:
            return predictor
        for layer in [*entries.layers(document, self._environment), self._defaults]:
            said = entries.model_of(layer)
            if "resources" in said:
                return {**predictor, "model": {**model, "resources": None}} if said["resources"] is None else predictor
        return predictor

    def _credential_of(self, document: Document, data: Mapping[str, Any]) -> Credential | None:
        for layer in entries.layers(document, self._environment):
            if "credential" in layer:
                named = layer["credential"]
                if named is None or named in self._credentials:
                    return self._credentials.get(named or "")
                break  # told as not declared: it must not be told again as a model without keys
        return self._default_for(data)

    def _default_for(self, data: Mapping[str, Any]) -> Credential | None:
        """The credential of a model that names none: that of its namespace, that of all, or the only one there is.

        Each only where it opens a store that the model is in.
        """
        canary = data.get("canary")
        opened = stores(data) | (stores(canary) if isinstance(canary, Mapping) else set())
        own = (self._by_namespace.get(data.get("namespace", self._namespace)) or {}).get("credential")
        types = {name: one.type for name, one in self._credentials.items()}
        return self._credentials.get(default(opened, (own, self._credential), types) or "")

    def _page(self, document: Document, page: Mapping[str, Any]) -> ClientPage:
        name = document.data["name"]
        return ClientPage(
            self._trails.below(document, "client"),
            page.get("title", name),
            page.get("hostname", f"{name}-client.{self._domain}"),
            tuple(page.get("inputs", ())),
            {str(key): word for key, word in page.get("labels", {}).items()},
        )


def _canary(given: Any) -> Canary | list[Any] | None:
    if not isinstance(given, Mapping):
        return given if isinstance(given, list) else None
    return Canary(given["trafficPercent"], given["predictor"], tag=given.get("tag", False))


def _metadata(data: Mapping[str, Any]) -> Metadata:
    given = data.get("metadata")
    return Metadata(_said(given.get("labels")), _said(given.get("annotations"))) if given else _NONE


def _said(given: Mapping[str, str | None] | None) -> dict[str, str]:
    return {key: text for key, text in (given or {}).items() if text is not None}


_NONE = Metadata()


def _components(data: Any) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        return {}
    return {part: data[part] for part in COMPONENTS if isinstance(data.get(part), Mapping)}


def stores(data: Mapping[str, Any]) -> set[str]:
    """The stores that the parts of the model are in, in the words of `store`; `storage` for one by its entry."""
    found = set()
    for part in COMPONENTS:
        component = data.get(part) or {}
        model = component.get("model", component.get("art"))
        model = model if isinstance(model, Mapping) else {}
        several = component.get("storageUris")
        uris = [
            model.get("storageUri"),
            *(u.get("uri") for u in (several if isinstance(several, list) else ()) if isinstance(u, Mapping)),
        ]
        found |= {store(uri) for uri in uris if isinstance(uri, str)}
        if isinstance(model.get("storage"), Mapping):
            found.add("storage")
    return found - {""}
