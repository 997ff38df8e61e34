"""Gateways as routes see them: their listeners, and which routes each of them takes.

Answers are True, False or None: None where the tree does not tell, such as for a label of a namespace that is made
elsewhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence, whole
from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.core.origins import Path

GROUP = "gateway.networking.k8s.io"
NAME_LABEL = "kubernetes.io/metadata.name"
"""The label that every namespace has, with its own name."""
TRAEFIK = "traefik.io/gateway-controller"
"""The controller that Traefik's GatewayClass names."""
ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute")
"""The routes that are followed."""

_KINDS: Mapping[str, tuple[str, ...]] = {
    "HTTP": ("HTTPRoute", "GRPCRoute"),
    "HTTPS": ("HTTPRoute", "GRPCRoute"),
    "TLS": ("TLSRoute", "TCPRoute"),
    "TCP": ("TCPRoute",),
    "UDP": ("UDPRoute",),
}
"""The routes that a listener takes by its protocol."""


@dataclass(frozen=True, slots=True)
class Namespaces:
    """Labels of the namespaces of a tree; `written` are those whose labels stand in the tree, all of them."""

    labels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    written: frozenset[str] = frozenset()

    @classmethod
    def of(cls, tree: Tree) -> "Namespaces":
        """From Namespace objects, and from what Argo CD puts on the namespaces that it creates."""
        return tree.once(cls._read)

    @classmethod
    def _read(cls, tree: Tree) -> "Namespaces":
        labels: dict[str, Mapping[str, Any]] = {}
        for application in tree.of("Application"):
            namespace = application.text("spec", "destination", "namespace")
            labels[namespace] = application.mapping("spec", "syncPolicy", "managedNamespaceMetadata", "labels")
        objects = {found.name: mapping(found.labels) for found in tree.of("Namespace")}
        return cls({**labels, **objects}, frozenset(objects))

    def selected(self, selector: Mapping[str, Any], namespace: str) -> bool | None:
        """Whether a label selector takes a namespace."""
        terms = [(key, "In", [value]) for key, value in mapping(selector.get("matchLabels")).items()]
        terms += [
            (str(given.get("key")), str(given.get("operator")), sequence(given.get("values")))
            for given in map(mapping, sequence(selector.get("matchExpressions")))
        ]
        answers = [self._meets(term, namespace) for term in terms]
        if False in answers:
            return False
        return None if None in answers else True

    def _meets(self, term: tuple[str, str, list[Any]], namespace: str) -> bool | None:
        key, operator, values = term
        labels = self.labels.get(namespace, {})
        if key != NAME_LABEL and key not in labels and namespace not in self.written:
            return None
        value = namespace if key == NAME_LABEL else labels.get(key)
        match operator:
            case "In":
                return value is not None and value in values
            case "NotIn":
                return value is None or value not in values
            case "Exists":
                return value is not None
            case "DoesNotExist":
                return value is None
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Listener:
    """A listener of a Gateway of the tree."""

    gateway: Object
    at: Path
    given: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name."""
        return _text(self.given.get("name"))

    @property
    def port(self) -> int:
        """Its port; 0 for none."""
        port = self.given.get("port")
        return port if whole(port) else 0

    @property
    def protocol(self) -> str:
        """Its protocol."""
        return _text(self.given.get("protocol"))

    @property
    def hostname(self) -> str:
        """Its host name; "" for all."""
        return _text(self.given.get("hostname"))

    def takes_kind(self, kind: str) -> bool | None:
        """Whether it takes routes of a kind: by its list of kinds, else by its protocol."""
        kinds = [str(mapping(given).get("kind")) for given in sequence(self._allowed.get("kinds"))]
        if kinds:
            return kind in kinds
        return kind in _KINDS[self.protocol] if self.protocol in _KINDS else None

    def takes_from(self, namespace: str, namespaces: Namespaces) -> bool | None:
        """Whether it takes routes of a namespace."""
        allowed = mapping(self._allowed.get("namespaces"))
        match allowed.get("from", "Same"):
            case "All":
                return True
            case "Same":
                return namespace == self.gateway.namespace
            case "Selector" if isinstance(allowed.get("selector"), Mapping):
                return namespaces.selected(mapping(allowed["selector"]), namespace)
            case _:
                return None

    @property
    def _allowed(self) -> Mapping[str, Any]:
        return mapping(self.given.get("allowedRoutes"))


def listeners(gateway: Object) -> list[Listener]:
    """The listeners of a Gateway."""
    found = enumerate(gateway.sequence("spec", "listeners"))
    return [Listener(gateway, ("spec", "listeners", number), mapping(given)) for number, given in found]


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference of a route to a Gateway: where it stands, and what it names."""

    at: Path
    namespace: str
    name: str
    section: str
    port: int | None

    def meant(self, there: Iterable[Listener]) -> list[Listener]:
        """Those of the Gateway's listeners that it means."""
        return [
            found
            for found in there
            if (not self.section or found.name == self.section) and (self.port is None or found.port == self.port)
        ]


def refs(owner: Object, *path: str) -> Iterator[Ref]:
    """The references to Gateways in the list at `path`; those to other kinds are left out."""
    for number, given in enumerate(owner.sequence(*path)):
        ref = mapping(given)
        name = ref.get("name")
        if (ref.get("group", GROUP), ref.get("kind", "Gateway")) != (GROUP, "Gateway") or not isinstance(name, str):
            continue
        port = ref.get("port")
        namespace = _text(ref.get("namespace")) or owner.namespace
        yield Ref((*path, number), namespace, name, _text(ref.get("sectionName")), port if whole(port) else None)


@dataclass(frozen=True, slots=True)
class Attached:
    """A reference of a route to a Gateway of the tree that nothing is wrong with, and the listeners that it means."""

    ref: Ref
    gateway: Object
    listeners: list[Listener]


def attached(tree: Tree) -> list[tuple[Object, list[Attached]]]:
    """Every route whose namespace is known, with its references to Gateways of the tree."""
    return tree.once(_attached)


def _attached(tree: Tree) -> list[tuple[Object, list[Attached]]]:
    there = {id(gateway): listeners(gateway) for gateway in tree.of("Gateway") if gateway.sound}
    found = []
    for route in tree.of(*ROUTES):
        known = []
        for ref in refs(route, "spec", "parentRefs") if route.namespace else ():
            gateway = tree.find("Gateway", ref.namespace, ref.name)
            if gateway is not None and there.get(id(gateway)):
                known.append(Attached(ref, gateway, ref.meant(there[id(gateway)])))
        found.append((route, known))
    return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """A reference into another namespace, as a ReferenceGrant must allow it: who refers, and to what."""

    kind: str
    namespace: str
    to_kind: str
    to_namespace: str
    name: str

    def granted(self, tree: Tree) -> bool:
        """Whether a ReferenceGrant of the tree allows it; only what people refer to of the core group is asked."""
        return any(map(self._gives, grants(tree).get(self.to_namespace, ())))

    def _gives(self, grant: Object) -> bool:
        givers = map(mapping, grant.sequence("spec", "from"))
        wanted = (GROUP, self.kind, self.namespace)
        things = map(mapping, grant.sequence("spec", "to"))
        return any((one.get("group"), one.get("kind"), one.get("namespace")) == wanted for one in givers) and any(
            (one.get("group", ""), one.get("kind")) == ("", self.to_kind) and one.get("name") in (None, "", self.name)
            for one in things
        )


def grants(tree: Tree) -> Mapping[str, list[Object]]:
    """The ReferenceGrants of the tree by namespace."""
    return tree.once(_grants)


def _grants(tree: Tree) -> dict[str, list[Object]]:
    found: dict[str, list[Object]] = defaultdict(list)
    for grant in tree.of("ReferenceGrant"):
        found[grant.namespace].append(grant)
    return found


def traefik_classes(tree: Tree) -> frozenset[str]:
    """Names of the GatewayClasses that Traefik serves: of its chart, and those that say so themselves."""
    made = {
        values.text("gatewayClass", "name") or "traefik"
        for values in tree.values_of("traefik")
        if values.get("gatewayClass", "enabled") is not False
    }
    return frozenset(made | {found.name for found in _controlled(tree.of("GatewayClass"))})


def _controlled(classes: Iterable[Object]) -> Iterator[Object]:
    return (found for found in classes if found.text("spec", "controllerName") == TRAEFIK)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
