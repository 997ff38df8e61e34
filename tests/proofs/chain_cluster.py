"""A pod of a model in dist/, up to the model on its disk: KServe's webhook, those of clouds, KServe's downloader."""

import json
import subprocess
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from tests.proofs.chain_aws import associations
from tests.proofs.chain_project import Delivered
from tests.proofs.credential_reader import Reading, read
from tests.proofs.download_world import DOWNLOADER, PACKAGES, PYTHON, World

CONTROL = "http://control.example.com"
AZURE = "azure.workload.identity"


@dataclass(frozen=True)
class Pod:
    """What of an InferenceService decides how its model gets into the pod."""

    name: str
    namespace: str
    account: str
    uri: str | None
    storage: dict[str, Any] | None
    annotations: dict[str, str]
    labels: dict[str, str] = field(default_factory=dict)
    container: dict[str, Any] = field(default_factory=dict)

    @property
    def downloads(self) -> bool:
        """Whether a container does: claims and images are mounted."""
        return bool(self.storage) or (self.uri or "pvc:").partition(":")[0] not in ("pvc", "oci")


def pods(delivered: Delivered) -> list[Pod]:
    """One for each service, by name."""
    found = [_pod(one, one["spec"]["predictor"]) for one in delivered.of("InferenceService")]
    found += [_llm_pod(one, one["spec"]) for one in delivered.of("LLMInferenceService")]
    return sorted(found, key=lambda one: one.name)


def _pod(service: dict[str, Any], predictor: dict[str, Any]) -> Pod:
    metadata, model = service["metadata"], predictor.get("model", {})
    return Pod(
        metadata["name"],
        metadata["namespace"],
        predictor.get("serviceAccountName", ""),
        model.get("storageUri"),
        model.get("storage"),
        metadata.get("annotations", {}),
        {**metadata.get("labels", {}), **predictor.get("labels", {})},
        (predictor.get("containers") or [{}])[0],
    )


def _llm_pod(service: dict[str, Any], spec: dict[str, Any]) -> Pod:
    metadata, account = service["metadata"], spec["template"].get("serviceAccountName", "")
    return Pod(metadata["name"], metadata["namespace"], account, spec["model"]["uri"], None, {})


@dataclass(frozen=True)
class Download:
    """The files that a container left, what it said last if it failed, and whom it asked.

    `signed`: it said somebody who it is; `tls`: it spoke to nobody without TLS.
    """

    files: dict[str, bytes]
    error: str
    hosts: set[str]
    signed: bool
    tls: bool


@dataclass(frozen=True)
class Cluster:
    """One that has what is in dist/, runs a release of KServe, and where EKS has that issuer."""

    delivered: Delivered
    release: str
    world: World
    issuer: str = "oidc.example.com"

    def objects(self, pod: Pod) -> list[dict[str, Any]]:
        """What there is in the namespace of the pod."""
        kinds = ("Secret", "ServiceAccount", "ConfigMap")
        own = [one for one in self.delivered.objects if one["metadata"].get("namespace") == pod.namespace]
        return [one for one in own if one["kind"] in kinds]

    def reading(self, pod: Pod) -> Reading:
        found = read(
            self.objects(pod),
            release=self.release,
            storage_uri=pod.uri,
            storage=pod.storage,
            account=pod.account,
            namespace=pod.namespace,
            annotations=pod.annotations,
        )
        assert not found.error, found.error
        return found

    def download(self, pod: Pod, **more: str) -> Download:
        """What the container does, with `more` variables; its disk is the folder of the world."""
        reading = self.reading(pod)
        ours = self.world.mounted(reading, self.objects(pod))
        # webhooks of clouds write nothing over what is there
        variables = self.world.network() | self._of_clouds(pod) | ours | more
        target = self.world.folder / "models"
        self.world.seen()
        done = subprocess.run(  # noqa: S603  KServe's own program
            [PYTHON, "-c", DOWNLOADER, reading.args[0], target],
            env={**variables, "PYTHONPATH": PACKAGES[self.release]},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        seen = self.world.seen()
        said = done.stderr.strip().splitlines()[-1] if done.returncode else ""
        left = [path for path in target.rglob("*") if path.is_file() and ".cache" not in path.parts]
        files = {str(path.relative_to(target)): path.read_bytes() for path in left}
        return Download(files, said, {one["host"] for one in seen}, any(one["signed"] for one in seen),
                        all(one["tls"] for one in seen))  # fmt: skip

    def _of_clouds(self, pod: Pod) -> dict[str, str]:
        """What their webhooks add, by the ServiceAccount of the pod and its labels."""
        if not pod.account:
            return {}
        account = self.delivered.named("ServiceAccount", pod.account, pod.namespace)
        notes = account["metadata"].get("annotations", {})
        found = self._of_eks(pod, notes.get("eks.amazonaws.com/role-arn", ""))
        if "iam.gke.io/gcp-service-account" in notes:
            proxy = self.world.told["proxy"]
            found |= {"GCE_METADATA_HOST": proxy, "GCE_METADATA_IP": proxy, "NO_GCE_CHECK": ""}
        if f"{AZURE}/client-id" in notes and pod.labels.get(f"{AZURE}/use") == "true":
            found |= {
                "AZURE_CLIENT_ID": notes[f"{AZURE}/client-id"],
                "AZURE_TENANT_ID": notes.get(f"{AZURE}/tenant-id", "tenant"),
                "AZURE_FEDERATED_TOKEN_FILE": self.world.token(),
                "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/",
            }
        return found

    def _of_eks(self, pod: Pod, role: str) -> dict[str, str]:
        who = {"namespace": pod.namespace, "serviceAccount": pod.account}
        own = [one for one in associations(self.delivered) if who.items() <= one.items()]
        subject = f"system:serviceaccount:{pod.namespace}:{pod.account}"
        token = told(
            self.world.told["proxy"], "pod", subject=subject, issuer=self.issuer, association=own[0] if own else None
        )
        file = self.world.folder / "eks-token"
        if role:
            file.write_text(token, encoding="utf-8")
            return {"AWS_ROLE_ARN": role, "AWS_WEB_IDENTITY_TOKEN_FILE": str(file),
                    "AWS_STS_REGIONAL_ENDPOINTS": "regional"}  # fmt: skip
        if not own:
            return {}
        file.write_text(self.world.told["token"], encoding="utf-8")
        address = f"http://{self.world.told['proxy']}/v1/credentials"
        return {"AWS_CONTAINER_CREDENTIALS_FULL_URI": address, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(file),
                "AWS_DEFAULT_REGION": self.world.told["region"]}  # fmt: skip


def told(address: str, deed: str, **what: Any) -> Any:
    """What the stores at that address answer when they are told what there is in them and who may what."""
    proxy = urllib.request.ProxyHandler({"http": f"http://{address}"})
    request = urllib.request.Request(f"{CONTROL}/{deed}", json.dumps(what).encode())  # noqa: S310  a literal
    with urllib.request.build_opener(proxy).open(request, timeout=30) as answer:
        return json.load(answer)
