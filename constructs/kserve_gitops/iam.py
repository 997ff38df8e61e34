"""IAM policies for whoever applies them to the bucket: what MLflow may do, and what models may.

Sources: kserve v0.16.0, python/storage/kserve_storage (what the downloader calls); AWS Service Authorization Reference,
Amazon S3.
"""

from typing import Any

from constructs import Construct

from kserve_gitops.inputs import aws
from kserve_gitops.inputs.environment import Storage
from kserve_gitops.manifest import Attachment


class IamPolicies(Construct):
    """`iam/MlModelStoragePolicy.json` for MLflow (read, write) and `iam/MlModelServingPolicy.json` for models (read).

    Nothing is written for a store that is not AWS: it has no such policies.
    """

    def __init__(self, scope: Construct, id: str, *, storage: Storage) -> None:
        super().__init__(scope, id)
        if aws.partition(storage.region) is None or storage.endpoint:
            return
        for name, content in (
            ("MlModelStoragePolicy", storage_policy(storage)),
            ("MlModelServingPolicy", serving_policy(storage)),
        ):
            Attachment(self, name, file=f"iam/{name}.json", content=content, origin=storage.origin)


def storage_policy(storage: Storage) -> dict[str, Any]:
    """Read and write below the prefix: what the MLflow server needs."""
    bucket, objects = _arns(storage)
    return _policy(
        _list(bucket, storage.prefix),
        _allow("LocateBucket", ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], bucket),
        _allow(
            "ReadAndWriteArtifacts",
            [
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:ListMultipartUploadParts",
                "s3:PutObject",
            ],
            objects,
        ),
    )


def serving_policy(storage: Storage) -> dict[str, Any]:
    """Read below the prefix: what KServe's storage initializer needs, which lists first and then fetches."""
    bucket, objects = _arns(storage)
    return _policy(
        _list(bucket, storage.prefix),
        _allow("LocateBucket", ["s3:GetBucketLocation"], bucket),
        _allow("ReadModels", ["s3:GetObject"], objects),
    )


def _arns(storage: Storage) -> tuple[str, str]:
    """Of the bucket and of the objects below the prefix; an action on the wrong one of them never matches."""
    partition = aws.partition(storage.region)
    if partition is None:
        message = f"{storage.region} is in no partition"
        raise ValueError(message)
    bucket = f"arn:{partition.name}:s3:::{storage.bucket}"
    return bucket, f"{bucket}/{storage.prefix}/*"


def _list(bucket: str, prefix: str) -> dict[str, Any]:
    """Listing takes a condition on the prefix, which GetBucketLocation does not know: hence statements of their own."""
    condition = {"StringLike": {"s3:prefix": [prefix, f"{prefix}/*"]}}
    return _allow("ListArtifacts", ["s3:ListBucket"], bucket) | {"Condition": condition}


def _allow(sid: str, actions: list[str], resource: str) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
