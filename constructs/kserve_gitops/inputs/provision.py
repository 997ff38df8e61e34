"""What is to be made in AWS for the storage of an environment, whoever makes it: the bucket, users, roles, policies.

Only the bucket of the platform is made, and who uses it; a bucket that a credential has of its own is somebody else's.
Names of objects have dots where a part ends: no credential and no namespace has one, so no two names meet.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs import grants
from kserve_gitops.inputs.credential import Storage
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.inputs.grants import SERVING, STORAGE, Grant
from kserve_gitops.serving import iam

_SHORT = {SERVING: "serving", STORAGE: "storage"}
_USER = 64
_POLICY = 128
"""Characters that IAM takes at most."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A managed policy: the document of `iam/` that it holds, and its name in IAM."""

    document: str
    name: str
    content: Mapping[str, Any]
    origin: Origin


@dataclass(frozen=True, slots=True)
class User:
    """A user of IAM, without a key: keys are made by hand, and sealed."""

    credential: str
    name: str
    policies: tuple[Policy, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Association:
    """A ServiceAccount that Pod Identity gives a role to; `name` is of the object that says so."""

    name: str
    account: iam.Account


@dataclass(frozen=True, slots=True)
class Role:
    """A role; `object_name` is of the object that says so, `name` and `path` are those of its ARN."""

    credential: str
    object_name: str
    name: str
    path: str
    trust: Mapping[str, Any]
    policies: tuple[Policy, ...]
    associations: tuple[Association, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Provision:
    """All of it, with the policy of the bucket itself."""

    storage: Storage
    bucket_policy: Mapping[str, Any]
    policies: tuple[Policy, ...]
    users: tuple[User, ...]
    roles: tuple[Role, ...]

    @property
    def algorithm(self) -> str:
        """How the bucket encrypts: with the key of platform.yaml, or with S3's own."""
        return "aws:kms" if self.storage.kms_key_arn else "AES256"


def provision(environment: Environment) -> Provision:
    """What is to be made; the storage must be on AWS."""
    storage = environment.storage
    place = grants.place_of(environment, storage)
    if place is None:
        raise ValueError(f"{storage.bucket} is not on AWS")
    given = grants.grants(environment)
    ours = [one for one in given if one.provisioned]
    roles = {one.role for one in ours if one.role}
    wanted = {SERVING, STORAGE, *(name for one in given if one in ours or one.role in roles for name in one.policies)}
    made = {
        one.name: Policy(one.name, _policy_name(storage.bucket, one.name), one.content, one.origin)
        for one in grants.policies(environment)
        if one.name in wanted
    }
    return Provision(
        storage,
        iam.only_encrypted(place),
        tuple(made.values()),
        tuple(_user(storage.bucket, one, made) for one in ours if not one.role),
        tuple(_role(environment, role, given, made) for role in sorted(roles)),
    )


def _user(bucket: str, grant: Grant, made: Mapping[str, Policy]) -> User:
    credential = grant.credential
    name = _shortened(f"{bucket}-{credential.name}", _USER)
    return User(credential.name, name, tuple(made[one] for one in grant.policies), credential.origin)


def _role(environment: Environment, arn: str, given: list[Grant], made: Mapping[str, Policy]) -> Role:
    """One role, for all credentials that name it."""
    bucket, sharing = environment.storage.bucket, [one for one in given if one.role == arn]
    first, *path = reversed(arn.split("/")[1:])
    names = dict.fromkeys(name for one in sharing for name in one.policies)
    accounts = dict.fromkeys(
        account for one in sharing if one.credential.type == "pod-identity" for account in one.accounts
    )
    return Role(
        sharing[0].credential.name,
        f"{bucket}-{sharing[0].credential.name}",
        first,
        "/".join(["", *reversed(path), ""]) if path else "/",
        grants.trust(environment, arn, given),
        tuple(made[name] for name in names),
        tuple(Association(f"{bucket}-{'.'.join(account)}", account) for account in accounts),
        sharing[0].credential.origin,
    )


def in_bucket_region(environment: Environment) -> bool:
    """Whether the cluster is where the bucket is, as far as that is known."""
    return grants.cluster_region(environment) in ("", environment.storage.region)


def _policy_name(bucket: str, document: str) -> str:
    return _shortened(f"{bucket}-{_SHORT.get(document, document)}", _POLICY)


def _shortened(name: str, most: int) -> str:
    """The name itself, or as much of it as fits before a hash of all of it."""
    if len(name) <= most:
        return name
    return f"{name[: most - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
