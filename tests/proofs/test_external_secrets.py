"""What the operator External Secrets makes of our ExternalSecrets: its own webhook and its own controller answer.

The program in tests/proofs/external_secrets links their code (`make tools` builds it); without it these tests skip.
Every value is made up.
"""

from dataclasses import replace

import pytest

from kserve_gitops.serving.credential_types import TYPES
from tests.proofs.credential_cases import CASES, told
from tests.proofs.secrets_made import SCHEMAS, VAULT, Look, SealedSecrets, external_secrets, made, manifest

FETCHED = {name: case for name, case in CASES.items() if case.fetched}
"""Those of which something is in a store."""
UNFETCHED = ["s3 without keys", "hdfs", "hdfs without a login", "storage-config without keys"]
TOKEN = CASES["huggingface"]
VALUES = {"HF_TOKEN": "throwaway"}

cases = pytest.mark.parametrize("case", FETCHED.values(), ids=FETCHED)


@pytest.fixture(scope="module")
def sealed_secrets(tmp_path_factory):
    return SealedSecrets(tmp_path_factory.mktemp("keys"))


def fetching(case, **settings):
    """The ExternalSecret that we make."""
    return manifest(case.environment(replace(VAULT, **settings)))


def with_template(external, **data):
    """The ExternalSecret, as it is once platform.yaml says something else."""
    spec = external["spec"]
    template = {**spec["target"]["template"], "data": data}
    return {**external, "spec": {**spec, "target": {**spec["target"], "template": template}}}


@cases
def test_it_is_admitted_and_its_secret_has_what_is_fetched_and_what_platform_yaml_says(case):
    external = fetching(case)

    answer = external_secrets(Look(external, case.fetched))

    assert SCHEMAS.object_problems(external) == []
    assert (answer["refused"], answer["warnings"], answer["error"]) == ("", None, "")
    assert (answer["ready"]["status"], answer["again"]) == ("True", "1h0m0s")
    assert made(answer["secret"]).type == TYPES[case.type].secret_type
    assert told(made(answer["secret"]).data, case) == {**case.fetched, **case.add}


@cases
def test_both_ways_make_the_same_secret(case, sealed_secrets):
    fetched = made(external_secrets(Look(fetching(case), case.fetched))["secret"])

    sealed = sealed_secrets.made(case, case.fetched)

    assert fetched == sealed


def test_credentials_of_which_nothing_is_in_a_store_are_those_that_we_refuse():
    assert [name for name, case in CASES.items() if not case.fetched] == UNFETCHED


@pytest.mark.parametrize("name", UNFETCHED)
def test_without_anything_to_fetch_it_is_refused_and_would_have_no_secret(name):
    """Without the webhook nobody would notice: the controller calls that ready."""
    answer = external_secrets(Look(fetching(CASES[name]), {}))

    assert answer["refused"] == "either data or dataFrom should be specified"
    assert answer["secret"] is None
    assert (answer["ready"]["status"], answer["ready"]["reason"]) == ("True", "SecretSynced")


def test_the_secret_goes_when_it_goes():
    answer = external_secrets(Look(fetching(TOKEN), VALUES))

    [owner] = answer["secret"]["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["name"], owner["controller"]) == ("ExternalSecret", "own", True)


@pytest.mark.parametrize(
    ("kind", "stores", "found"),
    [
        ("ClusterSecretStore", {"clusterSecretStores": ["vault"]}, True),
        ("ClusterSecretStore", {"secretStores": ["vault"]}, False),
        ("ClusterSecretStore", {"clusterSecretStores": ["other"]}, False),
        ("SecretStore", {"secretStores": ["vault"]}, True),
        ("SecretStore", {"clusterSecretStores": ["vault"]}, False),
    ],
)
def test_store_is_found_by_kind_and_name(kind, stores, found):
    answer = external_secrets(Look(fetching(TOKEN, store_kind=kind), VALUES), **stores)

    assert (answer["secret"] is not None) is found
    assert (answer["ready"]["status"] == "True") is found
    assert (f'could not get {kind} "vault"' in answer["error"]) is not found


def test_one_value_that_is_not_in_the_store_keeps_the_secret_from_being_made():
    case = CASES["registry"]

    answer = external_secrets(Look(fetching(case), {"username": "robot"}))

    assert answer["secret"] is None
    assert answer["ready"]["status"] == "False"
    assert "Secret does not exist" in answer["error"]


@pytest.mark.parametrize(
    ("interval", "again"), [("1h", "1h0m0s"), ("90s", "1m30s"), ("1h30m", "1h30m0s"), ("24h", "24h0m0s"), ("0s", "0s")]
)
def test_controller_looks_again_after_the_interval(interval, again):
    answer = external_secrets(Look(fetching(TOKEN, refresh_interval=interval), VALUES))

    assert (answer["refused"], answer["again"]) == ("", again)


@pytest.mark.parametrize(("interval", "comes"), [("1h", True), ("0s", False)])
def test_what_changes_in_platform_yaml_comes_at_once_unless_the_interval_is_nothing(interval, comes):
    external = fetching(TOKEN, refresh_interval=interval)
    before = Look(with_template(external, host="a"), VALUES)
    after = Look(with_template(external, host="b"), VALUES)

    answer = external_secrets(after, before=before)

    assert made(answer["secret"]).data == {**VALUES, "host": "b" if comes else "a"}


def test_what_changes_in_the_store_waits_for_the_interval():
    look = Look(fetching(TOKEN), VALUES)
    external = {**look.manifest, "spec": {**look.manifest["spec"]}}

    answer = external_secrets(Look(external, {"HF_TOKEN": "another"}), before=look)

    assert made(answer["secret"]).data == VALUES


def test_interval_longer_than_the_api_knows_is_read_by_nobody():
    answer = external_secrets(Look(fetching(TOKEN, refresh_interval="2562048h"), VALUES))

    assert answer["error"] == 'time: invalid duration "2562048h"'
