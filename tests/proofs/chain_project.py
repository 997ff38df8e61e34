"""A project of docs/examples/credentials, sealed with a throwaway key and built; and what a cluster makes of its dist/.

Sealed and built with the commands that people have; decrypted by kubeseal, or fetched by External Secrets.
"""

import base64
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from kserve_gitops.cli.main import main
from kserve_gitops.core.rendering import to_yaml
from kserve_gitops.tools.process import run
from tests import proofs_wanted
from tests.conftest import REPOSITORY, _own_modules
from tests.proofs.secrets_made import SCHEMAS
from tests.tools.certificates import pem, private_pem, rsa_key

EXAMPLES = REPOSITORY / "docs" / "examples" / "credentials"
NAMES = {
    "111122223333": "123456789012",  # the account of moto
    "acmeml.": "account.",
    "gs://acme-ml-models": "gs://bucket",
    "acme/assistant-0.5b": "org/iris",
    "acme/assistant-1b": "org/iris",
    "artifacts.example.com": "models.example.com",
    "iris/1": "iris",
}
"""What the stores on this machine are called, by what the examples call them."""
FETCHER = proofs_wanted.TOOLS / "external-secrets"
CA = """\
    -----BEGIN CERTIFICATE-----
    the certificate of the authority that signed MinIO's, in PEM
    -----END CERTIFICATE-----
"""
"""Stands in the example where the certificate belongs."""


@dataclass(frozen=True)
class Delivered:
    """The objects in dist/ with Secrets in place of what becomes one, and its other files by name."""

    objects: tuple[dict[str, Any], ...]
    files: dict[str, bytes]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.objects if one["kind"] == kind]

    def named(self, kind: str, name: str, namespace: str) -> dict[str, Any]:
        metadata = {"name": name, "namespace": namespace}
        [found] = [one for one in self.of(kind) if metadata.items() <= one["metadata"].items()]
        return found

    def document(self, name: str) -> dict[str, Any]:
        """A document of iam/, {} if there is none."""
        found: dict[str, Any] = json.loads(self.files.get(f"iam/{name}.json", b"{}"))
        return found


class Project:
    """A copy of an example, in a folder of its own; `platform` is what its platform.yaml says."""

    def __init__(self, case: str, folder: Path, authority: str) -> None:
        self.folder, self.root = folder, folder / "project"
        self.key = folder / "throwaway.key"
        self.key.write_bytes(private_pem(rsa_key()))
        self.root.mkdir()
        for name in ("app.py", "cdk8s.yaml", "charts", "imports"):
            (self.root / name).symlink_to(REPOSITORY / name)
        for source in sorted(EXAMPLES.joinpath(case).rglob("*.yaml")):
            name = source.relative_to(EXAMPLES / case)
            if name.parts[0] in ("platform.yaml", "models", "manifests"):
                self.write(str(name), _renamed(source.read_text(encoding="utf-8"), authority))
        self.write("sealed/production/cert.pem", pem().decode())
        self.platform: dict[str, Any] = yaml.safe_load((self.root / "platform.yaml").read_text(encoding="utf-8"))
        if not FETCHER.is_file():
            self._sealing()
        self.values: dict[str, dict[str, str]] = {}

    def _sealing(self) -> None:
        """What External Secrets would bring is sealed, where that program is not there."""
        self.platform.pop("secrets", None)
        self.write("platform.yaml", yaml.safe_dump(self.platform))

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    @property
    def credentials(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.platform.get("credentials", {})
        return found

    @property
    def fetches(self) -> bool:
        """Whether External Secrets brings the values, so that nothing is sealed."""
        return bool(self.platform.get("secrets", {}).get("backend") == "external-secrets")

    def seal(self, name: str, values: Mapping[str, str]) -> None:
        self.values[name] = dict(values)
        if not values or self.fetches:
            return
        given: list[str] = []
        for key, value in values.items():
            file = self.folder / key
            file.write_text(value, encoding="utf-8")
            given += ["--key", key, "--from-file", f"{key}={file}"]
        self._command("seal", name, *given)

    def synth(self, release: str) -> Delivered:
        """Built for a release of KServe, and delivered."""
        version = self.platform["kserve"]["version"]
        text = (self.root / "platform.yaml").read_text(encoding="utf-8")
        self.write("platform.yaml", text.replace(f"version: {version}", f"version: {release}"))
        self.platform["kserve"]["version"] = release
        self._command("synth", "--quiet")
        production = self.root / "dist" / "production"
        files = {str(path.relative_to(production)): path.read_bytes() for path in production.rglob("*.*")
                 if path.is_file()}  # fmt: skip
        manifests = [yaml.safe_load(text) for name, text in sorted(files.items()) if name.startswith("manifests/")]
        return Delivered(tuple(self._made(manifests)), files)

    def _made(self, manifests: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        made = {"SealedSecret": self._unsealed, "ExternalSecret": self._fetched}
        for one in manifests:
            yield made[one["kind"]](one) if one["kind"] in made else one

    def _command(self, *argv: str) -> None:
        with pytest.MonkeyPatch.context() as patch, _own_modules():
            patch.chdir(self.root)
            patch.setenv("KUBESEAL", str(proofs_wanted.kubeseal()))
            patch.delenv("CDK8S_OUTDIR", raising=False)
            assert main(argv) == 0, argv[:2]

    def _unsealed(self, sealed: Mapping[str, Any]) -> dict[str, Any]:
        argv = [str(proofs_wanted.kubeseal()), "--recovery-unseal", f"--recovery-private-key={self.key}"]
        done = run(argv, stdin=to_yaml(sealed))
        assert done.code == 0, done.err
        return _plain(json.loads(done.out), sealed)

    def _fetched(self, external: Mapping[str, Any]) -> dict[str, Any]:
        name = external["metadata"]["name"]
        held = {key: base64.b64encode(value.encode()).decode() for key, value in self.values[name].items()}
        store = {"metadata": {"name": "vault"}, "spec": {"provider": {"fake": {"data": []}}}}
        prefix = self.platform["secrets"]["prefix"]
        request = {
            "externalSecret": SCHEMAS.canonical(external),
            "fetched": {f"{prefix}{name}": held},
            "before": None,
            "clusterSecretStores": [store],
        }
        done = subprocess.run(  # noqa: S603  our own program
            [FETCHER], input=json.dumps(request) + "\n", capture_output=True, text=True, check=True, env={}, timeout=60
        )
        answer = json.loads(done.stdout)
        assert (answer["refused"], answer["error"]) == ("", "")
        return _plain(answer["secret"], external)


def _plain(secret: Mapping[str, Any], source: Mapping[str, Any]) -> dict[str, Any]:
    """A Secret as a cluster has it; it replaces its source, and lies where that did."""
    data = {key: base64.b64decode(text).decode() for key, text in secret.get("data", {}).items()}
    metadata = {key: secret["metadata"].get(key, {}) for key in ("name", "annotations")}
    metadata["namespace"] = source["metadata"]["namespace"]
    kind = {"apiVersion": "v1", "kind": "Secret", "type": secret.get("type", "Opaque")}
    return {**kind, "metadata": metadata, "stringData": data}


def _renamed(text: str, authority: str) -> str:
    indented = "".join(f"    {line}\n" for line in authority.splitlines())
    text = text.replace(CA, indented)
    for old, new in NAMES.items():
        text = text.replace(old, new)
    return text
