"""Credentials of platform.yaml: what fits which type, who gets one, and what stands beside what is sealed."""

import json

import pytest

from kserve_gitops.core.documents import parse
from kserve_gitops.inputs import credential_contents, platform
from kserve_gitops.inputs.load import load
from kserve_gitops.serving.credential_types import TYPES, sealed_keys, store

TOP = """\
repository: {repoURL: https://github.com/acme/ml-platform.git}
kserve: {}
gateway: {}
storage: {bucket: acme-ml-models, region: ca-central-1}
parts: {PARTS}
environments:
  production: {domain: ml.example.com}
credentials:
"""
ROLE = "arn:aws:iam::123456789012:role/models"
EKS = "eks: {clusterName: c, oidcProvider: o}\n"
UUID = "11111111-1111-1111-1111-111111111111"
OPTIONS = {
    "irsa": f"roleArn: '{ROLE}'",
    "pod-identity": f"roleArn: '{ROLE}'",
    "gke-workload-identity": "gcpServiceAccount: models@acme.iam.gserviceaccount.com",
    "azure": f"clientId: {UUID}, tenantId: {UUID}",
    "azure-workload-identity": f"clientId: {UUID}",
    "https": "host: models.example.com",
    "hdfs": "namenode: 'http://namenode.example.com:9870'",
    "registry": "server: registry.example.com",
    "storage-config": "entries: {minio: {bucket: models}}",
    "opaque": "keys: [token]",
}
"""What each type needs to be said."""


def blocks(credentials: str, more: str = "", parts: str = "") -> platform.Blocks:
    document = parse(TOP.replace("PARTS", parts) + credentials + more, "platform.yaml")
    assert platform.whole_problems(document) == []
    return platform.Blocks(document, "production")


def of(options: str, more: str = ""):
    """The one credential with these options."""
    return platform.credentials(blocks(f"  one: {{{options}}}\n", more))["one"]


def told(credentials: str, more: str = "", parts: str = "") -> list[tuple[str, str]]:
    found = blocks(credentials, more, parts).contradictions()
    return [(finding.code, f"{finding.message} -> {finding.hint}") for finding in found]


@pytest.mark.parametrize("name", TYPES)
def test_every_type_is_legal_with_what_it_requires(name):
    assert told(f"  one: {{type: {name}, {OPTIONS.get(name, '')}}}\n", "eks: {clusterName: c, oidcProvider: o}\n") == []


@pytest.mark.parametrize("name", OPTIONS)
def test_required_option_is_missed(name):
    [missing] = sorted(TYPES[name].required)[:1]

    assert ("KG012", f"credentials.one of type '{name}' has no '{missing}' -> add {missing}") in told(
        f"  one: {{type: {name}}}\n"
    )


def test_option_of_another_type_is_told_with_the_types_that_take_it():
    [(code, said)] = told(f"  one: {{type: huggingface, roleArn: '{ROLE}'}}\n")

    assert code == "KG022"
    assert said.startswith(
        "'roleArn' means nothing for a credential of type 'huggingface' -> it belongs to irsa and pod"
    )


def test_variable_of_a_key_that_the_credential_does_not_have_is_told():
    assert told("  one: {type: huggingface, env: {HF_TOKN: TOKEN}}\n") == [
        ("KG022", "'HF_TOKN' is no key of credential 'one' -> did you mean 'HF_TOKEN'?")
    ]


@pytest.mark.parametrize(
    ("credentials", "parts", "more", "code"),
    [
        pytest.param("  one: {also: [two]}\n", "", "", "KG016", id="beside one that nobody declares"),
        pytest.param("  one: {also: [one]}\n", "", "", "KG023", id="beside itself"),
        pytest.param(
            f"  one: {{also: [two]}}\n  two: {{type: irsa, roleArn: '{ROLE}'}}\n",
            "",
            EKS,
            "KG023",
            id="keys and a role",
        ),
        pytest.param("  one: {also: [two]}\n  two: {type: basic-auth}\n", "", "", "KG023", id="what no account gives"),
        pytest.param("  one: {type: gcs}\n", "mlflow: {credential: one}", "", "KG023", id="MLflow with another store"),
        pytest.param("  one: {}\n", "mlflow: {secrets: {admin: one}}", "", "KG023", id="an admin with keys"),
        pytest.param("  one: {}\n", "mlflow: {secrets: {server: two}}", "", "KG016", id="a server's that is not there"),
        pytest.param("  one: {}\n", "jupyterhub: {secrets: {hub: one}}", "", "KG023", id="a hub's of another type"),
        pytest.param(
            "  one: {type: basic-auth}\n", "", "models: {credential: one}\n", "KG023", id="models without a store"
        ),
        pytest.param(
            "  one: {}\n",
            "",
            "models: {namespaces: {a: {credential: two}}}\n",
            "KG016",
            id="a namespace's that is not there",
        ),
        pytest.param("  one: {}\n", "", "secrets: {backend: external-secrets}\n", "KG012", id="a store without a name"),
        pytest.param("  one: {bucket: '10.0.0.1'}\n", "", "", "KG201", id="a bucket that cannot be"),
        pytest.param("  one: {bucket: models, region: moon}\n", "", "", "KG201", id="a region that is not"),
    ],
)
def test_contradiction_is_told(credentials, parts, more, code):
    assert [found for found, _ in told(credentials, more, parts)] == [code]


@pytest.mark.parametrize(
    ("uri", "wanted"),
    [
        ("s3://bucket/a", "s3"),
        ("gs://bucket/a", "gs"),
        ("hf://org/model", "hf"),
        ("https://acme.blob.core.windows.net/c/a", "azure"),
        ("https://acme.file.core.windows.net/c/a", "azure-file"),
        ("https://models.example.com/a.joblib", "https"),
        ("webhdfs://a/b", "hdfs"),
        ("oci://registry.example.com/a:1", "oci"),
        ("pvc://claim/a", ""),
        ("/mnt/a", ""),
    ],
)
def test_store_of_an_address(uri, wanted):
    assert store(uri) == wanted


def test_bucket_of_its_own_inherits_nothing_that_belongs_to_the_other_one():
    found = of("bucket: other, region: us-east-1").storage

    assert (found.bucket, found.region, found.prefix, found.endpoint) == ("other", "us-east-1", "", None)


def test_prefix_of_its_own_lies_in_the_bucket_of_all():
    found = of("prefix: team-a").storage

    assert (found.bucket, found.region, found.prefix) == ("acme-ml-models", "ca-central-1", "team-a")


def test_settings_of_s3_are_written_as_kserve_reads_them():
    found = of(
        "endpoint: 'http://minio.example.com:9000', verifySSL: false, useVirtualBucket: true, useAccelerate: false, "
        "caBundleConfigMap: ca, anonymous: true"
    )

    assert credential_contents.secret_annotations(found) == {
        "serving.kserve.io/s3-cabundle-configmap": "ca",
        "serving.kserve.io/s3-endpoint": "minio.example.com:9000",
        "serving.kserve.io/s3-region": "ca-central-1",
        "serving.kserve.io/s3-useaccelerate": "false",
        "serving.kserve.io/s3-useanoncredential": "true",
        "serving.kserve.io/s3-usehttps": "0",
        "serving.kserve.io/s3-usevirtualbucket": "true",
        "serving.kserve.io/s3-verifyssl": "0",
    }
    assert sealed_keys("s3", found.options) == ()


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (OPTIONS["irsa"], {"eks.amazonaws.com/role-arn": ROLE, "serving.kserve.io/s3-region": "ca-central-1"}),
        (OPTIONS["gke-workload-identity"], {"iam.gke.io/gcp-service-account": "models@acme.iam.gserviceaccount.com"}),
        (OPTIONS["azure-workload-identity"], {"azure.workload.identity/client-id": UUID}),
        (OPTIONS["pod-identity"], {}),
    ],
    ids=["irsa", "gke-workload-identity", "azure-workload-identity", "pod-identity"],
)
def test_identity_stands_on_the_account(options, wanted, request):
    found = of(f"type: {request.node.callspec.id}, {options}")

    assert credential_contents.account_annotations(found) == wanted
    assert not found.kind.has_secret


def test_what_is_no_secret_is_no_ciphertext():
    found = of(f"type: azure, {OPTIONS['azure']}")

    assert credential_contents.templates(found) == {"AZURE_CLIENT_ID": UUID, "AZURE_TENANT_ID": UUID}
    assert credential_contents.fetched_keys(found) == ["AZURE_CLIENT_SECRET"]


def test_secret_of_a_storage_that_is_called_otherwise_is_named_at_the_model():
    entries = "type: storage-config, entries: {minio: {bucket: models}}"

    assert credential_contents.service_annotations(of(entries)) == {"serving.kserve.io/secretName": "one"}


def wanted(project, credentials: str, model: str, more: str = "") -> list[tuple[str, str, tuple[str, ...]]]:
    """Namespace, name and users of every credential that the one model and the parts need."""
    project.write("platform.yaml", TOP.replace("PARTS", "mlflow: {}") + credentials + more)
    project.write(
        "models/iris-classifier.yaml", f"name: iris\npredictor: {{model: {{modelFormat: sklearn, {model}}}}}\n"
    )
    [environment] = load(project.root).environments
    return [(need.namespace, need.credential.name, need.users) for need in environment.needs]


@pytest.mark.parametrize(
    ("credentials", "more", "uri", "name"),
    [
        pytest.param("  one: {}\n", "", "s3://b/a", "one", id="the only one"),
        pytest.param("  one: {}\n  two: {type: gcs}\n", "", "gs://b/a", "two", id="the only one for the store"),
        pytest.param("  one: {}\n  two: {}\n", "", "s3://b/a", None, id="none of two"),
        pytest.param("  one: {}\n  two: {}\n", "models: {credential: two}\n", "s3://b/a", "two", id="the default"),
        pytest.param(
            "  one: {}\n  two: {}\n",
            "models: {credential: two, namespaces: {kserve: {credential: one}}}\n",
            "s3://b/a",
            "one",
            id="the default of the namespace",
        ),
        pytest.param("  one: {}\n", "", "hf://org/model", None, id="none for another store"),
        pytest.param(
            "  one: {}\n  two: {type: huggingface}\n",
            "models: {credential: one}\n",
            "hf://org/model",
            "two",
            id="not the default",
        ),
    ],
)
def test_credential_of_a_model_that_names_none(project, credentials, more, uri, name):
    found = wanted(project, credentials, f"storageUri: '{uri}'", more)

    assert [one for _, one, users in found if "models" in users] == ([name] if name else [])


def test_storage_by_its_entry_wants_the_secret_with_the_entries(project):
    credentials = "  one: {}\n  stores: {type: storage-config, entries: {minio: {bucket: models}}}\n"

    found = wanted(project, credentials, "storage: {key: minio, path: a}")

    assert ("kserve", "stores", ("models",)) in found


def test_what_stands_beside_is_wanted_in_the_same_namespace(project):
    credentials = f"  one: {{also: [pull]}}\n  pull: {{type: registry, {OPTIONS['registry']}}}\n"

    found = wanted(project, credentials, "storageUri: 's3://b/a'")

    assert ("kserve", "pull", ("also",)) in found


def test_namespaces_of_a_credential_want_it_without_any_model(project):
    found = wanted(project, "  one: {namespaces: [jobs]}\n", "storageUri: 'pvc://claim/a'")

    assert ("jobs", "one", ("namespaces",)) in found


def test_accounts_are_those_that_give_it_and_mlflows_own(project):
    credentials = f"  hf: {{type: huggingface, also: [role]}}\n  role: {{type: irsa, roleArn: '{ROLE}'}}\n"
    wanted(project, credentials, "storageUri: 'hf://org/model'", EKS)
    [environment] = load(project.root).environments

    assert environment.accounts_of("role") == [("kserve", "sa-hf"), ("mlflow", "mlflow")]


def test_external_secrets_need_no_sealed_file(project):
    more = "secrets: {backend: external-secrets, storeRef: {name: vault}, prefix: ml/}\n"
    wanted(project, "  one: {}\n", "storageUri: 's3://b/a'", more)
    project.remove("sealed")

    inputs = load(project.root)

    assert [finding.code for finding in inputs.findings] == []
    assert inputs.environments[0].credentials["one"].remote_key == "ml/one"


def test_entry_of_a_store_is_json_once_its_keys_are_filled_in():
    entries = "{minio: {bucket: models, verify_ssl: false}, open: {anonymous: true, bucket: b}}"
    found = of(f"type: storage-config, entries: {entries}")

    data = credential_contents.templates(found)

    filled = data["minio"].replace('{{ index . "minio.access_key_id" | toJson }}', '"A"')
    filled = filled.replace('{{ index . "minio.secret_access_key" | toJson }}', '"B"')
    assert json.loads(filled) == {
        "access_key_id": "A", "bucket": "models", "secret_access_key": "B", "type": "s3", "verify_ssl": "false",
    }  # fmt: skip
    assert json.loads(data["open"]) == {"anonymous": "true", "bucket": "b", "type": "s3"}
    assert [key.name for key in sealed_keys("storage-config", found.options)] == [
        "minio.access_key_id", "minio.secret_access_key",
    ]  # fmt: skip


MLFLOW = "mlflow: {version: 1.11.5, credential: one}"


@pytest.mark.parametrize(
    ("credentials", "parts", "wanted"),
    [
        pytest.param(
            "  one: {type: s3, anonymous: true, bucket: other}\n",
            MLFLOW,
            "credential 'one' is anonymous, and MLflow cannot write artifacts with it -> name one with keys or a role",
            id="MLflow with a credential that can only read",
        ),
        pytest.param(
            "  one: {type: s3, also: [one]}\n",
            "",
            "credential 'one' stands beside itself -> take it away",
            id="a credential beside itself",
        ),
    ],
)
def test_credential_that_is_of_no_use_there_is_told(credentials, parts, wanted):
    assert told(credentials, parts=parts) == [("KG023", wanted)]


@pytest.mark.parametrize("key", ["AWS_SECRET_ACCESS_KEY", "token", "password", "values", "stringData"])
def test_value_of_a_credential_in_platform_yaml_is_to_be_sealed(key):
    document = parse(TOP.replace("PARTS", "") + f"  one: {{type: s3, {key}: hunter2}}\n", "platform.yaml")

    [said] = platform.whole_problems(document)

    assert (said.code, said.message) == ("KG010", f"unknown field '{key}'")
    assert said.hint.startswith("no value stands here: kserve-gitops seal one asks for it")


def test_store_of_external_secrets_is_told_once_where_it_stands(project, run_cli):
    project.edit("platform.yaml", "parts:\n", "secrets: {backend: external-secrets, storeRef: {name: vault}}\nparts:\n")
    line = project.read("platform.yaml").split("\n").index("parts:")

    said = run_cli("check").out

    assert said.count("error[KG247]") == 1
    assert f"--> platform.yaml:{line}:" in said
