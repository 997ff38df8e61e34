"""A canary in each of its forms, and what the target would ignore."""

import json
from pathlib import Path

import pytest

from kserve_gitops.serving.canary import Backend, Canary, rollout

RUNTIMES = Path(__file__).parents[2] / "imports" / "runtimes"
MODEL = {"modelFormat": {"name": "sklearn"}, "storageUri": "s3://b/1"}
SPEC = {"predictor": {"model": MODEL, "minReplicas": 4}}
NEW = {"model": {"storageUri": "s3://b/2"}}
SPLIT = (Backend("iris-predictor", 80), Backend("iris-canary-predictor", 20))


def planned(canary=None, *, spec=SPEC, mode="Standard", in_release=False, routed=True, autoscaler_class=None):
    canary = Canary(20, NEW) if canary is None else canary
    return rollout(
        "iris", spec, canary, mode=mode, in_release=in_release, routed=routed, autoscaler_class=autoscaler_class
    )


def told(plan):
    return [(fault.code, ".".join(map(str, fault.at)), fault.severity.value) for fault in plan.faults]


def with_predictor(**fields):
    return {**SPEC, "predictor": {**SPEC["predictor"], **fields}}


def named(**model):
    """The model of the second InferenceService for a model that says `model`."""
    plan = planned(spec={"predictor": {"model": {**MODEL, **model}}})
    return plan.second["predictor"]["model"], told(plan)


def test_without_a_canary_everything_goes_to_the_predictor():
    plan = rollout("iris", SPEC, None, mode="Standard", in_release=True)

    assert (plan.spec, plan.backends, plan.second, plan.faults) == (SPEC, (Backend("iris-predictor"),), None, ())


def test_entry_of_kserve_says_only_what_is_new():
    plan = planned(in_release=True)

    model = {"name": "kserve-container", "modelFormat": {"name": "sklearn"}, "storageUri": "s3://b/2"}
    assert plan.spec["canary"] == [{"trafficPercent": 20, "predictor": {"name": "canary", "model": model}}]
    assert plan.spec["predictor"] == SPEC["predictor"]
    assert plan.backends == SPLIT


def test_canary_may_have_a_name():
    plan = planned(Canary(20, {**NEW, "name": "v2"}), in_release=True)

    assert plan.spec["canary"][0]["predictor"]["name"] == "v2"
    assert plan.backends[1] == Backend("iris-v2-predictor", 20)


def test_route_leads_to_a_predictor_that_was_promoted():
    plan = planned(spec=with_predictor(name="v1"), in_release=True)

    assert plan.backends[0] == Backend("iris-v1-predictor", 80)


FULL = with_predictor(
    timeout=30,
    serviceAccountName="sa",
    automountServiceAccountToken=True,
    nodeSelector={"pool": "a"},
    tolerations=[{"key": "a"}],
    model={**MODEL, "args": ["--x"], "livenessProbe": {"httpGet": {"path": "/", "port": "http"}}},
)


@pytest.mark.parametrize(
    "overlay",
    [
        {"model": {"args": []}},
        {"model": {"args": None}},
        {"model": {"livenessProbe": {"httpGet": {"port": 8080}}}},
        {"nodeSelector": None},
        {"nodeSelector": {"pool": ""}},
        {"tolerations": []},
        {"tolerations": {}},
        {"automountServiceAccountToken": False},
        {"timeout": 0},
        {"serviceAccountName": ""},
    ],
    ids=str,
)
def test_value_that_kserve_would_not_lay_over_makes_a_second_service(overlay):
    plan = planned(Canary(20, overlay), spec=FULL, in_release=True)

    assert (plan.second, told(plan)) == (planned(Canary(20, overlay), spec=FULL).second, [])
    assert plan.second["predictor"] != planned(Canary(20, {}), spec=FULL).second["predictor"]


@pytest.mark.parametrize(
    "overlay",
    [
        {"model": None, "containers": [{"image": "a"}]},
        {"containers": [{"image": "a"}]},
        {"storageUris": [{"uri": "s3://b/2"}]},
        {"workerSpec": {}},
        {"maxReplicas": 1},
        {"minReplicas": 5},
        {"minReplicas": 0},
        {"minReplicas": "2"},
        {"scaleMetric": "cpu"},
        {"scaleTarget": 50},
        {"autoScaling": {"metrics": []}},
        {"canaryTrafficPercent": 3},
        {"logger": {"mode": "all"}},
        {"batcher": {"maxBatchSize": 2}},
        {"deploymentStrategy": {"type": "Recreate"}},
        {"model": {"modelFormat": {"name": "triton"}}},
        {"model": 5},
    ],
    ids=str,
)
def test_canary_that_an_entry_cannot_say_is_the_same_in_every_release(overlay):
    canary = Canary(20, overlay)

    assert planned(canary, in_release=True) == planned(canary)
    assert planned(canary, in_release=True).second is not None


def test_what_the_stable_predictor_says_counts_for_the_canary_too():
    stable = with_predictor(storageUris=[{"uri": "s3://b/1"}])

    assert planned(Canary(20, NEW), spec=stable, in_release=True).second is not None


@pytest.mark.parametrize(
    ("overlay", "said"),
    [
        ({"nodeSelector": None, "tolerations": []}, {"tolerations": []}),
        ({"automountServiceAccountToken": False}, {"automountServiceAccountToken": False}),
        ({"securityContext": {"runAsUser": 0}}, {"securityContext": {"runAsUser": 0}}),
        ({"minReplicas": 2}, {"minReplicas": 2}),
    ],
    ids=str,
)
def test_empty_value_is_said_in_an_entry_where_nothing_is_below_it(overlay, said):
    plan = planned(Canary(20, overlay), in_release=True)

    predictor = plan.spec["canary"][0]["predictor"]
    assert {key: value for key, value in predictor.items() if key not in ("name", "model")} == said
    assert told(plan) == []


def test_empty_value_that_is_there_already_changes_nothing():
    plan = planned(Canary(20, {"timeout": 0}), spec=with_predictor(timeout=0), in_release=True)

    assert plan.spec["canary"][0]["predictor"]["timeout"] == 0


def test_entry_says_whole_values_because_the_crd_may_ask_for_the_rest_of_them():
    canary = Canary(20, {"model": {"modelFormat": {"version": "2"}}, "nodeSelector": {"zone": "b"}})

    plan = planned(canary, spec=with_predictor(nodeSelector={"pool": "a"}), in_release=True)

    predictor = plan.spec["canary"][0]["predictor"]
    assert predictor["model"]["modelFormat"] == {"name": "sklearn", "version": "2"}
    assert predictor["nodeSelector"] == {"pool": "a", "zone": "b"}


def test_entry_may_have_another_format_that_names_its_protocol():
    overlay = {"model": {"modelFormat": {"name": "triton"}, "protocolVersion": "v2"}}

    model = planned(Canary(20, overlay), in_release=True).spec["canary"][0]["predictor"]["model"]

    assert model.items() >= overlay["model"].items()


@pytest.mark.parametrize(
    "model", [{"modelFormat": "x"}, {"modelFormat": None}, {"runtime": 5}, {"args": "--a"}, None, 5]
)
def test_shape_that_the_schema_tells_is_no_fault_of_the_rollout(model):
    plan = planned(Canary(20, {"model": model}), spec={"predictor": {"model": {"storageUri": "s3://b/1"}}})

    assert told(plan) == []


def test_entry_of_kserve_that_no_route_leads_to_is_a_warning():
    assert told(planned(in_release=True, routed=False)) == [("KG121", "spec.canary", "warning")]


@pytest.mark.parametrize(
    "spec",
    [
        {**SPEC, "transformer": {"containers": [{"image": "a"}]}},
        {"predictor": {"containers": [{"image": "a"}]}},
        with_predictor(storageUris=[{"uri": "s3://b/1"}]),
        with_predictor(workerSpec={}),
    ],
    ids=["transformer", "custom", "storage-uris", "multi-node"],
)
def test_what_an_entry_of_kserve_cannot_run_becomes_a_second_service(spec):
    plan = planned(spec=spec, in_release=True)

    assert plan.second is not None
    assert "canary" not in plan.spec


def test_keda_scales_a_second_service_because_an_entry_would_have_no_triggers():
    assert planned(in_release=True, autoscaler_class="keda").second is not None


def test_second_service_has_everything_of_the_first_and_what_is_new():
    plan = planned()

    assert plan.second_name == "iris-canary"
    assert plan.second["predictor"]["minReplicas"] == 4
    assert plan.second["predictor"]["model"]["storageUri"] == "s3://b/2"
    assert (plan.spec, plan.backends, told(plan)) == (SPEC, SPLIT, [])


@pytest.mark.parametrize(
    ("model", "key", "value"),
    [
        ({}, "args", ["--model_name=iris"]),
        ({"args": ["--nthread=2"]}, "args", ["--nthread=2", "--model_name=iris"]),
        ({"args": ["--model_name=other"]}, "args", ["--model_name=other"]),
        ({"runtime": "kserve-vllmserver"}, "args", ["--served-model-name=iris"]),
        ({"protocolVersion": "v2"}, "env", [{"name": "MLSERVER_MODEL_NAME", "value": "iris"}]),
        ({"runtime": "kserve-mlserver"}, "env", [{"name": "MLSERVER_MODEL_NAME", "value": "iris"}]),
        (
            {"runtime": "kserve-mlserver", "env": [{"name": "MLSERVER_MODEL_NAME", "value": "other"}]},
            "env",
            [{"name": "MLSERVER_MODEL_NAME", "value": "other"}],
        ),
        ({"runtime": "kserve-tritonserver"}, "args", None),
        ({"runtime": "own", "args": ["--name=iris"]}, "args", ["--name=iris"]),
    ],
)
def test_second_service_answers_to_the_name_of_the_first(model, key, value):
    found, faults = named(**model)

    assert found.get(key) == value
    assert faults == []


@pytest.mark.parametrize("model", [{"runtime": "own"}, {"modelFormat": {"name": "own"}}])
def test_runtime_that_nobody_knows_must_be_told_the_name(model):
    assert named(**model)[1] == [("KG121", "spec.canary.predictor.model", "error")]


def test_transformer_is_doubled_and_told_the_name():
    spec = {**SPEC, "transformer": {"containers": [{"image": "a"}, {"image": "b"}]}}

    plan = planned(spec=spec)

    first, second = plan.second["transformer"]["containers"]
    assert (first["args"], second) == (["--model_name", "iris"], {"image": "b"})
    assert plan.backends == (Backend("iris-transformer", 80), Backend("iris-canary-transformer", 20))


def test_transformer_that_knows_its_name_is_left_alone():
    transformer = {"containers": [{"args": ["--model_name=other"]}]}

    assert planned(spec={**SPEC, "transformer": transformer}).second["transformer"] == transformer


def test_explainer_stays_with_the_first():
    plan = planned(spec={**SPEC, "explainer": {"art": {}}})

    assert plan.second.keys() == {"predictor"}


def test_second_service_without_a_route_is_refused():
    assert told(planned(routed=False)) == [("KG121", "spec.canary", "error")]


@pytest.mark.parametrize("in_release", [True, False])
def test_name_of_a_canary_must_fit_into_a_label(in_release):
    fits = rollout("a" * 41, SPEC, Canary(1, NEW), mode="Standard", in_release=in_release, routed=True)
    long = rollout("a" * 42, SPEC, Canary(1, NEW), mode="Standard", in_release=in_release, routed=True)

    assert (told(fits), told(long)) == ([], [("KG121", "metadata.name", "error")])


def test_second_service_has_its_own_name_alone():
    plan = planned(Canary(20, {**NEW, "name": "v2"}), spec=with_predictor(name="v1"))

    assert (plan.second_name, plan.second["predictor"].get("name")) == ("iris-v2", None)
    assert plan.backends == (Backend("iris-v1-predictor", 80), Backend("iris-v2-predictor", 20))


def test_two_shares_in_knative_contradict_each_other():
    stable, new = with_predictor(canaryTrafficPercent=30), {"canaryTrafficPercent": 40}

    assert told(planned(spec=stable, mode="Knative")) == [
        ("KG121", "spec.predictor.canaryTrafficPercent", "error"),
    ]
    assert told(planned(Canary(20, new), mode="Knative")) == [
        ("KG121", "spec.canary.predictor.canaryTrafficPercent", "error"),
    ]


def test_knative_gets_the_new_predictor_and_its_share():
    plan = planned(Canary(20, {"minReplicas": None, **NEW}, tag=True), mode="Knative", in_release=True)

    model = {**MODEL, "storageUri": "s3://b/2"}
    assert plan.spec == {"predictor": {"model": model, "canaryTrafficPercent": 20}}
    assert plan.annotations == {"serving.kserve.io/enable-tag-routing": "true"}
    assert plan.backends == (Backend("iris-predictor"),)


@pytest.mark.parametrize(
    ("canary", "mode", "at"),
    [
        (Canary(101, NEW), "Standard", "spec.canary.trafficPercent"),
        (Canary(-1, NEW), "Knative", "spec.canary.trafficPercent"),
        (Canary(1, NEW, tag=True), "Standard", "spec.canary.tag"),
        (Canary(1, {**NEW, "name": "v2"}), "Knative", "spec.canary.predictor.name"),
        (Canary(1, NEW), "ModelMesh", "spec.canary"),
    ],
)
def test_what_the_mode_would_ignore_is_refused_and_nothing_else_changes(canary, mode, at):
    plan = planned(canary, mode=mode, in_release=True)

    assert told(plan) == [("KG121", at, "error")]
    assert (plan.spec, plan.backends) == (SPEC, (Backend("iris-predictor"),))


@pytest.mark.parametrize("percent", [0, 100])
def test_weights_come_to_a_hundred(percent):
    plan = planned(Canary(percent, NEW))

    assert [backend.weight for backend in plan.backends] == [100 - percent, percent]


ENTRY = {"trafficPercent": 30, "predictor": {"name": "v2"}}


@pytest.mark.parametrize(
    ("entries", "spec", "mode", "weights"),
    [
        ([ENTRY], SPEC, "Standard", [70, 30]),
        ([ENTRY, {**ENTRY, "predictor": {"name": "v3"}}], SPEC, "Standard", [40, 30, 30]),
        ([ENTRY], {**SPEC, "transformer": {"containers": []}}, "Standard", [1]),
        ([ENTRY], SPEC, "Knative", [1]),
        ([{**ENTRY, "trafficPercent": 101}], SPEC, "Standard", [1]),
        ([ENTRY, {**ENTRY, "trafficPercent": 80}], SPEC, "Standard", [1]),
        ([{"trafficPercent": 30}], SPEC, "Standard", [1]),
        (["v2"], SPEC, "Standard", [1]),
        ([], SPEC, "Standard", [1]),
    ],
)
def test_list_of_kserve_passes_through_and_is_split_where_it_is_sound(entries, spec, mode, weights):
    plan = planned(entries, spec=spec, mode=mode, in_release=True)

    assert plan.spec["canary"] == entries
    assert [backend.weight for backend in plan.backends] == weights


@pytest.mark.parametrize("file", sorted(RUNTIMES.glob("*.json")), ids=lambda file: file.stem)
def test_every_runtime_that_was_imported_is_told_the_name_by_its_own_flag(file):
    for name, runtime in json.loads(file.read_text())["runtimes"].items():
        flags = runtime["containers"][0]["nameFlags"]

        model, faults = named(runtime=name)

        assert faults == []
        assert model.get("args", []) == [f"{flag}=iris" for flag in flags]
