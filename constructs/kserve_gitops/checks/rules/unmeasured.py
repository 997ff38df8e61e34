"""Scaling by a share of what the containers of a pod request, where one of them requests nothing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence, whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Component
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.demands import Demand, demands
from kserve_gitops.checks.world.limits import ranged

_SCALED = (None, "hpa", "keda")
_CPU, _MEMORY = "cpu", "memory"


@rule("KG119")
def unmeasured(tree: Tree) -> Iterator[Mistake]:
    """A container without the request that its pod is scaled by.

    A HorizontalPodAutoscaler measures in percent of what all containers of a pod request. One that requests nothing,
    mostly a side-car, and the whole pod cannot be measured: `FailedGetResourceMetric`, and the model is never scaled.

    Fix: `resources: {requests: {cpu: 100m}}` at the container, or a LimitRange with `defaultRequest` in the namespace.

    Since: every release

    Source: Kubernetes v1.34, calculateRequests in pkg/controller/podautoscaler/replica_calculator.go; kserve/kserve
    v0.16.0, hpa_reconciler.go and keda_reconciler.go below pkg/controller/v1beta1/inferenceservice/reconcilers.
    """
    filled = ranged(tree)
    asking: dict[int, list[Demand]] = {}
    for service in tree.services:
        if service.mode != "Standard" or service.namespace in filled or service.autoscaler_class not in _SCALED:
            continue
        for component in service.components:
            measured = _measured(component.spec, keda=service.autoscaler_class == "keda")
            if not measured or len(component.servers) == 1:
                continue
            asking = asking or _by_owner(tree)
            for demand in asking.get(id(service), ()):
                yield from _silent(demand, component, measured)


def _by_owner(tree: Tree) -> dict[int, list[Demand]]:
    found: dict[int, list[Demand]] = defaultdict(list)
    for demand in demands(tree):
        found[id(demand.owner)].append(demand)
    return found


def _silent(demand: Demand, component: Component, measured: frozenset[str]) -> Iterator[Mistake]:
    if demand.added is None or demand.at not in [at for at, _ in component.servers]:
        return
    given = {**demand.merged("limits"), **demand.merged("requests")}  # a limit alone is the request too
    for name in sorted(measured - given.keys()):
        container = demand.owner.get(*demand.at, "name")
        message = f"container '{container}' requests no {name}, so that the model is never scaled by it"
        yield demand.owner.warning(demand.at, message, hint=f"add resources.requests.{name}")


def _measured(spec: Mapping[str, Any], *, keda: bool) -> frozenset[str]:
    """The resources of whose requests a share is measured; none where the number of replicas never changes."""
    least, most = spec.get("minReplicas", 1), spec.get("maxReplicas")
    if not whole(least) or not whole(most) or most <= max(1, least):
        return frozenset()
    if spec.get("autoScaling") is None and not keda:
        by_memory = spec.get("scaleMetric") == _MEMORY and spec.get("scaleTarget") is not None
        return frozenset({_MEMORY if by_memory else _CPU})
    metrics = (
        mapping(mapping(one).get("resource")) for one in sequence(mapping(spec.get("autoScaling")).get("metrics"))
    )
    shares = (one.get("name") for one in metrics if mapping(one.get("target")).get("type") == "Utilization")
    return frozenset(name for name in shares if name in (_CPU, _MEMORY))
