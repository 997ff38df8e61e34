"""Models on the disks of nodes: the nodes, and the caches."""

from kserve_gitops.local_model_cache import LocalModelCache, LocalModelNamespaceCache
from kserve_gitops.local_model_node_group import LocalModelNodeGroup

SMALLEST = {"source_model_uri": "hf://meta-llama/Meta-Llama-3-8B", "model_size": "10Gi", "node_groups": ["workers"]}
NEWER = {
    "service_account_name": "hf-downloads",
    "storage": {"key": "hugging-face", "parameters": {"region": "us-east-1"}},
    "labels": {"team": "a"},
    "annotations": {"example.com/owner": "platform"},
}
VOLUME = {
    "accessModes": ["ReadWriteOnce"],
    "capacity": {"storage": "1700Gi"},
    "local": {"path": "/models"},
    "nodeAffinity": {
        "required": {
            "nodeSelectorTerms": [{"matchExpressions": [{"key": "pool", "operator": "In", "values": ["gpu"]}]}]
        }
    },
    "persistentVolumeReclaimPolicy": "Delete",
    "storageClassName": "local-storage",
}
CLAIM = {
    "accessModes": ["ReadWriteOnce"],
    "resources": {"requests": {"storage": "1700Gi"}},
    "storageClassName": "local-storage",
}


def group(chart, **more):
    return LocalModelNodeGroup(
        chart,
        "workers",
        storage_limit="1700Gi",
        persistent_volume_spec=VOLUME,
        persistent_volume_claim_spec=CLAIM,
        **more,
    )


def test_smallest_node_group_has_both_volume_specs(chart, objects, misfits, golden):
    [manifest] = objects(group(chart))

    assert manifest["spec"].keys() == {"storageLimit", "persistentVolumeSpec", "persistentVolumeClaimSpec"}
    assert misfits(manifest) == []
    assert manifest == golden


def test_full_node_group(chart, objects, misfits, golden):
    patches = [{"op": "replace", "path": "/spec/storageLimit", "value": "1Ti"}]
    spec = {"persistentVolumeSpec": {"volumeMode": "Filesystem"}}

    [manifest] = objects(group(chart, spec=spec, labels={"team": "a"}, annotations={"a": "b"}, patches=patches))

    assert manifest["spec"]["persistentVolumeSpec"] == VOLUME | {"volumeMode": "Filesystem"}
    assert misfits(manifest) == []
    assert manifest == golden


def test_smallest_cache_belongs_to_no_namespace(chart, objects, misfits, golden):
    [manifest] = objects(LocalModelCache(chart, "llama3", **SMALLEST))

    assert manifest["metadata"] == {"name": "llama3"}
    assert misfits(manifest) == []
    assert manifest == golden


def test_full_cache(chart, objects, misfits, golden):
    [manifest] = objects(LocalModelCache(chart, "llama3", **SMALLEST, **NEWER, spec={"modelSize": "20Gi"}))

    assert manifest["spec"]["modelSize"] == "20Gi"
    assert misfits(manifest, "v0.20.0") == []
    assert manifest == golden


def test_credentials_of_a_cache_are_newer_than_v0_16(chart, objects, misfits):
    [manifest] = objects(LocalModelCache(chart, "llama3", **SMALLEST, **NEWER))

    assert len(misfits(manifest, "v0.16.0")) == 2


def test_cache_names_the_groups_it_is_handed(chart, objects):
    keywords = SMALLEST | {"node_groups": [group(chart), "others"]}

    [manifest] = objects(LocalModelCache(chart, "llama3", **keywords))

    assert manifest["spec"]["nodeGroups"] == ["workers", "others"]


def test_smallest_cache_of_a_namespace(chart, objects, misfits, golden):
    [manifest] = objects(LocalModelNamespaceCache(chart, "llama3", namespace="team-a", **SMALLEST))

    assert manifest["metadata"] == {"name": "llama3", "namespace": "team-a"}
    assert misfits(manifest, "v0.20.0") == []
    assert manifest == golden


def test_full_cache_of_a_namespace(chart, objects, misfits, golden):
    [manifest] = objects(LocalModelNamespaceCache(chart, "llama3", namespace="team-a", **SMALLEST, **NEWER))

    assert manifest["spec"]["storage"]["key"] == "hugging-face"
    assert misfits(manifest, "v0.20.0") == []
    assert manifest == golden


def test_cache_of_a_namespace_is_not_in_v0_16(schemas):
    kind = ("serving.kserve.io/v1alpha1", "LocalModelNamespaceCache")

    assert {release: found.knows(*kind) for release, found in schemas.items()} == {"v0.16.0": False, "v0.20.0": True}
