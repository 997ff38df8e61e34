"""What is told of the access of a model: store, way, Secret, role, what has to be allowed, and whether it is.

That the variables are KServe's own, tests/proofs/test_access.py shows.
"""

import pytest
from hypothesis import given, settings

from kserve_gitops.checks.world.access import accesses, models
from tests.checks.estates import (
    ARN,
    KEYS,
    ROLE,
    S3,
    account,
    document,
    estate,
    fetched,
    made,
    reading,
    sealed,
    trusting,
)
from tests.checks.test_rules_properties import spoilt
from tests.checks.trees import cluster, service

SHARED = document("MlModelServingPolicy", reading("models", "mlflow"))
URI = "s3://models/mlflow/7"


def model(uri=URI, account="sa", **more):
    return service({"model": {"storageUri": uri}, "serviceAccountName": account}, **more)


def told(*given, of=None):
    """Everything that is told of the first model."""
    found = estate(*given, of=of)
    return accesses(found, models(found)[0])


def one(*given, of=None):
    [found] = told(*given, of=of)
    return found


def test_keys_of_a_secret():
    found = one(model(), made(account("s3-access"), "s3-access"), made(sealed(*KEYS, **{f"{S3}region": "eu"})), SHARED)

    assert (found.component, found.address, found.store) == ("predictor", URI, "S3, bucket 'models'")
    assert (found.way.code, found.way.said) == ("keys", "the keys in Secret 's3-access'")
    assert (found.way.secret.name, found.way.secret.keys) == ("s3-access", set(KEYS))
    assert found.way.credential == "s3-access"
    assert [(v.name, v.value, v.key) for v in found.way.variables] == [
        (KEYS[0], "", KEYS[0]),
        (KEYS[1], "", KEYS[1]),
        ("AWS_DEFAULT_REGION", "eu", ""),
    ]
    assert [(s.name, s.meaning) for s in found.way.settings] == [("s3-region", "the region of the bucket")]
    assert found.needs == ("s3:ListBucket on 'models' with s3:prefix 'mlflow/7'", "s3:GetObject on 'models/mlflow/7/*'")
    assert (found.policy.file, found.covered) == ("iam/MlModelServingPolicy.json", True)


def test_a_role_and_who_may_take_it_on():
    trust = document("team-trust", trusting("kserve:sa"))

    found = one(model("s3://other/a"), made(account(**{ROLE: ARN}), "team"), trust, SHARED)

    assert (found.way.code, found.way.role, found.way.trust.file) == ("role", ARN, "iam/team-trust.json")
    assert found.covered is False


def test_a_role_that_no_document_trusts():
    found = one(model(), account(**{ROLE: ARN}), document("team-trust", trusting("kserve:other")))

    assert (found.way.code, found.way.trust, found.policy) == ("role", None, None)


def test_pod_identity():
    association = {"namespace": "kserve", "serviceAccount": "sa", "roleArn": ARN}

    found = one(model(), made(account(), "team"), document("team-associations/kserve.sa", association), SHARED)

    assert (found.way.code, found.way.role) == ("pod-identity", ARN)
    assert found.policy.file == "iam/MlModelServingPolicy.json"


CLIENT, USE = "azure.workload.identity/client-id", "azure.workload.identity/use"
BLOB = "https://acct.blob.core.windows.net/models/iris/7"
WEB = "https://files.example.com/iris.joblib"
GOOGLE = {"iam.gke.io/gcp-service-account": "models@acme.iam.gserviceaccount.com"}


@pytest.mark.parametrize(
    ("uri", "keys", "store"),
    [
        ("gs://bucket/iris", ("gcloud-application-credentials.json",), "Google Cloud Storage, bucket 'bucket'"),
        (BLOB, ("AZURE_STORAGE_ACCESS_KEY",), "Azure Storage, host 'acct.blob.core.windows.net'"),
        (WEB, ("https-host", "headers"), "a web server, host 'files.example.com'"),
        ("hf://org/iris:abc", ("HF_TOKEN",), "Hugging Face Hub"),
        ("hdfs://iris", ("HDFS_NAMENODE",), "HDFS"),
    ],
)
def test_other_stores_by_keys(uri, keys, store):
    found = one(model(uri), account("s3-access"), sealed(*keys))

    assert (found.store, found.way.code, found.way.secret.name) == (store, "keys", "s3-access")


@pytest.mark.parametrize("uri", [URI, "gs://bucket/iris", BLOB, WEB, "hf://org/iris", "hdfs://iris"])
def test_nothing_at_all_is_anonymous(uri):
    found = one(model(uri), account())

    assert found.way.code == "anonymous"
    assert found.way.secret is None


@pytest.mark.parametrize(
    ("uri", "given", "labels", "code"),
    [
        ("gs://bucket/iris", GOOGLE, {}, "workload-identity"),
        (BLOB, {CLIENT: "id"}, {USE: "true"}, "workload-identity"),
        (BLOB, {CLIENT: "id"}, {}, "anonymous"),
    ],
)
def test_identities_of_other_clouds(uri, given, labels, code):
    isvc = model(uri)
    isvc["metadata"]["labels"] = labels

    assert one(isvc, account(**given)).way.code == code


@pytest.mark.parametrize(
    ("uri", "code", "said"),
    [
        ("pvc://weights/iris", "claim", "PersistentVolumeClaim 'weights', mounted; nothing is downloaded"),
        ("oci://registry.example.com/iris:1", "image", "pulled as an image, with the logins in 'docker'"),
        ("/mnt/models", "none", "nothing is asked for"),
        ("ftp://a/b", "none", "nothing is asked for"),
    ],
)
def test_what_is_not_downloaded(uri, code, said):
    found = one(model(uri), account("s3-access", pull=["docker"]), sealed(*KEYS))

    assert (found.way.code, found.way.said, found.way.variables, found.needs) == (code, said, (), ())


@pytest.mark.parametrize(
    ("given", "existing", "said"),
    [
        ([], [], "not known: ServiceAccount 'sa' is not here"),
        ([account("hidden")], ["Secret/kserve/hidden"], "not known: nobody here knows the keys of Secret 'hidden'"),
        (
            [account("s3-access"), fetched("a", dataFrom=[{}])],
            [],
            "not known: nobody here knows the keys of Secret 's3-access'",
        ),
    ],
)
def test_what_nobody_here_knows(given, existing, said):
    found = one(model(), *given, of=cluster(existing=existing))

    assert (found.way.code, found.way.said) == ("unknown", said)


def test_an_annotation_names_the_one_secret():
    isvc = model(annotations={"serving.kserve.io/secretName": "other"})

    found = one(isvc, account("s3-access"), sealed(*KEYS), sealed(*KEYS, name="other"))

    assert found.way.secret.name == "other"


def test_requests_that_are_not_signed():
    found = one(model(), account("s3-access"), sealed(*KEYS, **{f"{S3}useanoncredential": "true"}))

    assert (found.way.code, found.needs) == ("anonymous", ())


def test_a_container_that_brings_its_keys():
    container = {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "ClusterStorageContainer",
        "metadata": {"name": "own"},
        "spec": {
            "container": {"name": "storage-initializer", "image": "x:1", "env": [{"name": "A", "value": "b"}]},
            "supportedUriFormats": [{"prefix": "s3://models/"}],
            "workloadType": "initContainer",
        },
    }

    assert one(model(), account(), container).way.said == "what ClusterStorageContainer 'own' brings along"
    assert one(model("s3://other/a"), account(), container).way.code == "anonymous"
    with_keys = one(model(), account("s3-access"), sealed(*KEYS), container)
    assert with_keys.way.said == "the keys in Secret 's3-access'; loaded by ClusterStorageContainer 'own'"


ENTRY = '{"type": "s3", "bucket": "models", "region": "eu", "access_key_id": {{ .id | toJson }}}'


def test_an_entry_of_a_storage():
    isvc = service({"model": {"storage": {"key": "mine", "path": "iris/7"}}})

    found = one(isvc, made(sealed("id", name="storage-config", data={"mine": ENTRY})))

    assert (found.address, found.way.code) == ("s3://models/iris/7", "entry")
    assert [(s.name, s.value) for s in found.way.settings] == [("type", "s3"), ("bucket", "models"), ("region", "eu")]
    assert [(v.name, v.secret, v.key) for v in found.way.variables] == [("STORAGE_CONFIG", "storage-config", "mine")]


def test_an_entry_that_nobody_here_can_read():
    isvc = service({"model": {"storage": {"key": "mine", "path": "iris/7"}}})

    found = one(isvc, sealed("mine", name="storage-config"))

    assert (found.address, found.store) == ("path iris/7", "what the entry of the Secret says")


def test_a_storage_beside_an_address_gives_the_keys():
    isvc = service({"model": {"storageUri": URI, "storage": {"key": "mine"}}, "serviceAccountName": "sa"})

    found = one(isvc, account("s3-access"), sealed(*KEYS), sealed("mine", name="storage-config"))

    assert (found.address, found.way.code, found.way.secret.name) == (URI, "entry", "storage-config")


def test_every_component_and_canary_and_listed_address_is_told():
    transformer = {"containers": [{"name": "t", "image": "x:1", "env": [{"name": "STORAGE_URI", "value": "hf://a/b"}]}]}
    isvc = service(
        {"serviceAccountName": "sa", "storageUris": [{"uri": "s3://a/1"}, {"uri": "s3://a/2"}], "model": {}},
        transformer=transformer,
        canary=[{"predictor": {"name": "new", "model": {"storageUri": "s3://a/3"}}}],
    )

    found = told(isvc, account("s3-access"), sealed(*KEYS))

    assert [(a.component, a.address, a.pod.account_name) for a in found] == [
        ("predictor", "s3://a/1", "sa"),
        ("predictor", "s3://a/2", "sa"),
        ("transformer", "hf://a/b", "default"),
        ("canary 'new'", "s3://a/3", "sa"),
    ]


def test_an_llm_is_told_too():
    llm = {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "LLMInferenceService",
        "metadata": {"name": "chat", "namespace": "kserve"},
        "spec": {"model": {"uri": "hf://org/chat"}, "template": {"serviceAccountName": "sa"}},
    }

    found = one(llm, account("s3-access"), sealed("HF_TOKEN"))

    assert (found.component, found.way.said) == ("model", "the token in Secret 's3-access'")


def test_no_login_stands_in_what_is_told():
    settings = {f"{S3}endpoint": "user:hush@minio:9000"}

    found = one(model("s3://user:hush@models/a?sig=hush"), account("s3-access"), sealed(*KEYS, **settings))

    assert "hush" not in str((found.address, found.way.settings, found.way.variables))


@settings(max_examples=100, deadline=None)
@given(objects=spoilt())
def test_junk_of_any_form_is_told_without_breaking_off(objects):
    found = estate(*objects, SHARED, document("a-trust", {"Statement": [7, {"Condition": 1}]}))

    for isvc in models(found):
        accesses(found, isvc)
