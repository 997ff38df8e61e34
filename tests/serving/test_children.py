"""The names of what KServe's controllers make, as its own code puts them together."""

import pytest

from kserve_gitops.serving.children import (
    Serving,
    claims_of_cache,
    of_inference_graph,
    of_inference_service,
    of_llm_inference_service,
)

MODEL = {"predictor": {"model": {}}}
ROUTED = Serving("Standard", entrance="HTTPRoute")


def names(spec, serving):
    return {(child.kind, child.name) for child in of_inference_service("iris", spec, serving)}


def test_a_model_in_standard_gets_a_deployment_a_service_an_autoscaler_and_two_routes():
    assert names(MODEL, ROUTED) == {
        ("Deployment", "iris-predictor"),
        ("Service", "iris-predictor"),
        ("HorizontalPodAutoscaler", "iris-predictor"),
        ("HTTPRoute", "iris"),
        ("HTTPRoute", "iris-predictor"),
    }


@pytest.mark.parametrize(
    ("autoscaler", "made"),
    [
        ("hpa", {"HorizontalPodAutoscaler"}),
        ("keda", {"ScaledObject"}),
        ("external", set()),
        ("none", set()),
    ],
)
def test_the_class_decides_which_autoscaler_is_made(autoscaler, made):
    kinds = {kind for kind, _ in names(MODEL, Serving("Standard", autoscaler))}
    assert kinds - {"Deployment", "Service"} == made


def test_an_ingress_leads_to_the_whole_and_not_to_each_component():
    found = names({**MODEL, "transformer": {"containers": []}}, Serving("Standard", entrance="Ingress"))
    assert {name for kind, name in found if kind == "Ingress"} == {"iris"}
    assert ("Service", "iris-transformer") in found


def test_a_canary_beside_the_model_gets_a_deployment_and_a_service_and_nothing_else():
    found = names({**MODEL, "canary": [{"predictor": {"name": "new"}}]}, ROUTED)
    assert {kind for kind, name in found if name == "iris-new-predictor"} == {"Deployment", "Service"}


def test_a_predictor_with_a_name_has_it_in_its_children():
    assert ("Service", "iris-old-predictor") in names({"predictor": {"name": "old", "model": {}}}, ROUTED)


def test_the_workers_of_a_multi_node_model_are_a_deployment_of_their_own():
    spec = {"predictor": {"model": {}, "workerSpec": {}}}
    assert ("Deployment", "iris-predictor-worker") in names(spec, ROUTED)


def test_in_knative_the_top_name_is_a_service_too():
    found = names(MODEL, Serving("Knative", entrance="VirtualService"))
    assert found == {("Service", "iris-predictor"), ("Service", "iris"), ("VirtualService", "iris")}


def test_a_mode_that_nobody_knows_makes_nothing():
    assert names(MODEL, Serving("ModelMesh", entrance="HTTPRoute")) == set()


@pytest.mark.parametrize(
    ("predictor", "whole", "ports"),
    [
        ({"model": {}}, True, (("iris-predictor", 80),)),
        ({"model": {}}, False, ()),
        ({"containers": [{"name": "a"}]}, False, (("iris-predictor", 80),)),
        ({"model": {"ports": [{"containerPort": 9000, "name": "h2c"}]}}, False, (("h2c", 80),)),
        (
            {"containers": [{"ports": [{"containerPort": 1, "name": "http"}, {"containerPort": 2, "name": "grpc"}]}]},
            True,
            (("http", 80), ("grpc", 2)),
        ),
        (
            {"model": {}, "containers": [{"name": "transformer-container", "ports": [{"containerPort": 3}]}]},
            True,
            (("", 80),),
        ),
    ],
)
def test_the_first_port_of_a_container_becomes_port_80(predictor, whole, ports):
    made = of_inference_service("iris", {"predictor": predictor}, Serving("Standard", whole_ports=whole))
    [service] = [child for child in made if child.kind == "Service"]
    assert service.ports == ports


def test_the_router_of_a_graph_has_the_name_of_the_graph():
    made = {(child.kind, child.name) for child in of_inference_graph("graph", Serving("Standard"))}
    assert made == {("Service", "graph"), ("Deployment", "graph"), ("HorizontalPodAutoscaler", "graph")}


def test_a_name_that_knative_would_shorten_is_left_out():
    assert {child.name for child in of_llm_inference_service("m" * 60)} == set()
    assert ("Service", "m-kserve-workload-svc") in {(c.kind, c.name) for c in of_llm_inference_service("m")}


def test_a_cache_has_a_claim_for_each_group_of_nodes():
    assert [child.name for child in claims_of_cache("iris", ["gpu", 1, "cpu"])] == ["iris-gpu", "iris-cpu"]
