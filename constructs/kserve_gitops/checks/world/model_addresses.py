"""Every address that a model is loaded from, whatever the kind, and the containers of the tree that load some."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.services import Component, Service
from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.core.origins import Path
from kserve_gitops.serving import storage_uris
from kserve_gitops.serving.storage_uris import Address, Loader, Wrong, parse, placeholder
from kserve_gitops.serving.webhook import KSERVE_CONTAINER

STORAGE_URI = "STORAGE_URI"
"""The variable of a custom container that KServe reads as its storageUri."""


@dataclass(frozen=True)
class ModelAddress:
    """An address in an object, with what loads it. `component` is the one of an InferenceService that it is for.

    `listed` says that it is an entry of `storageUris`.
    """

    owner: Object
    at: Path
    text: str
    loader: Loader
    component: Component | None = None
    listed: bool = False

    @cached_property
    def parts(self) -> Address:
        """Its parts."""
        return parse(self.text.strip())

    @cached_property
    def placeholder(self) -> Wrong | None:
        """What nobody has filled in."""
        return placeholder(self.text)


def addresses(tree: Tree) -> list[ModelAddress]:
    """All that are text, in the order of the kinds."""
    return tree.once(_all)


def _all(tree: Tree) -> list[ModelAddress]:
    return list(_each(tree))


def _each(tree: Tree) -> Iterator[ModelAddress]:
    for service in tree.services:
        yield from of_service(service)
    for found in tree.of("TrainedModel"):
        yield from _one(found, ("spec", "model", "storageUri"), storage_uris.TRAINED_MODEL)
    for found in tree.of("LLMInferenceService", "LLMInferenceServiceConfig"):
        yield from _of_llm(found)
    for found in tree.of("LocalModelCache", "LocalModelNamespaceCache"):
        yield from _one(found, ("spec", "sourceModelUri"), storage_uris.CACHE)


def of_service(service: Service) -> Iterator[ModelAddress]:
    """Those of an InferenceService, its canaries included."""
    for component in service.everything:
        single = single_address(component)
        if single is not None:
            yield ModelAddress(service, *single, storage_uris.SERVICE, component)
        for number, entry in enumerate(sequence(component.spec.get("storageUris"))):
            uri = mapping(entry).get("uri")
            if isinstance(uri, str):
                at = (*component.at, "storageUris", number, "uri")
                yield ModelAddress(service, at, uri, storage_uris.SERVICE, component, listed=True)


def single_address(component: Component) -> tuple[Path, str] | None:
    """Where a component is loaded from, by its `storageUri` or its variable STORAGE_URI; None where it says neither."""
    for at, given in component.servers:
        if isinstance(at[-1], str):  # the model or the explainer, not a container
            uri = given.get("storageUri")
            return ((*at, "storageUri"), uri) if isinstance(uri, str) else None
    for at, given in _serving(component):
        for number, entry in enumerate(sequence(given.get("env"))):
            variable = mapping(entry)
            if variable.get("name") == STORAGE_URI and isinstance(variable.get("value"), str):
                return (*at, "env", number, "value"), variable["value"]
    return None


def _serving(component: Component) -> list[tuple[Path, Mapping[str, Any]]]:
    """The container that KServe reads the variable of: the first, and of several in a predictor the one so called."""
    containers = component.containers
    if component.name == "predictor" and len(containers) > 1:
        return [(at, found) for at, found in containers if found.get("name") == KSERVE_CONTAINER][:1]
    return containers[:1]


def _of_llm(found: Object) -> Iterator[ModelAddress]:
    if found.get("spec", "storageInitializer", "enabled") is False:
        return
    config = found.kind == "LLMInferenceServiceConfig"
    adapters = ("spec", "model", "lora", "adapters")
    places: list[tuple[Path, Loader]] = [(("spec", "model", "uri"), storage_uris.LLM)]
    places += [((*adapters, number, "uri"), storage_uris.ADAPTER) for number in range(len(found.sequence(*adapters)))]
    for at, loader in places:
        if not (config and "{{" in found.text(*at)):  # a template that the controller fills in
            yield from _one(found, at, loader)


def _one(found: Object, at: Path, loader: Loader) -> Iterator[ModelAddress]:
    text = found.get(*at)
    if isinstance(text, str):
        yield ModelAddress(found, at, text, loader)


class Downloaders:
    """The ClusterStorageContainers of a tree: what loads addresses in another way than KServe's own container."""

    def __init__(self, tree: Tree) -> None:
        self.unknown = any(found.kind == "ClusterStorageContainer" for found in tree.cluster.existing)
        self._formats: list[tuple[Object, str, re.Pattern[str]]] = []
        self._known: dict[tuple[str, str], list[Object]] = {}
        for found in tree.of("ClusterStorageContainer"):
            if found.get("disabled") is not True:
                work = found.text("spec", "workloadType") or "initContainer"
                self._formats += [(found, work, pattern) for pattern in _patterns(found)]

    def of(self, address: ModelAddress) -> list[Object]:
        """Those that load an address; the runtimes for LLMs know none."""
        if not self._formats or address.loader not in (storage_uris.SERVICE, storage_uris.CACHE):
            return []
        wanted = "initContainer" if address.loader is storage_uris.SERVICE else "localModelDownloadJob"
        key = (wanted, address.text)
        if key not in self._known:
            formats = (one for one in self._formats if one[1] == wanted)
            self._known[key] = [found for found, _, form in formats if form.search(address.text)]
        return self._known[key]

    def take(self, address: ModelAddress) -> bool:
        """Whether an address is another container's business, so that nothing is known about its form."""
        named = address.component and address.component.spec.get("storageContainerName")
        return bool(named) or bool(self.of(address))


def _patterns(found: Object) -> Iterator[re.Pattern[str]]:
    """What its formats accept; one that is not understood here accepts everything."""
    for entry in found.sequence("spec", "supportedUriFormats"):
        prefix, regex = mapping(entry).get("prefix"), mapping(entry).get("regex")
        if isinstance(prefix, str) and prefix:
            yield re.compile(f"^{re.escape(prefix)}")
        elif isinstance(regex, str) and regex:
            try:
                yield re.compile(regex)
            except (re.error, OverflowError, RecursionError):
                yield re.compile("")
