"""MLflow's chart: database, artifacts, hosts, keys and Secrets."""

import pytest

from tests.checks.rules.parts import application, told
from tests.checks.trees import cluster, said, values_row

NEW, OLD = "1.11.5", "1.8.1"
POSTGRES = {"backendStore": {"postgres": {"enabled": True, "host": "db"}}}
CLAIM = {
    "extraVolumes": [{"name": "db", "persistentVolumeClaim": {"claimName": "mlflow"}}],
    "extraVolumeMounts": [{"name": "db", "mountPath": "/data"}],
}
FILE = {"backendStore": {"defaultSqlitePath": "/data/mlflow.db"}}
TEMPORARY = "/tmp/a.db"  # noqa: S108  a path in a container
RECREATE = {"strategy": {"type": "Recreate"}}
HOST = "mlflow.ml.example.com"


def mlflow(code, content, *others, version=NEW, **more):
    return told(code, "mlflow", version, content, *others, namespace="mlflow", **more)


def route(host=HOST, *, backend="mlflow", namespace="mlflow", **rule):
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "mlflow", "namespace": namespace},
        "spec": {"hostnames": [host], "rules": [{"backendRefs": [{"name": backend, "port": 80}], **rule}]},
    }


def secret(name, *keys):
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {"name": name, "namespace": "mlflow"},
        "spec": {"encryptedData": dict.fromkeys(keys, "AgA")},
    }


@pytest.mark.parametrize(
    ("content", "version", "place", "severity"),
    [
        ({}, NEW, "", "warning"),
        ({"backendStore": {"defaultSqlitePath": ":memory:"}}, NEW, "backendStore.defaultSqlitePath", "warning"),
        (FILE, NEW, "backendStore.defaultSqlitePath", "error"),
        (FILE, OLD, "backendStore.defaultSqlitePath", "warning"),
        ({"backendStore": {"defaultSqlitePath": TEMPORARY}}, NEW, "backendStore.defaultSqlitePath", "warning"),
        ({**FILE, **CLAIM, "extraVolumes": [{"name": "db", "emptyDir": {}}]}, NEW, "backendStore.defaultSqlitePath",
         "warning"),
    ],
)  # fmt: skip
def test_database_that_a_restart_empties(content, version, place, severity):
    assert mlflow("KG441", content, version=version) == [(place, severity)]


@pytest.mark.parametrize(
    "content",
    [
        POSTGRES,
        {"postgresql": {"enabled": True}},
        {"extraArgs": {"backend-store-uri": "postgresql://db"}},
        {**FILE, **CLAIM},
    ],
)
def test_database_that_outlives_the_pod(content):
    assert mlflow("KG441", content) == []


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({**FILE, **CLAIM, **RECREATE, "replicaCount": 2}, [("replicaCount", "error")]),
        ({**FILE, **CLAIM}, [("", "warning")]),
        ({**FILE, **CLAIM, "strategy": {"type": "RollingUpdate"}}, [("strategy.type", "warning")]),
        ({**FILE, **CLAIM, **RECREATE, "replicaCount": 1}, []),
        ({**POSTGRES, "replicaCount": 3}, []),
    ],
)
def test_sqlite_has_one_writer(content, found):
    assert mlflow("KG442", content) == found


def test_values_that_nobody_can_read_are_not_judged():
    unknown = {"parameters": [{"name": "backendStore.defaultSqlitePath", "value": "/data/a.db"}]}

    assert mlflow("KG441", {}, helm=unknown) == []
    assert mlflow("KG446", {}, helm=unknown) == []


@pytest.mark.parametrize(
    ("content", "version"),
    [
        ({}, NEW),
        ({"serverAllowedHosts": ["mlflow", "*.example.org"]}, NEW),
        ({"serverAllowedHosts": [HOST]}, OLD),
        ({"extraEnvVars": {"MLFLOW_SERVER_ALLOWED_HOSTS": "mlflow,localhost"}}, OLD),
    ],
)
def test_route_to_a_server_that_refuses_its_host(content, version):
    [(_, severity)] = mlflow("KG443", content, route(), version=version)

    assert severity == "error"


@pytest.mark.parametrize(
    ("content", "version", "other"),
    [
        ({"serverAllowedHosts": [HOST]}, NEW, route()),
        ({"serverAllowedHosts": ["*.ml.example.com"]}, NEW, route()),
        ({"extraEnvVars": {"MLFLOW_SERVER_ALLOWED_HOSTS": f"mlflow, {HOST}"}}, OLD, route()),
        ({"extraEnvVars": {"MLFLOW_SERVER_DISABLE_SECURITY_MIDDLEWARE": "true"}}, NEW, route()),
        ({"ingress": {"enabled": True, "hosts": [{"host": HOST}]}}, NEW, route()),
        ({"extraArgs": {"allowed-hosts": HOST}}, NEW, route()),
        ({"image": {"tag": "3.4.0"}}, NEW, route()),
        ({}, "1.7.0", route()),
        ({}, NEW, route("*.example.com")),
        ({}, NEW, route(backend="other")),
        ({}, NEW, route(namespace="other")),
        ({}, NEW, route(filters=[{"type": "URLRewrite", "urlRewrite": {"hostname": "localhost"}}])),
    ],
)
def test_route_to_a_server_that_takes_its_host(content, version, other):
    assert mlflow("KG443", content, other, version=version) == []


def test_hosts_may_stand_in_a_secret():
    content = {"extraSecretNamesForEnvFrom": ["hosts"]}

    assert mlflow("KG443", content, route(), secret("hosts", "MLFLOW_SERVER_ALLOWED_HOSTS")) == []
    assert mlflow("KG443", content, route()) == []
    assert len(mlflow("KG443", content, route(), secret("hosts", "OTHER"))) == 1


def hub(url, **single_user):
    content = {"singleuser": {"extraEnv": {"MLFLOW_TRACKING_URI": url}, **single_user}}
    return values_row("jupyterhub", "4.4.0", content, application="jupyterhub")


@pytest.mark.parametrize(
    ("url", "count"),
    [
        ("http://mlflow.mlflow.svc.cluster.local", 1),
        ("http://mlflow.mlflow.svc:5000", 1),
        ("http://mlflow.mlflow", 0),
        ("http://elsewhere.mlflow.svc", 0),
        ("http://[", 0),
    ],
)
def test_name_that_notebooks_call_the_server_by(url, count):
    content = {"serverAllowedHosts": ["mlflow.mlflow"]}

    assert len(mlflow("KG443", content, values=[hub(url)])) == count


def test_session_key_of_a_server_with_accounts():
    auth = {"auth": {"enabled": True}}
    named = {**auth, "extraSecretNamesForEnvFrom": ["keys"]}

    assert mlflow("KG444", auth) == [("", "warning")]
    assert mlflow("KG444", {}) == []
    assert mlflow("KG444", {**auth, "flaskServerSecretKey": "x"}) == []
    assert mlflow("KG444", named, secret("keys", "MLFLOW_FLASK_SERVER_SECRET_KEY")) == []
    assert mlflow("KG444", named, secret("keys", "OTHER")) == [("", "warning")]
    assert mlflow("KG444", named) == []


@pytest.mark.parametrize(
    ("content", "version", "count"),
    [
        ({"serviceMonitor": {"enabled": True}}, NEW, 2),
        ({"serviceMonitor": {"enabled": True}}, OLD, 1),
        ({"serviceMonitor": {"enabled": True, "useServicePort": True}}, OLD, 0),
        ({"serviceMonitor": {"enabled": True, "useServicePort": True},
          "extraVolumeMounts": [{"name": "metrics", "mountPath": "/mlflow/metrics"}]}, NEW, 0),
        ({}, NEW, 0),
    ],
)  # fmt: skip
def test_service_monitor_that_finds_no_metrics(content, version, count):
    assert len(mlflow("KG445", content, version=version)) == count


@pytest.mark.parametrize(
    ("root", "found"),
    [
        ({}, [("artifactRoot", "warning")]),
        ({"proxiedArtifactStorage": True}, [("artifactRoot", "warning")]),
        ({"s3": {"enabled": True}}, [("artifactRoot.s3", "error")]),
        ({"s3": {"enabled": True, "bucket": "b"}, "gcs": {"enabled": True}}, [("artifactRoot.gcs.enabled", "warning")]),
        ({"s3": {"enabled": True, "bucket": "b"}}, []),
        ({"defaultArtifactRoot": "hdfs://a/b"}, []),
    ],
)
def test_artifacts_that_nobody_finds_again(root, found):
    assert mlflow("KG446", {"artifactRoot": root}) == found


S3 = {"enabled": True, "bucket": "b", "existingSecret": {"name": "keys"}}
DATABASE = {"name": "db", "passwordKey": "p"}
AT = "artifactRoot.s3.existingSecret"


@pytest.mark.parametrize(
    ("content", "others", "found"),
    [
        ({"artifactRoot": {"s3": S3}}, [], [(f"{AT}.name", "error")]),
        ({"artifactRoot": {"s3": S3}}, [secret("keys", "AWS_ACCESS_KEY_ID")], [(AT, "error")]),
        ({"artifactRoot": {"s3": S3}}, [secret("keys", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")], []),
        ({"artifactRoot": {"s3": {**S3, "enabled": False}}}, [], []),
        ({"extraSecretNamesForEnvFrom": ["gone"]}, [], [("extraSecretNamesForEnvFrom.0", "error")]),
        ({"backendStore": {"postgres": {"enabled": True}, "existingDatabaseSecret": DATABASE}},
         [secret("db", "username", "password")], [("backendStore.existingDatabaseSecret.passwordKey", "error")]),
    ],
)  # fmt: skip
def test_secret_that_the_values_name(content, others, found):
    assert mlflow("KG447", content, *others) == found


def test_older_charts_name_no_keys():
    content, keys = {"artifactRoot": {"s3": S3}}, secret("keys", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")

    assert mlflow("KG447", content, keys, version=OLD) == [(AT, "error"), (AT, "error")]


def test_secret_that_is_in_the_cluster():
    assert mlflow("KG447", {"artifactRoot": {"s3": S3}}, of=cluster(existing=["Secret/mlflow/keys"])) == []


def test_hint_says_which_keys_there_are():
    row = values_row("mlflow", NEW, {"artifactRoot": {"s3": S3}}, application="mlflow")
    one = application("mlflow", NEW, values=True)

    hints = [hint for *_, hint in said("KG447", one, secret("keys", "AWS_ACCESS_KEY"), values=[row])]

    assert hints == ["did you mean 'AWS_ACCESS_KEY'?", "did you mean 'AWS_ACCESS_KEY'?"]


URL = "http://mlflow.mlflow.svc.cluster.local"


@pytest.mark.parametrize(
    ("root", "notebooks", "count"),
    [
        ({}, hub(URL), 1),
        ({"proxiedArtifactStorage": True}, hub(URL), 0),
        ({}, hub(URL, serviceAccountName="s3"), 0),
        ({}, hub("http://elsewhere.svc"), 0),
    ],
)
def test_notebooks_that_write_artifacts_need_credentials(root, notebooks, count):
    content = {"artifactRoot": {"s3": {"enabled": True, "bucket": "b"}, **root}}

    assert len(mlflow("KG459", content, values=[notebooks])) == count
