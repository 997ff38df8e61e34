"""What will be in the cluster: the objects of the tree, and those that charts, operators and controllers make.

`dist/` holds a part of it only. A rule that follows a reference asks the `World`, which also knows where nobody can
tell what there will be: in a namespace that is filled from elsewhere too, a missing thing may well exist.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from kserve_gitops.checks.tree import Cluster, Object, Thing, Tree
from kserve_gitops.checks.world.made_by_charts import Delivery, deliveries, of_chart
from kserve_gitops.checks.world.made_by_kserve import made_by_kserve
from kserve_gitops.checks.world.made_by_objects import made_by_objects
from kserve_gitops.checks.world.making import OF_THE_CLUSTER, Made, Port
from kserve_gitops.checks.world.operators import fills_every_namespace, may_make, named_namespaces
from kserve_gitops.core.findings import Named
from kserve_gitops.core.suggestions import closest

__all__ = ["Made", "Port", "World", "keys_of", "made"]

_EVERYWHERE = {
    "ServiceAccount": {"default": frozenset[str]()},
    "ConfigMap": {
        "kube-root-ca.crt": frozenset({"ca.crt"}),
        "istio-ca-root-cert": frozenset({"root-cert.pem"}),
        "openshift-service-ca.crt": frozenset({"service-ca.crt"}),
    },
}
"""In every namespace without anybody's doing; the last two where Istio or OpenShift is."""
_NAMESPACES = ("argocd", "default", "kube-node-lease", "kube-public", "kube-system")
_MAKERS = ("InferenceService", "InferenceGraph", "LLMInferenceService")
_PART = ("spec", "predictor")
_COPIED = ("reflector", "replicat", "kubed")
"""In the annotations of a Secret or ConfigMap that an operator copies into other namespaces."""


class World:
    """What will be in the cluster, by kind, namespace ("" for the cluster) and name.

    `made` are the objects that nobody writes. In `open_namespaces`, or with `everywhere` in all, there may be things
    that nobody knows of; in `charted` ones a known chart runs pods.
    """

    def __init__(
        self, cluster: Cluster, objects: Iterable[Object], delivered: list[Delivery], things: Iterable[Made]
    ) -> None:
        self._cluster = cluster
        self._homes = {one.application: one.namespace for one in delivered}
        self._there: dict[tuple[str, str], dict[str, Made | Object]] = defaultdict(dict)
        self._homes_of: dict[tuple[str, str], list[str]] = {}
        self._names: dict[tuple[str, str], frozenset[str]] = {}
        self._copied: set[tuple[str, str]] = set()
        self._signed: set[str] = set()
        self._filled: set[str] = set()
        opened = {one.namespace for one in delivered if one.opened}
        charts = [chart for one in delivered for chart in one.charts]
        self.charted = frozenset(chart.namespace for chart in charts if chart.has_pods)
        self._by_charts: dict[str, tuple[str, ...]] = defaultdict(tuple)
        for chart in charts:
            self._by_charts[chart.namespace] += tuple(f"{name}-" for name in chart.names)
        self.made: list[Made] = []
        self.everywhere = any(one.opened and not one.namespace for one in delivered)
        for found in objects:
            namespace = self.namespace(found)
            self._add(found.kind, namespace, found.name, found)
            if namespace != found.namespace:  # a cluster's own kind has no namespace, whatever delivers it
                self._there[found.kind, ""].setdefault(found.name, found)
            if found.kind == "Certificate" and not found.text("spec", "secretName"):
                self._signed.add(namespace)  # which Secret it makes, its schema misses already
            if found.kind in _MAKERS and _is_broken(found):
                self._by_charts[namespace] += (found.name,)
            if may_make(cluster, found):
                opened.update((namespace, *named_namespaces(found.spec)))
            self.everywhere |= fills_every_namespace(found)
        for given in things:
            one = self._settled(given)
            self.made.append(one)
            self._add(one.kind, one.namespace, one.name, one)
        self.open_namespaces = frozenset(opened | ({""} if opened else set()))

    def _add(self, kind: str, namespace: str, name: str, found: Made | Object) -> None:
        self._there[kind, namespace].setdefault(name, found)
        self._filled.add(namespace)
        if kind in ("ConfigMap", "Secret") and any(word in str(key) for key in found.annotations for word in _COPIED):
            self._copied.add((kind, name))

    def _settled(self, one: Made) -> Made:
        """With the namespace that its maker gets, where that names none."""
        if one.namespace or one.kind in OF_THE_CLUSTER or not isinstance(one.by, Object) or one.by.namespace:
            return one
        return replace(one, namespace=self.namespace(one.by))

    def namespace(self, found: Object) -> str:
        """Where an object goes: where it says, else where its Application delivers to."""
        return found.namespace or self.home(found)

    def home(self, found: Thing) -> str:
        """Where the Application of an object, or of values, delivers to; "" where that is not known."""
        return self._homes.get(found.application, "")

    def fills(self, namespace: str) -> bool:
        """Whether the tree puts an object into the namespace: of one that others fill, it knows nothing."""
        return namespace in self._filled

    def find(self, kind: str, namespace: str, name: str) -> Made | Object | None:
        """An object that will be there, as the tree has it or as somebody makes it."""
        found = self._there.get((kind, namespace), {}).get(name)
        if found is None and name in _EVERYWHERE.get(kind, {}):
            return Made(kind, namespace, name, keys=_EVERYWHERE[kind][name])
        return found

    def known(self, kind: str, namespace: str, name: str) -> bool:
        """Whether it will be there, or may be for all that anybody can tell."""
        return (
            self.find(kind, namespace, name) is not None
            or Named(kind, namespace, name) in self._cluster.existing
            or self.everywhere
            or namespace in self.open_namespaces
            or (kind, name) in self._copied
            or (kind == "Secret" and namespace in self._signed)
            or (kind != "PersistentVolumeClaim" and name.startswith(self._by_charts.get(namespace, ())))
        )

    def of(self, kind: str, namespace: str) -> list[str]:
        """The names of those that will be there, sorted."""
        return sorted(self.names(kind, namespace))

    def names(self, kind: str, namespace: str) -> frozenset[str]:
        """The same for suggestions, of which there may be thousands: always the same set."""
        key = (kind, namespace)
        if key not in self._names:
            existing = (e.name for e in self._cluster.existing if (e.kind, e.namespace) == key)
            self._names[key] = frozenset((*self._there.get(key, ()), *existing))
        return self._names[key]

    def elsewhere(self, kind: str, namespace: str, name: str) -> str:
        """Another namespace that has one of that name; "" for none."""
        if not self._homes_of:  # not before something is missing, for there are many
            self._homes_of = self._all_homes()
        return next((home for home in self._homes_of.get((kind, name), ()) if home not in ("", namespace)), "")

    def _all_homes(self) -> dict[tuple[str, str], list[str]]:
        """The namespaces that have an object of a kind and name, sorted."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for (kind, namespace), names in self._there.items():
            for name in names:
                found[kind, name].append(namespace)
        for one in self._cluster.existing:
            found[one.kind, one.name].append(one.namespace)
        return {key: sorted(homes) for key, homes in found.items()}

    def advice(self, kind: str, namespace: str, name: str) -> str:
        """What to do about one that will not be there, besides listing it under `existing`."""
        if other := self.elsewhere(kind, namespace, name):
            return f"there is one in namespace '{other}', which counts in that one alone; make one here"
        if near := closest(name, self.names(kind, namespace)):
            return f"{near} If not, make it"
        return f"make it in namespace '{namespace}'" if namespace else "make it"


def made(tree: Tree) -> World:
    """The world of a tree; it is put together once."""
    return tree.once(_world)


def _world(tree: Tree) -> World:
    delivered = list(deliveries(tree))
    # Charts after the others: what a person wrote beside a chart is the better thing to point at.
    things = chain(made_by_objects(tree), made_by_kserve(tree), _delivered(delivered), _namespaces(tree, delivered))
    return World(tree.cluster, tree.objects, delivered, things)


def _is_broken(found: Object) -> bool:
    """Whether it lacks its spec or a part of it, or has one that nobody knows: what it makes has names like its own."""
    respelt = {(*path[:-1], name) for path, name in found.respelt.items()}
    return any(len(path) <= len(_PART) and path not in respelt for path in found.problems)


def keys_of(found: Made | Object) -> frozenset[str] | None:
    """The keys of a Secret or ConfigMap; None where they are not known."""
    if isinstance(found, Made):
        return found.keys
    if not found.sound:
        return None
    return frozenset(str(key) for part in ("data", "stringData", "binaryData") for key in found.mapping(part))


def _delivered(delivered: Iterable[Delivery]) -> Iterator[Made]:
    for one in delivered:
        for chart in one.charts:
            yield from of_chart(chart)


def _namespaces(tree: Tree, delivered: Iterable[Delivery]) -> Iterator[Made]:
    for name in _NAMESPACES:
        yield Made("Namespace", "", name)
    for one in delivered:
        if one.creates_namespace and one.namespace:
            by = tree.find("Application", one.home, one.application)
            yield Made("Namespace", "", one.namespace, by, ("spec", "destination", "namespace"))
