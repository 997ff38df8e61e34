"""With what KServe makes of Secrets and ServiceAccounts, KServe's own downloader gets the model, and not without it.

KServe's webhook says which environment its container has, that container's program runs in it, and the stores are on
this machine: tests/proofs/downloads.py, in a Python of its own below .tools/storage. Without these the tests skip.
"""

import json
from dataclasses import replace

import pytest

from tests.proofs.credential_manifests import KEYS, account, container, entries, opened, s3_annotations
from tests.proofs.credential_reader import NEWEST, OLDEST
from tests.proofs.download_world import World, stores

REGION = "ca-central-1"
IRIS = "s3://iris-models/iris"
ENDPOINT = "minio.example.com"

releases = pytest.mark.parametrize("release", [OLDEST, NEWEST])


@pytest.fixture(scope="module")
def opening(tmp_path_factory):
    certificates = tmp_path_factory.mktemp("stores")
    with stores(certificates) as told:
        yield told, certificates


@pytest.fixture
def world(opening, tmp_path) -> World:
    told, certificates = opening
    return World(told, certificates, tmp_path)


def headers(world):
    return json.dumps({"Authorization": f"Bearer {world.told['token']}"})


WEB = "https://models.example.com/iris.joblib"
BLOB = "https://account.blob.core.windows.net/models/iris"
FILE = "gcloud-application-credentials.json"
OPENING = {
    # address, the Secret, who lets in
    "S3": (IRIS, lambda world: world.told["keys"], f"iris-models.s3.{REGION}.amazonaws.com"),
    "HTTPS": (WEB, lambda world: {"https-host": "models.example.com", "headers": headers(world)}, "models.example.com"),
    "Hugging Face": ("hf://org/iris", lambda world: {"HF_TOKEN": world.told["token"]}, "huggingface.co"),
    "GCS": ("gs://bucket/iris", lambda world: {FILE: world.told["google"]}, "oauth2.googleapis.com"),
    "Azure service principal": (
        BLOB,
        lambda world: {
            "AZURE_CLIENT_ID": "client",
            "AZURE_TENANT_ID": "tenant",
            "AZURE_CLIENT_SECRET": world.told["token"],
        },
        "login.microsoftonline.com",
    ),
    "Azure storage key": (
        BLOB,
        lambda world: {"AZURE_STORAGE_ACCESS_KEY": world.told["azure"]},
        "account.blob.core.windows.net",
    ),
    "HDFS": (
        "hdfs://models/iris",
        lambda world: {
            "HDFS_NAMENODE": "http://namenode.example.com:9870",
            "USER_PROXY": "iris",
            "HEADERS": headers(world),
        },
        "namenode.example.com",
    ),
}


@releases
@pytest.mark.parametrize("store", [pytest.param(row, id=name) for name, row in OPENING.items()])
def test_secret_opens_the_store(store, release, world):
    uri, secret, host = store

    assert world.download(release, opened(secret(world), region=REGION), uri) == ""
    assert host in world.hosts()


@releases
def test_file_share_of_azure_is_opened_but_the_model_keeps_its_folder(release, world):
    objects = opened({"AZURE_STORAGE_ACCESS_KEY": world.told["azure"]})

    found = world.download(release, objects, "https://account.file.core.windows.net/models/iris")

    assert found == "the model is iris/model.joblib"


@pytest.mark.parametrize("name", sorted(set(OPENING) - {"Azure service principal"}))
def test_store_stays_shut_for_another_secret(name, world):
    """Azure's library goes on trying for minutes: its row would say nothing that the one above does not."""
    uri, secret, _ = OPENING[name]
    told = {"keys": KEYS, "token": "another", "azure": "YW5vdGhlcg==",
            "google": world.told["google"].replace("iris@", "another@")}  # fmt: skip

    assert world.download(NEWEST, opened(secret(replace(world, told=told)), region=REGION), uri) != ""


IDENTITIES = {
    # address, annotations of the ServiceAccount, what the cloud's own webhook adds to the container, who lets in
    "IRSA": (
        IRIS,
        lambda world: {"eks.amazonaws.com/role-arn": world.told["role"], **s3_annotations(region=REGION)},
        lambda world: {
            "AWS_ROLE_ARN": world.told["role"],
            "AWS_WEB_IDENTITY_TOKEN_FILE": world.token(),
            "AWS_STS_REGIONAL_ENDPOINTS": "regional",
        },
        f"sts.{REGION}.amazonaws.com",
    ),
    "EKS Pod Identity": (
        IRIS,
        lambda _: {},
        lambda world: {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://{world.told['proxy']}/v1/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": world.token(),
            "AWS_DEFAULT_REGION": REGION,
        },
        f"iris-models.s3.{REGION}.amazonaws.com",
    ),
    "GKE workload identity": (
        "gs://bucket/iris",
        lambda _: {"iam.gke.io/gcp-service-account": "iris@example.com"},
        lambda world: {
            "GCE_METADATA_HOST": world.told["proxy"],
            "GCE_METADATA_IP": world.told["proxy"],
            "NO_GCE_CHECK": "",
        },
        "storage.googleapis.com",
    ),
    "Azure workload identity": (
        BLOB,
        lambda _: {"azure.workload.identity/client-id": "client"},
        lambda world: {
            "AZURE_CLIENT_ID": "client",
            "AZURE_TENANT_ID": "tenant",
            "AZURE_FEDERATED_TOKEN_FILE": world.token(),
            "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/",
        },
        "login.microsoftonline.com",
    ),
}


@releases
@pytest.mark.parametrize("identity", [pytest.param(row, id=name) for name, row in IDENTITIES.items()])
def test_identity_of_a_pod_opens_the_store_without_a_secret(identity, release, world):
    uri, annotations, injected, host = identity
    objects = [account(annotations=annotations(world))]

    assert world.download(release, objects, uri, injected=injected(world)) == ""
    assert host in world.hosts()


@pytest.mark.parametrize("uri", [IRIS, "gs://bucket/iris", BLOB, WEB, "hf://org/iris"])
def test_nothing_opens_without_a_secret_or_an_identity(uri, world):
    assert world.download(NEWEST, [account()], uri) != ""


@releases
def test_keys_of_a_secret_win_over_the_role(release, world):
    objects = opened({**KEYS, "AWS_SECRET_ACCESS_KEY": "wrong"}, region=REGION)
    injected = {"AWS_ROLE_ARN": world.told["role"], "AWS_WEB_IDENTITY_TOKEN_FILE": world.token()}

    assert world.download(release, objects, IRIS, injected=injected) != ""
    assert f"sts.{REGION}.amazonaws.com" not in world.hosts()


@releases
def test_a_role_and_an_endpoint_do_not_go_together(release, world):
    """AWS_ENDPOINT_URL is for all services of Amazon, so that S3 is asked for what STS has to give."""
    annotations = s3_annotations(region=REGION, endpoint=f"s3.{REGION}.amazonaws.com")
    objects = [account(annotations={"eks.amazonaws.com/role-arn": world.told["role"], **annotations})]
    injected = {"AWS_ROLE_ARN": world.told["role"], "AWS_WEB_IDENTITY_TOKEN_FILE": world.token()}

    assert world.download(release, objects, IRIS, injected=injected) != ""
    assert world.hosts() == {f"s3.{REGION}.amazonaws.com"}


@releases
@pytest.mark.parametrize(("bucket", "opens"), [("iris-public", True), ("iris-models", False)])
@pytest.mark.parametrize("how", ["annotation", "ClusterStorageContainer", "storage"])
def test_anonymous_opens_what_is_public(how, bucket, opens, release, world):
    more = {"uri": f"s3://{bucket}/iris"}
    objects = opened(KEYS, useanoncredential="true", region=REGION)
    if how == "ClusterStorageContainer":
        objects = [container(env=[{"name": "awsAnonymousCredential", "value": "true"}])]
    if how == "storage":
        parameters = {"type": "s3", "bucket": bucket, "region": REGION, "anonymous": "true"}
        objects, more = [], {"storage": {"path": "iris", "parameters": parameters}}

    assert (world.download(release, objects, **more) == "") == opens
    assert not any(one["signed"] for one in world.seen())


@releases
@pytest.mark.parametrize(
    ("annotations", "tls"),
    [
        ({"endpoint": f"{ENDPOINT}:9000", "usehttps": "0"}, False),
        ({"endpoint": ENDPOINT, "verifyssl": "0"}, True),
        ({"endpoint": ENDPOINT, "cabundle_configmap": "own-ca"}, True),
        ({"endpoint": ENDPOINT, "cabundle_configmap": "own-ca", "cabundle": "/certs/cabundle.crt"}, True),
    ],
)
def test_store_of_ones_own_is_reached_and_trusted(annotations, tls, release, world):
    objects = [*opened(world.told["keys"], region=REGION, **annotations), world.authority()]

    assert world.download(release, objects, IRIS) == ""
    assert {(one["host"], one["tls"]) for one in world.seen()} == {(ENDPOINT, tls)}


@releases
def test_store_of_ones_own_is_not_trusted_by_itself(release, world):
    objects = opened(world.told["keys"], region=REGION, endpoint=ENDPOINT)

    assert "CERTIFICATE_VERIFY_FAILED" in world.download(release, objects, IRIS)


@pytest.mark.parametrize(("release", "works"), [(OLDEST, False), (NEWEST, True)])
def test_endpoint_may_have_a_scheme_from_v0_17_on(release, works, world):
    objects = opened(world.told["keys"], region=REGION, endpoint=f"http://{ENDPOINT}:9000")

    assert (world.download(release, objects, IRIS) == "") == works


@releases
@pytest.mark.parametrize("given", [{"region": REGION}, {"region": REGION, "endpoint_url": f"http://{ENDPOINT}:9000"}])
def test_entry_of_storage_opens_s3(given, release, world):
    keys = world.told["keys"]
    entry = {
        "type": "s3",
        "bucket": "iris-models",
        "access_key_id": keys["AWS_ACCESS_KEY_ID"],
        "secret_access_key": keys["AWS_SECRET_ACCESS_KEY"],
        **given,
    }

    assert world.download(release, [entries(mine=entry)], storage={"key": "mine", "path": "iris"}) == ""


@releases
def test_entry_of_storage_is_trusted_by_its_ca(release, world):
    keys = world.told["keys"]
    entry = {
        "type": "s3",
        "bucket": "iris-models",
        "access_key_id": keys["AWS_ACCESS_KEY_ID"],
        "secret_access_key": keys["AWS_SECRET_ACCESS_KEY"],
        "region": REGION,
        "endpoint_url": f"https://{ENDPOINT}",
        "cabundle_configmap": "own-ca",
    }

    found = world.download(release, [entries(mine=entry), world.authority()], storage={"key": "mine", "path": "iris"})

    assert found == ""


@releases
def test_entry_of_storage_opens_hdfs(release, world):
    entry = {"type": "webhdfs", "HDFS_NAMENODE": "http://namenode.example.com:9870", "USER_PROXY": "iris",
             "HEADERS": headers(world)}  # fmt: skip

    assert world.download(release, [entries(mine=entry)], storage={"key": "mine", "path": "models/iris"}) == ""


@releases
def test_headers_are_for_a_host_without_its_port(release, world):
    secret = {"https-host": "models.example.com", "headers": headers(world)}

    assert world.download(release, opened(secret), "https://models.example.com:443/iris.joblib") == ""


@pytest.mark.parametrize(("release", "asks"), [(OLDEST, False), (NEWEST, True)])
def test_downloader_asks_for_the_bucket_itself_from_v0_17_on(release, asks, world):
    """Amazon lets do that who may list the bucket, but not on a condition on the prefix: there is none to look at."""
    assert world.download(release, opened(world.told["keys"], region=REGION), IRIS) == ""

    assert ("HEAD /" in [one["asked"] for one in world.seen()]) == asks
