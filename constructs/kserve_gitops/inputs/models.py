"""The catalogue, read: a model file becomes one Model for each environment.

Only our own keys and the short forms are settled here. What stands under predictor, transformer and explainer is
KServe's and is handed on as it is; it is checked later, on the rendered object, against KServe's schema.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from kserve_gitops.core import names
from kserve_gitops.core.documents import Document
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.merging import merge
from kserve_gitops.core.origins import Link, Origin, Path, linked
from kserve_gitops.core.suggestions import closest
from kserve_gitops.inputs.environment import ClientPage, Credential, Model, Route
from kserve_gitops.inputs.schema import locator, overlay_locator, problems

COMPONENTS = ("predictor", "transformer", "explainer")


def file_problems(document: Document, environments: Iterable[str]) -> list[Finding]:
    """What is wrong with a model file: with itself, and with it under each environment's overlay.

    Without any `environments` platform.yaml is at fault, and no overlay is said to be undeclared.
    """
    found = list(problems(document.data, "model", locator(document)))
    if found:
        return found
    known = list(environments)
    for name, overlay in (document.data.get("environments") or {}).items():
        if known and name not in known:
            place = document.at(("environments",), key=name)
            hint = closest(name, known) or f"declared in platform.yaml: {', '.join(known)}"
            found.append(Finding("KG015", f"environment '{name}' is not declared", place, hint))
        elif overlay:
            locate = overlay_locator(document, (), ("environments", name))
            found.extend(problems(_merged(document, name), "model", locate))
    return found


def name_clashes(documents: Iterable[Document]) -> Iterator[Finding]:
    """Two model files with one name."""
    first: dict[str, Document] = {}
    for document in documents:
        name = document.data["name"]
        if name in first:
            other = first[name].at(("name",))
            yield Finding(
                "KG013", f"a second model named '{name}'", document.at(("name",)), f"the first one is at {other}"
            )
        first.setdefault(name, document)


class Catalogue:
    """The model files in the light of one environment's blocks."""

    def __init__(
        self,
        environment: str,
        *,
        domain: str,
        defaults: Mapping[str, Any],
        credentials: Mapping[str, Credential],
        pages: bool,
    ) -> None:
        self._environment = environment
        self._domain = domain
        self._namespace: str = defaults["namespace"]
        self._credentials = credentials
        self._pages = pages
        only = next(iter(credentials)) if len(credentials) == 1 else None
        self._credential: str | None = defaults.get("credential", only)
        # One tuple for all models: a catalogue may hold ten thousand.
        self._links = linked("", self._trail()).links
        self._links_below: dict[str, tuple[Link, ...]] = {}

    def problems(self, document: Document) -> Iterator[Finding]:
        """References of a model file that lead nowhere."""
        data = _merged(document, self._environment)
        locate = overlay_locator(document, (), ("environments", self._environment))
        if data.get("client") is not None and not self._pages:
            hint = "add clients with an image there, or take client away here"
            yield Finding("KG016", "a page, but platform.yaml has no clients", locate((), "client"), hint)
        wanted = data.get("credential")
        if wanted is not None and wanted not in self._credentials:
            hint = closest(wanted, self._credentials) or f"declared in platform.yaml: {', '.join(self._credentials)}"
            yield Finding("KG016", f"credential '{wanted}' is not declared", locate(("credential",), None), hint)

    def model(self, document: Document) -> Model:
        """The model of a file that has no problems."""
        data = _merged(document, self._environment)
        name: str = data["name"]
        route = data.get("route")
        page = data.get("client")
        return Model(
            name,
            data.get("namespace", self._namespace),
            Origin(document.file, links=self._links),
            predictor=_long_form(data["predictor"]),
            transformer=data.get("transformer"),
            explainer=data.get("explainer"),
            credential=self._credential_of(data),
            route=Route(self._below(document, "route"), route["hostname"]) if route else None,
            client=self._page(document, page) if page is not None else None,
        )

    def salvaged(self, document: Document) -> Model | None:
        """What is left to check, against KServe's schema, of a file that has problems: its components.

        None when not even those are there. Nothing else is taken, so that one mistake is not reported as two.
        """
        whole = document.data
        overlays = whole.get("environments")
        overlay = overlays.get(self._environment) if isinstance(overlays, Mapping) else None
        clean = {"name": whole["name"], **_components(whole), "environments": {self._environment: _components(overlay)}}
        if "predictor" not in clean or names.problem_with_inference_service_name(clean["name"]):
            return None
        return replace(self.model(replace(document, data=clean)), credential=None)

    def _trail(self) -> list[tuple[Path, list[Path]]]:
        """Which values of the InferenceService, and of what goes with it, come from where in the file."""
        overlay = ("environments", self._environment)
        links: list[tuple[Path, list[Path]]] = [(("spec", part), [(*overlay, part), (part,)]) for part in COMPONENTS]
        links.append((("metadata", "name"), [("name",)]))
        links.append((("metadata", "namespace"), [(*overlay, "namespace"), ("namespace",)]))
        links.append(((), [("name",)]))
        return links

    def _credential_of(self, data: Mapping[str, Any]) -> Credential | None:
        named = data.get("credential")
        if named is None and _reads_s3(data):
            named = self._credential
        return self._credentials.get(named) if named is not None else None

    def _below(self, document: Document, key: str) -> Origin:
        if key not in self._links_below:
            overlay = ("environments", self._environment)
            host: Path = ("spec", "hostnames", 0)
            named: list[Path] = [(*overlay, key, "hostname"), (key, "hostname")]
            below = linked("", [((), [(*overlay, key), (key,)]), (host, named)])
            self._links_below[key] = below.links
        return Origin(document.file, links=self._links_below[key])

    def _page(self, document: Document, page: Mapping[str, Any]) -> ClientPage:
        name = document.data["name"]
        return ClientPage(
            self._below(document, "client"),
            page.get("title", name),
            page.get("hostname", f"{name}-client.{self._domain}"),
            tuple(page.get("inputs", ())),
            {str(key): word for key, word in page.get("labels", {}).items()},
        )


def _merged(document: Document, environment: str) -> dict[str, Any]:
    data: dict[str, Any] = {key: value for key, value in document.data.items() if key != "environments"}
    overlay = (document.data.get("environments") or {}).get(environment)
    return merge(data, overlay) if overlay else data


def _components(data: Any) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        return {}
    return {part: data[part] for part in COMPONENTS if isinstance(data.get(part), Mapping)}


def _long_form(predictor: Mapping[str, Any]) -> Mapping[str, Any]:
    model = predictor.get("model")
    if not isinstance(model, Mapping) or not isinstance(model.get("modelFormat"), str):
        return predictor
    return {**predictor, "model": {**model, "modelFormat": {"name": model["modelFormat"]}}}


def _reads_s3(data: Mapping[str, Any]) -> bool:
    """Whether any part of the model is downloaded from S3."""
    for part in COMPONENTS:
        component = data.get(part) or {}
        model = component.get("model")
        model = model if isinstance(model, Mapping) else {}
        several = component.get("storageUris")
        uris = [
            model.get("storageUri"),
            *(u.get("uri") for u in (several if isinstance(several, list) else ()) if isinstance(u, Mapping)),
        ]
        if any(isinstance(uri, str) and uri.startswith("s3://") for uri in uris):
            return True
    return False
