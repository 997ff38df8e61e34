"""The Gateway that everything is reached through.

We write it ourselves: KServe's chart would make one of class envoy, with a fixed name and port.
Sources: Gateway API v1.6.1; Traefik v3, pkg/provider/kubernetes/gateway/kubernetes.go (entryPointName).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from constructs import Construct

from kserve_gitops import waves
from kserve_gitops.application import SKIP_DRY_RUN, Application
from kserve_gitops.certificate import Certificate
from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs.environment import Environment, GatewaySettings
from kserve_gitops.manifest import Manifest


@dataclass(frozen=True, slots=True)
class GatewayClass:
    """What differs between implementations: the ports that listeners must name."""

    http_port: int
    https_port: int


CLASSES: dict[str, GatewayClass] = {
    # Traefik finds its entry point by the port it listens on inside the pod, not by the Service's 80 and 443.
    "traefik": GatewayClass(http_port=8000, https_port=8443),
}


class Gateway(Manifest):
    """One Gateway with a listener for `*.<domain>`, and a second one for HTTPS when there is a certificate.

    Routes are accepted from `namespaces` only: those of the models, where KServe puts its own routes, and of the parts.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: GatewaySettings,
        domain: str,
        namespaces: Iterable[str],
        origin: Origin | None = None,
    ) -> None:
        self.settings = settings
        self.ref = f"{settings.namespace}/{settings.name}"
        self.parent_ref = {
            "group": "gateway.networking.k8s.io",
            "kind": "Gateway",
            "name": settings.name,
            "namespace": settings.namespace,
        }
        self.scheme = "https" if settings.tls else "http"
        routes = {"namespaces": _from(sorted(set(namespaces)))}
        ports = CLASSES[settings.gateway_class_name]
        common: dict[str, Any] = {"hostname": f"*.{domain}", "allowedRoutes": routes}
        listeners = [{"name": "http", "port": ports.http_port, "protocol": "HTTP", **common}]
        if settings.tls:
            secret = {"group": "", "kind": "Secret", "name": settings.tls.secret_name}
            tls = {"mode": "Terminate", "certificateRefs": [secret]}
            listeners.append({"name": "https", "port": ports.https_port, "protocol": "HTTPS", "tls": tls, **common})
        manifest = {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "Gateway",
            "metadata": {"name": settings.name, "namespace": settings.namespace},
            "spec": {"gatewayClassName": settings.gateway_class_name, "listeners": listeners},
        }
        super().__init__(scope, id, manifest, origin=origin)


def _from(namespaces: list[str]) -> dict[str, Any]:
    """Routes of these namespaces only. A selector that lists none is an error, so then only the Gateway's own."""
    if not namespaces:
        return {"from": "Same"}
    term = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": namespaces}
    return {"from": "Selector", "selector": {"matchExpressions": [term]}}


class GatewayApplication(Application):
    """The Gateway of an environment, and its certificate when an issuer is named."""

    def __init__(self, scope: Construct, *, environment: Environment, project: str) -> None:
        settings = environment.gateway
        super().__init__(
            scope,
            "gateway",
            environment=environment,
            project=project,
            namespace=settings.namespace,
            wave=waves.GATEWAY,
            manifests=True,
            sync_options=[SKIP_DRY_RUN],
            origin=settings.origin,
        )
        self.gateway = Gateway(
            self,
            settings.name,
            settings=settings,
            domain=environment.domain,
            namespaces=_with_routes(environment),
            origin=settings.origin,
        )
        if settings.tls and settings.tls.cluster_issuer:
            Certificate(
                self.gateway,
                settings.tls.secret_name,
                namespace=settings.namespace,
                secret_name=settings.tls.secret_name,
                cluster_issuer=settings.tls.cluster_issuer,
                dns_names=[f"*.{environment.domain}"],
                origin=settings.origin,
            )


_ROUTED = ("InferenceService", "InferenceGraph", "LLMInferenceService", "HTTPRoute")
"""Kinds that have a route, or are one."""


def _with_routes(environment: Environment) -> list[str]:
    """Namespaces that have routes: KServe puts a model's own beside it, be it of the catalogue or of manifests/."""
    found = set(environment.model_namespaces) | {"mlflow", "jupyterhub"} & set(environment.parts)
    found |= {one.namespace for one in environment.raw if one.namespace and one.manifest["kind"] in _ROUTED}
    if environment.clients is not None:
        found.add(environment.clients.namespace)
    return sorted(found)
