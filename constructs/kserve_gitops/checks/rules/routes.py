"""Where routes hang: the Gateways that they name, and the listeners that take them or do not."""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.gateways import GROUP, ROUTES, Attached, Listener, Namespaces, attached, listeners, refs
from kserve_gitops.checks.world.made import made
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving import hosts

_PARENTS = ("spec", "parentRefs")
_LLM = ("spec", "router", "gateway", "refs")


@rule("KG307", whole=True)
def missing_gateway(tree: Tree) -> Iterator[Mistake]:
    """A route to a Gateway that does not exist.

    Nobody reads such a route: it gets no status, no error either, and its host answers 404 or not at all. A route
    without `parentRefs` is the same. For an LLMInferenceService the Gateways stand in `spec.router.gateway.refs`.

    Fix: name the Gateway with its namespace, which is that of the route where none is written:
    `parentRefs: [{name: kserve-ingress-gateway, namespace: traefik}]`. One that others have made is listed under
    `existing` in platform.yaml.

    Since: every release

    Source: Gateway API v1.6.1, ParentReference; kserve/kserve v0.16.0, pkg/controller/v1alpha1/llmisvc/router.go.
    """
    gateways = [found for found in tree.of("Gateway") if found.group == GROUP]
    for route in tree.of(*ROUTES):
        if gateways and not route.sequence(*_PARENTS) and not route.get("spec", "useDefaultGateways"):
            hint = "name the Gateway under parentRefs"
            yield route.error(("spec",), "it names no Gateway, so no request reaches it", hint=hint)
        yield from _dangling(tree, route, *_PARENTS)
    for llm in tree.of("LLMInferenceService"):
        yield from _dangling(tree, llm, *_LLM)


def _dangling(tree: Tree, owner: Object, *path: str) -> Iterator[Mistake]:
    world = made(tree)
    for ref in refs(owner, *path):
        namespace = ref.namespace or world.namespace(owner)
        if not world.known("Gateway", namespace, ref.name):
            message = f"there is no Gateway '{ref.name}' in namespace '{namespace}'"
            other = world.elsewhere("Gateway", namespace, ref.name)
            written = owner.get(*ref.at, "namespace") is not None
            at = (*ref.at, "namespace" if other and written else "name")
            wanted = ("Gateway", namespace, ref.name)
            hint = f"write namespace: {other}" if other else world.advice(*wanted)
            yield owner.error(at, message, hint=hint, missing=None if other else wanted)


@rule("KG308")
def missing_listener(tree: Tree) -> Iterator[Mistake]:
    """A route to a listener that its Gateway does not have.

    The Gateway refuses a route whose `sectionName` or `port` fits none of its listeners, with NoMatchingParent: no
    request reaches it.

    Fix: take the name of a listener of the Gateway as `sectionName`, or leave both out for all that fit.

    Since: every release

    Source: Gateway API v1.6.1, ParentReference.sectionName and port.
    """
    for route, known in attached(tree):
        for one in known:
            ref, gateway = one.ref, one.gateway
            if not one.listeners:
                names = [found.name for found in listeners(gateway)]
                near = closest(ref.section, names) if ref.section else ""
                key = "sectionName" if ref.section and ref.section not in names else "port"
                what = f"called '{ref.section}'" if key == "sectionName" else f"with port '{ref.port}'"
                told = ", ".join(f"'{found.name}' with port {found.port}" for found in listeners(gateway))
                message = f"Gateway '{gateway.name}' has no listener {what}"
                other = (gateway, ("spec", "listeners"))
                yield route.error((*ref.at, key), message, hint=near or f"it has {told}", other=other)


@rule("KG309")
def host_without_listener(tree: Tree) -> Iterator[Mistake]:
    """A route for a host that no listener takes.

    A listener with a `hostname` takes requests for that host alone, and `*.` stands for one or more labels, never for
    none. A route without a host in common is refused with NoMatchingListenerHostname; a single host of several that
    fits nowhere is left out without a word, which is a warning.

    Fix: take a host below the domain of the listener, or add a listener for it to the Gateway.

    Since: every release

    Source: Gateway API v1.6.1, Listener.hostname and HTTPRouteSpec.hostnames.
    """
    namespaces = Namespaces.of(tree)
    for route, known in attached(tree):
        hostnames = [name for name in route.sequence("spec", "hostnames") if isinstance(name, str)]
        parents = route.sequence(*_PARENTS)
        if not hostnames or not known or len(known) < len(parents):
            continue
        taking = [_taking(one, route, namespaces) for one in known]
        if all(taking):
            yield from _uncovered(route, [found for some in taking for found in some])
            yield from _refused(route, known, taking, hostnames)


def _uncovered(route: Object, taking: list[Listener]) -> Iterator[Mistake]:
    names = [(n, name) for n, name in enumerate(route.sequence("spec", "hostnames")) if isinstance(name, str)]
    left = [(n, name) for n, name in names if not any(hosts.covers(found.hostname, name) for found in taking)]
    # One route for several environments names the hosts of them all, and each Gateway takes its own.
    tell = route.error if len(left) == len(names) else route.warning
    for number, name in left:
        gateway, at = taking[0].gateway, (*taking[0].at, "hostname")
        message = f"no listener of Gateway '{gateway.name}' takes host '{name}'"
        yield tell(("spec", "hostnames", number), message, hint=_hosts(taking), other=(gateway, at))


def _refused(
    route: Object, known: list[Attached], taking: list[list[Listener]], hostnames: list[str]
) -> Iterator[Mistake]:
    """The Gateways among several that get none of the hosts, although another one does."""
    met = [any(hosts.meets(found.hostname, hostnames) for found in some) for some in taking]
    for one, some, meets in zip(known, taking, met, strict=True):
        if not meets and any(met):
            message = f"no listener of Gateway '{one.gateway.name}' takes a host of this route"
            yield route.error(one.ref.at, message, hint=_hosts(some), other=(one.gateway, (*some[0].at, "hostname")))


@rule("KG310")
def refused_route(tree: Tree) -> Iterator[Mistake]:
    """A route that no listener of its Gateway allows.

    A listener takes routes of its own namespace alone unless `allowedRoutes.namespaces` says All or selects others, and
    of the kinds that fit its protocol. The Gateway refuses others with NotAllowedByListeners: no request reaches them.

    Fix: `allowedRoutes: {namespaces: {from: All}}` at the listener, or a selector that takes the namespace of the
    route; of Gateways that are made from platform.yaml, the namespaces of the models and of the parts are allowed.

    Since: every release

    Source: Gateway API v1.6.1, AllowedRoutes.
    """
    namespaces = Namespaces.of(tree)
    for route, known in attached(tree):
        for one in known:
            ref, gateway, found = one.ref, one.gateway, one.listeners
            if found and all(listener.takes_kind(route.kind) is False for listener in found):
                message = f"Gateway '{gateway.name}' takes no {route.kind} here"
                hint = f"the listener '{found[0].name}' has protocol {found[0].protocol}"
                yield route.error(ref.at, message, hint=hint, other=(gateway, (*found[0].at, "protocol")))
            elif found and all(listener.takes_from(route.namespace, namespaces) is False for listener in found):
                message = f"Gateway '{gateway.name}' takes no routes of namespace '{route.namespace}'"
                hint = "allow it under allowedRoutes.namespaces of a listener"
                yield route.error(ref.at, message, hint=hint, other=(gateway, _allowed(found[0])))


def _taking(one: Attached, route: Object, namespaces: Namespaces) -> list[Listener]:
    """The listeners that a reference means and that do not refuse the route for another reason than its host."""
    return [
        found
        for found in one.listeners
        if found.takes_kind(route.kind) is not False and found.takes_from(route.namespace, namespaces) is not False
    ]


def _hosts(taking: list[Listener]) -> str:
    names = dict.fromkeys(f"'{found.hostname}'" for found in taking if found.hostname)
    return f"its listeners take {', '.join(names)}" if names else ""


def _allowed(listener: Listener) -> Path:
    path: Path = (*listener.at, "allowedRoutes", "namespaces")
    while listener.gateway.get(*path) is None:
        path = path[:-1]
    return path
