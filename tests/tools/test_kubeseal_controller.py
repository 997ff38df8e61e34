"""kubeseal as it asks the controller in a cluster, and what becomes of what comes back."""

import json

import pytest

from kserve_gitops.core.errors import ToolError
from tests.tools.fakes import VALUE, failed, kubeseal, said, sealed, secret

CONTROLLER = {"controller_name": "sealed-secrets", "controller_namespace": "kube-system"}
YAML = b"""---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: s3, namespace: kserve, creationTimestamp: 2026-01-02T03:04:05Z}
spec:
  encryptedData:
    k: AgA=
"""


def test_certificate_is_asked_of_the_controller_whatever_variables_say(monkeypatch):
    monkeypatch.setenv("SEALED_SECRETS_CERT", "old.pem")
    monkeypatch.setenv("SEALED_SECRETS_RE_ENCRYPT", "true")
    monkeypatch.setenv("SEALED_SECRETS_KUBECONFIG", "theirs")
    program, fake = kubeseal(said("PEM"))

    found = program.fetch_certificate(**CONTROLLER, context="production")

    assert found == b"PEM"
    assert fake.argv[1:] == [
        *("--fetch-cert", "--cert="),
        *("--controller-name=sealed-secrets", "--controller-namespace=kube-system", "--context=production"),
    ]
    assert {name for name in fake.env if name.startswith("SEALED_SECRETS_")} == {"SEALED_SECRETS_KUBECONFIG"}
    assert fake.stdin == b""


@pytest.mark.parametrize(
    "given",
    [
        json.dumps(sealed()).encode(),
        YAML,
        b"kind: SealedSecret\r\nmetadata: {}\r\nspec:\r\n  encryptedData:\r\n    k: AgA=\r\n",
    ],
    ids=["json", "yaml", "windows"],
)
def test_re_encrypted_values_come_back_by_key(given):
    program, fake = kubeseal(said(json.dumps(sealed(k="AgB="))))

    assert program.re_encrypt(given, **CONTROLLER) == {"k": "AgB="}
    assert fake.argv[1:3] == ["--re-encrypt", "--format=json"]
    assert json.loads(fake.stdin)["spec"]["encryptedData"] == {"k": "AgA="}


def test_re_encryption_that_loses_a_key_is_refused():
    program, _ = kubeseal(said(json.dumps(sealed(other="AgB="))))

    with pytest.raises(ToolError, match="kubeseal answered with other keys than it was given"):
        program.re_encrypt(json.dumps(sealed()).encode(), **CONTROLLER)


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"just text",
        b"\xff\xfe",
        b"a: b: c",
        json.dumps(secret()).encode(),
        b"kind: SealedSecret\n",
        b"kind: SealedSecret\nmetadata: {}\nspec: {encryptedData: {1: AgA=}}\n",
        json.dumps(sealed()).encode() + b"\n---\n" + json.dumps(sealed()).encode(),
    ],
)
def test_only_a_sealed_secret_is_given_to_the_controller(given):
    program, fake = kubeseal()

    with pytest.raises(ToolError) as caught:
        program.re_encrypt(given, **CONTROLLER)

    assert caught.value.what == "what is given to kubeseal is not one SealedSecret"
    assert VALUE not in str(caught.value)
    assert fake.argv == []


@pytest.mark.parametrize(
    ("reason", "hint"),
    [
        ("unable to rotate secret", "seal it again"),
        ("cannot re-encrypt secret: an error on the server", "seal it again"),
        ("cannot fetch certificate: service unavailable", "is the controller's pod ready"),
        ("invalid configuration: no configuration has been provided", "set KUBECONFIG"),
        ('context "other" does not exist', "set KUBECONFIG"),
    ],
)
def test_failure_of_the_controller_has_a_next_step(reason, hint):
    program, _ = kubeseal(failed(f"error: {reason}\n"))

    with pytest.raises(ToolError) as caught:
        program.re_encrypt(json.dumps(sealed()).encode(), **CONTROLLER)

    assert caught.value.what == f"kubeseal: {reason}"
    assert hint in caught.value.hint
