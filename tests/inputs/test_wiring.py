"""What platform.yaml says of AWS: contradictions between regions, partitions, roles, keys and the cluster."""

import pytest

from kserve_gitops.core.documents import parse
from kserve_gitops.inputs import aws, platform

KEY = "arn:aws:kms:ca-central-1:111122223333:key/mrk-1"
ROLE = "arn:aws:iam::111122223333:role/models"
EKS = "eks: {clusterName: ml, oidcProvider: oidc.eks.ca-central-1.amazonaws.com/id/AB}\n"
MINIO = "endpoint: 'https://minio.example.com'"
TOP = """\
repository: {repoURL: https://github.com/acme/ml-platform.git}
kserve: {}
gateway: {}
parts: {}
environments:
  production: {domain: ml.example.com}
"""


def told(more: str, storage: str = "region: ca-central-1") -> list[str]:
    """What is wrong, as `code line: message -> hint`; the storage stands in line 7, and the rest below it."""
    document = parse(f"{TOP}storage: {{bucket: acme-ml-models, {storage}}}\n{more}", "platform.yaml")
    assert platform.whole_problems(document) == []
    found = platform.Blocks(document, "production").contradictions()
    return [f"{one.code} {one.place.line}: {one.message} -> {one.hint}" for one in found]


def role(type_: str = "irsa", arn: str = ROLE, more: str = "") -> str:
    return f"credentials:\n  models: {{type: {type_}, roleArn: '{arn}'{more}}}\n"


@pytest.mark.parametrize(
    ("more", "storage"),
    [
        pytest.param(role() + EKS, "region: ca-central-1", id="a role"),
        pytest.param(role("pod-identity") + EKS, "region: eu-west-1", id="a role for another region"),
        pytest.param(role() + EKS, f"region: ca-central-1, kmsKeyArn: {KEY}, provision: ack", id="a key"),
        pytest.param(role(arn=ROLE.replace("aws", "aws-cn", 1)) + EKS, "region: cn-north-1", id="a role of China"),
        pytest.param(
            role(arn=ROLE.replace("aws", "aws-cn", 1), more=", bucket: other, region: cn-north-1") + EKS,
            "region: ca-central-1",
            id="a role for a bucket elsewhere",
        ),
        pytest.param(role(), f"region: ca-central-1, {MINIO}", id="a role for another store"),
        pytest.param("", f"region: anywhere, {MINIO}", id="another store"),
        pytest.param(
            "",
            f"region: ca-central-1, endpoint: 'https://s3.ca-central-1.amazonaws.com', kmsKeyArn: {KEY}",
            id="a key behind an endpoint of AWS",
        ),
    ],
)
def test_what_fits_together_is_passed_over(more, storage):
    assert told(more, storage) == []


@pytest.mark.parametrize(
    ("more", "storage", "wanted"),
    [
        pytest.param(
            role() + EKS,
            "region: cn-north-1",
            "KG024 9: the role is in partition 'aws', and 'cn-north-1' in 'aws-cn' "
            "-> arn:aws-cn:iam::… opens a bucket there",
            id="a role of another partition",
        ),
        pytest.param(
            role(more=", bucket: other, region: us-gov-west-1") + EKS,
            "region: ca-central-1",
            "KG024 9: the role is in partition 'aws', and 'us-gov-west-1' in 'aws-us-gov' "
            "-> arn:aws-us-gov:iam::… opens a bucket there",
            id="a role of another partition than its own bucket",
        ),
        pytest.param(
            role(),
            "region: ca-central-1",
            "KG024 9: the role of 'models' can trust no pod while eks.oidcProvider is not given "
            "-> add eks: {oidcProvider: …}; aws eks describe-cluster tells it as identity.oidc.issuer; "
            "leave https:// out",
            id="IRSA without an issuer",
        ),
        pytest.param(
            role() + EKS,
            "region: ca-central-1, endpoint: 'https://s3.ca-central-1.amazonaws.com'",
            "KG024 9: with the endpoint 'https://s3.ca-central-1.amazonaws.com' AWS is asked for the role there too, "
            "where S3 alone answers -> leave endpoint out: the region is enough for a bucket on AWS",
            id="a role through an endpoint of S3",
        ),
        pytest.param(
            role(more=f", bucket: other, kmsKeyArn: {KEY}, region: eu-west-1") + EKS,
            "region: ca-central-1",
            "KG024 9: the key is in 'ca-central-1', and the bucket in 'eu-west-1' "
            "-> S3 needs a key in the region of the bucket",
            id="a key of its own in another region",
        ),
        pytest.param(
            role("pod-identity") + "eks: {oidcProvider: issuer.example.com}\n",
            "region: ca-central-1",
            "KG024 9: the role of 'models' can trust no pod while eks.clusterName is not given "
            "-> add eks: {clusterName: …}; the name that aws eks list-clusters tells",
            id="Pod Identity without a cluster",
        ),
        pytest.param(
            "",
            f"region: eu-west-1, kmsKeyArn: {KEY}",
            "KG024 7: the key is in 'ca-central-1', and the bucket in 'eu-west-1' "
            "-> S3 needs a key in the region of the bucket",
            id="a key in another region",
        ),
        pytest.param(
            "",
            "region: cn-north-1, kmsKeyArn: 'arn:aws:kms:cn-north-1:111122223333:key/1'",
            "KG024 7: 'aws' has no region 'cn-north-1' -> arn:aws-cn:kms:…",
            id="a key in another partition",
        ),
        pytest.param(
            "",
            f"region: ca-central-1, kmsKeyArn: {KEY}, {MINIO}",
            "KG024 7: 'kmsKeyArn' is of use on AWS alone, and 'https://minio.example.com' is another store "
            "-> take kmsKeyArn away, or endpoint for a bucket on AWS",
            id="a key for another store",
        ),
        pytest.param(
            "",
            f"region: ca-central-1, provision: crossplane, {MINIO}",
            "KG024 7: 'provision' is of use on AWS alone, and 'https://minio.example.com' is another store "
            "-> take provision away, or endpoint for a bucket on AWS",
            id="another store to be made",
        ),
    ],
)
def test_contradiction_is_told_where_it_stands(more, storage, wanted):
    assert told(more, storage) == [wanted]


def test_region_that_is_none_is_told_once():
    assert [one[:5] for one in told(role() + EKS, "region: moon, provision: ack")] == ["KG201"]


@pytest.mark.parametrize(
    ("region", "endpoint", "wanted"),
    [
        ("ca-central-1", None, "aws"),
        ("cn-north-1", "https://s3.cn-north-1.amazonaws.com.cn", "aws-cn"),
        ("ca-central-1", "https://bucket.vpce-1.s3.ca-central-1.vpce.amazonaws.com", "aws"),
        ("ca-central-1", "https://amazonaws.com.example.com", None),
        ("ca-central-1", "https://fakeamazonaws.com", None),
        ("ca-central-1", "http://minio:9000", None),
        ("moon", None, None),
    ],
)
def test_store_is_on_aws_or_not(region, endpoint, wanted):
    found = aws.home(region, endpoint)

    assert (found.name if found else None) == wanted
