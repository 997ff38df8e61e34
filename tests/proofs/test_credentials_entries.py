"""What KServe's own code makes of `storage`, whose Secret has an entry for each store; and for what it refuses a pod.

As in test_credentials_read.py, the program in tests/proofs/webhook answers; without it these tests skip.
"""

import json

import pytest

from tests.proofs.credential_manifests import MODEL, SPACE, account, asked, entries, opened, secret
from tests.proofs.credential_reader import NEWEST, OLDEST

CA_MOUNT = ("/etc/ssl/custom-certs", "cabundle-cert")

releases = pytest.mark.parametrize("release", [OLDEST, NEWEST])

ENTRY = {"type": "s3", "bucket": "bucket", "access_key_id": "throwaway", "secret_access_key": "throwaway"}
IN_S3 = ("s3://bucket/iris", "/mnt/models")
STORAGE_CASES = {
    # entries of the Secret, `storage`, arguments, key of STORAGE_CONFIG, STORAGE_OVERRIDE_CONFIG
    "key": ({"mine": ENTRY}, {"key": "mine", "path": "iris"}, IN_S3, "mine", None),
    "a slash before the path": ({"mine": ENTRY}, {"key": "mine", "path": "/iris"}, IN_S3, "mine", None),
    "no key: the entry default": ({"default": ENTRY}, {"path": "iris"}, IN_S3, "default", None),
    "no key, a type: the entry of the type": (
        {"default_s3": ENTRY},
        {"path": "iris", "parameters": {"type": "s3", "bucket": "bucket"}},
        IN_S3,
        "default_s3",
        {"type": "s3", "bucket": "bucket"},
    ),
    "the bucket of the parameters": (
        {"mine": ENTRY},
        {"key": "mine", "path": "iris", "parameters": {"bucket": "other"}},
        ("s3://other/iris", "/mnt/models"),
        "mine",
        {"bucket": "other"},
    ),
    "parameters alone": (
        {},
        {"path": "iris", "parameters": {"type": "s3", "bucket": "bucket", "anonymous": "true"}},
        IN_S3,
        None,
        {"type": "s3", "bucket": "bucket", "anonymous": "true"},
    ),
    "HDFS": (
        {"mine": {"type": "webhdfs", "HDFS_NAMENODE": "http://namenode.example.com:9870"}},
        {"key": "mine", "path": "models/iris"},
        ("webhdfs://models/iris", "/mnt/models"),
        "mine",
        None,
    ),
}


@releases
@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in STORAGE_CASES.items()])
def test_storage_names_an_entry_of_the_secret(case, release):
    given, storage, arguments, key, override = case

    reading = asked(release, [entries(**given)], storage=storage)

    assert (reading.args, reading.error) == (arguments, "")
    assert reading.secret_env == ({"STORAGE_CONFIG": ("storage-config", key)} if key else {})
    assert json.loads(reading.env.get("STORAGE_OVERRIDE_CONFIG", "null")) == override
    assert reading.mounts == (MODEL,)


@releases
def test_storage_reads_no_secret_of_the_service_account(release):
    reading = asked(release, [entries(mine=ENTRY), *opened()], storage={"key": "mine", "path": "iris"})

    assert reading.secret_env == {"STORAGE_CONFIG": ("storage-config", "mine")}


@releases
def test_storage_takes_the_secret_of_the_annotation(release):
    other = {**entries(mine=ENTRY), "metadata": {"name": "other", "namespace": SPACE}}

    reading = asked(release, [other], storage={"key": "mine", "path": "iris"},
                    annotations={"serving.kserve.io/secretName": "other"})  # fmt: skip

    assert reading.secret_env == {"STORAGE_CONFIG": ("other", "mine")}


@releases
@pytest.mark.parametrize(("parameters", "mounted"), [({}, True), ({"type": "s3", "bucket": "bucket"}, False)])
def test_ca_of_an_entry_is_mounted_unless_the_parameters_have_a_type(parameters, mounted, release):
    reading = asked(release, [entries(mine={**ENTRY, "cabundle_configmap": "own-ca"})],
                    storage={"key": "mine", "path": "iris", "parameters": parameters})  # fmt: skip

    assert ((CA_MOUNT in reading.mounts), reading.env.get("CA_BUNDLE_CONFIGMAP_NAME")) == (
        mounted,
        "own-ca" if mounted else None,
    )


REFUSED = {
    "no Secret": ([account("store")], {}, 'secrets "store" not found'),
    "Secret in another namespace": ([secret(namespace="other"), account("store")], {}, 'secrets "store" not found'),
    "no Secret of the annotation": (
        [account()],
        {"annotations": {"serving.kserve.io/secretName": "gone"}},
        'secrets "gone" not found',
    ),
    "no entry": ([entries(other=ENTRY)], {"key": "mine"}, "specified storage key mine not found in storage secret"),
    "no storage-config": ([], {"key": "mine"}, "can't read storage secret storage-config"),
    "no type": ([entries(mine={"bucket": "bucket"})], {"key": "mine"}, "unable to determine storage type"),
    "nothing at all": ([], {"path": "iris"}, "unable to determine storage type"),
    "a type that is none": ([entries(mine={"type": "gs", "bucket": "b"})], {"key": "mine"}, "storage type [gs] is not"),
    "no bucket": ([entries(mine={"type": "s3"})], {"key": "mine"}, "format [s3] requires a bucket"),
    "no JSON": ([entries(mine="type: s3")], {"key": "mine"}, "invalid json encountered in key mine"),
    "a number in the JSON": ([entries(mine={**ENTRY, "port": 1})], {"key": "mine"}, "invalid json encountered in key"),
}


@releases
@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in REFUSED.items()])
def test_pod_is_refused(case, release):
    objects, given, message = case
    more = given if "annotations" in given or not given else {"storage": {"path": "iris", **given}}

    assert message in asked(release, objects, **more).error
