"""The template: the bucket with all its settings, and everybody who uses it, with the documents of iam/."""

import re

import pytest

from kserve_gitops.cloudformation import StorageTemplate, template
from kserve_gitops.inputs.grants import documents
from tests.kinds.aws_estates import ESTATES, KEY, ROLE, estate


@pytest.fixture
def resources(tmp_path):
    """`resources(name)` are those of the template of an estate, by type and logical id."""

    def make(name):
        made = template(estate(tmp_path, ESTATES[name], "cloudformation"))["Resources"]
        types = dict.fromkeys(one["Type"] for one in made.values())
        return {kind: {id_: one for id_, one in made.items() if one["Type"] == kind} for kind in types}

    return make


def test_template(tmp_path, golden):
    assert template(estate(tmp_path, ESTATES["Pod Identity"], "cloudformation")) == golden


@pytest.mark.parametrize("provision", ["none", "ack", "crossplane"])
def test_template_is_written_for_cloudformation_alone(provision, tmp_path, chart, files):
    assert files(StorageTemplate(chart, "t", environment=estate(tmp_path, ESTATES["keys"], provision))) == {}


def test_template_is_a_file_of_its_own(tmp_path, chart, files):
    environment = estate(tmp_path, ESTATES["keys"], "cloudformation")

    assert files(StorageTemplate(chart, "t", environment=environment)) == {
        "cloudformation/storage.yaml": template(environment)
    }


def test_bucket_outlives_the_stack(resources):
    found = resources("keys")

    [bucket] = found["AWS::S3::Bucket"].values()
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_nothing_of_the_bucket_is_public(resources):
    [bucket] = resources("keys")["AWS::S3::Bucket"].values()

    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}


def test_bucket_encrypts_with_the_key_of_platform_yaml(resources):
    [bucket] = resources("a key of KMS")["AWS::S3::Bucket"].values()

    [rule] = bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}


def test_user_has_no_access_key_and_is_told(tmp_path):
    made = template(estate(tmp_path, ESTATES["keys of two"], "cloudformation"))

    assert "AWS::IAM::AccessKey" not in {one["Type"] for one in made["Resources"].values()}
    assert made["Outputs"].keys() == {"UserReader", "UserWriter"}
    assert made["Resources"]["UserReader"]["Properties"] == {"ManagedPolicyArns": [{"Ref": "MlModelServingPolicy"}]}
    assert made["Resources"]["UserWriter"]["Properties"] == {"ManagedPolicyArns": [{"Ref": "MlModelStoragePolicy"}]}


def test_role_is_the_one_that_the_accounts_name(resources):
    [role] = resources("IRSA")["AWS::IAM::Role"].values()

    properties = role["Properties"]
    assert f"arn:aws:iam::111122223333:role{properties['Path']}{properties['RoleName']}" == ROLE


@pytest.mark.parametrize("name", ESTATES)
def test_documents_are_those_of_iam(name, tmp_path):
    environment = estate(tmp_path, ESTATES[name], "cloudformation")
    written = [document.content for document in documents(environment)]

    for one in template(environment)["Resources"].values():
        if one["Type"].startswith("AWS::IAM") and one["Type"] != "AWS::IAM::User":
            told = one["Properties"]
            assert told.get("PolicyDocument", told.get("AssumeRolePolicyDocument")) in written


@pytest.mark.parametrize("name", ESTATES)
def test_what_is_referred_to_is_there(name, tmp_path):
    made = template(estate(tmp_path, ESTATES[name], "cloudformation"))["Resources"]

    told = re.findall(r"\{'(?:Ref|Fn::GetAtt)': \[?'(\w+)'", str(made))
    assert told
    assert set(told) <= made.keys()


def test_cluster_in_another_region_is_out_of_reach(tmp_path):
    said = ESTATES["Pod Identity"].replace("oidc.eks.ca-central-1", "oidc.eks.eu-west-1")

    made = template(estate(tmp_path, said, "cloudformation"))["Resources"]

    assert "AWS::EKS::PodIdentityAssociation" not in {one["Type"] for one in made.values()}


def test_names_that_are_nearly_the_same_stay_apart(tmp_path):
    names = ["a-b", "ab", "a--b", "a-1", "a1", "axb"]
    credentials = "".join(f"  {name}: {{type: pod-identity, roleArn: '{ROLE}{name}', namespaces: [{name}, in]}}\n"
                          for name in names)  # fmt: skip
    said = ESTATES["Pod Identity"].partition("credentials:\n")[0] + f"credentials:\n{credentials}parts: {{}}\n"

    made = template(estate(tmp_path, said, "cloudformation"))["Resources"]

    types = [one["Type"] for one in made.values()]
    assert types.count("AWS::IAM::Role") == len(names)
    assert types.count("AWS::EKS::PodIdentityAssociation") == 2 * len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9]{1,255}", id_) for id_ in made)
