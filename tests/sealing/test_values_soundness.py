"""What is said about values that are not what they are given for, and nothing about those that may be."""

import json

import pytest

from kserve_gitops.core.findings import Severity
from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs.credential import Credential, Storage
from kserve_gitops.sealing.soundness import remarks
from kserve_gitops.sealing.values import Value

HEX = "0123456789abcdef" * 4
AWS_ID, AWS_SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
ID, SECRET = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
GOOGLE = "gcloud-application-credentials.json"
CRYPT = "hub.config.CryptKeeper.keys"
KEY_FILE = {
    "type": "service_account",
    "client_email": "a@b.iam.gserviceaccount.com",
    "private_key": "-----BEGIN",
    "token_uri": "https://oauth2.example.com",
}
OPTIONS = {
    "opaque": {"keys": ["any"]},
    "https": {"host": "models.example.com"},
    "storage-config": {
        "entries": {"aws": None, "own": {"endpoint_url": "https://minio.example.com"}, "a.b": {"type": "s3"}}
    },
}


def credential(type_="s3", endpoint=None):
    storage = Storage(Origin("platform.yaml"), "bucket", "ca-central-1", "", endpoint)
    return Credential("one", "sa-one", type_, storage=storage, options=OPTIONS.get(type_, {}))


def said(found, values):
    return list(
        remarks(
            found, {key: Value(value.encode() if isinstance(value, str) else value) for key, value in values.items()}
        )
    )


def of_google(**changes):
    return json.dumps({key: value for key, value in (KEY_FILE | changes).items() if value is not None})


@pytest.mark.parametrize(
    ("type_", "key", "value"),
    [
        ("s3", ID, AWS_ID),
        ("s3", SECRET, AWS_SECRET),
        ("s3", SECRET, "with a space inside, ü and 'one' quote"),
        ("gcs", GOOGLE, of_google()),
        ("gcs", GOOGLE, json.dumps(KEY_FILE, indent=2) + "\n"),
        ("gcs", GOOGLE, of_google(type="external_account")),
        ("azure", "AZURE_CLIENT_SECRET", "abc8Q~something.that-Azure_writes"),
        ("azure-storage-key", "AZURE_STORAGE_ACCESS_KEY", "eA==" * 20),
        ("huggingface", "HF_TOKEN", "hf_throwaway"),
        ("https", "headers", '{"Authorization": "Bearer x", "X-Empty": ""}'),
        ("https", "headers", '{\n  "Accept": "*/*"\n}\n'),
        ("hdfs", "KERBEROS_KEYTAB", b"\x05\x02\x00\xff\n"),
        ("hdfs", "TLS_KEY", "-----BEGIN PRIVATE KEY-----\n"),
        ("hdfs", "HEADERS", "{}"),
        ("registry", "username", "robot$ml"),
        ("registry", "password", "pass:word"),
        ("registry", "password", of_google(type="service_account") + "\n"),
        ("basic-auth", "username", "admin:of:all"),
        ("storage-config", "aws.access_key_id", AWS_ID),
        ("storage-config", "own.access_key_id", "minioadmin"),
        ("storage-config", "a.b.secret_access_key", AWS_SECRET),
        ("jupyterhub", CRYPT, HEX),
        ("jupyterhub", CRYPT, f"{HEX};{HEX.upper()}"),
        ("jupyterhub", CRYPT, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("jupyterhub", CRYPT, "x" * 32),
        ("mlflow-server", "MLFLOW_FLASK_SERVER_SECRET_KEY", "short"),
        ("opaque", "any", b"\x00\xff"),
        ("opaque", "any", " two\nlines\n"),
        ("opaque", "any", '"in quotes"'),
    ],
)
def test_nothing_is_said_of_what_may_be_meant(type_, key, value):
    assert said(credential(type_), {key: value}) == []


@pytest.mark.parametrize(
    ("type_", "key", "value", "what"),
    [
        ("s3", ID, "", "is empty"),
        ("s3", ID, f" {AWS_ID}", "has white space at its ends"),
        ("s3", ID, f"{AWS_ID}\n", "has white space at its ends"),
        ("s3", ID, f"{AWS_ID}\N{NO-BREAK SPACE}", "has white space at its ends"),
        ("s3", ID, f"\ufeff{AWS_ID}", "has white space at its ends"),
        ("s3", SECRET, "two\nlines", "has a line break or another control character in it"),
        ("s3", SECRET, "\x1b[200~pasted", "has a line break or another control character in it"),
        ("s3", SECRET, b"\xff\xfe", "is no UTF-8 text"),
        ("s3", SECRET, AWS_ID, "is an access key id"),
        ("storage-config", "a.b.secret_access_key", AWS_ID, "is an access key id"),
        ("storage-config", "own.access_key_id", "a\tb", "has a line break or another control character in it"),
        ("gcs", GOOGLE, "hunter2", "is no JSON object"),
        ("gcs", GOOGLE, "[" * 100_000, "is no JSON object"),
        ("gcs", GOOGLE, "[1]", "is no JSON object"),
        ("gcs", GOOGLE, '{"a": 1}', "is no key file of Google Cloud: its type is not one of those"),
        ("gcs", GOOGLE, of_google(private_key=None), "is a key file without private_key"),
        ("azure-storage-key", "AZURE_STORAGE_ACCESS_KEY", "AccountName=x;AccountKey=y", "is a connection string"),
        ("https", "headers", "Authorization: Bearer x", "is no JSON object of texts"),
        ("https", "headers", '{"A": 1}', "is no JSON object of texts"),
        ("https", "headers", '{"A": "x\\n"}', "has a header that cannot be sent"),
        ("https", "headers", '{"A:": "x"}', "has a header that cannot be sent"),
        ("hdfs", "HEADERS", "[]", "is no JSON object of texts"),
        ("hdfs", "TLS_CERT", "MIIC", "is no PEM"),
        ("registry", "username", "user:password", "has a ':' in it, which ends the name in a login"),
        ("registry", "password", "word ", "has white space at its ends"),
        ("jupyterhub", CRYPT, "short", "is no key of 32 bytes"),
        ("jupyterhub", CRYPT, f"{HEX};", "is no key of 32 bytes"),
        ("jupyterhub", "hub.db.password", "x\n", "has white space at its ends"),
        ("opaque", "any", "", "is empty"),
    ],
)
def test_value_that_cannot_be_used_is_an_error_that_names_its_key(type_, key, value, what):
    (found,) = said(credential(type_), {key: value})

    assert (found.severity, found.what) == (Severity.ERROR, f"the value of '{key}' {what}")
    assert found.hint


@pytest.mark.parametrize(
    ("type_", "key", "value", "what"),
    [
        ("s3", ID, "minioadmin", "is none of AWS"),
        ("s3", ID, AWS_SECRET, "is none of AWS"),
        ("s3", ID, "ASIAIOSFODNN7EXAMPLE", "is a temporary one, which ends within hours"),
        ("s3", SECRET, f'"{AWS_SECRET}"', "stands in quotes"),
        ("storage-config", "aws.access_key_id", "minioadmin", "is none of AWS"),
        ("gcs", GOOGLE, of_google(type="authorized_user"), "is the login of a person"),
        (
            "azure",
            "AZURE_CLIENT_SECRET",
            "00000000-0000-0000-0000-000000000000",
            "looks like the id of a client secret",
        ),
        ("huggingface", "HF_TOKEN", "api_throwaway", "does not begin with hf_"),
        ("hdfs", "KERBEROS_KEYTAB", "BQIAAA==", "does not begin as a keytab does"),
        ("registry", "username", "AWS", "belongs to a password of ECR, which ends after 12 hours"),
        ("opaque", "any", "word\n", "is a single line with a newline at its end"),
    ],
)
def test_value_that_is_hardly_meant_is_a_warning(type_, key, value, what):
    (found,) = said(credential(type_), {key: value})

    assert (found.severity, found.what) == (Severity.WARNING, f"the value of '{key}' {what}")


@pytest.mark.parametrize("value", ["minioadmin", "ASIAIOSFODNN7EXAMPLE"])
def test_key_of_another_store_than_aws_has_any_form(value):
    assert said(credential(endpoint="https://minio.example.com"), {ID: value, SECRET: AWS_ID}) == []


def test_all_values_are_looked_at():
    assert len(said(credential(), {ID: "", SECRET: " x"})) == 2


@pytest.mark.parametrize("value", ["hunter2 ", "hun\nter2", '"hunter2"', "hunter2", '{"type": "hunter2"}'])
def test_no_remark_repeats_a_value(value):
    for type_ in ("s3", "gcs", "https", "hdfs", "registry", "huggingface", "jupyterhub", "azure", "azure-storage-key"):
        found = credential(type_)
        for key in found.kind.keys:
            assert "hunter2" not in str(said(found, {key.name: value}))


@pytest.mark.parametrize(
    ("password", "wanted"),
    [
        ("twelve_chars", []),
        ("eleven_char", ["the value of 'password' has fewer than 12 characters"]),
        ("twelve/chars", ["the value of 'password' has one of / & \\ % in it"]),
        ("twelve_ch%rs", ["the value of 'password' has one of / & \\ % in it"]),
        (
            "a&\\",
            [
                "the value of 'password' has fewer than 12 characters",
                "the value of 'password' has one of / & \\ % in it",
            ],
        ),
        ("", ["the value of 'password' is empty"]),
    ],
)
def test_password_of_the_first_user_of_mlflow_is_one_that_the_chart_can_write(password, wanted):
    given = {"username": Value(b"a"), "password": Value(password.encode())}

    found = list(remarks(credential("basic-auth"), given, of_mlflow=True))

    assert [one.what for one in found] == wanted
    assert all(one.severity is Severity.ERROR for one in found)


def test_password_of_anybody_else_may_be_any():
    assert said(credential("basic-auth"), {"username": "a", "password": "a/%"}) == []
