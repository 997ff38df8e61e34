"""Which namespaces the operators of other people may fill: what their kinds become, nobody here can tell.

A kind without a schema in `imports/` may stand for Secrets, ConfigMaps, Services and pods of any name, beside it or in
a namespace that it names.

Sources: external-secrets v1.3.2; Kyverno 1.15; Flux 2.7; K3s, Helm controller; Crossplane 2.0; Knative 1.19, channels;
prometheus-operator v0.93; LeaderWorkerSet 0.8; Operator Lifecycle Manager 0.38.
"""

from collections.abc import Iterator
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.tree import Cluster, Object

_SILENT = (
    *("istio.io", "k8s.io", "knative.dev", "kserve.io", "traefik.io", "envoyproxy.io", "keda.sh", "coreos.com"),
    "external-secrets.io",  # what its kinds make has the name that they say
)
"""Groups whose kinds make nothing that people refer to, although `imports/` may not know them; `_MAKERS` apart."""
_MAKERS = frozenset(
    {
        "Alertmanager",
        "Channel",
        "Cluster",
        "InMemoryChannel",
        "IstioOperator",
        "JobSet",
        "KafkaChannel",
        "KnativeEventing",
        "KnativeServing",
        "LeaderWorkerSet",
        "Parallel",
        "Prometheus",
        "PrometheusAgent",
        "Sequence",
        "Subscription",
        "ThanosRuler",
    }
)
_EVERYWHERE = frozenset(
    {
        "Bundle",
        "ClusterExternalSecret",
        "ClusterGeneratingPolicy",
        "ClusterPolicy",
        "ClusterSecret",
        "GeneratingPolicy",
        "Kustomization",
    }
)
"""Kinds of external-secrets, Kyverno, trust-manager and Flux that put objects into namespaces that they do not name."""
_TARGETS = "amespace"
"""How a key ends that names a namespace, such as targetNamespace."""


def fills_every_namespace(found: Object) -> bool:
    """Whether it makes objects in namespaces that it does not name."""
    return found.kind in _EVERYWHERE and "." in found.group and not found.group.endswith(".config.k8s.io")


def may_make(cluster: Cluster, found: Object) -> bool:
    """Whether an operator that nobody knows may make something of it."""
    if "." not in found.group or cluster.schemas.knows(found.api_version, found.kind):
        return False
    if found.group.endswith(_SILENT):
        return found.kind in _MAKERS
    return bool(found.spec) and found.kind != "ExternalSecret"  # of whatever group: one Secret, called like it


def named_namespaces(value: Any) -> Iterator[str]:
    """The namespaces that stand anywhere in it, by the names of their keys."""
    for key, inner in mapping(value).items():
        if isinstance(inner, str) and str(key).endswith(_TARGETS):
            yield inner
        elif key == "namespaces":
            yield from (name for name in sequence(inner) if isinstance(name, str))
        yield from named_namespaces(inner)
    for entry in sequence(value):
        yield from named_namespaces(entry)
