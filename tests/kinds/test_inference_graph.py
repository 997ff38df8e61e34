"""Graphs of models: what is written for them, and where they are reached."""

import pytest

from kserve_gitops.inference_graph import InferenceGraph

STEP = {"name": "classify", "serviceName": "cat-dog-classifier"}
NODES = {"root": {"routerType": "Sequence", "steps": [STEP]}}


def test_smallest_graph_has_its_nodes_and_nothing_else(chart, objects, misfits, golden):
    [manifest] = objects(InferenceGraph(chart, "pets", namespace="team-a", nodes=NODES))

    assert manifest["spec"] == {"nodes": NODES}
    assert misfits(manifest) == []
    assert manifest == golden


def test_full_graph(chart, objects, misfits, golden):
    graph = InferenceGraph(
        chart,
        "pets",
        namespace="team-a",
        nodes={
            "root": {
                "routerType": "Sequence",
                "steps": [
                    {**STEP, "dependency": "Hard"},
                    {"name": "breed", "nodeName": "breeds", "data": "$request", "condition": 'predictions.#(=="dog")'},
                ],
            },
            "breeds": {
                "routerType": "Splitter",
                "steps": [
                    {"serviceName": "breeds-v1", "weight": 90},
                    {"serviceUrl": "http://breeds.example.com", "weight": 10},
                ],
            },
        },
        resources={"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "100m", "memory": "256Mi"}},
        timeout=60,
        router_timeouts={"serverRead": 300, "serverWrite": 300, "serverIdle": 300, "serviceClient": 150},
        min_replicas=1,
        max_replicas=3,
        scale_metric="cpu",
        scale_target=80,
        spec={"nodeSelector": {"pool": "routers"}},
        labels={"team": "pets"},
        annotations={"serving.kserve.io/deploymentMode": "Standard"},
    )

    [manifest] = objects(graph)
    assert manifest["spec"]["nodeSelector"] == {"pool": "routers"}
    assert misfits(manifest) == []
    assert manifest == golden


def test_graph_is_reached_by_its_own_name(chart):
    graph = InferenceGraph(chart, "pets", namespace="team-a", nodes=NODES)

    assert (graph.service, graph.url) == ("pets", "http://pets.team-a.svc.cluster.local")


def test_spec_goes_over_what_is_typed(chart, objects):
    graph = InferenceGraph(chart, "pets", namespace="team-a", timeout=60, spec={"nodes": NODES, "timeout": 90})

    assert objects(graph)[0]["spec"] == {"nodes": NODES, "timeout": 90}


def test_patches_have_the_last_word(chart, objects):
    patches = [{"op": "replace", "path": "/spec/nodes/root/routerType", "value": "Ensemble"}, {"spec": {"timeout": 5}}]

    graph = InferenceGraph(chart, "pets", namespace="team-a", nodes=NODES, timeout=60, patches=patches)

    [manifest] = objects(graph)
    assert (manifest["spec"]["nodes"]["root"]["routerType"], manifest["spec"]["timeout"]) == ("Ensemble", 5)
    assert NODES["root"]["routerType"] == "Sequence"


@pytest.mark.parametrize("field", ["routerTyp", "step"])
def test_field_that_no_node_has_does_not_fit(field, chart, objects, misfits):
    nodes = {"root": {**NODES["root"], field: "x"}}

    [manifest] = objects(InferenceGraph(chart, "pets", namespace="team-a", spec={"nodes": nodes}))

    assert misfits(manifest) != []
