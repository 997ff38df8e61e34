"""MLflow: the tracking server and model registry that models come from.

Source: community-charts/helm-charts mlflow-1.11.5, charts/mlflow; mlflow 3.15.1, mlflow/server/security_utils.py,
mlflow/server/auth and mlflow/store/artifact/s3_artifact_repo.py.
"""

import json
from collections.abc import Mapping
from typing import Any

from constructs import Construct

from kserve_gitops import waves
from kserve_gitops.application import SKIP_DRY_RUN, Application, HelmChart
from kserve_gitops.core.merging import merge
from kserve_gitops.credentials import Credentials
from kserve_gitops.gateway import Gateway
from kserve_gitops.http_route import HTTPRoute
from kserve_gitops.inputs.credential import Credential, Storage
from kserve_gitops.inputs.credential_contents import checksum
from kserve_gitops.inputs.environment import Environment, Part
from kserve_gitops.persistent_volume_claim import PersistentVolumeClaim
from kserve_gitops.serving.canary import Backend
from kserve_gitops.serving.credentials import CA_KEY, ROLE, S3_KEYS

REPOSITORY = "https://community-charts.github.io/helm-charts"
NAMESPACE = "mlflow"
SERVICE = "mlflow"
URL = f"http://{SERVICE}.{NAMESPACE}.svc.cluster.local"
FOLDER = "/data"
"""Where the volume is mounted, the only place beside /tmp that the server may write to."""
CERTIFICATES = "/etc/ssl/s3"

_LOGIN = {"usernameKey": "username", "passwordKey": "password"}
_DATABASES = (
    *(("backendStore", name) for name in ("postgres", "mysql", "mssql")),
    *(("postgresql",), ("mysql",)),
)


class Mlflow(Application):
    """The server, its artifacts in S3 behind its own API, its database on a volume that survives restarts.

    Notebooks need no S3 keys: they send artifacts to the server. One replica, replaced rather than rolled,
    because SQLite has one writer; for more, name a database under `backendStore` in `values`. There is no volume where
    nothing is kept on it.
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
        generated = values(environment, part, gateway, hostname, credentials)
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
        if _keeps_files(part):
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


def values(
    environment: Environment, part: Part, gateway: Gateway, hostname: str, credentials: Credentials | None
) -> dict[str, Any]:
    """Values of the chart, before those of the person go over them."""
    needs = [need for need in environment.needs_in(NAMESPACE) if part.name in need.users]
    sealed = checksum(needs)
    found: dict[str, Any] = {
        "corsAllowedOrigins": [f"{gateway.scheme}://{hostname}"],
        "podSecurityContext": {"fsGroup": 1001, "fsGroupChangePolicy": "OnRootMismatch"},
        "serverAllowedHosts": allowed_hosts(hostname),
    }
    writer = environment.mlflow_credential
    for more in (
        _artifacts(environment, writer),
        _database(part),
        _auth(part),
        _volumes(part, writer),
        _secrets(part, writer, credentials),
        {"podAnnotations": {"checksum/credentials": sealed}} if sealed else {},
    ):
        found = merge(found, more)
    return dict(sorted(found.items()))


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


def _artifacts(environment: Environment, writer: Credential | None) -> dict[str, Any]:
    """The bucket, and how to speak to it. An identity needs no key: the server's pod is somebody."""
    storage = (writer.storage if writer else None) or environment.storage
    s3: dict[str, Any] = {"enabled": True, "bucket": storage.bucket, "path": storage.prefix}
    found: dict[str, Any] = {
        "artifactRoot": {"proxiedArtifactStorage": True, "s3": s3},
        "extraEnvVars": _variables(storage, writer.options if writer else {}),
    }
    if writer and writer.type == "irsa":
        found["serviceAccount"] = {"annotations": {ROLE: writer.options["roleArn"]}}
    return found


def _variables(storage: Storage, options: Mapping[str, Any]) -> dict[str, str]:
    """All texts: the chart's schema takes no others."""
    found = {
        "AWS_DEFAULT_REGION": storage.region,
        # Eight processes of a quarter GiB each, for jobs that nobody here starts.
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }
    if storage.endpoint:
        found["MLFLOW_S3_ENDPOINT_URL"] = storage.endpoint
    if storage.kms_key_arn:
        found["MLFLOW_S3_UPLOAD_EXTRA_ARGS"] = json.dumps(
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": storage.kms_key_arn}
        )
    if options.get("verifySSL") is False:
        found["MLFLOW_S3_IGNORE_TLS"] = "true"
    if "useVirtualBucket" in options:
        found["MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE"] = "virtual" if options["useVirtualBucket"] else "path"
    if "caBundleConfigMap" in options:
        found["AWS_CA_BUNDLE"] = f"{CERTIFICATES}/{CA_KEY}"
    return found


def _database(part: Part) -> dict[str, Any]:
    """A file on the volume, or the database that a person's values name: waited for, and brought up to date."""
    found: dict[str, Any] = {}
    if not _has_database(part):
        found["defaultSqlitePath"] = f"{FOLDER}/mlflow.db"
    elif not _enabled(part, "backendStore", "mssql"):  # its address may be a URL, which the chart does not wait for
        found = {"databaseConnectionCheck": True, "databaseMigration": True}
    if login := _secret_of(part, "database"):
        found["existingDatabaseSecret"] = {"name": login, **_LOGIN}
    return {"backendStore": found} if found else {}


def _auth(part: Part) -> dict[str, Any]:
    """Names and passwords for everybody: the first is sealed, the others are kept in a database of their own."""
    if not _has_auth(part):
        return {}
    found: dict[str, Any] = {}
    if admin := _secret_of(part, "admin"):
        found |= {"enabled": True, "existingAdminSecret": {"name": admin, **_LOGIN}}
    if _keeps_users(part):
        # The chart joins folder and file as they are.
        found["sqliteFullPath"] = f"{FOLDER}/"
    return {"auth": found}


def _volumes(part: Part, writer: Credential | None) -> dict[str, Any]:
    """The volume of the databases, which one server at a time may write to; and certificates to trust."""
    volumes: list[dict[str, Any]] = []
    mounts: list[dict[str, Any]] = []
    found: dict[str, Any] = {}
    if _keeps_files(part):
        volumes.append({"name": "database", "persistentVolumeClaim": {"claimName": "mlflow-database"}})
        mounts.append({"name": "database", "mountPath": FOLDER})
        found = {"replicaCount": 1, "strategy": {"type": "Recreate"}}
    if bundle := writer.options.get("caBundleConfigMap") if writer else None:
        volumes.append({"name": "certificates", "configMap": {"name": bundle}})
        mounts.append({"name": "certificates", "mountPath": CERTIFICATES, "readOnly": True})
    return {**found, "extraVolumes": volumes, "extraVolumeMounts": mounts} if volumes else found


def _secrets(part: Part, writer: Credential | None, credentials: Credentials | None) -> dict[str, Any]:
    """The Secrets that the server takes its environment from, and the keys of the bucket among them.

    That with the key of the sessions comes last: it then counts in place of the one that the chart draws by chance.
    """
    keys = credentials.secret(writer) if credentials and writer else None
    server = _secret_of(part, "server")
    found: dict[str, Any] = {
        "extraSecretNamesForEnvFrom": [*([keys.secret] if keys else []), *([server] if server else [])]
    }
    if keys is not None:
        access, secret = S3_KEYS
        named = {"name": keys.secret, "keyOfAccessKeyId": access, "keyOfSecretAccessKey": secret}
        found["artifactRoot"] = {"s3": {"existingSecret": named}}
    return found


def _secret_of(part: Part, use: str) -> str | None:
    """The credential of the server itself for a use; its Secret is called like it."""
    found: str | None = part.options.get("secrets", {}).get(use)
    return found


def _has_database(part: Part) -> bool:
    return any(_enabled(part, *path) for path in _DATABASES)


def _has_auth(part: Part) -> bool:
    return _secret_of(part, "admin") is not None or _enabled(part, "auth")


def _keeps_users(part: Part) -> bool:
    """Whether those who may log in are kept in a file."""
    return _has_auth(part) and not any(_enabled(part, "auth", name) for name in ("postgres", "mysql"))


def _keeps_files(part: Part) -> bool:
    return not _has_database(part) or _keeps_users(part)


def _enabled(part: Part, *path: str) -> bool:
    """Whether a person's values switch on what stands at `path`."""
    found: Any = part.values
    for step in (*path, "enabled"):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found is True
