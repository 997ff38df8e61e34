"""What is legal and goes wrong one day: containers without limits, replicas without a disruption budget."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.pods import Pod, pods
from kserve_gitops.checks.reading import mapping, sequence, whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Component, Service
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.limits import ranged
from kserve_gitops.core.origins import Path

_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
_RUNTIMES = ("ServingRuntime", "ClusterServingRuntime")
_APP, _ISVC = "app", "serving.kserve.io/inferenceservice"


@rule("KG172")
def no_memory_limit(tree: Tree) -> Iterator[Mistake]:
    """A container without a memory limit.

    It takes what it can get, and when the node runs out of memory the kernel ends whichever process it likes, often
    that of another model. KServe fills in limits for the first container of a custom component, and its own runtimes
    have theirs; nobody does it for side-cars, for runtimes of your own and for your own Deployments.

    Fix: `resources: {requests: {cpu: 100m, memory: 256Mi}, limits: {memory: 512Mi}}` at the container, or a LimitRange
    in the namespace.

    Since: every release

    Source: Kubernetes documentation, Resource Management for Pods and Containers; kserve/kserve v0.16.0,
    pkg/apis/serving/v1beta1/inference_service_defaults.go.
    """
    ranges = ranged(tree)
    limited = _limited_by_models(tree)
    for pod in pods(tree):
        if pod.namespace in ranges or mapping(mapping(pod.spec.get("resources")).get("limits")).get("memory"):
            continue
        for at, container in _unfilled(pod, limited):
            limits = mapping(mapping(container.get("resources")).get("limits"))
            if limits.get("memory") is None:
                message = f"container '{container.get('name', '')}' has no memory limit"
                yield pod.owner.warning(at, message, hint="add resources.limits.memory")


@rule("KG174", whole=True)
def no_disruption_budget(tree: Tree) -> Iterator[Mistake]:
    """Several replicas without a PodDisruptionBudget.

    When nodes are drained, for an upgrade or to save money, Kubernetes evicts as many pods at once as it likes. Two
    replicas are then no protection: without a budget both may go in the same minute. KServe makes none.

    Fix: `podDisruptionBudget: {maxUnavailable: 1}` in the model's entry of the catalogue; for a transformer or an
    explainer a PodDisruptionBudget of your own with `selector: {matchLabels: {app: isvc.<name>-transformer}}`.

    Since: every release

    Source: Kubernetes documentation, Specifying a Disruption Budget; kserve/kserve v0.16.0, pkg/constants/constants.go
    for the labels.
    """
    budgets = _budgets(tree)
    elsewhere = {found.namespace for found in tree.cluster.existing if found.kind == "PodDisruptionBudget"}
    for service in tree.services:
        if service.namespace in elsewhere or service.doubtful:  # a budget may be what could not be read
            continue
        for component in service.components:
            least = component.spec.get("minReplicas")
            if not whole(least) or least < 2:  # noqa: PLR2004  one replica cannot be kept by a budget
                continue
            labels = _labels(service, component)
            places = [(service.namespace, key, str(labels.get(key, ""))) for key in (_ISVC, _APP, "")]
            if not any(_selects(selector, labels) for place in places for selector in budgets.get(place, ())):
                message = f"{least} replicas and no PodDisruptionBudget: a drain may evict all of them at once"
                key = _APP if _APP in labels else _ISVC
                hint = f"add one with maxUnavailable: 1 that selects '{key}: {labels[key]}'"
                if component.name == "predictor" and not service.raw:
                    hint = "add podDisruptionBudget: {maxUnavailable: 1} to the model"
                yield service.warning((*component.at, "minReplicas"), message, hint=hint)


def _unfilled(pod: Pod, limited: set[tuple[str, str, str]]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The containers that nobody but a person gives limits."""
    owner = pod.owner
    containers = [(at, found) for at, found in pod.servers if "containers" in at]
    if owner.kind in _WORKLOADS:
        yield from containers
    elif owner.kind in _RUNTIMES and pod.at == ("spec",):
        served = (owner.kind, owner.namespace, owner.name) in limited
        yield from ((at, found) for at, found in containers if not (served and found.get("name") == "kserve-container"))
    elif isinstance(owner, Service) and pod.at[-1] != "workerSpec":
        modelled = len(containers) < len(pod.servers)
        yield from containers if modelled else containers[1:]


def _limited_by_models(tree: Tree) -> set[tuple[str, str, str]]:
    """The runtimes of the tree that are named by models, all of which bring a limit of their own."""
    told: dict[tuple[str, str], bool] = {}
    for service in tree.services:
        for model in service.models:
            has = mapping(mapping(model.given.get("resources")).get("limits")).get("memory") is not None
            for namespace in ("", service.namespace):
                told[namespace, model.runtime] = told.get((namespace, model.runtime), True) and has
    return {
        (found.kind, found.namespace, found.name)
        for found in tree.of(*_RUNTIMES)
        if told.get((found.namespace, found.name), False)
    }


def _labels(service: Service, component: Component) -> dict[str, Any]:
    """The labels of its pods, as far as they are known here."""
    own = {} if service.mode == "Knative" else {_APP: f"isvc.{service.name}-{component.name}"}
    return {
        **service.labels,
        **mapping(component.spec.get("labels")),
        **own,
        "component": component.name,
        _ISVC: service.name,
    }


def _budgets(tree: Tree) -> dict[tuple[str, str, str], list[Mapping[str, Any]]]:
    """What budgets select, by namespace and the label that tells models apart; by "" where they ask for none.

    There may be one for each of thousands of models.
    """
    found: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for budget in tree.of("PodDisruptionBudget"):
        selector = budget.mapping("spec", "selector")
        labels = mapping(selector.get("matchLabels"))
        # Not every model has the label app: where more is asked for, the rest decides.
        key = _ISVC if _ISVC in labels else _APP if len(labels) == len(selector) == 1 and _APP in labels else ""
        value = labels.get(key, "")
        place = (budget.namespace, key, value) if isinstance(value, str) else (budget.namespace, "", "")
        found.setdefault(place, []).append(selector)
    return found


def _selects(selector: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    """Whether a selector may mean pods with these labels: one that asks for labels that are not known here may."""
    wanted = mapping(selector.get("matchLabels"))
    if any(key in labels and labels[key] != value for key, value in wanted.items()):
        return False
    asked = [*wanted]
    for found in map(mapping, sequence(selector.get("matchExpressions"))):
        key, values, operator = found.get("key"), sequence(found.get("values")), found.get("operator")
        if not isinstance(key, str) or key not in labels:
            continue
        asked.append(key)
        inside = labels[key] in values
        if (operator == "In" and not inside) or (operator == "NotIn" and inside) or operator == "DoesNotExist":
            return False
    everything = not asked and not selector.get("matchExpressions")
    return everything or any(key in labels for key in asked)
