"""An InferenceService as a file: short, in today's forms, with a word about what was changed on purpose."""

import pytest

from kserve_gitops.adopt.entry import over
from kserve_gitops.core.merging import merge

LEGACY = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: iris
  namespace: team-a
  annotations:
    serving.kserve.io/deploymentMode: RawDeployment
    serving.kserve.io/autoscalerClass: hpa
    owner: ann
spec:
  predictor:
    maxReplicas: 3
    serviceAccountName: own
    sklearn:
      resources:
        requests: {memory: 2048Mi, cpu: 1000m}
        limits: {memory: 2Gi, cpu: 1}
      storageUri: s3://b/m
"""


def test_a_legacy_manifest_becomes_short_and_modern(adopt):
    assert adopt(LEGACY, mode="Knative") == {
        "iris": """\
name: iris
namespace: team-a
metadata:
  annotations:
    owner: ann
# RawDeployment is the old word for Standard
deploymentMode: Standard
autoscalerClass: hpa
credential: null  # in place of s3-access: the ServiceAccount has its own keys
predictor:
  # the manifest has the legacy form sklearn:, which KServe turns into this
  model:
    modelFormat: sklearn
    storageUri: s3://b/m
  maxReplicas: 3
  serviceAccountName: own
"""
    }


def test_the_smallest_file(adopt, model):
    text = model(
        "{model: {modelFormat: {name: onnx}, storageUri: 'gs://b/m', resources: {}}}", metadata="namespace: kserve"
    )

    assert adopt(text)["iris"] == (
        "name: iris\npredictor:\n  model:\n    modelFormat: onnx\n    storageUri: gs://b/m\n"
        "    resources: null  # the runtime's own\n"
    )


def test_a_format_with_a_version_keeps_its_form(adopt, model):
    text = model("{model: {modelFormat: {name: sklearn, version: '1'}}}")

    assert "modelFormat:\n      name: sklearn\n      version: '1'\n" in adopt(text)["iris"]


@pytest.mark.parametrize(
    ("key", "said"), [("onnx", True), ("huggingface", True), ("triton", False), ("sklearn", False)]
)
def test_the_protocol_of_a_legacy_key_is_written_where_the_model_would_not_get_it(key, said, adopt, model):
    written = adopt(model(f"{{{key}: {{storageUri: 'gs://b/m'}}}}"))["iris"]

    assert ("protocolVersion: v2" in written) is said


def test_what_the_webhook_fills_into_a_container_is_left_out(adopt, model):
    resources = "{requests: {cpu: '1', memory: 2Gi}, limits: {cpu: 1, memory: 2048Mi}}"
    filled = f"{{name: kserve-container, image: x, resources: {resources}}}"

    written = adopt(model(f"{{containers: [{filled}]}}", more=f"transformer: {{containers: [{filled}]}}"))["iris"]

    assert written == (
        "name: iris\npredictor:\n  containers:\n    - image: x\ntransformer:\n  containers:\n    - image: x\n"
    )


def test_what_the_webhook_fills_into_an_explainer_is_left_out(adopt, model):
    resources = "{requests: {cpu: '1', memory: 2Gi}, limits: {cpu: 1, memory: 2Gi}}"
    art = f"{{name: kserve-container, type: SquareAttack, runtimeVersion: v0.16.0, resources: {resources}}}"

    written = adopt(model(more=f"explainer: {{art: {art}}}"))["iris"]

    assert written.endswith("explainer:\n  art:\n    type: SquareAttack\n")


def test_resources_of_its_own_stay_whole(adopt, model):
    own = "{image: x, resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 2, memory: 2Gi}}}"

    written = adopt(model(f"{{containers: [{own}]}}"))["iris"]

    assert "requests:\n          cpu: 1\n          memory: 1Gi\n" in written
    assert "limits:\n          cpu: 2\n          memory: 2Gi\n" in written


def test_extra_resources_stay_without_those_that_are_filled_in(adopt, model):
    own = "{image: x, resources: {requests: {cpu: 1, memory: 2Gi}, limits: {cpu: 1, memory: 2Gi, gpu: 1}}}"

    assert "resources:\n        limits:\n          gpu: 1\n" in adopt(model(f"{{containers: [{own}]}}"))["iris"]


def test_a_fraction_is_written_as_kubernetes_keeps_it(adopt, model):
    assert "cpu: 100m" in adopt(model("{model: {modelFormat: {name: a}, resources: {limits: {cpu: 0.1}}}}"))["iris"]


@pytest.mark.parametrize(
    ("account", "platform", "written"),
    [
        ("sa-s3-access", ({"s3-access": "sa-s3-access"}, "s3-access"), ""),
        ("sa-b", ({"a": "sa-a", "b": "sa-b"}, "a"), "credential: b\n"),
        ("sa-b", ({"a": "sa-a", "b": "sa-b"}, None), "credential: b\n"),
        ("", ({"a": "sa-a"}, "a"), "credential: null"),
        ("", ({}, None), ""),
        ("own", ({"a": "sa-a"}, "a"), "credential: null"),
        ("own", ({}, None), ""),
    ],
)
def test_the_credential_says_what_the_account_said(account, platform, written, adopt, model):
    said = f", serviceAccountName: {account}" if account else ""
    text = model(f"{{model: {{modelFormat: {{name: a}}, storageUri: 's3://b/m'}}{said}}}")

    file = adopt(text, credentials=platform[0], credential=platform[1])["iris"]

    assert ("credential:" in file) is bool(written)
    assert written in file
    assert (f"serviceAccountName: {account}" in file) is (account == "own")


def test_a_model_outside_of_s3_needs_no_word_about_credentials(adopt, model):
    assert "credential" not in adopt(model())["iris"]


def test_what_all_models_get_is_left_out_and_what_this_one_lacks_is_taken_away(adopt, model):
    defaults = {
        "metadata": {"labels": {"team": "ml", "tier": "a"}},
        "predictor": {
            "timeout": 30,
            "tolerations": [{"key": "gpu"}],
            "model": {"env": [{"name": "A", "value": "b"}], "resources": {"limits": {"cpu": "2"}}},
        },
        "transformer": {"timeout": 9},
    }
    text = model(
        "{timeout: 30, model: {modelFormat: {name: a}, resources: {limits: {cpu: 2000m}}}}",
        metadata="labels: {team: ml}",
    )

    assert adopt(text, defaults=defaults)["iris"] == (
        "name: iris\nmetadata:\n  labels:\n    tier: null\n"
        "predictor:\n  model:\n    modelFormat: a\n    env: null\n  tolerations: null\n"
    )


def test_over_gives_back_what_was_wanted():
    base = {"a": 1, "b": {"c": [1], "d": 2}, "e": 3}
    wanted = {"a": 1, "b": {"c": [2], "f": 4}, "g": 5}

    short = over(base, wanted)

    assert short == {"b": {"c": [2], "f": 4, "d": None}, "g": 5, "e": None}
    assert merge(base, short) == wanted


def test_finalizers_of_others_are_kept_by_a_patch(adopt, model):
    finalizers = "finalizers: [inferenceservice.finalizers, example.com/backup]"

    assert adopt(model(metadata=finalizers))["iris"].endswith(
        "# somebody else's finalizers; they are no part of a model\n"
        "patches:\n  - metadata:\n      finalizers:\n        - example.com/backup\n"
    )


def test_kserves_own_canary_list_passes_through(adopt, model):
    canary = (
        "canary: [{trafficPercent: 10, predictor: {name: b, model: {name: kserve-container, modelFormat: {name: a}}}}]"
    )

    assert "canary:\n  - trafficPercent: 10\n" in adopt(model(more=canary), version="v0.20.0")["iris"]


WRONG = {
    "old version": ("more", "canary: []", "KG114", "needs KServe v0.20"),
    "typo": ("predictor", "{model: {modelFormat: {name: a}, storageURI: x}}", "KG110", "unknown field 'storageURI'"),
    "type": ("predictor", "{minReplicas: few, model: {modelFormat: {name: a}}}", "KG111", "'few' is a string"),
    "own key": ("more", "route: {hostname: a.b}", "KG110", "unknown field 'route'"),
    "metadata": ("metadata", "label: {}", "KG110", "unknown field 'label'"),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_what_kserve_would_refuse_is_refused_at_its_line(case, plan, model):
    part, text, code, message = case

    result = plan(model(**{part: text}))

    assert result.entries == []
    assert [finding.code for finding in result.findings] == [code]
    assert message in result.findings[0].message
    assert result.findings[0].place.column > 1


def test_a_spec_that_was_not_indented_is_told_in_one_line(plan):
    text = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: a}\nspec:\npredictor: {}\n"

    (finding,) = plan(text).findings

    assert (finding.place.line, finding.hint) == (5, "it belongs under spec: indent 'predictor:' and what follows")


@pytest.mark.parametrize(
    ("api_version", "kind", "code", "hint"),
    [
        ("serving.kserve.io/v1alpha2", "LLMInferenceService", "KG114", "it is there from KServe v0.17"),
        ("serving.kserve.io/v1beta1", "inferenceservice", "KG112", "did you mean 'InferenceService'?"),
        ("serving.kserve.io/v1", "InferenceService", "KG112", "it has that of serving.kserve.io/v1beta1"),
        ("serving.kubeflow.org/v1beta1", "InferenceService", "KG020", "KFServing is called KServe now"),
        ("serving.kserve.org/v1beta1", "InferenceService", "KG020", "ends in io"),
    ],
)
def test_a_version_or_group_that_is_not_there_is_told_with_what_is(api_version, kind, code, hint, plan):
    (finding,) = plan(f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{}}\n").findings

    assert (finding.code, finding.place.line) == (code, 1)
    assert hint in finding.hint


@pytest.mark.parametrize(("text", "written"), [("0644", "defaultMode: 420"), ("yes", "optional: true")])
def test_a_value_of_yaml_1_1_is_read_as_kubectl_reads_it(text, written, adopt, model):
    key = written.partition(":")[0]
    volume = f"{{name: v, configMap: {{name: c, {key}: {text}}}}}"

    assert written in adopt(model(f"{{model: {{modelFormat: {{name: a}}}}, volumes: [{volume}]}}"))["iris"]


def test_a_word_that_readers_take_differently_stays_text_where_text_is_wanted(adopt, model):
    env = "{modelFormat: {name: a}, env: [{name: A, value: y}]}"

    assert "value: 'y'" in adopt(model(f"{{model: {env}}}"))["iris"]


def test_a_quoted_number_stays_wrong(plan, model):
    volume = "{name: v, configMap: {name: c, defaultMode: '0644'}}"

    (finding,) = plan(model(f"{{model: {{modelFormat: {{name: a}}}}, volumes: [{volume}]}}")).findings

    assert finding.code == "KG111"


def test_a_number_of_base_60_is_text_to_kubectl_and_fits_no_number(plan, model):
    (finding,) = plan(model("{timeout: 12:30, model: {modelFormat: {name: sklearn}}}")).findings

    assert finding.code == "KG111"
    assert "'12:30' is a string, expected an integer" in finding.message


def test_a_model_on_a_runtime_of_its_own_needs_no_word_about_resources(adopt, model):
    assert "resources" not in adopt(model("{model: {modelFormat: {name: a}, runtime: mine}}"))["iris"]
