"""A repository with every kind of the catalogue, defaults, patches and raw objects, as somebody would have it."""

import shutil

import pytest
import yaml

from kserve_gitops.inputs.releases import RELEASES

RUNTIME = """\
kind: ServingRuntime
name: mine
namespace: team-a
supportedModelFormats: [{name: mine, version: '1', autoSelect: true}]
protocolVersions: [v2]
containers:
  - {name: kserve-container, image: 'registry.example.com/mine:1', args: ['--model_name={{.Name}}'],
     resources: {limits: {memory: 1Gi}}}
"""
GRAPH = """\
kind: InferenceGraph
name: iris-classifier
nodes:
  root: {routerType: Sequence, steps: [{serviceName: iris-classifier, name: first}]}
"""
STORAGE = """\
kind: ClusterStorageContainer
name: registry
container: {name: storage-initializer, image: 'registry.example.com/storage:1'}
supportedUriFormats: [{prefix: 'registry://'}]
"""
TRAINED = """\
kind: TrainedModel
name: cifar
inferenceService: several
model: {framework: sklearn, storageUri: 's3://acme-ml-models/cifar/1', memory: 1024Mi}
"""
EXISTING = """\
existing:
  - {kind: InferenceService, namespace: kserve, name: several}
  - {kind: Namespace, name: team-a}
  - {kind: PersistentVolumeClaim, namespace: kserve, name: claim}
"""
RAW = """\
apiVersion: v1
kind: Namespace
metadata: {name: team-a, labels: {team: a}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: team-a}
data: {threshold: '0.5'}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: more}
"""


@pytest.fixture(autouse=True)
def told_what_exists(project):
    """The platform says what the cluster has already."""
    project.write(
        "platform.yaml", project.read("platform.yaml").replace("environments:\n", f"{EXISTING}environments:\n")
    )


@pytest.fixture
def synth(project, run_cli):
    """Builds, which must go well, and returns dist/production by file name."""

    def run() -> dict:
        ran = run_cli("synth")
        assert ran.code == 0, ran.err
        below = project.root / "dist" / "production"
        return {p.relative_to(below).as_posix(): yaml.safe_load(p.read_text()) for p in sorted(below.rglob("*.yaml"))}

    return run


def test_every_kind_goes_where_its_consumers_look(project, synth):
    for name, text in {"runtime": RUNTIME, "graph": GRAPH, "storage": STORAGE, "trained": TRAINED}.items():
        project.write(f"models/{name}.yaml", text)

    files = synth()

    runtime = files["manifests/models-team-a/servingruntime-mine.yaml"]
    assert runtime["metadata"] == {"name": "mine", "namespace": "team-a"}
    assert "manifests/models-kserve/inferencegraph-iris-classifier.yaml" in files
    assert "manifests/models-kserve/inferenceservice-iris-classifier.yaml" in files
    assert files["manifests/serving/clusterstoragecontainer-registry.yaml"]["metadata"] == {"name": "registry"}
    waves = {
        name: int(files[f"apps/{name}.yaml"]["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"])
        for name in ("kserve", "serving", "models-team-a")
    }
    assert waves["kserve"] < waves["serving"] < waves["models-team-a"]


LLM = "kind: LLMInferenceService\nname: qwen\nmodel: {uri: 'hf://Qwen/Qwen2.5-0.5B', name: qwen}\nreplicas: 1\n"
CONFIG = "kind: LLMInferenceServiceConfig\nname: small\nmodel: {uri: 'hf://Qwen/Qwen2.5-0.5B'}\n"
CLUSTER_RUNTIME = RUNTIME.replace("ServingRuntime", "ClusterServingRuntime").replace("namespace: team-a\n", "")
GROUP = """\
kind: LocalModelNodeGroup
name: workers
storageLimit: 100Gi
persistentVolumeClaimSpec:
  accessModes: [ReadWriteOnce]
  storageClassName: local
  resources: {requests: {storage: 100Gi}}
persistentVolumeSpec:
  accessModes: [ReadWriteOnce]
  storageClassName: local
  capacity: {storage: 100Gi}
  local: {path: /models}
  nodeAffinity:
    required: {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: In, values: [local]}]}]}
"""
CACHE = """\
kind: LocalModelCache
name: qwen
sourceModelUri: hf://Qwen/Qwen2.5-0.5B
modelSize: 1Gi
nodeGroups: [workers]
"""


@pytest.mark.parametrize("version", RELEASES)
def test_one_catalogue_renders_for_every_release(version, project, synth):
    texts = [RUNTIME, GRAPH, STORAGE, TRAINED, LLM, CONFIG, CLUSTER_RUNTIME, GROUP, CACHE]
    for number, text in enumerate(texts):
        project.write(f"models/{number}.yaml", text)
    project.edit("platform.yaml", "version: v0.16.0", f"version: {version}")

    files = synth()

    kinds = {file["kind"]: file["apiVersion"] for name, file in files.items() if name.startswith("manifests/")}
    assert {yaml.safe_load(text)["kind"] for text in texts} <= kinds.keys()
    assert kinds["LLMInferenceService"] == f"serving.kserve.io/{RELEASES[version].llm_version}"
    assert ("apps/kserve-llm.yaml" in files) == (RELEASES[version].llm_chart is not None)
    sources = [source for file in files.values() for source in file.get("spec", {}).get("sources", ())]
    charts = {source.get("chart") for source in sources}
    wanted = {RELEASES[version].local_model_chart, RELEASES[version].llm_crd_chart, RELEASES[version].crd_chart}
    assert wanted - {None} <= charts


def test_project_permits_the_kinds_of_the_cluster_that_the_catalogue_has(project, synth):
    project.write("models/storage.yaml", STORAGE)

    permitted = synth()["apps/appproject-models.yaml"]["spec"]["clusterResourceWhitelist"]

    assert {"group": "serving.kserve.io", "kind": "ClusterStorageContainer"} in permitted


def test_quantities_of_every_kind_are_written_as_the_cluster_gives_them_back(project, synth):
    project.write("models/trained.yaml", TRAINED)
    half = "maxReplicas: 5, model: {resources: {requests: {cpu: '0.5'}, limits: {cpu: '0.5'}}}}"
    project.edit("models/iris-classifier.yaml", "maxReplicas: 5}", half)

    files = synth()

    assert files["manifests/models-kserve/trainedmodel-cifar.yaml"]["spec"]["model"]["memory"] == "1Gi"
    service = files["manifests/models-kserve/inferenceservice-iris-classifier.yaml"]
    assert service["spec"]["predictor"]["model"]["resources"]["limits"]["cpu"] == "500m"


def test_defaults_reach_every_model_and_an_environment_may_change_them(project, synth):
    project.edit(
        "platform.yaml",
        "environments:\n  production:\n",
        "defaults:\n"
        "  metadata: {labels: {team: ml}}\n"
        "  predictor: {tolerations: [{key: gpu, operator: Exists}], timeout: 30}\n"
        "environments:\n  production:\n    defaults: {predictor: {timeout: 60}}\n",
    )
    project.write("models/graph.yaml", GRAPH)

    files = synth()

    service = files["manifests/models-kserve/inferenceservice-iris-classifier.yaml"]
    assert service["metadata"]["labels"] == {"team": "ml"}
    assert service["spec"]["predictor"]["timeout"] == 60
    assert service["spec"]["predictor"]["tolerations"] == [{"key": "gpu", "operator": "Exists"}]
    graph = files["manifests/models-kserve/inferencegraph-iris-classifier.yaml"]
    assert graph["metadata"]["labels"] == {"team": "ml"}
    assert "timeout" not in graph["spec"]


def test_mistake_in_the_defaults_is_told_where_it_stands(project, refused):
    project.edit("platform.yaml", "environments:\n", "defaults:\n  predictor: {timout: 30}\nenvironments:\n")

    said = refused()

    line = project.read("platform.yaml").splitlines().index("  predictor: {timout: 30}") + 1
    assert f"--> platform.yaml:{line}:15" in said
    assert "did you mean 'timeout'?" in said


def test_patches_come_last(project, synth):
    project.write(
        "models/iris-classifier.yaml",
        f"{project.read('models/iris-classifier.yaml')}"
        "patches:\n"
        "  - {op: replace, path: /spec/predictor/minReplicas, value: 7}\n"
        "  - {spec: {predictor: {timeout: 30, maxReplicas: null}}}\n",
    )

    predictor = synth()["manifests/models-kserve/inferenceservice-iris-classifier.yaml"]["spec"]["predictor"]

    assert (predictor["minReplicas"], predictor["timeout"]) == (7, 30)
    assert "maxReplicas" not in predictor


def test_raw_objects_are_delivered_as_they_stand(project, synth):
    project.write("manifests/team-a.yaml", RAW)

    files = synth()

    assert files["manifests/manifests-team-a/configmap-settings.yaml"]["data"] == {"threshold": "0.5"}
    assert files["manifests/manifests/namespace-team-a.yaml"]["metadata"]["labels"] == {"team": "a"}
    assert files["manifests/manifests/configmap-more.yaml"]["metadata"] == {"name": "more"}
    permitted = files["apps/appproject-models.yaml"]["spec"]
    assert {"group": "", "kind": "ConfigMap"} in permitted["namespaceResourceWhitelist"]
    assert {"group": "", "kind": "Namespace"} in permitted["clusterResourceWhitelist"]


def test_raw_objects_of_one_environment_do_not_reach_another(project, run_cli):
    text = project.read("platform.yaml")
    project.write("platform.yaml", text + "  staging:\n    domain: ml.staging.example.com\n")
    project.remove("models")
    project.write("manifests/staging/settings.yaml", RAW.split("---\n")[1])
    project.write("manifests/team-a/settings.yaml", RAW.split("---\n")[2])
    shutil.copytree(project.root / "sealed/production", project.root / "sealed/staging")

    ran = run_cli("synth")

    assert ran.code == 0, ran.err
    files = set(project.dist())
    assert "staging/manifests/manifests-team-a/configmap-settings.yaml" in files
    assert "production/manifests/manifests-team-a/configmap-settings.yaml" not in files
    assert "production/manifests/manifests/configmap-more.yaml" in files


def test_raw_object_of_an_unknown_kind_is_delivered_with_a_warning(project, run_cli):
    project.write("manifests/x.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {a: 1}\n")

    ran = run_cli("synth")

    assert ran.code == 0, ran.err
    assert "warning[KG112]" in ran.err
    assert "--> manifests/x.yaml:1:1" in ran.err


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        pytest.param("kind: ConfigMap\nmetadata: {name: a}\n", 1, "needs apiVersion", id="no apiVersion"),
        pytest.param("apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n", 3, "needs metadata.name", id="no name"),
        pytest.param("a\n", 1, "which is a mapping", id="text"),
        pytest.param("apiVersion: v1\nkind: List\nitems: []\n", 1, "items of a list", id="a list"),
        pytest.param(RAW + "---\nkind: Pod\n", 14, "needs apiVersion", id="the fourth of a file"),
    ],
)
def test_what_is_no_kubernetes_object_is_refused(project, refused, text, line, said):
    project.write("manifests/x.yaml", text)

    found = refused()

    assert "error[KG018]" in found
    assert f"--> manifests/x.yaml:{line}:" in found
    assert said in found


def test_same_raw_object_twice_is_refused(project, refused):
    project.write("manifests/a.yaml", RAW)
    project.write("manifests/b.yaml", RAW.split("---\n")[1])

    assert "error[KG403]: ConfigMap 'settings', metadata.name: it stands twice" in refused()


def test_plain_secret_is_refused_and_not_quoted(project, refused):
    project.write("manifests/s.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {key: hunter2}\n")

    said = refused()

    assert "error[KG503]" in said
    assert "hunter2" not in said


def test_canary_without_a_route_is_built_with_a_warning_where_kserve_starts_it(project, run_cli):
    project.remove("models")
    project.edit("platform.yaml", "version: v0.16.0", "version: v0.20.0")
    project.write(
        "models/iris.yaml",
        "name: iris\npredictor: {model: {modelFormat: sklearn, storageUri: 'pvc://claim/one'}}\n"
        "canary: {trafficPercent: 10, predictor: {model: {storageUri: 'pvc://claim/two'}}}\n",
    )

    ran = run_cli("synth")

    assert ran.code == 0, ran.err
    assert "warning[KG121]" in ran.err
    assert "production/manifests/models-kserve/inferenceservice-iris.yaml" in project.dist()


def test_two_files_for_one_object_are_told_when_only_one_names_the_namespace(project, refused):
    model = "name: i\npredictor: {model: {modelFormat: sklearn, storageUri: 'pvc://claim/one'}}\n"
    project.write("models/a.yaml", model)
    project.write("models/b.yaml", f"{model}namespace: kserve\n")

    said = refused()

    assert "error[KG013]: a second model named 'i'\n  --> models/b.yaml:1:7" in said
    assert "1 error" in said


def test_project_permits_a_raw_application(project, synth):
    project.write(
        "manifests/app.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: other, namespace: argocd}\n"
        "spec: {project: default, destination: {name: in-cluster, namespace: x},\n"
        "  source: {repoURL: https://x.example.com, path: .}}\n",
    )

    spec = synth()["apps/appproject-models.yaml"]["spec"]

    assert {"group": "argoproj.io", "kind": "Application"} in spec["namespaceResourceWhitelist"]


def test_folder_called_nearly_like_an_environment_is_a_warning(project, run_cli):
    project.write("manifests/prodution/settings.yaml", RAW.split("---\n")[1])

    ran = run_cli("synth")

    assert ran.code == 0, ran.err
    assert "warning[KG015]: the folder 'prodution'" in ran.err
    assert "did you mean 'production'?" in ran.err


@pytest.mark.parametrize(("mode", "code"), [("Standard", 1), ("Knative", 0)])
def test_raw_model_that_does_not_say_its_mode_runs_in_that_of_the_platform(mode, code, project, run_cli):
    project.remove("models")
    project.edit("platform.yaml", "deploymentMode: Standard", f"deploymentMode: {mode}")
    knative = "{kind: KnativeServing, namespace: knative-serving, name: knative-serving}"
    project.edit("platform.yaml", "existing:\n", f"existing:\n  - {knative}\n")
    project.write(
        "manifests/m.yaml",
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: m}\n"
        "spec: {predictor: {scaleMetric: rps, model: {modelFormat: {name: sklearn}, storageUri: 'pvc://claim/b'}}}\n",
    )

    ran = run_cli("synth")

    assert ran.code == code, ran.err
    assert ("error[KG120]" in ran.err) == bool(code)


def test_values_for_a_part_that_no_model_needs_yet_do_no_harm(project, synth):
    values = "{kserve: {llmisvc: {controller: {tag: x}}, servingruntime: {art: {image: mirror/art}}}}"
    project.edit("platform.yaml", "version: v0.16.0\n", f"version: v0.20.0\n  values: {values}\n")

    files = synth()

    assert "llmisvc" not in files["values/kserve.yaml"]["kserve"]
    assert files["values/kserve.yaml"]["kserve"]["servingruntime"] == {"art": {"image": "mirror/art"}}
    assert "art" not in files["values/kserve-runtimes.yaml"]["kserve"]["servingruntime"]


def test_mistake_of_the_defaults_is_told_once_for_all_models(project, refused):
    project.edit("platform.yaml", "environments:\n", "defaults:\n  predictor: {timout: 30}\nenvironments:\n")
    model = "predictor: {model: {modelFormat: sklearn, storageUri: 'pvc://claim/1'}}\n"
    for name in "abc":
        project.write(f"models/{name}.yaml", f"name: {name}\n{model}")

    assert "\n1 error; dist/ is as it was" in refused()
