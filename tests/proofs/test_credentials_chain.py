"""Every example of credentials, from platform.yaml to the bytes of the model, with parts that nobody here wrote.

Our commands seal and build; kubeseal or External Secrets makes the Secrets of dist/, with a throwaway key; KServe's own
code makes the container, and KServe's downloader runs in it. The stores are on this machine, let nobody in by mistake,
and ask for the policies and the trust that are in dist/. Without these programs the tests skip.
"""

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests import proofs_wanted
from tests.proofs import download_world
from tests.proofs.chain_aws import granted
from tests.proofs.chain_cluster import pods, told
from tests.proofs.chain_project import EXAMPLES
from tests.proofs.chain_workshop import Workshop
from tests.proofs.credential_reader import NEWEST, OLDEST, Reading, environment
from tests.proofs.download_world import data_of, stores

CASES = sorted(path.parent.name for path in EXAMPLES.glob("*/models"))
S3 = "acme-ml-models.s3.ca-central-1.amazonaws.com"
STS = "sts.ca-central-1.amazonaws.com"
HOSTS = {
    "ack": {STS, S3},
    "anonymous": {"acme-open-data.s3.amazonaws.com"},
    "azure": {"login.microsoftonline.com", "account.blob.core.windows.net"},
    "azure-storage-key": {"account.blob.core.windows.net"},
    "azure-workload-identity": {"login.microsoftonline.com", "account.blob.core.windows.net"},
    "cloudformation": {S3},
    "crossplane": {S3},
    "external-secrets": {S3},
    "gcs": {"oauth2.googleapis.com", "storage.googleapis.com"},
    "gke-workload-identity": {"storage.googleapis.com"},
    "hdfs": {"namenode.example.com"},
    "https": {"models.example.com"},
    "huggingface": {"huggingface.co"},
    "irsa": {STS, S3},
    "kms": {S3},
    "minio": {"minio.example.com"},
    "namespace-default": {S3},
    "namespaces": {"huggingface.co"},
    "own-bucket": {S3, "acme-research.s3.eu-central-1.amazonaws.com"},
    "pod-identity": {S3},
    "registry": {S3},
    "s3": {S3},
    "scope": {S3},
    "storage-config": {"minio.example.com"},
}
"""Who lets the models of an example in."""
MOUNTED = {"opaque", "pvc"}
"""Examples of which nothing is downloaded."""
TAKEN_ON = ["ack", "crossplane", "irsa", "pod-identity"]
"""Those where a pod takes on a role."""
KEYLESS = {*TAKEN_ON, "anonymous", "azure-workload-identity", "gke-workload-identity"}
PATIENT = {"azure"}
"""Its library goes on trying for minutes."""
REFUSED = ("403", "Access Denied", "AccessDenied", "authentication failed", "invalid_client", "Unable to locate cred")


def releases(case):
    """The one in its platform.yaml, and the newest."""
    text = (EXAMPLES / case / "platform.yaml").read_text(encoding="utf-8")
    return dict.fromkeys((yaml.safe_load(text)["kserve"]["version"], NEWEST))


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    proofs_wanted.kubeseal()
    certificates = tmp_path_factory.mktemp("stores")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(download_world, "SCRIPT", Path(__file__).with_name("chain_stores.py"))
        with stores(certificates) as opening:
            yield Workshop(tmp_path_factory.mktemp("projects"), opening, certificates)


def download(cluster, pod, case=""):
    """What the container of a pod does, with a disk of its own."""
    world = replace(cluster.world, folder=cluster.world.folder / pod.name)
    world.folder.mkdir()
    # a store of a storage-config that names no certificate: the image trusts it
    trusted = {"REQUESTS_CA_BUNDLE": str(world.certificates / "own.crt")} if case == "storage-config" else {}
    return replace(cluster, world=world).download(pod, **trusted)


def downloads(cluster, case=""):
    """Of every pod that downloads its model."""
    return [download(cluster, pod, case) for pod in pods(cluster.delivered) if pod.downloads]


def refused(found):
    return bool(found) and all(not one.files and any(word in one.error for word in REFUSED) for one in found)


def with_accounts(cluster, change):
    """The cluster with its ServiceAccounts changed."""
    objects = tuple(change(one) if one["kind"] == "ServiceAccount" else one for one in cluster.delivered.objects)
    return replace(cluster, delivered=replace(cluster.delivered, objects=objects))


@pytest.mark.parametrize(("case", "release"), [(case, release) for case in HOSTS for release in releases(case)])
def test_model_arrives(case, release, workshop, tmp_path):
    found = downloads(workshop.cluster(case, release, tmp_path), case)

    assert [(one.files, one.error) for one in found] == [({"model.joblib": b"a model"}, "")] * len(found)
    assert HOSTS[case] - {host for one in found for host in one.hosts} == set()
    assert {(one.signed, one.tls) for one in found} == {(case != "anonymous", True)}


@pytest.mark.parametrize("case", sorted(HOSTS.keys() - KEYLESS - PATIENT))
def test_model_does_not_arrive_with_the_secret_of_somebody_else(case, workshop, tmp_path):
    cluster = workshop.cluster(case, NEWEST, tmp_path)

    assert refused(downloads(workshop.with_another_secret(cluster, case), case))


@pytest.mark.parametrize("case", [*TAKEN_ON, "cloudformation", "own-bucket", "s3"])
def test_policies_of_dist_are_what_lets_it_in(case, workshop, tmp_path):
    assert refused(downloads(workshop.cluster(case, NEWEST, tmp_path, allowed=False)))


@pytest.mark.parametrize("case", TAKEN_ON)
def test_role_is_for_the_account_of_dist_alone(case, workshop, tmp_path):
    cluster = with_accounts(
        workshop.cluster(case, NEWEST, tmp_path),
        lambda account: {**account, "metadata": {**account["metadata"], "name": "another"}},
    )
    [pod] = pods(cluster.delivered)

    assert refused([download(cluster, replace(pod, account="another"))])


@pytest.mark.parametrize("case", ["azure-workload-identity", "gke-workload-identity"])
def test_what_is_written_on_the_account_is_what_lets_it_in(case, workshop, tmp_path):
    cluster = with_accounts(
        workshop.cluster(case, NEWEST, tmp_path),
        lambda account: {**account, "metadata": {**account["metadata"], "annotations": {}}},
    )

    assert [one.files for one in downloads(cluster)] == [{}]


def test_label_of_the_pod_is_what_gives_it_an_identity_of_azure(workshop, tmp_path):
    cluster = workshop.cluster("azure-workload-identity", NEWEST, tmp_path)
    [pod] = pods(cluster.delivered)

    assert download(cluster, replace(pod, labels={})).files == {}


def test_credential_of_another_bucket_does_not_open_it(workshop, tmp_path):
    cluster = workshop.cluster("own-bucket", NEWEST, tmp_path)
    iris, leaves = pods(cluster.delivered)

    assert refused([download(cluster, replace(iris, account=leaves.account)),
                    download(cluster, replace(leaves, account=iris.account))])  # fmt: skip


def test_downloader_of_v0_20_needs_the_documents_of_v0_20(workshop, tmp_path):
    """It begins with the bucket itself: the policy goes to AWS before KServe goes up."""
    cluster = workshop.cluster("s3", OLDEST, tmp_path)

    assert refused(downloads(replace(cluster, release=NEWEST)))


def test_statement_about_kms_is_what_decrypts(workshop, tmp_path):
    cluster = workshop.cluster("kms", NEWEST, tmp_path)
    [(name, credential)] = workshop.project("kms").credentials.items()
    [policy] = granted(cluster.delivered, name, credential, "none").policies
    kept = [one for one in policy["Statement"] if one["Sid"] != "DecryptModels"]
    told(cluster.world.told["proxy"], "user", name=f"kms-{name}", policies=[{**policy, "Statement": kept}])

    assert len(kept) + 1 == len(policy["Statement"])
    assert refused(downloads(cluster))


@pytest.mark.parametrize("release", [OLDEST, NEWEST])
def test_login_of_a_registry_is_with_every_pod_that_needs_it(release, workshop, tmp_path):
    cluster = workshop.cluster("registry", release, tmp_path)
    churn, iris = pods(cluster.delivered)

    found = [cluster.reading(pod).pull_secrets for pod in (churn, iris)]

    secret, values = cluster.delivered.named("Secret", "registry", "kserve"), workshop.project("registry").values
    login = json.loads(secret["stringData"][".dockerconfigjson"])["auths"]["registry.example.com"]
    assert (churn.downloads, iris.downloads, found) == (True, False, [("registry",), ("registry",)])
    assert secret["type"] == "kubernetes.io/dockerconfigjson"
    assert base64.b64decode(login["auth"]).decode() == ":".join(values["registry"].values())


@pytest.mark.parametrize("release", [OLDEST, NEWEST])
def test_claim_is_mounted_and_nothing_is_read(release, workshop, tmp_path):
    cluster = workshop.cluster("pvc", release, tmp_path)

    found = [cluster.reading(pod) for pod in pods(cluster.delivered)]

    volume = {"kserve-pvc-source": {"persistentVolumeClaim": {"claimName": "models"}}}
    assert [(one.volumes, one.variables, one.args) for one in found] == [(volume, (), ())] * 2


def test_container_of_ones_own_has_the_value_in_its_environment(workshop, tmp_path):
    cluster = workshop.cluster("opaque", OLDEST, tmp_path)
    [pod] = pods(cluster.delivered)

    found = environment(
        Reading(variables=tuple(pod.container["env"])), data_of(cluster.objects(pod), "Secret", "stringData")
    )

    assert found == {"PRICING_TOKEN": workshop.project("opaque").values["pricing-api"]["token"]}


def test_every_example_with_a_model_is_tried():
    assert {*HOSTS, *MOUNTED} == {*CASES}


@pytest.mark.parametrize("case", CASES)
def test_no_value_lies_in_the_project(case, workshop):
    workshop.delivered(case, next(iter(releases(case))))
    project = workshop.project(case)
    texts = [path.read_text(encoding="utf-8") for path in project.root.rglob("*") if path.is_file()]
    values = [value for values in project.values.values() for value in values.values()]

    assert texts
    assert [text for text in texts if any(value in text for value in values)] == []
