"""The bucket, its users, roles and policies as objects: legal to the last field, and kept when they go."""

import json

import pytest
import yaml

from kserve_gitops import Chart, waves
from kserve_gitops.bucket_ack import AckStorage
from kserve_gitops.bucket_crossplane import CrossplaneStorage
from kserve_gitops.inputs.grants import documents
from tests.kinds.aws_estates import ESTATES, KEY, ROLE, estate

KINDS = {"ack": AckStorage, "crossplane": CrossplaneStorage}
KEPT = "Prune=false,Delete=false"


@pytest.fixture
def made(tmp_path, chart, objects):
    """`made("ack", name)` is an estate and what provisions it: the application, and the objects below by kind."""

    def make(provision, name):
        environment = estate(tmp_path, ESTATES[name], provision)
        scope = Chart(chart, provision)
        application, *found = objects(KINDS[provision](scope, environment=environment, project="platform"))
        kinds = dict.fromkeys(one["kind"] for one in found)
        return environment, application, {k: [one for one in found if one["kind"] == k] for k in kinds}

    return make


def spec(found):
    return found["spec"].get("forProvider", found["spec"])


def annotation(found, name):
    return found["metadata"].get("annotations", {}).get(name)


@pytest.mark.parametrize("provision", KINDS)
def test_storage_is_there_before_the_credentials(provision, made):
    _, application, _ = made(provision, "keys")

    assert application["metadata"]["name"] == "storage"
    assert int(annotation(application, "argocd.argoproj.io/sync-wave")) < waves.CREDENTIALS


@pytest.mark.parametrize("name", ESTATES)
@pytest.mark.parametrize("provision", KINDS)
def test_every_object_is_legal(provision, name, made, misfits):
    _, _, found = made(provision, name)

    assert found
    assert [problem for of_kind in found.values() for one in of_kind for problem in misfits(one)] == []


@pytest.mark.parametrize("provision", KINDS)
def test_no_two_objects_have_one_name(provision, tmp_path, chart, objects):
    credentials = "".join(f"  {name}: {{type: pod-identity, roleArn: '{ROLE}{name}', namespaces: [x, x-y]}}\n"
                          for name in ("a", "a-b", "b", "a-serving"))  # fmt: skip
    said = ESTATES["Pod Identity"].partition("credentials:\n")[0] + "credentials:\n" + credentials + "parts: {}\n"

    made = objects(KINDS[provision](chart, environment=estate(tmp_path, said, provision), project="platform"))

    names = [(one["kind"], one["metadata"]["name"]) for one in made]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("provision", KINDS)
@pytest.mark.parametrize("name", ["keys", "a key of KMS", "Pod Identity"])
def test_what_is_made(provision, name, made, golden):
    _, _, found = made(provision, name)

    assert [one for of_kind in found.values() for one in of_kind] == golden


def test_bucket_of_ack_outlives_its_object_and_is_taken_over(made):
    [bucket] = made("ack", "keys")[2]["Bucket"]

    assert annotation(bucket, "services.k8s.aws/deletion-policy") == "retain"
    assert annotation(bucket, "services.k8s.aws/adoption-policy") == "adopt-or-create"
    assert annotation(bucket, "argocd.argoproj.io/sync-options") == KEPT


def test_bucket_of_crossplane_and_its_settings_outlive_their_objects(made):
    found = made("crossplane", "keys")[2]

    [bucket] = found["Bucket"]
    assert annotation(bucket, "argocd.argoproj.io/sync-options") == KEPT
    assert {kind for kind, [one, *_] in found.items() if one["spec"].get("deletionPolicy") == "Orphan"} == {
        "Bucket", "BucketPolicy", "BucketPublicAccessBlock", "BucketServerSideEncryptionConfiguration",
        "BucketVersioning",
    }  # fmt: skip


def test_nobody_reaches_the_bucket_without_tls(made):
    texts = [
        spec(made("ack", "keys")[2]["Bucket"][0])["policy"],
        spec(made("crossplane", "keys")[2]["BucketPolicy"][0])["policy"],
    ]

    for [statement] in (json.loads(text)["Statement"] for text in texts):
        assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert statement["Resource"] == ["arn:aws:s3:::acme-ml-models", "arn:aws:s3:::acme-ml-models/*"]


@pytest.mark.parametrize(
    ("name", "wanted"), [("keys", ("AES256", None, False)), ("a key of KMS", ("aws:kms", KEY, True))]
)
def test_bucket_encrypts_with_the_key_of_platform_yaml_or_that_of_s3(name, wanted, made):
    [of_ack] = spec(made("ack", name)[2]["Bucket"][0])["encryption"]["rules"]
    [of_crossplane] = spec(made("crossplane", name)[2]["BucketServerSideEncryptionConfiguration"][0])["rule"]

    for rule, key in ((of_ack, "kmsMasterKeyID"), (of_crossplane, "kmsMasterKeyId")):
        default = rule["applyServerSideEncryptionByDefault"]
        assert (default["sseAlgorithm"], default.get(key), rule["bucketKeyEnabled"]) == wanted


@pytest.mark.parametrize("provision", KINDS)
@pytest.mark.parametrize("name", ["keys", "IRSA", "Pod Identity", "one role in two ways", "a prefix of its own"])
def test_policies_and_trust_are_those_of_iam(provision, name, made):
    environment, _, found = made(provision, name)
    written = [document.content for document in documents(environment)]

    for one in [*found["Policy"], *found.get("Role", ())]:
        told = spec(one)
        text = told.get("policyDocument") or told.get("assumeRolePolicyDocument")
        assert json.loads(text or told.get("policy") or told["assumeRolePolicy"]) in written


@pytest.mark.parametrize("provision", KINDS)
def test_user_has_its_policies_and_no_access_key(provision, made):
    _, _, found = made(provision, "keys of two")

    assert "AccessKey" not in found
    assert [one["metadata"]["name"] for one in found["User"]] == ["acme-ml-models-reader", "acme-ml-models-writer"]
    attached = {
        "ack": lambda: [[ref["from"]["name"] for ref in spec(one)["policyRefs"]] for one in found["User"]],
        "crossplane": lambda: [[spec(one)["policyArnRef"]["name"]] for one in found["UserPolicyAttachment"]],
    }[provision]()
    assert attached == [["acme-ml-models-serving"], ["acme-ml-models-storage"]]


def test_role_is_the_one_that_the_accounts_name(made):
    [of_ack] = made("ack", "IRSA")[2]["Role"]
    [of_crossplane] = made("crossplane", "IRSA")[2]["Role"]

    assert (of_ack["spec"]["path"], of_ack["spec"]["name"]) == ("/models/", "Reader")
    assert (spec(of_crossplane)["path"], annotation(of_crossplane, "crossplane.io/external-name")) == (
        "/models/", "Reader",
    )  # fmt: skip


@pytest.mark.parametrize("provision", KINDS)
def test_role_of_two_credentials_is_made_once_with_all_that_they_need(provision, made):
    _, _, found = made(provision, "one role in two ways")

    [role] = found["Role"]
    policies = spec(role).get("policyRefs") or found["RolePolicyAttachment"]
    assert len(policies) == 2
    [association] = found["PodIdentityAssociation"]
    assert (spec(association)["namespace"], spec(association)["serviceAccount"]) == ("jobs", "sa-pods")


@pytest.mark.parametrize("provision", KINDS)
def test_bucket_of_a_credential_is_somebody_elses(provision, made):
    _, _, found = made(provision, "buckets of their own")

    assert [one["metadata"]["name"] for one in found["Bucket"]] == ["acme-ml-models"]
    assert "User" not in found
    assert "Role" not in found


def test_association_is_made_where_the_cluster_is(tmp_path, chart, objects):
    said = ESTATES["Pod Identity"].replace("oidc.eks.ca-central-1", "oidc.eks.eu-west-1")
    environment = estate(tmp_path, said, "ack")

    of_ack = objects(AckStorage(chart, environment=environment, project="platform"))[-1]
    assert annotation(of_ack, "services.k8s.aws/region") == "eu-west-1"


@pytest.mark.parametrize("provision", KINDS)
def test_long_names_are_cut_to_what_iam_takes(provision, tmp_path, chart, objects):
    name = "a" * 60
    said = ESTATES["keys"].replace("acme-ml-models", "b" * 63).replace("s3-access: {}", f"{name}: {{prefix: p}}")

    made = objects(KINDS[provision](chart, environment=estate(tmp_path, said, provision), project="platform"))

    assert max(len(one["metadata"]["name"]) for one in made if one["kind"] == "User") == 64
    assert all(len(one["metadata"]["name"]) <= 128 for one in made if one["kind"] == "Policy")


@pytest.mark.parametrize("provision", ["none", "ack", "crossplane", "cloudformation"])
def test_repository_says_what_makes_its_bucket(provision, project, run_cli):
    project.edit("platform.yaml", "  prefix: mlflow\n", f"  prefix: mlflow\n  provision: {provision}\n")

    ran = run_cli("synth")

    assert ran.code == 0, ran.err
    added = {file.partition("/")[2] for file in project.dist()} & {"apps/storage.yaml", "cloudformation/storage.yaml"}
    assert (
        added
        == {
            "none": set(),
            "ack": {"apps/storage.yaml"},
            "crossplane": {"apps/storage.yaml"},
            "cloudformation": {"cloudformation/storage.yaml"},
        }[provision]
    )


@pytest.mark.parametrize(("provision", "kind"), [("ack", "namespaceResource"), ("crossplane", "clusterResource")])
def test_project_lets_the_objects_through(provision, kind, project, run_cli):
    project.edit("platform.yaml", "  prefix: mlflow\n", f"  prefix: mlflow\n  provision: {provision}\n")
    run_cli("synth")

    listed = yaml.safe_load(project.read("dist/production/apps/appproject-platform.yaml"))["spec"]

    group = {"ack": "s3.services.k8s.aws", "crossplane": "s3.aws.upbound.io"}[provision]
    whitelist = listed.get(f"{kind}Whitelist", [{"group": group, "kind": "Bucket"}])
    assert {"group": group, "kind": "Bucket"} in whitelist
