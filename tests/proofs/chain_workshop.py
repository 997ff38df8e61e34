"""The examples of credentials, each sealed once and built once for a release, and the stores that they are for."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kserve_gitops.serving.credential_types import sealed_keys
from tests.proofs.chain_aws import ROLES, granted
from tests.proofs.chain_cluster import Cluster, Pod, pods, told
from tests.proofs.chain_project import Delivered, Project
from tests.proofs.download_world import World

ALL_OF_S3 = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
"""For a store of one's own, of which no document is made."""


@dataclass(frozen=True)
class Owner:
    """Who has keys of S3, and what opens the other stores."""

    keys: dict[str, str]
    told: dict[str, str]

    def values(self, credential: Mapping[str, Any]) -> dict[str, str]:
        """What is sealed of a credential, by key."""
        token, type_ = self.told["token"], credential["type"]
        headers = json.dumps({"Authorization": f"Bearer {token}"})
        if type_ == "hdfs":  # all of its keys may be left out
            return {"HEADERS": headers}
        whole = {"azure": token, "huggingface": token, "https": headers, "gcs": self.told["google"],
                 "azure-storage-key": self.told["azure"]}  # fmt: skip
        id_, key = self.keys.values()
        known = {**self.keys, "access_key_id": id_, "secret_access_key": key}
        names = [key.name for key in sealed_keys(type_, credential)]
        return {name: known.get(name.rpartition(".")[2], whole.get(type_, f"{token}-{name}")) for name in names}


class Workshop:
    """Makes clusters out of examples."""

    def __init__(self, folder: Path, opening: dict[str, Any], certificates: Path) -> None:
        self.folder, self.opening, self.certificates = folder, opening, certificates
        self.projects: dict[str, Project] = {}
        self.built: dict[tuple[str, str], Delivered] = {}

    def project(self, case: str) -> Project:
        """Sealed, not built."""
        if case not in self.projects:
            folder = self.folder / case
            folder.mkdir()
            found = Project(case, folder, (self.certificates / "own.crt").read_text(encoding="utf-8"))
            for name, credential in found.credentials.items():
                found.seal(name, self._owner(f"{case}-{name}").values(credential))
            self.projects[case] = found
        return self.projects[case]

    def delivered(self, case: str, release: str) -> Delivered:
        """Built for a release of KServe."""
        if (case, release) not in self.built:
            self.built[case, release] = self.project(case).synth(release)
        return self.built[case, release]

    def cluster(self, case: str, release: str, folder: Path, *, allowed: bool = True) -> Cluster:
        """One with the example, beside an AWS that is set up by its documents, unless `allowed`: without policies.

        The containers have their disks below `folder`.
        """
        delivered, platform = self.delivered(case, release), self.project(case).platform
        world = World(self.opening, self.certificates, folder)
        for pod in pods(delivered):
            self._fill(platform, pod)
        provision = platform["storage"].get("provision", "none")
        for name, credential in self.project(case).credentials.items():
            grant = granted(delivered, name, credential, provision)
            policies = grant.policies if allowed else []
            if credential["type"] in ROLES:
                self._tell("role", arn=credential["roleArn"], policies=policies, trust=grant.trust)
            elif "endpoint" in platform["storage"] or credential["type"] == "storage-config":
                self._owner(f"{case}-{name}", [ALL_OF_S3] if allowed else [])
            else:
                self._owner(f"{case}-{name}", policies)
        return Cluster(delivered, release, world, platform.get("eks", {}).get("oidcProvider", ""))

    def with_another_secret(self, cluster: Cluster, case: str) -> Cluster:
        """The cluster, with what somebody else has for the same kinds of store in its Secrets."""
        another = {"token": "another-token", "azure": base64.b64encode(b"another-azure-key").decode(),
                   "google": self.opening["google"].replace("iris@", "another@")}  # fmt: skip
        stranger, project = replace(self._owner("stranger"), told=another), self.project(case)
        swapped: dict[str, str] = {}
        for name, credential in project.credentials.items():
            ours, theirs = project.values[name], stranger.values(credential)
            swapped |= {ours[key]: theirs[key] for key in ours}
        objects = tuple(_swapped(one, swapped) for one in cluster.delivered.objects)
        assert objects != cluster.delivered.objects
        return replace(cluster, delivered=replace(cluster.delivered, objects=objects))

    def _owner(self, name: str, policies: Iterable[Any] = ()) -> Owner:
        return Owner(self._tell("user", name=name, policies=list(policies)), self.opening)

    def _fill(self, platform: Mapping[str, Any], pod: Pod) -> None:
        """Put the model of a pod into S3, if that is where it is."""
        uri, blocks = pod.uri or "", platform.get("credentials", {})
        if pod.storage:
            [entries] = [one["entries"] for one in blocks.values()]
            uri = f"s3://{entries[pod.storage['key']]['bucket']}/{pod.storage['path']}"
        if uri.startswith("s3://"):
            public = any(one.get("anonymous") for one in blocks.values())
            self._tell("bucket", uri=uri, public=public, kms=platform["storage"].get("kmsKeyArn", ""))

    def _tell(self, deed: str, **what: Any) -> Any:
        return told(self.opening["proxy"], deed, **what)


def _swapped(one: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    if one["kind"] != "Secret":
        return one
    data = dict(one["stringData"])
    for old, new in values.items():
        data = {key: text.replace(old, new) for key, text in data.items()}
    return {**one, "stringData": data}
