"""With what KServe makes of Secrets and ServiceAccounts, KServe's own downloader gets the model; without it, it does not.

KServe's webhook says which environment its container has, that container's program runs in it, and the stores are on
this machine: tests/proofs/downloads.py, in a Python of its own below .tools/storage. Without these the tests skip.
"""

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.proofs.credential_manifests import (
    KEYS,
    SPACE,
    account,
    config_map,
    container,
    entries,
    opened,
    s3_annotations,
    secret,
)
from tests.proofs.credential_reader import NEWEST, OLDEST, TOOLS, Reading, environment, read

STORAGE = Path("/tmp/st")
PYTHON = STORAGE / "bin" / "python"
PACKAGES = {OLDEST: "", NEWEST: "/tmp/st20"}
"""Where the downloader of a release lies, if not in the environment itself."""
SCRIPT = Path(__file__).with_name("downloads.py")
DOWNLOADER = """
import sys, types
for name in ("krbcontext", "krbcontext.context"):  # needs Kerberos on the machine, and no model here does
    sys.modules[name] = types.SimpleNamespace(krbContext=None)
from kserve_storage import Storage
Storage.download_files(sys.argv[1::2], sys.argv[2::2])
"""
"""The program of the storage-initializer's image."""

releases = pytest.mark.parametrize("release", [OLDEST, NEWEST])


@dataclass(frozen=True)
class World:
    """The stores, what opens them, and a folder for one test."""

    told: dict[str, Any]
    certificates: Path
    folder: Path

    def enforce(self, calls: str) -> None:
        """Let Amazon refuse what no policy allows, after that many calls; `inf` for never."""
        url, text = f"{self.told['moto']}/moto-api/reset-auth", {"Content-Type": "text/plain"}
        request = urllib.request.Request(url, data=calls.encode(), headers=text)  # noqa: S310
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310

    def seen(self) -> list[dict[str, Any]]:
        """Who was asked since the last time."""
        with urllib.request.urlopen(f"{self.told['proxy']}/seen", timeout=10) as answer:  # noqa: S310
            return json.load(answer)

    def hosts(self) -> set[str]:
        return {one["host"] for one in self.seen()}

    def download(self, release, objects, uri=None, *, injected=None, **asked):
        """What the container says in the end: nothing if the model is there. `injected` adds to its environment."""
        self.seen()
        reading = read(objects, release=release, storage_uri=uri, account="model", namespace=SPACE, **asked)
        assert not reading.error, reading.error
        inside = self.mounted(reading, objects)
        process = {**inside, **(injected or {}), **self.network(), "PYTHONPATH": PACKAGES[release]}
        target = self.folder / "models"
        done = subprocess.run(  # noqa: S603  KServe's own program
            [PYTHON, "-c", DOWNLOADER, reading.args[0], target],
            env=process, capture_output=True, text=True, check=False, timeout=15,
        )  # fmt: skip
        if done.returncode:
            return done.stderr.strip().splitlines()[-1]
        files = [path for path in target.rglob("*") if path.is_file() and ".cache" not in path.parts]
        return "" if [file.read_bytes() for file in files] == [b"a model"] else f"got {files}"

    def mounted(self, reading: Reading, objects: list[dict[str, Any]]) -> dict[str, str]:
        """The environment, with the volumes in a folder: paths below a mount point to it."""
        named = {(one["kind"], one["metadata"]["name"]): one for one in objects}
        secrets = {
            name: {key: value.encode() for key, value in one["stringData"].items()}
            for (kind, name), one in named.items()
            if kind == "Secret"
        }
        found = environment(reading, secrets)
        for path, name in reading.mounts:
            volume = reading.volumes[name]
            place = self.folder / "root" / path.strip("/")
            if "secret" in volume:
                files = secrets[volume["secret"]["secretName"]]
            elif "configMap" in volume:
                data = named["ConfigMap", volume["configMap"]["name"]]["data"]
                files = {key: value.encode() for key, value in data.items()}
            else:
                continue
            place.mkdir(parents=True)
            for key, value in files.items():
                (place / key).write_bytes(value)
            found = {key: value.replace(path.rstrip("/"), str(place)) for key, value in found.items()}
            if name == "hdfs-secrets":
                found["HDFS_SECRET_DIR"] = str(place)
        return found

    def network(self) -> dict[str, str]:
        """What makes the machine the whole world; no store's credential is in it."""
        trusted = str(self.certificates / "public.crt")
        return {
            "HTTP_PROXY": self.told["proxy"],
            "HTTPS_PROXY": self.told["proxy"],
            "NO_PROXY": "127.0.0.1",
            "REQUESTS_CA_BUNDLE": trusted,
            "SSL_CERT_FILE": trusted,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_GCE_CHECK": "true",
            "HOME": str(self.folder),
        }


@pytest.fixture(scope="module")
def stores(tmp_path_factory) -> Iterator[tuple[dict[str, Any], Path]]:
    """The process with the stores, as long as this module runs."""
    if not PYTHON.is_file():
        pytest.skip("moto and kserve-storage are not installed in .tools/storage")
    folder = tmp_path_factory.mktemp("stores")
    process = subprocess.Popen(  # noqa: S603  a script of ours
        [PYTHON, SCRIPT, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield json.loads(process.stdout.readline()), folder
    finally:
        process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


@pytest.fixture
def world(stores, tmp_path) -> World:
    told, certificates = stores
    return World(told, certificates, tmp_path)
