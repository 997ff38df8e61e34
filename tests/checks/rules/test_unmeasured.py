"""Containers that keep their pod from being scaled, for they request nothing to take a share of."""

import pytest

from tests.checks.trees import cluster, places, service

CPU = {"requests": {"cpu": "100m"}}
SIDE = "spec.predictor.containers.0"


def scaled(resources, *, scaler=None, mode="Standard", **said):
    """A model that is scaled, beside a side-car with these resources."""
    annotations = {"serving.kserve.io/autoscalerClass": scaler} if scaler else {}
    side = {"containers": [{"name": "side", "image": "example.com/a:1", "resources": resources}]}
    return service({"maxReplicas": 3, **side, **said}, annotations=annotations, mode=mode)


def by(kind, name="cpu"):
    return {"autoScaling": {"metrics": [{"type": "Resource", "resource": {"name": name, "target": {"type": kind}}}]}}


@pytest.mark.parametrize(
    "manifest",
    [
        scaled({}),
        scaled(None),
        scaled({"requests": {"memory": "1Gi"}}, scaler="hpa"),
        scaled(CPU, scaleMetric="memory", scaleTarget=80),
        scaled(CPU, **by("Utilization", "memory")),
        scaled({}, scaler="keda", **by("Utilization")),
    ],
)
def test_a_side_car_that_cannot_be_measured(manifest):
    assert places("KG119", manifest) == [(SIDE, "warning")]


@pytest.mark.parametrize(
    "manifest",
    [
        scaled(CPU),
        scaled({"limits": {"cpu": "1"}}),
        scaled(CPU, scaleMetric="memory"),
        scaled({}, maxReplicas=1),
        scaled({}, minReplicas=3),
        scaled({}, mode="Knative"),
        scaled({}, scaler="none"),
        scaled({}, scaler="keda", **by("AverageValue", "memory")),
        scaled({}, containers=[]),
    ],
)
def test_a_side_car_that_is_no_obstacle(manifest):
    assert places("KG119", manifest) == []


def test_kserve_fills_in_the_first_container_of_a_custom_predictor():
    custom = [{"name": "kserve-container", "image": "example.com/a:1"}, {"name": "side", "image": "example.com/b:1"}]

    found = places("KG119", service({"model": None, "containers": custom, "maxReplicas": 2}))

    assert found == [("spec.predictor.containers.1", "warning")]


def test_a_limit_range_fills_in_the_rest():
    there = cluster(existing=["LimitRange/kserve/defaults"])

    assert places("KG119", scaled({}), of=there) == []
