"""IAM documents: what may be done with the objects of a bucket, and who may take on the role that does it.

Sources: AWS Service Authorization Reference, Amazon S3, AWS KMS and AWS STS; IAM User Guide on policy variables; EKS
User Guide on IRSA and Pod Identity; kserve v0.16.0 to v0.20.0, python/storage/kserve_storage (what the downloader
calls: from v0.17.0 on HeadBucket too).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
"""A policy, as IAM takes it."""
Account = tuple[str, str]
"""A ServiceAccount: namespace and name."""

AUDIENCE = "sts.amazonaws.com"
"""What tokens of IRSA are for, in every partition."""
PODS = "pods.eks.amazonaws.com"
"""The service that gives roles to pods, in every partition."""


@dataclass(frozen=True, slots=True)
class Place:
    """The objects below `prefix` of a bucket, "" for all; `key` is the ARN of the KMS key that encrypts them.

    `headed`: who reads them asks for the bucket first. IAM takes that for a listing without a prefix.
    """

    partition: str
    dns_suffix: str
    region: str
    bucket: str
    prefix: str = ""
    key: str | None = None
    headed: bool = False

    @property
    def bucket_arn(self) -> str:
        """For actions on the bucket; one on objects never matches it."""
        return f"arn:{self.partition}:s3:::{self.bucket}"

    @property
    def objects_arn(self) -> str:
        """For actions on objects; one on the bucket never matches it."""
        return "/".join(filter(None, [self.bucket_arn, literal(self.prefix), "*"]))


def literal(text: str) -> str:
    """A text that means itself where IAM takes patterns: S3 allows `*` in the name of an object."""
    return re.sub(r"[*?$]", lambda found: f"${{{found[0]}}}", text)


def reading(place: Place) -> Document:
    """What KServe's storage initializer needs, which lists first and then fetches."""
    return policy(
        _list(place, headed=place.headed),
        _allow("LocateBucket", ["s3:GetBucketLocation"], place.bucket_arn),
        _allow("ReadModels", ["s3:GetObject"], place.objects_arn),
        *_decrypt(place, "DecryptModels", ["kms:Decrypt"]),
    )


def writing(place: Place) -> Document:
    """What MLflow's server needs. Large files go up in parts, and what was encrypted is read to join them."""
    return policy(
        _list(place),
        _allow("LocateBucket", ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], place.bucket_arn),
        _allow(
            "ReadAndWriteArtifacts",
            [
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:ListMultipartUploadParts",
                "s3:PutObject",
            ],
            place.objects_arn,
        ),
        *_decrypt(place, "EncryptArtifacts", ["kms:Decrypt", "kms:GenerateDataKey"]),
    )


def only_encrypted(place: Place) -> Document:
    """The policy of the bucket itself: nobody reaches it without TLS."""
    statement = {
        "Sid": "DenyWithoutTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [place.bucket_arn, f"{place.bucket_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return policy(statement)


def web_identity(partition: str, aws_account: str, issuer: str, accounts: Sequence[Account]) -> Document:
    """A statement of a trust policy, for IRSA: tokens of these ServiceAccounts that the cluster's `issuer` signed."""
    subjects = [f"system:serviceaccount:{namespace}:{name}" for namespace, name in accounts]
    return {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:{partition}:iam::{aws_account}:oidc-provider/{issuer}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{issuer}:aud": AUDIENCE, f"{issuer}:sub": _one_or_all(subjects)}},
    }


def pod_identity(cluster: str, accounts: Iterable[Account]) -> list[Document]:
    """Statements of a trust policy, for Pod Identity.

    One for each name of a ServiceAccount: two lists in one statement would let in every pair of them.
    """
    namespaces: dict[str, list[str]] = {}
    for namespace, name in accounts:
        namespaces.setdefault(name, []).append(namespace)
    return [_of_pods(cluster, name, found) for name, found in sorted(namespaces.items())]


def policy(*statements: Document) -> Document:
    """A document of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _of_pods(cluster: str, account: str, namespaces: Sequence[str]) -> Document:
    tags = {
        "eks-cluster-name": cluster,
        "kubernetes-namespace": _one_or_all(namespaces),
        "kubernetes-service-account": account,
    }
    return {
        "Effect": "Allow",
        "Principal": {"Service": PODS},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {"StringEquals": {f"aws:RequestTag/{key}": value for key, value in tags.items()}},
    }


def _list(place: Place, *, headed: bool = False) -> Document:
    """Listing takes a condition on the prefix, which GetBucketLocation does not know: hence statements of their own.

    One that lets a request without a prefix pass opens the names of all objects, and their content no further.
    """
    statement = _allow("ListArtifacts", ["s3:ListBucket"], place.bucket_arn)
    if not place.prefix:
        return statement
    prefix = literal(place.prefix)
    operator = "StringLikeIfExists" if headed else "StringLike"
    return statement | {"Condition": {operator: {"s3:prefix": [prefix, f"{prefix}/*"]}}}


def _decrypt(place: Place, sid: str, actions: list[str]) -> list[Document]:
    """Use of the key, through S3 alone."""
    if place.key is None:
        return []
    # Outside of aws the two suffixes are both in use, and a value that S3 never has lets nobody in.
    services = [f"s3.{place.region}.{suffix}" for suffix in sorted({place.dns_suffix, "amazonaws.com"})]
    condition = {"StringEquals": {"kms:ViaService": _one_or_all(services)}}
    return [_allow(sid, actions, place.key) | {"Condition": condition}]


def _allow(sid: str, actions: list[str], resource: str) -> Document:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}


def _one_or_all(values: Sequence[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)
