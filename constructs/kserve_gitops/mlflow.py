"""MLflow: the tracking server and model registry that models come from.

Source: community-charts/helm-charts mlflow-1.11.5, charts/mlflow; mlflow 3.15.1, mlflow/server/security_utils.py.
"""

from typing import Any

from constructs import Construct

from kserve_gitops import waves
from kserve_gitops.application import SKIP_DRY_RUN, Application, HelmChart
from kserve_gitops.core.merging import merge
from kserve_gitops.credentials import Credentials, Secret
from kserve_gitops.gateway import Gateway
from kserve_gitops.http_route import HTTPRoute
from kserve_gitops.inputs.environment import Environment, Part, Storage
from kserve_gitops.persistent_volume_claim import PersistentVolumeClaim
from kserve_gitops.serving.canary import Backend

REPOSITORY = "https://community-charts.github.io/helm-charts"
NAMESPACE = "mlflow"
SERVICE = "mlflow"
URL = f"http://{SERVICE}.{NAMESPACE}.svc.cluster.local"
DATABASE = "/data/mlflow.db"


class Mlflow(Application):
    """The server, its artifacts in S3 behind its own API, its database on a volume that survives restarts.

    Notebooks need no S3 keys: they send artifacts to the server. One replica, replaced rather than rolled,
    because SQLite has one writer; for more, set `backendStore.postgres` in `values`.
    """

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
        hostname = part.options.get("hostname", f"mlflow.{environment.domain}")
        keys = (
            credentials.secret(environment.mlflow_credential) if credentials and environment.mlflow_credential else None
        )
        generated = values(environment.storage, gateway, hostname, keys)
        super().__init__(
            scope,
            part.name,
            environment=environment,
            project=project,
            namespace=NAMESPACE,
            wave=waves.MLFLOW,
            source=HelmChart(REPOSITORY, "mlflow", part.version, merge(generated, part.values), part.values_origin),
            manifests=True,
            sync_options=[SKIP_DRY_RUN],
            origin=part.origin,
        )
        PersistentVolumeClaim(
            self, "mlflow-database", namespace=NAMESPACE, size=part.options["databaseSize"], origin=part.origin
        )
        HTTPRoute(
            self,
            "mlflow",
            namespace=NAMESPACE,
            gateway=gateway,
            hostnames=[hostname],
            backends=[Backend(SERVICE)],
            origin=part.origin,
        )


def values(storage: Storage, gateway: Gateway, hostname: str, keys: Secret | None) -> dict[str, Any]:
    """Values of the chart. Numbers in `extraEnvVars` and `extraArgs` must be text; its schema insists."""
    environment = {
        "AWS_DEFAULT_REGION": storage.region,
        # Eight processes of a quarter GiB each, for jobs that nobody here starts.
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }
    if storage.endpoint:
        environment["MLFLOW_S3_ENDPOINT_URL"] = storage.endpoint
    s3: dict[str, Any] = {"enabled": True, "bucket": storage.bucket, "path": storage.prefix}
    if keys is not None:
        access, secret = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
        s3["existingSecret"] = {"name": keys.secret, "keyOfAccessKeyId": access, "keyOfSecretAccessKey": secret}
    return {
        "artifactRoot": {"proxiedArtifactStorage": True, "s3": s3},
        "backendStore": {"defaultSqlitePath": DATABASE},
        "corsAllowedOrigins": [f"{gateway.scheme}://{hostname}"],
        "extraEnvVars": environment,
        "extraSecretNamesForEnvFrom": [keys.secret] if keys is not None else [],
        "extraVolumeMounts": [{"name": "database", "mountPath": DATABASE.rpartition("/")[0]}],
        "extraVolumes": [{"name": "database", "persistentVolumeClaim": {"claimName": "mlflow-database"}}],
        "podSecurityContext": {"fsGroup": 1001, "fsGroupChangePolicy": "OnRootMismatch"},
        "replicaCount": 1,
        "serverAllowedHosts": allowed_hosts(hostname),
        "strategy": {"type": "Recreate"},
    }


def allowed_hosts(hostname: str) -> list[str]:
    """Every name that the server is called by, with and without a port.

    Since 3.5 MLflow answers 403 to any other, while its health check stays green; and a list replaces the built-in one.
    """
    inside = [
        SERVICE,
        f"{SERVICE}.{NAMESPACE}",
        f"{SERVICE}.{NAMESPACE}.svc",
        f"{SERVICE}.{NAMESPACE}.svc.cluster.local",
    ]
    return [form for name in [hostname, *inside, "localhost", "127.0.0.1"] for form in (name, f"{name}:*")]
