"""IAM documents allow exactly what they are for, and parliament, which knows every action of AWS, finds no fault."""

import json
import re
import subprocess
import warnings
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kserve_gitops.inputs.grants import documents
from kserve_gitops.serving import iam
from tests.kinds.aws_estates import ESTATES, ISSUER, estate
from tests.proofs.iam_evaluator import allows
from tests.proofs_wanted import TOOLS, missing

PARTITIONS = [("aws", "amazonaws.com", "ca-central-1"), ("aws-cn", "amazonaws.com.cn", "cn-north-1"),
              ("aws-us-gov", "amazonaws.com", "us-gov-west-1"), ("aws-iso", "c2s.ic.gov", "us-iso-east-1")]  # fmt: skip
OTHERS = ("s3:PutObject", "s3:DeleteObject", "s3:GetObjectAcl", "s3:PutBucketPolicy", "s3:DeleteBucket")
COGNITO = "cognito-identity.amazonaws.com"
PROVIDER = f"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"
BUCKET_TAKES = r"[a-z0-9][a-z0-9-]{1,20}[a-z0-9]"
PREFIX_TAKES = r"[A-Za-z0-9!_.*'()-]{1,5}(/[A-Za-z0-9!_.*'()-]{1,5}){0,2}"

buckets = st.from_regex(BUCKET_TAKES, fullmatch=True)
prefixes = st.from_regex(PREFIX_TAKES, fullmatch=True) | st.sampled_from(["mod*ls", "*", "a/*", "a.b"])
keys = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
"""Names of objects: S3 takes any text."""
places = st.builds(
    lambda home, bucket, prefix: iam.Place(home[0], home[1], home[2], bucket, prefix),
    st.sampled_from(PARTITIONS),
    buckets,
    prefixes,
)


@pytest.fixture(scope="module")
def findings():
    """`findings(policy)` lists what parliament finds wrong."""
    with warnings.catch_warnings():
        # It imports pkg_resources, which warns of its own end.
        warnings.simplefilter("ignore")
        parliament = pytest.importorskip("parliament")

    def judge(policy):
        text = json.dumps(as_it_can_be_read(policy))
        return [str(found) for found in parliament.analyze_policy_string(text).findings]

    return judge


def as_it_can_be_read(policy):
    """A document as parliament takes it.

    It knows of no region with a word in its middle, of no provider but AWS's own, and of no policy without a resource.
    """
    text = json.dumps(policy).replace("us-iso-east-1", "us-east-1")
    told = json.loads(re.sub(r"oidc\.eks\.[\w./-]+(?=:)", COGNITO, text))
    for statement in told["Statement"]:
        if "Principal" in statement:
            statement.setdefault("Resource", "arn:aws:iam::111122223333:role/models")
        if "Federated" in statement.get("Principal", ""):
            statement["Principal"] = {"Federated": COGNITO}
    return told


def policies(tmp_path, name):
    """The policies of an estate, those of roles among them, by name."""
    found = documents(estate(tmp_path, ESTATES[name]))
    return {one.name: one.content for one in found if "Statement" in one.content}


@pytest.mark.parametrize("name", ESTATES)
def test_every_document_is_without_fault(name, tmp_path, findings):
    assert {name: findings(policy) for name, policy in policies(tmp_path, name).items() if findings(policy)} == {}


@pytest.mark.parametrize("partition", PARTITIONS, ids=lambda one: one[0])
def test_policy_of_the_bucket_is_without_fault(partition, findings):
    assert findings(iam.only_encrypted(iam.Place(*partition, "acme-ml-models"))) == []


@pytest.mark.parametrize("name", ["MlModelServingPolicy", "MlModelStoragePolicy"])
def test_judge_sees_an_action_on_the_wrong_resource(name, tmp_path, findings):
    swapped = policies(tmp_path, "keys")[name]
    arns = sorted({statement["Resource"] for statement in swapped["Statement"]})
    for statement in swapped["Statement"]:
        statement["Resource"] = arns[1 - arns.index(statement["Resource"])]

    assert findings(swapped)


@pytest.mark.parametrize(
    ("name", "document", "wrong"),
    [
        ("keys", "MlModelServingPolicy", {"Action": ["s3:GetObjects"]}),
        ("a key of KMS", "MlModelServingPolicy", {"Action": ["kms:Decipher"]}),
        ("Pod Identity", "role-trust", {"Action": ["sts:AssumeRol"]}),
        ("Pod Identity", "role-trust", {"Condition": {"StringEqual": {"aws:RequestTag/a": "b"}}}),
        ("IRSA", "role-trust", {"Action": "sts:AssumeRoleWithWebIdentit"}),
    ],
)
def test_judge_sees_a_word_that_does_not_exist(name, document, wrong, tmp_path, findings):
    spoilt = policies(tmp_path, name)[document]
    spoilt["Statement"][-1] |= wrong

    assert findings(spoilt)


def lists(policy, place, prefix, *, bucket=""):
    return allows(policy, "s3:ListBucket", place.bucket_arn + bucket, s3__prefix=prefix)


def gets(policy, place, key, *, bucket=""):
    return allows(policy, "s3:GetObject", f"{place.bucket_arn}{bucket}/{key}")


@given(places, keys)
def test_downloader_may_list_and_fetch_below_the_prefix(place, key):
    policy = iam.reading(place)

    assert all(lists(policy, place, asked) for asked in (place.prefix, f"{place.prefix}/", f"{place.prefix}/{key}"))
    assert gets(policy, place, f"{place.prefix}/{key}")


@given(places, st.booleans())
def test_downloader_that_asks_for_the_bucket_first_may(place, headed):
    """S3 takes HeadBucket for a listing without a prefix; KServe's downloader begins with it from v0.17.0 on."""
    policy = iam.reading(replace(place, headed=headed))

    assert allows(policy, "s3:ListBucket", place.bucket_arn) == headed


@given(places, st.data(), st.booleans())
def test_nothing_beside_the_prefix_is_listed_or_fetched(place, data, headed):
    near = st.sampled_from([place.prefix[:-1], f"{place.prefix}x", f"{place.prefix}x/y", place.prefix.swapcase(),
                            place.prefix.replace("*", "xx"), f"x/{place.prefix}", ""])  # fmt: skip
    asked = data.draw(near | keys)
    assume(asked != place.prefix and not asked.startswith(f"{place.prefix}/"))
    policy = iam.reading(replace(place, headed=headed))

    assert not lists(policy, place, asked)
    assert not gets(policy, place, asked)
    assert not gets(policy, place, f"{asked}/model")


@given(places, keys)
def test_nothing_in_another_bucket_is_listed_or_fetched(place, key):
    policy = iam.reading(place)

    assert not lists(policy, place, place.prefix, bucket="-2")
    assert not gets(policy, place, f"{place.prefix}/{key}", bucket="-2")


@given(places, keys)
def test_nothing_but_reading_is_allowed(place, key):
    policy = iam.reading(place)

    for resource in (place.bucket_arn, f"{place.bucket_arn}/{place.prefix}/{key}"):
        assert not any(allows(policy, action, resource, s3__prefix=place.prefix) for action in OTHERS)


@given(places, keys)
def test_server_writes_below_the_prefix_and_nowhere_else(place, key):
    policy = iam.writing(place)

    for action in ("s3:PutObject", "s3:DeleteObject", "s3:GetObject"):
        assert allows(policy, action, f"{place.bucket_arn}/{place.prefix}/{key}")
        assert not allows(policy, action, f"{place.bucket_arn}/{place.prefix}x/{key}")
    assert not allows(policy, "s3:DeleteBucket", place.bucket_arn)


@given(st.sampled_from(PARTITIONS), buckets, keys)
def test_bucket_without_a_prefix_is_open_in_whole_and_alone(home, bucket, key):
    place = iam.Place(*home, bucket)
    policy = iam.reading(place)

    assert lists(policy, place, key)
    assert gets(policy, place, key)
    assert not lists(policy, place, key, bucket="-2")
    assert not gets(policy, place, key, bucket="-2")


@pytest.mark.parametrize(("partition", "suffix", "region"), PARTITIONS)
def test_key_opens_for_s3_and_for_nobody_else(partition, suffix, region):
    key = f"arn:{partition}:kms:{region}:111122223333:key/1"
    policy = iam.writing(iam.Place(partition, suffix, region, "bucket", "p", key))

    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        assert allows(policy, action, key, kms__ViaService=f"s3.{region}.{suffix}")
        assert not allows(policy, action, key, kms__ViaService=f"ec2.{region}.{suffix}")
        assert not allows(policy, action, key)
        assert not allows(policy, action, f"{key}2", kms__ViaService=f"s3.{region}.{suffix}")
    assert not allows(policy, "kms:ScheduleKeyDeletion", key, kms__ViaService=f"s3.{region}.{suffix}")


@given(places, keys)
def test_bucket_is_closed_to_everybody_without_tls(place, key):
    both = iam.policy(*iam.reading(place)["Statement"], *iam.only_encrypted(place)["Statement"])
    asked = "s3:GetObject", f"{place.bucket_arn}/{place.prefix}/{key}", "*"

    assert allows(both, *asked, aws__SecureTransport="true")
    assert not allows(both, *asked, aws__SecureTransport="false")


accounts = st.tuples(*2 * [st.sampled_from(["a", "b", "a-b"])])
"""So few that the one who asks is often among those who are trusted, or nearly."""


@given(st.lists(accounts, min_size=1, max_size=4, unique=True), accounts)
def test_role_of_irsa_trusts_the_accounts_and_nobody_else(trusted, asked):
    policy = iam.policy(iam.web_identity("aws", "111122223333", ISSUER, trusted))
    token = {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": "system:serviceaccount:{}:{}".format(*asked)}
    action = "sts:AssumeRoleWithWebIdentity"

    assert allows(policy, action, principal=PROVIDER, **token) == (asked in trusted)
    assert not allows(policy, action, principal=f"{PROVIDER}0", **token)
    assert not allows(policy, action, principal=PROVIDER, **token | {f"{ISSUER}:aud": "another"})


@given(st.lists(accounts, min_size=1, max_size=4, unique=True), accounts)
def test_role_of_pod_identity_trusts_the_accounts_and_nobody_else(trusted, asked):
    policy = iam.policy(*iam.pod_identity("ml", trusted))
    tags = {
        "aws:RequestTag/eks-cluster-name": "ml",
        "aws:RequestTag/kubernetes-namespace": asked[0],
        "aws:RequestTag/kubernetes-service-account": asked[1],
    }

    for action in ("sts:AssumeRole", "sts:TagSession"):
        assert allows(policy, action, principal="pods.eks.amazonaws.com", **tags) == (asked in trusted)
        other = tags | {"aws:RequestTag/eks-cluster-name": "dev"}
        assert not allows(policy, action, principal="pods.eks.amazonaws.com", **other)
        assert not allows(policy, action, principal="ec2.amazonaws.com", **tags)


def test_prefixes_that_are_tried_are_those_that_platform_yaml_takes():
    schema = json.loads(
        (TOOLS.parent / "constructs/kserve_gitops/inputs/schemas/platform.schema.json").read_text("utf-8")
    )
    pattern = schema["$defs"]["storage"]["properties"]["prefix"]["pattern"]

    assert re.sub(r"\{\d,\d\}", "", PREFIX_TAKES).replace("]", "]+") == pattern.strip("^$").removesuffix("*")


VALIDATE = """\
import json, sys
from botocore.session import get_session
from botocore.validate import ParamValidator
shape = get_session().get_service_model("eks").operation_model("CreatePodIdentityAssociation").input_shape
print(json.dumps([ParamValidator().validate(given, shape).generate_report() for given in json.load(sys.stdin)]))
"""


def test_aws_command_line_takes_the_associations(tmp_path):
    python = TOOLS / "storage" / "bin" / "python"
    if not python.is_file():
        missing("botocore is not there: make tools")
    given = [dict(one.content) for one in documents(estate(tmp_path, ESTATES["Pod Identity"])) if "/" in one.name]
    asked = [*given, {"cluster": "ml"}]

    done = subprocess.run(  # noqa: S603  a script of ours
        [python, "-c", VALIDATE], input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=60
    )

    *fine, wrong = json.loads(done.stdout)
    assert given
    assert not any(fine)
    assert "Unknown parameter" in wrong
