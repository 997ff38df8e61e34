"""ServingRuntimes: what nothing reads."""

import pytest

from tests.checks.trees import places, said


def runtime(kind="ServingRuntime", **spec):
    return {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": "prophet"},
        "spec": {"supportedModelFormats": [{"name": "prophet"}], "containers": [{"name": "kserve-container"}], **spec},
    }


@pytest.mark.parametrize("kind", ["ServingRuntime", "ClusterServingRuntime"])
def test_fields_of_modelmesh_are_a_warning(kind):
    manifest = runtime(kind, replicas=2, builtInAdapter={})

    assert places("KG169", manifest) == [("spec.replicas", "warning"), ("spec.builtInAdapter", "warning")]


def test_a_runtime_without_formats_serves_no_model():
    assert places("KG169", runtime(supportedModelFormats=[])) == [("spec", "warning")]


@pytest.mark.parametrize("spec", [{}, {"multiModel": True, "replicas": 2}, {"disabled": True, "replicas": 2}])
def test_other_runtimes_are_left_alone(spec):
    assert said("KG169", runtime(**spec)) == []
