"""What KServe's own code makes of Secrets and ServiceAccounts, store by store, in two releases.

The program in tests/proofs/webhook answers (`make tools` builds it); without it these tests skip.
"""

from dataclasses import dataclass, field

import pytest

from tests.proofs.credential_manifests import HUB, KEYS, MODEL, S3, account, asked, container, opened, secret
from tests.proofs.credential_reader import CHART, NEWEST, OLDEST

ROLE = {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/iris"}
S3_KEYS = {key: ("store", key) for key in KEYS}
CA_MOUNT = ("/etc/ssl/custom-certs", "cabundle-cert")

releases = pytest.mark.parametrize("release", [OLDEST, NEWEST])


@dataclass(frozen=True)
class Case:
    """Objects, and what KServe makes of them: beside what every container gets, and the volume of the model."""

    objects: list
    uri: str = "s3://bucket/iris"
    env: dict = field(default_factory=dict)
    secret_env: dict = field(default_factory=dict)
    mounts: tuple = ()
    volumes: dict = field(default_factory=dict)
    later: dict | None = None
    """The variables in the newest release, if they are not the same."""
    more: dict = field(default_factory=dict)
    """What else is asked."""


def s3(env, later=None, **annotations):
    return Case(opened(**annotations), env=env, secret_env=S3_KEYS, later=later)


def url(address, host="minio.example.com", **more):
    return {"S3_ENDPOINT": host, "AWS_ENDPOINT_URL": address, **more}


OWN_CA = {"AWS_CA_BUNDLE_CONFIGMAP": "own-ca", "CA_BUNDLE_CONFIGMAP_NAME": "own-ca",
          "CA_BUNDLE_VOLUME_MOUNT_POINT": "/etc/ssl/custom-certs"}  # fmt: skip
GLOBAL_CA = {"CA_BUNDLE_CONFIGMAP_NAME": "global-ca-bundle", "CA_BUNDLE_VOLUME_MOUNT_POINT": "/etc/ssl/custom-certs"}
WITH_CA = {"storageInitializer": {**CHART["storageInitializer"], "caBundleConfigMapName": "our-ca"}}
FILE = "gcloud-application-credentials.json"
PRINCIPAL = {"AZURE_CLIENT_ID": "c", "AZURE_CLIENT_SECRET": "throwaway", "AZURE_TENANT_ID": "t"}
BLOB = "https://account.blob.core.windows.net/models/iris"
WEB = "https://models.example.com/iris.joblib"
HEADERS = '{"Authorization": "Bearer throwaway"}'
ANONYMOUS = [{"name": "awsAnonymousCredential", "value": "true"}]

S3_CASES = {
    "keys": s3({}),
    "region": s3({"AWS_DEFAULT_REGION": "eu-west-1"}, region="eu-west-1"),
    "endpoint without a scheme": s3(url("https://minio.example.com"), endpoint="minio.example.com"),
    "endpoint over http": s3(
        url("http://minio.example.com", S3_USE_HTTPS="0"), endpoint="minio.example.com", usehttps="0"
    ),
    "endpoint over https": s3(
        url("https://minio.example.com", S3_USE_HTTPS="1"), endpoint="minio.example.com", usehttps="1"
    ),
    "a scheme in the endpoint is one too many, until v0.17": s3(
        url("https://http://minio.example.com", host="http://minio.example.com"),
        url("http://minio.example.com", S3_USE_HTTPS="0"),
        endpoint="http://minio.example.com",
    ),
    "the scheme in the endpoint counts more than usehttps, from v0.17 on": s3(
        url("http://https://minio.example.com", host="https://minio.example.com", S3_USE_HTTPS="0"),
        url("https://minio.example.com", S3_USE_HTTPS="1"),
        endpoint="https://minio.example.com",
        usehttps="0",
    ),
    "usehttps without an endpoint": s3({"S3_USE_HTTPS": "0"}, {}, usehttps="0"),
    "verifyssl": s3({"S3_VERIFY_SSL": "0"}, verifyssl="0"),
    "usevirtualbucket": s3({"S3_USER_VIRTUAL_BUCKET": "true"}, usevirtualbucket="true"),
    "useaccelerate": s3({"S3_USE_ACCELERATE": "true"}, useaccelerate="true"),
    "useanoncredential": s3({"awsAnonymousCredential": "true"}, useanoncredential="true"),
    "cabundle": s3({"AWS_CA_BUNDLE": "/certs/ca.crt"}, cabundle="/certs/ca.crt"),
    "an empty annotation is none": s3({}, region="", endpoint=""),
    "cabundle-configmap": Case(
        opened(cabundle_configmap="own-ca"),
        env=OWN_CA,
        secret_env=S3_KEYS,
        mounts=(CA_MOUNT,),
        volumes={"cabundle-cert": {"configMap": {"name": "own-ca"}}},
    ),
    "cabundle says where cabundle-configmap is mounted": Case(
        opened(cabundle_configmap="own-ca", cabundle="/certs/cabundle.crt"),
        env={**OWN_CA, "AWS_CA_BUNDLE": "/certs/cabundle.crt", "CA_BUNDLE_VOLUME_MOUNT_POINT": "/certs"},
        secret_env=S3_KEYS,
        mounts=(("/certs", "cabundle-cert"),),
        volumes={"cabundle-cert": {"configMap": {"name": "own-ca"}}},
    ),
    "the CA of all models is called global-ca-bundle": Case(
        [],
        env=GLOBAL_CA,
        mounts=(CA_MOUNT,),
        volumes={"cabundle-cert": {"configMap": {"name": "global-ca-bundle"}}},
        more={"config": WITH_CA},
    ),
    "the CA of all models has its own name where KServe is": Case(
        [],
        env={**GLOBAL_CA, "CA_BUNDLE_CONFIGMAP_NAME": "our-ca"},
        mounts=(CA_MOUNT,),
        volumes={"cabundle-cert": {"configMap": {"name": "our-ca"}}},
        more={"config": WITH_CA, "namespace": "kserve"},
    ),
    "settings as keys of the Secret": Case(
        opened({**KEYS, "S3_ENDPOINT": "minio.example.com", "S3_USE_HTTPS": "0", "AWS_DEFAULT_REGION": "eu-west-1"}),
        env=url("http://minio.example.com", S3_USE_HTTPS="0", AWS_DEFAULT_REGION="eu-west-1"),
        secret_env=S3_KEYS,
    ),
    "annotation before key of the Secret": Case(
        opened({**KEYS, "AWS_DEFAULT_REGION": "eu-west-1"}, region="ca-central-1"),
        env={"AWS_DEFAULT_REGION": "ca-central-1"},
        secret_env=S3_KEYS,
    ),
    "annotations of a ServiceAccount without a role say nothing": Case(
        [account(annotations={f"{S3}region": "eu-west-1", f"{S3}endpoint": "minio.example.com"})]
    ),
    "role, region": Case(
        [account(annotations={**ROLE, f"{S3}region": "eu-west-1"})], env={"AWS_DEFAULT_REGION": "eu-west-1"}
    ),
    "role alone": Case([account(annotations=ROLE)]),
    "role and a Secret: the keys win": Case(
        [secret(region="ca-central-1"), account("store", annotations={**ROLE, f"{S3}region": "eu-west-1"})],
        env={"AWS_DEFAULT_REGION": "ca-central-1"},
        secret_env=S3_KEYS,
    ),
    "role and cabundle-configmap": Case(
        [account(annotations={**ROLE, f"{S3}cabundle-configmap": "own-ca"})],
        env=OWN_CA,
        mounts=(CA_MOUNT,),
        volumes={"cabundle-cert": {"configMap": {"name": "own-ca"}}},
    ),
    "identities of pods: KServe adds nothing": Case([account()]),
    "no ServiceAccount": Case([]),
    "ClusterStorageContainer instead of a Secret": Case(
        [container(env=ANONYMOUS)], env={"awsAnonymousCredential": "true"}
    ),
    "imagePullSecrets are no credentials": Case([secret(), account(pull=["store"])]),
    "annotations of a Secret without keys say nothing": Case(opened({}, useanoncredential="true", region="eu-west-1")),
    "role, anonymous": Case(
        [account(annotations={**ROLE, f"{S3}useanoncredential": "true"})], env={"awsAnonymousCredential": "true"}
    ),
    "the Secret is looked up by its key, not its type": Case(opened({"AWS_ACCESS_KEY_ID": "throwaway"})),
    "the names of keys that Go has as default are not those of the chart": Case(
        opened({"awsAccessKeyID": "throwaway", "awsSecretAccessKey": "throwaway"})
    ),
}

OTHER_CASES = {
    "GCS": Case(
        opened({FILE: "{}"}),
        uri="gs://bucket/iris",
        env={"GOOGLE_APPLICATION_CREDENTIALS": f"/var/secrets/{FILE}"},
        mounts=(("/var/secrets/", "user-gcp-sa"),),
        volumes={"user-gcp-sa": {"secret": {"secretName": "store"}}},
    ),
    "Azure service principal": Case(
        opened({**PRINCIPAL, "AZURE_SUBSCRIPTION_ID": "s"}),
        uri=BLOB,
        secret_env={key: ("store", key) for key in (*PRINCIPAL, "AZURE_SUBSCRIPTION_ID")},
    ),
    "Azure service principal without a subscription": Case(
        opened(PRINCIPAL), uri=BLOB, secret_env={key: ("store", key) for key in PRINCIPAL}
    ),
    "Azure service principal, old names": Case(
        opened({key.replace("AZURE", "AZ"): value for key, value in PRINCIPAL.items()}),
        uri=BLOB,
        secret_env={key: ("store", key.replace("AZURE", "AZ")) for key in PRINCIPAL},
    ),
    "Azure storage key": Case(
        opened({"AZURE_STORAGE_ACCESS_KEY": "throwaway"}),
        uri=BLOB,
        secret_env={"AZURE_STORAGE_ACCESS_KEY": ("store", "AZURE_STORAGE_ACCESS_KEY")},
    ),
    "Azure storage key: nothing else of the Secret is read": Case(
        opened({"AZURE_STORAGE_ACCESS_KEY": "throwaway", "AZURE_TENANT_ID": "t", "AZURE_ACCOUNT_NAME": "a"}),
        uri=BLOB,
        secret_env={"AZURE_STORAGE_ACCESS_KEY": ("store", "AZURE_STORAGE_ACCESS_KEY")},
    ),
    "headers of a host stand in the pod": Case(
        opened({"https-host": "models.example.com", "headers": HEADERS}),
        uri=WEB,
        env={"models.example.com-headers": HEADERS},
    ),
    "host without headers": Case(opened({"https-host": "models.example.com"}), uri=WEB),
    "headers without a host": Case(opened({"headers": HEADERS}), uri=WEB),
    "HDFS": Case(
        opened({"HDFS_NAMENODE": "http://namenode.example.com:9870", "KERBEROS_PRINCIPAL": "p"}),
        uri="hdfs://models/iris",
        mounts=(("/var/secrets/kserve-hdfscreds", "hdfs-secrets"),),
        volumes={"hdfs-secrets": {"secret": {"secretName": "store"}}},
    ),
    "Hugging Face": Case(
        opened({"HF_TOKEN": "throwaway"}), uri="hf://org/iris", secret_env={"HF_TOKEN": ("store", "HF_TOKEN")}
    ),
    "all Secrets of the ServiceAccount, whatever the address": Case(
        [secret(), secret({"HF_TOKEN": "throwaway"}, name="hub"), account("store", "hub")],
        uri="hf://org/iris",
        secret_env={**S3_KEYS, "HF_TOKEN": ("hub", "HF_TOKEN")},
    ),
    "one Secret is for one store: S3 before all others": Case(
        opened({**KEYS, "HF_TOKEN": "throwaway", FILE: "{}"}), uri="hf://org/iris", secret_env=S3_KEYS
    ),
    "a Secret that is for nothing": Case(opened({"password": "throwaway"})),
    "annotation on the service: that Secret alone": Case(
        [secret(), secret({"HF_TOKEN": "throwaway"}, name="hub"), account("store")],
        uri="hf://org/iris",
        secret_env={"HF_TOKEN": ("hub", "HF_TOKEN")},
        more={"annotations": {"serving.kserve.io/secretName": "hub"}},
    ),
    "annotation on the service, but no ServiceAccount": Case(
        [secret()], more={"annotations": {"serving.kserve.io/secretName": "store"}}
    ),
    "the name of that annotation in KServe's kustomization is not the chart's": Case(
        [secret(), account()], more={"annotations": {"serving.kserve.io/storageSecretName": "store"}}
    ),
}


@releases
@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in {**S3_CASES, **OTHER_CASES}.items()])
def test_variables_mounts_and_volumes(case, release):
    reading = asked(release, case.objects, case.uri, **case.more)

    env = case.env if case.later is None or release == OLDEST else case.later
    assert (reading.env, reading.secret_env, reading.error) == ({**env, **HUB}, case.secret_env, "")
    assert reading.args == (case.uri, "/mnt/models")
    assert sorted(reading.mounts) == sorted((MODEL, *case.mounts))
    assert reading.volumes == {"kserve-provision-location": {"emptyDir": {}}, **case.volumes}


@releases
@pytest.mark.parametrize(
    ("uri", "containers", "volumes"),
    [
        (
            "oci://registry.example.com/iris:1",
            ("modelcar-init", "kserve-container", "modelcar"),
            {"kserve-provision-location": {"emptyDir": {}}},
        ),
        (
            "pvc://claim/iris",
            ("kserve-container",),
            {"kserve-pvc-source": {"persistentVolumeClaim": {"claimName": "claim"}}},
        ),
    ],
)
def test_images_and_claims_need_no_download_and_no_secret_of_the_account(uri, containers, volumes, release):
    reading = asked(release, [account("gone", pull=["registry"])], uri)

    assert (reading.variables, reading.args, reading.error) == ((), (), "")
    assert reading.containers == containers
    assert reading.pull_secrets == ("registry",)
    assert reading.volumes == volumes


@releases
@pytest.mark.parametrize(("data", "uri"), [({FILE: "{}"}, "gs://b/m"), ({"HDFS_NAMENODE": "x"}, "hdfs://m")])
def test_two_secrets_of_one_store_are_mounted_on_one_path(data, uri, release):
    objects = [secret(data), secret(data, name="second"), account("store", "second")]

    reading = asked(release, objects, uri)

    paths = [path for path, _ in reading.mounts]
    assert len(paths) == len(set(paths)) + 1
    assert [volume["secret"]["secretName"] for volume in reading.volumes.values() if "secret" in volume] == ["store"]
