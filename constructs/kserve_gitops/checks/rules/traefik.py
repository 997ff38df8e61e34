"""Traefik's chart as the implementation of the Gateway API.

Source for all: traefik/traefik-helm-chart v41.3.0.
"""

from collections.abc import Iterator

from kserve_gitops.checks.reading import mapping, whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.tree import Mistake, Spot, Tree
from kserve_gitops.checks.world.charts import Chart, charts, cluster_of, folders

_CHART = "traefik"
_PROVIDER = ("providers", "kubernetesGateway")
_CLASS = "traefik"
_OWN = "traefik-gateway"
_PORTS = {"metrics": 9100, "traefik": 8080, "web": 8000, "websecure": 8443}
"""The container's ports by default."""
_FIRST, _WITHOUT_CRDS = order("32.0.0"), order("40.2.0")
_GATEWAY_API = "kubernetes-sigs/gateway-api"
_GROUP = "gateway.networking.k8s.io"


@rule("KG454")
def no_provider(tree: Tree) -> Iterator[Mistake]:
    """Gateways of Traefik, and a Traefik that does not look at Gateways.

    Unless it is told, Traefik reads Ingresses and its own kinds. The Gateway then never gets an address, no route is
    accepted, and no model becomes ready. With the experimental channel and the standard CRDs, it stops at the first
    kind that it does not find.

    Fix: `providers: {kubernetesGateway: {enabled: true}}`, and `experimentalChannel` only with the experimental CRDs.

    Since: every release

    Source: traefik-helm-chart v41.3.0, values.yaml and templates/gatewayclass.yaml.
    """
    for chart in charts(tree, _CHART):
        name = chart.text("gatewayClass", "name", default=_CLASS)
        gateways = [found for found in tree.of("Gateway") if found.text("spec", "gatewayClassName") == name]
        classes = [found for found in tree.of("GatewayClass") if found.name == name]
        others = classes or tree.exists("GatewayClass", "", name) or len(charts(tree, _CHART)) > 1
        if chart.known and gateways and not others and not chart.on(*_PROVIDER, "enabled"):
            other = (gateways[0], ("spec", "gatewayClassName"))
            message = "Traefik does not look at Gateways, and there is one of its class"
            yield chart.error((*_PROVIDER, "enabled"), message, hint="set it to true", other=other)
        standard = [path for _, _, repository, path in folders(tree) if _is_bundle(repository, path)]
        if chart.on(*_PROVIDER, "experimentalChannel") and standard and all(p.endswith("config/crd") for p in standard):
            message = "Traefik stops, because the experimental kinds are not installed"
            hint = "set it to false, or deliver 'config/crd/experimental' of the Gateway API"
            yield chart.error((*_PROVIDER, "experimentalChannel"), message, hint=hint)


@rule("KG455")
def own_gateway(tree: Tree) -> Iterator[Mistake]:
    """The Gateway of Traefik's chart cannot do what it is used for.

    Its listeners take routes from their own namespace only, unless `namespacePolicy` says otherwise, and KServe makes
    routes in the namespaces of the models. A listener whose port no entry point has, or an HTTPS one without a
    certificate, keeps the chart from being rendered.

    Fix: `gateway: {listeners: {web: {namespacePolicy: {from: All}}}}`; ports are those of the container: 8000 and 8443
    unless `ports` changes them.

    Since: every release

    Source: traefik-helm-chart v41.3.0, templates/gateway.yaml.
    """
    for chart in charts(tree, _CHART):
        if not chart.known or not chart.on(*_PROVIDER, "enabled") or chart.get("gateway", "enabled") is False:
            continue
        yield from _listeners(chart)
        where = chart.text("gateway", "namespace", default=chart.namespace)
        name = chart.text("gateway", "name", default=_OWN)
        taken = [mapping(one).get("namespacePolicy") for one in chart.mapping("gateway", "listeners").values()]
        foreign = {found.namespace for found in tree.of("InferenceService")} - {where}
        used = tree.setting("controller.gateway.ingressGateway.kserveGateway") == f"{where}/{name}"
        if used and foreign and not any(taken):
            message = f"no listener takes routes of namespace '{min(foreign)}', where models are"
            hint = "set namespacePolicy: {from: All} at a listener"
            yield chart.error(("gateway", "listeners"), message, hint=hint)


@rule("KG456")
def two_owners(tree: Tree) -> Iterator[Mistake]:
    """Two sources bring the CRDs of the Gateway API.

    Each sync of one writes over those of the other. From v1.5 on, the Gateway API also brings a policy that refuses
    older or other ones, so that the Application with the older bundle fails. Charts of Traefik before 40.2.0 bring
    them too.

    Fix: keep one source; for such a chart, `helm: {skipCrds: true}`, with Traefik's own CRDs delivered otherwise.

    Since: every release

    Source: traefik-helm-chart v40.1.0 and v40.2.0, traefik/crds; Gateway API v1.5.0, config/crd/standard.
    """
    owners: list[tuple[str, Spot]] = [
        (cluster_of(application), (application, (*at, "path")))
        for application, at, repository, path in folders(tree)
        if _is_bundle(repository, path)
    ]
    old = [chart for chart in charts(tree, _CHART) if _FIRST <= order(chart.version) < _WITHOUT_CRDS]
    owners += [(chart.cluster, chart.source_spot()) for chart in old if chart.application and not _skips(chart)]
    first: dict[str, Spot] = {}
    for cluster, (thing, at) in owners:
        other = first.setdefault(cluster, (thing, at))
        if other != (thing, at):
            message = "it brings the CRDs of the Gateway API, and another source does too"
            yield thing.error(at, message, hint="keep one of them, or skip the CRDs of the chart", other=other)


def _is_bundle(repository: str, path: str) -> bool:
    return _GATEWAY_API in repository and "config/crd" in path


def _skips(chart: Chart) -> bool:
    return mapping(chart.source.get("helm")).get("skipCrds") is True


def _listeners(chart: Chart) -> Iterator[Mistake]:
    given = {str(name): mapping(one).get("port") for name, one in chart.mapping("ports").items()}
    ports = {**_PORTS, **{name: port for name, port in given.items() if whole(port)}}
    for name, one in chart.mapping("gateway", "listeners").items():
        port, protocol = mapping(one).get("port"), mapping(one).get("protocol")
        path = ("gateway", "listeners", str(name))
        if whole(port) and port not in ports.values():
            message = f"no entry point has port {port}, and the chart is not rendered"
            hint = f"the ports of the container are {', '.join(str(number) for number in sorted(ports.values()))}"
            yield chart.error((*path, "port"), message, hint=hint)
        if protocol == "HTTPS" and not mapping(one).get("certificateRefs"):
            message = "a listener with HTTPS and without certificateRefs, so that the chart is not rendered"
            yield chart.error(path, message, hint="add certificateRefs with the name of a TLS Secret")
