"""What KServe's controllers will make of the objects of the tree, by their names (`serving.children`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.checks.services import Service
from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.checks.world.making import Made, Port
from kserve_gitops.serving import children
from kserve_gitops.serving.children import Child, Serving
from kserve_gitops.serving.webhook import DEPLOYMENT_MODE, LEGACY_MODES

_VISIBILITY = "networking.kserve.io/visibility"
_OURS = "kserve-"
"""The start of the name of every runtime that KServe brings; none of them has more than one port."""


def made_by_kserve(tree: Tree) -> Iterator[Made]:
    """The children of KServe's kinds."""
    platform = _Platform.of(tree)
    for service in tree.services:
        found = children.of_inference_service(service.name, service.spec, platform.serving(service))
        yield from (_made(child, service) for child in found)
    for graph in tree.of("InferenceGraph"):
        found = children.of_inference_graph(graph.name, _graph(tree, graph))
        yield from (_made(child, graph) for child in found)
    for llm in tree.of("LLMInferenceService"):
        yield from (_made(child, llm) for child in children.of_llm_inference_service(llm.name))
    yield from _claims(tree)
    yield from _bundles(tree)


@dataclass(frozen=True, slots=True)
class _Platform:
    """What decides for every model alike: `entrance` is what leads to one, by mode; `runtimes` others may serve it."""

    entrance: Mapping[str, str]
    runtimes: bool

    @classmethod
    def of(cls, tree: Tree) -> "_Platform":
        gateway = "controller.gateway."
        istio = tree.setting(f"{gateway}disableIstioVirtualHost") is not True
        closed = tree.setting(f"{gateway}disableIngressCreation") is True
        closed |= tree.setting(f"{gateway}domain") == "svc.cluster.local"
        routes = tree.setting(f"{gateway}ingressGateway.enableGatewayApi") is True
        standard = "" if closed else "HTTPRoute" if routes else "Ingress"
        entrance = {"Knative": "VirtualService" if istio else "", "Standard": standard}
        return cls(entrance, bool(tree.of("ServingRuntime", "ClusterServingRuntime")))

    def serving(self, service: Service) -> Serving:
        closed = service.mode == "Standard" and service.labels.get(_VISIBILITY) == "cluster-local"
        runtimes = [model.runtime for model in service.models]
        whole = all(runtime.startswith(_OURS) or not (runtime or self.runtimes) for runtime in runtimes)
        entrance = "" if closed else self.entrance.get(service.mode, "")
        return Serving(service.mode, service.autoscaler_class or "hpa", entrance, whole)


def _graph(tree: Tree, graph: Object) -> Serving:
    said = graph.annotations.get(DEPLOYMENT_MODE, tree.setting("controller.deploymentMode"))
    scaler = graph.text("metadata", "annotations", "serving.kserve.io/autoscalerClass") or "hpa"
    return Serving(LEGACY_MODES.get(said, said) if isinstance(said, str) else "", scaler)


def _made(child: Child, by: Object) -> Made:
    ports = tuple(Port(name, number) for name, number in child.ports)
    return Made(child.kind, by.namespace, child.name, by, child.at, ports)


def _claims(tree: Tree) -> Iterator[Made]:
    """The claims of cached models: in every namespace where a model may use it."""
    homes = {service.namespace for service in tree.services} | {_text(tree.setting("localmodel.jobNamespace"))}
    for cache in tree.of("LocalModelCache", "LocalModelNamespaceCache"):
        for claim in children.claims_of_cache(cache.name, cache.get("spec", "nodeGroups")):
            for namespace in sorted({cache.namespace} if cache.namespace else homes):
                yield Made(claim.kind, namespace, claim.name, cache, claim.at)


def _bundles(tree: Tree) -> Iterator[Made]:
    """The copy of the certificates that KServe keeps beside its models."""
    if tree.setting("storage.caBundleConfigMapName"):
        for namespace in sorted({service.namespace for service in tree.services}):
            yield Made("ConfigMap", namespace, "global-ca-bundle", keys=frozenset({"cabundle.crt"}))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "kserve-localmodel-jobs"
