"""The types of credentials: which keys their Secret has, what platform.yaml may say of them, and what they open.

A key that KServe or a chart reads, and that is no secret, stands in no ciphertext: `templates` puts it into the Secret
from platform.yaml, so that it can be reviewed and changed without sealing anew.

Sources: kserve/kserve v0.16.0 and v0.20.0, pkg/credentials (s3, gcs, azure, https, hdfs, hf) and
python/storage/kserve_storage/kserve_storage.py; community-charts mlflow-1.11.5, templates/deployment.yaml;
zero-to-jupyterhub 4.4.0, files/hub/z2jh.py; EKS, GKE and AKS documentation on the identities of pods.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.serving.credentials import GOOGLE_FILE
from kserve_gitops.serving.storage_forms import is_azure
from kserve_gitops.serving.storage_uris import parse

S3_SETTINGS = frozenset({"verifySSL", "useVirtualBucket", "useAccelerate", "caBundleConfigMap"})
"""Options of how S3 is spoken to, beside bucket, prefix, region and endpoint."""
_PLACE = frozenset({"bucket", "prefix", "region", "endpoint", "kmsKeyArn"})
IDENTITIES = frozenset({"irsa", "pod-identity", "gke-workload-identity", "azure-workload-identity"})
"""Types by which a pod is somebody, so that no key lies anywhere."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that is sealed. `made`: nobody need know it, so `seal` draws it; `file`: what a file holds, not a word."""

    name: str
    what: str
    optional: bool = False
    made: bool = False
    file: bool = False


@dataclass(frozen=True, slots=True)
class CredentialType:
    """One type. `listed` is the field of the ServiceAccount that names the Secret, "" for none.

    `stores` are those that it opens, in the words of `store`; `options` what it takes beside those of all types, of
    which some are `required`.
    """

    name: str
    what: str
    keys: tuple[Key, ...] = ()
    stores: tuple[str, ...] = ()
    listed: str = "secrets"
    options: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    secret_type: str = "Opaque"  # noqa: S105  the name of a type

    @property
    def has_secret(self) -> bool:
        """Whether there is a Secret at all: identities of pods need none."""
        return self.name not in IDENTITIES


_HDFS = tuple(
    Key(name, what, optional=True, file=name in ("KERBEROS_KEYTAB", "TLS_CERT", "TLS_KEY", "TLS_CA"))
    for name, what in (
        ("KERBEROS_PRINCIPAL", "the principal"),
        ("KERBEROS_KEYTAB", "the keytab of the principal"),
        ("TLS_CERT", "the client's certificate"),
        ("TLS_KEY", "the key of the client's certificate"),
        ("TLS_CA", "the certificate that signed the server's"),
        ("HEADERS", "headers of every request, as JSON"),
    )
)

_OAUTH_CLIENT = Key("client_secret", "secret of the OAuth client")
"""Of a jupyterhub whose authenticator is named: nobody would read it of another."""

_ALL = (
    CredentialType(
        "s3",
        "Access keys for S3, or a store that speaks S3",
        keys=(Key("AWS_ACCESS_KEY_ID", "access key id"), Key("AWS_SECRET_ACCESS_KEY", "secret access key")),
        stores=("s3",),
        options=_PLACE | S3_SETTINGS | {"anonymous"},
    ),
    CredentialType(
        "irsa",
        "A role of AWS that pods take on through the OIDC provider of EKS",
        stores=("s3",),
        listed="",
        options=_PLACE | S3_SETTINGS | {"roleArn"},
        required=frozenset({"roleArn"}),
    ),
    CredentialType(
        "pod-identity",
        "A role of AWS that EKS Pod Identity gives to pods",
        stores=("s3",),
        listed="",
        options=_PLACE | {"roleArn"},
        required=frozenset({"roleArn"}),
    ),
    CredentialType(
        "gcs",
        "The key file of a service account of Google Cloud",
        keys=(Key(GOOGLE_FILE, "key file of the service account", file=True),),
        stores=("gs",),
    ),
    CredentialType(
        "gke-workload-identity",
        "A service account of Google Cloud that GKE gives to pods",
        stores=("gs",),
        listed="",
        options=frozenset({"gcpServiceAccount"}),
        required=frozenset({"gcpServiceAccount"}),
    ),
    CredentialType(
        "azure",
        "A service principal of Azure",
        keys=(Key("AZURE_CLIENT_SECRET", "client secret of the service principal"),),
        stores=("azure",),
        options=frozenset({"clientId", "tenantId", "subscriptionId"}),
        required=frozenset({"clientId", "tenantId"}),
    ),
    CredentialType(
        "azure-storage-key",
        "The access key of an Azure storage account",
        keys=(Key("AZURE_STORAGE_ACCESS_KEY", "access key of the storage account"),),
        stores=("azure", "azure-file"),
    ),
    CredentialType(
        "azure-workload-identity",
        "An identity of Azure that AKS gives to pods",
        stores=("azure",),
        listed="",
        options=frozenset({"clientId", "tenantId"}),
        required=frozenset({"clientId"}),
    ),
    CredentialType(
        "huggingface",
        "A token of the Hugging Face Hub",
        keys=(Key("HF_TOKEN", "token"),),
        stores=("hf",),
    ),
    CredentialType(
        "https",
        "Headers for the requests to one host",
        keys=(Key("headers", 'headers as JSON, such as {"Authorization": "Bearer …"}'),),
        stores=("https",),
        options=frozenset({"host"}),
        required=frozenset({"host"}),
    ),
    CredentialType(
        "hdfs",
        "How to speak to HDFS",
        keys=_HDFS,
        stores=("hdfs",),
        options=frozenset({"namenode", "rootPath", "userProxy"}),
        required=frozenset({"namenode"}),
    ),
    CredentialType(
        "registry",
        "A login of a container registry, for images and for models in oci://",
        keys=(Key("username", "user name"), Key("password", "password or token")),
        stores=("oci",),
        listed="imagePullSecrets",
        options=frozenset({"server"}),
        required=frozenset({"server"}),
        secret_type="kubernetes.io/dockerconfigjson",  # noqa: S106  the name of a type
    ),
    CredentialType(
        "storage-config",
        "Stores that models name by `storage: {key: …}`; the Secret has an entry for each",
        stores=("storage",),
        listed="",
        options=frozenset({"entries"}),
        required=frozenset({"entries"}),
    ),
    CredentialType(
        "basic-auth",
        "A name and a password",
        keys=(Key("username", "user name"), Key("password", "password")),
        listed="",
    ),
    CredentialType(
        "mlflow-server",
        "What signs the sessions of MLflow's server",
        keys=(Key("MLFLOW_FLASK_SERVER_SECRET_KEY", "key of the sessions", made=True),),
        listed="",
    ),
    CredentialType(
        "jupyterhub",
        "The tokens of JupyterHub, and the client with which it logs people in",
        keys=(
            Key("hub.config.JupyterHub.cookie_secret", "key of the cookies", made=True),
            Key("hub.config.CryptKeeper.keys", "key of what is kept of a login", made=True),
            Key("hub.db.password", "password of the database", optional=True),
        ),
        listed="",
        options=frozenset({"authenticator"}),
    ),
    CredentialType(
        "opaque",
        "A Secret with keys of any name, for whoever refers to it",
        listed="",
        options=frozenset({"keys"}),
        required=frozenset({"keys"}),
    ),
)

TYPES: dict[str, CredentialType] = {one.name: one for one in _ALL}
"""The types by name."""
AWS = frozenset({"s3", "irsa", "pod-identity"})
"""Those that open S3."""
OPTIONS = frozenset().union(*(one.options for one in _ALL))
"""Everything that some type takes and others do not."""
ENTRY_KEYS = ("access_key_id", "secret_access_key")
"""What is sealed of an entry of a storage-config, under `<entry>.<key>`."""


def sealed_keys(type_: str, options: Mapping[str, Any]) -> tuple[Key, ...]:
    """The keys that are sealed of a credential with these options, those that may be left out too."""
    if type_ == "opaque":
        return tuple(Key(name, name) for name in options["keys"])
    if type_ == "storage-config":
        return tuple(
            Key(f"{name}.{key}", f"{key} of {name}")
            for name, entry in sorted(options["entries"].items())
            for key in (() if (entry or {}).get("anonymous") else ENTRY_KEYS)
        )
    if type_ == "s3" and options.get("anonymous"):
        return ()
    if type_ == "jupyterhub" and "authenticator" in options:
        return (*TYPES[type_].keys, _OAUTH_CLIENT)
    return TYPES[type_].keys


def store(uri: str) -> str:
    """The store that an address of a model is in: s3, gs, azure, azure-file, https, hdfs, hf or oci; "" for others."""
    found = parse(uri)
    if found.scheme in ("http", "https"):
        if is_azure(found.host, "file"):
            return "azure-file"
        return "azure" if is_azure(found.host) else "https"
    if found.scheme in ("hdfs", "webhdfs"):
        return "hdfs"
    if found.scheme.startswith("oci"):
        return "oci"
    return found.scheme if found.scheme in ("s3", "gs", "hf") else ""


def default(opened: Collection[str], preferred: Iterable[str | None], types: Mapping[str, str]) -> str | None:
    """The credential of a model that names none, of those that `types` has by name; None for none.

    The first of the `preferred` that opens a store that the model is in, else the only one that does.
    """
    names = able(opened, types)
    return next((name for name in preferred if name in names), names[0] if len(names) == 1 else None)


def able(opened: Collection[str], types: Mapping[str, str]) -> list[str]:
    """The credentials, of those that `types` has by name, that open one of the stores."""
    return [name for name, type_ in types.items() if not set(TYPES[type_].stores).isdisjoint(opened)]
