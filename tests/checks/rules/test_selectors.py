"""Targets that are not there, and selectors that find nothing."""

import pytest

from tests.checks.trees import cluster, places, said, service

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: kserve}
spec: {template: {metadata: {labels: {app: web}}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: kserve, labels: {app: web}}
"""


def thing(api_version, kind, **spec):
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x", "namespace": "kserve"}, "spec": spec}


@pytest.mark.parametrize(
    ("kind", "name", "missing"),
    [
        ("Deployment", "web", False),
        ("Deployment", "iris-predictor", False),
        ("StatefulSet", "web", True),
        ("Deployment", "iris", True),
        ("Rollout", "iris", False),
    ],
)
def test_the_target_of_an_autoscaler(kind, name, missing):
    scaler = thing("autoscaling/v2", "HorizontalPodAutoscaler", scaleTargetRef={"kind": kind, "name": name})
    expected = [("spec.scaleTargetRef.name", "error")] if missing else []
    assert places("KG236", scaler, service(), WEB) == expected


def budget(**labels):
    return thing("policy/v1", "PodDisruptionBudget", selector={"matchLabels": labels})


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ({"app": "web"}, True),
        ({"app": "isvc.iris-predictor"}, True),
        ({"serving.kserve.io/inferenceservice": "iris"}, True),
        ({"serving.kserve.io/inferenceservice": "iris", "component": "predictor"}, True),
        ({"app.kubernetes.io/name": "iris"}, True),
        ({"app": "iris"}, False),
        ({"app": "isvc.iris"}, False),
        ({"serving.kserve.io/inferenceservice": "other"}, False),
        ({}, True),
    ],
)
def test_the_pods_of_a_disruption_budget(labels, found):
    at = f"spec.selector.matchLabels.{next(iter(labels), '')}"
    assert places("KG238", budget(**labels), service(), WEB) == ([] if found else [(at, "warning")])


def test_labels_of_two_pods_are_no_labels_of_one():
    wanted = budget(app="web", **{"serving.kserve.io/inferenceservice": "iris"})
    assert places("KG238", wanted, service(), WEB) == [("spec.selector", "warning")]


def test_the_labels_of_a_near_pod_are_suggested():
    [(_, _, message, hint)] = said("KG238", budget(app="isvc.iris-predict"), service())
    assert message == "no pod that will be there has these labels"
    assert hint == "did you mean 'app: isvc.iris-predictor'?"


@pytest.mark.parametrize(
    ("found", "at"),
    [
        (thing("v1", "Service", selector={"app": "absent"}), "spec.selector.app"),
        (
            thing("networking.k8s.io/v1", "NetworkPolicy", podSelector={"matchLabels": {"app": "absent"}}),
            "spec.podSelector.matchLabels.app",
        ),
        (
            thing("monitoring.coreos.com/v1", "PodMonitor", selector={"matchLabels": {"app": "absent"}}),
            "spec.selector.matchLabels.app",
        ),
    ],
)
def test_every_kind_that_selects_pods(found, at):
    assert places("KG238", found, service(), WEB) == [(at, "warning")]


@pytest.mark.parametrize(
    "found",
    [
        thing("v1", "Service"),
        thing("networking.k8s.io/v1", "NetworkPolicy", podSelector={}),
        thing("policy/v1", "PodDisruptionBudget", selector={"matchExpressions": [{"key": "a", "operator": "Exists"}]}),
        thing(
            "monitoring.coreos.com/v1",
            "PodMonitor",
            selector={"matchLabels": {"app": "absent"}},
            namespaceSelector={"any": True},
        ),
        thing(
            "monitoring.coreos.com/v1",
            "PodMonitor",
            selector={"matchLabels": {"app": "absent"}},
            namespaceSelector={"matchNames": ["elsewhere"]},
        ),
    ],
)
def test_what_cannot_be_judged(found):
    assert places("KG238", found, service(), WEB) == []


@pytest.mark.parametrize(
    ("target", "found"),
    [("http", True), (8080, True), ("8080", True), ("htp", False)],
)
def test_the_port_of_a_service_by_name(target, found):
    ports = [{"containerPort": 8080, "name": "http"}]
    pods = thing("apps/v1", "Deployment", template={"metadata": {"labels": {"app": "x"}}, "spec": {}})
    pods["spec"]["template"]["spec"] = {"containers": [{"name": "a", "ports": ports}]}
    own = thing("v1", "Service", selector={"app": "x"}, ports=[{"port": 80, "targetPort": target}])
    assert places("KG238", pods, own) == ([] if found else [("spec.ports.0.targetPort", "warning")])


def test_the_ports_of_a_model_are_its_runtimes():
    own = thing("v1", "Service", selector={"app": "isvc.iris-predictor"}, ports=[{"port": 80, "targetPort": "http"}])
    assert places("KG238", own, service()) == []


def test_a_service_monitor_selects_services():
    def monitor(**labels):
        return thing("monitoring.coreos.com/v1", "ServiceMonitor", selector={"matchLabels": labels})

    assert places("KG238", monitor(app="web"), WEB) == []
    assert places("KG238", monitor(app="absent"), WEB) == [("spec.selector.matchLabels.app", "warning")]
    assert places("KG238", monitor(app="absent"), WEB, service()) == []


def test_a_namespace_that_others_fill_is_not_judged():
    folder = thing("argoproj.io/v1alpha1", "Application", destination={"namespace": "kserve"}, source={"path": "a"})
    assert places("KG238", budget(app="absent"), WEB, folder) == []
    assert places("KG238", budget(app="absent"), WEB, of=cluster(existing=["Deployment/kserve/other"])) == []


def test_a_namespace_without_a_pod_of_the_tree_is_filled_by_others():
    assert places("KG238", budget(app="absent")) == []


def test_the_pods_of_a_model_in_knative_have_names_that_the_cluster_counts():
    assert places("KG238", budget(app="iris-predictor-00001"), service(mode="Knative")) == []


def test_labels_of_which_a_workload_contradicts_itself_are_told_there_alone():
    spoilt = thing(
        "apps/v1",
        "Deployment",
        selector={"matchLabels": {"app": "shop"}},
        template={"metadata": {"labels": {"app": "shpo"}}},
    )

    assert places("KG238", budget(app="shop"), spoilt, service()) == []
    assert places("KG238", budget(app="shops"), spoilt, service()) != []
