"""What stands for an object that nobody writes: charts, operators and controllers make it in the cluster."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kserve_gitops.checks.tree import Thing
from kserve_gitops.core.origins import Path

OF_THE_CLUSTER = frozenset({"ClusterStorageContainer", "GatewayClass", "IngressClass", "Namespace", "PriorityClass"})
"""Kinds without a namespace, among those that others make."""


class Port(NamedTuple):
    """A port of a Service."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Made:
    """One object that will be in the cluster and is not in dist/.

    `by` is the thing of the tree that has it made, and `at` the path there; None for what the cluster itself makes.
    `ports` are those of a Service, empty where they are not known; `keys` those of a Secret or ConfigMap, None where
    they are not known; `hosts` is for routes, which others fill in.
    """

    kind: str
    namespace: str
    name: str
    by: Thing | None = None
    at: Path = ()
    ports: tuple[Port, ...] = ()
    keys: frozenset[str] | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
