"""Amounts of CPU, memory and the like, as they are written: what is no quantity, and what contradicts itself."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.amounts import amount
from kserve_gitops.checks.pods import pods
from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Thing, Tree
from kserve_gitops.checks.world.demands import GROUPS, demands
from kserve_gitops.core import quantities
from kserve_gitops.core.origins import Path

_BYTES = ("memory", "ephemeral-storage", "storage")
_WITH_B = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?([kKmMgGtT])i?[bB]?")


@rule("KG135")
def amounts(tree: Tree) -> Iterator[Mistake]:
    """An amount that the API server refuses, or that nobody can have meant.

    A quantity is a number with a unit of Kubernetes' own: `Gi` and `G`, not `GB`. `512m` of memory is half a byte, and
    a PersistentVolumeClaim asks for `storage` and for nothing else.

    Fix: write the quantity that the message names.

    Since: every release

    Source: Kubernetes v1.34, documentation, Resource Management for Pods and Containers;
    pkg/apis/core/validation/validation.go, ValidateContainerResourceRequirements.
    """
    yield from _of_pods(tree)
    for claim in tree.of("PersistentVolumeClaim"):
        yield from _claim(claim, ("spec",), claim.spec)
    for owner in tree.of("StatefulSet"):
        for number, template in enumerate(owner.sequence("spec", "volumeClaimTemplates")):
            at = ("spec", "volumeClaimTemplates", number, "spec")
            yield from _claim(owner, at, mapping(mapping(template).get("spec")))
    for quota in tree.of("ResourceQuota"):
        for name, value in quota.mapping("spec", "hard").items():
            yield from _problem(quota, ("spec", "hard", name), str(name).rpartition(".")[2], value)


def _of_pods(tree: Tree) -> Iterator[Mistake]:
    for demand in demands(tree):
        for group in GROUPS:
            for name, value in demand.own[group].items():
                if not _is_sound(value):
                    yield from _problem(demand.owner, demand.place(group, name), name, value)
    for pod in pods(tree):
        for number, volume in enumerate(sequence(pod.spec.get("volumes"))):
            limit = mapping(mapping(volume).get("emptyDir")).get("sizeLimit")
            yield from _problem(pod.owner, (*pod.at, "volumes", number, "emptyDir", "sizeLimit"), "storage", limit)


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
    elif amount(requests["storage"]) == 0:
        yield owner.error((*here, "storage"), "a claim for no storage at all is refused", hint="as in 10Gi")
    for name, value in requests.items():
        yield from _problem(owner, (*here, name), name, value)


def _problem(owner: Thing, at: Path, name: Any, value: Any) -> Iterator[Mistake]:
    given = amount(value)
    if given is None:
        if wrong := _wrong(value):
            yield owner.error(at, wrong, hint=_with_unit(value))
    elif given < 0:
        yield owner.error(at, f"'{value}' is less than 0")
    elif name in _BYTES and 0 < given < 1:
        message = f"'{value}' is less than one byte: m stands for a thousandth"
        yield owner.warning(at, message, hint=f"did you mean '{str(value).removesuffix('m')}Mi'?")


def _is_sound(value: Any) -> bool:
    """Whether it is an amount of one or more, which is legal everywhere."""
    given = amount(value)
    return given is not None and given >= 1


def _with_unit(value: object) -> str:
    match = _WITH_B.fullmatch(str(value).strip())
    return f"did you mean '{match[1]}{match[2].upper()}i'?" if match else ""


def _wrong(value: Any) -> str:
    """Why a scalar is no quantity; "" for what is one, and for other values, which the schema judges."""
    if not isinstance(value, str | int | float):
        return ""
    try:
        quantities.parse(value)
    except ValueError as error:
        return str(error)
    return ""
