"""The stores of the world for a test: what opens them, and KServe's downloader in the container that KServe makes."""

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.proofs.credential_manifests import SPACE, config_map
from tests.proofs.credential_reader import NEWEST, OLDEST, Reading, environment, read
from tests.proofs_wanted import TOOLS, missing

STORAGE = TOOLS / "storage"
PYTHON = STORAGE / "bin" / "python"
PACKAGES = {OLDEST: "", NEWEST: str(STORAGE / NEWEST)}
"""Where the downloader of a release lies, if not in the environment itself."""
SCRIPT = Path(__file__).with_name("downloads.py")
DOWNLOADER = """
import sys, types
for name in ("krbcontext", "krbcontext.context"):  # needs Kerberos on the machine; no namenode here does
    sys.modules[name] = types.SimpleNamespace(krbContext=None)
from kserve_storage import Storage
from kserve_storage.logging import configure_logging
configure_logging()
Storage.download_files(sys.argv[1::2], sys.argv[2::2])
"""
"""The program in the image of the container."""


@dataclass(frozen=True)
class World:
    """The stores, what opens them, and a folder for one test, which is the container's disk."""

    told: dict[str, Any]
    certificates: Path
    folder: Path

    def seen(self) -> list[dict[str, Any]]:
        """Who was asked since the last time."""
        with urllib.request.urlopen(f"http://{self.told['proxy']}/seen", timeout=10) as answer:
            return json.load(answer)

    def hosts(self) -> set[str]:
        return {one["host"] for one in self.seen()}

    def token(self) -> str:
        """A file with a token, as the cluster gives one to a pod."""
        file = self.folder / "token"
        file.write_text(self.told["token"], encoding="utf-8")
        return str(file)

    def authority(self) -> dict[str, Any]:
        """A ConfigMap with the certificate of who signed for the store that speaks S3."""
        return config_map("own-ca", {"cabundle.crt": (self.certificates / "own.crt").read_text(encoding="utf-8")})

    def download(self, release, objects, uri=None, *, injected=None, **asked):
        """What the container says last, "" once the model is there. `injected` is what others add to its variables."""
        reading = read(objects, release=release, storage_uri=uri, account="model", namespace=SPACE, **asked)
        assert not reading.error, reading.error
        variables = {**self.network(), **self.mounted(reading, objects), **(injected or {})}
        target = self.folder / "models"
        self.seen()
        done = subprocess.run(  # noqa: S603  KServe's own program
            [PYTHON, "-c", DOWNLOADER, reading.args[0], target],
            env={**variables, "PYTHONPATH": PACKAGES[release]},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        if done.returncode:
            return done.stderr.strip().splitlines()[-1]
        files = {
            str(path.relative_to(target)): path.read_bytes()
            for path in target.rglob("*")
            if path.is_file() and ".cache" not in path.parts
        }
        [(name, content)] = files.items()
        return "" if content == b"a model" and "/" not in name else f"the model is {name}"

    def mounted(self, reading: Reading, objects: list[dict[str, Any]]) -> dict[str, str]:
        """The variables, with the volumes below the folder: a path in a volume points there."""
        secrets = data_of(objects, "Secret", "stringData")
        maps = data_of(objects, "ConfigMap", "data")
        found = environment(reading, secrets)
        for path, name in reading.mounts:
            volume, place = reading.volumes[name], self.folder / "disk" / path.strip("/")
            if "secret" in volume:
                files = secrets[volume["secret"]["secretName"]]
            elif "configMap" in volume:
                files = maps[volume["configMap"]["name"]]
            else:
                continue
            place.mkdir(parents=True)
            for key, value in files.items():
                (place / key).write_bytes(value)
            inside = path.rstrip("/")
            found = {
                key: value.replace(inside, str(place), int(value.startswith(inside))) for key, value in found.items()
            }
            if name == "hdfs-secrets":  # a path that only the downloader knows
                found["HDFS_SECRET_DIR"] = str(place)
        return found

    def network(self) -> dict[str, str]:
        """What makes this machine the whole world; none of it opens a store."""
        trusted = str(self.certificates / "public.crt")
        proxy = f"http://{self.told['proxy']}"
        return {
            "HTTP_PROXY": proxy,
            "HTTPS_PROXY": proxy,
            "NO_PROXY": "127.0.0.1",
            "REQUESTS_CA_BUNDLE": trusted,
            "SSL_CERT_FILE": trusted,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_GCE_CHECK": "true",
            "HOME": str(self.folder),
        }


def data_of(objects, kind, field):
    return {
        one["metadata"]["name"]: {key: value.encode() for key, value in one[field].items()}
        for one in objects
        if one["kind"] == kind
    }


@contextmanager
def stores(folder: Path) -> Iterator[dict[str, Any]]:
    """What opens them, as long as the process with them runs; it ends with its standard input."""
    if not PYTHON.is_file() or not Path(PACKAGES[NEWEST]).is_dir():
        missing("moto and KServe's downloaders are not installed in .tools/storage: make tools")
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(  # noqa: S603  a script of ours
            [PYTHON, SCRIPT, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        try:
            told = process.stdout.readline()
            assert told, (folder / "log").read_text(encoding="utf-8")
            yield json.loads(told)
        finally:
            process.stdin.close()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
