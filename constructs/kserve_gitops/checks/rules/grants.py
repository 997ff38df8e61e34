"""What one namespace lets another refer to: ReferenceGrants that are missing, and those that are given for nothing."""

from collections.abc import Iterator

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.backends import backends
from kserve_gitops.checks.world.gateways import GROUP, Wanted, grants
from kserve_gitops.checks.world.made import World, made
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest

_GRANTED = ("Secret", "Service")
_GRANTED_TO = ("GRPCRoute", "Gateway", "HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute")


@rule("KG313", whole=True)
def not_granted(tree: Tree) -> Iterator[Mistake]:
    """A reference into another namespace that no ReferenceGrant allows.

    A route may lead to a Service of another namespace, and a Gateway use a Secret there, only where a ReferenceGrant in
    that other namespace says so. Without one the reference counts as broken: requests are answered with 500, and the
    listener is not programmed.

    Fix: put the route beside the Service, or a ReferenceGrant there:
    `spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: <the route's>}], to: [{group: "",
    kind: Service}]}`.

    Since: every release

    Source: Gateway API v1.6.1, ReferenceGrant.
    """
    for backend in backends(tree):
        if backend.is_service:
            wanted = Wanted(backend.route.kind, backend.route.namespace, "Service", backend.namespace, backend.name)
            yield from _granted(tree, backend.route, backend.at, wanted)
    for gateway in tree.of("Gateway"):
        for number, listener in enumerate(map(mapping, gateway.sequence("spec", "listeners"))):
            for place, ref in enumerate(map(mapping, sequence(mapping(listener.get("tls")).get("certificateRefs")))):
                at: Path = ("spec", "listeners", number, "tls", "certificateRefs", place)
                if (ref.get("group", ""), ref.get("kind", "Secret")) == ("", "Secret"):
                    namespace = ref.get("namespace") or gateway.namespace
                    wanted = Wanted("Gateway", gateway.namespace, "Secret", str(namespace), str(ref.get("name")))
                    yield from _granted(tree, gateway, at, wanted)


def _granted(tree: Tree, owner: Object, at: Path, wanted: Wanted) -> Iterator[Mistake]:
    here, there = wanted.namespace, wanted.to_namespace
    world = made(tree)
    if here == there or not here or not world.known(wanted.to_kind, there, wanted.name):
        return  # what is not there is told as that
    if wanted.granted(tree) or _may_be_granted(tree, world, there):
        return
    message = (
        f"no ReferenceGrant in namespace '{there}' allows a {wanted.kind} of '{here}' to use its {wanted.to_kind}s"
    )
    hint = f"add one there, or name a {wanted.to_kind} of '{here}'"
    yield owner.error((*at, "namespace"), message, hint=hint)


def _may_be_granted(tree: Tree, world: World, namespace: str) -> bool:
    listed = any(one.kind == "ReferenceGrant" and one.namespace == namespace for one in tree.cluster.existing)
    unsound = any(not one.sound for one in grants(tree).get(namespace, ()))
    return listed or unsound or world.known("ReferenceGrant", namespace, "")


@rule("KG325", whole=True)
def idle_grant(tree: Tree) -> Iterator[Mistake]:
    """A ReferenceGrant that allows nothing.

    It stands in the namespace of the things that it gives away: `from` says who may refer to them, `to` what. One that
    names a kind with the wrong group, or a thing that is not there, changes nothing, and the reference that it was
    written for stays broken.

    Fix: `from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: models}]` and
    `to: [{group: "", kind: Service}]`, in the namespace of the Service.

    Since: every release

    Source: Gateway API v1.6.1, ReferenceGrant.
    """
    world = made(tree)
    for grant in tree.of("ReferenceGrant"):
        for number, given in enumerate(map(mapping, grant.sequence("spec", "from"))):
            if given.get("kind") in _GRANTED_TO and given.get("group") != GROUP:
                at: Path = ("spec", "from", number, "group")
                yield grant.warning(
                    at, f"no {given['kind']} has the group '{given.get('group')}'", hint=f"take {GROUP}"
                )
            home = given.get("namespace")
            if isinstance(home, str) and home and not world.known("Namespace", "", home):
                at, wanted = ("spec", "from", number, "namespace"), ("Namespace", "", home)
                message = f"nothing makes namespace '{home}'"
                yield grant.warning(at, message, hint=world.advice(*wanted), missing=wanted)
        for number, given in enumerate(map(mapping, grant.sequence("spec", "to"))):
            kind, name = given.get("kind"), given.get("name")
            if kind not in _GRANTED:
                continue
            at = ("spec", "to", number)
            if given.get("group", "") != "":
                message, hint = f"no {kind} has the group '{given['group']}'", 'its group is ""'
                yield grant.warning((*at, "group"), message, hint=hint)
            elif isinstance(name, str) and name and not world.known(str(kind), grant.namespace, name):
                message = f"there is no {kind} '{name}' in namespace '{grant.namespace}'"
                near = closest(name, world.names(str(kind), grant.namespace))
                hint = near or "a grant stands beside what it gives away"
                yield grant.warning((*at, "name"), message, hint=hint)
