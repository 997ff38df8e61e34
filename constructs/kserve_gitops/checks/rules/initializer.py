"""Memory of the container that downloads a model before its server starts."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Component
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.model_addresses import Downloaders, ModelAddress, addresses
from kserve_gitops.core.quantities import parse as parse_quantity
from kserve_gitops.serving import storage_uris
from kserve_gitops.serving.storage_uris import parse

_INITIALIZER = "storage-initializer"
_DEFAULT_MEMORY = parse_quantity("1Gi")
_BIG = parse_quantity("16Gi")
_LARGE = parse_quantity("8Gi")
_DOWNLOADED = ("s3", "gs", "hf", "https", "http")
_LARGE_FORMATS = ("huggingface", "vLLM")
_GPU = "gpu"
_GPUS = ("habana.ai/gaudi",)
_SMALL = "a big model, and the storage initializer that downloads it has no more than 1Gi of memory"


@rule("KG173")
def small_initializer(tree: Tree) -> Iterator[Mistake]:
    """A big model, downloaded by a container with little memory.

    The storage initializer downloads the model before the server starts. It has 1Gi, cannot be given more by the model
    itself, and what it writes counts too: on big models it is ended with OOMKilled, again and again. A model counts as
    big if its server may take 16Gi or more, or 8Gi if it is one of Hugging Face's or vLLM's with a GPU.

    Fix: raise `kserve.storage.resources.limits.memory` in the values of KServe, or add a ClusterStorageContainer with
    more for that scheme. For an LLMInferenceService, which uses neither, and for models of tens of gigabytes: load from
    `pvc://` or `oci://`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, clusterstoragecontainer.yaml and configmap.yaml below
    charts/kserve-resources; issues 5162, 5326 and 5412.
    """
    limit = _memory(tree.setting("storage.resources.limits.memory"))
    raised = limit > _DEFAULT_MEMORY
    downloaders = tree.once(Downloaders)
    cached = {found.text("spec", "sourceModelUri") for found in tree.of("LocalModelCache", "LocalModelNamespaceCache")}
    for address in addresses(tree):
        if parse(address.text).scheme not in _DOWNLOADED or address.text in cached:
            continue
        owner = address.owner
        if address.component and not raised and _big_model(address.component) and not _other(address, downloaders):
            hint = "raise kserve.storage.resources.limits.memory in KServe's values, or load it from pvc:// or oci://"
            yield owner.warning(address.at, _SMALL, hint=hint)
        elif address.loader is storage_uris.LLM and owner.kind == "LLMInferenceService" and _big_llm(owner):
            yield owner.warning(address.at, _SMALL, hint="load it from pvc:// or oci://")


def _other(address: ModelAddress, downloaders: Downloaders) -> bool:
    """Whether another container may download it, or one with more memory."""
    named = address.component and address.component.spec.get("storageContainerName")
    return bool(named) or downloaders.unknown or any(map(_raised, downloaders.of(address)))


def _raised(container: Object) -> bool:
    return _memory(container.get("spec", "container", "resources", "limits", "memory")) > _DEFAULT_MEMORY


def _big_model(component: Component) -> bool:
    model = component.model
    servers = [model.given] if model else [found for _, found in component.containers]
    large = bool(model and model.format in _LARGE_FORMATS)
    return any(_big(found, large=large) for found in servers)


def _big_llm(owner: Object) -> bool:
    initializers = owner.sequence("spec", "template", "initContainers")
    if any(mapping(found).get("name") == _INITIALIZER for found in initializers):
        return False
    return any(_big(mapping(found), large=True) for found in owner.sequence("spec", "template", "containers"))


def _big(container: Mapping[str, Any], *, large: bool) -> bool:
    limits = mapping(mapping(container.get("resources")).get("limits"))
    gpu = any(str(key).endswith(_GPU) or key in _GPUS for key in limits)
    return _memory(limits.get("memory")) >= (_LARGE if large and gpu else _BIG)


def _memory(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return Decimal(0)
    try:
        return parse_quantity(value)
    except ValueError:
        return Decimal(0)
