"""Arguments and variables of a server: placeholders that break it, and flags that it gets twice."""

import pytest

from tests.checks.trees import places, said, service

MODEL = "spec.predictor.model"


def served(*args, form="sklearn", runtime="kserve-sklearnserver", labels=None, mode="Standard", **fields):
    model = {"modelFormat": {"name": form}, "runtime": runtime, "storageUri": "s3://b/m/1", "args": list(args)}
    given = service({"model": {**model, **fields}}, mode=mode)
    given["metadata"]["labels"] = labels or {}
    return given


def custom(*args):
    given = service({})
    given["spec"]["predictor"] = {"containers": [{"name": "kserve-container", "args": list(args)}]}
    return given


def runtime(*args, name="mine", container="kserve-container", **fields):
    return {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "ClusterServingRuntime",
        "metadata": {"name": name},
        "spec": {
            "supportedModelFormats": [{"name": "x"}],
            "containers": [{"name": container, "args": list(args), **fields}],
        },
    }


@pytest.mark.parametrize(
    "text",
    ["{{.Name}}", "--a={{ .Namespace }}", "{{.Labels.team}}", "{{index .Labels `a-b`}}", '{"a":{"b":1}}', "$(X)"],
)
def test_placeholders_that_kserve_fills_in(text):
    assert places("KG140", served(text), runtime(text)) == []


def test_placeholders_that_break_the_container_of_a_model():
    given = served("--template={{ messages }}", env=[{"name": "A", "value": '{{index .Labels "a"}}'}])
    found = said("KG140", given)
    assert {(at, severity) for at, severity, _, _ in found} == {
        (f"{MODEL}.args.0", "error"),
        (f"{MODEL}.env.0.value", "error"),
    }
    assert "'{{ messages }}': 'messages' is no function of Go's templates" in {message for _, _, message, _ in found}


def test_long_placeholders_are_told_in_short():
    [(_, _, message, _)] = said("KG140", served("{{ x" + " y" * 90 + " }}"))
    assert "…" in message
    assert len(message) < 100


def test_placeholders_of_runtimes_and_of_a_transformer_beside_the_model():
    assert places("KG140", runtime("{{.name}}")) == [("spec.containers.0.args.0", "error")]
    given = served()
    given["spec"]["predictor"]["containers"] = [{"name": "transformer-container", "args": ["{{x}}"]}]
    assert places("KG140", given) == [("spec.predictor.containers.0.args.0", "error")]


@pytest.mark.parametrize(
    "given",
    [
        custom("{{ messages }}"),
        served("{{ messages }}", mode="ModelMesh"),
        runtime("{{ messages }}", container="other"),
        served(storageUri="s3://b/{{x}}"),
    ],
)
def test_what_kserve_does_not_fill_in_may_have_braces(given):
    assert places("KG140", given) == []


def test_label_that_is_not_there():
    [(at, severity, message, _)] = said("KG149", served("--a={{.Labels.team}}"))
    assert (at, severity, message) == (f"{MODEL}.args.0", "warning", "there is no 'team' in labels")
    assert places("KG149", served("--a={{.Labels.team}}", labels={"team": "a"})) == []


@pytest.mark.parametrize(
    "text", ["{{.Labels.modelClass}}", "{{.Labels.serviceEnvelope}}", "{{.Annotations.modelFormat}}"]
)
def test_labels_that_kserve_adds_itself(text):
    assert places("KG149", served(text)) == []


def test_label_that_the_runtime_of_a_model_wants():
    mine = runtime("--dir={{.Labels.modelDir}}")
    [(at, severity, message, hint)] = said("KG149", served(form="x", runtime="mine"), mine)
    assert (at, severity, hint) == ("metadata", "warning", "add it to metadata.labels")
    assert message == "the runtime 'mine' fills in 'modelDir' of labels, which is not there"
    assert places("KG149", served(form="x", runtime="mine", labels={"modelDir": "a"}), mine) == []


@pytest.mark.parametrize(
    ("arg", "form", "name"),
    [
        ("--model_dir=/mnt/models", "sklearn", "kserve-sklearnserver"),
        ("--http_port=8080", "sklearn", "kserve-sklearnserver"),
        ("--model_name=other", "sklearn", "kserve-sklearnserver"),
        ("--rest_api_port=9000", "tensorflow", "kserve-tensorflow-serving"),
        ("--model-store=/mnt/models", "onnx", "kserve-tritonserver"),
    ],
)
def test_argument_that_the_runtime_passes_already(arg, form, name):
    [(at, severity, message, _)] = said("KG141", served("--other", arg, form=form, runtime=name))
    assert (at, severity) == (f"{MODEL}.args.1", "warning")
    assert message == f"the runtime '{name}' passes '{arg.partition('=')[0]}' already"


@pytest.mark.parametrize(
    "given",
    [
        served("--model_name=other", form="huggingface", runtime="kserve-huggingfaceserver"),
        served("--workers=2"),
        served("--nthread=4", form="lightgbm", runtime="kserve-lgbserver"),
        served("--http_port=9000", ports=[{"containerPort": 9000}]),
        served("--http_port=9000", command=["my-server"]),
        served("--model_dir=/x", runtime="nowhere"),
        served("plain", "-p", "8080"),
        custom("--http_port=9000"),
    ],
)
def test_argument_that_a_person_may_pass(given):
    assert places("KG141", given) == []


def test_argument_of_an_own_runtime_may_be_overridden_but_not_repeated():
    mine = runtime("--max=1", "--verbose")
    assert places("KG141", served("--max=2", form="x", runtime="mine"), mine) == []
    assert places("KG141", served("--max=1", form="x", runtime="mine"), mine) == [(f"{MODEL}.args.0", "warning")]


def transformed(*args, predictor=("--model_name=other",), **fields):
    given = served(*predictor, **fields)
    given["spec"]["transformer"] = {"containers": [{"name": "kserve-container", "args": list(args)}]}
    return given


def test_name_that_a_transformer_knows_may_be_passed():
    assert places("KG141", transformed("--model_name=other")) == []


def test_transformer_asks_for_the_model_by_the_name_of_the_service():
    [(at, severity, message, _)] = said("KG109", transformed())
    assert (at, severity) == (f"{MODEL}.args.0", "warning")
    assert message == "the model is served as 'other', and the transformer asks for 'iris'"
    assert places("KG109", transformed(predictor=("--model_name", "other"))) == [(f"{MODEL}.args.1", "warning")]


@pytest.mark.parametrize(
    "given",
    [
        transformed("--model_name=other"),
        transformed("--model_name", "other"),
        transformed(predictor=("--model_name=iris",)),
        transformed(predictor=("--model_name={{.Name}}",)),
        transformed(predictor=("--verbose", "--model_name")),
        transformed(form="pytorch", runtime="kserve-torchserve"),
        served("--model_name=other"),
    ],
)
def test_transformer_and_predictor_agree(given):
    assert places("KG109", given) == []
