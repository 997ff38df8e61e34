"""Which credentials open what on AWS, who uses them, and the IAM documents that follow.

Stores that are not AWS have no such documents, and what is read without keys needs none.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs import aws
from kserve_gitops.inputs.credential import Credential, Storage
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.inputs.releases import RELEASES
from kserve_gitops.serving import iam

SERVING = "MlModelServingPolicy"
"""The document of those who read the bucket of the platform."""
STORAGE = "MlModelStoragePolicy"
"""The document of those who write to it."""
ROLES = frozenset({"irsa", "pod-identity"})
"""Types by which pods take on a role."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a credential opens, and to which ServiceAccounts. `shared`: it is the bucket and prefix of the platform.

    `provisioned`: it is the bucket of the platform, and platform.yaml says what makes it.
    """

    credential: Credential
    place: iam.Place
    accounts: tuple[iam.Account, ...]
    reads: bool
    writes: bool
    shared: bool
    provisioned: bool

    @property
    def role(self) -> str:
        """ARN of the role that pods take on; "" for a user, who has keys."""
        return str(self.credential.options["roleArn"]) if self.credential.type in ROLES else ""

    @property
    def policies(self) -> dict[str, iam.Document]:
        """The documents that allow it, by name."""
        name = self.credential.name
        reading, writing = (SERVING, STORAGE) if self.shared else (f"{name}-serving", f"{name}-storage")
        found = {reading: iam.reading(self.place)} if self.reads else {}
        return found | ({writing: iam.writing(self.place)} if self.writes else {})


@dataclass(frozen=True, slots=True)
class Document:
    """A file of iam/, without its ending, and what it is made from."""

    name: str
    content: Mapping[str, Any]
    origin: Origin


def grants(environment: Environment) -> list[Grant]:
    """Of every credential for S3 on AWS that something uses, by name."""
    found = (_grant(environment, one) for _, one in sorted(environment.credentials.items()))
    return [grant for grant in found if grant is not None]


def documents(environment: Environment) -> list[Document]:
    """Everything that is written to iam/."""
    given = grants(environment)
    return [
        *policies(environment),
        *(document for grant in given if grant.role for document in _of_role(environment, grant, given)),
    ]


def policies(environment: Environment) -> list[Document]:
    """What readers and writers may do: of the bucket of the platform, and of every place beside it."""
    storage, found = environment.storage, list[Document]()
    if place := place_of(environment, storage):
        found = [
            Document(STORAGE, iam.writing(place), storage.origin),
            Document(SERVING, iam.reading(place), storage.origin),
        ]
    for grant in grants(environment):
        if not grant.shared:
            found += [Document(name, content, grant.credential.origin) for name, content in grant.policies.items()]
    return found


def trust(environment: Environment, role: str, given: list[Grant]) -> iam.Document:
    """Who may take on a role: the ServiceAccounts of every credential that names it."""
    return iam.policy(*(statement for one in given if one.role == role for statement in _trusted(environment, one)))


def place_of(environment: Environment, storage: Storage) -> iam.Place | None:
    """The objects below its prefix, as KServe's release reads them; None for a store that is not AWS."""
    home = aws.home(storage.region, storage.endpoint)
    if home is None:
        return None
    headed = RELEASES[environment.kserve.version].heads_bucket
    where = storage.region, storage.bucket, storage.prefix
    return iam.Place(home.name, home.dns_suffix, *where, storage.kms_key_arn, headed)


def cluster_name(environment: Environment) -> str:
    """The cluster as EKS knows it; Pod Identity cannot be declared without it."""
    return (environment.eks.cluster_name if environment.eks else None) or ""


def cluster_region(environment: Environment) -> str:
    """Where the cluster is, as far as its issuer tells; "" where it does not."""
    issuer = (environment.eks.oidc_provider if environment.eks else None) or ""
    found = re.match(r"oidc\.eks\.([a-z0-9-]+)\.", issuer)
    return found[1] if found else ""


def _grant(environment: Environment, credential: Credential) -> Grant | None:
    storage, accounts = _opened(environment, credential), environment.accounts_of(credential.name)
    place = place_of(environment, storage) if storage else None
    if storage is None or place is None or not accounts or credential.options.get("anonymous"):
        return None
    writer = environment.mlflow_credential
    ours = _bucket(storage) == _bucket(environment.storage)
    return Grant(
        credential,
        place,
        tuple(accounts),
        reads=any(
            need.has_account and credential.name in (need.credential.name, *need.credential.also)
            for need in environment.needs
        ),
        writes=writer is not None and writer.name == credential.name,
        shared=ours and storage.prefix == environment.storage.prefix,
        provisioned=ours and environment.storage.provision != "none",
    )


def _opened(environment: Environment, credential: Credential) -> Storage | None:
    """What a credential opens; the key is the bucket's, so the bucket of the platform has it by whichever way."""
    storage = credential.storage
    if storage is None or _bucket(storage) != _bucket(environment.storage):
        return storage
    return replace(storage, kms_key_arn=environment.storage.kms_key_arn)


def _bucket(storage: Storage) -> tuple[str, str, str | None]:
    return storage.bucket, storage.region, storage.endpoint


def _of_role(environment: Environment, grant: Grant, given: list[Grant]) -> Iterator[Document]:
    """Who may take on a role, and for Pod Identity what tells EKS: the command line takes one at a time."""
    name, origin = grant.credential.name, grant.credential.origin
    yield Document(f"{name}-trust", trust(environment, grant.role, given), origin)
    if grant.credential.type != "pod-identity":
        return
    for namespace, account in grant.accounts:
        content = {
            "clusterName": cluster_name(environment),
            "namespace": namespace,
            "serviceAccount": account,
            "roleArn": grant.role,
        }
        yield Document(f"{name}-associations/{namespace}.{account}", content, origin)


def _trusted(environment: Environment, grant: Grant) -> list[iam.Document]:
    if grant.credential.type == "pod-identity":
        return iam.pod_identity(cluster_name(environment), grant.accounts)
    issuer = (environment.eks.oidc_provider if environment.eks else None) or ""
    role = grant.role
    return [iam.web_identity(aws.partition_of(role), aws.account_of(role), issuer, grant.accounts)]
