"""The Gateway that Traefik's chart makes unless it is told not to."""

from collections.abc import Iterator
from typing import Any

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree, Values
from kserve_gitops.checks.world.addresses import Addresses
from kserve_gitops.checks.world.gateways import refs
from kserve_gitops.checks.world.made import Made, World, made

_ROUTES = ("HTTPRoute", "GRPCRoute")


@rule("KG328")
def own_namespace_only(tree: Tree) -> Iterator[Mistake]:
    """A route to the Gateway of Traefik's chart from another namespace.

    The listeners of that Gateway take routes of its own namespace alone, unless their `namespacePolicy` says otherwise.
    Every other route is refused with NotAllowedByListeners, those that KServe makes for models too.

    Fix: `gateway: {listeners: {web: {namespacePolicy: {from: All}}}}` in the values of Traefik, or a Gateway of your
    own and `gateway: {enabled: false}`.

    Since: every release

    Source: traefik-helm-chart v41.3.0, values.yaml and templates/gateway.yaml.
    """
    world = made(tree)
    for route in tree.of(*_ROUTES):
        for ref in refs(route, "spec", "parentRefs"):
            values = _closed(world, ref.namespace, ref.name)
            if values and world.namespace(route) not in ("", ref.namespace):
                message = f"the Gateway of Traefik's chart takes no routes of namespace '{world.namespace(route)}'"
                hint = "add namespacePolicy: {from: All} to its listeners in the values of Traefik"
                yield route.error(ref.at, message, hint=hint, other=(values, ()))
    addresses = Addresses.of(tree)
    values = _closed(world, *addresses.parent) if addresses.parent and addresses.by_routes else None
    for service in tree.services if values and addresses.parent else ():
        home = world.namespace(service)
        if values and addresses.parent and addresses.reach(service) and home not in ("", addresses.parent[0]):
            message = f"the Gateway of Traefik's chart takes no routes of namespace '{home}', where KServe makes them"
            hint = "add namespacePolicy: {from: All} to its listeners"
            at = ("gateway",) if values.get("gateway") is not None else ()
            yield values.error(at, message, hint=hint, other=(service, ("metadata", "name")))
            return


def _closed(world: World, namespace: str, name: str) -> Values | None:
    """The values of the Traefik that makes a Gateway, where all its listeners take their own namespace alone."""
    found = world.find("Gateway", namespace, name)
    values = found.by if isinstance(found, Made) else None
    if not isinstance(values, Values) or values.chart != "traefik":
        return None
    listeners: dict[Any, Any] = {"web": {}, **values.mapping("gateway", "listeners")}
    policies = [mapping(one).get("namespacePolicy") for one in listeners.values() if one is not None]
    return values if all(policy is None or mapping(policy).get("from") == "Same" for policy in policies) else None
