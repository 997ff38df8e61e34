"""Where routes lead: Services, their ports, and their weights."""

from collections.abc import Iterator

from kserve_gitops.checks.reading import mapping, sequence, whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Service
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.backends import ROUTES, Backend, backends
from kserve_gitops.checks.world.made import Made, made
from kserve_gitops.core.origins import Path

_KSERVE = "serving.kserve.io"
_COMPONENTS = ("-predictor", "-transformer", "-explainer")


@rule("KG311", whole=True)
def missing_backend(tree: Tree) -> Iterator[Mistake]:
    """A route to a Service that does not exist.

    The Gateway takes the route and answers its requests with 500. An InferenceService in the mode Standard has no
    Service of its own name; its predictor has one, `<name>-predictor`, and so has its transformer.

    Fix: `backendRefs: [{name: <name>-predictor, port: 80}]`, or `<name>-transformer` where there is one.

    Since: every release

    Source: Gateway API v1.6.1, HTTPRouteRule.backendRefs; kserve/kserve v0.16.0,
    pkg/controller/v1beta1/inferenceservice/reconcilers/service/service_reconciler.go.
    """
    world = made(tree)
    services = {(found.namespace, found.name): found for found in tree.services}
    for backend in backends(tree):
        model = services.get((backend.namespace, backend.name))
        if backend.given.get("group") == _KSERVE:
            message = f"a route cannot lead to {backend.given.get('kind')} '{backend.name}'"
            hint = _entrance(model) if model else "name a Service"
            yield backend.route.error((*backend.at, "kind"), message, hint=hint)
        elif backend.is_service and not world.known("Service", backend.namespace, backend.name):
            message = f"there is no Service '{backend.name}' in namespace '{backend.namespace}'"
            wanted = ("Service", backend.namespace, backend.name)
            at = (*backend.at, "namespace" if "namespace" in backend.given and world.elsewhere(*wanted) else "name")
            if model:
                yield backend.route.error(at, message, hint=_entrance(model))
            else:
                yield backend.route.error(at, message, hint=world.advice(*wanted), missing=wanted)


def _entrance(model: Service) -> str:
    parts = {component.name for component in model.components}
    part = "transformer" if "transformer" in parts else "predictor"
    return f"InferenceService '{model.name}' is reached at '{model.name}-{part}', port 80"


@rule("KG312")
def missing_port(tree: Tree) -> Iterator[Mistake]:
    """A route to a port that the Service does not have.

    A backend names the port of the Service, not the one that the container listens on. The Gateway takes the route and
    answers its requests with 500. The Services of models have port 80, whatever the model server listens on.

    Fix: take the port of the Service, `port: 80` for a model.

    Since: every release

    Source: Gateway API v1.6.1, BackendObjectReference.port; kserve/kserve v0.16.0,
    pkg/controller/v1beta1/inferenceservice/reconcilers/service/service_reconciler.go.
    """
    world = made(tree)
    for backend in backends(tree):
        port = backend.given.get("port")
        found = world.find("Service", backend.namespace, backend.name) if backend.is_service else None
        ports = _ports(found) if found is not None else []
        if whole(port) and ports and port not in ports:
            message = f"Service '{backend.name}' has no port '{port}'"
            told = ", ".join(map(str, ports))
            other = (found, ("spec", "ports")) if isinstance(found, Object) else None
            yield backend.route.error((*backend.at, "port"), message, hint=f"it has {told}", other=other)


def _ports(found: Made | Object) -> list[int]:
    """The ports of a Service; none where they are not known."""
    if isinstance(found, Made):
        return [port.number for port in found.ports]
    given = found.sequence("spec", "ports") if found.sound else []
    ports = [mapping(one).get("port") for one in given]
    return [port for port in ports if whole(port)]


@rule("KG315")
def knative_backend(tree: Tree) -> Iterator[Mistake]:
    """A route that leads past Knative.

    In the mode Knative the Services of a model are ExternalNames that lead back to the ingress of Knative, which
    expects the host that Knative gave the model. A Gateway either refuses such a Service or gets a 404 from there.

    Fix: use the address that KServe gives the model, in `status.url`, or the mode Standard.

    Since: v0.16.0

    Source: Gateway API v1.6.1, BackendObjectReference, on ExternalName; Knative Serving v1.15, Route.
    """
    owners = {
        (service.namespace, f"{service.name}{suffix}"): service
        for service in tree.services
        if service.mode == "Knative"
        for suffix in ("", *_COMPONENTS)
    }
    for backend in backends(tree):
        service = owners.get((backend.namespace, backend.name))
        if service and backend.is_service and backend.route.raw and not _written(tree, backend):
            message = f"Service '{backend.name}' of a model in Knative leads back to the ingress of Knative"
            hint = "take the route away; the address that Knative gives the model works"
            other = (service, ("metadata", "name"))
            yield backend.route.warning((*backend.at, "name"), message, hint=hint, other=other)


def _written(tree: Tree, backend: Backend) -> bool:
    return tree.find("Service", backend.namespace, backend.name) is not None


@rule("KG316")
def no_weight(tree: Tree) -> Iterator[Mistake]:
    """A rule of a route whose backends all have the weight 0.

    It sends requests nowhere: all of them are answered with 500.

    Fix: give one backend a weight, or take the rule away.

    Since: every release

    Source: Gateway API v1.6.1, BackendRef.weight.
    """
    for route in tree.of(*ROUTES):
        for number, rule_ in enumerate(map(mapping, route.sequence("spec", "rules"))):
            weights = [mapping(one).get("weight", 1) for one in sequence(rule_.get("backendRefs"))]
            if weights and all(whole(weight) and weight == 0 for weight in weights):
                at: Path = ("spec", "rules", number, "backendRefs")
                yield route.warning(at, "all backends have the weight 0, so every request is answered with 500")
