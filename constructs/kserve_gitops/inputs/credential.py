"""What opens a store, a registry or a part: credentials, how their values come into the cluster, and who needs them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kserve_gitops.core.origins import Origin
from kserve_gitops.serving.credential_types import TYPES, CredentialType


@dataclass(frozen=True, slots=True)
class Storage:
    """The bucket; `prefix` has no slash at either end; `endpoint` is a URL, None on AWS."""

    origin: Origin
    bucket: str
    region: str
    prefix: str
    endpoint: str | None = None
    kms_key_arn: str | None = None
    provision: str = "none"


@dataclass(frozen=True, slots=True)
class Secrets:
    """How the values of credentials come into the cluster; the store is that of External Secrets."""

    backend: str = "sealed-secrets"
    scope: str = "strict"
    store_kind: str = "ClusterSecretStore"
    store_name: str = ""
    prefix: str = ""
    refresh_interval: str = "1h"

    @property
    def sealed(self) -> bool:
        """Whether they are sealed, rather than fetched from a store."""
        return self.backend == "sealed-secrets"


@dataclass(frozen=True, slots=True)
class Eks:
    """The cluster as AWS knows it: its name, and its issuer without https://."""

    origin: Origin
    cluster_name: str | None = None
    oidc_provider: str | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """What opens a store, a registry or a part, and the ServiceAccount that gives it to models.

    `options` are those of its type, as platform.yaml has them. `storage` is what it opens, for types that open S3;
    `also` names others that the ServiceAccount gives too. `variables` are environment variables by key.
    """

    name: str
    service_account_name: str
    type: str = "s3"
    origin: Origin = field(default=Origin("platform.yaml"))
    storage: Storage | None = None
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    also: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict, hash=False)
    scope: str = "strict"
    remote_key: str = ""

    @property
    def kind(self) -> CredentialType:
        """Its type."""
        return TYPES[self.type]


@dataclass(frozen=True, slots=True)
class Need:
    """A credential in a namespace where something uses it.

    `users` are models, mlflow, jupyterhub, namespaces where platform.yaml lists it, and also where it is beside
    another.

    `encrypted_data` by key and the annotations of the `scope` come from the sealed file, which the origin leads to.
    Both are empty where there is none: it is missing, of no use, or nothing is sealed. `missing` tells the first two.
    """

    credential: Credential
    namespace: str
    users: tuple[str, ...]
    origin: Origin
    encrypted_data: Mapping[str, str] = field(default_factory=dict)
    scope: Mapping[str, str] = field(default_factory=dict)
    missing: bool = False

    @property
    def has_account(self) -> bool:
        """Whether there is a ServiceAccount that gives it, and what it names under `also`, to pods."""
        gives = set(self.credential.kind.stores) - {"storage"}  # an entry is found without an account
        return bool(gives or self.credential.also) and not {"models", "namespaces"}.isdisjoint(self.users)
