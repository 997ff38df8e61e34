"""What the real kubeseal seals for us decrypts to the same bytes where it should, and nowhere else."""

import base64
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from kserve_gitops.core.errors import ToolError
from kserve_gitops.core.sealed_secret import CLUSTER_WIDE, NAMESPACE_WIDE
from kserve_gitops.tools.kubeseal import Kubeseal
from kserve_gitops.tools.process import run
from tests import proofs_wanted
from tests.tools.certificates import NOW, ec_key, pem, private_pem, rsa_key

STRICT = ""
VALUES = {
    "plain": b"hunter2",
    "unicode": "grün 🔑 \u2028".encode(),
    "binary": bytes(range(256)),
    "empty": b"",
    "lines": b"a\r\nb\n\n",
    "quotes": b"\"'\\{{ .x }} $x %d",
    "looks.like-a_file.json": b'{"a": 1}',
    ".dotted": b"1e3",
    "AWS_SECRET_ACCESS_KEY": b"=" * 40,
}


@pytest.fixture(scope="module")
def kubeseal():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBESEAL", str(proofs_wanted.kubeseal()))
        return Kubeseal.found()


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """A folder with a throwaway certificate and its private key."""
    folder = tmp_path_factory.mktemp("keys")
    (folder / "cert.pem").write_bytes(pem())
    (folder / "throwaway.key").write_bytes(private_pem(rsa_key()))
    (folder / "other.key").write_bytes(private_pem(rsa_key(1)))
    return folder


def secret(values, scope=STRICT, *, name="s3-access", namespace="kserve"):
    annotations = {scope: "true"} if scope else {}
    data = {key: base64.b64encode(value).decode() for key, value in values.items()}
    metadata = {"name": name, "namespace": namespace, "annotations": annotations}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data}


def unsealed(kubeseal, encrypted, key, scope=STRICT, *, name="s3-access", namespace="kserve"):
    """What the values decrypt to in a SealedSecret of that name, namespace and scope; None where they do not."""
    metadata = {"name": name, "namespace": namespace, "annotations": {scope: "true"} if scope else {}}
    manifest = {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": metadata,
        "spec": {"encryptedData": encrypted, "template": {"metadata": metadata}},
    }
    argv = [str(kubeseal.path), "--recovery-unseal", f"--recovery-private-key={key}"]
    done = run(argv, stdin=json.dumps(manifest).encode())
    if done.code:
        assert b"no key could decrypt secret" in done.err
        return None
    # Go writes null for no bytes
    return {key: base64.b64decode(value or "") for key, value in json.loads(done.out)["data"].items()}


@pytest.mark.parametrize("scope", [STRICT, NAMESPACE_WIDE, CLUSTER_WIDE])
def test_every_value_decrypts_to_the_same_bytes(scope, kubeseal, keys):
    encrypted = kubeseal.seal(secret(VALUES, scope), certificate=keys / "cert.pem")

    assert unsealed(kubeseal, encrypted, keys / "throwaway.key", scope) == VALUES


def test_plain_text_and_base64_are_sealed_alike(kubeseal, keys):
    given = {**secret({"a": b"old", "b": b"\xff"}), "stringData": {"a": "grün"}}

    encrypted = kubeseal.seal(given, certificate=keys / "cert.pem")

    assert unsealed(kubeseal, encrypted, keys / "throwaway.key") == {"a": "grün".encode(), "b": b"\xff"}


def test_value_of_a_megabyte_is_sealed_whole(kubeseal, keys):
    big = {"big": bytes(range(251)) * 4200}

    encrypted = kubeseal.seal(secret(big), certificate=keys / "cert.pem")

    assert unsealed(kubeseal, encrypted, keys / "throwaway.key") == big


@pytest.mark.parametrize(
    ("scope", "place", "decrypts"),
    [
        (STRICT, {"name": "s3-access", "namespace": "kserve"}, True),
        (STRICT, {"name": "other", "namespace": "kserve"}, False),
        (STRICT, {"name": "s3-access", "namespace": "other"}, False),
        (NAMESPACE_WIDE, {"name": "other", "namespace": "kserve"}, True),
        (NAMESPACE_WIDE, {"name": "s3-access", "namespace": "other"}, False),
        (CLUSTER_WIDE, {"name": "other", "namespace": "other"}, True),
    ],
)
def test_value_decrypts_only_where_it_was_sealed_for(scope, place, decrypts, kubeseal, keys):
    encrypted = kubeseal.seal(secret({"k": b"v"}, scope), certificate=keys / "cert.pem")

    found = unsealed(kubeseal, encrypted, keys / "throwaway.key", scope, **place)

    assert found == ({"k": b"v"} if decrypts else None)


def test_another_scope_or_key_does_not_decrypt(kubeseal, keys):
    encrypted = kubeseal.seal(secret({"k": b"v"}), certificate=keys / "cert.pem")

    assert unsealed(kubeseal, encrypted, keys / "throwaway.key", CLUSTER_WIDE) is None
    assert unsealed(kubeseal, encrypted, keys / "other.key") is None


def test_first_certificate_of_a_file_is_sealed_with(kubeseal, keys, tmp_path):
    both = tmp_path / "both.pem"
    both.write_bytes(pem(rsa_key(1)) + pem())

    encrypted = kubeseal.seal(secret({"k": b"v"}), certificate=both)

    assert unsealed(kubeseal, encrypted, keys / "other.key") == {"k": b"v"}


@pytest.mark.parametrize("name", ["cert.pem", "a b", "x:y.pem", "-f", "grün.pem"])
def test_certificate_may_be_called_anything(name, kubeseal, keys, tmp_path, monkeypatch):
    (tmp_path / name).write_bytes(pem())
    monkeypatch.chdir(tmp_path)

    encrypted = kubeseal.seal(secret({"k": b"v"}), certificate=Path(name))

    assert unsealed(kubeseal, encrypted, keys / "throwaway.key") == {"k": b"v"}


def test_neither_variables_nor_a_kubeconfig_change_what_is_sealed(kubeseal, keys, tmp_path, monkeypatch):
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "there",
        "contexts": [{"name": "there", "context": {"cluster": "c", "user": "u", "namespace": "theirs"}}],
        "clusters": [{"name": "c", "cluster": {"server": "https://cluster.example.com"}}],
    }
    (tmp_path / "config").write_text(json.dumps(config))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    given = {"SCOPE": "cluster-wide", "NAMESPACE": "theirs", "CERT": "none.pem", "SECRET_FILE": "none", "RAW": "true"}
    for variable, value in given.items():
        monkeypatch.setenv(f"SEALED_SECRETS_{variable}", value)

    encrypted = kubeseal.seal(secret({"k": b"v"}), certificate=keys / "cert.pem")

    monkeypatch.undo()
    assert unsealed(kubeseal, encrypted, keys / "throwaway.key") == {"k": b"v"}


def test_no_home_and_an_odd_umask_do_not_matter(kubeseal, keys, monkeypatch, tmp_path):
    for variable in ("HOME", "USERPROFILE", "KUBECONFIG", "TMPDIR"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    before = os.umask(0o777)
    try:
        encrypted = kubeseal.seal(secret({"k": b"v"}), certificate=keys / "cert.pem")
    finally:
        os.umask(before)

    assert unsealed(kubeseal, encrypted, keys / "throwaway.key") == {"k": b"v"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("certificate", "what"),
    [
        (None, "kubeseal: open .*: no such file or directory"),
        (lambda: b"hello", "kubeseal: data does not contain any valid RSA or ECDSA certificates"),
        (lambda: pem(ec_key()), "kubeseal: [Ee]xpected RSA public key but found "),
        (
            lambda: pem(begins=NOW - timedelta(9), ends=NOW - timedelta(8)),
            "kubeseal: failed to encrypt using an expired certificate on ",
        ),
    ],
    ids=["missing", "text", "ec", "expired"],
)
def test_unfit_certificate_is_refused_in_kubeseals_words(certificate, what, kubeseal, tmp_path):
    file = tmp_path / "cert.pem"
    if certificate:
        file.write_bytes(certificate())

    with pytest.raises(ToolError, match=what) as caught:
        kubeseal.seal(secret({"k": b"hunter2"}), certificate=file)

    assert "kserve-gitops seal --fetch-cert" in caught.value.hint


def test_version_is_one_that_is_proven(kubeseal):
    assert kubeseal.version.startswith("0.")
