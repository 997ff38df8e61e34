"""Legacy framework keys of a predictor, as KServe v0.16 turns them into `model` (inference_service_defaults.go)."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kserve_gitops.core.merging import merge
from kserve_gitops.serving.webhook import FRAMEWORKS, modern_predictor

S3 = "s3://models/one"


@pytest.mark.parametrize("framework", ["sklearn", "xgboost", "tensorflow", "pytorch", "pmml", "lightgbm", "paddle"])
def test_framework_becomes_model_of_that_format(framework):
    assert modern_predictor({framework: {"storageUri": S3}}) == {
        "model": {"modelFormat": {"name": framework}, "storageUri": S3}
    }


@pytest.mark.parametrize("framework", ["triton", "onnx", "huggingface"])
def test_framework_that_meant_v2_says_so(framework):
    assert modern_predictor({framework: {"storageUri": S3}}) == {
        "model": {"modelFormat": {"name": framework}, "storageUri": S3, "protocolVersion": "v2"}
    }


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_protocol_that_is_written_stays(framework):
    modern = modern_predictor({framework: {"protocolVersion": "grpc-v2"}})

    assert modern["model"]["protocolVersion"] == "grpc-v2"


def test_fields_of_framework_and_pod_stay():
    framework = {"runtimeVersion": "24.1", "args": ["--strict"], "resources": {"limits": {"cpu": "2"}}}

    modern = modern_predictor({"minReplicas": 2, "pytorch": framework, "nodeSelector": {"disk": "fast"}})

    assert modern == {
        "minReplicas": 2,
        "model": {"modelFormat": {"name": "pytorch"}, **framework},
        "nodeSelector": {"disk": "fast"},
    }


def test_model_stands_where_the_framework_stood():
    assert list(modern_predictor({"minReplicas": 2, "sklearn": {}, "timeout": 9})) == [
        "minReplicas",
        "model",
        "timeout",
    ]


@pytest.mark.parametrize(
    "predictor",
    [
        {"sklearn": {}, "xgboost": {}},
        {"sklearn": {}, "model": {"modelFormat": {"name": "onnx"}}},
        {"sklearn": "s3://models/one"},
        {"sklearn": {"modelFormat": {"name": "sklearn", "version": "1"}}},
        {"model": {"modelFormat": {"name": "onnx"}}},
        {"containers": [{"image": "registry.example/a"}]},
        {},
    ],
)
def test_no_model_is_made_of_none_or_several(predictor):
    assert modern_predictor(predictor) == predictor


def test_overlay_has_no_protocol_of_its_own():
    base = modern_predictor({"onnx": {"protocolVersion": "grpc-v2", "storageUri": S3}})
    overlay = modern_predictor({"onnx": {"storageUri": "s3://models/two"}}, whole=False)

    assert merge(base, overlay) == {
        "model": {"modelFormat": {"name": "onnx"}, "protocolVersion": "grpc-v2", "storageUri": "s3://models/two"}
    }


def test_overlay_that_takes_the_framework_away_takes_the_model_away():
    overlay = modern_predictor({"sklearn": None, "containers": [{"image": "registry.example/a"}]}, whole=False)

    assert merge(modern_predictor({"sklearn": {}}), overlay) == {"containers": [{"image": "registry.example/a"}]}


def test_overlay_that_changes_the_framework_changes_the_format():
    overlay = modern_predictor({"sklearn": None, "xgboost": {}}, whole=False)

    assert merge(modern_predictor({"sklearn": {"storageUri": S3}}), overlay) == {
        "model": {"modelFormat": {"name": "xgboost"}, "storageUri": S3}
    }


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*FRAMEWORKS, "name"]), inner, max_size=2)
    ),
    max_leaves=4,
)
predictors = st.dictionaries(st.sampled_from([*FRAMEWORKS, "model", "containers", "timeout"]), anything, max_size=4)


@settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(predictors, st.booleans())
def test_second_time_changes_nothing_and_input_stays(predictor, whole):
    before = copy.deepcopy(predictor)

    once = modern_predictor(predictor, whole=whole)

    assert modern_predictor(once, whole=whole) == once
    assert predictor == before
