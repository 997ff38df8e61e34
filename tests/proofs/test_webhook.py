"""What we write, KServe's own admission code leaves as it is; and what it makes of other manifests, we make too.

The program in tests/proofs/webhook links that code (`make tools` builds it, one binary per release of KServe); without
it these tests skip. Three things of Go are no differences: an empty status, `name: ""` and `resources: {}`.
"""

import json
import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.serving.webhook import DEPLOYMENT_MODE, FRAMEWORKS, LEGACY_MODES, MODEL_FORMAT, MODES, admitted

REPOSITORY = Path(__file__).parents[2]
SAMPLES = REPOSITORY.parent / "shared" / "samples"
DIST = REPOSITORY / "dist"
EXAMPLES = REPOSITORY / "docs" / "examples"
OLDEST, NEWEST = "v0.16.0", "v0.20.0"

AGREEING = 92
"""InferenceServices among the samples that fit the schema; three do not: `alibi`, `qps`, and a bad indentation."""

REFUSED = {
    "1118ee5e": "exactly one of",  # the explainer `alibi`, which is gone
    "458a0612": ("exactly one of", "panic: runtime error: index out of range"),  # an empty spec; v0.20 falls over it
}
"""Samples that the validating webhook refuses, by the end of their names, and how its message starts."""

needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/samples, real manifests, is not there")


class Webhook:
    """KServe's admission code of one release, as a process that answers line by line."""

    def __init__(self, version):
        self.version = version
        self.schemas = Schemas(REPOSITORY / "imports", kserve=version)
        binary = REPOSITORY / ".tools" / f"kserve-webhook-{version}"
        if not binary.is_file():
            pytest.skip(f"KServe's webhook {version} is not built in .tools")
        self.process = subprocess.Popen(  # noqa: S603  our own program
            [binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def close(self):
        self.process.communicate(timeout=10)

    def admit(self, manifest):
        """(the object without what Go adds, the reason of a refusal or "")."""
        self.process.stdin.write(json.dumps(manifest, default=str) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return without_empties(answer["object"]), answer["error"]

    def ours(self, manifest):
        """What we make of the manifest: the spec as construct and checks leave it, the annotations as announced."""
        left = self.schemas.canonical(admitted(manifest, version=self.version))
        given_ones = manifest["metadata"].get("annotations", {})
        mode = given_ones.get(DEPLOYMENT_MODE, "Standard")
        annotations = {**given_ones, DEPLOYMENT_MODE: mode}
        model_format = left["spec"]["predictor"].get("model", {}).get("modelFormat", {}).get("name")
        if self.version != OLDEST:
            annotations[DEPLOYMENT_MODE] = LEGACY_MODES.get(mode, mode)
            if model_format and mode != "ModelMesh":
                annotations = {MODEL_FORMAT: model_format, **annotations}
        return without_empties({**left, "metadata": {**left["metadata"], "annotations": annotations}})

    def fits(self, manifest):
        return not self.schemas.object_problems(manifest)


@pytest.fixture(scope="module", params=[OLDEST, NEWEST])
def webhook(request):
    process = Webhook(request.param)
    yield process
    process.close()


def without_empties(value, *, top=True):
    """`value` without what Go writes where nothing is."""
    if isinstance(value, list):
        return [without_empties(item, top=False) for item in value]
    if not isinstance(value, dict):
        return value
    empties = {"name": "", "resources": {}, "creationTimestamp": None}
    return {
        key: without_empties(inner, top=False)
        for key, inner in value.items()
        if not (key in empties and inner == empties[key]) and not (top and key == "status")
    }


def documents(folder):
    """(file name, manifest) of everything below the folder."""
    for path in sorted(folder.rglob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text("utf-8")):
            yield path.name, document


def inference_services(folder):
    return [(name, item) for name, item in documents(folder) if item.get("kind") == "InferenceService"]


def test_what_synth_wrote_stays_as_it_is(webhook):
    """In dist/, and in the examples of docs/."""
    folders = [DIST, *EXAMPLES.glob("*/*/dist")]
    written = [item for path in folders for _, item in inference_services(path) if webhook.fits(item)]

    left = [webhook.admit(item) for item in written]

    assert len(written) > 10
    assert [error for _, error in left if error] == []
    assert [item["spec"] for item, _ in left] == [item["spec"] for item in written]
    assert [item for item, _ in left] == [webhook.ours(item) for item in written]


@needs_samples
def test_sample_in_our_form_stays_as_it_is(webhook):
    ours = {name: webhook.ours(item) for name, item in inference_services(SAMPLES) if webhook.fits(item)}

    moved = [name for name, item in ours.items() if webhook.admit(item)[0] != item]

    assert moved == []
    assert len(ours) >= AGREEING


@needs_samples
def test_sample_comes_out_as_ours(webhook):
    """The API server has filled in the defaults of the CRD before the webhook is called."""
    fitting = {name: item for name, item in inference_services(SAMPLES) if webhook.fits(item)}

    differing = [
        name
        for name, item in fitting.items()
        if webhook.admit(webhook.schemas.canonical(item))[0] != webhook.ours(item)
    ]

    assert differing == []
    assert len(fitting) >= AGREEING


@needs_samples
def test_samples_that_are_refused_are_known(webhook):
    errors = {name.removesuffix(".yaml")[-8:]: webhook.admit(item)[1] for name, item in documents(SAMPLES)}
    refused = {name: error for name, error in errors.items() if error and not error.startswith("no validator")}

    assert refused.keys() == REFUSED.keys()
    assert [name for name, error in refused.items() if not error.startswith(REFUSED[name])] == []


WORKER = {"pipelineParallelSize": 0, "containers": [{"name": "worker-container"}]}


@pytest.mark.parametrize(
    ("kind", "spec", "reason"),
    [
        ("InferenceGraph", {"nodes": {"first": {"routerType": "Sequence", "steps": []}}}, "root"),
        ("TrainedModel", {"model": {"framework": "sklearn", "storageUri": "ftp://a", "memory": "1Gi"}}, "ftp://a"),
        ("ServingRuntime", {"containers": [], "workerSpec": WORKER}, "PipelineParallelSize"),
        ("ClusterServingRuntime", {"containers": [], "workerSpec": WORKER}, "PipelineParallelSize"),
        ("LLMInferenceService", {"model": {"uri": "hf://a/b"}, "parallelism": {"pipeline": 2, "data": 2}}, "parallel"),
    ],
)
def test_validators_of_other_kinds_speak_up(webhook, kind, spec, reason):
    manifest = {"apiVersion": "serving.kserve.io/v1alpha1", "kind": kind, "metadata": {"name": "any"}, "spec": spec}

    assert reason in webhook.admit(manifest)[1]


IMAGE = "registry.example/server:1"
quantities = st.sampled_from(["1", "500m", "2Gi"])
amounts = st.dictionaries(st.sampled_from(["cpu", "memory", "nvidia.com/gpu"]), quantities, min_size=1)
resources = st.dictionaries(st.sampled_from(["requests", "limits"]), amounts)
container_fields = {"image": st.just(IMAGE), "resources": resources, "args": st.just(["--one"])}
container_names = st.sampled_from(["kserve-container", "transformer-container", "mine", ""])
containers = st.lists(
    st.fixed_dictionaries({"name": container_names}, optional=container_fields), min_size=1, max_size=3
)
server_fields = {
    **container_fields,
    "storageUri": st.just("s3://models/one"),
    "runtimeVersion": st.just("1.2"),
    "protocolVersion": st.sampled_from(["v1", "v2", "grpc-v2"]),
}
servers = st.fixed_dictionaries({}, optional=server_fields)
formats = st.sampled_from([*FRAMEWORKS, "vLLM", "vllm", "mlflow"]).map(lambda name: {"name": name})
models = st.fixed_dictionaries({"modelFormat": formats}, optional=server_fields)
legacy = st.builds(lambda framework, server: {framework: server}, st.sampled_from(FRAMEWORKS), servers)
implementations = legacy | models.map(lambda model: {"model": model}) | st.just({})
pods = st.fixed_dictionaries({}, optional={"containers": containers, "minReplicas": st.just(2)})
predictors = st.builds(lambda implementation, pod: {**implementation, **pod}, implementations, pods)
art_fields = {key: server_fields[key] for key in ("resources", "runtimeVersion", "image")}
art = st.fixed_dictionaries({"type": st.just("SquareAttack")}, optional=art_fields)
explainers = st.fixed_dictionaries({}, optional={"art": art, "containers": containers})
specs = st.fixed_dictionaries({"predictor": predictors}, optional={"transformer": pods, "explainer": explainers})
modes = st.sampled_from([*MODES, *LEGACY_MODES])
annotations = st.fixed_dictionaries({}, optional={DEPLOYMENT_MODE: modes, MODEL_FORMAT: st.just("mine")})


@settings(max_examples=500, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(spec=specs, annotations=annotations)
def test_any_inference_service_comes_out_as_ours(webhook, spec, annotations):
    predictor = spec["predictor"]
    # v0.20 dies of a predictor without an implementation; the schema check of ours says so in time.
    assume(not predictor.keys().isdisjoint({*FRAMEWORKS, "model", "containers"}))
    manifest = {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": "any", "namespace": "team", "annotations": annotations},
        "spec": spec,
    }

    assert webhook.admit(manifest)[0] == webhook.ours(manifest)


def test_webhook_changes_what_is_not_in_our_form(webhook):
    """Or the tests above could not fail."""
    spec = {"predictor": {"onnx": {"resources": {"limits": {"cpu": "1000m"}}}}}
    manifest = {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": "Any"},
        "spec": spec,
    }

    changed, error = webhook.admit(manifest)

    assert changed["spec"]["predictor"]["model"] == {
        "modelFormat": {"name": "onnx"},
        "protocolVersion": "v2",
        "resources": {"limits": {"cpu": "1"}},
    }
    assert "must consist of" in error
