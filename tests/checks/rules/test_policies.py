"""A model lies below what the policy of its credential covers."""

import pytest

from tests.checks.estates import ARN, KEYS, ROLE, S3, account, document, estate, made, reading, said, sealed, trusting
from tests.checks.trees import service

AT = [("spec.predictor.model.storageUri", "warning")]
SHARED = document("MlModelServingPolicy", reading("acme-models", "mlflow"))


def model(uri, **more):
    return service({"model": {"storageUri": uri}, "serviceAccountName": "sa"}, **more)


def by_keys(**settings):
    return made(account("s3-access"), "s3-access"), made(sealed(*KEYS, **settings))


def places(*given):
    return [(at, severity) for at, severity, _, _ in said("KG246", estate(*given))]


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("s3://acme-models/mlflow/7", []),
        ("s3://acme-models/mlflow", []),
        ("s3://acme-models/mlfow/7", AT),
        ("s3://acme-models/MLflow/7", AT),
        ("s3://acme-model/mlflow/7", AT),
        ("s3://acme-models/churn/7", []),
        ("s3://other/mlflow/7", []),
        ("s3://$(BUCKET)/mlflow/7", []),
        ("s3://arn:aws:s3:ca-central-1:123456789012:accesspoint/x/mlflow", []),
        ("gs://acme/mlfow/7", []),
    ],
)
def test_outside_of_the_policy_of_the_platform_a_slip_of_the_pen_is_told(uri, expected):
    assert places(model(uri), *by_keys(), SHARED) == expected


def test_a_credential_with_a_bucket_of_its_own_has_its_own_policy():
    own = document("s3-access-serving", reading("team-models"))

    assert places(model("s3://team-models/a"), *by_keys(), SHARED, own) == []
    assert places(model("s3://acme-models/mlflow/7"), *by_keys(), SHARED, own) == AT
    assert places(model("s3://other/a"), *by_keys(), SHARED, own) == AT


@pytest.mark.parametrize("uri", ["s3://acme-models/mlflow/7", "s3://acme-models/mlfow/7"])
def test_a_model_by_a_role(uri):
    role = made(account(**{ROLE: ARN}), "team")
    trust = document("team-trust", trusting("kserve:sa"))

    assert places(model(uri), role, trust, SHARED) == (AT if "mlfow" in uri else [])
    assert places(model(uri), role, SHARED) == (AT if "mlfow" in uri else [])


def test_a_model_by_pod_identity():
    association = {"namespace": "kserve", "serviceAccount": "sa", "roleArn": ARN}
    given = made(account(), "team"), document("team-associations/kserve.sa", association), SHARED

    assert places(model("s3://acme-models/mlflow/7"), *given) == []
    assert places(model("s3://acme-models/mlfow/7"), *given) == AT


OUTSIDE = model("s3://acme-models/mlfow/7")


@pytest.mark.parametrize(
    "given",
    [
        by_keys(),
        (*by_keys(**{f"{S3}endpoint": "minio:9000", f"{S3}region": "us-east-1"}), SHARED),
        (*by_keys(**{f"{S3}useanoncredential": "true"}), SHARED),
        (account("s3-access"), sealed(*KEYS), SHARED),
        (made(account(), "s3-access"), SHARED),
        (SHARED,),
    ],
    ids=["no policy", "another store than AWS", "unsigned", "keys of a person", "no keys", "no account"],
)
def test_nothing_is_said_where_no_policy_is_for_it(given):
    assert places(OUTSIDE, *given) == []


def test_an_endpoint_of_aws_is_aws():
    settings = {f"{S3}endpoint": "s3.ca-central-1.amazonaws.com", f"{S3}region": "ca-central-1"}

    assert places(OUTSIDE, *by_keys(**settings), SHARED) == AT


def test_keys_by_an_annotation_or_an_entry_are_not_those_of_the_account():
    annotated = model("s3://acme-models/mlfow/7", annotations={"serving.kserve.io/secretName": "other"})
    beside = service({"model": {"storageUri": "s3://a/b", "storage": {"key": "x"}}, "serviceAccountName": "sa"})

    assert places(annotated, *by_keys(), SHARED) == []
    assert places(beside, *by_keys(), SHARED) == []


@pytest.mark.parametrize(
    ("uri", "hint"),
    [
        ("s3://acme-models/mlfow/7", "did you mean 's3://acme-models/mlflow/…'?; it is for what is below "),
        ("s3://acme-model/mlflow/7", "did you mean 's3://acme-models/mlflow/…'?; it is for what is below "),
        ("s3://other/a", "it is for what is below "),
    ],
)
def test_the_policy_is_told_with_what_it_is_for(uri, hint):
    own = document("s3-access-serving", reading("acme-models", "mlflow"))

    [(_, _, message, found)] = said("KG246", estate(model(uri), *by_keys(), own))

    assert message == f"the policy iam/s3-access-serving.json does not cover '{uri}'"
    assert found == f"{hint}s3://acme-models/mlflow/"
