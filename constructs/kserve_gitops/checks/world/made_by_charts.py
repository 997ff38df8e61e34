"""What the Argo CD Applications of the tree bring beside dist/: Helm charts and folders of other repositories.

Of a chart that is known by name, only what people refer to is told: Services, ServiceAccounts, Secrets, ConfigMaps,
classes and Gateways. Names follow the release and `fullnameOverride`, as in the charts' templates. Of every other
chart, and of a folder, nobody knows what it holds: its namespace is open.

Sources: kserve/kserve v0.16.0 and v0.20.0, charts/; community-charts mlflow-1.11.5; zero-to-jupyterhub 4.4.0;
traefik-helm-chart v41.3.0; cert-manager v1.21.1; sealed-secrets chart 2.18.5.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.checks.reading import mapping, whole
from kserve_gitops.checks.tree import Object, Thing, Tree, Values
from kserve_gitops.checks.world.making import OF_THE_CLUSTER, Made, Port
from kserve_gitops.core.merging import merge
from kserve_gitops.core.origins import Path

_LONGEST = 63
_CRDS = frozenset({"crd", "crds"})
"""A folder of a repository that is called so holds definitions of kinds and nothing else."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that is known, with the values it gets; `by` is what a person wrote of it."""

    name: str
    release: str
    namespace: str
    values: Mapping[str, Any]
    by: Thing

    def get(self, *path: str) -> Any:
        """A value that is written; None for one that the chart has by itself."""
        value: Any = self.values
        for step in path:
            value = mapping(value).get(step)
        return value

    def text(self, *path: str, default: str = "") -> str:
        """A text that is written and not empty, else `default`."""
        value = self.get(*path)
        return value if isinstance(value, str) and value else default

    @property
    def fullname(self) -> str:
        """What `helm create` calls the fullname."""
        name = self.text("nameOverride", default=self.name)
        full = self.release if name in self.release else f"{self.release}-{name}"
        return self.text("fullnameOverride", default=full)[:_LONGEST].rstrip("-")

    @property
    def names(self) -> tuple[str, ...]:
        """How the names of everything begin that it makes, what is not told one by one too."""
        return _NAMES.get(self.name) or (self.fullname,)

    @property
    def has_pods(self) -> bool:
        """Whether it runs pods with labels of its own; those of KServe are of groups that nobody else uses."""
        return self.name not in _NAMES or self.name == "jupyterhub"

    def made(self, kind: str, name: str, at: Path = (), *ports: Port, keys: frozenset[str] | None = None) -> Made:
        """Something in the namespace of the chart."""
        where = "" if kind in OF_THE_CLUSTER else self.namespace
        return Made(kind, where, name, self.by, at if self.by.get(*at) is not None else (), ports, keys)


_OF_KSERVE = ("kserve-controller", "kserve-localmodel", "kserve-webhook", "llmisvc-", "localmodel-")
_NAMES = {
    "jupyterhub": ("autohttps", "continuous-image", "hook-image", "hub", "proxy", "singleuser", "user-scheduler"),
    "kserve": _OF_KSERVE,
    "kserve-crd": _OF_KSERVE,
    "kserve-crd-minimal": _OF_KSERVE,
    "kserve-llmisvc-crd": _OF_KSERVE,
    "kserve-llmisvc-resources": _OF_KSERVE,
    "kserve-resources": _OF_KSERVE,
    "kserve-runtime-configs": _OF_KSERVE,
    "llmisvc": _OF_KSERVE,
    "llmisvc-crd": _OF_KSERVE,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one Application delivers, and where to; `opened` where nobody knows all of it.

    `home` is the namespace of the Application itself.
    """

    application: str
    home: str
    namespace: str
    creates_namespace: bool
    charts: tuple[Chart, ...] = ()
    opened: bool = False


def deliveries(tree: Tree) -> Iterator[Delivery]:
    """What each Application and ApplicationSet delivers."""
    written: dict[tuple[str, str], Values] = {(v.application, v.chart): v for v in tree.values}
    for found in tree.of("Application"):
        if found.group == "argoproj.io":
            yield _delivery(tree, found, written)
    for found in tree.of("ApplicationSet"):
        namespace = found.text("spec", "template", "spec", "destination", "namespace")
        yield Delivery(found.name, found.namespace, "" if "{" in namespace else namespace, False, opened=True)


def _delivery(tree: Tree, found: Object, written: Mapping[tuple[str, str], Values]) -> Delivery:
    namespace = found.text("spec", "destination", "namespace")
    creates = "CreateNamespace=true" in found.sequence("spec", "syncPolicy", "syncOptions")
    charts, opened = [], False
    sources = found.sequence("spec", "sources") or [found.get("spec", "source")]
    for source in map(mapping, sources):
        name = source.get("chart")
        if isinstance(name, str) and name in _CHARTS:
            values = written.get((found.name, name))
            helm = mapping(source.get("helm"))
            given = merge(dict(values.data) if values else {}, dict(mapping(helm.get("valuesObject"))))
            release = helm.get("releaseName")
            release = release if isinstance(release, str) and release else found.name
            chart = Chart(name, release, namespace, given, values or found)
            charts.append(chart)
            opened |= _more(chart) or any(helm.get(key) for key in ("values", "parameters", "fileParameters"))
        else:
            opened |= _unknown(source, tree.environment)
    # Without a namespace nobody can tell where what it makes will be.
    opened |= not namespace and (bool(charts) or creates or not found.spec)
    return Delivery(found.name, found.namespace, namespace, creates, tuple(charts), opened)


def _unknown(source: Mapping[str, Any], environment: str) -> bool:
    """Whether a source may hold anything; what comes from our own dist/ is in the tree."""
    path = source.get("path")
    if not isinstance(path, str):
        return source.get("chart") is not None or (source.get("ref") is None and bool(source))
    return f"dist/{environment}/" not in f"{path}/" and not _CRDS & set(path.split("/"))


_SUBCHARTS = ("postgresql", "mysql", "minio")
_EXTRA = ("extraDeploy", "extraObjects", "extraManifests")


def _more(chart: Chart) -> bool:
    """Whether its values add objects that are not followed here."""
    subcharts = _SUBCHARTS if chart.name == "mlflow" else ()
    return any(chart.get(key) for key in _EXTRA) or any(chart.get(key, "enabled") is True for key in subcharts)


def of_chart(chart: Chart) -> Iterator[Made]:
    """What a known chart brings."""
    yield from _CHARTS[chart.name](chart)


def _account(chart: Chart, name: str, *path: str) -> Iterator[Made]:
    """The ServiceAccount that the values at `path` describe, called `name` unless they say otherwise."""
    if chart.get(*path, "create") is not False:
        yield chart.made("ServiceAccount", chart.text(*path, "name", default=name), (*path, "name"))


def _kserve(chart: Chart) -> Iterator[Made]:
    gateway = ("kserve", "controller", "gateway", "ingressGateway")
    keys = frozenset({"ca.crt", "tls.crt", "tls.key"})
    yield chart.made("ServiceAccount", "kserve-controller-manager")
    yield chart.made("Service", "kserve-controller-manager-service", (), Port("", 8443))
    yield chart.made("Service", "kserve-webhook-server-service", (), Port("", 443))
    yield chart.made("Deployment", "kserve-controller-manager")
    yield chart.made("ConfigMap", "inferenceservice-config")
    yield chart.made("Secret", "kserve-webhook-server-cert", keys=keys)
    yield chart.made("ClusterStorageContainer", "default")
    if chart.get(*gateway, "createGateway") is True and chart.get(*gateway, "enableGatewayApi") is True:
        yield chart.made("Gateway", "kserve-ingress-gateway", (*gateway, "createGateway"))


def _llm(chart: Chart) -> Iterator[Made]:
    yield chart.made("ServiceAccount", "llmisvc-controller-manager")
    yield chart.made("ConfigMap", "inferenceservice-config")
    yield chart.made("Deployment", "llmisvc-controller-manager")


def _nothing(_: Chart) -> Iterator[Made]:
    """A chart of definitions, of runtimes, or of what nobody refers to."""
    return iter(())


def _mlflow(chart: Chart) -> Iterator[Made]:
    name, port = chart.fullname, chart.get("service", "port")
    ports = Port(chart.text("service", "name", default="http"), port if whole(port) else 80)
    yield chart.made("Service", name, ("service", "port"), ports)
    yield chart.made("Deployment", name)
    yield chart.made("ConfigMap", f"{name}-env-configmap")
    yield chart.made("Secret", f"{name}-env-secret")
    yield chart.made("Secret", f"{name}-flask-server-secret-key")
    yield from _account(chart, name, "serviceAccount")


def _jupyterhub(chart: Chart) -> Iterator[Made]:
    full = chart.get("fullnameOverride")
    prefix = f"{full}-" if isinstance(full, str) and full else ""
    yield chart.made("Service", f"{prefix}hub", (), Port("hub", 8081))
    secure = (Port("https", 443),) if chart.get("proxy", "https", "enabled") is True else ()
    yield chart.made("Service", f"{prefix}proxy-public", (), Port("http", 80), *secure)
    yield chart.made("Service", f"{prefix}proxy-api", (), Port("", 8001))
    for deployment in ("hub", "proxy", "user-scheduler"):
        yield chart.made("Deployment", f"{prefix}{deployment}")
    yield chart.made("Secret", f"{prefix}hub")
    yield chart.made("ConfigMap", f"{prefix}hub")
    yield chart.made("PersistentVolumeClaim", f"{prefix}hub-db-dir")
    for path in (("hub",), ("scheduling", "userScheduler"), ("prePuller", "hook"), ("proxy", "traefik")):
        name = {"userScheduler": "user-scheduler", "hook": "hook-image-puller", "traefik": "autohttps"}
        yield from _account(chart, prefix + name.get(path[-1], path[-1]), *path, "serviceAccount")


def _traefik(chart: Chart) -> Iterator[Made]:
    name = chart.fullname
    if chart.get("service", "enabled") is not False:
        yield chart.made("Service", name, (), *_traefik_ports(chart))
    yield chart.made("Deployment", name)
    yield from _account(chart, name, "serviceAccount")
    provided = chart.get("providers", "kubernetesGateway", "enabled") is True
    if provided and chart.get("gatewayClass", "enabled") is not False:
        yield chart.made(
            "GatewayClass", chart.text("gatewayClass", "name", default="traefik"), ("gatewayClass", "name")
        )
    if provided and chart.get("gateway", "enabled") is not False:
        where = chart.text("gateway", "namespace", default=chart.namespace)
        gateway = chart.text("gateway", "name", default="traefik-gateway")
        yield Made("Gateway", where, gateway, chart.by, ("gateway",) if chart.by.get("gateway") else ())
    if chart.get("ingressClass", "enabled") is not False:
        yield chart.made("IngressClass", chart.text("ingressClass", "name", default=name))


def _traefik_ports(chart: Chart) -> Iterator[Port]:
    given = {"web": {"exposedPort": 80}, "websecure": {"exposedPort": 443}}
    for name, port in merge(given, dict(mapping(chart.get("ports")))).items():
        number, exposed = mapping(port).get("exposedPort"), mapping(mapping(port).get("expose"))
        wanted = exposed.get("default", name in given)
        if whole(number) and wanted is True:
            yield Port(str(name), number)


def _cert_manager(chart: Chart) -> Iterator[Made]:
    name = chart.fullname
    yield chart.made("Service", name, (), Port("tcp-prometheus-servicemonitor", 9402))
    yield chart.made("Service", f"{name}-webhook", (), Port("https", 443))
    yield from _account(chart, name, "serviceAccount")
    yield from _account(chart, f"{name}-cainjector", "cainjector", "serviceAccount")
    yield from _account(chart, f"{name}-webhook", "webhook", "serviceAccount")


def _sealed_secrets(chart: Chart) -> Iterator[Made]:
    name = chart.fullname
    yield chart.made("Service", name, (), Port("http", 8080))
    yield chart.made("Service", f"{name}-metrics", (), Port("metrics", 8081))
    yield from _account(chart, name, "serviceAccount")


def _keda(chart: Chart) -> Iterator[Made]:
    for name in ("keda-operator", "keda-metrics-server", "keda-webhook"):
        yield chart.made("ServiceAccount", name)
    yield chart.made("Service", "keda-operator")
    yield chart.made("Service", "keda-operator-metrics-apiserver", (), Port("https", 443))


_CHARTS: dict[str, Callable[[Chart], Iterator[Made]]] = {
    "kserve": _kserve,
    "kserve-resources": _kserve,
    "kserve-llmisvc-resources": _llm,
    "llmisvc": _llm,
    "kserve-runtime-configs": _nothing,
    "kserve-crd": _nothing,
    "kserve-crd-minimal": _nothing,
    "kserve-llmisvc-crd": _nothing,
    "llmisvc-crd": _nothing,
    "mlflow": _mlflow,
    "jupyterhub": _jupyterhub,
    "traefik": _traefik,
    "cert-manager": _cert_manager,
    "sealed-secrets": _sealed_secrets,
    "keda": _keda,
}
