"""JupyterHub: where models are trained.

Source: jupyterhub/zero-to-jupyterhub-k8s 4.4.0, jupyterhub/.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from constructs import Construct

from kserve_gitops import mlflow, waves
from kserve_gitops.application import RESPECT_IGNORED, SKIP_DRY_RUN, Application, HelmChart, Kind
from kserve_gitops.core.merging import merge
from kserve_gitops.credentials import Credentials
from kserve_gitops.gateway import Gateway
from kserve_gitops.inputs.credential_contents import checksum
from kserve_gitops.inputs.environment import Environment, Part
from kserve_gitops.serving import hub_secrets

REPOSITORY = "https://hub.jupyter.org/helm-chart/"
NAMESPACE = "jupyterhub"


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
        merged = _restarting(merge(values(environment, part, gateway, hostname, credentials), part.values))
        super().__init__(
            scope,
            part.name,
            environment=environment,
            project=project,
            namespace=NAMESPACE,
            wave=waves.JUPYTERHUB,
            source=HelmChart(REPOSITORY, "jupyterhub", part.version, merged, part.values_origin),
            sync_options=[SKIP_DRY_RUN, RESPECT_IGNORED],
            ignore_differences=ignored(merged),
            cluster_kinds=_cluster_kinds(merged),
            origin=part.origin,
        )


def ignored(merged: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What chance decides, and Argo CD is to leave as it is in the cluster.

    The chart draws tokens wherever it cannot look up those of the cluster, and Argo CD never lets it look. Given in
    values they would stand in Git. With `secrets.hub` the hub takes its own from there, and only what it and its proxy
    know each other by from the chart's Secret; the chart draws all of them there all the same. Nothing else of that
    Secret is left as it is: it also holds the values, from which the hub reads its whole configuration.
    """
    keys = hub_secrets.drawn(merged)
    if not keys:
        return []
    pointers = [f"/data/{_escaped(key)}" for key in keys]
    found = [
        {"kind": "Secret", "name": "hub", "namespace": NAMESPACE, "jsonPointers": pointers},
        _annotation("hub", "secret"),
    ]
    return [*found, *([_annotation("proxy", "auth-token")] if hub_secrets.PROXY_TOKEN in keys else [])]


def values(
    environment: Environment, part: Part, gateway: Gateway, hostname: str, credentials: Credentials | None
) -> dict[str, Any]:
    """Values of the chart, before those of the person go over them."""
    reached = {model.namespace for model in environment.models}
    if "mlflow" in environment.parts:
        reached.add(mlflow.NAMESPACE)
    single_user: dict[str, Any] = {"networkPolicy": {"egress": [_egress(sorted(reached))]}} if reached else {}
    if "mlflow" in environment.parts:
        single_user["extraEnv"] = {"MLFLOW_TRACKING_URI": mlflow.URL}
    return {
        **_hub(environment, part, credentials),
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


def _hub(environment: Environment, part: Part, credentials: Credentials | None) -> dict[str, Any]:
    """The Secret of one's own, and what has the hub start anew when it was sealed anew."""
    wanted = part.options.get("secrets", {}).get("hub")
    secret = credentials.secret(wanted) if credentials and wanted else None
    if secret is None:
        return {}
    sealed = checksum(need for need in environment.needs_in(NAMESPACE) if part.name in need.users)
    annotations = {"annotations": {"checksum/credentials": sealed}} if sealed else {}
    return {"hub": {"existingSecret": secret.secret, **annotations}}


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


def _annotation(deployment: str, what: str) -> dict[str, Any]:
    """That of a pod which follows from a Secret that chance decides."""
    pointer = f"/spec/template/metadata/annotations/checksum~1{what}"
    return {
        "group": "apps",
        "kind": "Deployment",
        "name": deployment,
        "namespace": NAMESPACE,
        "jsonPointers": [pointer],
    }


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _egress(namespaces: list[str]) -> dict[str, Any]:
    """Notebooks may reach private addresses only where a rule says so."""
    selector = {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "In", "values": namespaces}]}
    return {"to": [{"namespaceSelector": selector}]}
