"""Parts of an LLMInferenceService that KServe's webhook looks at one by one: scheduler, adapters, caches, devices."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.amounts import amount
from kserve_gitops.checks.reading import mapping, whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.llm import CONFIG, ROUTER, SERVICE, is_since, workloads
from kserve_gitops.core.names import problem_with_label, problem_with_subdomain
from kserve_gitops.core.origins import Path

_SCHEDULER: Path = (*ROUTER, "scheduler")
_ADAPTERS: Path = ("spec", "model", "lora", "adapters")
_RESOURCE: Path = ("spec", "model", "confidential", "resourceId")
_DEVICES = "serving.kserve.io/exp-dra-"
_RESOURCE_ID = re.compile(r"kbs:///[a-zA-Z0-9_.-]+/[a-zA-Z0-9_.-]+/[a-zA-Z0-9_.-]+")


@rule("KG159")
def llm_parts(tree: Tree) -> Iterator[Mistake]:
    """A part of an LLMInferenceService, or of its config, that KServe's webhook refuses.

    An LLMInferenceServiceConfig refers to no other one. From v0.17 on a scheduler has a replica at least, and its
    `config` is `inline` or `ref`. In v1alpha2, from v0.19 on, LoRA adapters have names of their own; from v0.20 on a
    tier of the KV cache has one place to be in, the annotations `exp-dra-*` need the device class, and a `resourceId`
    is a path of a key broker.

    Fix: name all configs in `baseRefs` of the service; keep one of two fields that exclude each other.

    Since: v0.16.0 for `baseRefs`; the rest as said above

    Source: kserve/kserve v0.16.0, pkg/controller/v1alpha1/llmisvc/validation/config_validator.go; v0.17.0 to v0.20.0,
    llm_inference_service_validation.go and llm_inference_service_config_validation.go in pkg/apis/serving/v1alpha2
    """
    schedulers, adapters, newest = (is_since(tree, release) for release in ("v0.17.0", "v0.19.0", "v0.20.0"))
    for config in tree.of(CONFIG):
        if config.sequence("spec", "baseRefs"):
            hint = "name it in the baseRefs of the services"
            yield config.error(("spec", "baseRefs"), "a config must not refer to another", hint=hint)
    for llm in tree.of(SERVICE, CONFIG) if schedulers else ():
        yield from _replicas(llm)
    for llm in tree.of(SERVICE) if schedulers else ():
        if isinstance(llm.get(*_SCHEDULER, "config"), Mapping):
            yield from _config(llm)
        if llm.api_version.endswith("/v1alpha2"):
            yield from _adapters(llm) if adapters else ()
            yield from _newest(llm) if newest else ()


def _replicas(llm: Object) -> Iterator[Mistake]:
    replicas = llm.get(*_SCHEDULER, "replicas")
    if whole(replicas) and replicas <= 0:
        yield llm.error((*_SCHEDULER, "replicas"), f"a scheduler with {replicas} replicas", hint="1 is the least")


def _config(llm: Object) -> Iterator[Mistake]:
    at = (*_SCHEDULER, "config")
    inline, ref = llm.get(*at, "inline"), llm.get(*at, "ref")
    if inline is None and ref is None:
        yield llm.error(at, "the configuration is missing", hint="say inline or ref")
    if inline is not None and ref is not None:
        yield llm.error(at, "it has both inline and ref", hint="keep one of them")
    if inline in ({}, []):
        yield llm.error((*at, "inline"), "the configuration is empty", hint="write an EndpointPickerConfig")
    if ref is not None and not mapping(ref).get("name"):
        yield llm.error((*at, "ref"), "it names no ConfigMap", hint="add name")


def _adapters(llm: Object) -> Iterator[Mistake]:
    base = llm.text("spec", "model", "name") or llm.name
    seen: dict[str, int] = {}
    for number, adapter in enumerate(llm.sequence(*_ADAPTERS)):
        at, name = (*_ADAPTERS, number, "name"), mapping(adapter).get("name")
        if name is None or name == "":
            yield llm.error(at[:-1], "the adapter has no name", hint="add name: requests ask for it by that")
            continue
        first = seen.setdefault(str(name), number)
        if name in (".", ".."):
            yield llm.error(at, f"'{name}' is no name: it becomes a folder")
        elif first != number:
            yield llm.error(at, f"a second adapter is called '{name}'", other=(llm, (*_ADAPTERS, first, "name")))
        if name == base:
            yield llm.error(at, f"'{name}' is the name of the model itself", hint="give the adapter another")


def _newest(llm: Object) -> Iterator[Mistake]:
    for workload in workloads(llm):
        yield from _tiers(llm, (*workload.at, "kvCacheOffloading"))
    yield from _devices(llm)
    resource = llm.text(*_RESOURCE)
    if llm.get(*_RESOURCE[:-1], "enabled") is True and resource and not _RESOURCE_ID.fullmatch(resource):
        yield llm.error(_RESOURCE, f"'{resource}' is no resource", hint="write kbs:///<repository>/<type>/<tag>")


def _tiers(llm: Object, at: Path) -> Iterator[Mistake]:
    tiers = llm.sequence(*at, "secondary")
    if tiers and amount(llm.get(*at, "cpu")) in (None, 0):
        yield llm.error(at, "tiers need a cache in memory before them", hint="add cpu, a quantity")
    for number, tier in enumerate(tiers):
        here: Path = (*at, "secondary", number)
        system = mapping(tier).get("fileSystem")
        if system is None:
            yield llm.error(here, "the tier is in no fileSystem", hint="add fileSystem with emptyDir or pvc")
            continue
        yield from _one_of(llm, (*here, "fileSystem"), system, ("emptyDir", "pvc"))
        claim = mapping(system).get("pvc")
        if claim is None or mapping(system).get("emptyDir") is not None:
            continue
        yield from _one_of(llm, (*here, "fileSystem", "pvc"), claim, ("spec", "ref"))
        ref = mapping(claim).get("ref")
        if ref is not None and mapping(claim).get("spec") is None and not mapping(ref).get("name"):
            place = (*here, "fileSystem", "pvc", "ref")
            yield llm.error(place, "it names no PersistentVolumeClaim", hint="add name")


def _one_of(llm: Object, at: Path, value: Any, fields: tuple[str, str]) -> Iterator[Mistake]:
    given = [field for field in fields if mapping(value).get(field) is not None]
    if not given:
        yield llm.error(at, "it has no place to be in", hint=f"say {' or '.join(fields)}")
    elif len(given) > 1:
        yield llm.error(at, f"it has both {' and '.join(given)}", hint="keep one of them")


def _devices(llm: Object) -> Iterator[Mistake]:
    said = {str(key).removeprefix(_DEVICES): value for key, value in llm.annotations.items() if _of_devices(key)}
    at = ("metadata", "annotations")
    others = [name for name in ("device-count", "cel-selector", "container-name") if name in said]
    if others and "device-class" not in said:
        hint = f"add {_DEVICES}device-class"
        yield llm.error((*at, f"{_DEVICES}{others[0]}"), "it asks for devices of no class", hint=hint)
    for name, value in said.items():
        if isinstance(value, str) and (problem := _problem_with(name, value.strip())):
            yield llm.error((*at, f"{_DEVICES}{name}"), problem)


def _of_devices(key: Any) -> bool:
    return isinstance(key, str) and key.startswith(_DEVICES)


def _problem_with(name: str, value: str) -> str:
    if name == "device-class":
        return problem_with_subdomain(value)
    if name == "container-name":
        return problem_with_label(value)
    if name == "device-count" and value and not (re.fullmatch(r"\+?[0-9]{1,9}", value) and int(value) > 0):
        return f"'{value}' is no number of devices, 1 or more"
    return "the selector is empty" if name == "cel-selector" and not value else ""
