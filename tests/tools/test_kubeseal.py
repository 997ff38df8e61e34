"""kubeseal as it is called, and what becomes of every answer that it may give; tests/tools/test_real_* ask the real one."""

import base64
import json
from pathlib import Path

import pytest

from kserve_gitops.core.errors import ToolError
from kserve_gitops.tools.kubeseal import Kubeseal
from kserve_gitops.tools.plain_secret import CLUSTER_WIDE, NAMESPACE_WIDE
from kserve_gitops.tools.process import Done
from tests.tools.fakes import Fake, ciphertext, failed, said, sealing

VALUE = "hunter2-hunter2"
CERTIFICATE = Path("cert.pem")
PROGRAM = Path("/somewhere/kubeseal")
CONTROLLER = {"controller_name": "sealed-secrets", "controller_namespace": "kube-system"}


def secret(data=None, **metadata):
    return {
        "kind": "Secret",
        "metadata": {"name": "s3", "namespace": "kserve", **metadata},
        "stringData": data or {"k": VALUE},
    }


def sealed(**data):
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {"name": "s3", "namespace": "kserve"},
        "spec": {"encryptedData": data or {"k": "AgA="}, "template": {"metadata": {"name": "s3"}}},
    }


def kubeseal(*answers):
    fake = Fake(*answers)
    return Kubeseal(PROGRAM, "0.36.6", fake), fake


def refusal(answer, given=None):
    """What is said when kubeseal gives `answer` to a Secret."""
    program, _ = kubeseal(answer)
    with pytest.raises(ToolError) as caught:
        program.seal(given or secret(), certificate=CERTIFICATE)
    assert VALUE not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("annotations", [{}, {NAMESPACE_WIDE: "true"}, {CLUSTER_WIDE: "true"}])
def test_ciphertext_comes_back_by_key(annotations):
    program, _ = kubeseal(sealing())

    encrypted = program.seal(secret({"a": "1", "b": ""}, annotations=annotations), certificate=CERTIFICATE)

    assert encrypted == {"a": ciphertext(1), "b": ciphertext(0)}


def test_values_go_in_on_standard_input_and_nowhere_else():
    program, fake = kubeseal(sealing())

    program.seal(secret(), certificate=CERTIFICATE)

    assert fake.argv == [str(PROGRAM), "--format=json", f"--cert={Path.cwd() / CERTIFICATE}"]
    assert json.loads(fake.stdin)["data"] == {"k": base64.b64encode(VALUE.encode()).decode()}
    assert VALUE not in "".join(fake.env.values())


def test_no_variable_sets_a_flag_of_sealing(monkeypatch):
    for name in ("CERT", "SCOPE", "NAMESPACE", "SECRET_FILE", "KUBECONFIG", "V"):
        monkeypatch.setenv(f"SEALED_SECRETS_{name}", "x")
    monkeypatch.setenv("HTTPS_PROXY", "x")
    program, fake = kubeseal(sealing())

    program.seal(secret(), certificate=CERTIFICATE)

    assert [name for name in fake.env if name.startswith("SEALED_SECRETS_")] == []
    assert fake.env["HTTPS_PROXY"] == "x"


@pytest.mark.parametrize("missing", ["name", "namespace"])
def test_secret_without_name_or_namespace_never_reaches_kubeseal(missing):
    program, fake = kubeseal()

    with pytest.raises(ToolError, match=f"has no {missing}"):
        program.seal(secret(**{missing: ""}), certificate=CERTIFICATE)

    assert fake.argv == []


@pytest.mark.parametrize(
    ("reason", "hint"),
    [
        ("open cert.pem: no such file or directory", "write the certificate of the controller there"),
        ('cannot fetch "http://a.example.com/c": 404 Not Found', "is that the address"),
        ("data does not contain any valid RSA or ECDSA certificates", "it must be the certificate of the controller"),
        ("expected RSA public key but found &{0x26f9290 53 35}", "it must be the certificate of the controller"),
        ("failed to encrypt using an expired certificate on January 2, 2020", "fetch the controller's newest"),
        ('namespace mismatch: input secret is in namespace "a" but "b" was specified', "must agree"),
        ("missing metadata.name in input Secret", "write metadata.name"),
        ("secret.data is empty in input Secret, assuming this is an error and aborting", "under stringData"),
        ("no secrets found. Ensure the input is valid and UTF-8 encoded", "give it one Secret"),
        ("unsupported output format: xml", "v0.36.6 is proven"),
        ("something new", "run kubeseal by hand"),
    ],
)
def test_failure_has_the_reason_in_kubeseals_words_and_a_next_step(reason, hint):
    error = refusal(failed(f"warning: careful\nE1123 18:00:00.1 1 a.go:1] no cluster\nerror: {reason}\n"))

    assert error.what == f"kubeseal: {reason}"
    assert hint in error.hint


def test_first_line_of_a_long_reason_is_shown():
    err = 'error: cannot get sealed secret service: services "x" not found.\nPlease, use the flag --controller-name\n'

    error = refusal(failed(err))

    assert error.what == 'kubeseal: cannot get sealed secret service: services "x" not found'
    assert "say the name and the namespace of the controller" in error.hint


def test_unknown_flag_stands_on_standard_output():
    error = refusal(failed("Usage of kubeseal:\n", code=2, out="      --cert string   x\nunknown flag: --format\n"))

    assert error.what == "kubeseal: unknown flag: --format"
    assert "v0.36.6 is proven" in error.hint


def test_panic_says_what_it_was_about():
    err = "panic: assignment to entry in nil map\n\ngoroutine 1 [running]:\nmain.main()\n"

    assert refusal(failed(err, code=2)).what == "kubeseal: panic: assignment to entry in nil map"


def test_endless_reason_is_cut():
    assert len(refusal(failed("error: expected RSA public key but found " + "5" * 900)).what) < 320


def test_signal_is_named():
    assert refusal(Done(-9, b"", b"")).what == "kubeseal was ended by signal 9"


@pytest.mark.parametrize(
    "err", ["", "\n", "E1123 18:00:00.1 1 a.go:1] no cluster\n", "warning: careful\n"], ids=repr
)  # fmt: skip
def test_failure_without_a_reason_tells_its_code(err):
    assert refusal(failed(err, code=3)).what == "kubeseal: it ended with 3, and said nothing that may be shown"


@pytest.mark.parametrize(
    "form", [VALUE, base64.b64encode(VALUE.encode()).decode(), VALUE[:9], VALUE.upper()[:0] + VALUE]
)
def test_line_that_tells_a_value_is_not_repeated(form):
    error = refusal(failed(f"error: cannot make sense of '{form}'\n"))

    assert error.what == "kubeseal: it ended with 1, and said nothing that may be shown"
    assert form not in str(error)


def test_line_that_tells_a_value_on_standard_output_is_not_repeated():
    assert VALUE not in str(refusal(failed(code=2, out=f"unknown flag: {VALUE}\n")))


def test_known_failure_is_told_even_where_a_value_is_one_of_its_words():
    error = refusal(
        failed("error: failed to encrypt using an expired certificate on May 1, 2020\n"), secret({"k": "1"})
    )

    assert error.what == "kubeseal: failed to encrypt using an expired certificate …"
    assert "fetch the controller's newest" in error.hint


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (said(""), "kubeseal answered with what is not JSON"),
        (said("---\nkind: SealedSecret\n"), "kubeseal answered with what is not JSON"),
        (said(json.dumps(sealed()) * 2), "kubeseal answered with what is not JSON"),
        (said(json.dumps(secret())), "kubeseal answered with what is not a SealedSecret"),
        (said("[]"), "kubeseal answered with what is not a SealedSecret"),
        (sealing(metadata={"namespace": "default"}), "kubeseal sealed something else than the Secret 's3'"),
        (sealing(metadata={"name": "s4"}), "kubeseal sealed something else than the Secret 's3'"),
        (
            sealing(metadata={"annotations": {CLUSTER_WIDE: "true"}}),
            "kubeseal sealed the Secret 's3' for another scope",
        ),
        (sealing(data={}), "kubeseal sealed other keys than those of the Secret 's3'"),
        (sealing(data={"k": ciphertext(15), "l": ""}), "kubeseal sealed other keys than those of the Secret 's3'"),
        (sealing(data={"k": VALUE}), "kubeseal did not encrypt 'k' of the Secret 's3'"),
        (sealing(data={"k": ""}), "kubeseal did not encrypt 'k' of the Secret 's3'"),
        (
            sealing(data={"k": base64.b64encode(VALUE.encode()).decode()}),
            "kubeseal did not encrypt 'k' of the Secret 's3'",
        ),
        (sealing(data={"k": ciphertext(14)}), "kubeseal did not encrypt 'k' of the Secret 's3'"),
    ],
)
def test_answer_that_is_not_what_was_asked_for_is_refused(answer, what):
    error = refusal(answer)

    assert error.what == what
    assert error.hint


def test_found_program_is_the_one_of_the_variable_and_new_enough(tmp_path, monkeypatch):
    there = tmp_path / "mine"
    there.write_text("#!/bin/sh\n")
    there.chmod(0o700)
    monkeypatch.setenv("KUBESEAL", str(there))

    found = Kubeseal.found(Fake(said("kubeseal version: v0.18.0")))

    assert (found.path, found.version) == (there, "0.18.0")
    with pytest.raises(ToolError, match=r"kubeseal 0\.17\.5 at '.*' is too old, 0\.18 or newer is needed"):
        Kubeseal.found(Fake(said("kubeseal version: v0.17.5")))


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
        b"---\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n"
        b"metadata: {name: s3, namespace: kserve, creationTimestamp: 2026-01-02T03:04:05Z}\n"
        b"spec:\n  encryptedData:\n    k: AgA=\n",
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

    for ask in (program.re_encrypt, program.validate):
        with pytest.raises(ToolError) as caught:
            ask(given, **CONTROLLER)
        assert caught.value.what == "what is given to kubeseal is not one SealedSecret"
        assert VALUE not in str(caught.value)
    assert fake.argv == []


@pytest.mark.parametrize(
    ("reason", "hint"),
    [
        ("unable to rotate secret", "seal it again"),
        ("cannot re-encrypt secret: an error on the server", "seal it again"),
        ("unable to decrypt sealed secret: s3", "seal it again"),
        ("cannot fetch certificate: service unavailable", "is the controller's pod ready"),
        ("cannot validate sealed secret: unknown", "is the controller's pod ready"),
        ("invalid configuration: no configuration has been provided", "set KUBECONFIG"),
        ('context "other" does not exist', "set KUBECONFIG"),
    ],
)
def test_failure_of_the_controller_has_a_next_step(reason, hint):
    program, _ = kubeseal(failed(f"error: {reason}\n"))

    with pytest.raises(ToolError) as caught:
        program.validate(json.dumps(sealed()).encode(), **CONTROLLER)

    assert caught.value.what == f"kubeseal: {reason}"
    assert hint in caught.value.hint
