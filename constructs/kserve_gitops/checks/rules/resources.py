"""What containers ask for: whether Kubernetes takes it, and whether a rollout can get it twice."""

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kserve_gitops.checks.amounts import amount
from kserve_gitops.checks.reading import mapping, whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Service
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.demands import GROUPS, Demand, demands
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving.accelerators import is_gpu, meant

_NATIVE = ("cpu", "memory", "ephemeral-storage")
_HUGE = "hugepages-"
_PERCENT = re.compile(r"([0-9]{1,3})%")


@rule("KG142")
def above_limit(tree: Tree) -> Iterator[Mistake]:
    """A container that asks for more than its limit.

    Kubernetes refuses the pod. What a model says is merged, resource by resource, over what its runtime says (1 CPU and
    2Gi as request and limit in most built-in ones), and a custom container gets the same from KServe's webhook. So a
    request of 4 without a limit is above the limit that nobody wrote.

    Fix: write requests and limits of each resource both.

    Since: every release

    Source: kserve/kserve v0.16.0 and v0.20.0, MergeRuntimeContainers in
    pkg/controller/v1beta1/inferenceservice/utils/utils.go and setResourceRequirementDefaults in
    pkg/apis/serving/v1beta1/inference_service_defaults.go; issue 3947; Kubernetes v1.34, pkg/apis/core/validation.
    """
    for demand in demands(tree):
        if not any(demand.own.values()):
            continue
        requests, limits = demand.merged("requests"), demand.merged("limits")
        for name in map(str, requests):
            if name not in limits or not _overcommitted(name):
                continue
            request, limit = amount(requests[name]), amount(limits[name])
            if request is not None and limit is not None and request > limit:
                yield from _above(demand, name, requests[name], limits[name])


@rule("KG143")
def impossible(tree: Tree) -> Iterator[Mistake]:
    """A resource that Kubernetes does not hand out that way.

    GPUs and other devices come whole, and their request must equal their limit; a limit alone is enough. A name
    without a domain is none of a device. Kubernetes refuses the pod.

    Fix: write `limits: {nvidia.com/gpu: "1"}`. For a part of a GPU use what the device plugin offers, such as
    `nvidia.com/mig-1g.5gb`.

    Since: every release

    Source: Kubernetes v1.34, ValidateContainerResourceName and validateResourceQuantityValue in
    pkg/apis/core/validation/validation.go.
    """
    for demand in demands(tree):
        for group in GROUPS:
            for name, value in demand.own[group].items():
                if name not in _NATIVE:
                    yield from _device(demand, group, str(name), value)


@rule("KG145")
def no_spare_gpu(tree: Tree) -> Iterator[Mistake]:
    """A rollout that needs a GPU more than the model has.

    A Deployment starts a new pod before it stops an old one, unless a quarter of its pods is one or more. The new pod
    waits for a free GPU, and without one the rollout stands still: the old model is served on, and Argo CD shows
    Progressing.

    Fix: add `deploymentStrategy: {type: Recreate}` to the component, or a rolling update with `maxSurge: 0` and
    `maxUnavailable: 1`. Where a GPU is always to spare, suppress this.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, setDefaultDeploymentSpec in
    pkg/controller/v1beta1/inferenceservice/reconcilers/deployment/deployment_reconciler.go; issue 4855.
    """
    told: set[tuple[int, str]] = set()
    for demand in demands(tree):
        owner = demand.owner
        if not isinstance(owner, Service) or owner.mode != "Standard":
            continue
        part = str(demand.at[1])
        if part == "canary":
            continue
        gpu, component = _gpu(demand), owner.mapping("spec", part)
        if gpu and (id(owner), part) not in told and "workerSpec" not in component and _stands_still(component):
            told.add((id(owner), part))
            at: Path = ("spec", part, "deploymentStrategy") if "deploymentStrategy" in component else ("spec", part)
            message = f"a rollout starts a new pod before it stops the old one, and waits for a free {gpu}"
            hint = "add deploymentStrategy: {type: Recreate}, if no GPU is to spare"
            yield owner.warning(at, message, hint=hint)


def _overcommitted(name: str) -> bool:
    """Whether a limit may be above the request; devices and huge pages have one figure."""
    if name.startswith(_HUGE):
        return False
    return "/" not in name or name.partition("/")[0].endswith("kubernetes.io")


def _above(demand: Demand, name: str, request: Any, limit: Any) -> Iterator[Mistake]:
    own_request, own_limit = name in demand.own["requests"], name in demand.own["limits"]
    if own_request and own_limit:
        message, hint = f"'{request}' is above the limit '{limit}'", "raise the limit, or lower the request"
    elif own_request:
        message = f"'{request}' is above the limit '{limit}' of {demand.source}"
        hint = f"write limits.{name} too"
    elif own_limit:
        message = f"'{limit}' is below the request '{request}' of {demand.source}"
        hint = f"write requests.{name} too"
    else:
        return
    yield demand.owner.error(demand.place("requests" if own_request else "limits", name), message, hint=hint)


def _device(demand: Demand, group: str, name: str, value: Any) -> Iterator[Mistake]:
    at = demand.place(group, name)
    found = amount(value)
    if "/" not in name and not name.startswith(_HUGE):
        near = "" if "gpu" in name.lower() else closest(name, _NATIVE)
        hint = near or "a device has a domain, as in nvidia.com/gpu"
        yield demand.owner.error(at[:-1], f"there is no resource '{name}'", hint=hint, key=name)
    elif device := meant(name):
        yield from _misspelt(demand, group, name, device)
    elif found is None or _overcommitted(name):
        return
    elif not name.startswith(_HUGE) and found != found.to_integral_value():
        message = f"'{value}': a device is handed out whole"
        yield demand.owner.error(at, message, hint=f"write {math.ceil(found)}")
    elif group == "requests" and not demand.nodes:
        limit = demand.merged("limits").get(name)
        if limit is None and demand.added is not None:
            yield demand.owner.error(at, "there is no limit for it", hint=f"write limits.{name} too, with '{value}'")
        elif limit is not None and _other(limit, found):
            yield demand.owner.error(at, f"'{value}' is not the limit '{limit}'", hint="write the same twice")
    elif group == "limits" and not demand.nodes and name not in demand.own["requests"]:
        request = demand.merged("requests").get(name)
        if request is not None and amount(request) not in (None, found):
            message = f"'{value}' is not the request '{request}' of {demand.source}"
            yield demand.owner.error(at, message, hint=f"write requests.{name} too")


def _misspelt(demand: Demand, group: str, name: str, device: str) -> Iterator[Mistake]:
    if group == "requests" and name in demand.own["limits"]:
        return  # told at the limit
    message = f"no device plugin that is known gives out '{name}'"
    yield demand.owner.warning(demand.place(group, name)[:-1], message, hint=f"did you mean '{device}'?", key=name)


def _other(limit: Any, request: Decimal) -> bool:
    """Whether a limit is another figure. A fraction is told where it stands."""
    found = amount(limit)
    return found is not None and found == found.to_integral_value() and found != request


def _gpu(demand: Demand) -> str:
    """A GPU that the container gets; "" for none."""
    for group in GROUPS:
        for name, value in demand.merged(group).items():
            if is_gpu(str(name)) and amount(value):
                return str(name)
    return ""


def _stands_still(component: Mapping[str, Any]) -> bool:
    """Whether a rolling update may take none of the pods away before it has a new one."""
    strategy = mapping(component.get("deploymentStrategy"))
    if strategy.get("type") == "Recreate":
        return False
    replicas = component.get("minReplicas")
    pods = max(replicas, 1) if whole(replicas) else 1
    rolling = mapping(strategy.get("rollingUpdate"))
    more = _figure(rolling.get("maxSurge"), pods)
    fewer = _figure(rolling.get("maxUnavailable"), pods)
    return more > 0 and fewer < 1  # Kubernetes rounds the first up and the second down


def _figure(value: Any, pods: int) -> Fraction:
    """A number of pods, or a percentage of them; a quarter where nothing, or nothing legible, is said."""
    if whole(value):
        return Fraction(value)
    found = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    return Fraction(pods * int(found[1] if found else 25), 100)
