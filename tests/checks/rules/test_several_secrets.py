"""Two Secrets for one store behind one account."""

import pytest

from tests.checks.estates import KEYS, account, sealed
from tests.checks.trees import places, said, service

USING = service({"serviceAccountName": "sa"})
GOOGLE = "gcloud-application-credentials.json"


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        (KEYS, KEYS, "warning"),
        (KEYS, ("HF_TOKEN",), None),
        (("HF_TOKEN",), ("HF_TOKEN",), "warning"),
        (("AZURE_CLIENT_ID",), ("AZURE_STORAGE_ACCESS_KEY",), "warning"),
        ((GOOGLE,), (GOOGLE,), "error"),
        (("HDFS_NAMENODE",), ("HDFS_NAMENODE",), "error"),
        (("https-host", "headers"), ("https-host", "headers"), None),
        (("password",), ("password",), None),
    ],
)
def test_two_for_one_store(one, other, severity):
    given = USING, account("a", "b"), sealed(*one, name="a"), sealed(*other, name="b")

    assert places("KG248", *given) == ([("secrets.1.name", severity)] if severity else [])


@pytest.mark.parametrize(
    "given",
    [
        (USING, account("a", "a"), sealed(*KEYS, name="a")),
        (USING, account("a", "absent"), sealed(*KEYS, name="a")),
        (service(), account("a", "b"), sealed(*KEYS, name="a"), sealed(*KEYS, name="b")),
    ],
    ids=["the same twice", "one that nobody knows", "an account that no model uses"],
)
def test_accounts_that_nothing_is_wrong_with(given):
    assert places("KG248", *given) == []


def test_what_comes_of_two_for_s3():
    [(_, _, message, _)] = said("KG248", USING, account("a", "b"), sealed(*KEYS, name="a"), sealed(*KEYS, name="b"))

    assert (
        message == "Secret 'b' is for S3, as 'a' is: KServe mixes the keys of the first with the settings of the last"
    )
