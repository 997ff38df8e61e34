"""IAM documents: the right actions on the right ARNs, for those who use a credential and for nobody else."""

import json
import re

import pytest

from kserve_gitops import Credentials, IamPolicies
from kserve_gitops.serving.iam import Place, literal, pod_identity, reading, web_identity, writing
from tests.kinds.aws_estates import ESTATES, ISSUER, KEY, NOT_AWS, ROLE, estate

HERE = Place("aws", "amazonaws.com", "ca-central-1", "acme-ml-models", "mlflow")
OF_THE_PLATFORM = {"MlModelServingPolicy", "MlModelStoragePolicy"}
WRITES = {"s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"}


def actions(policy):
    return {action for statement in policy["Statement"] for action in statement["Action"]}


def resources(policy):
    return {statement["Resource"] for statement in policy["Statement"]}


def statement(policy, action):
    [found] = [statement for statement in policy["Statement"] if action in statement["Action"]]
    return found


@pytest.fixture
def written(tmp_path, chart, files):
    """`written(name)` are the files of iam/ of an estate, by name without the ending."""

    def make(name):
        made = files(IamPolicies(chart, "iam", environment=estate(tmp_path, {**ESTATES, **NOT_AWS}[name])))
        return {file.removeprefix("iam/").removesuffix(".json"): content for file, content in made.items()}

    return make


def test_mlflow_may_read_and_write(golden):
    policy = writing(HERE)

    assert actions(policy) >= WRITES | {"s3:GetObject", "s3:ListBucket"}
    assert policy == golden


def test_models_may_only_read(golden):
    policy = reading(HERE)

    assert actions(policy) == {"s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation"}
    assert policy == golden


@pytest.mark.parametrize("make", [writing, reading])
def test_actions_on_objects_stand_apart_from_actions_on_the_bucket(make):
    for found in make(HERE)["Statement"]:
        on_objects = found["Resource"].endswith("/*")
        assert {action.endswith(("Object", "Upload", "UploadParts")) for action in found["Action"]} == {on_objects}


@pytest.mark.parametrize("make", [writing, reading])
def test_listing_ends_at_the_prefix(make):
    assert statement(make(HERE), "s3:ListBucket")["Condition"] == {"StringLike": {"s3:prefix": ["mlflow", "mlflow/*"]}}


@pytest.mark.parametrize("make", [writing, reading])
def test_whole_bucket_is_listed_without_a_condition(make):
    policy = make(Place("aws", "amazonaws.com", "ca-central-1", "acme-others"))

    assert "Condition" not in statement(policy, "s3:ListBucket")
    assert resources(policy) == {"arn:aws:s3:::acme-others", "arn:aws:s3:::acme-others/*"}


@pytest.mark.parametrize(
    ("text", "wanted"), [("models", "models"), ("a*b", "a${*}b"), ("a?", "a${?}"), ("${a}", "${$}{a}"), ("", "")]
)
def test_name_that_looks_like_a_pattern_means_itself(text, wanted):
    assert literal(text) == wanted


@pytest.mark.parametrize(
    ("make", "wanted"), [(reading, ["kms:Decrypt"]), (writing, ["kms:Decrypt", "kms:GenerateDataKey"])]
)
def test_key_is_used_through_s3_alone(make, wanted):
    policy = make(Place("aws", "amazonaws.com", "ca-central-1", "b", "p", KEY))

    assert policy["Statement"][-1] == {
        "Sid": policy["Statement"][-1]["Sid"],
        "Effect": "Allow",
        "Action": wanted,
        "Resource": KEY,
        "Condition": {"StringEquals": {"kms:ViaService": "s3.ca-central-1.amazonaws.com"}},
    }


def test_both_policies_are_always_written_for_the_bucket_of_the_platform(written):
    assert written("nobody") == {"MlModelServingPolicy": reading(HERE), "MlModelStoragePolicy": writing(HERE)}


@pytest.mark.parametrize("name", NOT_AWS)
def test_store_that_is_not_aws_has_no_policies(name, written):
    assert written(name) == {}


def test_endpoint_may_be_one_of_aws(written):
    assert written("an endpoint of AWS").keys() == OF_THE_PLATFORM


@pytest.mark.parametrize(("name", "partition"), [("China", "aws-cn"), ("GovCloud", "aws-us-gov")])
def test_arns_are_of_the_partition_of_the_region(name, partition, written):
    assert set(re.findall(r"arn:([a-z-]+):", json.dumps(written(name)))) == {partition}


def test_place_of_its_own_has_documents_of_its_own(written):
    found = written("buckets of their own")

    assert found.keys() == OF_THE_PLATFORM | {"below-serving", "whole-serving", "writer-storage", "writer-trust"}
    assert found["below-serving"] == reading(
        Place("aws", "amazonaws.com", "ca-central-1", "acme-others", "some/models")
    )
    assert found["whole-serving"] == reading(Place("aws", "amazonaws.com", "us-east-1", "acme-others"))
    assert found["writer-storage"] == writing(Place("aws", "amazonaws.com", "ca-central-1", "acme-artifacts"))


def test_prefix_of_its_own_lies_in_the_bucket_of_the_platform_and_behind_its_key(written):
    found = written("a prefix of its own")

    assert found.keys() == OF_THE_PLATFORM | {"reports-serving"}
    assert statement(found["reports-serving"], "kms:Decrypt")["Resource"] == KEY


def test_role_of_irsa_is_for_the_accounts_that_have_it(written, golden):
    trust = written("IRSA")["role-trust"]

    assert trust["Statement"][0]["Condition"]["StringEquals"][f"{ISSUER}:sub"] == [
        "system:serviceaccount:batch:sa-role",
        "system:serviceaccount:jobs:sa-role",
        "system:serviceaccount:kserve:sa-role",
        "system:serviceaccount:mlflow:mlflow",
    ]
    assert trust == golden


def test_account_is_that_of_the_credential_that_gives_the_role_beside_itself(written):
    [trusted] = written("a role beside another credential")["role-trust"]["Statement"]

    assert trusted["Condition"]["StringEquals"] == {
        f"{ISSUER}:aud": "sts.amazonaws.com",
        f"{ISSUER}:sub": ["system:serviceaccount:jobs:sa-hub", "system:serviceaccount:kserve:sa-role"],
    }


def test_trust_names_the_accounts_that_are_delivered_with_the_role(tmp_path, chart, objects):
    environment = estate(tmp_path, ESTATES["IRSA"].replace("parts: {mlflow: {}}", "parts: {}"))
    delivered = [
        f"system:serviceaccount:{found['metadata']['namespace']}:{found['metadata']['name']}"
        for namespace in ("batch", "jobs", "kserve")
        for found in objects(Credentials(chart, environment=environment, namespace=namespace, project="models"))
        if found["kind"] == "ServiceAccount" and found["metadata"]["annotations"]["eks.amazonaws.com/role-arn"] == ROLE
    ]

    statement = web_identity("aws", "111122223333", ISSUER, environment.accounts_of("role"))

    assert statement["Condition"]["StringEquals"][f"{ISSUER}:sub"] == delivered


def test_pod_identity_has_a_trust_policy_and_a_file_for_each_association(written, golden):
    found = written("Pod Identity")

    assert found.keys() == OF_THE_PLATFORM | {
        "role-trust", "role-associations/jobs.sa-role", "role-associations/kserve.sa-role",
        "role-associations/mlflow.mlflow",
    }  # fmt: skip
    assert found["role-associations/mlflow.mlflow"] == {
        "clusterName": "ml", "namespace": "mlflow", "serviceAccount": "mlflow", "roleArn": ROLE,
    }  # fmt: skip
    assert found["role-trust"] == golden


def test_pod_identity_lets_in_pairs_and_not_every_pair():
    found = pod_identity("ml", [("a", "one"), ("b", "two"), ("c", "one")])

    tags = [statement["Condition"]["StringEquals"] for statement in found]
    assert [
        (one["aws:RequestTag/kubernetes-namespace"], one["aws:RequestTag/kubernetes-service-account"]) for one in tags
    ] == [(["a", "c"], "one"), ("b", "two")]


def test_role_of_two_credentials_trusts_the_accounts_of_both(written):
    found = written("one role in two ways")

    assert found["pods-trust"] == found["role-trust"]
    assert [next(iter(one["Principal"])) for one in found["role-trust"]["Statement"]] == ["Service", "Federated"]


def test_bucket_that_is_read_without_keys_needs_no_policy(tmp_path, chart, files):
    said = ESTATES["keys"].replace("s3-access: {}", "open: {bucket: acme-open, anonymous: true, namespaces: [jobs]}")

    made = files(IamPolicies(chart, "iam", environment=estate(tmp_path, said)))

    assert {file.removeprefix("iam/").removesuffix(".json") for file in made} == OF_THE_PLATFORM
