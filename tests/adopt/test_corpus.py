"""Real manifests, adopted, built and compared with what they were, by rules that are written here once more.

The comparison shares no code with `adopt`: a normaliser of its own takes both sides to one form. It knows what KServe's
webhook does from running it (facts that stand beside each rule), so that a mistake in ours cannot hide itself.
Ours are the manifests in tests/cases/adopt; KServe's, 113 from its documentation and tests, are taken from
../shared/samples where that is there.
"""

import copy
import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

CASES = Path(__file__).parents[1] / "cases" / "adopt"
SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
OWN = sorted((CASES / "good").glob("*.yaml"))
SHARED = sorted(SAMPLES.glob("*.yaml"))

CLUSTER = {"ClusterServingRuntime", "ClusterStorageContainer", "LocalModelCache", "LocalModelNodeGroup"}
FRAMEWORKS = [
    "sklearn", "xgboost", "tensorflow", "pytorch", "triton", "onnx", "huggingface", "pmml", "lightgbm", "paddle",
]  # fmt: skip
MODE = "serving.kserve.io/deploymentMode"
UNITS = {"m": "1e-3", "k": "1e3", "M": "1e6", "G": "1e9", "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
QUANTITIES = {"cpu", "memory", "ephemeral-storage", "storage", "modelSize", "nvidia.com/gpu", "rdma/roce_gdr", "gpu"}
DEFAULTS = [
    ("resources", {}),
    ("name", ""),
    ("protocol", "TCP"),
    ("workloadType", "initContainer"),  # of a ClusterStorageContainer
    ("supportsMultiModelDownload", False),  # of a ClusterStorageContainer
    ("behavior", "static"),  # of a KEDA fallback
]
"""What the CRDs fill in, of all that stands in these manifests."""


def quantity(value):
    """A number, whichever way it is written."""
    text = str(value)
    unit = next((unit for unit in sorted(UNITS, key=len, reverse=True) if text.endswith(unit)), "")
    return Decimal(text.removesuffix(unit)) * Decimal(UNITS.get(unit, 1))


def normal(value, key=""):
    """Without nulls, empty resources and the defaults of the CRDs; quantities as numbers."""
    if isinstance(value, dict):
        out = {k: normal(v, k) for k, v in value.items() if v is not None}
        for name, default in DEFAULTS:
            if name in out and out[name] == default:
                del out[name]
        return out
    if isinstance(value, list):
        return [normal(item, key) for item in value]
    return quantity(value) if key in QUANTITIES and isinstance(value, str | int | float) else value


def expected_mode(manifest):
    """What the manifest says, else Knative where nothing else can be meant, else the platform's."""
    annotations = manifest["metadata"].get("annotations") or {}
    said = annotations.get(MODE) or manifest.get("status", {}).get("deploymentMode")
    if said:
        return {"RawDeployment": "Standard", "Serverless": "Knative"}.get(said, said)
    keys = [*annotations, *(manifest["metadata"].get("labels") or {})]
    parts = [part for part in manifest["spec"].values() if isinstance(part, dict)]
    knative = any(
        key.startswith(("autoscaling.knative.dev", "serving.knative.dev", "networking.knative")) for key in keys
    )
    for part in parts:
        knative |= bool({"canaryTrafficPercent", "containerConcurrency"} & part.keys())
        knative |= part.get("scaleMetric") in {"concurrency", "rps"}
        knative |= part.get("minReplicas") == 0 and "serving.kserve.io/autoscalerClass" not in annotations
    return "Knative" if knative else "Standard"


def served(component, *, keep_name):
    """The first container of a component, as the webhook of KServe completes it."""
    component = copy.deepcopy(component)
    first = component["containers"][0]
    first["name"] = first.get("name") or "kserve-container" if keep_name else "kserve-container"
    resources = first.setdefault("resources", {})
    for group in ("requests", "limits"):
        resources[group] = {"cpu": "1", "memory": "2Gi", **resources.get(group, {})}
    return component


def as_the_cluster_has_it(manifest):
    """The object that a cluster would keep, in the form of `normal`; annotations and labels of the cluster left out."""
    out = {key: copy.deepcopy(value) for key, value in manifest.items() if key != "status"}
    metadata = manifest["metadata"]
    keep = {key: dict(metadata[key]) for key in ("labels", "annotations") if metadata.get(key)}
    out["metadata"] = {"name": metadata["name"], "namespace": metadata.get("namespace"), **keep}
    annotations = out["metadata"].setdefault("annotations", {})
    for noise in ("modelFormat", "kubectl.kubernetes.io/last-applied-configuration"):
        annotations.pop(noise, None)
    if manifest["kind"] == "InferenceService":
        annotations[MODE] = expected_mode(manifest)
        out["spec"] = serving_spec(out["spec"], annotations[MODE])
    return normal(out)


def serving_spec(spec, mode):
    predictor = spec["predictor"]
    for key in FRAMEWORKS:
        if key in predictor:
            # The keys triton, onnx and huggingface mean protocol v2; a model of format onnx or huggingface does not.
            v2 = {"protocolVersion": "v2"} if key in {"triton", "onnx", "huggingface"} else {}
            predictor["model"] = {"modelFormat": {"name": key}, **v2, **predictor.pop(key)}
    model = predictor.get("model")
    if model and model["modelFormat"]["name"] == "triton" and mode != "ModelMesh":
        model.setdefault("protocolVersion", "v2")
    if model is None:
        spec["predictor"] = served(predictor, keep_name=len(predictor["containers"]) > 1)
    for part in ("transformer", "explainer"):
        if "containers" in spec.get(part, {}):
            spec[part] = served(spec[part], keep_name=False)
    return spec


def told_apart(paths):
    """The manifests of the files, each in a namespace of its own or under a name of its own: many are called alike."""
    found = {}
    for number, path in enumerate(paths):
        manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
        if manifest["kind"] in CLUSTER:
            manifest["metadata"]["name"] += f"-{number}"
        else:
            manifest["metadata"]["namespace"] = f"s{number}"
        found[path.name] = manifest
    return found


def live(manifest):
    """As `kubectl get -o yaml` would print it: complete, and with what the cluster knows about it."""
    out = as_yaml(as_the_cluster_has_it(manifest))
    out["metadata"] |= {
        "uid": "b7e6", "resourceVersion": "812", "generation": 1, "creationTimestamp": "2024-05-01T10:00:00Z",
        "managedFields": [{"manager": "kubectl", "operation": "Apply", "fieldsV1": {"f:spec": {}}}],
        "finalizers": ["inferenceservice.finalizers"],
    }  # fmt: skip
    annotations = out["metadata"].setdefault("annotations", {})
    annotations["kubectl.kubernetes.io/last-applied-configuration"] = '{"apiVersion":"x"}\n'
    if manifest["kind"] == "InferenceService":
        annotations["modelFormat"] = "sklearn"
        out["status"] = {"deploymentMode": expected_mode(manifest), "conditions": [{"type": "Ready", "status": "True"}]}
    return out


def as_yaml(value):
    """Numbers as Kubernetes writes quantities, and the defaults of the CRDs filled in again."""
    if isinstance(value, dict):
        out = {key: as_yaml(inner) for key, inner in value.items()}
        return out | ({"protocol": "TCP"} if "containerPort" in out and "protocol" not in out else {})
    if isinstance(value, list):
        return [as_yaml(item) for item in value]
    return f"{value * 1000:.0f}m" if isinstance(value, Decimal) else value


def built_back(project, run_cli, manifests, version, *, listed=False):
    """By kind: how many of the manifests came back the same, of how many. Also what adopt said."""
    project.edit("platform.yaml", "  version: v0.16.0\n", f"  version: {version}\n")
    if listed:
        items = {"apiVersion": "v1", "kind": "List", "items": list(manifests.values())}
        project.write("in/all.yaml", yaml.safe_dump(items))
    for name, manifest in manifests.items() if not listed else ():
        project.write(f"in/{name}", yaml.safe_dump(manifest))
    adopted = run_cli("adopt", "in")
    do_what_is_left(project, run_cli, adopted.err)
    synth = run_cli("synth")
    assert synth.code == 0, synth.err
    delivered = [content for name, content in project.dist().items() if "/manifests/" in name]
    built = {identity(manifest): manifest for manifest in map(yaml.safe_load, delivered)}
    same: Counter[str] = Counter()
    for manifest in manifests.values():
        # What no webhook could complete comes back from nothing.
        got = built.get(identity(manifest))
        if got is not None:
            assert as_built(got) == as_the_cluster_has_it(manifest), adopted.err
            same[manifest["kind"]] += 1
    total = Counter(manifest["kind"] for manifest in manifests.values())
    return {kind: (same[kind], total[kind]) for kind in sorted(total)}, adopted


def do_what_is_left(project, run_cli, said):
    """What adopt asks for: what others have made into platform.yaml, and a comment at each line that is told."""
    block = re.search(r"^existing:\n(  - .*\n)+", said, re.MULTILINE)
    project.write("platform.yaml", project.read("platform.yaml") + (block[0] if block else ""))
    told = re.search(r"^to do: mend .* (# kserve-gitops: ignore (.*) -- reason)$", said, re.MULTILINE)
    errors = [one for one in json.loads(run_cli("check", "--format", "json").out) if one["severity"] == "error"]
    assert {one["code"] for one in errors} == set(told[2].split(", ") if told else ())
    for file, line in sorted({(one["file"], one["line"]) for one in errors}, reverse=True):
        codes = {one["code"] for one in errors if (one["file"], one["line"]) == (file, line)}
        lines = project.read(file).split("\n")
        indent = " " * (len(lines[line - 1]) - len(lines[line - 1].lstrip()))
        lines.insert(line - 1, f"{indent}# kserve-gitops: ignore {', '.join(sorted(codes))} -- as it was")
        project.write(file, "\n".join(lines))


def as_built(manifest):
    """In the form of `normal`: nothing may have to be completed here."""
    out = normal(manifest)
    out["metadata"].setdefault("annotations", {})
    out["metadata"].setdefault("namespace", None)
    return normal(out)


def identity(manifest):
    metadata = manifest["metadata"]
    return manifest["kind"], metadata.get("namespace"), metadata["name"]


@pytest.mark.parametrize("listed", [False, True], ids=["files", "live"])
@pytest.mark.parametrize("version", ["v0.16.0", "v0.20.0"])
def test_our_own_manifests_come_back(version, listed, project, run_cli):
    manifests = told_apart(OWN)
    given = {name: live(manifest) for name, manifest in manifests.items()} if listed else manifests

    table, adopted = built_back(project, run_cli, given, version, listed=listed)

    assert adopted.code == 0, adopted.err
    assert all(same == total for same, total in table.values()), table
    assert table["InferenceService"][1] >= 12


INVALID = {
    "clusterservingruntime-docs-concepts-resources-servingruntime-4c4539d6.yaml": "missing field 'containers'",
    "inferenceservice-docs-samples-explanation-alibi-cifar10-cifar10-1118ee5e.yaml": "unknown field 'alibi'",
    "inferenceservice-el-serving-predictive-inference-logger-request-header-logger-458a0612.yaml": (
        "unknown field 'predictor'"
    ),
    "inferenceservice-odel-serving-predictive-inference-autoscaling-kpa-autoscaler-086a53c3.yaml": (
        "'qps' is not one of 'cpu', 'memory', 'concurrency' or 'rps'"
    ),
    "inferenceservice-ctive-inference-frameworks-custom-predictor-custom-predictor-3b69a11e.yaml": "is no image",
    "inferenceservice-docs-samples-fluid-kserve-isvc-20be593b.yaml": "'${bucket}' in the address",
    "inferenceservice-mples-v1beta1-transformer-feast-driver-transformer-modelmesh-1ed698d9.yaml": "is no image",
}
"""Samples that no release takes, or that somebody has to fill in first, and why."""

NEWER = {
    "llminferenceservice-e-inference-llmisvc-autoscaling-llmisvc-autoscaling-examples-049acce0.yaml": "v1alpha2",
    "llminferenceservice-e-inference-llmisvc-autoscaling-llmisvc-autoscaling-examples-3efb30d8.yaml": "v1alpha2",
    "llminferenceservice-ng-generative-inference-llmisvc-canary-rollout-observability-1257962e.yaml": "v1alpha2",
    "localmodelcache-ocs-model-serving-generative-inference-modelcache-localmodel-0540dd6f.yaml": "field 'storage'",
    "localmodelcache-ocs-model-serving-generative-inference-modelcache-localmodel-2af923fc.yaml": "field 'storage'",
    "localmodelcache-ocs-model-serving-generative-inference-modelcache-localmodel-3533d012.yaml": (
        "field 'serviceAccountName'"
    ),
}
"""Samples that v0.16.0 does not take yet, and what in them."""

BACK = {
    "v0.16.0": {
        "ClusterServingRuntime": (0, 1),
        "ClusterStorageContainer": (1, 1),
        "InferenceGraph": (3, 3),
        "InferenceService": (89, 95),
        "LLMInferenceService": (7, 10),
        "LocalModelCache": (0, 3),
    },
    "v0.20.0": {
        "ClusterServingRuntime": (0, 1),
        "ClusterStorageContainer": (1, 1),
        "InferenceGraph": (3, 3),
        "InferenceService": (89, 95),
        "LLMInferenceService": (10, 10),
        "LocalModelCache": (3, 3),
    },
}
"""For each release and kind: how many of KServe's own manifests come back, of how many. All of the valid ones."""


DEFAULTED = """\
defaults:
  metadata: {labels: {team: ml}, annotations: {example.com/owner: ops}}
  predictor:
    minReplicas: 2
    timeout: 30
    tolerations: [{key: gpu, operator: Exists}]
    nodeSelector: {pool: gpu}
    model:
      env: [{name: A, value: b}]
      resources: {requests: {cpu: "2", memory: 4Gi}, limits: {cpu: "2", memory: 4Gi}}
  transformer: {minReplicas: 3, nodeSelector: {zone: a}}
  explainer: {minReplicas: 3}
"""


@pytest.mark.parametrize("paths", [OWN, SHARED], ids=["ours", "samples"])
def test_they_come_back_where_the_platform_gives_defaults_to_everything(paths, project, run_cli):
    if not paths:
        pytest.skip("../shared/samples is not there")
    project.write("platform.yaml", project.read("platform.yaml") + DEFAULTED)
    manifests = {name: one for name, one in told_apart(paths).items() if name not in INVALID}

    table, _ = built_back(project, run_cli, manifests, "v0.20.0")

    assert all(same == total for same, total in table.values()), table


@pytest.mark.skipif(not SHARED, reason="../shared/samples is not there")
@pytest.mark.parametrize("version", ["v0.16.0", "v0.20.0"])
def test_every_valid_sample_of_kserve_comes_back(version, project, run_cli):
    table, adopted = built_back(project, run_cli, told_apart(SHARED), version)

    assert table == BACK[version], adopted.err


@pytest.mark.skipif(not SHARED, reason="../shared/samples is not there")
@pytest.mark.parametrize("version", ["v0.16.0", "v0.20.0"])
def test_they_come_back_from_a_cluster_too(version, project, run_cli):
    invalid = INVALID | (NEWER if version == "v0.16.0" else {})
    manifests = {name: live(one) for name, one in told_apart(SHARED).items() if name not in invalid}

    table, adopted = built_back(project, run_cli, manifests, version, listed=True)

    assert adopted.code == 0, adopted.err
    assert table == {kind: (back, back) for kind, (back, _) in BACK[version].items() if back}


@pytest.mark.skipif(not SHARED, reason="../shared/samples is not there")
@pytest.mark.parametrize("version", ["v0.16.0", "v0.20.0"])
def test_every_sample_that_is_not_adopted_is_told_why_in_one_finding(version, project, run_cli):
    invalid = INVALID | (NEWER if version == "v0.16.0" else {})

    _, adopted = built_back(project, run_cli, told_apart(SHARED), version)

    assert adopted.code == 1
    blocks = [block for block in adopted.err.split("\n\n") if block.startswith("error[")]
    assert len(blocks) == len(invalid)
    for name, why in invalid.items():
        (block,) = [block for block in blocks if f"in/{name}:" in block]
        assert why in block
