"""What is sealed by the real kubeseal decrypts to the bytes that were given, by whoever has the key and nobody else."""

import base64
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kserve_gitops.inputs.credential import Credential
from kserve_gitops.sealing import existing, sealing
from kserve_gitops.sealing.renewal import renew
from kserve_gitops.sealing.sealing import Work
from kserve_gitops.sealing.targets import Target
from kserve_gitops.sealing.values import Value
from kserve_gitops.tools.certificates import read
from kserve_gitops.tools.kubeseal import Kubeseal
from kserve_gitops.tools.process import run
from tests import proofs_wanted
from tests.tools.certificates import pem, private_pem, rsa_key

TODAY = date(2026, 11, 23)
KEYS = tuple("abc")
VALUES = {"a": b"hunter2", "b": bytes(range(256)), "c": "\"'{{ .x }}\r\n\u2028".encode(), ".d": b"later"}


@pytest.fixture(scope="module")
def kubeseal():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBESEAL", str(proofs_wanted.kubeseal()))
        return Kubeseal.found()


@pytest.fixture
def root(tmp_path):
    """A folder with a throwaway certificate, and the private keys of this and of the next one."""
    (tmp_path / "sealed/production").mkdir(parents=True)
    (tmp_path / "sealed/production/cert.pem").write_bytes(pem())
    for which, key in enumerate((rsa_key(), rsa_key(1))):
        (tmp_path / f"{which}.key").write_bytes(private_pem(key))
    return tmp_path


def target(scope="strict", namespace="kserve"):
    return Target("production", namespace, Credential("any", "sa", "opaque", options={"keys": [*VALUES]}, scope=scope))


def seal(root, kubeseal, works):
    encrypted = sealing.sealed(root, works, {key: Value(value) for key, value in VALUES.items()}, kubeseal)
    sealing.write(root, "production", encrypted, read(pem()), TODAY)


def unsealed(root, kubeseal, text, which=0):
    """The values by key; None where the key does not open all of them."""
    flags = ["--recovery-unseal", f"--recovery-private-key={root}/{which}.key", "--format=json"]
    done = run([str(kubeseal.path), *flags], stdin=text.encode())
    if done.code:
        assert b"no key could decrypt secret" in done.err
        return None
    return {key: base64.b64decode(value) for key, value in json.loads(done.out)["data"].items()}


@pytest.mark.parametrize("scope", ["strict", "namespace-wide", "cluster-wide"])
def test_every_byte_comes_back_in_each_scope(scope, root, kubeseal):
    seal(root, kubeseal, [Work(target(scope), KEYS)])

    text = (root / target().file).read_text()
    assert unsealed(root, kubeseal, text) == {key: VALUES[key] for key in KEYS}
    assert unsealed(root, kubeseal, text, which=1) is None
    moved = text.replace("namespace: kserve", "namespace: other")
    assert (unsealed(root, kubeseal, moved) is not None) == (scope == "cluster-wide")


def test_key_that_is_added_and_those_that_stay_decrypt_together(root, kubeseal):
    seal(root, kubeseal, [Work(target(), KEYS)])
    before = (root / target().file).read_text()
    seal(root, kubeseal, [Work(target(), (".d", "b"))])

    text = (root / target().file).read_text()
    assert unsealed(root, kubeseal, text) == VALUES
    kept = [line for line in before.splitlines() if line.startswith(("    a:", "    c:"))]
    assert len(kept) == 2
    assert all(line in text for line in kept)


def test_each_namespace_has_its_own(root, kubeseal):
    both = [Work(target(namespace=name), ("a",)) for name in ("kserve", "mlflow")]
    seal(root, kubeseal, both)

    texts = [(root / work.target.file).read_text() for work in both]
    assert [unsealed(root, kubeseal, text) for text in texts] == [{"a": b"hunter2"}] * 2
    assert unsealed(root, kubeseal, texts[0].replace("namespace: kserve", "namespace: mlflow")) is None


class Controller:
    """What the one in a cluster does with a newer key, done with kubeseal and both keys at hand."""

    def __init__(self, root, kubeseal):
        self.root, self.kubeseal = root, kubeseal

    def certificate(self):
        return pem(rsa_key(1))

    def re_encrypted(self, sealed):
        found = existing.of(existing.Document("x", existing.reading.parse(sealed, "x").data, None, sealed.decode()))
        plain = unsealed(self.root, self.kubeseal, sealed.decode())
        certificate = self.root / "next.pem"
        certificate.write_bytes(self.certificate())
        data = {key: base64.b64encode(value).decode() for key, value in plain.items()}
        return self.kubeseal.seal({"kind": "Secret", "metadata": found.metadata, "data": data}, certificate=certificate)


@pytest.mark.parametrize("scope", ["strict", "namespace-wide", "cluster-wide"])
def test_renewed_file_decrypts_with_the_newer_key_alone(scope, root, kubeseal):
    seal(root, kubeseal, [Work(target(scope), KEYS)])

    renew(root, "production", (), Controller(root, kubeseal), TODAY)

    text = (root / target().file).read_text()
    assert unsealed(root, kubeseal, text, which=1) == {key: VALUES[key] for key in KEYS}
    assert unsealed(root, kubeseal, text) is None


def test_no_variable_of_kubeseal_changes_what_is_sealed(root, kubeseal, monkeypatch):
    for name, value in (("SCOPE", "cluster-wide"), ("NAMESPACE", "other"), ("CERT", "/none"), ("NAME", "other")):
        monkeypatch.setenv(f"SEALED_SECRETS_{name}", value)
    monkeypatch.delenv("HOME", raising=False)
    seal(root, kubeseal, [Work(replace(target()), ("a",))])

    text = (root / target().file).read_text()
    monkeypatch.undo()
    assert unsealed(root, kubeseal, text) == {"a": b"hunter2"}


def test_command_seals_without_a_home_and_with_an_odd_umask(project, tmp_path, kubeseal):
    (project.root / "sealed/production/cert.pem").write_bytes(pem())
    (tmp_path / "0.key").write_bytes(private_pem(rsa_key()))
    (tmp_path / "id").write_bytes(b"AKIAHUNTER2HUNTER2HU")
    sources = Path(sealing.__file__).parents[2]
    argv = [sys.executable, "-m", "kserve_gitops", "seal", "s3-access", "--key", "AWS_ACCESS_KEY_ID"]

    done = subprocess.run(  # noqa: S603  our own interpreter and module
        [*argv, "--from-file", f"AWS_ACCESS_KEY_ID={tmp_path}/id"],
        cwd=project.root,
        env={"PYTHONPATH": str(sources), "KUBESEAL": str(kubeseal.path)},
        capture_output=True,
        check=False,
        umask=0o077,
    )

    assert (done.returncode, done.stdout) == (0, b""), done.stderr
    for namespace in ("kserve", "mlflow"):
        path = project.root / f"sealed/production/{namespace}/s3-access.yaml"
        lines = path.read_text().splitlines(keepends=True)
        text = "".join(line for line in lines if "AWS_SECRET_ACCESS_KEY" not in line)
        assert unsealed(tmp_path, kubeseal, text) == {"AWS_ACCESS_KEY_ID": b"AKIAHUNTER2HUNTER2HU"}
        assert path.stat().st_mode & 0o777 == 0o600
