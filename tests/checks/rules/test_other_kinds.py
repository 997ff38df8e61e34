"""The rules for KServe's other kinds on objects of any shape, and on real ones."""

from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kserve_gitops.checks.rule import registered
from tests.checks.trees import cluster, places, tree, values_row

REPOSITORY = Path(__file__).parents[3]
SAMPLES = REPOSITORY.parent / "shared" / "samples"
EXAMPLES = sorted((REPOSITORY / "docs" / "examples").glob("*/*/dist/*/manifests/**/*.yaml"))

CODES = [f"KG{number}" for number in range(150, 170)]
OUTSIDE = {"KG155", "KG162", "KG163", "KG166"}
"""Those about what others make: an example shows one object."""
FIELDS = (
    *("nodes", "root", "steps", "routerType", "nodeName", "serviceName", "serviceUrl", "weight", "condition", "data"),
    *("name", "minReplicas", "maxReplicas", "scaleMetric", "scaleTarget", "timeout", "mapPredictionsToInstances"),
    *("router", "route", "http", "refs", "spec", "parentRefs", "gateway", "ingress", "group", "scheduler", "config"),
    *("inline", "ref", "replicas", "parallelism", "pipeline", "dataLocal", "worker", "prefill", "scaling", "wva"),
    *("hpa", "keda", "advanced", "scalingModifiers", "idleReplicaCount", "model", "lora", "adapters", "confidential"),
    *("enabled", "resourceId", "kvCacheOffloading", "cpu", "secondary", "fileSystem", "pvc", "emptyDir", "baseRefs"),
    *("template", "containers", "inferenceService", "memory", "framework", "sourceModelUri", "modelSize", "nodeGroups"),
    *("storageLimit", "persistentVolumeSpec", "persistentVolumeClaimSpec", "capacity", "storage", "resources"),
    *("requests", "accessModes", "storageClassName", "volumeMode", "nodeAffinity", "required", "local", "hostPath"),
    *("supportedUriFormats", "prefix", "regex", "workloadType", "container", "supportedModelFormats", "multiModel"),
)
KINDS = (
    *("InferenceGraph", "LLMInferenceService", "LLMInferenceServiceConfig", "TrainedModel", "LocalModelCache"),
    *("LocalModelNamespaceCache", "LocalModelNodeGroup", "ClusterStorageContainer", "ServingRuntime"),
)


@cache
def documents(*paths):
    """(path, manifest) of every document in these files."""
    return [(path, one) for path in paths for one in yaml.safe_load_all(path.read_text(encoding="utf-8"))]


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
words = st.sampled_from(
    ["root", "a", "Splitter", "Switch", "Sequence", "1Gi", "{{", "{{ .a }}", "(", "http://[", "$response"]
)
keys = st.sampled_from(FIELDS) | st.integers()
values = st.recursive(
    scalars | words, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)
wide = st.dictionaries(st.sampled_from(FIELDS), values, max_size=6)
nodes = st.dictionaries(st.sampled_from(["root", "a"]) | st.integers(), wide | values, max_size=3)
annotations = st.dictionaries(
    st.sampled_from(["serving.kserve.io/deploymentMode", "serving.kserve.io/exp-dra-device-count", "a"]), values
)


@st.composite
def manifests(draw):
    metadata = {
        "name": draw(st.sampled_from(["a", "b"])),
        "namespace": "team",
        "annotations": draw(annotations | values),
    }
    spec = draw(wide | values | st.fixed_dictionaries({"nodes": nodes | values}))
    return {
        "apiVersion": draw(st.sampled_from(["serving.kserve.io/v1alpha1", "serving.kserve.io/v1alpha2"])),
        "kind": draw(st.sampled_from(KINDS)),
        "metadata": metadata,
        "spec": spec,
    }


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(found=st.lists(manifests(), max_size=4), release=st.sampled_from(["v0.16.0", "v0.20.0"]))
def test_no_shape_breaks_a_rule(found, release):
    whole = tree(*found, of=cluster(release), values=[values_row("kserve", release, {"kserve": {}})])

    for rule in registered():
        if rule.code in CODES:
            list(rule.check(whole))


@pytest.mark.parametrize("code", [code for code in CODES if code not in OUTSIDE])
def test_examples_of_the_documentation_are_left_alone(code):
    for path, manifest in documents(*EXAMPLES):
        assert places(code, manifest, of=cluster("v0.20.0" if "v0-20" in str(path) else "v0.16.0")) == [], path


REAL = {
    "KG152": [("model-switch", "error")] * 3,  # addresses with {$your-domain} in them
}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/samples, real manifests, is not there")
@pytest.mark.parametrize("code", [code for code in CODES if code not in OUTSIDE])
@pytest.mark.parametrize("release", ["v0.16.0", "v0.20.0"])
def test_real_manifests_are_sound_but_for_the_known(code, release):
    found = [
        (manifest["metadata"]["name"], severity)
        for _, manifest in documents(*sorted(SAMPLES.glob("*.yaml")))
        for _, severity in places(code, manifest, of=cluster(release))
    ]

    assert found == REAL.get(code, [])
