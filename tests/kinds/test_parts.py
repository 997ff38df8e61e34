"""The parts of the platform: what each chart is told, and how a person's values go over it."""

import itertools
from dataclasses import replace

import pytest

from kserve_gitops import (
    CertManager,
    Construct,
    Credentials,
    GatewayApi,
    JupyterHub,
    KServe,
    KServeCrds,
    Mlflow,
    SealedSecretsController,
    Traefik,
)
from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs.credential import Need
from kserve_gitops.inputs.environment import Model, Tls
from kserve_gitops.mlflow import allowed_hosts

WITH_VALUES = ["cert-manager", "sealed-secrets", "traefik", "kserve", "mlflow", "jupyterhub"]

ONE_OF_OURS = {
    "cert-manager": ("crds", "keep"),
    "sealed-secrets": ("fullnameOverride",),
    "traefik": ("providers", "kubernetesIngress", "enabled"),
    "kserve": ("kserve", "controller", "gateway", "urlScheme"),
    "mlflow": ("backendStore", "defaultSqlitePath"),
    "jupyterhub": ("proxy", "service", "type"),
}
"""The way to a value that we generate, part by part."""


@pytest.fixture
def environment(environment):
    """One in which MLflow's keys are sealed."""
    keys = {"AWS_ACCESS_KEY_ID": "AgA", "AWS_SECRET_ACCESS_KEY": "AgB"}
    need = Need(environment.mlflow_credential, "mlflow", ("mlflow",), Origin("s.yaml"), keys)
    return replace(environment, needs=(need,))


@pytest.fixture
def deploy(chart, environment, gateway, part):
    """`deploy("traefik", values)` is the application of that part."""
    alone = {"cert-manager": CertManager, "sealed-secrets": SealedSecretsController, "traefik": Traefik,
             "gateway-api": GatewayApi}  # fmt: skip

    count = itertools.count()

    def make(name, values=None, *, environment=environment, gateway=gateway, options=None):
        scope = Construct(chart, str(next(count)))
        common = {"environment": environment, "project": "platform"}

        def credentials():
            needed = environment.needs_in(name)
            return Credentials(scope, namespace=name, **common) if needed else None

        match name:
            case "kserve":
                release = replace(environment.kserve, values=values or {})
                return KServe(scope, gateway=gateway, **common | {"environment": replace(environment, kserve=release)})
            case "kserve-crd":
                return KServeCrds(scope, **common)
            case "mlflow":
                given = part(name, values, {"databaseSize": "10Gi", **(options or {})})
                return Mlflow(scope, gateway=gateway, credentials=credentials(), part=given, **common)
            case "jupyterhub":
                given = part(name, values, options)
                return JupyterHub(scope, gateway=gateway, credentials=credentials(), part=given, **common)
            case _:
                return alone[name](scope, part=part(name, values), **common)

    return make


@pytest.fixture
def values(deploy, files):
    """`values("traefik", theirs)` is what stands in the value file of that part."""

    def make(name, theirs=None, **other):
        return files(deploy(name, theirs, **other))[f"values/{name}.yaml"]

    return make


def at(tree, way):
    for step in way:
        tree = tree[step]
    return tree


def without_checksum(tree):
    """Without the one value of JupyterHub's that follows from all the others."""
    return {key: value for key, value in tree.items() if key != "hub"}


def tree_of(way, value):
    for step in reversed(way):
        value = {step: value}
    return value


@pytest.mark.parametrize("name", WITH_VALUES)
def test_values_of_a_part(name, deploy, objects, files, golden):
    app = deploy(name)

    assert at(files(app)[f"values/{name}.yaml"], ONE_OF_OURS[name]) is not None
    assert [*objects(app), *files(app).values()] == golden


@pytest.mark.parametrize("name", ["gateway-api", "kserve-crd"])
def test_crds_take_no_values_and_are_never_pruned(name, deploy, objects, files, golden):
    app = deploy(name)

    [manifest] = objects(app)
    assert files(app) == {}
    assert {"ServerSideApply=true", "Prune=false"} <= set(manifest["spec"]["syncPolicy"]["syncOptions"])
    assert manifest == golden


@pytest.mark.parametrize("name", WITH_VALUES)
def test_value_of_a_person_wins_and_the_rest_of_ours_stays(name, values):
    way = ONE_OF_OURS[name]
    expected = values(name)
    at(expected, way[:-1])[way[-1]] = "theirs"
    expected["beside"] = {"theirs": 1}

    merged = values(name, tree_of(way, "theirs") | {"beside": {"theirs": 1}})

    assert without_checksum(merged) == without_checksum(expected)


@pytest.mark.parametrize("name", WITH_VALUES)
def test_null_removes_a_value_of_ours(name, values):
    way = ONE_OF_OURS[name]
    other = ("beside",)

    merged = values(name, tree_of(way, None) | tree_of(other, 1))

    assert way[-1] not in at(merged, way[:-1])
    assert merged["beside"] == 1


@pytest.mark.parametrize(
    ("name", "way"), [("mlflow", ("serverAllowedHosts",)), ("jupyterhub", ("httpRoute", "hostnames"))]
)
def test_list_of_a_person_replaces_ours(name, way, values):
    assert at(values(name, tree_of(way, ["only.this"])), way) == ["only.this"]


def test_part_without_values_left_has_no_value_file(deploy, files):
    assert files(deploy("sealed-secrets", {"fullnameOverride": None})) == {}


def test_cert_manager_may_write_its_leases_to_kube_system(deploy):
    assert deploy("cert-manager").namespaces == {"cert-manager", "kube-system"}


def test_controller_is_where_kubeseal_looks_for_it(deploy, objects, values):
    [manifest] = objects(deploy("sealed-secrets"))

    assert manifest["spec"]["destination"]["namespace"] == "kube-system"
    assert values("sealed-secrets")["fullnameOverride"] == "sealed-secrets-controller"


def test_traefik_makes_no_gateway_and_is_no_default_for_ingresses(values):
    found = values("traefik")

    assert found["providers"]["kubernetesGateway"] == {"enabled": True}
    assert found["gateway"] == {"enabled": False}
    assert found["ingressClass"] == {"enabled": False}


def test_kserve_uses_our_gateway(values, gateway):
    controller = values("kserve")["kserve"]["controller"]

    assert controller["deploymentMode"] == "Standard"
    assert controller["gateway"] == {
        "domain": "ml.example.com",
        "urlScheme": "http",
        "ingressGateway": {"enableGatewayApi": True, "createGateway": False, "kserveGateway": gateway.ref},
    }


def test_kserve_hands_out_https_addresses_behind_a_certificate(values, settings, chart):
    from kserve_gitops import Gateway  # noqa: PLC0415  as the fixtures do

    secured = Gateway(chart, "secured", settings=replace(settings, tls=Tls("cert")), domain="a.b", namespaces=[])

    assert values("kserve", gateway=secured)["kserve"]["controller"]["gateway"]["urlScheme"] == "https"


@pytest.mark.parametrize(("scheme", "https"), [("https", "1"), ("http", "0")])
def test_kserve_gets_the_endpoint_without_its_scheme(scheme, https, values, environment, storage):
    elsewhere = replace(environment, storage=replace(storage, endpoint=f"{scheme}://minio.example.com"))

    s3 = values("kserve", environment=elsewhere)["kserve"]["storage"]["s3"]

    assert (s3["endpoint"], s3["useHttps"]) == ("minio.example.com", https)


def test_mlflow_keeps_its_database_on_a_volume(deploy, objects, values):
    found = values("mlflow")
    claim = next(m for m in objects(deploy("mlflow")) if m["kind"] == "PersistentVolumeClaim")

    [mount], [volume] = found["extraVolumeMounts"], found["extraVolumes"]
    assert found["backendStore"]["defaultSqlitePath"].startswith(f"{mount['mountPath']}/")
    assert volume["name"] == mount["name"]
    assert volume["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    assert found["podSecurityContext"]["fsGroup"] == 1001
    assert (found["replicaCount"], found["strategy"]) == (1, {"type": "Recreate"})


def test_mlflow_answers_to_every_name_it_is_called_by():
    hosts = allowed_hosts("mlflow.ml.example.com")

    for name in ("mlflow.ml.example.com", "mlflow", "mlflow.mlflow", "mlflow.mlflow.svc",
                 "mlflow.mlflow.svc.cluster.local", "localhost"):  # fmt: skip
        assert {name, f"{name}:*"} <= set(hosts)


def test_mlflow_without_a_credential_leaves_the_keys_to_its_pod(values, environment):
    found = values("mlflow", environment=replace(environment, needs=(), mlflow_credential=None))

    assert "existingSecret" not in found["artifactRoot"]["s3"]
    assert found["extraSecretNamesForEnvFrom"] == []


def test_mlflow_is_told_of_a_store_that_is_not_aws(values, environment, storage):
    opened = replace(storage, endpoint="http://minio.example.com:9000")
    elsewhere = replace(environment, mlflow_credential=replace(environment.mlflow_credential, storage=opened))

    variables = values("mlflow", environment=elsewhere)["extraEnvVars"]

    assert variables["MLFLOW_S3_ENDPOINT_URL"] == "http://minio.example.com:9000"
    assert all(isinstance(value, str) for value in variables.values())


def test_notebooks_reach_mlflow_and_the_models(values, environment, part):
    model = Model("m", "team-a", Origin("m.yaml"), {}, None, None, None, None, None)
    full = replace(environment, models=(model,), parts={"mlflow": part("mlflow")})

    single_user = values("jupyterhub", environment=full)["singleuser"]

    assert single_user["extraEnv"] == {"MLFLOW_TRACKING_URI": "http://mlflow.mlflow.svc.cluster.local"}
    [rule] = single_user["networkPolicy"]["egress"]
    [term] = rule["to"][0]["namespaceSelector"]["matchExpressions"]
    assert term["values"] == ["mlflow", "team-a"]


def test_notebooks_that_have_nothing_to_reach_get_no_rule(values):
    assert values("jupyterhub")["singleuser"] == {}


def test_tokens_that_the_chart_draws_are_left_as_they_are(deploy, objects):
    [manifest] = objects(deploy("jupyterhub"))

    ignored = {(i["kind"], i["name"]): i["jsonPointers"] for i in manifest["spec"]["ignoreDifferences"]}
    assert {pointer.rpartition(".")[2] for pointer in ignored["Secret", "hub"]} == {
        "auth_token",
        "keys",
        "cookie_secret",
    }
    assert ignored.keys() >= {("Deployment", "hub"), ("Deployment", "proxy")}
    assert "RespectIgnoreDifferences=true" in manifest["spec"]["syncPolicy"]["syncOptions"]


def test_configuration_of_the_hub_is_not_left_as_it_is(deploy, objects):
    [manifest] = objects(deploy("jupyterhub"))

    pointers = [pointer for i in manifest["spec"]["ignoreDifferences"] for pointer in i["jsonPointers"]]
    assert not any("/data/values.yaml".startswith(pointer) for pointer in pointers)


def test_hub_starts_anew_when_its_values_change(values):
    def checksum(theirs):
        return values("jupyterhub", theirs)["hub"]["annotations"]["checksum/values"]

    assert checksum({"cull": {"timeout": 600, "every": 60}}) == checksum({"cull": {"every": 60, "timeout": 600}})
    assert checksum({"cull": {"timeout": 600}}) != checksum({"cull": {"timeout": 60}})


def test_annotations_of_a_person_stay_beside_the_checksum(values):
    annotations = values("jupyterhub", {"hub": {"annotations": {"team": "a"}}})["hub"]["annotations"]

    assert annotations.keys() == {"team", "checksum/values"}


def test_priority_classes_are_allowed_where_the_chart_makes_some(deploy):
    kind = ("scheduling.k8s.io", "PriorityClass")

    assert kind not in deploy("jupyterhub").cluster_kinds
    assert kind in deploy("jupyterhub", {"scheduling": {"podPriority": {"enabled": True}}}).cluster_kinds


def test_hostname_follows_from_the_domain_or_is_given(deploy, values, objects):
    assert objects(deploy("mlflow"))[-1]["spec"]["hostnames"] == ["mlflow.ml.example.com"]
    assert values("jupyterhub")["httpRoute"]["hostnames"] == ["jupyter.ml.example.com"]

    given = deploy("mlflow", options={"hostname": "here.ml.example.com"})
    assert objects(given)[-1]["spec"]["hostnames"] == ["here.ml.example.com"]
    assert values("mlflow", options={"hostname": "here.ml.example.com"})["corsAllowedOrigins"] == [
        "http://here.ml.example.com"
    ]
    assert values("jupyterhub", options={"hostname": "here.a.b"})["httpRoute"]["hostnames"] == ["here.a.b"]
