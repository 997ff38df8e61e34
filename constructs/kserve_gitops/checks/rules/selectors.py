"""What an object is about: the target of an autoscaler, the pods that a selector finds."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from heapq import nsmallest
from itertools import chain
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.labelled import Labelled, Labels, pods_in, services_in
from kserve_gitops.checks.world.made import World, made
from kserve_gitops.checks.world.references import named
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest

_SCALED = ("Deployment", "StatefulSet")
_WITHOUT_PODS = ("ConfigMap", "PersistentVolumeClaim", "Secret", "ServiceAccount")


@rule("KG236", whole=True)
def target(tree: Tree) -> Iterator[Mistake]:
    """An autoscaler of something that is not there.

    A HorizontalPodAutoscaler without its target reports FailedGetScale and scales nothing; a ScaledObject is not ready.

    Fix: write kind and name of a Deployment or StatefulSet of the same namespace. That of a model is called
    `<name>-predictor`; KServe scales it by itself.

    Since: every release

    Source: Kubernetes documentation, Horizontal Pod Autoscaling; KEDA 2.20, ScaledObject specification.
    """
    world = made(tree)
    for scaler in tree.of("HorizontalPodAutoscaler", "ScaledObject"):
        kind = scaler.get("spec", "scaleTargetRef", "kind") or "Deployment"
        if kind not in _SCALED:
            continue
        for reference in named(scaler, ("spec", "scaleTargetRef", "name"), kind, world.namespace(scaler)):
            if reference.missing(world):
                yield reference.said(world, "nothing is scaled")


@rule("KG238", whole=True)
def selector(tree: Tree) -> Iterator[Mistake]:
    """A selector, or the name of a port, that finds nothing.

    A Service without pods answers nobody, a PodDisruptionBudget protects none, a NetworkPolicy allows nothing to
    anybody, and a monitor scrapes nothing; all of them are accepted as they are. So is a Service whose `targetPort` is
    the name of a port that its pods do not have.

    Fix: copy the labels, and the names of ports, of the pods. The pods of a model carry
    `serving.kserve.io/inferenceservice: <name>` and, in the mode Standard, `app: isvc.<name>-predictor`.

    Since: every release

    Source: Kubernetes documentation, Labels and Selectors, and Service; kserve/kserve v0.16.0, GetRawServiceLabel in
    pkg/constants/constants.go.
    """
    world = made(tree)
    pods, services = pods_in(tree, world), services_in(tree, world)
    others = {one.namespace for one in tree.cluster.existing if one.kind not in _WITHOUT_PODS}
    workloads = _by_label(tree, world)
    for found, at in _selecting(tree):
        there = services if found.kind == "ServiceMonitor" else pods
        wanted, namespaces = _wanted(found, at), _namespaces(found, world)
        candidates = [there[namespace] for namespace in namespaces if namespace in there]
        settled = all(namespace not in others and _settled(world, namespace) for namespace in namespaces)
        # Where the tree makes no pod at all, others do.
        if not wanted or not candidates or not settled:
            continue
        fitting = chain.from_iterable(labels.fitting(wanted) for labels in candidates)
        first = next(fitting, None)
        if first is None and _meant_by_a_workload(workloads, wanted, namespaces):
            continue
        if first is None:
            what = "Service" if found.kind == "ServiceMonitor" else "pod"
            message = f"no {what} that will be there has these labels"
            yield found.warning(_place(found, at, candidates, wanted), message, hint=_hint(candidates, wanted))
        elif found.kind == "Service":
            yield from _ports(found, chain([first], fitting))


def _by_label(tree: Tree, world: World) -> dict[tuple[str, str, str], list[Mapping[str, Any]]]:
    """What the workloads select, by their namespace and each of the labels."""
    found: dict[tuple[str, str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for one in tree.of("Deployment", "StatefulSet", "DaemonSet"):
        labels = one.mapping("spec", "selector", "matchLabels")
        for key, value in labels.items():
            found[world.namespace(one), str(key), str(value)].append(labels)
    return found


def _meant_by_a_workload(
    workloads: Mapping[tuple[str, str, str], list[Mapping[str, Any]]], wanted: Mapping[str, str], namespaces: list[str]
) -> bool:
    """Whether a workload selects these labels and gives its pods others, which is told there (KG137)."""
    label = next(iter(wanted.items()))
    there = (labels for namespace in namespaces for labels in workloads.get((namespace, *label), ()))
    return any(wanted.items() <= labels.items() for labels in there)


def _place(found: Object, at: Path, candidates: list[Labels], wanted: Mapping[str, str]) -> Path:
    """The label that nothing has; the whole selector where each alone finds something."""
    below = at if found.kind == "Service" else (*at, "matchLabels")
    alone = (key for key, value in wanted.items() if not any(_any(labels, key, value) for labels in candidates))
    key = next(alone, None)
    return at if key is None else (*below, key)


def _any(labels: Labels, key: str, value: str) -> bool:
    return next(labels.fitting({key: value}), None) is not None


def _ports(found: Object, fitting: Iterable[Labelled]) -> Iterator[Mistake]:
    wanted = [(number, mapping(port).get("targetPort")) for number, port in enumerate(found.sequence("spec", "ports"))]
    named = [(number, name) for number, name in wanted if isinstance(name, str) and not name.isdigit()]
    known = _known_ports(fitting) if named else None
    for number, name in named:
        if known is not None and name not in known:
            at = ("spec", "ports", number, "targetPort")
            yield found.warning(at, f"no port of its pods is called '{name}'", hint=closest(name, known))


def _known_ports(fitting: Iterable[Labelled]) -> set[str] | None:
    """The names of all their ports; None where they are not known of one."""
    names: set[str] = set()
    for one in fitting:
        if one.ports is None:
            return None
        names |= one.ports
    return names


def _selecting(tree: Tree) -> Iterator[tuple[Object, Path]]:
    for kind, at in (
        ("Service", ("spec", "selector")),
        ("PodDisruptionBudget", ("spec", "selector")),
        ("NetworkPolicy", ("spec", "podSelector")),
        ("PodMonitor", ("spec", "selector")),
        ("ServiceMonitor", ("spec", "selector")),
    ):
        for found in tree.of(kind):
            if found.group in ("", "policy", "networking.k8s.io", "monitoring.coreos.com"):
                yield found, at


def _namespaces(found: Object, world: World) -> list[str]:
    """Where it selects; none where it does so everywhere."""
    where = found.mapping("spec", "namespaceSelector")
    if where.get("any") is True:
        return []
    names = [name for name in sequence(where.get("matchNames")) if isinstance(name, str)]
    return names or [world.namespace(found)]


def _wanted(found: Object, at: Path) -> dict[str, str]:
    """The labels that are wanted; none of them for a selector that says something else."""
    given = found.mapping(*at)
    if found.kind != "Service":
        if sequence(given.get("matchExpressions")):
            return {}
        given = mapping(given.get("matchLabels"))
    texts = {str(key): value for key, value in given.items() if isinstance(value, str)}
    return texts if len(texts) == len(given) else {}


def _settled(world: World, namespace: str) -> bool:
    """Whether all pods of the namespace are known to the tree: no chart and no operator puts any there."""
    filled = namespace in world.open_namespaces or namespace in world.charted
    return world.fills(namespace) and not filled and not world.everywhere


def _hint(candidates: list[Labels], wanted: Mapping[str, str]) -> str:
    said = frozenset[str]().union(*(labels.said for labels in candidates))
    near = (closest(f"{key}: {value}", said) for key, value in wanted.items())
    return next(filter(None, near), "") or (f"there is {', '.join(nsmallest(3, said))}" if said else "")
