"""Charts of the parts and their Secrets, users and volumes: what is missing, ignored or lost."""

import pytest

from tests.checks.rules.parts import application, told
from tests.checks.trees import cluster, said, values_row

NEW, OLD = "1.11.5", "1.8.1"
AUTH = {"enabled": True, "existingAdminSecret": {"name": "admin"}}
POSTGRES = {"backendStore": {"postgres": {"enabled": True, "host": "db"}}}
CLAIM = {
    "extraVolumes": [{"name": "db", "persistentVolumeClaim": {"claimName": "mlflow"}}],
    "extraVolumeMounts": [{"name": "db", "mountPath": "/data"}],
}
ROUTED = {"httpRoute": {"enabled": True}}
COOKIES, CRYPT = "hub.config.JupyterHub.cookie_secret", "hub.config.CryptKeeper.keys"
PROXY, PASSWORD = "hub.config.ConfigurableHTTPProxy.auth_token", "hub.db.password"


def mlflow(code, content, *others, version=NEW, **more):
    return told(code, "mlflow", version, content, *others, **more)


def hub(code, content, *others, **more):
    return told(code, "jupyterhub", "4.4.0", content, *others, **more)


def hint(code, chart, version, content):
    rows = [values_row(chart, version, content, application=chart)]
    [(*_, found)] = said(code, application(chart, version, values=True), values=rows)
    return found


def secret(*keys, name="own", namespace="jupyterhub", data=()):
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"encryptedData": dict.fromkeys(keys, "AgA"), "template": {"data": dict.fromkeys(data, "x")}},
    }


FOLDER, USERS = "auth.sqliteFullPath", {"auth": {**AUTH, "sqliteFullPath": "/data/"}}


@pytest.mark.parametrize(
    ("content", "version", "found"),
    [
        ({"auth": AUTH}, NEW, [("auth", "error")]),
        ({"auth": AUTH}, OLD, [("auth", "warning")]),
        ({"auth": AUTH, **CLAIM}, NEW, [("auth", "error")]),
        (USERS, NEW, [(FOLDER, "error")]),
        ({"auth": {**AUTH, "sqliteFullPath": "/data"}, **CLAIM}, NEW, [(FOLDER, "error")]),
        ({"auth": {**AUTH, "sqliteFullPath": "/tmp/"}}, NEW, [(FOLDER, "warning")]),  # noqa: S108  in a container
        ({**USERS, **CLAIM, "extraVolumes": [{"name": "db", "emptyDir": {}}]}, NEW, [(FOLDER, "warning")]),
        ({**USERS, **CLAIM, **POSTGRES, "replicaCount": 2}, NEW, [("replicaCount", "error")]),
    ],
)
def test_users_that_a_restart_or_a_second_server_loses(content, version, found):
    assert mlflow("KG474", content, version=version) == found


@pytest.mark.parametrize(
    ("content", "version"),
    [
        ({}, NEW),
        ({"auth": {"enabled": False}}, NEW),
        ({**USERS, **CLAIM}, NEW),
        ({**USERS, **CLAIM, "replicaCount": 2}, NEW),  # told as KG442
        ({"auth": {**AUTH, "sqliteFile": "/data/users.db"}, **CLAIM}, NEW),
        ({"auth": {**AUTH, "sqliteFullPath": "/data"}, **CLAIM}, "1.13.0"),
        ({"auth": {**AUTH, "postgres": {"enabled": True}}}, NEW),
        ({"auth": AUTH, "postgresql": {"enabled": True}}, NEW),
        ({"auth": {**AUTH, "appName": "own"}}, NEW),
        ({"auth": AUTH, "extraEnvVars": {"MLFLOW_AUTH_CONFIG_PATH": "/own.ini"}}, NEW),
        ({"auth": AUTH, "image": {"repository": "registry.example.com/mlflow"}}, NEW),
        ({"auth": AUTH, "extraVolumes": CLAIM["extraVolumes"],
          "extraVolumeMounts": [{"name": "db", "mountPath": "/mlflow"}]}, NEW),
    ],
)  # fmt: skip
def test_users_that_outlive_the_pod(content, version):
    assert mlflow("KG474", content, version=version) == []


def test_folder_without_a_slash_is_told_to_need_one():
    content = {"auth": {**AUTH, "sqliteFullPath": "/data"}, **CLAIM}

    assert hint("KG474", "mlflow", NEW, content) == "write '/data/': the chart puts no slash between folder and file"


def of(source):
    return {"extraVolumes": [{"name": "v", **source}]}


@pytest.mark.parametrize(
    ("source", "kind", "at"),
    [
        ({"configMap": {"name": "ca"}}, "ConfigMap", "configMap.name"),
        ({"secret": {"secretName": "ca"}}, "Secret", "secret.secretName"),
        ({"persistentVolumeClaim": {"claimName": "ca"}}, "PersistentVolumeClaim", "persistentVolumeClaim.claimName"),
    ],
)
def test_volume_that_nothing_makes(source, kind, at):
    assert mlflow("KG475", of(source)) == [(f"extraVolumes.0.{at}", "error")]
    assert mlflow("KG475", of(source), of=cluster(existing=[f"{kind}/mlflow/ca"])) == []
    assert mlflow("KG475", of(source), of=cluster(existing=[f"{kind}/kserve/ca"])) != []


@pytest.mark.parametrize(
    "source",
    [
        {"emptyDir": {}},
        {"configMap": {"name": "ca", "optional": True}},
        {"secret": {"secretName": "tls-{{ .Release.Name }}"}},
        {"configMap": None},
        {"configMap": {"name": "mlflow-env-configmap"}},
    ],
)
def test_volume_that_may_be_there_or_is_none(source):
    assert mlflow("KG475", of(source)) == []


def test_volumes_of_the_hub_and_of_notebooks():
    volume = of({"configMap": {"name": "gone"}})

    assert hub("KG475", {"hub": volume}) == [("hub.extraVolumes.0.configMap.name", "error")]
    assert hub("KG475", {"singleuser": {"storage": volume}}) == [
        ("singleuser.storage.extraVolumes.0.configMap.name", "error")
    ]


DATABASE, ADMIN = "backendStore.existingDatabaseSecret.name", "auth.existingAdminSecret.name"
LOGIN = {"existingDatabaseSecret": {"name": "db"}}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({"backendStore": LOGIN}, [(DATABASE, "error")]),
        ({"backendStore": LOGIN, "postgresql": {"enabled": True}}, [(DATABASE, "error")]),
        ({"auth": {"existingAdminSecret": {"name": "admin"}}}, [(ADMIN, "error")]),
        ({"auth": AUTH}, []),
        ({"auth": {**AUTH, "enabled": False}}, []),
        ({"backendStore": {**LOGIN, "postgres": {"enabled": True}}}, []),
        ({"backendStore": {**LOGIN, "mssql": {"enabled": True}}}, []),
        ({"backendStore": {**LOGIN, "postgres": {"enabled": False}}}, []),
        ({"backendStore": {"existingDatabaseSecret": {"name": ""}}}, []),
        ({}, []),
    ],
)
def test_secret_for_what_is_not_enabled(content, found):
    assert mlflow("KG476", content) == found


def test_login_without_a_database_is_told_what_to_enable():
    wanted = "set backendStore.postgres.enabled or backendStore.mysql.enabled or backendStore.mssql.enabled"

    assert hint("KG476", "mlflow", NEW, {"backendStore": LOGIN}) == f"{wanted}, or take the Secret away"


OWN = {"existingSecret": "own"}


@pytest.mark.parametrize(
    ("content", "keys", "count"),
    [
        (OWN, (COOKIES, CRYPT, PROXY), 1),
        (OWN, (COOKIES, PASSWORD), 1),
        (OWN, (PROXY, PASSWORD), 2),
        (OWN, (COOKIES, CRYPT, "values.yaml", "own"), 0),
        ({**OWN, "db": {"type": "postgres"}}, (COOKIES, PASSWORD), 0),
        ({**OWN, "extraConfig": {"own": "pass"}}, (PROXY,), 0),
        ({}, (PROXY,), 0),
    ],
)
def test_key_that_the_hub_does_not_read(content, keys, count):
    found = hub("KG477", {"hub": content}, secret(*keys))

    assert found == [("hub.existingSecret", "warning")] * count


def test_secret_with_keys_that_nobody_knows_is_not_judged():
    assert hub("KG477", {"hub": OWN}, of=cluster(existing=["Secret/jupyterhub/own"])) == []
    assert hub("KG478", {"hub": {**OWN, "db": {"type": "mysql"}}}) == []


@pytest.mark.parametrize(
    ("content", "keys", "found"),
    [
        ({"db": {"type": "postgres"}}, (PASSWORD,), [("hub.db.type", "warning")]),
        ({**OWN, "db": {"type": "mysql"}}, (COOKIES,), [("hub.db.type", "warning")]),
        ({**OWN, "db": {"type": "mysql"}}, (PASSWORD,), []),
        ({**OWN, "db": {"type": "postgres"}, "extraEnv": {"PGPASSWORD": "x"}}, (COOKIES,), []),
        (OWN, (COOKIES,), []),
    ],
)
def test_database_of_the_hub_without_a_password(content, keys, found):
    assert hub("KG478", {"hub": content}, secret(*keys)) == found


@pytest.mark.parametrize(("data", "found"), [((), [("hub", "warning")]), (("values.yaml",), [])])
def test_secret_of_the_hub_says_who_may_come_only_where_it_has_values(data, found):
    assert hub("KG453", {"hub": OWN, **ROUTED}, secret(COOKIES, data=data)) == found


def test_service_without_a_token_is_drawn_one_too():
    given = {"proxy": {"secretToken": "a"}, "hub": {"cookieSecret": "b", "config": {"CryptKeeper": {"keys": ["c"]}}}}
    service = {"services": {"own": {"url": "http://own"}}}

    assert hub("KG448", given) == []
    assert len(hub("KG448", {**given, "hub": {**given["hub"], **service}})) == 1


def test_chart_draws_tokens_beside_a_secret_of_ones_own():
    assert len(hub("KG448", {"hub": OWN}, secret(COOKIES, CRYPT))) == 1


def test_key_of_the_sessions_may_be_given_in_the_words_of_later_charts():
    content = {"auth": AUTH, "flaskServerSecret": {"existingSecret": {"name": "keys"}}}

    assert mlflow("KG444", content) == []


@pytest.mark.parametrize(
    ("name", "namespace", "found"),
    [
        ("hub", "jupyterhub", [("metadata.name", "error")]),
        ("hub", "mlflow", []),
        ("hub-secrets", "jupyterhub", []),
    ],
)
def test_secret_with_the_name_of_one_that_the_chart_makes(name, namespace, found):
    assert hub("KG479", {}, secret(COOKIES, name=name, namespace=namespace)) == found


def test_fetched_secret_with_the_name_of_one_that_the_chart_makes():
    fetched = {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": "keys", "namespace": "mlflow"},
        "spec": {"target": {"name": "mlflow-env-secret"}},
    }

    assert mlflow("KG479", {}, fetched) == [("metadata.name", "error")]
