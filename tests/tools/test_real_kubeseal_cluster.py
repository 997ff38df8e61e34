"""The real kubeseal asks a controller for us, through an API server that is a few lines of Python.

What the controller answers is canned; how kubeseal is called, and what it makes of each answer, is real.
"""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kserve_gitops.core.errors import ToolError
from kserve_gitops.tools.kubeseal import Kubeseal
from tests import proofs_wanted

CONTROLLER = {"controller_name": "sealed-secrets", "controller_namespace": "sealing"}
SERVICES = "/api/v1/namespaces/sealing/services/"
SERVICE = f"{SERVICES}sealed-secrets"
PROXY = f"{SERVICES}http:sealed-secrets:http/proxy/v1"
SEALED = """\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: s3-access
  namespace: kserve
spec:
  encryptedData:
    k: AgA=
  template:
    metadata: {name: s3-access, namespace: kserve}
"""


class Cluster(ThreadingHTTPServer):
    """An API server with a controller; `refused` says which path answers what else."""

    def __init__(self):
        self.asked = []
        self.refused = {}
        super().__init__(("127.0.0.1", 0), Requests)


class Requests(BaseHTTPRequestHandler):
    def do_GET(self):
        service = {"kind": "Service", "apiVersion": "v1", "spec": {"ports": [{"name": "http", "port": 8080}]}}
        self._answer({SERVICE: json.dumps(service), f"{PROXY}/cert.pem": "PEM"})

    def do_POST(self):
        sealed = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(sealed)
        renewed = {**sealed, "spec": {**sealed["spec"], "encryptedData": {"k": "AgB="}}}
        self._answer({f"{PROXY}/rotate": json.dumps(renewed), f"{PROXY}/verify": ""})

    def _answer(self, answers):
        code = self.server.refused.get(self.path, 200 if self.path in answers else 404)
        body = answers.get(self.path, "") if code == 200 else ""
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


@contextmanager
def running(server):
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """The server, and a KUBECONFIG whose second context leads to it; the first leads nowhere."""
    with running(Cluster()) as server:
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "nowhere",
            "contexts": [
                {"name": "nowhere", "context": {"cluster": "nowhere", "user": "me"}},
                {"name": "here", "context": {"cluster": "here", "user": "me"}},
            ],
            "clusters": [
                {"name": "nowhere", "cluster": {"server": "http://127.0.0.1:1"}},
                {"name": "here", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}},
            ],
            "users": [{"name": "me", "user": {"token": "throwaway"}}],
        }
        (tmp_path / "config").write_text(json.dumps(config))
        monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
        yield server


@pytest.fixture
def kubeseal(monkeypatch):
    monkeypatch.setenv("KUBESEAL", str(proofs_wanted.kubeseal()))
    return Kubeseal.found()


def test_certificate_is_the_controllers(kubeseal, cluster, monkeypatch):
    monkeypatch.setenv("SEALED_SECRETS_CERT", "/no/such/file")

    assert kubeseal.fetch_certificate(**CONTROLLER, context="here") == b"PEM"


def test_variable_that_names_the_cluster_counts(kubeseal, cluster, monkeypatch):
    monkeypatch.setenv("SEALED_SECRETS_CONTEXT", "here")
    monkeypatch.setenv("SEALED_SECRETS_CONTROLLER_NAME", "another")

    assert kubeseal.fetch_certificate(**CONTROLLER) == b"PEM"


@pytest.mark.parametrize("text", [SEALED, SEALED.replace("\n", "\r\n")], ids=["unix", "windows"])
def test_sealed_secret_is_re_encrypted(text, kubeseal, cluster, monkeypatch):
    monkeypatch.setenv("SEALED_SECRETS_FORMAT", "yaml")
    monkeypatch.setenv("SEALED_SECRETS_SEALED_SECRET_FILE", "/no/such/file")

    assert kubeseal.re_encrypt(text.encode(), **CONTROLLER, context="here") == {"k": "AgB="}
    (asked,) = cluster.asked
    assert (asked["metadata"]["name"], asked["spec"]["encryptedData"]) == ("s3-access", {"k": "AgA="})


@pytest.mark.parametrize(
    ("refused", "what", "hint"),
    [
        ({SERVICE: 404}, "kubeseal: cannot get sealed secret service: ", "are name and namespace the controller's?"),
        ({SERVICE: 403}, "kubeseal: cannot get sealed secret service: ", "can the cluster be reached"),
        ({f"{PROXY}/rotate": 409}, "kubeseal: unable to rotate secret", "seal it again"),
        ({f"{PROXY}/rotate": 500}, "kubeseal: cannot re-encrypt secret: ", "seal it again"),
    ],
)
def test_refusal_of_the_cluster_is_an_error_with_a_next_step(refused, what, hint, kubeseal, cluster):
    cluster.refused |= refused

    with pytest.raises(ToolError) as caught:
        kubeseal.re_encrypt(SEALED.encode(), **CONTROLLER, context="here")

    assert caught.value.what.startswith(what)
    assert hint in caught.value.hint


def test_controller_that_has_no_certificate_is_an_error(kubeseal, cluster):
    cluster.refused[f"{PROXY}/cert.pem"] = 500

    with pytest.raises(ToolError, match="kubeseal: cannot fetch certificate: "):
        kubeseal.fetch_certificate(**CONTROLLER, context="here")


@pytest.mark.parametrize(
    ("context", "what"),
    [("nowhere", "connection refused"), ("none", 'context "none" does not exist')],
)
def test_cluster_that_is_not_there_is_an_error(context, what, kubeseal, cluster):
    with pytest.raises(ToolError, match=what) as caught:
        kubeseal.fetch_certificate(**CONTROLLER, context=context)

    assert "throwaway" not in str(caught.value)


def test_no_kubeconfig_is_an_error(kubeseal, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)

    with pytest.raises(ToolError, match="kubeseal: invalid configuration: no configuration") as caught:
        kubeseal.fetch_certificate(**CONTROLLER)

    assert "set KUBECONFIG" in caught.value.hint
