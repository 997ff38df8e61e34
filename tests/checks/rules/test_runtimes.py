"""Runtimes: a model gets one that is there and serves it, or a finding says what is in the way."""

from pathlib import Path

import pytest
import yaml

from kserve_gitops.inputs.releases import RELEASES
from tests.checks.trees import cluster, places, said, service, values_row

SAMPLES = Path(__file__).parents[3].parent / "shared" / "samples"
MODEL = "spec.predictor.model"


def model(form="sklearn", *, version=None, **fields):
    named = {"name": form, **({"version": version} if version else {})}
    return {"modelFormat": named, "storageUri": "s3://bucket/m/1", **fields}


def served(form="sklearn", *, mode="Standard", workers=False, version=None, **fields):
    given = service({"model": model(form, version=version, **fields)}, mode=mode)
    if workers:
        given["spec"]["predictor"]["workerSpec"] = {}
    return given


def runtime(name="mine", *formats, namespace=None, kind=None, container="kserve-container", protocols=("v2",), **spec):
    listed = [{"autoSelect": True, **form} for form in formats or ({"name": "x", "version": "1", "priority": 1},)]
    return {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": kind or ("ServingRuntime" if namespace else "ClusterServingRuntime"),
        "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
        "spec": {
            "supportedModelFormats": listed,
            "protocolVersions": list(protocols),
            "containers": [{"name": container, "image": "registry.example.com/server:1"}],
            **spec,
        },
    }


def kserve(version="v0.16.0", **servingruntime):
    chart = "kserve" if version == "v0.16.0" else "kserve-runtime-configs"
    return [values_row(chart, version, {"kserve": {"servingruntime": servingruntime}})]


@pytest.mark.parametrize("name", ["kserve-sklearnserver", "mine", "cluster-wide", "known", "known-here"])
def test_runtime_that_is_there_is_not_told(name):
    objects = [served(runtime=name), runtime("mine", namespace="kserve"), runtime("cluster-wide")]
    existing = ["ClusterServingRuntime/known", "ServingRuntime/kserve/known-here"]
    assert places("KG101", *objects, of=cluster(existing=existing)) == []


@pytest.mark.parametrize(
    ("name", "release", "hint"),
    [
        ("kserve-sklernserver", "v0.16.0", "did you mean 'kserve-sklearnserver'?"),
        ("kserve-vllmserver", "v0.16.0", "KServe v0.20.0 has it"),
        ("kserve-openvino", "v0.20.0", "KServe does not install it"),
        ("far", "v0.16.0", "the one in namespace 'other' counts there alone"),
        ("known", "v0.16.0", "list it under existing in platform.yaml"),
        ("mine", "v0.16.0", "make a ServingRuntime in namespace 'kserve'"),
    ],
)
def test_runtime_that_nothing_provides(name, release, hint):
    objects = [served(runtime=name), runtime("far", namespace="other")]
    [(at, severity, message, told)] = said(
        "KG101", *objects, of=cluster(release, existing=["ServingRuntime/other/known"])
    )
    assert (at, severity, message) == (f"{MODEL}.runtime", "error", f"there is no runtime '{name}'")
    assert hint in told


def test_builtin_runtimes_need_their_chart_where_they_have_one():
    values = [values_row("kserve-resources", "v0.17.1", {"kserve": {}})]
    [(_, _, _, hint)] = said("KG101", served(runtime="kserve-sklearnserver"), of=cluster("v0.17.1"), values=values)
    assert "kserve-runtime-configs" in hint
    [(_, _, message, hint)] = said("KG102", served(), of=cluster("v0.17.1"), values=values)
    assert message == "there is no runtime for it"
    assert "kserve-runtime-configs" in hint


def test_builtin_runtimes_are_there_with_their_chart_or_without_any():
    of = cluster("v0.17.1")
    assert places("KG101", served(runtime="kserve-sklearnserver"), of=of, values=kserve("v0.17.1", enabled=True)) == []
    assert places("KG102", served(), of=of, values=kserve("v0.17.1", enabled=True)) == []
    assert places("KG102", served(), of=of) == []


def test_modelmesh_chooses_by_other_rules():
    given = served("nothing", mode="ModelMesh", runtime="far")
    assert [code for code in ("KG101", "KG102", "KG103", "KG104") if places(code, given)] == []


@pytest.mark.parametrize(
    ("given", "release", "at", "hint"),
    [
        (served("sklean"), "v0.16.0", "modelFormat.name", "did you mean 'sklearn'?"),
        (served("vllm"), "v0.20.0", "modelFormat.name", "did you mean 'vLLM'?"),
        (served("vLLM"), "v0.19.0", "modelFormat.name", "kserve-vllmserver of KServe v0.20.0 does"),
        (served("cobol"), "v0.16.0", "modelFormat.name", "there are huggingface, lightgbm"),
        (served("onnx"), "v0.16.0", "", "kserve-tritonserver speaks v2 or grpc-v2"),
        (served("mlflow", protocolVersion="v1"), "v0.16.0", "protocolVersion", "kserve-mlserver speaks v2"),
        (served("sklearn", version="1.3"), "v0.16.0", "modelFormat.version", "kserve-sklearnserver serves version '1'"),
        (served("lightgbm", version="3"), "v0.17.1", "modelFormat.version", "kserve-lgbserver of KServe v0.16.0 did"),
        (served("xgboost", version="1"), "v0.20.0", "modelFormat.version", "kserve-xgbserver of KServe v0.16.0 did"),
        (served("triton", protocolVersion="v1"), "v0.16.0", "protocolVersion", "kserve-tritonserver speaks v2"),
    ],
)
def test_model_that_no_runtime_serves(given, release, at, hint):
    [(place, severity, _, told)] = said("KG102", given, of=cluster(release))
    assert (place, severity) == (f"{MODEL}.{at}".rstrip("."), "error")
    assert hint in told


def test_workers_need_a_runtime_with_workers():
    assert places("KG102", served("sklearn", workers=True)) == [("spec.predictor.workerSpec", "error")]
    assert places("KG102", served("huggingface", workers=True)) == []


def test_disabled_runtimes_are_not_chosen_and_the_hint_says_so():
    values = kserve(huggingfaceserver={"disabled": True})
    [(_, _, _, hint)] = said("KG102", served("huggingface"), values=values)
    assert hint == "kserve-huggingfaceserver is disabled"
    assert places("KG102", served("huggingface"), values=kserve(huggingfaceserver_multinode={"disabled": True})) == []


def test_runtime_that_is_not_chosen_unasked():
    never = runtime("mine", {"name": "y", "autoSelect": False})
    [(at, _, _, hint)] = said("KG102", served("y", protocolVersion="v2"), never)
    assert (at, hint) == (MODEL, "mine is never chosen unasked: write runtime: mine")


@pytest.mark.parametrize(
    ("objects", "of"),
    [
        ([served("x", protocolVersion="v2"), runtime(namespace="kserve")], cluster()),
        ([served("x", protocolVersion="v2"), runtime()], cluster()),
        ([served("x")], cluster(existing=["ClusterServingRuntime/theirs"])),
        ([served("x")], cluster(existing=["ServingRuntime/kserve/theirs"])),
        ([served("x", runtime="kserve-sklearnserver")], cluster()),
        ([served("vLLM")], cluster("v0.20.0")),
        ([served("triton")], cluster()),
    ],
)
def test_model_that_something_serves_or_may_serve(objects, of):
    assert places("KG102", *objects, of=of) == []


def test_runtime_of_another_namespace_or_known_for_another_does_not_serve():
    of = cluster(existing=["ServingRuntime/other/theirs"])
    found = places("KG102", served("x", protocolVersion="v2"), runtime(namespace="other"), of=of)
    assert found == [(f"{MODEL}.modelFormat.name", "error")]


def test_legacy_keys_are_models_too():
    given = service({})
    given["spec"]["predictor"] = {"xgboost": {"storageUri": "s3://b/x/1", "protocolVersion": "grpc-v2"}}
    assert places("KG102", given) == [("spec.predictor.xgboost.protocolVersion", "error")]
    given["spec"]["predictor"] = {"onnx": {"storageUri": "s3://b/x/1"}}
    assert places("KG102", given) == []


@pytest.mark.parametrize(
    ("given", "release", "at", "hint"),
    [
        (served("onnx", runtime="kserve-xgbserver"), "v0.16.0", "modelFormat.name", "it serves xgboost"),
        (served("Xgboost", runtime="kserve-xgbserver"), "v0.16.0", "modelFormat.name", "did you mean 'xgboost'?"),
        (
            served("xgboost", version="1", runtime="kserve-xgbserver"),
            "v0.17.1",
            "modelFormat.version",
            "it serves version '2': write that, or leave it out; kserve-xgbserver of KServe v0.16.0 did",
        ),
        (
            served("sklearn", runtime="kserve-mlserver", protocolVersion="v1"),
            "v0.16.0",
            "protocolVersion",
            "it speaks v2",
        ),
        (
            served("pytorch", runtime="kserve-tritonserver", protocolVersion="grpc-v1"),
            "v0.16.0",
            "protocolVersion",
            "it speaks v2 or grpc-v2",
        ),
    ],
)
def test_named_runtime_that_cannot_serve_the_model(given, release, at, hint):
    [(place, severity, _, told)] = said("KG103", given, of=cluster(release))
    assert (place, severity) == (f"{MODEL}.{at}", "error")
    assert hint in told


def test_named_runtime_that_is_disabled_or_has_no_workers_or_is_for_modelmesh():
    values = kserve(huggingfaceserver={"disabled": True})
    [(at, _, _, hint)] = said(
        "KG103", served("huggingface", runtime="kserve-huggingfaceserver-multinode"), values=values
    )
    assert at == f"{MODEL}.runtime"
    assert "servingruntime.huggingfaceserver.disabled" in hint
    workers = served("sklearn", runtime="kserve-sklearnserver", workers=True)
    assert places("KG103", workers) == [("spec.predictor.workerSpec", "error")]
    mesh = runtime(namespace="kserve", container="mesh", multiModel=True)
    assert places("KG103", served("x", runtime="mine"), mesh) == [(f"{MODEL}.runtime", "error")]


@pytest.mark.parametrize(
    "given",
    [
        served("sklearn", runtime="kserve-mlserver"),
        served("pytorch", runtime="kserve-tritonserver", protocolVersion="v2"),
        served("huggingface", runtime="kserve-huggingfaceserver-multinode"),
        served("sklearn", runtime="kserve-predictiveserver"),
        served("x", runtime="mine"),
        served("y", runtime="theirs"),
    ],
)
def test_named_runtime_that_serves_the_model_or_may(given):
    of = cluster("v0.17.1", existing=["ClusterServingRuntime/theirs"])
    assert places("KG103", given, runtime(), of=of) == []


def test_runtime_of_the_namespace_comes_before_one_of_the_cluster():
    near = runtime("kserve-sklearnserver", {"name": "x"}, namespace="kserve")
    assert places("KG103", served("sklearn", runtime="kserve-sklearnserver"), near) == [
        (f"{MODEL}.modelFormat.name", "error")
    ]


def test_canary_is_judged_with_what_it_takes_over_from_the_stable_predictor():
    given = served("sklearn", runtime="kserve-sklearnserver", protocolVersion="v2")
    given["spec"]["canary"] = [
        {"trafficPercent": 10, "predictor": {"name": "same", "model": model()}},
        {"trafficPercent": 10, "predictor": {"name": "new", "model": model("xgboost")}},
    ]
    [(at, _)] = places("KG103", given, of=cluster("v0.20.0"))
    assert at == "spec.canary.1.predictor.model.modelFormat.name"


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("form", ["sklearn", "xgboost", "lightgbm"])
def test_model_that_goes_to_mlserver_without_being_told(release, form):
    [(at, severity, message, _)] = said("KG104", served(form, protocolVersion="v2"), of=cluster(release))
    assert (at, severity) == (MODEL, "warning")
    assert "'kserve-mlserver' will serve it" in message


def test_runtimes_between_which_only_their_age_decides():
    [(_, severity, message, _)] = said("KG104", served("x", protocolVersion="v2"), runtime("a"), runtime("b"))
    assert (severity, message) == ("warning", "'a' and 'b' fit alike: KServe takes the youngest")


@pytest.mark.parametrize(
    "given",
    [
        served("sklearn"),
        served("mlflow", protocolVersion="v2"),
        served("tensorflow", protocolVersion="v2"),
        served("sklearn", protocolVersion="v2", runtime="kserve-mlserver"),
        served("x", protocolVersion="v2"),
    ],
)
def test_runtime_that_a_person_expects_is_not_told(given):
    objects = [runtime("a"), runtime("b", {"name": "x", "version": "1", "priority": 2})]
    assert places("KG104", given, *objects) == []


def test_odd_models_are_left_to_the_schema():
    odd = served("sklearn")
    odd["spec"]["predictor"]["model"]["modelFormat"]["version"] = 1
    nameless = served("")
    assert [code for code in ("KG101", "KG102", "KG103", "KG104") if places(code, odd, nameless)] == []


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
def test_published_samples_of_builtin_formats_get_a_runtime():
    objects = []
    for number, file in enumerate(sorted(SAMPLES.glob("inferenceservice-*.yaml"))):
        for found in yaml.safe_load_all(file.read_text()):
            if isinstance(found, dict) and found.get("kind") == "InferenceService":
                found["metadata"] = {**found["metadata"], "name": f"s{number}", "namespace": "kserve"}
                objects.append(found)
    texts = [message for _, _, message, _ in said("KG102", *objects, of=cluster("v0.16.0"))]
    assert len(objects) > 50
    assert len(texts) < 10
