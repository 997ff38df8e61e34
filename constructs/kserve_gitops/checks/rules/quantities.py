"""Amounts of CPU, memory and the like, as they are written: what is no quantity, and what contradicts itself."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from kserve_gitops.checks.pods import pods
from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Service
from kserve_gitops.checks.tree import Mistake, Thing, Tree
from kserve_gitops.core import quantities
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest

_OF_CONTAINERS = ("cpu", "memory", "ephemeral-storage")
_HUGE = "hugepages-"
_BYTES = ("memory", "ephemeral-storage", "storage")
_WITH_B = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?([kKmMgGtT])i?[bB]?")
_MERGED = ("LLMInferenceService", "LLMInferenceServiceConfig", "ServingRuntime", "ClusterServingRuntime")
"""Kinds whose containers are merged with others before they run, so that what is not written here may be there."""


@rule("KG135")
def amounts(tree: Tree) -> Iterator[Mistake]:
    """An amount that the API server refuses, or that nobody can have meant.

    A quantity is a number with a unit of Kubernetes' own: `Gi` and `G`, not `GB`. A container must not ask for more
    than its limit, GPUs come whole and with a limit of the same number, and a resource without a domain before it is
    one of cpu, memory and ephemeral-storage. `512m` of memory is half a byte.

    Fix: write the quantity that the message names; raise the limit or lower the request.

    Since: every release

    Source: Kubernetes v1.34, documentation, Resource Management for Pods and Containers;
    pkg/apis/core/validation/validation.go, ValidateContainerResourceRequirements.
    """
    for pod in pods(tree):
        for at, container in pod.containers:
            # A `model` ends in its key, a container in its number; the first is merged with its runtime.
            merged = pod.owner.kind in _MERGED or (isinstance(pod.owner, Service) and not isinstance(at[-1], int))
            yield from _resources(pod.owner, (*at, "resources"), mapping(container.get("resources")), merged=merged)
        for number, volume in enumerate(sequence(pod.spec.get("volumes"))):
            limit = mapping(mapping(volume).get("emptyDir")).get("sizeLimit")
            yield from _problem(pod.owner, (*pod.at, "volumes", number, "emptyDir", "sizeLimit"), "storage", limit)
    for claim in tree.of("PersistentVolumeClaim"):
        yield from _claim(claim, ("spec",), claim.spec)
    for owner in tree.of("StatefulSet"):
        for number, template in enumerate(owner.sequence("spec", "volumeClaimTemplates")):
            at = ("spec", "volumeClaimTemplates", number, "spec")
            yield from _claim(owner, at, mapping(mapping(template).get("spec")))
    for quota in tree.of("ResourceQuota"):
        for name, value in quota.mapping("spec", "hard").items():
            yield from _problem(quota, ("spec", "hard", name), str(name).rpartition(".")[2], value)


def _resources(owner: Thing, at: Path, given: Mapping[str, Any], *, merged: bool) -> Iterator[Mistake]:
    requests, limits = mapping(given.get("requests")), mapping(given.get("limits"))
    for group, amounts_of in (("requests", requests), ("limits", limits)):
        for name, value in amounts_of.items():
            yield from _name(owner, (*at, group), name)
            yield from _problem(owner, (*at, group, name), name, value)
            if _is_whole(name) and (amount := _amount(value)) is not None and amount != amount.to_integral_value():
                yield owner.error((*at, group, name), f"'{value}' of {name} is not whole: it cannot be divided")
    for name, value in requests.items():
        asked, most = _amount(value), _amount(limits.get(name))
        if asked is None:
            continue
        if most is not None and asked > most:
            message = f"the request '{value}' of {name} is more than its limit '{limits[name]}'"
            yield owner.error((*at, "requests", name), message, hint="raise the limit, or lower the request")
        elif most is not None and _is_whole(name) and asked != most:
            message = f"the request '{value}' of {name} is not its limit '{limits[name]}'"
            yield owner.error((*at, "requests", name), message, hint="write the same number twice, or the limit alone")
        elif _is_whole(name) and limits.get(name) is None and not merged:
            message = f"{name} is requested without a limit"
            yield owner.error((*at, "requests", name), message, hint=f"add limits.{name} with the same number")


def _name(owner: Thing, at: Path, name: Any) -> Iterator[Mistake]:
    if isinstance(name, str) and name not in _OF_CONTAINERS and "/" not in name and not name.startswith(_HUGE):
        message = f"a container has no resource '{name}'"
        hint = closest(name, _OF_CONTAINERS) or "a device is written with its domain, as in nvidia.com/gpu"
        yield owner.error(at, message, hint=hint, key=name)


def _claim(owner: Thing, at: Path, spec: Mapping[str, Any]) -> Iterator[Mistake]:
    requests = mapping(mapping(spec.get("resources")).get("requests"))
    here = (*at, "resources", "requests")
    other = next(iter(requests), None)
    if requests.get("storage") is None and other is not None:
        yield owner.error(here, f"a claim asks for storage, not for '{other}'", hint="write storage", key=other)
    elif requests.get("storage") is None:
        yield owner.error(
            at, "a claim says how much storage it needs", hint="add resources.requests.storage, as in 10Gi"
        )
    elif _amount(requests["storage"]) == 0:
        yield owner.error((*here, "storage"), "a claim for no storage at all is refused", hint="as in 10Gi")
    for name, value in requests.items():
        yield from _problem(owner, (*here, name), name, value)


def _problem(owner: Thing, at: Path, name: Any, value: Any) -> Iterator[Mistake]:
    amount = _parsed(value) if isinstance(value, str | int | float) else None
    if isinstance(amount, str):
        yield owner.error(at, amount, hint=_with_unit(value))
    elif amount is not None and amount < 0:
        yield owner.error(at, f"'{value}' is less than 0")
    elif amount is not None and name in _BYTES and 0 < amount < 1:
        message = f"'{value}' is less than one byte: m stands for a thousandth"
        yield owner.warning(at, message, hint=f"did you mean '{str(value).removesuffix('m')}Mi'?")


def _with_unit(value: object) -> str:
    match = _WITH_B.fullmatch(str(value).strip())
    return f"did you mean '{match[1]}{match[2].upper()}i'?" if match else ""


def _amount(value: Any) -> Decimal | None:
    amount = _parsed(value) if isinstance(value, str | int | float) else None
    return amount if isinstance(amount, Decimal) else None


@lru_cache(maxsize=1000, typed=True)
def _parsed(value: str | float) -> Decimal | str:
    """The number, or what is wrong with it."""
    try:
        return quantities.parse(value)
    except ValueError as error:
        return str(error)


def _is_whole(name: Any) -> bool:
    """Whether it is a device, or huge pages: never divided, and never given out twice."""
    if not isinstance(name, str):
        return False
    domain, slash, _ = name.rpartition("/")
    return name.startswith(_HUGE) or (bool(slash) and not f".{domain}".endswith(".kubernetes.io"))
