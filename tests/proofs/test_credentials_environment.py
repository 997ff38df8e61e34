"""The environment of the container that downloads a model, once the kubelet has looked into the Secrets.

As in test_credentials_read.py, the program in tests/proofs/webhook answers; without it these tests skip.
"""

import pytest

from tests.proofs.credential_manifests import HUB, KEYS, asked, container, opened, secret
from tests.proofs.credential_reader import NEWEST, OLDEST, CreateContainerConfigError, environment

releases = pytest.mark.parametrize("release", [OLDEST, NEWEST])


@releases
@pytest.mark.parametrize(
    ("data", "missing"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "throwaway"}, "AWS_ACCESS_KEY_ID"),
        ({"AZURE_CLIENT_ID": "c", "AZURE_CLIENT_SECRET": "throwaway"}, "AZURE_TENANT_ID"),
        ({"AZURE_ACCESS_TOKEN": "throwaway"}, "AZURE_TENANT_ID"),
    ],
)
def test_container_never_starts_without_a_key_that_belongs_to_the_others(data, missing, release):
    reading = asked(release, opened(data))

    with pytest.raises(CreateContainerConfigError, match=f"no key '{missing}' in Secret 'store'"):
        environment(reading, {"store": {key: value.encode() for key, value in data.items()}})


def test_environment_has_the_values_of_the_secret():
    reading = asked(NEWEST, opened(region="eu-west-1"))

    found = environment(reading, {"store": {key: value.encode() for key, value in KEYS.items()}})

    assert found == {**KEYS, **HUB, "AWS_DEFAULT_REGION": "eu-west-1"}


@pytest.mark.parametrize(("written", "arrives"), [("a$b", "a$b"), ("a$$b", "a$b"), ("$(AWS)", "$(AWS)")])
def test_kubelet_takes_one_of_two_dollars_out_of_headers(written, arrives):
    reading = asked(
        NEWEST,
        opened({"https-host": "models.example.com", "headers": written}),
        "https://models.example.com/iris.joblib",
    )

    assert environment(reading, {})["models.example.com-headers"] == arrives


def test_container_of_the_platform_may_take_a_whole_secret():
    own = container(envFrom=[{"secretRef": {"name": "store"}}])

    reading = asked(NEWEST, [own, secret()])

    assert environment(reading, {"store": {"A": b"1"}}) == {"A": "1", **HUB}
