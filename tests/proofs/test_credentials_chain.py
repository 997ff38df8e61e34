"""Every example of credentials, from platform.yaml to the bytes of the model, with parts that nobody here wrote.

Our commands seal and build; kubeseal (or External Secrets) makes Secrets of dist/ with a throwaway key; KServe's own
code makes the container, and KServe's downloader runs in it, against stores on this machine that let nobody in by
mistake. Without these programs the tests skip.
"""

import base64
import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from kserve_gitops.serving.credential_types import sealed_keys
from tests.proofs import download_world
from tests.proofs.chain_aws import ROLES, granted
from tests.proofs.chain_cluster import Cluster, Pod, pods, told
from tests.proofs.chain_project import EXAMPLES, Delivered, Project
from tests.proofs.credential_reader import NEWEST, OLDEST, Reading, environment
from tests.proofs.download_world import World, data_of, stores

CASES = sorted(path.parent.name for path in EXAMPLES.glob("*/models"))
MOUNTED = ("opaque", "pvc")
"""Those of which nothing is downloaded."""
FETCHED = [case for case in CASES if case not in MOUNTED]
IDENTITIES = ("ack", "crossplane", "irsa", "pod-identity")
OPEN = ("anonymous", "azure-workload-identity", "gke-workload-identity")
"""Those with nothing to be wrong: no key, and no document."""
PATIENT = "azure"
"""Its library goes on trying for minutes."""
ALL_OF_S3 = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
"""For a store of one's own, of which no document is made."""
WHERE = {"azure-storage-key": "iris/model.joblib"}
"""KServe keeps the folder of what is in a file share."""


def releases(case):
    """The one in its platform.yaml, and the newest."""
    text = (EXAMPLES / case / "platform.yaml").read_text(encoding="utf-8")
    return dict.fromkeys((yaml.safe_load(text)["kserve"]["version"], NEWEST))


@dataclass(frozen=True)
class Owner:
    """Who has keys, tokens and passwords."""

    told: dict
    name: str
    keys: dict

    def values(self, credential):
        """What is sealed of a credential, by key."""
        token, type_ = self.told["token"], credential["type"]
        headers = json.dumps({"Authorization": f"Bearer {token}"})
        names = [key.name for key in sealed_keys(type_, credential)]
        by_type = {
            "gcs": self.told["google"],
            "azure-storage-key": self.told["azure"],
            "https": headers,
        }
        if type_ == "hdfs":
            return {"HEADERS": headers}
        if type_ == "storage-config":
            ours = dict(zip(("access_key_id", "secret_access_key"), self.keys.values(), strict=True))
            return {name: ours[name.rpartition(".")[2]] for name in names}
        return {name: self.keys.get(name, by_type.get(type_, token)) for name in names}


class Workshop:
    """The examples, each sealed once and built once for a release, and the stores that they are for."""

    def __init__(self, folder: Path, opened: dict, certificates: Path) -> None:
        self.folder, self.opened, self.certificates = folder, opened, certificates
        self.projects: dict[str, Project] = {}
        self.built: dict[tuple[str, str], Delivered] = {}

    def world(self, folder: Path) -> World:
        return World(self.opened, self.certificates, folder)

    def owner(self, name: str, policies=()) -> Owner:
        return Owner(self.opened, name, told(self.world(self.folder), "user", name=name, policies=list(policies)))

    def stranger(self) -> Owner:
        """Somebody with credentials of the same kind, which open something else."""
        another = {"token": "another-token", "azure": base64.b64encode(b"another-azure-key").decode(),
                   "google": self.opened["google"].replace("iris@", "another@")}  # fmt: skip
        return replace(self.owner("stranger"), told=another)

    def project(self, case: str) -> Project:
        if case not in self.projects:
            folder = self.folder / case
            folder.mkdir()
            found = Project(case, folder, (self.certificates / "own.crt").read_text(encoding="utf-8"))
            for name, credential in found.credentials.items():
                found.seal(name, self.owner(f"{case}-{name}").values(credential))
            self.projects[case] = found
        return self.projects[case]

    def delivered(self, case: str, release: str) -> Delivered:
        project = self.project(case)
        if (case, release) not in self.built:
            self.built[case, release] = project.synth(release)
        return self.built[case, release]

    def cluster(self, case: str, release: str, folder: Path, *, allowed: bool = True) -> Cluster:
        """One with the example; AWS is set up by its documents, or without any policy."""
        delivered, platform = self.delivered(case, release), self.project(case).platform
        storage, world = platform["storage"], self.world(folder)
        for pod in pods(delivered):
            self._fill(case, pod, world)
        for name, credential in self.project(case).credentials.items():
            grant = granted(delivered, name, credential, storage.get("provision", "none"))
            policies = grant.policies if allowed else []
            if credential["type"] in ROLES:
                told(world, "role", arn=credential["roleArn"], policies=policies, trust=grant.trust)
            elif "endpoint" in storage or credential["type"] == "storage-config":
                self.owner(f"{case}-{name}", [ALL_OF_S3] if allowed else [])
            elif credential["type"] == "s3":
                self.owner(f"{case}-{name}", policies)
        issuer = platform.get("eks", {}).get("oidcProvider", "")
        return Cluster(delivered, release, world, issuer)

    def _fill(self, case: str, pod: Pod, world: World) -> None:
        """Put the model of a pod into S3, if that is where it is."""
        platform = self.project(case).platform
        storage = platform["storage"]
        uri = pod.uri or ""
        if pod.storage:
            [stores] = self.project(case).credentials.values()
            uri = f"s3://{stores['entries'][pod.storage['key']]['bucket']}/{pod.storage['path']}"
        if uri.startswith("s3://"):
            public = case == "anonymous"
            told(world, "bucket", uri=uri, region="ca-central-1", public=public, kms=storage.get("kmsKeyArn", ""))


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    certificates = tmp_path_factory.mktemp("stores")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(download_world, "SCRIPT", Path(__file__).with_name("chain_stores.py"))
        with stores(certificates) as opened:
            yield Workshop(tmp_path_factory.mktemp("projects"), opened, certificates)


def trusting(case, world):
    """The store of a storage-config has no certificate of its own to name: the image trusts it."""
    return {"REQUESTS_CA_BUNDLE": str(world.certificates / "own.crt")} if case == "storage-config" else {}


def fresh(cluster, pod):
    """The cluster with an empty disk for the container."""
    folder = cluster.world.folder / pod.name
    folder.mkdir()
    return replace(cluster, world=replace(cluster.world, folder=folder))


def downloads(cluster, case):
    """`downloads[name of the model]`."""
    found = {}
    for pod in pods(cluster.delivered):
        if pod.downloads:
            own = fresh(cluster, pod)
            found[pod.name] = own.download(pod, **trusting(case, own.world))
    return found


def with_secrets_of(owner, cluster, project):
    """The cluster, with what somebody else has in its Secrets."""
    swapped = {}
    for name, credential in project.credentials.items():
        ours, theirs = project.values[name], owner.values(credential)
        swapped |= {ours[key]: theirs[key] for key in ours}
    objects = tuple(_swapped(one, swapped) if one["kind"] == "Secret" else one for one in cluster.delivered.objects)
    assert objects != cluster.delivered.objects
    return replace(cluster, delivered=replace(cluster.delivered, objects=objects))


def _swapped(secret, values):
    data = dict(secret["stringData"])
    for old, new in values.items():
        data = {key: text.replace(old, new) for key, text in data.items()}
    return {**secret, "stringData": data}


@pytest.mark.parametrize(("case", "release"), [(case, release) for case in FETCHED for release in releases(case)])
def test_model_arrives(case, release, workshop, tmp_path):
    found = downloads(workshop.cluster(case, release, tmp_path), case)

    print(case, {n: (d.hosts, d.signed) for n, d in found.items()})
    assert {(tuple(one.files), one.error) for one in found.values()} == {((WHERE.get(case, "model.joblib"),), "")}


@pytest.mark.parametrize("case", [case for case in FETCHED if case not in (*IDENTITIES, *OPEN, PATIENT)])
def test_model_does_not_arrive_with_a_secret_of_somebody_else(case, workshop, tmp_path):
    cluster = workshop.cluster(case, NEWEST, tmp_path)

    found = downloads(with_secrets_of(workshop.stranger(), cluster, workshop.project(case)), case)

    print(case, {n: d.error[:200] for n, d in found.items()})
    assert not any(one.files for one in found.values())
