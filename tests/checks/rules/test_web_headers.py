"""Headers for downloads are for a host that some model is downloaded from."""

import pytest

from tests.checks.estates import account, sealed
from tests.checks.trees import places, said, service

URI = "https://files.example.com:8443/iris/model.joblib"
AT = [("spec.template.data.https-host", "warning")]


def headers(host):
    return sealed("headers", name="web", data={"https-host": host})


def model(uri=URI, account="sa", **more):
    return service({"model": {"storageUri": uri}, "serviceAccountName": account}, **more)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("files.example.com", []),
        ("file.example.com", AT),
        ("https://files.example.com", AT),
        ("files.example.com:8443", AT),
        ("Files.example.com", AT),
        ("{{ .host }}", []),
    ],
)
def test_the_host_is_that_of_a_model(host, expected):
    assert places("KG244", model(), account("web"), headers(host)) == expected


@pytest.mark.parametrize(
    "manifests",
    [
        (model("s3://models/iris/7"), account("web"), headers("other.example.com")),
        (model("https://a.blob.core.windows.net/b/c"), account("web"), headers("other.example.com")),
        (model(account="other"), account("web"), headers("other.example.com")),
        (model(), model("https://other.example.com/b.joblib", name="b"), account("web"), headers("other.example.com")),
        (model(), account("web"), sealed("headers", "https-host", name="web")),
        (model(annotations={"serving.kserve.io/secretName": "keys"}), account("web"), headers("other.example.com")),
    ],
)
def test_a_secret_that_nothing_can_be_said_of(manifests):
    assert places("KG244", *manifests) == []


@pytest.mark.parametrize(
    ("host", "hint"),
    [
        ("https://files.example.com/", "write 'files.example.com': it is compared with the name of the host alone"),
        ("file.example.com", "did you mean 'files.example.com'?"),
        ("x.test", "they are downloaded from files.example.com"),
    ],
)
def test_a_near_miss_is_told_what_to_write(host, hint):
    assert said("KG244", model(), account("web"), headers(host))[0][3] == hint
