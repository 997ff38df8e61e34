"""Documents of iam/ are read as IAM reads them: action, resource, and the condition on the prefix."""

import pytest

from kserve_gitops.checks.world.policies import Policy, credential_of, documents
from kserve_gitops.serving import iam
from tests.checks.estates import ARN, account, document, estate, made, reading, sealed, trusting


def policy(*statements):
    return Policy("iam/x.json", {"Statement": [*statements]})


def allow(action, resource, **condition):
    found = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {**found, "Condition": {"StringLike": {"s3:prefix": condition["prefix"]}}} if condition else found


@pytest.mark.parametrize(
    ("bucket", "path", "covered"),
    [
        ("models", "mlflow/7", True),
        ("models", "mlflow", True),
        ("models", "mlflow/", True),
        ("models", "mlflow2/7", False),
        ("models", "churn/7", False),
        ("models", "", False),
        ("model", "mlflow/7", False),
    ],
)
def test_what_a_policy_with_a_prefix_covers(bucket, path, covered):
    assert Policy("iam/x.json", reading("models", "mlflow")).covers(bucket, path) is covered


@pytest.mark.parametrize("path", ["", "iris/7"])
def test_a_policy_without_a_prefix_covers_the_whole_bucket(path):
    assert Policy("iam/x.json", reading("models")).covers("models", path)


@pytest.mark.parametrize(
    ("prefix", "path", "covered"),
    [("a*b", "a*b/7", True), ("a*b", "axb/7", False), ("a?", "ab/7", False), ("a$b", "a$b/7", True)],
)
def test_signs_in_a_prefix_mean_themselves(prefix, path, covered):
    place = iam.Place("aws", "amazonaws.com", "ca-central-1", "models", prefix)

    found = Policy("iam/x.json", iam.reading(place))

    assert found.covers("models", path) is covered
    assert found.places == [f"s3://models/{prefix}/"]


LIST = allow("s3:ListBucket", "arn:aws:s3:::models")
GET = allow("s3:GetObject", "arn:aws:s3:::models/*")


@pytest.mark.parametrize(
    ("statements", "covered"),
    [
        ((LIST, GET), True),
        ((LIST,), False),
        ((GET,), False),
        ((allow(["s3:List*", "s3:Get*"], ["arn:aws-cn:s3:::models", "arn:aws-cn:s3:::models/*"]),), True),
        ((allow("S3:listbucket", "*"), allow("*", "*")), True),
        ((allow("s3:ListBucket", "arn:aws:s3:::models/*"), GET), False),
        ((LIST, allow("s3:GetObject", "arn:aws:s3:::models")), False),
        (({**LIST, "Effect": "Deny"}, GET), False),
        (({**LIST, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, GET), True),
        ((allow("s3:ListBucket", "arn:aws:s3:::models", prefix="other/*"), GET), False),
        ((allow("s3:ListBucket", "arn:aws:s3:::models", prefix="${aws:username}/*"), GET), True),
        ((LIST, GET, "junk", None, {"Effect": "Allow"}), True),
    ],
)
def test_statements_are_read_one_by_one(statements, covered):
    assert policy(*statements).covers("models", "iris/7") is covered


def test_a_credential_has_its_own_policy_or_that_of_all():
    found = documents(estate(document("MlModelServingPolicy", reading("a")), document("team-serving", reading("b"))))

    assert [found.policy(name).places for name in ("team", "other")] == [["s3://b/"], ["s3://a/"]]


@pytest.mark.parametrize(
    ("content", "subjects"),
    [
        (trusting("kserve:sa", "team:sa"), {("kserve", "sa"), ("team", "sa")}),
        (
            iam.policy(*iam.pod_identity("prod", [("a", "x"), ("b", "x"), ("a", "y")])),
            {("a", "x"), ("b", "x"), ("a", "y")},
        ),
        ({"Statement": [{"Condition": {"StringEquals": {"i:sub": "system:serviceaccount:one"}}}]}, set()),
        ({"Statement": 7}, set()),
    ],
)
def test_whom_a_role_trusts(content, subjects):
    assert documents(estate(document("x-trust", content))).trusts["x"].subjects == subjects


def test_pod_identity_gives_the_role_of_its_association():
    content = {"clusterName": "prod", "namespace": "kserve", "serviceAccount": "sa", "roleArn": ARN}

    found = documents(estate(document("x-associations/kserve.sa", content)))

    assert found.roles == {("kserve", "sa"): ARN}
    assert found.gives("kserve", "sa")


def test_of_two_roles_that_trust_an_account_its_own_credential_counts():
    content = trusting("kserve:sa")

    found = documents(estate(document("a-trust", content), document("b-trust", content)))

    assert [found.trust("kserve", "sa", name).credential for name in ("b", "x")] == ["b", "a"]


def test_objects_of_the_platform_know_their_credential():
    [kept, ours, secret] = estate(account(), made(account(), "team"), made(sealed())).objects

    assert [credential_of(one) for one in (kept, ours, secret)] == ["", "team", "s3-access"]
