"""The Gateway that KServe hangs its own routes on: that it is named, that it is there, and that it takes them."""

from collections import defaultdict
from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Service
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.addresses import GATEWAY, Addresses, written
from kserve_gitops.checks.world.gateways import GROUP, Listener, Namespaces, listeners
from kserve_gitops.checks.world.made import made
from kserve_gitops.core.names import problem_with_label
from kserve_gitops.core.origins import Path
from kserve_gitops.serving import charts, hosts

_INGRESS = (*GATEWAY.split("."), "ingressGateway")
_SETTING = (*_INGRESS, "kserveGateway")
_AT: Path = ("kserve", *_SETTING)
_MADE = "kserve-ingress-gateway"
"""The name of the Gateway that KServe's chart makes, whatever `kserveGateway` says."""
_MADE_CLASS = "envoy"


@rule("KG321")
def gateway_form(tree: Tree) -> Iterator[Mistake]:
    """A `kserveGateway` that is no namespace and name.

    KServe splits it at `/` and wants two names without dots. With anything else the controller refuses its whole
    configuration, and nothing that is deployed by it changes any more.

    Fix: `kserveGateway: <namespace>/<name>` of the Gateway; in platform.yaml, `gateway` says both.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, validateIngressGateway in pkg/apis/serving/v1beta1/configmap.go.
    """
    if not Addresses.of(tree).by_routes:
        return
    for values in written(tree, *_SETTING):
        given = values.get(*_AT)
        parts = given.split("/") if isinstance(given, str) else []
        if isinstance(given, str) and (len(parts) != 2 or any(map(problem_with_label, parts))):  # noqa: PLR2004  a pair
            hint = "a Gateway whose name has a dot cannot be named" if "." in given else "write <namespace>/<name>"
            yield values.error(_AT, f"'{given}' is no namespace and name of a Gateway", hint=hint)


@rule("KG322", whole=True)
def gateway_missing(tree: Tree) -> Iterator[Mistake]:
    """KServe's routes go to a Gateway that does not exist.

    KServe hangs the routes of all models on the Gateway that `kserveGateway` names. When it is not there, no model in
    the mode Standard becomes ready: its routes never get a status.

    Fix: name the Gateway that is deployed, or list it under `existing` in platform.yaml.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, isHTTPRouteReady in httproute_reconciler.go of
    pkg/controller/v1beta1/inferenceservice/reconcilers/ingress.
    """
    addresses = Addresses.of(tree)
    world = made(tree)
    if addresses.parent is None or not addresses.by_routes or addresses.disabled:
        return
    namespace, name = addresses.parent
    for values in written(tree, "controller"):
        if not world.known("Gateway", namespace, name):
            at = next((_AT[:end] for end in range(len(_AT), 0, -1) if values.get(*_AT[:end]) is not None), ())
            message = f"there is no Gateway '{name}' in namespace '{namespace}' for the routes of the models"
            wanted = ("Gateway", namespace, name)
            yield values.error(at, message, hint=world.advice(*wanted), missing=wanted)


@rule("KG323")
def gateway_refuses(tree: Tree) -> Iterator[Mistake]:
    """The Gateway takes no routes of the models.

    KServe makes the routes of a model in its namespace, with hosts below `domain`. A listener takes them only where
    its `hostname` covers those hosts and `allowedRoutes.namespaces` that namespace; else the routes are refused, and
    the models never become ready.

    Fix: `hostname: "*.<domain>"` and `allowedRoutes: {namespaces: {from: All}}` at a listener, or a selector that takes
    the namespaces of the models.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, httproute_reconciler.go in
    pkg/controller/v1beta1/inferenceservice/reconcilers/ingress; Gateway API v1.6.1, Listener.
    """
    addresses = Addresses.of(tree)
    gateway = tree.find("Gateway", *addresses.parent) if addresses.parent else None
    if gateway is None or not gateway.sound or not listeners(gateway) or not addresses.by_routes:
        return
    homes: dict[str, list[Service]] = defaultdict(list)
    for service in tree.services:
        if addresses.reach(service) and service.namespace:
            homes[service.namespace].append(service)
    namespaces = Namespaces.of(tree)
    for namespace, services in homes.items():
        able = [found for found in listeners(gateway) if found.takes_kind("HTTPRoute") is not False]
        taking = [found for found in able if found.takes_from(namespace, namespaces) is not False]
        if not able:
            message = "no listener takes HTTPRoutes, which KServe makes for its models"
            yield gateway.error(("spec", "listeners"), message, hint="add one with protocol HTTP or HTTPS")
            return
        if not taking:
            at = _nearest(gateway, (*able[0].at, "allowedRoutes", "namespaces"))
            message = (
                f"no listener takes routes of namespace '{namespace}', where KServe makes those of {_told(services)}"
            )
            hint = "allow it under allowedRoutes.namespaces"
            yield gateway.error(at, message, hint=hint, other=(services[0], ("metadata", "name")))
        else:
            yield from _uncovered(gateway, taking, addresses, services)


def _uncovered(
    gateway: Object, taking: list[Listener], addresses: Addresses, services: list[Service]
) -> Iterator[Mistake]:
    covered = {found.hostname for found in taking}
    wrong: list[Service] = []
    first = ""
    for service in services:
        named = (found.host for found in addresses.hosts(service))
        bad = next((host for host in named if not any(hosts.covers(one, host) for one in covered)), "")
        if bad:
            wrong.append(service)
            first = first or bad
    if wrong:
        message = f"no listener takes host '{first}', which KServe gives {_told(wrong)}"
        hint = f"the domain of the models is '{addresses.domain}'"
        at = _nearest(gateway, (*taking[0].at, "hostname"))
        yield gateway.error(at, message, hint=hint, other=(wrong[0], ("metadata", "name")))


def _told(services: list[Service]) -> str:
    more = len(services) - 1
    return f"InferenceService '{services[0].name}'" + (f" and {more} more" if more else "")


def _nearest(gateway: Object, path: Path) -> Path:
    while gateway.get(*path) is None:
        path = path[:-1]
    return path


@rule("KG324")
def chart_gateway(tree: Tree) -> Iterator[Mistake]:
    """The Gateway of KServe's chart, where another one is wanted.

    `createGateway: true` makes a Gateway of the class `envoy` that is always called kserve-ingress-gateway, beside the
    controller, without HTTPS. Without a controller for that class the routes of the models are never accepted. It does
    nothing while `enableGatewayApi` is false, and nobody uses it while `kserveGateway` names another.

    Fix: `createGateway: false`, and a Gateway of your own that `kserveGateway` names; platform.yaml makes one from
    `gateway`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, charts/kserve-resources/templates/ingress_gateway.yaml.
    """
    addresses = Addresses.of(tree)
    world = made(tree)
    at: Path = ("kserve", *_INGRESS, "createGateway")
    for values in tree.values_of(*charts.KSERVE):
        if values.get(*at) is not True:
            continue
        hint = "take it away, and let kserveGateway name your own Gateway"
        if not addresses.by_routes:
            yield values.warning(at, "the chart makes no Gateway while enableGatewayApi is false", hint=hint)
        elif addresses.parent and addresses.parent[1] != _MADE:
            message = f"the chart makes the Gateway '{_MADE}', and KServe uses '{addresses.gateway}'"
            yield values.warning(at, message, hint=hint)
        elif not world.known("GatewayClass", "", _MADE_CLASS):
            message = f"the chart makes a Gateway of the class '{_MADE_CLASS}', which nobody serves here"
            yield values.error(at, message, hint=hint)


@rule("KG326")
def gateway_off(tree: Tree) -> Iterator[Mistake]:
    """Models that get an Ingress although there is a Gateway for them.

    While `enableGatewayApi` is false, KServe makes an Ingress for each model, of the class istio by default. The
    Gateway that `kserveGateway` names gets no routes, and without a controller for that class nothing answers.

    Fix: `controller.gateway.ingressGateway.enableGatewayApi: true` in the values of KServe.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/controller/v1beta1/inferenceservice/controller.go; charts/kserve-resources.
    """
    addresses = Addresses.of(tree)
    gateway = tree.find("Gateway", *addresses.parent) if addresses.parent else None
    ingress_class = tree.setting(".".join((*_INGRESS, "className")))
    served = isinstance(ingress_class, str) and made(tree).known("IngressClass", "", ingress_class)
    if addresses.by_routes or gateway is None or gateway.group != GROUP or served:
        return
    if not any(map(addresses.reach, tree.services)):
        return
    at: Path = ("kserve", *_INGRESS, "enableGatewayApi")
    for values in written(tree, "controller"):
        path = next((at[:end] for end in range(len(at), 0, -1) if values.get(*at[:end]) is not None), ())
        message = f"KServe makes Ingresses of the class '{ingress_class}', and no routes for Gateway '{gateway.name}'"
        yield values.warning(path, message, hint="write enableGatewayApi: true", other=(gateway, ("metadata", "name")))
