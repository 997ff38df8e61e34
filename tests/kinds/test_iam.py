"""IAM policies: the right actions on the right ARNs, in the partition of the region."""

from dataclasses import replace

import pytest

from kserve_gitops import IamPolicies
from kserve_gitops.iam import serving_policy, storage_policy

WRITES = {"s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"}


def actions(policy):
    return {action for statement in policy["Statement"] for action in statement["Action"]}


def resources(policy):
    return {statement["Resource"] for statement in policy["Statement"]}


def test_mlflow_may_read_and_write(storage, golden):
    policy = storage_policy(storage)

    assert actions(policy) >= WRITES | {"s3:GetObject", "s3:ListBucket"}
    assert policy == golden


def test_models_may_only_read(storage, golden):
    policy = serving_policy(storage)

    assert actions(policy) == {"s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation"}
    assert policy == golden


@pytest.mark.parametrize("make", [storage_policy, serving_policy])
def test_actions_on_objects_stand_apart_from_actions_on_the_bucket(make, storage):
    for statement in make(storage)["Statement"]:
        on_objects = statement["Resource"].endswith("/*")
        assert {action.endswith(("Object", "Upload", "UploadParts")) for action in statement["Action"]} == {on_objects}


@pytest.mark.parametrize("make", [storage_policy, serving_policy])
def test_listing_ends_at_the_prefix(make, storage):
    listing = next(s for s in make(storage)["Statement"] if s["Action"] == ["s3:ListBucket"])

    assert listing["Condition"] == {"StringLike": {"s3:prefix": ["mlflow", "mlflow/*"]}}


@pytest.mark.parametrize(
    ("region", "partition"), [("ca-central-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_arns_are_of_the_partition_of_the_region(region, partition, storage):
    abroad = replace(storage, region=region)

    for policy in (storage_policy(abroad), serving_policy(abroad)):
        assert resources(policy) == {
            f"arn:{partition}:s3:::acme-ml-models",
            f"arn:{partition}:s3:::acme-ml-models/mlflow/*",
        }


def test_both_policies_are_written(chart, storage, files):
    made = files(IamPolicies(chart, "iam", storage=storage))

    assert made == {
        "iam/MlModelStoragePolicy.json": storage_policy(storage),
        "iam/MlModelServingPolicy.json": serving_policy(storage),
    }


@pytest.mark.parametrize("region", ["ca-central-1", "anywhere"])
def test_store_that_is_not_aws_has_no_policies(region, chart, storage, files):
    elsewhere = replace(storage, region=region, endpoint="https://minio.example.com")

    assert files(IamPolicies(chart, "iam", storage=elsewhere)) == {}
