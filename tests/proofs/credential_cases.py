"""Credentials of every type with values as they should not be, and what stands in the Secret that becomes of each.

Every key and value is made up.
"""

import base64
import json
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import yaml

from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs import credential_contents
from kserve_gitops.inputs.credential import Credential, Need, Secrets, Storage
from kserve_gitops.inputs.environment import Destination, Environment, GatewaySettings, KServe, Part, Repository
from kserve_gitops.serving.credential_types import ENTRY_KEYS
from kserve_gitops.serving.hub_secrets import PASSWORD

SPACE = "models"
UGLY = 'q" \'a\\ {{ .other }} {{"{{"}} }} grün 🔑 \u2028 <&> %s $x\nline\r\n\ttab'
"""What may stand in a value: quotes, newlines, actions of templates, letters beyond ASCII."""
ODD = 'b{{ .access }}{{{"{{" - }} \\ " ü'
"""The same for what people write in platform.yaml, on one line."""
UUID = "11111111-1111-1111-1111-111111111111"
ORIGIN = Origin("platform.yaml")
STORAGE = Storage(ORIGIN, "acme-ml-models", "ca-central-1", "mlflow")
ELSEWHERE = Storage(ORIGIN, "acme-ml-models", ODD, "mlflow", endpoint="http://{{minio}}:9000")
COOKIES, CRYPT = "hub.config.JupyterHub.cookie_secret", "hub.config.CryptKeeper.keys"
DRAWN = {COOKIES: "00ff", CRYPT: "ff00"}
LOGIN = {"username": "robot", "password": UGLY}
TOKEN = base64.b64encode(f"robot:{UGLY}".encode()).decode()
HEADERS = json.dumps({"Authorization": UGLY})
KEYS = {"AWS_ACCESS_KEY_ID": UGLY, "AWS_SECRET_ACCESS_KEY": UGLY[::-1]}
ENTRIES = {
    "a.b-c": {"bucket": ODD, "endpoint_url": "http://{{minio}}", "region": "@access_key_id@", "verify_ssl": False},
    "open": {"anonymous": True, "bucket": "models"},
    "plain": None,
}


@dataclass(frozen=True)
class Case:
    """A credential: its type and options, the `values` by key that are secret, and what its templates `add` to them.

    What is no text in `add` is what JSON or YAML says.
    """

    type: str
    values: dict[str, str] = field(default_factory=dict)
    add: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    storage: Storage = STORAGE

    @property
    def credential(self) -> Credential:
        return Credential("own", "sa-own", self.type, storage=self.storage, options=self.options, remote_key="ml/own")

    @property
    def fetched(self) -> dict[str, str]:
        """The values that are fetched where External Secrets fetches."""
        keys = credential_contents.fetched_keys(self.credential, self.environment())
        return {key: self.values[key] for key in keys}

    def environment(self, secrets: Secrets | None = None, encrypted: dict[str, str] | None = None) -> Environment:
        """One with nothing in it but the credential, and a hub that wants the password if there is one."""
        hub = {"db": {"type": "postgres"}} if PASSWORD in self.values else {}
        return Environment(
            "production",
            Repository("https://github.com/acme/ml-platform.git", "main"),
            "ml.example.com",
            Destination("https://kubernetes.default.svc", None),
            KServe(ORIGIN, ORIGIN, "v0.16.0", "Standard", {}),
            GatewaySettings(ORIGIN, "traefik", "kserve-ingress-gateway", "traefik"),
            STORAGE,
            {"own": self.credential},
            None,
            {"jupyterhub": Part("jupyterhub", "1.2.3", ORIGIN, ORIGIN, {"hub": hub}, {})},
            None,
            (),
            (Need(self.credential, SPACE, ("namespaces",), ORIGIN, encrypted or {}),),
            ORIGIN,
            secrets=secrets or Secrets(),
        )


def entry(name: str) -> dict[str, str]:
    """The keys of an entry, as its values have them."""
    return {key: f"{name} {key} {UGLY}" for key in ENTRY_KEYS}


def registry(server: str) -> Case:
    login = {"auths": {server: {"auth": TOKEN}}}
    return Case("registry", LOGIN, {".dockerconfigjson": login}, {"server": server})


CASES = MappingProxyType({
    "s3": Case("s3", KEYS),
    "s3 of another store": Case(
        "s3",
        KEYS,
        options={"verifySSL": False, "useVirtualBucket": True, "caBundleConfigMap": "own-ca"},
        storage=ELSEWHERE,
    ),
    "s3 without keys": Case(
        "s3",
        add={"AWS_ACCESS_KEY_ID": "anonymous", "AWS_SECRET_ACCESS_KEY": "anonymous"},
        options={"anonymous": True},
    ),
    "gcs": Case("gcs", {"gcloud-application-credentials.json": json.dumps({"private_key": UGLY})}),
    "azure": Case(
        "azure",
        {"AZURE_CLIENT_SECRET": UGLY},
        {"AZURE_CLIENT_ID": UUID, "AZURE_TENANT_ID": UUID[::-1], "AZURE_SUBSCRIPTION_ID": ODD},
        {"clientId": UUID, "tenantId": UUID[::-1], "subscriptionId": ODD},
    ),
    "azure without a subscription": Case(
        "azure",
        {"AZURE_CLIENT_SECRET": UGLY},
        {"AZURE_CLIENT_ID": UUID, "AZURE_TENANT_ID": UUID},
        {"clientId": UUID, "tenantId": UUID},
    ),
    "azure-storage-key": Case("azure-storage-key", {"AZURE_STORAGE_ACCESS_KEY": UGLY}),
    "huggingface": Case("huggingface", {"HF_TOKEN": UGLY}),
    "https": Case("https", {"headers": HEADERS}, {"https-host": ODD}, {"host": ODD}),
    "hdfs": Case(
        "hdfs",
        {"KERBEROS_PRINCIPAL": UGLY},
        {"HDFS_NAMENODE": ODD, "HDFS_ROOTPATH": ODD, "USER_PROXY": ODD},
        {"namenode": ODD, "rootPath": ODD, "userProxy": ODD},
    ),
    "hdfs without a login": Case("hdfs", add={"HDFS_NAMENODE": ODD}, options={"namenode": ODD}),
    "registry": registry("registry.example.com:5000/team"),
    "registry with a name as of a person": registry("a@b"),
    "registry with an odd name": registry(ODD),
    "storage-config": Case(
        "storage-config",
        {f"{name}.{key}": value for name in ("a.b-c", "plain") for key, value in entry(name).items()},
        {
            "a.b-c": {
                "type": "s3",
                "bucket": ODD,
                "endpoint_url": "http://{{minio}}",
                "region": "@access_key_id@",
                "verify_ssl": "false",
                **entry("a.b-c"),
            },
            "open": {"type": "s3", "anonymous": "true", "bucket": "models"},
            "plain": {"type": "s3", **entry("plain")},
        },
        {"entries": ENTRIES},
    ),
    "storage-config without keys": Case(
        "storage-config",
        add={"open": {"type": "s3", "anonymous": "true", "bucket": "models"}},
        options={"entries": {"open": ENTRIES["open"]}},
    ),
    "basic-auth": Case("basic-auth", LOGIN),
    "mlflow-server": Case("mlflow-server", {"MLFLOW_FLASK_SERVER_SECRET_KEY": UGLY}),
    "jupyterhub": Case("jupyterhub", DRAWN),
    "jupyterhub with a client and a database": Case(
        "jupyterhub",
        {**DRAWN, PASSWORD: UGLY, "client_secret": UGLY},
        {"values.yaml": {"hub": {"config": {"GitHubOAuthenticator": {"client_secret": UGLY}}}}},
        {"authenticator": "GitHubOAuthenticator"},
    ),
    "opaque": Case("opaque", {".a.B-c_1": UGLY, "b": ODD}, options={"keys": [".a.B-c_1", "b"]}),
})  # fmt: skip


def told(data: dict[str, str], case: Case) -> dict[str, Any]:
    """The data of a Secret, with what JSON or YAML says in place of its text, where the case has that."""
    structured = {key for key, value in case.add.items() if not isinstance(value, str)}
    return {key: _said(key, text) if key in structured else text for key, text in data.items()}


def _said(key: str, text: str) -> Any:
    return yaml.safe_load(text) if key.endswith(".yaml") else json.loads(text)
