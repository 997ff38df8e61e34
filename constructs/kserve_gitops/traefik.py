"""Traefik as the implementation of the Gateway API.

Source: traefik/traefik-helm-chart v41.3.0.
"""

from typing import Any

from constructs import Construct

from kserve_gitops import waves
from kserve_gitops.application import SERVER_SIDE_APPLY, SKIP_DRY_RUN, Application, HelmChart
from kserve_gitops.core.merging import merge
from kserve_gitops.inputs.environment import Environment, Part

REPOSITORY = "https://traefik.github.io/charts"

VALUES: dict[str, Any] = {
    "providers": {
        "kubernetesGateway": {"enabled": True},
        # Nothing here is an Ingress, and an ingress class would make Traefik the default for the whole cluster.
        "kubernetesIngress": {"enabled": False},
    },
    "ingressClass": {"enabled": False},
    "gatewayClass": {"enabled": True, "name": "traefik"},
    # The Gateway is ours: the chart's own would take routes from its own namespace only.
    "gateway": {"enabled": False},
}


class Traefik(Application):
    """Traefik and its GatewayClass; the Gateway is an application of its own."""

    def __init__(self, scope: Construct, *, environment: Environment, part: Part, project: str) -> None:
        super().__init__(
            scope,
            part.name,
            environment=environment,
            project=project,
            namespace="traefik",
            wave=waves.TRAEFIK,
            source=HelmChart(REPOSITORY, "traefik", part.version, merge(VALUES, part.values), part.values_origin),
            sync_options=[SERVER_SIDE_APPLY, SKIP_DRY_RUN],
            cluster_kinds=[
                ("apiextensions.k8s.io", "CustomResourceDefinition"),
                ("gateway.networking.k8s.io", "GatewayClass"),
                ("rbac.authorization.k8s.io", "ClusterRole"),
                ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
            ],
            origin=part.origin,
        )
