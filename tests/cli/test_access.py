"""`kserve-gitops check --explain-access`: one screen about a model, as it is rendered; exit 10 when it cannot work."""

import base64
import json
import shutil

import pytest

IRIS = "models/iris-classifier.yaml"
ADDRESS = "s3://acme-ml-models/mlflow/1/models/m-9c1d4f0a7b2e4c53a8d6e1f2b3c4d5e6/artifacts"
CIPHERTEXT = base64.b64encode(b"\x02\x00" + bytes(600)).decode()
"""Begins like what kubeseal makes."""
ISSUER = "oidc.eks.ca-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
ARN = "arn:aws:iam::123456789012:role/models"
MODEL = """\
name: NAME
predictor:
  model:
    modelFormat: sklearn
    storageUri: URI
    resources: {requests: {cpu: "1", memory: 2Gi}, limits: {cpu: "1", memory: 2Gi}}
"""
MANY = """\
name: many
predictor:
  containers: [{name: kserve-container, image: 'registry.example.com/m:1'}]
  storageUris:
"""
LISTED = "    - {uri: 's3://acme-ml-models/mlflow/N', mountPath: /mnt/models/mN}\n"


def explained(run_cli, model, *options):
    ran = run_cli("check", "--explain-access", model, *options)
    assert len(ran.out.splitlines()) < 40
    assert max(map(len, ran.out.splitlines()), default=0) <= 100
    return ran


def add(project, name, uri, credential):
    text = (
        MODEL.replace("NAME", name).replace("URI", uri).replace("predictor:", f"credential: {credential}\npredictor:")
    )
    project.write(f"models/{name}.yaml", text)


def seal(project, name, *keys):
    listed = "".join(f"    {key}: {CIPHERTEXT}\n" for key in keys)
    metadata = f"metadata: {{name: {name}, namespace: kserve}}\n"
    text = f"apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n{metadata}spec:\n  encryptedData:\n{listed}"
    project.write(f"sealed/production/kserve/{name}.yaml", text)


@pytest.fixture
def stores(project):
    """A project with a credential of most types."""
    project.edit(
        "platform.yaml",
        "clients:\n",
        "  minio: {bucket: tests, region: us-east-1, endpoint: 'http://minio.minio:9000', verifySSL: false}\n"
        f"  role: {{type: irsa, roleArn: '{ARN}', bucket: team-models}}\n"
        f"  pods: {{type: pod-identity, roleArn: '{ARN}', bucket: team-models}}\n"
        "  hub: {type: huggingface}\n"
        "  web: {type: https, host: files.example.com}\n"
        f"eks: {{clusterName: prod, oidcProvider: {ISSUER}}}\n"
        "clients:\n",
    )
    project.edit("platform.yaml", "    databaseSize: 10Gi\n", "    databaseSize: 10Gi\n    credential: s3-access\n")
    project.edit(IRIS, "name: iris-classifier\n", "name: iris-classifier\ncredential: s3-access\n")
    seal(project, "minio", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    seal(project, "hub", "HF_TOKEN")
    seal(project, "web", "headers")
    return project


def test_example(run_cli, golden_text):
    ran = explained(run_cli, "iris-classifier")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == golden_text


@pytest.mark.parametrize(
    ("credential", "uri"),
    [
        pytest.param("minio", "s3://tests/iris/7", id="keys"),
        pytest.param("role", "s3://team-models/iris/7", id="role"),
        pytest.param("pods", "s3://team-models/iris/7", id="pod-identity"),
        pytest.param("hub", "hf://org/iris:0a1b2c3", id="token"),
        pytest.param("web", "https://files.example.com/iris/7/model.joblib", id="headers"),
    ],
)
def test_every_way_is_told_on_one_screen(credential, uri, stores, run_cli, golden_text):
    add(stores, "second", uri, credential)

    ran = explained(run_cli, "second")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == golden_text


@pytest.mark.parametrize(("path", "warned"), [("mlfow/7", True), ("churn/7", False)])
def test_a_model_outside_of_its_policy_is_told(path, warned, stores, run_cli):
    add(stores, "second", f"s3://acme-ml-models/{path}", "s3-access")

    ran = explained(run_cli, "second")

    assert ran.code == 0
    assert f"policy     iam/MlModelServingPolicy.json does not cover s3://acme-ml-models/{path}" in ran.out
    assert ("\nwarning[KG246]: InferenceService 'second', spec.predictor.model.storageUri: " in ran.out) is warned


def test_a_sealed_file_that_is_missing_is_an_error(project, run_cli):
    project.remove("sealed/production/kserve/s3-access.yaml")

    ran = explained(run_cli, "iris-classifier")

    assert ran.code == 10
    assert "error[KG501]: no sealed file for 's3-access' in namespace 'kserve'" in ran.out


def test_what_is_wrong_elsewhere_is_not_told(project, run_cli):
    project.write("models/second.yaml", MODEL.replace("NAME", "second").replace("URI", "ftp://a/b"))

    ran = explained(run_cli, "iris-classifier")

    assert (ran.code, "KG202" in ran.out) == (0, False)
    assert explained(run_cli, "second").code == 10


def test_a_suppressed_finding_is_not_told(stores, run_cli):
    add(stores, "second", "s3://acme-ml-models/mlfow/7  # kserve-gitops: ignore KG246 -- another policy", "s3-access")

    assert "KG246" not in explained(run_cli, "second").out


def test_a_manifest_that_lies_under_manifests_is_told_too(project, run_cli):
    project.write(
        "manifests/raw.yaml",
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: raw, namespace: team}\n"
        "spec: {predictor: {serviceAccountName: own, model: {modelFormat: {name: sklearn}, storageUri: 'gs://bucket/7'}}}\n"
        "---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: own\n  namespace: team\n"
        "  annotations: {iam.gke.io/gcp-service-account: models@acme.iam.gserviceaccount.com}\n",
    )

    ran = explained(run_cli, "team/raw")

    assert "  account    ServiceAccount team/own (manifests/raw.yaml:9:9)\n" in ran.out
    assert "  way        as models@acme.iam.gserviceaccount.com, by Workload Identity of GKE\n" in ran.out


def test_json_has_the_same(run_cli):
    ran = run_cli("check", "--explain-access", "iris-classifier", "--format", "json")

    [record] = json.loads(ran.out)
    [access] = record.pop("access")
    assert (ran.code, record["environment"], record["name"], record["findings"]) == (
        0,
        "production",
        "iris-classifier",
        [],
    )
    assert (access["component"], access["address"], access["way"]) == ("predictor", ADDRESS, "keys")
    assert access["secret"]["file"] == "sealed/production/kserve/s3-access.yaml"
    assert access["secret"]["keys"] == ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
    assert access["variables"][2] == {"name": "AWS_DEFAULT_REGION", "value": "ca-central-1"}
    assert access["policy"] == {"file": "iam/MlModelServingPolicy.json", "covers": True}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            ("iris-clasifier",),
            "there is no model 'iris-clasifier'\n   = hint: did you mean 'iris-classifier'?; there are ",
        ),
        (("mlflow/iris-classifier",), "there is no model 'mlflow/iris-classifier'\n   = hint: did you mean 'kserve/"),
        (("iris-classifier", "--format", "sarif"), "there is no format 'sarif'"),
        (("iris-classifier", "--environment", "prod"), "there is no environment 'prod'"),
    ],
)
def test_usage(options, told, run_cli):
    ran = run_cli("check", "--explain-access", *options)

    assert (ran.code, ran.out) == (2, "")
    assert f"error: {told}" in ran.err


def test_two_models_of_one_name_have_to_be_told_apart(project, run_cli):
    text = MODEL.replace("NAME", "iris-classifier\nnamespace: team").replace("URI", "hf://org/iris:0a1b2c3")
    project.write("models/second.yaml", text)

    ran = run_cli("check", "--explain-access", "iris-classifier")

    assert ran.code == 2
    assert "there are several models 'iris-classifier' in production" in ran.err
    assert "one of kserve/iris-classifier, team/iris-classifier" in ran.err
    assert "hf://org/iris:0a1b2c3" in run_cli("check", "--explain-access", "team/iris-classifier").out


def test_every_environment_is_told_or_the_one_that_is_named(project, run_cli):
    project.edit("platform.yaml", "environments:\n", "environments:\n  staging:\n    domain: staging.example.com\n")
    shutil.copytree(project.root / "sealed" / "production", project.root / "sealed" / "staging")

    both = run_cli("check", "--explain-access", "iris-classifier").out
    one = run_cli("check", "--explain-access", "iris-classifier", "--environment", "staging").out

    assert [line for line in both.splitlines() if " in " in line and "(models" in line] == [
        f"InferenceService 'iris-classifier' in {name} (models/iris-classifier.yaml:2:7)"
        for name in ("production", "staging")
    ]
    assert "in production" not in one


def test_inputs_that_cannot_be_read_are_told_as_such(project, run_cli):
    project.write(IRIS, "name: [\n")

    ran = run_cli("check", "--explain-access", "iris-classifier")

    assert (ran.code, ran.out) == (1, "")
    assert "error[KG002]" in ran.err


def test_nothing_is_written(project, run_cli):
    before = project.dist()

    run_cli("check", "--explain-access", "iris-classifier")

    assert project.dist() == before


def test_many_addresses_of_one_store_stay_on_one_screen(project, run_cli):
    project.write("models/many.yaml", MANY + "".join(LISTED.replace("N", str(number)) for number in range(12)))

    ran = explained(run_cli, "many")

    assert "and 7 more from the same store" in ran.out
