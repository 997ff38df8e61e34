"""What the hub of JupyterHub reads from where, by the values of its chart; and which keys are sealed for it."""

import pytest

from kserve_gitops.serving.credential_types import sealed_keys
from kserve_gitops.serving.hub_secrets import drawn, wants_password

POSTGRES = {"type": "postgres", "url": "postgresql://hub@db/hub"}


def test_secret_of_the_client_is_wanted_for_an_authenticator_and_means_nothing_without_one():
    with_client = {
        key.name: key.optional for key in sealed_keys("jupyterhub", {"authenticator": "GitHubOAuthenticator"})
    }

    assert with_client["client_secret"] is False
    assert "client_secret" not in {key.name for key in sealed_keys("jupyterhub", {})}


def test_password_of_the_database_may_be_left_out():
    assert [key.name for key in sealed_keys("jupyterhub", {}) if key.optional] == ["hub.db.password"]


@pytest.mark.parametrize("values", [{}, {"hub": None}, {"hub": {"services": ["a"]}}, {"hub": {"config": "x"}}])
def test_values_of_any_shape_say_nothing_of_tokens(values):
    assert len(drawn(values)) == 3


@pytest.mark.parametrize(
    ("hub", "wanted"),
    [
        ({"db": POSTGRES}, True),
        ({"db": {"type": "mysql"}}, True),
        ({}, False),
        ({"db": {"type": "sqlite-pvc"}}, False),
        ({"db": {"type": "other"}}, False),
        ({"db": {**POSTGRES, "password": "x"}}, False),
        ({"db": {**POSTGRES, "url": "postgresql://hub:x@db/hub"}}, False),
        ({"db": {**POSTGRES, "url": "postgresql://["}}, False),
        ({"db": POSTGRES, "extraEnv": {"PGPASSWORD": {"valueFrom": {}}}}, False),
        ({"db": POSTGRES, "extraEnv": [{"name": "PGPASSFILE", "value": "/p"}]}, False),
        ({"db": POSTGRES, "extraEnv": {"MYSQL_PWD": "x"}}, True),
        ({"db": POSTGRES, "extraConfig": {"db": "c.JupyterHub.db_url = 'x'"}}, False),
        ({"db": POSTGRES, "extraVolumes": [{"name": "passfile"}]}, False),
    ],
)
def test_password_is_wanted_where_a_database_takes_one_and_nothing_else_gives_it(hub, wanted):
    assert wants_password({"hub": hub}) is wanted
