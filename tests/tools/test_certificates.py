"""The certificate that is sealed with: what is read of it, what is refused, and how it is fetched."""

import base64
import hashlib
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat

from kserve_gitops.core.errors import ToolError
from kserve_gitops.tools import certificates
from tests.tools.certificates import DAY, NOW, certificate, ec_key, pem, private_pem, rsa_key

SECOND = timedelta(seconds=1)


def refusal(data):
    with pytest.raises(ToolError) as caught:
        certificates.read(data)
    assert caught.value.hint
    return caught.value


def test_what_counts_is_read():
    made = certificate(rsa_key(), begins=NOW - DAY, ends=NOW + DAY, subject="sealed-secrets")

    found = certificates.read(made.public_bytes(Encoding.PEM))

    assert (found.subject, found.key_bits) == ("CN=sealed-secrets", 2048)
    assert (found.not_before, found.not_after) == (NOW - DAY, NOW + DAY)
    assert found.fingerprint_sha256 == hashlib.sha256(made.public_bytes(Encoding.DER)).hexdigest()
    assert found.pem == made.public_bytes(Encoding.PEM)


def test_first_certificate_is_the_one_as_in_kubeseal():
    first, second = pem(subject="first"), pem(rsa_key(1), subject="second")

    found = certificates.read(b"Bag Attributes\n" + first + b"\n" + second)

    assert (found.subject, found.pem) == ("CN=first", first)


def test_unix_and_windows_line_ends_give_the_same_certificate():
    data = pem()

    assert certificates.read(data.replace(b"\n", b"\r\n")) == certificates.read(data)


def test_expired_is_what_kubeseal_refuses():
    found = certificates.read(pem(ends=NOW + DAY))

    assert not found.expired(NOW + DAY)
    assert found.expired(NOW + DAY + SECOND)


def test_expired_certificate_can_be_read():
    assert certificates.read(pem(begins=NOW - 2 * DAY, ends=NOW - DAY)).expired(NOW)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(lambda: private_pem(rsa_key()), id="pkcs8"),
        pytest.param(lambda: private_pem(rsa_key(), PrivateFormat.TraditionalOpenSSL), id="rsa"),
        pytest.param(lambda: private_pem(ec_key(), PrivateFormat.TraditionalOpenSSL), id="ec"),
        pytest.param(lambda: b"tls.key: " + base64.b64encode(private_pem(rsa_key())), id="in-a-secret"),
        pytest.param(
            lambda: b"tls.key: " + base64.b64encode(private_pem(rsa_key(), PrivateFormat.TraditionalOpenSSL)),
            id="rsa-in-a-secret",
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_private_key_in_the_file_is_refused_loudly_wherever_it_stands(key, encoding):
    secret = key()

    for data in (secret, secret + pem(), pem() + secret):
        error = refusal(data.decode().encode(encoding))
        assert error.what == "there is a private key in what should be a certificate, and it must never be committed"
        assert error.hint.startswith("delete it, and if anybody may have seen it renew the controller's key")
        assert secret.splitlines()[1 if len(secret.splitlines()) > 1 else 0].decode() not in str(error)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (lambda: b"", "there is no certificate in PEM"),
        (lambda: b"hello", "there is no certificate in PEM"),
        (lambda: pem()[:200], "there is no certificate in PEM"),
        (lambda: certificate(rsa_key()).public_bytes(Encoding.DER), "there is no certificate in PEM"),
        (lambda: pem().decode().encode("utf-16"), "the certificate is UTF-16 text, which kubeseal cannot read"),
        (lambda: pem()[:300] + pem()[400:], "the certificate cannot be read"),
        (
            lambda: b"-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n",
            "the certificate cannot be read",
        ),
        (lambda: pem(ec_key()), "the key of the certificate is not RSA, and kubeseal takes no other"),
    ],
    ids=["empty", "text", "begun", "der", "utf-16", "damaged", "no-base64", "ec"],
)
def test_what_kubeseal_cannot_seal_with_is_refused(data, what):
    assert refusal(data()).what == what


def test_der_is_told_apart():
    assert "openssl x509 -inform der" in refusal(certificate(rsa_key()).public_bytes(Encoding.DER)).hint


class Answers(BaseHTTPRequestHandler):
    """Each path answers in its own bad way, and /cert.pem in a good one."""

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/junk":
            self.wfile.write(b"\0\0\0\r\n\r\n")
            return
        if path == "/other":
            self.send_response(302)
            self.send_header("Location", "file:///etc/hostname")
            self.end_headers()
            return
        self.send_response({"/cert.pem": 200, "/big": 200, "/drip": 200, "/silent": 200}.get(path, 404))
        self.end_headers()
        if path == "/cert.pem":
            self.wfile.write(b"PEM")
        if path == "/big":
            self.wfile.write(b"x" * 1_100_000)
        if path == "/drip":
            self._drip()
        if path == "/silent":
            self.server.stopped.wait(20)

    def _drip(self):
        while not self.server.stopped.wait(0.05):
            try:
                self.wfile.write(b"x")
            except OSError:
                return

    def log_message(self, *_):
        pass


@contextmanager
def _server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.stopped = threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def host():
    """A server of this machine, which ends with the tests."""
    with _server() as address:
        yield address


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")


def unfetched(url, **given):
    with pytest.raises(ToolError) as caught:
        certificates.fetch(url, **given)
    assert caught.value.hint
    return caught.value


def test_certificate_is_fetched_over_http(host):
    assert certificates.fetch(f"http://{host}/cert.pem") == b"PEM"


def test_certificate_is_fetched_from_a_file(tmp_path):
    file = tmp_path / "a cert.pem"
    file.write_bytes(b"PEM")

    assert certificates.fetch(file.as_uri()) == b"PEM"


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/none", "answered 404"),
        ("/big", "answers with more than 1 MB"),
        ("/drip", "did not answer within 1 s"),
        ("/silent", "did not answer within 1 s"),
        ("/junk", "cannot be fetched"),
        ("/other", "answered 302"),
    ],
)
def test_bad_answer_is_an_error(path, what, host):
    begun = time.monotonic()

    assert unfetched(f"http://{host}{path}", timeout=1).what == f"'http://{host}{path}' {what}"
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("url", ["cert.pem", "ftp://a.example.com/c", "data:,x", "http://[::1", "", "//a/b"])
def test_what_is_no_address_is_an_error(url):
    assert unfetched(url).what == "that is no address that can be fetched"


def test_missing_file_is_an_error(tmp_path):
    url = (tmp_path / "none.pem").as_uri()

    assert unfetched(url).what.startswith(f"'{url}' cannot be fetched: ")


def test_folder_is_an_error(tmp_path):
    assert " cannot be fetched: " in unfetched(tmp_path.as_uri()).what


def test_unreachable_server_is_an_error():
    with _server() as address:
        pass

    assert "connection refused" in unfetched(f"http://{address}/cert.pem").what


@pytest.mark.parametrize("url", ["http://me:hunter2@{}/none?sig=hunter2#hunter2", "http://me:hunter2@{}x/none"])
def test_login_and_signature_of_an_address_are_not_repeated(url, host):
    error = unfetched(url.format(host))

    assert "hunter2" not in str(error)
    assert error.__suppress_context__
