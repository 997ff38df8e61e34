"""Whom pods are taken for: a role that there can be, and an identity of Azure of which both halves are there."""

import pytest

from tests.checks import estates
from tests.checks.estates import ARN, KEYS, ROLE, S3, account, document, made, sealed, trusting
from tests.checks.trees import places, said, service

AT = f"metadata.annotations.{ROLE}"
CLIENT, USE = "azure.workload.identity/client-id", "azure.workload.identity/use"
BLOB = "https://acct.blob.core.windows.net/models/iris/7"


@pytest.mark.parametrize(
    ("arn", "wrong"),
    [
        (ARN, False),
        ("arn:aws-cn:iam::123456789012:role/team/models", False),
        ("arn:aws:iam::123456789012:user/models", True),
        ("arn:aws:iam::12345:role/models", True),
        ("arn:aws:iam::123456789012:role/", True),
        ("arn:aws:iam::<account>:role/models", True),
        ("models", True),
        ("", True),
    ],
)
def test_a_role_is_named_by_its_arn(arn, wrong):
    assert places("KG240", account(**{ROLE: arn})) == ([(AT, "error")] if wrong else [])


@pytest.mark.parametrize(
    ("arn", "settings", "wrong"),
    [
        (ARN, {"region": "ca-central-1"}, False),
        (ARN, {"region": "cn-north-1"}, True),
        (ARN.replace("aws:", "aws-us-gov:", 1), {"region": "us-gov-west-1"}, False),
        (ARN.replace("aws:", "aws-us-gov:", 1), {"region": "us-east-1"}, True),
        (ARN, {"region": "cn-north-1", "endpoint": "minio:9000"}, False),
        (ARN, {"region": "minio"}, False),
        (ARN, {}, False),
    ],
)
def test_a_role_is_of_the_partition_of_the_bucket(arn, settings, wrong):
    given = account(**{ROLE: arn}, **{f"{S3}{key}": value for key, value in settings.items()})

    assert places("KG240", given) == ([(AT, "error")] if wrong else [])


def test_a_role_of_another_partition_names_both():
    [(_, _, message, hint)] = said("KG240", account(**{ROLE: ARN, f"{S3}region": "cn-north-1"}))

    assert message == "the role is in partition 'aws', and the region 'cn-north-1' in 'aws-cn'"
    assert hint == "take a role of the partition of the bucket"


def model(uri=BLOB, use="", **predictor):
    found = service({"model": {"storageUri": uri}, "serviceAccountName": "sa", **predictor})
    found["metadata"]["labels"] = {USE: use} if use else {}
    return found


def runtime(**labels):
    metadata = {"name": "own", "namespace": "kserve"}
    return {"apiVersion": "serving.kserve.io/v1alpha1", "kind": "ServingRuntime", "metadata": metadata,
            "spec": {"labels": labels}}  # fmt: skip


IDENTITY = account(**{CLIENT: "id"})
NO_LABEL = [("spec.predictor.model.storageUri", "error")]
NO_CLIENT = [(f"metadata.labels.{USE}", "warning")]


@pytest.mark.parametrize(
    ("manifests", "expected"),
    [
        ((model(use="true"), IDENTITY), []),
        ((model(use="false"), IDENTITY), NO_LABEL),
        ((model(), IDENTITY), NO_LABEL),
        ((model(use="true", labels={USE: "false"}), IDENTITY), NO_LABEL),
        ((model(labels={USE: "true"}), IDENTITY), []),
        ((model("s3://models/iris/7"), IDENTITY), []),
        ((model("https://files.example.com/iris.joblib"), IDENTITY), []),
        ((model(), runtime(**{USE: "true"}), IDENTITY), []),
        ((model(), account("azure", **{CLIENT: "id"}), sealed("AZURE_STORAGE_ACCESS_KEY", name="azure")), []),
        ((model(), account("absent", **{CLIENT: "id"})), []),
        ((model(), account()), []),
        ((model(),), []),
    ],
)
def test_azure_gives_an_identity_to_pods_with_a_label(manifests, expected):
    assert places("KG241", *manifests) == expected


@pytest.mark.parametrize(
    ("manifests", "expected"),
    [
        ((model(use="true"), account()), NO_CLIENT),
        ((model(labels={USE: "true"}), account()), [(f"spec.predictor.labels.{USE}", "warning")]),
        ((model(use="true"), account("keys"), sealed(*KEYS, name="keys")), NO_CLIENT),
        ((model(use="true"), account("azure"), sealed("AZURE_CLIENT_ID", name="azure")), []),
        ((model(use="true"),), []),
        (
            (
                model(
                    use="true",
                    model={"storageUri": BLOB, "env": [{"name": "AZURE_CLIENT_ID", "value": "id"}]},
                ),
                account(),
            ),
            [],
        ),
    ],
)
def test_a_label_needs_an_account_with_an_identity(manifests, expected):
    assert places("KG241", *manifests) == expected


def test_the_missing_label_is_told_with_where_it_goes():
    [(_, _, message, hint)] = said("KG241", model(), IDENTITY)

    assert message == f"the pods have no label {USE}, so the account 'sa' gives them no identity"
    assert hint == f'write {USE}: "true" under labels of the InferenceService'


TRUST = document("team-trust", trusting("kserve:sa", "kserve:second"))
OURS = made(account(**{ROLE: ARN}), "team")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ((OURS, account(name="other", **{ROLE: ARN}), TRUST), True),
        ((OURS, account(namespace="team", **{ROLE: ARN}), TRUST), True),
        ((OURS, account(name="other", **{ROLE: f"{ARN}-2"}), TRUST), False),
        ((OURS, account(name="other", **{ROLE: ARN})), False),
        ((OURS, TRUST), False),
        ((account(**{ROLE: ARN}), account(name="other", **{ROLE: ARN}), TRUST), False),
        ((OURS, account(name="second", **{ROLE: ARN}), TRUST), False),
    ],
)
def test_a_role_trusts_the_accounts_of_its_credential(given, wrong):
    found = [(at, severity) for at, severity, _, _ in estates.said("KG249", estates.estate(*given))]

    assert found == ([(AT, "warning")] if wrong else [])


def test_an_account_that_is_not_trusted_is_told_what_to_do():
    found = estates.estate(OURS, account(namespace="other", **{ROLE: ARN}), TRUST)
    [(_, _, message, hint)] = estates.said("KG249", found)

    assert message == "iam/team-trust.json does not let system:serviceaccount:other:sa take it on"
    assert hint == "list 'other' under namespaces of credentials.team, and use its account"
