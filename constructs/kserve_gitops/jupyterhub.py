"""JupyterHub: where models are trained.

Source: jupyterhub/zero-to-jupyterhub-k8s 4.4.0, jupyterhub/.
"""

from typing import Any

from constructs import Construct

from kserve_gitops import mlflow, waves
from kserve_gitops.application import RESPECT_IGNORED, Application, HelmChart
from kserve_gitops.core.merging import merge
from kserve_gitops.gateway import Gateway
from kserve_gitops.inputs.environment import Environment, Part

REPOSITORY = "https://hub.jupyter.org/helm-chart/"
NAMESPACE = "jupyterhub"

# The chart draws tokens by chance wherever it cannot look up those of the cluster, and Argo CD never lets it look.
# Given in values they would stand in Git. So what depends on them is left as it is in the cluster.
RANDOM_TOKENS: list[dict[str, Any]] = [
    {"kind": "Secret", "name": "hub", "namespace": NAMESPACE, "jsonPointers": ["/data"]},
    {
        "group": "apps",
        "kind": "Deployment",
        "name": "hub",
        "namespace": NAMESPACE,
        "jsonPointers": ["/spec/template/metadata/annotations/checksum~1secret"],
    },
    {
        "group": "apps",
        "kind": "Deployment",
        "name": "proxy",
        "namespace": NAMESPACE,
        "jsonPointers": ["/spec/template/metadata/annotations/checksum~1auth-token"],
    },
]


class JupyterHub(Application):
    """The hub behind the Gateway; its notebooks know MLflow's address and can reach MLflow and the models."""

    def __init__(
        self, scope: Construct, *, environment: Environment, part: Part, gateway: Gateway, project: str
    ) -> None:
        hostname = part.options.get("hostname", f"jupyter.{environment.domain}")
        generated = values(environment, gateway, hostname)
        super().__init__(
            scope,
            part.name,
            environment=environment,
            project=project,
            namespace=NAMESPACE,
            wave=waves.JUPYTERHUB,
            source=HelmChart(REPOSITORY, "jupyterhub", part.version, merge(generated, part.values), part.values_origin),
            sync_options=["SkipDryRunOnMissingResource=true", RESPECT_IGNORED],
            ignore_differences=RANDOM_TOKENS,
            cluster_kinds=[
                ("rbac.authorization.k8s.io", "ClusterRole"),
                ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
                ("scheduling.k8s.io", "PriorityClass"),
            ],
            origin=part.origin,
        )


def values(environment: Environment, gateway: Gateway, hostname: str) -> dict[str, Any]:
    """Values of the chart."""
    reached = {model.namespace for model in environment.models}
    if "mlflow" in environment.parts:
        reached.add(mlflow.NAMESPACE)
    single_user: dict[str, Any] = {"networkPolicy": {"egress": [_egress(sorted(reached))]}} if reached else {}
    if "mlflow" in environment.parts:
        single_user["extraEnv"] = {"MLFLOW_TRACKING_URI": mlflow.URL}
    return {
        "httpRoute": {
            "enabled": True,
            "gateway": {"name": gateway.settings.name, "namespace": gateway.settings.namespace},
            "hostnames": [hostname],
        },
        # A hook of Helm would run before every sync.
        "prePuller": {"hook": {"enabled": False}},
        "proxy": {"service": {"type": "ClusterIP"}},
        "singleuser": single_user,
    }


def _egress(namespaces: list[str]) -> dict[str, Any]:
    """Notebooks may reach private addresses only where a rule says so."""
    selector = {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "In", "values": namespaces}]}
    return {"to": [{"namespaceSelector": selector}]}
