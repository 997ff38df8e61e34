"""Keys of a sealed file that nothing reads are told, and are no reason to do without it."""

import base64

import pytest

from kserve_gitops.core.documents import parse
from kserve_gitops.inputs import sealed
from kserve_gitops.inputs.credential import Credential

FILE = "sealed/production/kserve/one.yaml"
CIPHERTEXT = base64.b64encode(b"\x02\x00" + bytes(600)).decode()
"""Begins like what kubeseal makes."""
S3 = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
HUB = ("hub.config.JupyterHub.cookie_secret", "hub.config.CryptKeeper.keys")


def document(*keys):
    listed = "".join(f"    {key}: {CIPHERTEXT}\n" for key in keys)
    metadata = "metadata: {name: one, namespace: kserve}\n"
    text = f"apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n{metadata}spec:\n  encryptedData:\n{listed}"
    return parse(text, FILE)


def problems(keys, type_="s3", options=None):
    found = sealed.problems(document(*keys), "kserve", Credential("one", "sa", type_, options=options or {}))
    return [(one.code, one.severity.value, one.message, one.place.line) for one in found]


@pytest.mark.parametrize(
    ("keys", "type_", "options"),
    [
        (S3, "s3", {}),
        ((*S3, "S3_ENDPOINT", "AWS_DEFAULT_REGION"), "s3", {}),
        (("AZURE_CLIENT_SECRET", "AZURE_ACCOUNT_NAME"), "azure", {"clientId": "a", "tenantId": "b"}),
        (("KERBEROS_PRINCIPAL", "TLS_SKIP_VERIFY"), "hdfs", {"namenode": "http://a"}),
        ((*HUB, "hub.services.x.apiToken", "values.yaml"), "jupyterhub", {}),
        (("minio.access_key_id", "minio.secret_access_key"), "storage-config", {"entries": {"minio": {}}}),
        (("a",), "opaque", {"keys": ["a"]}),
    ],
)
def test_keys_that_are_read(keys, type_, options):
    assert problems(keys, type_, options) == []


@pytest.mark.parametrize(
    ("keys", "type_", "options", "unread"),
    [
        ((*S3, "AWS_ACESS_KEY_ID"), "s3", {}, "AWS_ACESS_KEY_ID"),
        (("HF_TOKEN", "token"), "huggingface", {}, "token"),
        (("username", "password", ".dockerconfigjson"), "registry", {"server": "a"}, ".dockerconfigjson"),
        ((*HUB, "cookie_secret"), "jupyterhub", {}, "cookie_secret"),
        (("a", "b"), "opaque", {"keys": ["a"]}, "b"),
        (
            ("minio.access_key_id", "minio.secret_access_key", "minio"),
            "storage-config",
            {"entries": {"minio": {}}},
            "minio",
        ),
    ],
)
def test_a_key_that_nothing_reads_is_a_warning_at_its_line(keys, type_, options, unread):
    expected = ("KG518", "warning", f"nothing reads the key '{unread}'", 5 + len(keys))

    assert problems(keys, type_, options) == [expected]


def test_a_key_that_is_meant_for_a_missing_one_is_told_as_missing_alone():
    assert [code for code, *_ in problems(("AWS_ACESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))] == ["KG502"]


def test_the_file_is_used_all_the_same(project, run_cli):
    file = "sealed/production/kserve/s3-access.yaml"
    text = project.read(file)
    project.write(file, text.replace("  encryptedData:\n", f"  encryptedData:\n    OTHER: {CIPHERTEXT}\n", 1))

    ran = run_cli("synth")

    assert ran.code == 0
    assert "warning[KG518]: nothing reads the key 'OTHER'" in ran.err
    assert "OTHER" in project.read("dist/production/manifests/credentials-kserve/sealedsecret-s3-access.yaml")
