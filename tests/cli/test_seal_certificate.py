"""`kserve-gitops seal --fetch-cert`: where the certificate comes from, what is refused, what is written and said."""

import os
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from kserve_gitops.tools import certificates
from kserve_gitops.tools.kubeseal import Kubeseal
from tests.sealing.small_project import CERTIFICATE, PEM, STAGING, masked, sealed, small
from tests.sealing.small_project import FILE as SEALED
from tests.tools.certificates import DAY, NOW, certificate, ec_key, pem, private_pem, rsa_key
from tests.tools.fakes import Fake, failed, said

PRIVATE = b"a private key"
"""Stands for one: the test makes it."""


@contextmanager
def served(content):
    """The address of a server on this machine that answers with `content`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/cert.pem"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def kubeseal(monkeypatch, *answers):
    fake = Fake(*answers)
    monkeypatch.setattr(Kubeseal, "found", classmethod(lambda cls: cls(Path("kubeseal"), "0.36.6", fake)))
    return fake


def fingerprint(content):
    return certificates.read(content).fingerprint_sha256


@pytest.fixture
def project(project):
    """With another certificate than the tests fetch."""
    small(project)
    project.write(CERTIFICATE, pem(rsa_key(1), ends=datetime(2100, 1, 1, tzinfo=UTC)))
    project.write(SEALED, sealed("s3-access", "kserve", known=False))
    return project


def test_first_certificate_of_a_file_is_written_alone(project, run_cli, golden_text):
    project.write("two.pem", b"# newest first\n" + PEM + pem(rsa_key(2)))

    before = fingerprint(project.read(CERTIFICATE).encode())

    ran = run_cli("seal", "--fetch-cert", "two.pem")

    assert (ran.code, ran.out) == (0, "")
    assert masked(ran.err).replace(before[:12], "<before>") == golden_text
    assert project.read(CERTIFICATE).encode() == PEM
    assert sorted(path.name for path in (project.root / "sealed/production").iterdir()) == [
        "batch",
        "cert.pem",
        "kserve",
    ]


def test_same_certificate_again_changes_nothing(project, run_cli):
    project.write(CERTIFICATE, pem())
    project.write("one.pem", pem())
    before = (project.root / CERTIFICATE).stat()

    ran = run_cli("seal", "--fetch-cert", "one.pem")

    assert ran.code == 0
    assert ran.err.startswith(f"  same   {CERTIFICATE}\n")
    assert "before" not in ran.err
    assert (project.root / CERTIFICATE).stat().st_mtime_ns == before.st_mtime_ns


def test_same_certificate_spelled_otherwise_is_written_and_called_the_same(project, run_cli):
    project.write(CERTIFICATE, b"# comment\r\n" + pem().replace(b"\n", b"\r\n"))
    project.write("one.pem", pem())

    ran = run_cli("seal", "--fetch-cert", "one.pem")

    assert (ran.code, project.read(CERTIFICATE).encode()) == (0, pem())
    assert ran.err.startswith(f"  same   {CERTIFICATE}\n")


def test_controller_is_asked_by_name_namespace_and_context(project, run_cli, monkeypatch):
    fake = kubeseal(monkeypatch, said(pem().decode()))

    ran = run_cli(
        "seal", "--fetch-cert", "--controller-name", "sealed", "--controller-namespace", "infra", "--context", "there"
    )

    assert (ran.code, project.read(CERTIFICATE).encode()) == (0, pem())
    assert {"--controller-name=sealed", "--controller-namespace=infra", "--context=there"} <= set(fake.argv)


def test_controller_is_looked_for_where_kubeseal_looks(project, run_cli, monkeypatch):
    fake = kubeseal(monkeypatch, said(pem().decode()))

    assert run_cli("seal", "--fetch-cert").code == 0
    assert {"--controller-name=sealed-secrets-controller", "--controller-namespace=kube-system"} <= set(fake.argv)


def test_address_is_fetched(project, run_cli):
    with served(pem()) as address:
        ran = run_cli("seal", "--fetch-cert", address)

    assert (ran.code, project.read(CERTIFICATE).encode()) == (0, pem())
    assert "warning" not in ran.err


def test_address_without_tls_on_another_machine_is_told_without_its_login(project, run_cli, monkeypatch):
    monkeypatch.setattr(certificates, "fetch", lambda _: pem())

    ran = run_cli("seal", "--fetch-cert", "http://me:hunter2@sealed.example.com/v1/cert.pem?token=hunter2")

    assert ran.code == 0
    assert ran.err.startswith("warning: http://sealed.example.com/v1/cert.pem is not https; anybody on the way could")
    assert "hunter2" not in ran.err


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(b"", "mine.pem: there is no certificate in PEM", id="empty"),
        pytest.param(b"hello", "mine.pem: there is no certificate in PEM", id="text"),
        pytest.param(PRIVATE, "mine.pem: there is a private key in what should be a certificate", id="private-key"),
        pytest.param(pem() + PRIVATE, "mine.pem: there is a private key in what should be", id="private-key-below"),
        pytest.param(pem(ec_key()), "mine.pem: the key of the certificate is not RSA", id="elliptic"),
        pytest.param(b" " * 1024 * 1024 + pem(), "mine.pem is larger than 1 MB", id="large"),
        pytest.param(
            pem(begins=NOW - 9 * DAY, ends=NOW - 8 * DAY),
            f"the certificate of mine.pem is past its end: it was valid until {NOW - 8 * DAY:%Y-%m-%d}",
            id="expired",
        ),
    ],
)
def test_what_cannot_be_sealed_with_is_refused_and_nothing_changes(content, what, project, run_cli):
    project.write("mine.pem", content.replace(PRIVATE, private_pem(rsa_key())))
    before = project.read(CERTIFICATE)

    ran = run_cli("seal", "--fetch-cert", "mine.pem")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"error: {what}")
    assert "= hint: " in ran.err
    assert "BEGIN" not in ran.err
    assert project.read(CERTIFICATE) == before


@pytest.mark.parametrize("source", ["none.pem", "models", "http://127.0.0.1:1/cert.pem", "https://"])
def test_source_that_is_not_there_is_an_error(source, project, run_cli):
    ran = run_cli("seal", "--fetch-cert", source)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: ")
    assert "Traceback" not in ran.err


def test_answer_that_is_no_certificate_is_refused(project, run_cli):
    with served(b"<html>login</html>") as address:
        ran = run_cli("seal", "--fetch-cert", address)

    assert ran.code == 1
    assert ran.err.startswith(f"error: {address}: there is no certificate in PEM")


def test_failure_of_kubeseal_is_an_error_and_nothing_changes(project, run_cli, monkeypatch):
    kubeseal(monkeypatch, failed("error: cannot get sealed secret service: services not found."))
    before = project.read(CERTIFICATE)

    ran = run_cli("seal", "--fetch-cert")

    assert ran.code == 1
    assert "error: kubeseal: cannot get sealed secret service" in ran.err
    assert project.read(CERTIFICATE) == before


def test_unfit_file_that_was_there_is_replaced_and_told(project, run_cli):
    project.write(CERTIFICATE, private_pem(rsa_key(1)))
    project.write("mine.pem", pem())

    ran = run_cli("seal", "--fetch-cert", "mine.pem")

    assert (ran.code, project.read(CERTIFICATE).encode()) == (0, pem())
    assert f"warning: before it there was another: {CERTIFICATE}: there is a private key" in ran.err


def test_certificate_that_is_not_valid_yet_is_told(project, run_cli):
    project.write("mine.pem", pem(begins=NOW + DAY, ends=NOW + 2 * DAY))

    ran = run_cli("seal", "--fetch-cert", "mine.pem")

    assert ran.code == 0
    assert "warning: it is not valid yet" in ran.err


def test_files_sealed_with_another_are_named_and_stay_good(project, run_cli):
    project.write(SEALED, sealed("s3-access", "kserve", fingerprint="0" * 64))
    project.write("mine.pem", pem())

    ran = run_cli("seal", "--fetch-cert", "mine.pem")

    assert f"  older  {SEALED}: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY\n" in ran.err
    assert (
        "what was sealed with another certificate stays good: the controller keeps the keys of all it had\n" in ran.err
    )


def test_link_is_not_written_through(project, run_cli):
    project.write("mine.pem", pem())
    theirs = project.write("theirs.pem", "theirs")
    project.remove(CERTIFICATE)
    (project.root / CERTIFICATE).symlink_to(theirs)

    ran = run_cli("seal", "--fetch-cert", "mine.pem")

    assert ran.code == 1
    assert ran.err.startswith(f"error: {CERTIFICATE} is a link")
    assert theirs.read_text() == "theirs"


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_certificate_can_be_read_by_all_whatever_the_umask_is(umask, project, run_cli):
    project.write("mine.pem", pem())
    before = os.umask(umask)
    try:
        ran = run_cli("seal", "--fetch-cert", "mine.pem")
    finally:
        os.umask(before)

    assert ran.code == 0, ran.err
    assert (project.root / CERTIFICATE).stat().st_mode & 0o777 == 0o644


def test_environment_must_be_named_where_there_are_several(project, run_cli):
    project.write("platform.yaml", project.read("platform.yaml") + STAGING)
    project.write("mine.pem", pem())

    several = run_cli("seal", "--fetch-cert", "mine.pem")
    unknown = run_cli("seal", "--fetch-cert", "mine.pem", "--environment", "stagin")
    named = run_cli("seal", "--fetch-cert", "mine.pem", "--environment", "staging")

    assert several.code == unknown.code == 2
    assert several.err == (
        "error: name one with --environment\n   = hint: declared in platform.yaml: production, staging\n"
    )
    assert "did you mean 'staging'?" in unknown.err
    assert (named.code, project.read("sealed/staging/cert.pem").encode()) == (0, pem())


def test_mistakes_elsewhere_do_not_matter(project, run_cli):
    project.write("models/broken.yaml", "name: [")
    project.write("mine.pem", pem())

    assert run_cli("seal", "--fetch-cert", "mine.pem").code == 0


def test_what_was_fetched_is_what_is_sealed_with(project, run_cli):
    project.write("mine.pem", pem())

    run_cli("seal", "--fetch-cert", "mine.pem")

    assert f"certificate {fingerprint(pem())[:12]}" in run_cli("seal", "--status").out
    assert certificate(rsa_key()).subject.rfc4514_string() in run_cli("seal", "--status").out
