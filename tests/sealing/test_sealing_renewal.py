"""Sealed files under a newer key: only ciphertext changes, and nothing does when one of them cannot be read."""

import json
from datetime import date

import pytest
import yaml

from kserve_gitops.core.documents import parse
from kserve_gitops.core.errors import GitopsError, InputError, ToolError
from kserve_gitops.sealing.files import Record, records, written
from kserve_gitops.sealing.renewal import renew
from kserve_gitops.tools.certificates import read
from tests.tools.certificates import pem, rsa_key
from tests.tools.fakes import ciphertext

TODAY, BEFORE = date(2026, 11, 23), Record(date(2026, 1, 31), "0a" * 32)
OLD, NEW = ciphertext(1), ciphertext(2)
METADATA = {
    "name": "s3-access",
    "namespace": "kserve",
    "annotations": {"sealedsecrets.bitnami.com/namespace-wide": "true"},
}
TEMPLATE = {"type": "kubernetes.io/basic-auth", "immutable": True, "data": {"who": "{{ .A }}"}}
OURS = written(METADATA, {"A": OLD, "B": OLD}, {"A": BEFORE, "B": BEFORE}, template=TEMPLATE)
FILES = ("sealed/production/a/one.yaml", "sealed/production/b/two.yaml")


class Renewing:
    """A controller: it was asked with `sent`, and refuses the file that has what is `unknown` in it."""

    def __init__(self, unknown="nothing"):
        self.sent, self.unknown = [], unknown

    def certificate(self):
        return pem(rsa_key(1))

    def re_encrypted(self, sealed):
        found = yaml.safe_load(sealed)
        self.sent.append(found)
        if self.unknown in sealed.decode():
            raise ToolError("kubeseal: unable to rotate secret", hint="seal it again")
        return dict.fromkeys(found["spec"]["encryptedData"], NEW)


@pytest.fixture
def root(tmp_path):
    for file in FILES:
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).write_text(OURS)
    return tmp_path


def text(root, file=FILES[0]):
    return (root / file).read_text()


def test_only_ciphertext_and_what_is_known_of_it_change(root):
    stored, files = renew(root, "production", (), Renewing(), TODAY)

    now = Record(TODAY, read(pem(rsa_key(1))).fingerprint_sha256)
    assert (stored.file, files) == ("sealed/production/cert.pem", list(FILES))
    assert [text(root, file) for file in FILES] == [OURS.replace(OLD, NEW).replace(str(BEFORE), str(now))] * 2
    assert read((root / "sealed/production/cert.pem").read_bytes()).fingerprint_sha256 == now.fingerprint


def test_controller_is_sent_the_same_metadata_twice_and_nothing_else_of_the_secret_is_lost(root):
    kubeseals = parse(OURS, "x").data
    del kubeseals["spec"]["template"]["metadata"]["annotations"]
    (root / FILES[0]).write_text(yaml.safe_dump(kubeseals))
    controller = Renewing()

    renew(root, "production", ["one"], controller, TODAY)

    (sent,) = controller.sent
    assert sent["metadata"] == METADATA
    assert sent["spec"]["template"] == {"metadata": METADATA, **TEMPLATE}
    assert sent["spec"]["encryptedData"] == {"A": OLD, "B": OLD}


def test_file_in_json_is_written_anew(root):
    (root / FILES[0]).write_text(json.dumps(parse(OURS, "x").data))

    renew(root, "production", ["one"], Renewing(), TODAY)

    assert parse(text(root), "x").data == parse(OURS.replace(OLD, NEW), "x").data
    assert records(text(root)).keys() == {"A", "B"}


def test_named_credentials_alone(root):
    assert renew(root, "production", ["two"], Renewing(), TODAY)[1] == [FILES[1]]
    assert text(root) == OURS


@pytest.mark.parametrize(
    ("text_of_one", "what"),
    [
        (OURS.replace("name: s3-access", "name: unknown"), f"{FILES[1]}: kubeseal: unable to rotate secret"),
        (OURS.replace(OLD, "hunter2"), f"{FILES[1]}: the value of 'A' is not encrypted"),
        ("kind: Secret\napiVersion: v1\n", "1 problem in the inputs"),
        ("a: *hunter2\n", "1 problem in the inputs"),
    ],
)
def test_nothing_changes_when_one_file_cannot_be_renewed(text_of_one, what, root):
    (root / FILES[1]).write_text(text_of_one)

    with pytest.raises(GitopsError) as refused:
        renew(root, "production", (), Renewing("unknown"), TODAY)

    assert refused.value.what == what
    assert "hunter2" not in str(refused.value) + str(getattr(refused.value, "findings", ""))
    assert text(root) == OURS
    assert not (root / "sealed/production/cert.pem").exists()


def test_plain_secret_is_told_in_the_words_of_its_code(root):
    (root / FILES[0]).write_text("kind: Secret\napiVersion: v1\n")

    with pytest.raises(InputError) as refused:
        renew(root, "production", (), Renewing(), TODAY)

    assert [(one.code, one.message) for one in refused.value.findings] == [("KG503", f"{FILES[0]} is a plain Secret")]


@pytest.mark.parametrize(
    ("environment", "names", "what"),
    [
        ("staging", (), "there are no sealed files in sealed/staging/"),
        ("production", ("one", "three"), "there is no sealed file of 'three' in sealed/production/"),
    ],
)
def test_what_is_not_there_is_told(environment, names, what, root):
    with pytest.raises(GitopsError) as refused:
        renew(root, environment, names, Renewing(), TODAY)

    assert refused.value.what == what
