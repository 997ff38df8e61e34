"""Runtimes of a namespace and of the cluster: one spec, two kinds."""

import pytest

from kserve_gitops.cluster_serving_runtime import ClusterServingRuntime
from kserve_gitops.serving_runtime import ServingRuntime

CONTAINER = {"name": "kserve-container", "image": "registry.example.com/skops-server:1"}
SMALLEST = {"containers": [CONTAINER]}
FULL = {
    "containers": [{**CONTAINER, "args": ["--model_name={{.Name}}", "--model_dir=/mnt/models"]}],
    "supported_model_formats": [
        {"name": "skops", "version": "1", "autoSelect": True, "priority": 2},
        {"name": "sklearn"},
    ],
    "protocol_versions": ["v1", "v2"],
    "worker_spec": {"containers": [{"name": "worker-container"}], "pipelineParallelSize": 2, "tensorParallelSize": 1},
    "multi_model": False,
    "disabled": False,
    "spec": {"nodeSelector": {"pool": "models"}, "annotations": {"prometheus.kserve.io/port": "8080"}},
    "labels": {"team": "a"},
    "annotations": {"openshift.io/display-name": "skops"},
}


@pytest.fixture(params=["ServingRuntime", "ClusterServingRuntime"])
def runtime(request, chart):
    """`runtime(**keywords)` is a runtime of the kind, in team-a where that is possible."""
    if request.param == "ServingRuntime":
        return lambda **keywords: ServingRuntime(chart, "skops-server", namespace="team-a", **keywords)
    return lambda **keywords: ClusterServingRuntime(chart, "skops-server", **keywords)


def test_smallest_runtime_is_a_container(runtime, objects, misfits, golden):
    [manifest] = objects(runtime(**SMALLEST))

    assert manifest["spec"] == {"containers": [CONTAINER]}
    assert misfits(manifest) == []
    assert manifest == golden


def test_full_runtime(runtime, objects, misfits, golden):
    [manifest] = objects(runtime(**FULL))

    assert manifest["spec"]["supportedModelFormats"][0]["autoSelect"] is True
    assert manifest["spec"]["disabled"] is False
    assert misfits(manifest) == []
    assert manifest == golden


def test_only_the_runtime_of_a_namespace_is_in_one(chart, objects):
    of_namespace = ServingRuntime(chart, "one", namespace="team-a", **SMALLEST)
    of_cluster = ClusterServingRuntime(chart, "other", **SMALLEST)

    assert objects(of_namespace)[0]["metadata"] == {"name": "one", "namespace": "team-a"}
    assert objects(of_cluster)[0]["metadata"] == {"name": "other"}


def test_runtime_without_a_container_does_not_fit(runtime, objects, misfits):
    [manifest] = objects(runtime(spec={"supportedModelFormats": [{"name": "skops"}]}))

    assert misfits(manifest) != []
