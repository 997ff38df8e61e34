"""The models of the tree that KServe gives a runtime, and what each of them asks of one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.services import Component, Model, Service
from kserve_gitops.checks.tree import Tree
from kserve_gitops.core.origins import Path
from kserve_gitops.serving.selection import Wanted
from kserve_gitops.serving.webhook import PROTOCOL_V2_SINCE

SERVED = ("Standard", "Knative")
"""The modes in which a model gets a runtime as described here; ModelMesh chooses by rules of its own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A model that needs a runtime: `wanted` is None where its manifest is too odd to tell."""

    service: Service
    component: Component
    model: Model
    runtime: str
    wanted: Wanted | None

    def at(self, *path: str) -> Path:
        """A path below the model, or as much of it as is there."""
        found = self.model.at
        for step in path:
            if step not in mapping(self.service.get(*found)):
                break
            found = (*found, step)
        return found


def asked(tree: Tree) -> list[Asked]:
    """Every model of the tree that KServe gives a runtime, the canaries' too where they ask for another than theirs."""
    return tree.once(_all)


def _all(tree: Tree) -> list[Asked]:
    return list(_each(tree))


def _each(tree: Tree) -> Iterator[Asked]:
    for service in tree.services:
        if service.mode not in SERVED:
            continue
        stable = _asked(service, service.predictor, tree.kserve)
        if stable:
            yield stable
        for canary in service.canaries:
            one = _asked(service, canary, tree.kserve, stable.model.given if stable else {})
            if one and (stable is None or (one.runtime, one.wanted) != (stable.runtime, stable.wanted)):
                yield one


def _asked(
    service: Service, component: Component | None, kserve: str, base: Mapping[str, Any] | None = None
) -> Asked | None:
    """What a predictor asks for; a canary is merged over the stable one, `base`."""
    model = component.model if component else None
    if component is None or model is None:
        return None
    given = {**(base or {}), **model.given}
    form = {**mapping(mapping(base).get("modelFormat")), **mapping(model.given.get("modelFormat"))}
    runtime, version = given.get("runtime"), form.get("version")
    said = model.protocol if model.protocol is not None else given.get("protocolVersion")
    workers = base is None and component.spec.get("workerSpec") is not None  # a canary must not have any: KG121
    odd = any(value is not None and not isinstance(value, str) for value in (runtime, version, said))
    wanted = Wanted(model.format, version, said or _protocol(model.format, kserve), workers)
    wanted_or_none = None if odd or not model.format else wanted
    return Asked(service, component, model, runtime if isinstance(runtime, str) else "", wanted_or_none)


def _protocol(form: str, kserve: str) -> str | None:
    """What the webhook writes into a model that says none."""
    since = PROTOCOL_V2_SINCE.get(form)
    numbers = tuple(int(part) for part in kserve.removeprefix("v").split(".") if part.isdigit())
    return "v2" if since and numbers >= since else None
