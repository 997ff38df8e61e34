"""JupyterHub: where models are trained.

Source: jupyterhub/zero-to-jupyterhub-k8s 4.4.0, jupyterhub/.
"""

import hashlib
import json
from typing import Any

from constructs import Construct

from kserve_gitops import mlflow, waves
from kserve_gitops.application import RESPECT_IGNORED, SKIP_DRY_RUN, Application, HelmChart, Kind
from kserve_gitops.core.merging import merge
from kserve_gitops.credentials import Credentials
from kserve_gitops.gateway import Gateway
from kserve_gitops.inputs.environment import Environment, Part

REPOSITORY = "https://hub.jupyter.org/helm-chart/"
NAMESPACE = "jupyterhub"

# The chart draws tokens by chance wherever it cannot look up those of the cluster, and Argo CD never lets it look.
# Given in values they would stand in Git. So they are left as they are in the cluster, and nothing else of the Secret
# is: it also holds the values, from which the hub reads its whole configuration.
RANDOM_TOKENS: list[dict[str, Any]] = [
    {
        "kind": "Secret",
        "name": "hub",
        "namespace": NAMESPACE,
        "jsonPointers": [
            "/data/hub.config.ConfigurableHTTPProxy.auth_token",
            "/data/hub.config.CryptKeeper.keys",
            "/data/hub.config.JupyterHub.cookie_secret",
        ],
    },
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
        self,
        scope: Construct,
        *,
        environment: Environment,
        part: Part,
        gateway: Gateway,
        credentials: Credentials | None,
        project: str,
    ) -> None:
        hostname = part.options.get("hostname", f"jupyter.{environment.domain}")
        merged = _restarting(merge(values(environment, gateway, hostname), part.values))
        super().__init__(
            scope,
            part.name,
            environment=environment,
            project=project,
            namespace=NAMESPACE,
            wave=waves.JUPYTERHUB,
            source=HelmChart(REPOSITORY, "jupyterhub", part.version, merged, part.values_origin),
            sync_options=[SKIP_DRY_RUN, RESPECT_IGNORED],
            ignore_differences=RANDOM_TOKENS,
            cluster_kinds=_cluster_kinds(merged),
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


def _restarting(merged: dict[str, Any]) -> dict[str, Any]:
    """With an annotation for the pod of the hub that changes with the values, which the hub reads when it starts.

    The chart's own annotation for that is one of those that chance changes.
    """
    text = json.dumps(json.loads(json.dumps(merged)), sort_keys=True)  # the first turns every key into text
    checksum = hashlib.sha256(text.encode()).hexdigest()
    with_checksum: dict[str, Any] = merge({"hub": {"annotations": {"checksum/values": checksum}}}, merged)
    return with_checksum


def _cluster_kinds(merged: dict[str, Any]) -> list[Kind]:
    roles = [("rbac.authorization.k8s.io", "ClusterRole"), ("rbac.authorization.k8s.io", "ClusterRoleBinding")]
    match merged:
        case {"scheduling": {"podPriority": {"enabled": True}}}:
            return [*roles, ("scheduling.k8s.io", "PriorityClass")]
        case _:
            return roles


def _egress(namespaces: list[str]) -> dict[str, Any]:
    """Notebooks may reach private addresses only where a rule says so."""
    selector = {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "In", "values": namespaces}]}
    return {"to": [{"namespaceSelector": selector}]}
