"""InferenceGraphs: what is refused, what fails with the first request, and what is ignored."""

import pytest

from kserve_gitops.checks.world.graphs import cycles, edges
from tests.checks.other_kinds import STEP, URL, graph, node, sequence, to, weighted
from tests.checks.trees import cluster, findings, places, said, service, tree, values_row


@pytest.mark.parametrize("code", ["KG150", "KG151", "KG152", "KG153", "KG154"])
def test_a_sound_graph_is_left_alone(code):
    nodes = {
        "root": sequence({**STEP, "name": "a"}, to("both", data="$response", condition="predictions", name="b")),
        "both": node("Ensemble", to("split"), to("choose", dependency="Hard")),
        "split": weighted(90, 10, 0),
        "choose": node("Switch", {"serviceUrl": URL, "condition": "a"}, {"serviceUrl": URL, "condition": "@this"}),
    }
    scaled = {"minReplicas": 1, "maxReplicas": 3, "scaleMetric": "cpu", "scaleTarget": 80}

    assert said(code, graph(nodes, **scaled)) == []


@pytest.mark.parametrize(
    ("nodes", "wanted"),
    [
        ({}, ["spec"]),
        ({"first": sequence(STEP)}, ["spec.nodes"]),
        ({"root": sequence({**STEP, "name": "a"}, {**STEP, "name": "a"})}, ["spec.nodes.root.steps.1.name"]),
        ({"root": sequence({"name": "a"})}, ["spec.nodes.root.steps.0"]),
        ({"root": sequence({"serviceName": ""})}, ["spec.nodes.root.steps.0"]),
        ({"root": sequence({**STEP, "serviceUrl": URL})}, ["spec.nodes.root.steps.0.serviceUrl"]),
        ({"root": weighted(50, 40)}, ["spec.nodes.root.steps"]),
        ({"root": node("Splitter", {**STEP, "weight": 100}, STEP)}, ["spec.nodes.root.steps.1"]),
        ({"root": {"routerType": "Splitter"}}, ["spec.nodes.root"]),
    ],
)
def test_what_the_webhook_refuses_is_an_error(nodes, wanted):
    assert places("KG150", graph(nodes)) == [(at, "error") for at in wanted]


def test_names_of_steps_may_repeat_in_another_node():
    nodes = {"root": sequence({**STEP, "name": "a"}, to("b")), "b": sequence({**STEP, "name": "a"})}

    assert said("KG150", graph(nodes)) == []


def test_a_missing_root_is_taken_for_one_that_is_misspelt():
    assert said("KG150", graph({"Root": sequence(STEP)})) == [
        ("spec.nodes", "error", "no node is called 'root'", "rename 'Root' if every request begins there")
    ]


def test_a_step_to_a_node_that_is_not_there_suggests_one_that_is():
    nodes = {"root": sequence(to("ensembl")), "ensemble": node("Ensemble", STEP)}

    assert said("KG151", graph(nodes)) == [
        ("spec.nodes.root.steps.0.nodeName", "error", "this graph has no node 'ensembl'", "did you mean 'ensemble'?")
    ]


@pytest.mark.parametrize(
    ("nodes", "severity"),
    [
        ({"root": sequence(to("a")), "a": sequence(to("root"))}, "error"),
        ({"root": sequence(to("root"))}, "error"),
        ({"root": sequence(STEP, to("a", condition="more")), "a": sequence(to("root"))}, "warning"),
        ({"root": node("Switch", to("a", condition="x")), "a": sequence(to("root"))}, "warning"),
    ],
)
def test_a_ring_of_nodes_is_found(nodes, severity):
    assert [found for _, found in places("KG151", graph(nodes))] == [severity]


def test_two_ways_to_one_node_are_no_ring():
    nodes = {"root": node("Ensemble", to("a"), to("b")), "a": sequence(to("b")), "b": sequence(STEP)}

    assert said("KG151", graph(nodes)) == []


def test_a_long_chain_is_followed_to_its_end():
    nodes = {"root": sequence(to("n0"))} | {f"n{i}": sequence(to(f"n{i + 1}")) for i in range(5000)}
    [found] = tree(graph(nodes | {"n5000": sequence(to("root"))})).of("InferenceGraph")

    assert [len(ring) for ring, _ in cycles(edges(found))] == [5002]


def test_a_node_that_no_step_leads_to_is_a_warning_unless_a_name_is_misspelt():
    unused = {"root": sequence(STEP), "other": sequence(STEP)}

    assert places("KG151", graph(unused)) == [("spec.nodes.other", "warning")]
    assert places("KG151", graph({**unused, "root": sequence(to("othr"))})) == [
        ("spec.nodes.root.steps.0.nodeName", "error")
    ]


@pytest.mark.parametrize(
    ("nodes", "wanted"),
    [
        ({"root": sequence()}, ["spec.nodes.root"]),
        ({"root": {"routerType": "Switch"}}, ["spec.nodes.root"]),
        ({"root": node("Switch", STEP)}, ["spec.nodes.root.steps.0"]),
        ({"root": sequence({**STEP, "condition": "a"})}, ["spec.nodes.root.steps.0.condition"]),
        ({"root": sequence(STEP, {**STEP, "data": "$response.predictions"})}, ["spec.nodes.root.steps.1.data"]),
        ({"root": weighted(110, -10)}, ["spec.nodes.root.steps.1.weight"]),
    ],
)
def test_a_step_that_fails_every_request_is_an_error(nodes, wanted):
    assert places("KG152", graph(nodes)) == [(at, "error") for at in wanted]


@pytest.mark.parametrize(
    "url", ["iris.team.svc/v1", "/v1", "ftp://a/b", "http:///v1", "http://a.{$domain}/b", "https:// a/b", "http://[a/b"]
)
def test_an_address_that_the_router_cannot_call_is_an_error(url):
    assert places("KG152", graph({"root": sequence({"serviceUrl": url})})) == [
        ("spec.nodes.root.steps.0.serviceUrl", "error")
    ]


@pytest.mark.parametrize("url", [URL, "https://user@example.com:8443/a?b=c#d", "HTTP://10.0.0.1:80", "http://a_b/c d"])
def test_an_address_that_may_be_called_is_left_alone(url):
    assert said("KG152", graph({"root": sequence({"serviceUrl": url})})) == []


@pytest.mark.parametrize(
    ("nodes", "wanted"),
    [
        ({"root": sequence({**STEP, "weight": 5})}, ["steps.0.weight"]),
        ({"root": node("Ensemble", {**STEP, "condition": "a"})}, ["steps.0.condition"]),
        ({"root": node("Ensemble", {**STEP, "data": "$response"})}, ["steps.0.data"]),
        ({"root": node("Switch", {**STEP, "condition": "a", "mapPredictionsToInstances": True})}, [
            "steps.0.mapPredictionsToInstances"
        ]),
        ({"root": sequence({**STEP, "data": "$response"})}, ["steps.0.data"]),
        ({"root": sequence({**STEP, "data": "$request"})}, []),
    ],
)  # fmt: skip
def test_a_field_that_the_router_does_not_read_is_a_warning(nodes, wanted):
    assert places("KG153", graph(nodes)) == [(f"spec.nodes.root.{at}", "warning") for at in wanted]


@pytest.mark.parametrize(
    ("release", "deployed", "wanted"),
    [("v0.16.0", True, ["error"]), ("v0.16.0", False, ["warning"]), ("v0.17.1", True, [])],
)
def test_a_field_that_the_crd_of_the_chart_lacks_is_dropped(release, deployed, wanted):
    nodes = {"root": sequence(STEP, {**STEP, "data": "$response", "mapPredictionsToInstances": True})}
    values = [values_row("kserve", release, {"kserve": {}})] if deployed else []

    found = places("KG153", graph(nodes), of=cluster(release), values=values)

    assert [severity for _, severity in found] == wanted


@pytest.mark.parametrize(
    ("mode", "spec", "wanted"),
    [
        ("Standard", {"scaleMetric": "rps"}, [("spec.scaleMetric", "error")]),
        ("Standard", {"scaleMetric": "memory", "maxReplicas": 3}, [("spec.scaleMetric", "error")]),
        ("Standard", {"scaleMetric": "cpu"}, [("spec.scaleMetric", "warning")]),
        ("Standard", {"scaleTarget": 80, "minReplicas": 2, "maxReplicas": 2}, [("spec.scaleTarget", "warning")]),
        ("Standard", {"minReplicas": 3, "maxReplicas": 2}, [("spec.maxReplicas", "error")]),
        ("Standard", {"minReplicas": 0}, [("spec.minReplicas", "error")]),
        ("RawDeployment", {"timeout": 60}, [("spec.timeout", "warning")]),
        ("Knative", {"timeout": 60, "minReplicas": 0, "scaleMetric": "rps", "scaleTarget": 5}, []),
        ("Knative", {"minReplicas": 3, "maxReplicas": 2}, [("spec.maxReplicas", "error")]),
        ("Serverless", {"scaleMetric": "cpu"}, [("spec.scaleMetric", "error")]),
        ("Knativ", {}, [("metadata.annotations.serving.kserve.io/deploymentMode", "error")]),
        ("ModelMesh", {}, [("metadata.annotations.serving.kserve.io/deploymentMode", "error")]),
    ],
)
def test_scaling_is_judged_by_the_mode(mode, spec, wanted):
    assert places("KG154", graph(annotations={"serving.kserve.io/deploymentMode": mode}, **spec)) == wanted


def test_a_graph_without_a_mode_has_the_default_one():
    assert places("KG154", graph(scaleMetric="rps", maxReplicas=2)) == [("spec.scaleMetric", "error")]
    assert said("KG154", graph(scaleMetric="rps"), of=cluster(controller__deploymentMode="Knative")) == []


def test_another_scaler_scales_by_what_it_likes():
    by = {"serving.kserve.io/autoscalerClass": "external"}
    knative = {
        "serving.kserve.io/deploymentMode": "Knative",
        "autoscaling.knative.dev/class": "hpa.autoscaling.knative.dev",
    }

    assert said("KG154", graph(annotations=by, scaleTarget=5, minReplicas=0)) == []
    assert said("KG154", graph(annotations=knative, scaleMetric="cpu")) == []


def test_a_service_that_nothing_makes_suggests_one_of_the_namespace():
    nodes = {"root": sequence({"serviceName": "irsi"})}

    [(at, severity, message, hint)] = said("KG155", graph(nodes), service())

    assert (at, severity) == ("spec.nodes.root.steps.0.serviceName", "error")
    assert message == "there is no InferenceService 'irsi'"
    assert "'iris'" in hint
    assert hint.endswith("existing in platform.yaml")


def test_a_service_that_is_there_or_listed_is_left_alone():
    assert said("KG155", graph(), service()) == []
    assert said("KG155", graph(), of=cluster(existing=["InferenceService/kserve/iris"])) == []


def test_a_service_elsewhere_or_of_another_kind_is_reached_by_its_url():
    llm = {"kind": "LLMInferenceService", "metadata": {"name": "iris", "namespace": "kserve"}, "spec": {}}

    [elsewhere] = said("KG155", graph(), service(namespace="other"))
    [other_kind] = said("KG155", graph(), {**llm, "apiVersion": "serving.kserve.io/v1alpha1"})

    assert elsewhere[3] == "the one in namespace 'other' is reached by serviceUrl"
    assert other_kind[3] == "an LLMInferenceService is reached by serviceUrl"


def test_the_engine_tells_a_broken_graph_once():
    codes = [found.code for found in findings(graph({"root": node("Splitter", {**STEP, "weight": 90})}), service())]

    assert codes == ["KG150"]
