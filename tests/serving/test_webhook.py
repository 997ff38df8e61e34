"""An InferenceService as KServe's mutating webhook leaves it; tests/proofs/test_webhook.py asks the webhook itself."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kserve_gitops.serving.webhook import FRAMEWORKS, Resources, admitted

DEFAULTS = {"requests": {"cpu": "1", "memory": "2Gi"}, "limits": {"cpu": "1", "memory": "2Gi"}}
IMAGE = "registry.example/server"


def service(mode="Standard", **spec):
    return {"metadata": {"name": "m", "annotations": {"serving.kserve.io/deploymentMode": mode}}, "spec": spec}


def component(name, value, **keywords):
    """The component of that name, as it is left when it came as `value`."""
    return admitted(service(**{name: value}), **keywords)["spec"][name]


def test_only_container_serves_with_default_resources():
    assert component("predictor", {"containers": [{"name": "mine", "image": IMAGE}]}) == {
        "containers": [{"name": "kserve-container", "image": IMAGE, "resources": DEFAULTS}]
    }


def test_first_of_several_containers_keeps_its_name():
    sidecar = {"name": "sidecar", "image": IMAGE}

    left = component("predictor", {"containers": [{"name": "mine", "image": IMAGE}, sidecar]})

    assert left["containers"] == [{"name": "mine", "image": IMAGE, "resources": DEFAULTS}, sidecar]


def test_first_of_several_containers_is_named_when_it_has_no_name():
    left = component("predictor", {"containers": [{"image": IMAGE}, {"name": "sidecar"}]})

    assert [container["name"] for container in left["containers"]] == ["kserve-container", "sidecar"]


def test_first_container_gets_the_resources_even_when_another_one_serves():
    left = component("predictor", {"containers": [{"name": "transformer-container"}, {"name": "kserve-container"}]})

    assert left["containers"] == [
        {"name": "transformer-container", "resources": DEFAULTS},
        {"name": "kserve-container"},
    ]


@pytest.mark.parametrize(
    "predictor",
    [
        {"model": {"modelFormat": {"name": "sklearn"}}, "containers": [{"name": "transformer-container"}]},
        {"model": {"modelFormat": {"name": "sklearn"}}, "containers": [{"name": "kserve-container"}]},
        {"sklearn": {}, "xgboost": {}, "containers": [{"name": "kserve-container"}]},
        {"containers": [{"name": "kserve-container"}, {"name": "kserve-container"}]},
        {"containers": []},
        {"minReplicas": 1},
    ],
)
def test_container_that_does_not_implement_the_predictor_stays(predictor):
    assert component("predictor", predictor) == predictor


@pytest.mark.parametrize("name", ["transformer", "explainer"])
def test_first_container_of_other_components_is_renamed_always(name):
    left = component(name, {"containers": [{"name": "mine"}, {"name": "sidecar"}]})

    assert left["containers"] == [{"name": "kserve-container", "resources": DEFAULTS}, {"name": "sidecar"}]


def test_resources_that_are_asked_for_stay():
    asked = {"requests": {"cpu": "3"}, "limits": {"memory": "9Gi", "nvidia.com/gpu": "1"}, "claims": [{"name": "a"}]}

    left = component("transformer", {"containers": [{"resources": asked}]})

    assert left["containers"][0]["resources"] == {
        "requests": {"cpu": "3", "memory": "2Gi"},
        "limits": {"cpu": "1", "memory": "9Gi", "nvidia.com/gpu": "1"},
        "claims": [{"name": "a"}],
    }


def test_default_resources_are_those_of_the_chart():
    chart = Resources(requests={"cpu": "100m"}, limits={})

    left = component("transformer", {"containers": [{}]}, resources=chart)

    assert left["containers"] == [{"name": "kserve-container", "resources": {"requests": {"cpu": "100m"}}}]


def test_chart_without_default_resources_adds_none():
    left = component("transformer", {"containers": [{}]}, resources=Resources(requests={}, limits={}))

    assert left["containers"] == [{"name": "kserve-container"}]


def test_explainer_gets_name_release_and_resources():
    assert component("explainer", {"art": {"type": "SquareAttack"}}, version="v0.19.0") == {
        "art": {
            "type": "SquareAttack",
            "name": "kserve-container",
            "resources": DEFAULTS,
            "runtimeVersion": "v0.19.0",
        }
    }


def test_explainer_keeps_its_version():
    left = component("explainer", {"art": {"type": "SquareAttack", "runtimeVersion": "v1"}})

    assert left["art"]["runtimeVersion"] == "v1"


def test_explainer_with_two_implementations_stays():
    explainer = {"art": {"type": "SquareAttack"}, "containers": [{"name": "mine"}]}

    assert component("explainer", explainer) == explainer


@pytest.mark.parametrize(
    ("model_format", "version", "protocol"),
    [
        ("triton", "v0.16.0", "v2"),
        ("triton", "v0.20.0", "v2"),
        ("vLLM", "v0.19.0", None),
        ("vLLM", "v0.20.0", "v2"),
        ("vllm", "v0.20.0", None),
        ("onnx", "v0.20.0", None),
    ],
)
def test_protocol_of_model_without_one(model_format, version, protocol):
    left = component("predictor", {"model": {"modelFormat": {"name": model_format}}}, version=version)

    assert left["model"].get("protocolVersion") == protocol


def test_protocol_that_is_written_stays():
    predictor = {"model": {"modelFormat": {"name": "triton"}, "protocolVersion": "grpc-v2"}}

    assert component("predictor", predictor) == predictor


def test_legacy_framework_becomes_model():
    assert component("predictor", {"onnx": {}}) == {"model": {"modelFormat": {"name": "onnx"}, "protocolVersion": "v2"}}


def test_predictor_of_modelmesh_stays():
    manifest = service("ModelMesh", predictor={"sklearn": {}}, transformer={"containers": [{}]})

    left = admitted(manifest)

    assert left["spec"]["predictor"] == {"sklearn": {}}
    assert left["spec"]["transformer"]["containers"][0]["name"] == "kserve-container"


scalars = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["kserve-container", "v1", "triton", ""])
KEYS = ["name", "image", "resources", "requests", "limits", "cpu", "modelFormat", "protocolVersion", "runtimeVersion"]
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)
containers = st.lists(st.dictionaries(st.sampled_from(KEYS), anything, max_size=3), max_size=3)
components = st.dictionaries(st.sampled_from([*FRAMEWORKS, "model", "art", "minReplicas"]), anything, max_size=2)
with_containers = st.builds(lambda part, own: {**part, "containers": own}, components, containers | anything)
specs = st.dictionaries(
    st.sampled_from(["predictor", "transformer", "explainer", "canary"]), components | with_containers | anything
)
manifests = st.builds(
    lambda spec, metadata: {"kind": "InferenceService", "metadata": metadata, "spec": spec},
    specs | anything,
    st.builds(lambda a: {"annotations": a}, st.just({"serving.kserve.io/deploymentMode": "Standard"}) | anything)
    | anything,
)


@settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(manifests, st.sampled_from(["v0.16.0", "v0.20.0"]))
def test_second_time_changes_nothing_and_input_stays(manifest, version):
    before = copy.deepcopy(manifest)

    once = admitted(manifest, version=version)

    assert admitted(once, version=version) == once
    assert manifest == before
