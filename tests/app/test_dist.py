"""The committed dist/ is what the inputs say, by every way of making it, and it holds what it should."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from kserve_gitops.build.compare import compare
from kserve_gitops.build.pipeline import render

REPOSITORY = Path(__file__).parents[2]
PRODUCTION = REPOSITORY / "dist" / "production"
CDK8S = REPOSITORY / "node_modules" / ".bin" / "cdk8s"
OURS = Path(sys.executable).with_name("kserve-gitops")
SYNTH = {"cdk8s synth": [str(CDK8S), "synth", "--check-upgrade=false"], "kserve-gitops synth": [str(OURS), "synth"]}

cdk8s_cli = pytest.mark.skipif(not CDK8S.is_file() or not shutil.which("node"), reason="cdk8s-cli is not installed")


@cache
def document(file):
    """A document of the committed dist/production/."""
    return yaml.safe_load((PRODUCTION / file).read_text(encoding="utf-8"))


def spec(file):
    return document(file)["spec"]


def options(application):
    return set(spec(f"apps/{application}.yaml")["syncPolicy"].get("syncOptions", []))


def wave(file):
    return int(document(file)["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"])


def run(command, root):
    """A program in the project, which finds this Python and this package and nothing of the terminal's."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    variables = {"PATH": path, "HOME": str(root.parent), "PYTHONPATH": str(REPOSITORY / "constructs")}
    return subprocess.run(  # noqa: S603  a command of the table above
        command, cwd=root, env=variables, capture_output=True, text=True, check=False, timeout=120
    )


# ---- the same bytes by every way ----


def test_fresh_build_equals_what_is_committed():
    from app import build  # noqa: PLC0415  imports cdk8s, which starts Node

    wanted, report = render(REPOSITORY, build)
    changes = compare(wanted, REPOSITORY / "dist")

    assert report.findings == []
    assert (list(changes.write), list(changes.delete), changes.index) == ([], [], None)
    assert changes.strangers == ()
    assert changes.unchanged == len(wanted)


@cdk8s_cli
def test_cdk8s_synth_gives_the_bytes_of_our_own_command(project):
    committed = project.dist()
    project.remove("dist")

    done = run(SYNTH["cdk8s synth"], project.root)

    assert done.returncode == 0, done.stdout + done.stderr
    assert project.dist() == committed


def test_our_own_command_gives_the_committed_bytes(project):
    committed = project.dist()
    project.remove("dist")

    done = run(SYNTH["kserve-gitops synth"], project.root)

    assert done.returncode == 0, done.stdout + done.stderr
    assert project.dist() == committed


@pytest.mark.parametrize("way", [pytest.param("cdk8s synth", marks=cdk8s_cli), "kserve-gitops synth"])
def test_failing_app_leaves_dist_as_it_was(way, project):
    committed = project.dist()
    project.edit("models/iris-classifier.yaml", "storageUri:", "storageURI:")

    done = run(SYNTH[way], project.root)

    assert done.returncode != 0
    assert project.dist() == committed
    assert "KG110" in done.stdout + done.stderr
    assert "models/iris-classifier.yaml:8:5" in done.stdout + done.stderr


@pytest.mark.parametrize("way", [pytest.param("cdk8s synth", marks=cdk8s_cli), "kserve-gitops synth"])
def test_synth_works_where_there_is_no_network(way, project):
    alone = ["unshare", "--map-root-user", "--net"]
    if not shutil.which("unshare") or run([*alone, "true"], project.root).returncode:
        pytest.skip("unshare is not permitted here")
    committed = project.dist()
    project.remove("dist")

    done = run([*alone, *SYNTH[way]], project.root)

    assert done.returncode == 0, done.stdout + done.stderr
    assert project.dist() == committed


# ---- the order in which the platform comes up ----

ORDER = [
    ["appproject-platform", "appproject-models"],
    ["gateway-api"],
    ["cert-manager", "sealed-secrets"],
    ["traefik"],
    ["gateway"],
    ["kserve-crd"],
    ["kserve"],
    ["credentials-kserve", "credentials-mlflow", "credentials-jupyterhub"],
    ["mlflow", "jupyterhub"],
    ["models-kserve", "clients"],
]
"""What must be healthy before the next begins. Models are last: one that never gets ready must hold up nothing."""


def test_waves_are_in_the_order_in_which_parts_need_each_other():
    waves = [{wave(f"apps/{name}.yaml") for name in names} for names in ORDER]

    assert all(len(found) == 1 for found in waves)
    assert waves == sorted(waves, key=min)
    assert len({min(found) for found in waves}) == len(ORDER)


def test_every_application_has_its_place_in_the_order():
    files = {path.stem for path in (PRODUCTION / "apps").iterdir()}

    assert files == {name for names in ORDER for name in names}


# ---- what dist/production/ has to hold, item by item ----


def test_item_1_root_delivers_projects_and_applications_that_heal_themselves():
    root = spec("root.yaml")
    assert root["sources"][0]["path"] == "dist/production/apps"
    assert {"appproject-platform.yaml", "appproject-models.yaml"} <= {
        path.name for path in (PRODUCTION / "apps").iterdir()
    }
    for path in (PRODUCTION / "apps").glob("[!a]*.yaml"):
        policy = spec(f"apps/{path.name}")["syncPolicy"]
        assert policy["automated"] == {"prune": True, "selfHeal": True}, path.name
        assert policy["retry"]["limit"] >= 10, path.name
    assert all("ServerSideApply=true" in options(name) for name in ("gateway-api", "kserve-crd", "cert-manager"))
    created = ("cert-manager", "traefik", "kserve-crd", "kserve", "mlflow", "jupyterhub", "models-kserve", "clients")
    assert all("CreateNamespace=true" in options(name) for name in created)
    foreign = ("gateway", "traefik", "kserve", "credentials-kserve", "mlflow", "jupyterhub", "clients", "models-kserve")
    assert all("SkipDryRunOnMissingResource=true" in options(name) for name in foreign)


def test_item_2_every_part_has_an_application_and_its_values():
    with_values = {"cert-manager", "sealed-secrets", "traefik", "kserve", "mlflow", "jupyterhub"}
    for name in with_values:
        chart, values, *_ = spec(f"apps/{name}.yaml")["sources"]
        assert chart["helm"]["valueFiles"] == [f"$values/dist/production/values/{name}.yaml"]
        assert values["ref"] == "values"
        assert document(f"values/{name}.yaml")
    assert {path.stem for path in (PRODUCTION / "values").iterdir()} == with_values
    assert spec("apps/gateway-api.yaml")["sources"][0]["path"] == "config/crd"
    for name in ("kserve-crd", "kserve"):
        source = spec(f"apps/{name}.yaml")["sources"][0]
        assert (source["repoURL"], source["chart"], source["targetRevision"]) == (
            "ghcr.io/kserve/charts",
            name,
            "v0.16.0",
        )


def test_item_3_kserve_runs_in_standard_mode_behind_our_gateway():
    values = document("values/kserve.yaml")["kserve"]
    gateway = document("manifests/gateway/gateway-kserve-ingress-gateway.yaml")
    assert values["controller"]["deploymentMode"] == "Standard"
    assert values["controller"]["gateway"]["domain"] == "ml.example.com"
    ingress = values["controller"]["gateway"]["ingressGateway"]
    assert ingress["enableGatewayApi"] is True
    assert ingress["createGateway"] is False
    assert ingress["kserveGateway"] == "/".join(gateway["metadata"][key] for key in ("namespace", "name"))
    assert values["storage"]["storageSpecSecretName"] == "storage-config"
    assert values["storage"]["s3"]["region"] == "ca-central-1"
    [listener] = gateway["spec"]["listeners"]
    assert (listener["port"], listener["hostname"]) == (8000, "*.ml.example.com")
    [term] = listener["allowedRoutes"]["namespaces"]["selector"]["matchExpressions"]
    assert term["values"] == ["clients", "jupyterhub", "kserve", "mlflow"]


def test_item_4_mlflow_and_jupyterhub_are_set_up_to_work_together():
    mlflow, hub = document("values/mlflow.yaml"), document("values/jupyterhub.yaml")
    assert mlflow["extraSecretNamesForEnvFrom"] == ["s3-access", "mlflow-server"]
    assert mlflow["auth"]["existingAdminSecret"]["name"] == "mlflow-admin"
    assert hub["hub"]["existingSecret"] == "jupyterhub"
    assert mlflow["extraEnvVars"]["AWS_DEFAULT_REGION"] == "ca-central-1"
    artifacts = mlflow["artifactRoot"]
    assert artifacts["proxiedArtifactStorage"] is True
    assert (artifacts["s3"]["bucket"], artifacts["s3"]["path"]) == ("acme-ml-models", "mlflow")
    assert artifacts["s3"]["existingSecret"]["name"] == "s3-access"
    assert mlflow["backendStore"]["defaultSqlitePath"].startswith(mlflow["extraVolumeMounts"][0]["mountPath"])
    claim = document("manifests/mlflow/persistentvolumeclaim-mlflow-database.yaml")["metadata"]["name"]
    assert mlflow["extraVolumes"][0]["persistentVolumeClaim"]["claimName"] == claim
    tracking = hub["singleuser"]["extraEnv"]["MLFLOW_TRACKING_URI"]
    assert tracking.removeprefix("http://") in mlflow["serverAllowedHosts"]
    assert set(spec("manifests/mlflow/httproute-mlflow.yaml")["hostnames"]) <= set(mlflow["serverAllowedHosts"])
    assert hub["proxy"]["service"]["type"] == "ClusterIP"
    assert hub["httpRoute"]["gateway"] == {"name": "kserve-ingress-gateway", "namespace": "traefik"}
    [rule] = hub["singleuser"]["networkPolicy"]["egress"]
    assert rule["to"][0]["namespaceSelector"]["matchExpressions"][0]["values"] == ["kserve", "mlflow"]
    assert "RespectIgnoreDifferences=true" in options("jupyterhub")
    assert spec("apps/jupyterhub.yaml")["ignoreDifferences"]


def test_item_5_credentials_are_where_they_are_needed():
    for namespace in ("kserve", "mlflow"):
        sealed = document(f"manifests/credentials-{namespace}/sealedsecret-s3-access.yaml")
        source = yaml.safe_load((REPOSITORY / f"sealed/production/{namespace}/s3-access.yaml").read_text("utf-8"))
        assert sealed["spec"]["encryptedData"] == source["spec"]["encryptedData"]
        assert sealed["metadata"]["namespace"] == namespace
        annotations = sealed["spec"]["template"]["metadata"]["annotations"]
        assert annotations == sealed["metadata"]["annotations"] == {"serving.kserve.io/s3-region": "ca-central-1"}
    account = document("manifests/credentials-kserve/serviceaccount-sa-s3-access.yaml")
    assert account["secrets"] == [{"name": "s3-access"}]
    policies = {path.name: path.read_text("utf-8") for path in (PRODUCTION / "iam").iterdir()}
    assert policies.keys() == {"MlModelStoragePolicy.json", "MlModelServingPolicy.json"}
    assert all('"arn:aws:s3:::acme-ml-models/mlflow/*"' in text for text in policies.values())
    assert [name for name, text in policies.items() if "s3:PutObject" in text] == ["MlModelStoragePolicy.json"]


def test_item_6_the_model_is_served_from_where_mlflow_keeps_it():
    service = document("manifests/models-kserve/inferenceservice-iris-classifier.yaml")
    assert (service["apiVersion"], service["metadata"]["namespace"]) == ("serving.kserve.io/v1beta1", "kserve")
    assert service["metadata"]["annotations"] == {"serving.kserve.io/deploymentMode": "Standard"}
    predictor = service["spec"]["predictor"]
    assert predictor["serviceAccountName"] == "sa-s3-access"
    model = predictor["model"]
    assert (model["modelFormat"], model["protocolVersion"]) == ({"name": "sklearn"}, "v2")
    assert model["runtime"] == "kserve-sklearnserver"
    assert model["resources"].keys() == {"requests", "limits"}
    assert model["storageUri"].startswith("s3://acme-ml-models/mlflow/1/models/m-")
    route = spec("manifests/models-kserve/httproute-iris-classifier-route.yaml")
    assert route["hostnames"] == ["iris.ml.example.com"]
    backend = route["rules"][0]["backendRefs"][0]
    assert (backend["name"], backend["port"]) == ("iris-classifier-predictor", 80)


def test_item_7_the_model_has_a_page():
    folder = "manifests/clients"
    deployment = spec(f"{folder}/deployment-iris-classifier-client.yaml")
    service = document(f"{folder}/service-iris-classifier-client.yaml")
    route = spec(f"{folder}/httproute-iris-classifier-client.yaml")
    platform = yaml.safe_load((REPOSITORY / "platform.yaml").read_text("utf-8"))
    image = platform["clients"]["image"]
    [container] = deployment["template"]["spec"]["containers"]
    assert container["image"] == f"{image['repository']}:{image['tag']}"
    assert service["spec"]["selector"] == deployment["selector"]["matchLabels"]
    assert route["rules"][0]["backendRefs"][0]["name"] == service["metadata"]["name"]
    told = yaml.safe_load(document(f"{folder}/configmap-iris-classifier-client.yaml")["data"]["model.json"])
    assert told["url"] == "http://iris-classifier-predictor.kserve.svc.cluster.local"
