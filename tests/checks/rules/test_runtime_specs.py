"""Runtimes themselves: what KServe's webhook refuses, and what leaves every model of one without a pod."""

import pytest

from kserve_gitops.inputs.releases import RELEASES
from tests.checks.trees import cluster, places, said, service, values_row

PRIORITY = "spec.supportedModelFormats.0.priority"


def runtime(name, *formats, namespace=None, containers=("kserve-container",), protocols=("v2",), **spec):
    listed = [{"name": "x", "version": "1", "autoSelect": True, "priority": 1, **form} for form in formats or ({},)]
    return {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "ServingRuntime" if namespace else "ClusterServingRuntime",
        "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
        "spec": {
            "supportedModelFormats": listed,
            "protocolVersions": list(protocols),
            "containers": [{"name": one, "image": "registry.example.com/server:1"} for one in containers],
            **spec,
        },
    }


@pytest.mark.parametrize(
    "second",
    [
        runtime("b"),
        runtime("b", protocols=("v1", "v2")),
        runtime("b", {"name": "X"}),
        runtime("b", {"version": "2"}, {}),
    ],
)
def test_second_runtime_with_the_priority_of_the_first(second):
    [(at, severity, message, hint)] = said("KG105", runtime("a"), second)
    number = len(second["spec"]["supportedModelFormats"]) - 1
    assert (at, severity) == (f"spec.supportedModelFormats.{number}.priority", "error")
    assert message.startswith("the runtime 'a' has priority 1 for")
    assert hint == "give it another priority"


@pytest.mark.parametrize(
    "second",
    [
        runtime("b", {"priority": 2}),
        runtime("b", {"priority": None}),
        runtime("b", {"version": "2"}),
        runtime("b", {"version": None}),
        runtime("b", {"autoSelect": False}),
        runtime("b", {"name": "y"}),
        runtime("b", protocols=("v1",)),
        runtime("b", protocols=()),
        runtime("b", namespace="n"),
        runtime("b", disabled=True),
        runtime("b", multiModel=True),
    ],
)
def test_runtimes_that_kserve_can_tell_apart(second):
    assert places("KG105", runtime("a"), second) == []


def test_namespaces_are_apart():
    two = [runtime("a", namespace="n"), runtime("b", namespace="m")]
    assert places("KG105", *two) == []
    assert places("KG105", *two, runtime("c", namespace="m")) == [(PRIORITY, "error")]


def test_builtin_runtimes_count_unless_they_are_disabled_or_replaced():
    mine = runtime("mine", {"name": "sklearn"}, protocols=("v1",))
    [(_, _, message, _)] = said("KG105", mine)
    assert message == "the runtime 'kserve-sklearnserver' has priority 1 for 'sklearn' too"
    disabled = {"kserve": {"servingruntime": {"sklearnserver": {"disabled": True}}}}
    assert places("KG105", mine, values=[values_row("kserve", "v0.16.0", disabled)]) == []
    assert places("KG105", mine, runtime("kserve-sklearnserver", {"name": "y"})) == []


@pytest.mark.parametrize("release", RELEASES)
def test_runtime_in_place_of_a_builtin_one_is_no_second_one(release):
    assert places("KG105", runtime("kserve-sklearnserver", {"name": "sklearn"}), of=cluster(release)) == []


@pytest.mark.parametrize(
    ("formats", "expected"),
    [
        (({}, {"version": "2", "priority": 2}), ["spec.supportedModelFormats.1.priority"]),
        (({}, {"version": "2"}), []),
        (({}, {"name": "y", "priority": 2}), []),
        (({}, {"priority": 2, "autoSelect": False}), []),
        (({"priority": None}, {"priority": 2}, {"priority": 3}), []),
    ],
)
def test_one_format_has_one_priority(formats, expected):
    assert [at for at, _ in places("KG106", runtime("a", *formats))] == expected
    assert places("KG106", runtime("a", *formats, disabled=True)) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (runtime("a"), []),
        (runtime("a", containers=("kserve-container", "other")), []),
        (runtime("a", containers=("server",)), [("spec.containers.0.name", "error")]),
        (runtime("a", containers=("server", "other")), [("spec.containers", "error")]),
        (runtime("a", containers=("server",), multiModel=True), []),
        (runtime("a", containers=("server",), disabled=True), []),
    ],
)
def test_a_runtime_has_a_container_that_serves(given, expected):
    assert places("KG107", given) == expected


def test_runtime_for_modelmesh_where_nothing_runs_it():
    given = runtime("a", multiModel=True)
    assert places("KG108", given) == [("spec.multiModel", "warning")]
    assert places("KG108", given, service(mode="ModelMesh")) == []
    assert places("KG108", given, of=cluster(controller__deploymentMode="ModelMesh")) == []
    assert places("KG108", runtime("a", multiModel=True, disabled=True), runtime("b", multiModel=False)) == []
