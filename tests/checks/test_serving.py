"""What KServe refuses, never gets ready or ignores: each rule fires where it must, and nowhere else."""

from pathlib import Path

import pytest
import yaml

from kserve_gitops.checks.reading import mode
from tests.checks.trees import faults

REPOSITORY = Path(__file__).parents[2]
SAMPLES = REPOSITORY.parent / "shared" / "samples"
MODEL = {"model": {"modelFormat": {"name": "sklearn"}}}
SERVER, OTHER = {"name": "kserve-container"}, {"name": "other"}


def service(predictor=None, *, mode="Standard", autoscaler=None, annotations=None, **spec):
    given = {
        "serving.kserve.io/deploymentMode": mode,
        "serving.kserve.io/autoscalerClass": autoscaler,
        **(annotations or {}),
    }
    metadata = {"name": "iris", "annotations": {key: value for key, value in given.items() if value is not None}}
    return {"metadata": metadata, "spec": {"predictor": {**MODEL, **(predictor or {})}, **spec}}


def found(manifest):
    return [(fault.code, ".".join(map(str, fault.at)), fault.severity.value) for fault in faults(manifest)]


def scaled(**fields):
    """Places below the predictor, and severities, of what is wrong with a predictor that says `fields`."""
    keywords = {key: fields.pop(key) for key in ("mode", "autoscaler", "annotations") if key in fields}
    return {
        (place.removeprefix("spec.predictor.").removeprefix("metadata.annotations."), severity)
        for code, place, severity in found(service(fields, **keywords))
        if code == "KG120"
    }


def metric(kind="Resource", name="cpu", query="q", **target):
    inner = {"resource": {"name": name, "target": target}} if kind == "Resource" else {}
    if kind != "Resource":
        inner = {kind.lower(): {"metric": {"query": query}, "target": target}}
    return {"autoScaling": {"metrics": [{"type": kind, **inner}]}}


METRIC = "autoScaling.metrics.0"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, set()),
        ({"minReplicas": 2, "maxReplicas": 2}, set()),
        ({"minReplicas": 2, "maxReplicas": 0}, set()),
        ({"minReplicas": 3, "maxReplicas": 2}, {("maxReplicas", "error")}),
        ({"minReplicas": -1, "maxReplicas": -1}, {("minReplicas", "error"), ("maxReplicas", "error")}),
        ({"containerConcurrency": -1, "mode": "Knative"}, {("containerConcurrency", "error")}),
        ({"scaleMetricType": "Value"}, {("scaleMetricType", "warning")}),
        ({"autoscaler": "kpa"}, {("serving.kserve.io/autoscalerClass", "error")}),
        ({"autoscaler": "hpa", "mode": "Knative"}, {("serving.kserve.io/autoscalerClass", "warning")}),
        ({"scaleMetric": "cpu", "mode": "ModelMesh"}, set()),
    ],
)
def test_what_holds_for_every_scaler(fields, expected):
    assert scaled(**fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"scaleMetric": "cpu", "scaleTarget": 70}, set()),
        ({"scaleMetric": "rps"}, {("scaleMetric", "error")}),
        ({"scaleMetric": "concurrency"}, {("scaleMetric", "error")}),
        ({"scaleTarget": 0}, {("scaleTarget", "error")}),
        ({"scaleTarget": 101}, set()),
        ({"scaleTarget": 101, "autoscaler": "hpa"}, {("scaleTarget", "error")}),
        ({"minReplicas": 0}, {("minReplicas", "error")}),
        ({"scaleMetric": "memory"}, {("scaleMetric", "warning")}),
        ({"scaleMetric": "memory", "scaleTarget": 60}, set()),
        ({"containerConcurrency": 5}, {("containerConcurrency", "warning")}),
        ({"scaleTarget": 5, **metric(type="Utilization", averageUtilization=5)}, {("scaleTarget", "warning")}),
        ({"autoScaling": {"behavior": {}}}, {("autoScaling.behavior", "warning")}),
        (metric(type="Utilization", averageUtilization=70), set()),
        (metric(type="Utilization", averageUtilization=0), {(f"{METRIC}.resource.target.averageUtilization", "error")}),
        (metric(type="Value", value="4"), {(f"{METRIC}.resource.target", "warning")}),
        (metric(name="memory", averageUtilization=70), {(f"{METRIC}.resource.target", "error")}),
        (metric(name="memory", type="AverageValue"), {(f"{METRIC}.resource.target", "error")}),
        (metric(name="memory", type="AverageValue", averageValue="1Gi"), set()),
        (metric("External", value="4"), {(METRIC, "warning")}),
        ({**metric("External", value="4"), "autoscaler": "hpa"}, {(METRIC, "error")}),
        ({"autoScaling": {"metrics": [{"type": "Resource"}]}}, {(METRIC, "error")}),
        ({"annotations": {"autoscaling.knative.dev/target": "10"}}, {("autoscaling.knative.dev/target", "warning")}),
    ],
)
def test_hpa(fields, expected):
    assert scaled(**fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (metric("External", type="Value", value="4"), set()),
        ({"minReplicas": 0, **metric("External", value="4")}, set()),
        ({}, {("spec.predictor", "error")}),
        ({"autoScaling": {"metrics": []}}, {("autoScaling", "error")}),
        ({"scaleMetric": "cpu", **metric("External", value="4")}, {("scaleMetric", "error")}),
        ({"scaleTarget": 4, **metric("External", value="4")}, {("scaleTarget", "warning")}),
        (metric("External", query="", value="4"), {(f"{METRIC}.external.metric", "error")}),
        (metric("External", type="Value"), {(f"{METRIC}.external.target", "error")}),
        (metric("External", type="AverageValue", value="4"), {(f"{METRIC}.external.target", "error")}),
        (metric("PodMetric", query="q{a='b'}", value="4"), {(f"{METRIC}.podmetric.metric.query", "warning")}),
        ({"autoScaling": {"metrics": [{"type": "External"}]}}, {(METRIC, "error")}),
        (metric(type="Utilization", averageUtilization=70), set()),
        (
            metric(type="Utilization", averageUtilization=101),
            {(f"{METRIC}.resource.target.averageUtilization", "error")},
        ),
        (metric(type="AverageValue", averageValue="1"), {(f"{METRIC}.resource.target", "error")}),
        (metric(type="Utilization"), {(f"{METRIC}.resource.target", "error")}),
        (metric(name="memory"), {(f"{METRIC}.resource.target", "error")}),
        (metric(name="memory", type="AverageValue", averageValue="2Gi"), set()),
        (
            metric(name="memory", type="AverageValue", averageValue="1k"),
            {(f"{METRIC}.resource.target.averageValue", "error")},
        ),
    ],
)
def test_keda(fields, expected):
    assert scaled(autoscaler="keda", **fields) == expected


def test_keda_hears_of_the_windows_alone():
    scaling = {**metric("External", value="4")["autoScaling"], "behavior": {"scaleUp": {"policies": []}}}

    assert scaled(autoscaler="keda", autoScaling=scaling) == {("autoScaling.behavior.scaleUp.policies", "warning")}


def test_keda_wants_metrics_of_a_transformer_too():
    manifest = service(metric("External", value="4"), autoscaler="keda", transformer={"containers": [SERVER]})

    assert found(manifest) == [("KG120", "spec.transformer", "error")]


def test_concurrency_of_a_transformer_is_its_number_of_workers():
    assert found(service(transformer={"containers": [SERVER], "containerConcurrency": 4})) == []


@pytest.mark.parametrize("word", ["none", "external"])
def test_without_a_scaler_nothing_reads_what_to_scale_by(word):
    assert scaled(autoscaler=word, minReplicas=0) == set()
    assert scaled(autoscaler=word, scaleTarget=5) == {("scaleTarget", "warning")}
    assert scaled(autoscaler=word, minReplicas=2, maxReplicas=2) == set()
    assert scaled(autoscaler=word, minReplicas=2, maxReplicas=3) == {("maxReplicas", "warning")}


HPA_IN_KNATIVE = {"autoscaling.knative.dev/class": "hpa.autoscaling.knative.dev"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"scaleMetric": "rps", "scaleTarget": 1, "containerConcurrency": 5, "minReplicas": 0}, set()),
        ({"scaleMetric": "cpu"}, {("scaleMetric", "error")}),
        ({"scaleMetric": "cpu", "annotations": HPA_IN_KNATIVE}, set()),
        ({"scaleMetric": "rps", "annotations": HPA_IN_KNATIVE}, {("scaleMetric", "error")}),
        ({"scaleTarget": 0}, {("scaleTarget", "error")}),
        ({"deploymentStrategy": {"type": "Recreate"}}, {("deploymentStrategy", "error")}),
        (metric(type="Utilization", averageUtilization=70), {("autoScaling", "warning")}),
    ],
)
def test_knative(fields, expected):
    assert scaled(mode="Knative", **fields) == expected


@pytest.mark.parametrize(
    ("annotations", "fields", "expected"),
    [
        ({}, {}, "Standard"),
        ({"serving.kserve.io/deploymentMode": "Serverless"}, {}, "Knative"),
        ({"serving.kserve.io/deploymentMode": "RawDeployment"}, {"scaleMetric": "rps"}, "Standard"),
        ({}, {"scaleMetric": "rps"}, "Knative"),
        ({}, {"canaryTrafficPercent": 10}, "Knative"),
        ({}, {"containerConcurrency": 1}, "Knative"),
        ({}, {"minReplicas": 0}, "Knative"),
        ({"serving.kserve.io/autoscalerClass": "keda"}, {"minReplicas": 0}, "Standard"),
        ({"autoscaling.knative.dev/target": "10"}, {}, "Knative"),
        ({"serving.kserve.io/enable-tag-routing": "true"}, {}, "Knative"),
    ],
)
def test_mode_is_what_the_manifest_can_only_mean(annotations, fields, expected):
    assert mode({"metadata": {"annotations": annotations}, "spec": {"predictor": fields}}) == expected


ENTRY = {"trafficPercent": 10, "predictor": {"name": "v2", **MODEL}}


def entry(percent=10, **predictor):
    return {"trafficPercent": percent, "predictor": {**ENTRY["predictor"], **predictor}}


@pytest.mark.parametrize(
    ("manifest", "place", "severity"),
    [
        (service({"canaryTrafficPercent": 10}), "spec.predictor.canaryTrafficPercent", "error"),
        (service({"canaryTrafficPercent": 10}, mode="ModelMesh"), "spec.predictor.canaryTrafficPercent", "error"),
        (service({"canaryTrafficPercent": 101}, mode="Knative"), "spec.predictor.canaryTrafficPercent", "error"),
        (
            service(annotations={"serving.kserve.io/enable-tag-routing": "true"}),
            "metadata.annotations.serving.kserve.io/enable-tag-routing",
            "warning",
        ),
        (service(canary=[ENTRY], mode="Knative"), "spec.canary", "error"),
        (service({"model": None, "containers": [SERVER]}, canary=[ENTRY]), "spec.canary", "error"),
        (service(metric("External", value="4"), canary=[ENTRY], autoscaler="keda"), "spec.canary", "error"),
        (service(canary=[ENTRY], transformer={"containers": [SERVER]}), "spec.canary", "warning"),
        (service(canary=[entry(name=None)]), "spec.canary.0.predictor", "error"),
        (service({"name": "v2"}, canary=[ENTRY]), "spec.canary.0.predictor.name", "error"),
        (service(canary=[ENTRY, ENTRY]), "spec.canary.1.predictor.name", "error"),
        (service(canary=[entry(percent=-1)]), "spec.canary.0.trafficPercent", "error"),
        (service(canary=[entry(60), entry(60, name="v3")]), "spec.canary", "error"),
        (service(canary=[entry(maxReplicas=2)]), "spec.canary.0.predictor.maxReplicas", "error"),
        (service(canary=[entry(scaleTarget=0)]), "spec.canary.0.predictor.scaleTarget", "error"),
        (service(canary=[entry(minReplicas=2)]), "spec.canary.0.predictor.minReplicas", "error"),
    ],
)
def test_canary_that_is_refused_or_ignored(manifest, place, severity):
    assert found(manifest) == [("KG121", place, severity)]


@pytest.mark.parametrize(
    "manifest",
    [
        service({"canaryTrafficPercent": 10}, mode="Knative"),
        service({"canaryTrafficPercent": 0}, mode="Serverless"),
        service(mode="Knative", annotations={"serving.kserve.io/enable-tag-routing": "true"}),
        service({"minReplicas": 4}, canary=[entry(50, minReplicas=4), entry(50, name="v3", maxReplicas=0)]),
    ],
)
def test_canary_that_works(manifest):
    assert found(manifest) == []


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        ({"predictor": {}}, "spec.predictor"),
        ({"predictor": {"containers": []}}, "spec.predictor"),
        ({"predictor": {**MODEL, "sklearn": {}}}, "spec.predictor"),
        ({"predictor": {"sklearn": {}, "xgboost": {}}}, "spec.predictor"),
        ({"predictor": {**MODEL, "containers": [SERVER]}}, "spec.predictor"),
        ({"predictor": {"containers": [OTHER, SERVER]}}, "spec.predictor.containers"),
        ({"predictor": {"containers": [OTHER, {"name": "third"}]}}, "spec.predictor.containers"),
        ({"predictor": MODEL, "transformer": {"minReplicas": 1}}, "spec.transformer"),
        ({"predictor": MODEL, "explainer": {"art": {}, "containers": [SERVER]}}, "spec.explainer"),
        ({"predictor": MODEL, "explainer": {}}, "spec.explainer"),
    ],
)
def test_component_without_exactly_one_implementation(spec, place):
    assert found({"metadata": {}, "spec": spec}) == [("KG122", place, "error")]


def test_canary_of_kserve_has_one_implementation_too():
    manifest = service(canary=[{"trafficPercent": 1, "predictor": {"name": "v2", "minReplicas": 1}}])

    assert found(manifest) == [("KG122", "spec.canary.0.predictor", "error")]


@pytest.mark.parametrize(
    "predictor",
    [
        {**MODEL, "containers": [OTHER]},
        {"containers": [OTHER]},
        {"containers": [SERVER, OTHER]},
        {"pytorch": {}, "sklearn": None},
    ],
)
def test_one_implementation_beside_others_that_serve_nothing(predictor):
    assert found({"metadata": {}, "spec": {"predictor": predictor}}) == []


@pytest.mark.parametrize(
    "manifest",
    [
        {},
        {"metadata": None, "spec": None},
        {"metadata": {"annotations": []}, "spec": {"predictor": []}},
        {"spec": {"canary": ["v2"]}},
        service({"minReplicas": "2", "maxReplicas": "1", "scaleTarget": "a", "autoScaling": {"metrics": [None, 1]}}),
        service({"autoScaling": [], "containers": "a"}, autoscaler="none"),
        service(
            {"canaryTrafficPercent": "a"}, mode="Knative", canary=[{"predictor": {"name": ["a"], "minReplicas": "b"}}]
        ),
    ],
)
def test_shape_that_the_schema_refuses_is_no_traceback(manifest):
    assert all(code.startswith("KG12") for code, _, _ in found(manifest))


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/samples, real manifests, is not there")
def test_real_manifests_pass():
    """Two are wrong: an explainer that is gone since v0.16, and a metric that only KEDA reads, without KEDA."""
    flagged = {
        (place, severity)
        for file in SAMPLES.glob("inferenceservice-*.yaml")
        for manifest in yaml.safe_load_all(file.read_text(encoding="utf-8"))
        for _, place, severity in found(manifest or {})
    }

    assert flagged == {("spec.explainer", "error"), (f"spec.predictor.{METRIC}", "warning")}
