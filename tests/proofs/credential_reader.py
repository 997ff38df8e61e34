"""What KServe reads out of Secrets and ServiceAccounts when it makes the pod of a model: KServe's own code answers.

`read` asks the program in tests/proofs/webhook, `make tools` builds it; without it the test that asks is skipped.
`environment` does what the kubelet does next. Neither prints a value of a Secret.
"""

import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.proofs_wanted import TOOLS

OLDEST, NEWEST = "v0.16.0", "v0.20.0"
CONTAINER = "storage-initializer"
DOWNLOADER = {"memoryRequest": "100Mi", "memoryLimit": "1Gi", "cpuRequest": "100m", "cpuLimit": "1"}
CHART = {
    "credentials": {
        "storageSpecSecretName": "storage-config",
        "storageSecretNameAnnotation": "serving.kserve.io/secretName",
        "gcs": {"gcsCredentialFileName": "gcloud-application-credentials.json"},
        "s3": {
            "s3AccessKeyIDName": "AWS_ACCESS_KEY_ID",
            "s3SecretAccessKeyName": "AWS_SECRET_ACCESS_KEY",
            "s3Endpoint": "",
            "s3UseHttps": "",
            "s3Region": "",
            "s3VerifySSL": "",
            "s3UseVirtualBucket": "",
            "s3UseAnonymousCredential": "",
            "s3CABundle": "",
        },
    },
    "storageInitializer": {
        **DOWNLOADER,
        "image": "kserve/storage-initializer",
        "caBundleConfigMapName": "",
        "caBundleVolumeMountPath": "/etc/ssl/custom-certs",
        "enableModelcar": True,
        "uidModelcar": 1010,
        "cpuModelcar": "10m",
        "memoryModelcar": "15Mi",
    },
    "agent": {**DOWNLOADER, "image": "kserve/agent"},
    "logger": {**DOWNLOADER, "image": "kserve/agent", "defaultUrl": "http://default-broker"},
    "batcher": {**DOWNLOADER, "image": "kserve/agent", "maxBatchSize": "32", "maxLatency": "5000"},
}
"""What KServe's chart writes with its default values into the ConfigMap; v0.20's adds an empty s3CABundleConfigMap."""

_REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\))")


class CreateContainerConfigError(Exception):
    """What a pod waits in for ever when its container refers to what is not there."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The container that downloads a model, as KServe adds it to the pod; empty if it adds none.

    `variables` and `env_from` are as in the container, `mounts` pairs of path and name of the volume. `error` is what
    the pod is refused with.
    """

    variables: tuple[Mapping[str, Any], ...] = ()
    env_from: tuple[Mapping[str, Any], ...] = ()
    mounts: tuple[tuple[str, str], ...] = ()
    args: tuple[str, ...] = ()
    volumes: Mapping[str, Mapping[str, Any]] | None = None
    pull_secrets: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    error: str = ""

    @property
    def env(self) -> dict[str, str]:
        """The variables that stand in the pod as they are."""
        return {one["name"]: one.get("value", "") for one in self.variables if "valueFrom" not in one}

    @property
    def secret_env(self) -> dict[str, tuple[str, str]]:
        """The variables that come from a Secret: its name and the key."""
        references = {one["name"]: one["valueFrom"]["secretKeyRef"] for one in self.variables if "valueFrom" in one}
        return {name: (reference["name"], reference["key"]) for name, reference in references.items()}


def read(
    objects: Iterable[Mapping[str, Any]],
    *,
    release: str,
    storage_uri: str | None = None,
    storage: Mapping[str, Any] | None = None,
    account: str = "",
    namespace: str = "kserve",
    annotations: Mapping[str, str] | None = None,
    config: Mapping[str, Any] | None = None,
) -> Reading:
    """What becomes of a model with `storageUri` or `storage` in a cluster that has these objects.

    `config` replaces whole entries of KServe's ConfigMap. A ServiceAccount that is not there is no error here: the API
    server refuses such a pod before KServe sees it, unless it is `default`, which is always there.
    """
    entries = {**CHART, **(config or {})}
    request = {
        "kind": "Reading",
        "objects": list(objects),
        "config": {key: entry if isinstance(entry, str) else json.dumps(entry) for key, entry in entries.items()},
        "storageUri": storage_uri or "",
        "storage": storage,
        "serviceAccountName": account,
        "namespace": namespace,
        "annotations": annotations or {},
    }
    answer = _ask(request, release)
    return Reading(error=answer["error"]) if answer["error"] else _reading(answer["object"]["spec"])


def environment(reading: Reading, secrets: Mapping[str, Mapping[str, bytes]]) -> dict[str, str]:
    """The environment of the container's process, with what the Secrets of the namespace hold."""
    found: dict[str, str] = {}
    for source in reading.env_from:
        found |= _whole(source, secrets)
    for variable in reading.variables:
        if "valueFrom" not in variable:
            found[variable["name"]] = _expanded(variable.get("value", ""), found)
            continue
        reference = variable["valueFrom"]["secretKeyRef"]
        value = secrets.get(reference["name"], {}).get(reference["key"])
        if value is not None:
            found[variable["name"]] = value.decode()
        elif not reference.get("optional"):
            raise CreateContainerConfigError(f"no key '{reference['key']}' in Secret '{reference['name']}'")
    return found


def _ask(request: Mapping[str, Any], release: str) -> dict[str, Any]:
    binary = TOOLS / f"kserve-webhook-{release}"
    if not binary.is_file():
        pytest.skip(f"KServe's webhook {release} is not built in .tools: make tools")
    done = subprocess.run(  # noqa: S603  our own program
        [binary], input=json.dumps(request) + "\n", capture_output=True, text=True, check=True, env={}, timeout=60
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    assert not answer["error"].startswith("no validator"), f"{binary.name} is older than its source: `make webhooks`"
    return answer


def _reading(pod: Mapping[str, Any]) -> Reading:
    added = [container for container in pod.get("initContainers", ()) if container["name"] == CONTAINER]
    shown = added[0] if added else pod["containers"][0]
    container = added[0] if added else {}
    return Reading(
        variables=tuple(container.get("env", ())),
        env_from=tuple(container.get("envFrom", ())),
        mounts=tuple((mount["mountPath"], mount["name"]) for mount in shown.get("volumeMounts", ())),
        args=tuple(container.get("args", ())),
        volumes={volume.pop("name"): volume for volume in pod.get("volumes", ())},
        pull_secrets=tuple(secret["name"] for secret in pod.get("imagePullSecrets", ())),
        containers=tuple(one["name"] for one in (*pod.get("initContainers", ()), *pod["containers"])),
    )


def _whole(source: Mapping[str, Any], secrets: Mapping[str, Mapping[str, bytes]]) -> dict[str, str]:
    """All keys of a Secret as variables."""
    reference = source["secretRef"]
    if reference["name"] not in secrets and not reference.get("optional"):
        raise CreateContainerConfigError(f"no Secret '{reference['name']}'")
    prefix = source.get("prefix", "")
    return {f"{prefix}{key}": value.decode() for key, value in secrets.get(reference["name"], {}).items()}


def _expanded(value: str, known: Mapping[str, str]) -> str:
    """`$(NAME)` is the variable if there is one by then, `$$` is one dollar."""

    def replacement(match: re.Match[str]) -> str:
        return "$" if match[1] is None else known.get(match[1], match[0])

    return _REFERENCE.sub(replacement, value)
