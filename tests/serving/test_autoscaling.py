"""Every way to scale: what it writes, and what it refuses."""

import pytest

from kserve_gitops.core.errors import GitopsError
from kserve_gitops.serving.autoscaling import (
    HPA,
    KEDA,
    ExternalAutoscaling,
    KnativeAutoscaling,
    NoAutoscaling,
    scaled,
)
from kserve_gitops.serving.triggers import CPU, Memory, PodMetric, Prometheus

PROMETHEUS = Prometheus("http://prometheus:9090", "rate(requests[1m])", 2)


def test_hpa_goes_by_cpu_where_nothing_is_said():
    [metric] = HPA(max_replicas=3).fields["autoScaling"]["metrics"]

    assert metric["resource"] == {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}


@pytest.mark.parametrize(
    ("target", "written"),
    [
        (70, {"type": "Utilization", "averageUtilization": 70}),
        ("1024Mi", {"type": "AverageValue", "averageValue": "1Gi"}),
    ],
)
def test_target_of_memory_always_has_its_type(target, written):
    assert Memory(target).metric["resource"]["target"] == written


def test_threshold_is_written_as_text_because_kserve_refuses_a_fraction():
    prometheus = Prometheus("http://prometheus:9090", "up", 2.5)

    assert prometheus.metric["external"]["target"] == {"type": "Value", "value": "2.5"}


def test_fixed_replicas_say_no_maximum():
    assert NoAutoscaling(3).fields == {"minReplicas": 3}


def test_knative_says_only_what_was_chosen():
    assert KnativeAutoscaling().fields == {"minReplicas": 1, "scaleMetric": "concurrency"}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: HPA(max_replicas=3, min_replicas=0), "'0' replicas are less than 1"),
        (lambda: HPA(max_replicas=1, min_replicas=2), "at most '1' replicas, but at least '2'"),
        (lambda: HPA(max_replicas=0), "at most '0' replicas, but at least '1'"),
        (lambda: HPA(max_replicas=2, metrics=()), "at least one"),
        (lambda: HPA(max_replicas=2, metrics=(PROMETHEUS,)), "CPU and Memory"),
        (lambda: KEDA(max_replicas=2, triggers=()), "triggers must not be empty"),
        (lambda: KEDA(max_replicas=2, min_replicas=0, triggers=(CPU(50),)), "wake nothing"),
        (lambda: KEDA(max_replicas=2, min_replicas=-1, triggers=(PROMETHEUS,)), "less than 0"),
        (lambda: CPU(0), "'0' is no percentage"),
        (lambda: CPU(101), "'101' is no percentage"),
        (lambda: Memory("512Ki"), "less than 1Mi"),
        (lambda: Memory("much"), "'much' is not a quantity"),
        (lambda: Memory(0), "'0' is no percentage"),
        (lambda: Prometheus("", "up", 1), "must not be empty"),
        (lambda: Prometheus("http://p", "", 1), "must not be empty"),
        (lambda: Prometheus("http://p", "up", 0), "'0' is not above 0"),
        (lambda: Prometheus("http://p", "up", "many"), "'many' is not a quantity"),
        (lambda: Prometheus("http://p", "up", 1, auth_modes="bearer"), "auth_modes without authentication"),
        (lambda: PodMetric('running{pod="a"}', 1), "not the bare name of a metric"),
        (lambda: PodMetric("", 1), "not the bare name of a metric"),
        (lambda: KnativeAutoscaling("cpu"), "'cpu' is neither concurrency nor rps"),
        (lambda: KnativeAutoscaling(target=0), "'0' is less than 1"),
        (lambda: KnativeAutoscaling(container_concurrency=-1), "'-1' is less than 0"),
        (lambda: KnativeAutoscaling(max_replicas=1, min_replicas=2), "at most '1'"),
        (lambda: NoAutoscaling(-1), "less than 0"),
    ],
)
def test_what_a_scaler_refuses_is_refused_at_once(make, message):
    with pytest.raises(GitopsError, match=message.replace("'", ".")):
        make()


@pytest.mark.parametrize(
    ("autoscaling", "mode"),
    [
        (KnativeAutoscaling(), "Standard"),
        (HPA(2), "Knative"),
        (KEDA(2, (PROMETHEUS,)), "Knative"),
        (NoAutoscaling(), "Knative"),
        (ExternalAutoscaling(), "ModelMesh"),
    ],
)
def test_scaler_of_another_mode_is_refused(autoscaling, mode):
    with pytest.raises(GitopsError, match=f"{type(autoscaling).__name__} does nothing in the deployment mode '{mode}'"):
        scaled({}, autoscaling, mode)


def test_component_that_scales_itself_takes_no_scaler():
    with pytest.raises(GitopsError, match="maxReplicas, scaleTarget, and HPA too"):
        scaled({"maxReplicas": 3, "scaleTarget": 50, "timeout": 1}, HPA(2), "Standard")


def test_scaler_adds_to_the_component():
    assert scaled({"timeout": 1}, NoAutoscaling(2), "Standard") == {"timeout": 1, "minReplicas": 2}
