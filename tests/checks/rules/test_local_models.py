"""Caches of models on the disks of nodes, and the volumes they lie in."""

import copy

import pytest

from tests.checks.trees import cluster, places, said, values_row

MODES = ["ReadWriteOnce"]
VOLUME = {
    "accessModes": MODES,
    "capacity": {"storage": "200Gi"},
    "storageClassName": "local",
    "local": {"path": "/models"},
    "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": []}]}},
}
CLAIM = {"accessModes": MODES, "storageClassName": "local", "resources": {"requests": {"storage": "200Gi"}}}


def made(kind, name, spec, **metadata):
    return {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": name, **metadata},
        "spec": spec,
    }


def cache(name="qwen", *, uri="hf://Qwen/one", size="20Gi", groups=("gpu",), namespace=None):
    spec = {"sourceModelUri": uri, "modelSize": size, "nodeGroups": list(groups)}
    if namespace:
        return made("LocalModelNamespaceCache", name, spec, namespace=namespace)
    return made("LocalModelCache", name, spec)


def group(name="gpu", *, limit="200Gi", volume=None, claim=None):
    """A sound group, with parts of its volume and claim replaced, or taken away where None is given."""
    spec = {
        "storageLimit": limit,
        "persistentVolumeSpec": changed(VOLUME, volume),
        "persistentVolumeClaimSpec": changed(CLAIM, claim),
    }
    return made("LocalModelNodeGroup", name, spec)


def changed(spec, parts):
    merged = {**copy.deepcopy(spec), **(parts or {})}
    return {key: value for key, value in merged.items() if value is not None}


def test_one_address_is_cached_once_in_a_cluster():
    assert places("KG165", cache("a"), cache("b"), cache("c", uri="hf://Qwen/two")) == [
        ("spec.sourceModelUri", "error")
    ]


def test_caches_of_namespaces_may_hold_the_same_address():
    assert said("KG165", cache("a", namespace="x"), cache("b", namespace="y"), of=cluster("v0.20.0")) == []


def test_a_model_larger_than_the_limit_of_its_group_is_a_warning():
    assert places("KG165", cache(size="201Gi"), group()) == [("spec.modelSize", "warning")]
    assert said("KG165", cache(size="200Gi"), group()) == []
    assert said("KG165", cache(size="?"), group()) == []


@pytest.mark.parametrize(
    ("values", "wanted"),
    [({}, ["error"]), ({"localmodel": {"enabled": False}}, ["error"]), ({"localmodel": {"enabled": True}}, [])],
)
def test_caches_need_the_setting_of_kserve(values, wanted):
    rows = [values_row("kserve", "v0.16.0", {"kserve": values})]

    assert [severity for _, severity in places("KG165", cache(), values=rows)] == wanted


def test_the_setting_is_unknown_where_somebody_else_deploys_kserve():
    assert said("KG165", cache()) == []


@pytest.mark.parametrize("found", [cache(groups=["gpu", "cpu"]), cache(groups=["gpu", "cpu"], namespace="team")])
def test_a_node_group_that_nothing_makes_is_an_error(found):
    assert places("KG166", found, group()) == [("spec.nodeGroups.1", "error")]
    assert said("KG166", found, group(), of=cluster(existing=["LocalModelNodeGroup/cpu"])) == []


def test_sound_volumes_are_left_alone():
    assert said("KG167", group()) == []


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        ({"volume": {"nodeAffinity": None}}, ("spec.persistentVolumeSpec", "error")),
        ({"volume": {"nodeAffinity": {}}}, ("spec.persistentVolumeSpec", "error")),
        ({"volume": {"local": None}}, ("spec.persistentVolumeSpec", "error")),
        ({"volume": {"hostPath": {"path": "/a"}}}, ("spec.persistentVolumeSpec.hostPath", "error")),
        ({"volume": {"capacity": None}}, ("spec.persistentVolumeSpec", "error")),
        ({"volume": {"accessModes": []}}, ("spec.persistentVolumeSpec", "error")),
        ({"claim": {"accessModes": None}}, ("spec.persistentVolumeClaimSpec", "error")),
        ({"claim": {"resources": {}}}, ("spec.persistentVolumeClaimSpec", "error")),
        (
            {"claim": {"resources": {"requests": {"storage": "201Gi"}}}},
            ("spec.persistentVolumeClaimSpec.resources.requests.storage", "error"),
        ),
        ({"claim": {"accessModes": ["ReadWriteMany"]}}, ("spec.persistentVolumeClaimSpec.accessModes", "error")),
        ({"claim": {"storageClassName": "fast"}}, ("spec.persistentVolumeClaimSpec.storageClassName", "error")),
        ({"claim": {"storageClassName": None}}, ("spec.persistentVolumeClaimSpec", "warning")),
        ({"claim": {"volumeMode": "Block"}}, ("spec.persistentVolumeClaimSpec.volumeMode", "error")),
    ],
)
def test_volumes_in_which_no_model_can_lie_are_found(parts, wanted):
    assert places("KG167", group(**parts)) == [wanted]
