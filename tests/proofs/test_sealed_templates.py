"""What the templates of SealedSecrets become, filled in by the controller's own code, which kubeseal has too.

Every key and value here is made up, and sealed with a throwaway key. Without kubeseal these tests skip.
"""

import base64
import json

import pytest
import yaml

from kserve_gitops.core.origins import Origin
from kserve_gitops.core.rendering import to_yaml
from kserve_gitops.inputs import credential_contents
from kserve_gitops.inputs.environment import Credential, Storage
from kserve_gitops.serving.credential_types import ENTRY_KEYS
from kserve_gitops.tools.kubeseal import Kubeseal
from kserve_gitops.tools.process import run
from tests import proofs_wanted
from tests.tools.certificates import pem, private_pem, rsa_key

UGLY = 'q" \'a\\ {{ .other }} {{"{{"}} }} grün 🔑 \u2028 <&> %s $x\nline\r\n\ttab'
"""What may stand in a value: quotes, newlines, actions of templates, letters beyond ASCII."""
ODD = 'b{{ .access }}{{{"{{" - }} \\ " ü'
"""The same for what people write in platform.yaml, on one line."""
UUID = "11111111-1111-1111-1111-111111111111"
METADATA = {"name": "own", "namespace": "models"}
STORAGE = Storage(Origin("platform.yaml"), "acme-ml-models", "ca-central-1", "mlflow")
COOKIES, CRYPT = "hub.config.JupyterHub.cookie_secret", "hub.config.CryptKeeper.keys"


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
    return folder


@pytest.fixture
def filled(chart, kubeseal, keys):
    """`filled(type, values, option=…)`: type and values of the Secret that becomes of our SealedSecret."""
    from kserve_gitops.manifest import collect  # noqa: PLC0415  starts Node
    from kserve_gitops.sealed_secret import SealedSecret  # noqa: PLC0415  as above

    def make(type_, values, **options):
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": METADATA, "stringData": values}
        encrypted = kubeseal.seal(secret, certificate=keys / "cert.pem") if values else {}
        credential = Credential("own", "sa-own", type_, storage=STORAGE, options=options)
        made = SealedSecret(
            chart,
            "own",
            namespace="models",
            encrypted_data=encrypted,
            annotations=credential_contents.secret_annotations(credential),
            data=credential_contents.templates(credential),
            type=credential.kind.secret_type,
        )
        [row] = collect(made)
        argv = [str(kubeseal.path), "--recovery-unseal", f"--recovery-private-key={keys / 'throwaway.key'}"]
        done = run(argv, stdin=to_yaml(row.manifest))
        assert done.code == 0, done.err
        found = json.loads(done.out)
        return found["type"], {key: base64.b64decode(text).decode() for key, text in found["data"].items()}

    return make


def test_values_without_a_template_stay_as_they_are(filled):
    assert filled("huggingface", {"HF_TOKEN": UGLY}) == ("Opaque", {"HF_TOKEN": UGLY})


def test_bucket_that_is_read_without_keys_has_a_secret_in_which_nothing_is_sealed(filled):
    kind, found = filled("s3", {}, anonymous=True)

    assert kind == "Opaque"
    assert found == {"AWS_ACCESS_KEY_ID": "anonymous", "AWS_SECRET_ACCESS_KEY": "anonymous"}


def test_service_principal_of_azure(filled):
    _, found = filled("azure", {"AZURE_CLIENT_SECRET": UGLY}, clientId=UUID, tenantId=UUID)

    assert found == {"AZURE_CLIENT_ID": UUID, "AZURE_TENANT_ID": UUID, "AZURE_CLIENT_SECRET": UGLY}


def test_host_that_headers_are_sent_to(filled):
    headers = json.dumps({"Authorization": UGLY})

    _, found = filled("https", {"headers": headers}, host=ODD)

    assert found == {"headers": headers, "https-host": ODD}


def test_words_of_hdfs(filled):
    _, found = filled("hdfs", {"KERBEROS_PRINCIPAL": UGLY}, namenode=ODD, rootPath=ODD, userProxy=ODD)

    assert found == {
        "HDFS_NAMENODE": ODD, "HDFS_ROOTPATH": ODD, "USER_PROXY": ODD, "KERBEROS_PRINCIPAL": UGLY,
    }  # fmt: skip


def test_hdfs_without_anything_sealed(filled):
    assert filled("hdfs", {}, namenode=ODD) == ("Opaque", {"HDFS_NAMENODE": ODD})


@pytest.mark.parametrize("server", ["registry.example.com:5000/team", "a@b", ODD])
def test_login_of_a_registry_is_one_to_the_kubelet(server, filled):
    kind, found = filled("registry", {"username": "robot", "password": UGLY}, server=server)

    login = json.loads(found.pop(".dockerconfigjson"))
    assert kind == "kubernetes.io/dockerconfigjson"
    assert login.keys() == {"auths"}
    assert login["auths"].keys() == {server}
    assert base64.b64decode(login["auths"][server]["auth"]).decode() == f"robot:{UGLY}"
    assert found == {"username": "robot", "password": UGLY}


def test_entry_of_a_store_is_json_with_texts(filled):
    entries = {
        "a.b-c": {"bucket": ODD, "endpoint_url": "http://{{minio}}", "region": "@access_key_id@", "verify_ssl": False},
        "open": {"anonymous": True, "bucket": "models"},
        "plain": None,
    }
    values = {f"{name}.{key}": f"{name} {key} {UGLY}" for name in ("a.b-c", "plain") for key in ENTRY_KEYS}

    _, found = filled("storage-config", values, entries=entries)

    assert {key: json.loads(found[key]) for key in entries} == {
        "a.b-c": {
            "type": "s3",
            "bucket": ODD,
            "endpoint_url": "http://{{minio}}",
            "region": "@access_key_id@",
            "verify_ssl": "false",
            "access_key_id": f"a.b-c access_key_id {UGLY}",
            "secret_access_key": f"a.b-c secret_access_key {UGLY}",
        },
        "open": {"type": "s3", "anonymous": "true", "bucket": "models"},
        "plain": {
            "type": "s3",
            "access_key_id": f"plain access_key_id {UGLY}",
            "secret_access_key": f"plain secret_access_key {UGLY}",
        },
    }


def test_secret_of_the_client_is_a_value_of_the_hub(filled):
    values = {COOKIES: "00ff", CRYPT: "ff00", "hub.db.password": UGLY, "client_secret": UGLY}

    _, found = filled("jupyterhub", values, authenticator="GitHubOAuthenticator")

    said = yaml.safe_load(found.pop("values.yaml"))
    assert said == {"hub": {"config": {"GitHubOAuthenticator": {"client_secret": UGLY}}}}
    assert found == values


def test_hub_without_an_authenticator_has_no_values(filled):
    values = {COOKIES: "00ff", CRYPT: "ff00"}

    assert filled("jupyterhub", values) == ("Opaque", values)
