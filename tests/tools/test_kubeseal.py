"""kubeseal as it is called, and what becomes of every answer that it may give."""

import base64
import json
from pathlib import Path

import pytest

from kserve_gitops.core.errors import ToolError
from kserve_gitops.core.sealed_secret import CLUSTER_WIDE, NAMESPACE_WIDE
from kserve_gitops.tools.kubeseal import Kubeseal
from kserve_gitops.tools.process import Done
from tests.tools.fakes import PROGRAM, VALUE, Fake, ciphertext, failed, kubeseal, said, sealed, sealing, secret

CERTIFICATE = Path("cert.pem")


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
        ("Expected RSA public key but found &{0x2155520}", "it must be the certificate of the controller"),
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
    assert "are name and namespace the controller's?" in error.hint


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


@pytest.mark.parametrize("form", [VALUE, base64.b64encode(VALUE.encode()).decode(), VALUE[:9]])
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
