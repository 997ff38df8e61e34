"""What MLflow and JupyterHub are told of Secrets, identities and databases."""

import json
from dataclasses import replace

import pytest

from kserve_gitops import Credentials, JupyterHub, Mlflow, jupyterhub
from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs.credential import Credential, Need, Secrets
from kserve_gitops.inputs.credential_contents import fetched_keys

ROLE = "arn:aws:iam::123456789012:role/mlflow"
LOGIN = {"usernameKey": "username", "passwordKey": "password"}
POSTGRES = {"backendStore": {"postgres": {"enabled": True, "host": "db", "database": "mlflow"}}}
USERS_TOO = {"auth": {"postgres": {"enabled": True, "host": "db", "database": "users"}}}
KINDS = {"server": "mlflow-server", "admin": "basic-auth", "database": "basic-auth", "hub": "jupyterhub"}
TOKENS = ["ConfigurableHTTPProxy.auth_token", "CryptKeeper.keys", "JupyterHub.cookie_secret"]


def sealed(credential, part, **keys):
    return Need(credential, part, (part,), Origin("s.yaml"), keys or {"key": "AgA"})


@pytest.fixture
def told(chart, environment, gateway, part, files):
    """`told("mlflow", secrets={"server": "s"})` is the values of that part, and what is made."""

    def make(name, values=None, *, secrets=None, writer=None, keys=None, scope=chart, **options):
        uses = {use: Credential(called, f"sa-{called}", KINDS[use]) for use, called in (secrets or {}).items()}
        needs = [sealed(credential, name, **(keys or {})) for credential in uses.values()]
        needs += [sealed(writer, name)] if writer else []
        full = replace(environment, mlflow_credential=writer, needs=tuple(needs))
        given = {"databaseSize": "1Gi", "secrets": secrets or {}, **options}
        kind = {"mlflow": Mlflow, "jupyterhub": JupyterHub}[name]
        credentials = Credentials(scope, environment=full, namespace=name, project="platform") if needs else None
        made = kind(scope, environment=full, part=part(name, values, given), gateway=gateway, credentials=credentials,
                    project="platform")  # fmt: skip
        return files(made)[f"values/{name}.yaml"], made

    return make


@pytest.fixture
def s3(storage):
    """`s3(type, option=…)` is a credential for the bucket."""

    def make(type_="s3", **options):
        return Credential("s3-access", "sa-s3-access", type_, storage=storage, options=options)

    return make


@pytest.fixture
def fits(schemas):
    """Whether the chart's own schema takes these values."""
    return lambda values: schemas["v0.16.0"].values_problems("mlflow", "1.11.5", values) == []


def kinds(made, objects):
    return [manifest["kind"] for manifest in objects(made)]


def test_key_of_the_sessions_comes_last_and_so_counts_in_place_of_the_charts_own(told, s3, fits):
    values, _ = told("mlflow", secrets={"server": "mlflow-server"}, writer=s3())

    assert values["extraSecretNamesForEnvFrom"] == ["s3-access", "mlflow-server"]
    assert fits(values)


def test_first_user_is_sealed_and_the_others_are_kept_on_the_volume(told, fits):
    values, _ = told("mlflow", secrets={"admin": "mlflow-admin", "server": "mlflow-server"})

    assert values["auth"] == {
        "enabled": True, "existingAdminSecret": {"name": "mlflow-admin", **LOGIN}, "sqliteFullPath": "/data/",
    }  # fmt: skip
    assert values["extraVolumeMounts"] == [{"name": "database", "mountPath": "/data"}]
    assert fits(values)


def test_users_are_kept_on_the_volume_where_a_person_switches_auth_on(told):
    values, _ = told("mlflow", {"auth": {"enabled": True}})

    assert values["auth"] == {"enabled": True, "sqliteFullPath": "/data/"}


@pytest.mark.parametrize(
    ("type_", "account"),
    [("irsa", {"annotations": {"eks.amazonaws.com/role-arn": ROLE}}), ("pod-identity", None)],
)
def test_identity_needs_no_keys(type_, account, told, s3, fits):
    values, _ = told("mlflow", writer=s3(type_, roleArn=ROLE))

    assert values.get("serviceAccount") == account
    assert values["artifactRoot"]["s3"] == {"enabled": True, "bucket": "acme-ml-models", "path": "mlflow"}
    assert values["extraSecretNamesForEnvFrom"] == []
    assert values["extraEnvVars"]["AWS_DEFAULT_REGION"] == "ca-central-1"
    assert "podAnnotations" not in values
    assert fits(values)


def test_bucket_is_that_of_the_credential(told, s3, storage):
    own = replace(storage, bucket="acme-runs", region="eu-west-1", prefix="", endpoint="http://minio.example.com")

    values, _ = told("mlflow", writer=replace(s3(), storage=own))

    assert values["artifactRoot"]["s3"]["bucket"] == "acme-runs"
    assert values["artifactRoot"]["s3"]["path"] == ""
    assert values["extraEnvVars"]["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert values["extraEnvVars"]["MLFLOW_S3_ENDPOINT_URL"] == "http://minio.example.com"


@pytest.mark.parametrize(
    ("option", "variable", "value"),
    [
        ({"verifySSL": False}, "MLFLOW_S3_IGNORE_TLS", "true"),
        ({"verifySSL": True}, "MLFLOW_S3_IGNORE_TLS", None),
        ({"useVirtualBucket": True}, "MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE", "virtual"),
        ({"useVirtualBucket": False}, "MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE", "path"),
        ({}, "MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE", None),
        ({}, "MLFLOW_S3_UPLOAD_EXTRA_ARGS", None),
    ],
)
def test_setting_of_s3_is_a_variable(option, variable, value, told, s3):
    values, _ = told("mlflow", writer=s3(**option))

    assert values["extraEnvVars"].get(variable) == value


def test_artifacts_are_encrypted_with_the_key_of_the_bucket(told, s3, storage):
    key = "arn:aws:kms:ca-central-1:123456789012:key/one"

    values, _ = told("mlflow", writer=replace(s3(), storage=replace(storage, kms_key_arn=key)))

    said = json.loads(values["extraEnvVars"]["MLFLOW_S3_UPLOAD_EXTRA_ARGS"])
    assert said == {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}


def test_certificates_are_mounted_where_the_server_looks_for_them(told, s3, fits):
    values, _ = told("mlflow", writer=s3(caBundleConfigMap="ca"))

    [volume] = [one for one in values["extraVolumes"] if "configMap" in one]
    [mount] = [one for one in values["extraVolumeMounts"] if one["name"] == volume["name"]]
    assert volume["configMap"] == {"name": "ca"}
    assert values["extraEnvVars"]["AWS_CA_BUNDLE"] == f"{mount['mountPath']}/cabundle.crt"
    assert fits(values)


@pytest.mark.parametrize(
    ("theirs", "secrets", "claim"),
    [
        ({}, {}, True),
        (POSTGRES, {"database": "db"}, False),
        ({"backendStore": {"mysql": {"enabled": True}}}, {}, False),
        ({"postgresql": {"enabled": True}}, {}, False),
        ({"backendStore": {"postgres": {"enabled": False}}}, {}, True),
        (POSTGRES, {"database": "db", "admin": "admin"}, True),
        (POSTGRES | USERS_TOO, {"database": "db", "admin": "admin"}, False),
    ],
)
def test_volume_is_there_while_something_is_kept_on_it(theirs, secrets, claim, told, objects):
    values, made = told("mlflow", theirs, secrets=secrets)

    assert ("PersistentVolumeClaim" in kinds(made, objects)) is claim
    assert ("extraVolumes" in values) is claim
    assert (values.get("replicaCount"), values.get("strategy")) == (
        (1, {"type": "Recreate"}) if claim else (None, None)
    )


def test_database_of_a_person_is_waited_for_and_its_login_sealed(told, fits):
    values, _ = told("mlflow", POSTGRES, secrets={"database": "mlflow-database"})

    assert values["backendStore"] == {
        "databaseConnectionCheck": True,
        "databaseMigration": True,
        "existingDatabaseSecret": {"name": "mlflow-database", **LOGIN},
        **POSTGRES["backendStore"],
    }
    assert fits(values)


def test_login_without_a_database_is_left_for_the_check_to_tell(told):
    values, _ = told("mlflow", secrets={"database": "mlflow-database"})

    assert values["backendStore"]["existingDatabaseSecret"]["name"] == "mlflow-database"
    assert values["backendStore"]["defaultSqlitePath"] == "/data/mlflow.db"


def test_server_starts_anew_when_something_is_sealed_anew(told, chart):
    from kserve_gitops import Construct  # noqa: PLC0415  starts Node

    def checksum(number, **keys):
        values, _ = told("mlflow", secrets={"server": "s"}, keys=keys, scope=Construct(chart, str(number)))
        return values["podAnnotations"]["checksum/credentials"]

    assert checksum(1, a="AgA", b="AgB") == checksum(2, b="AgB", a="AgA")
    assert checksum(3, a="AgA") != checksum(4, a="AgB")


def test_hub_takes_its_own_secret_and_starts_anew_with_it(told):
    values, _ = told("jupyterhub", secrets={"hub": "hub-secrets"})

    assert values["hub"]["existingSecret"] == "hub-secrets"
    assert values["hub"]["annotations"].keys() == {"checksum/credentials", "checksum/values"}


def test_hub_without_a_secret_of_its_own_is_told_of_none(told):
    values, _ = told("jupyterhub")

    assert values["hub"].keys() == {"annotations"}


@pytest.mark.parametrize(
    ("theirs", "left"),
    [
        ({}, [f"hub.config.{name}" for name in TOKENS]),
        ({"hub": {"existingSecret": "hub"}}, [f"hub.config.{name}" for name in TOKENS]),
        ({"hub": {"cookieSecret": "x"}}, [f"hub.config.{name}" for name in TOKENS[:2]]),
        ({"proxy": {"secretToken": "x"}}, [f"hub.config.{name}" for name in TOKENS[1:]]),
        ({"hub": {"services": {"a/b": {"url": "u"}, "c": {"apiToken": "x"}, "d": {"api_token": "x"}, "e": None}}},
         [*(f"hub.config.{name}" for name in TOKENS), "hub.services.a~1b.apiToken"]),
    ],
)  # fmt: skip
def test_only_what_chance_decides_is_left_as_it_is(theirs, left):
    [secret, *_] = jupyterhub.ignored(theirs)

    assert secret["jsonPointers"] == [f"/data/{key}" for key in left]


def test_proxy_starts_anew_with_a_token_that_a_person_gives():
    found = jupyterhub.ignored({"proxy": {"secretToken": "x"}})

    assert [one["name"] for one in found] == ["hub", "hub"]


def test_nothing_is_left_as_it_is_where_all_is_given():
    config = {"CryptKeeper": {"keys": ["x"]}, "JupyterHub": {"cookie_secret": "x"}}

    assert jupyterhub.ignored({"proxy": {"secretToken": "x"}, "hub": {"config": config}}) == []


def test_fetched_secret_is_named_like_a_sealed_one(chart, environment, gateway, part, files):
    hub = Credential("hub", "sa-hub", "jupyterhub", remote_key="ml/hub")
    fetched = Secrets("external-secrets", store_name="vault")
    full = replace(environment, secrets=fetched, needs=(Need(hub, "jupyterhub", ("jupyterhub",), Origin("p.yaml")),))
    credentials = Credentials(chart, environment=full, namespace="jupyterhub", project="platform")

    common = {"environment": full, "gateway": gateway, "project": "platform"}
    given = part("jupyterhub", {}, {"secrets": {"hub": "hub"}})
    made = JupyterHub(chart, part=given, credentials=credentials, **common)

    assert files(made)["values/jupyterhub.yaml"]["hub"]["existingSecret"] == "hub"


@pytest.mark.parametrize(("type_", "fetched"), [("postgres", True), ("sqlite-pvc", False)])
def test_password_of_the_hubs_database_is_fetched_where_there_is_one(type_, fetched, environment, part):
    hub = Credential("hub", "sa-hub", "jupyterhub", remote_key="ml/hub")
    full = replace(environment, parts={"jupyterhub": part("jupyterhub", {"hub": {"db": {"type": type_}}})})

    assert ("hub.db.password" in fetched_keys(hub, full)) is fetched
