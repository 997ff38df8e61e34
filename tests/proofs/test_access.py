"""`check --explain-access` tells the variables that KServe's own code writes into the container that downloads.

The program in tests/proofs/webhook answers (`make tools` builds it); without it these tests skip.
"""

import json

import pytest

from kserve_gitops.checks.world.access import accesses, models
from tests.checks.trees import cluster, service, tree
from tests.proofs.credential_reader import CHART, NEWEST, OLDEST, read

SPACE = "models"
S3 = "serving.kserve.io/s3-"
ROLE = {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/iris"}
KEYS = {"AWS_ACCESS_KEY_ID": "throwaway-id", "AWS_SECRET_ACCESS_KEY": "throwaway-key"}
PRINCIPAL = {"AZURE_CLIENT_ID": "c", "AZURE_CLIENT_SECRET": "throwaway", "AZURE_TENANT_ID": "t"}
BY_EKS = {"AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"}
"""Variables that EKS writes, not KServe."""
HUB = "HF_"
"""How the variables begin that every container gets."""


def secret(name="store", data=KEYS, **settings):
    """A Secret; settings are annotations without their `s3-`, with `_` for `-`."""
    named = {S3 + key.replace("_", "-"): value for key, value in settings.items()}
    metadata = {"name": name, "namespace": SPACE, "annotations": named}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": data}


def account(*secrets, **annotations):
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "model", "namespace": SPACE, "annotations": annotations},
        "secrets": [{"name": name} for name in secrets],
    }


def by_role(**settings):
    return account(**ROLE, **{S3 + key.replace("_", "-"): value for key, value in settings.items()})


IN_S3 = {
    "keys": [secret(), account("store")],
    "region": [secret(region="eu-west-1"), account("store")],
    "endpoint": [secret(endpoint="minio:9000"), account("store")],
    "endpoint over http": [secret(endpoint="minio:9000", usehttps="0"), account("store")],
    "endpoint with a scheme": [secret(endpoint="http://minio:9000", usehttps="1"), account("store")],
    "https without an endpoint": [secret(usehttps="0"), account("store")],
    "everything": [
        secret(
            endpoint="minio:9000",
            usehttps="1",
            region="us-east-1",
            verifyssl="0",
            usevirtualbucket="true",
            useaccelerate="true",
            cabundle="/certs/ca.crt",
            cabundle_configmap="own-ca",
        ),
        account("store"),
    ],
    "anonymous": [secret(useanoncredential="true"), account("store")],
    "empty settings": [secret(region="", endpoint=""), account("store")],
    "settings as keys": [secret(data={**KEYS, "S3_ENDPOINT": "minio", "AWS_DEFAULT_REGION": "eu"}), account("store")],
    "annotation before key": [secret(data={**KEYS, "AWS_DEFAULT_REGION": "eu"}, region="ca"), account("store")],
    "settings of an account without a role": [account(**{f"{S3}region": "eu"})],
    "role": [by_role(region="eu-west-1", cabundle_configmap="own-ca")],
    "role and keys": [secret(region="ca-central-1"), {**by_role(region="eu-west-1"), "secrets": [{"name": "store"}]}],
    "two Secrets": [secret(region="a"), secret("other", region="b"), account("store", "other")],
    "no account's Secret": [secret(), account()],
}
ELSEWHERE = {
    "gs://bucket/iris": {"gcloud-application-credentials.json": "{}"},
    "https://a.blob.core.windows.net/models/iris": PRINCIPAL,
    "https://b.blob.core.windows.net/models/iris": {k.replace("AZURE", "AZ"): v for k, v in PRINCIPAL.items()},
    "https://c.blob.core.windows.net/models/iris": {"AZURE_STORAGE_ACCESS_KEY": "throwaway", "AZURE_TENANT_ID": "t"},
    "https://d.blob.core.windows.net/models/iris": {"AZURE_ACCESS_TOKEN": "throwaway", "AZURE_ACCOUNT_NAME": "a"},
    "https://models.example.com/iris.joblib": {"https-host": "models.example.com", "headers": "{}"},
    "hf://org/iris": {"HF_TOKEN": "throwaway"},
    "hdfs://models/iris": {"HDFS_NAMENODE": "http://namenode:9870"},
}
ENTRY = {"type": "s3", "bucket": "bucket", "access_key_id": "throwaway", "secret_access_key": "throwaway"}
BY_ENTRY = {
    "key": ({"mine": ENTRY}, {"key": "mine", "path": "iris"}),
    "default": ({"default": ENTRY}, {"path": "iris"}),
    "default of a type": ({"default_s3": ENTRY}, {"path": "iris", "parameters": {"type": "s3", "bucket": "b"}}),
    "bucket of the parameters": ({"mine": ENTRY}, {"key": "mine", "path": "iris", "parameters": {"bucket": "b"}}),
    "no entry": ({}, {"path": "iris", "parameters": {"type": "s3", "bucket": "b"}}),
}


def told(objects, release, model, **settings):
    """What is told of a model that uses the account."""
    isvc = service(
        {"model": {"modelFormat": {"name": "sklearn"}, **model}, "serviceAccountName": "model"}, namespace=SPACE
    )
    found = tree(isvc, *objects, of=cluster(release, **settings))
    [one] = accesses(found, models(found)[0])
    return one


def same(variables, reading, objects):
    """Whether variables are those of a reading, which copies values out of Secrets where no reference is needed."""
    data = {one["metadata"]["name"]: one.get("stringData", {}) for one in objects}
    for one in variables:
        if one.name in reading.secret_env:
            assert (one.secret, one.key) == reading.secret_env[one.name]
        elif one.name != "STORAGE_OVERRIDE_CONFIG":
            value = data[one.secret][one.key] if one.secret else one.value
            assert reading.env[one.name].removeprefix("https://") == value.removeprefix("https://")


releases = pytest.mark.parametrize("release", [OLDEST, NEWEST])


@releases
@pytest.mark.parametrize("objects", IN_S3.values(), ids=IN_S3)
def test_variables_for_s3_are_those_that_kserve_writes(objects, release):
    reading = read(objects, release=release, storage_uri="s3://bucket/iris", account="model", namespace=SPACE)

    variables = [
        v for v in told(objects, release, {"storageUri": "s3://bucket/iris"}).way.variables if v.name not in BY_EKS
    ]

    theirs = {*reading.secret_env, *(name for name in reading.env if not name.startswith(HUB))}
    assert {one.name for one in variables} == theirs
    same(variables, reading, objects)


@releases
@pytest.mark.parametrize(("uri", "data"), ELSEWHERE.items(), ids=ELSEWHERE)
def test_variables_for_other_stores_are_those_that_kserve_writes(uri, data, release):
    objects = [secret(data=data), account("store")]
    reading = read(objects, release=release, storage_uri=uri, account="model", namespace=SPACE)

    way = told(objects, release, {"storageUri": uri}).way

    theirs = {
        *reading.secret_env,
        *(name for name in reading.env if not name.startswith("HF_HUB") and "_XET_" not in name),
    }
    assert way.code == "keys"
    assert {one.name for one in way.variables} == theirs
    same(way.variables, reading, objects)


@releases
@pytest.mark.parametrize("namespace", [SPACE, "kserve"])
def test_certificates_of_the_platform_are_told(namespace, release):
    config = {"storageInitializer": {**CHART["storageInitializer"], "caBundleConfigMapName": "our-ca"}}
    reading = read([], release=release, storage_uri="hf://org/iris", namespace=namespace, config=config)
    isvc = service({"model": {"storageUri": "hf://org/iris"}}, namespace=namespace)
    found = tree(isvc, of=cluster(release, storage__caBundleConfigMapName="our-ca"))

    [one] = accesses(found, models(found)[0])

    assert {v.name: v.value for v in one.way.variables}.items() <= reading.env.items()
    assert len(one.way.variables) == 2


@releases
@pytest.mark.parametrize(("given", "storage"), BY_ENTRY.values(), ids=BY_ENTRY)
def test_entry_of_a_storage_is_the_one_that_kserve_reads(given, storage, release):
    data = {name: json.dumps(entry) for name, entry in given.items()}
    objects = [secret("storage-config", data)]
    reading = read(objects, release=release, storage=storage, account="model", namespace=SPACE)

    way = told(objects, release, {"storage": storage}).way

    assert {v.name for v in way.variables if v.secret} == reading.secret_env.keys()
    same(way.variables, reading, objects)
