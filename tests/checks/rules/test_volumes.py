"""Volumes and claims that nothing makes."""

import pytest

from tests.checks.trees import cluster, places, service

THERE = """
apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: kserve}
data: {a: b}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: models, namespace: kserve}
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: keys, namespace: kserve}
spec: {encryptedData: {TOKEN: x}}
"""


@pytest.mark.parametrize(
    ("volume", "expected"),
    [
        ({"emptyDir": {}}, []),
        ({"configMap": {"name": "config"}}, []),
        ({"secret": {"secretName": "keys"}}, []),
        ({"persistentVolumeClaim": {"claimName": "models"}}, []),
        ({"configMap": {"name": "absent", "optional": True}}, []),
        ({"configMap": {"name": "absent"}}, ["configMap.name"]),
        ({"secret": {"secretName": "absent"}}, ["secret.secretName"]),
        ({"persistentVolumeClaim": {"claimName": "absent"}}, ["persistentVolumeClaim.claimName"]),
        (
            {"projected": {"sources": [{"secret": {"name": "absent"}}, {"configMap": {"name": "config"}}]}},
            ["projected.sources.0.secret.name"],
        ),
    ],
)
def test_a_volume_of_something_that_is_missing(volume, expected):
    manifest = service({"volumes": [{"name": "v", **volume}]})
    assert places("KG232", manifest, THERE) == [(f"spec.predictor.volumes.0.{at}", "error") for at in expected]


def test_the_volumes_of_a_runtime_for_the_whole_cluster_are_of_every_namespace():
    runtime = """{apiVersion: serving.kserve.io/v1alpha1, kind: ClusterServingRuntime, metadata: {name: r},
      spec: {volumes: [{name: v, configMap: {name: absent}}]}}"""
    assert places("KG232", runtime) == []


def test_the_volumes_of_a_runtime_of_the_namespace():
    runtime = """{apiVersion: serving.kserve.io/v1alpha1, kind: ServingRuntime, metadata: {name: r, namespace: kserve},
      spec: {volumes: [{name: v, configMap: {name: absent}}, {name: w, configMap: {name: '{{.Name}}'}}]}}"""
    assert places("KG232", runtime) == [("spec.volumes.0.configMap.name", "error")]


def test_a_model_on_a_claim():
    def at(uri):
        return places("KG232", service({"model": {"modelFormat": {"name": "sklearn"}, "storageUri": uri}}), THERE)

    assert at("pvc://models/iris") == []
    assert at("pvc://models") == []
    assert at("s3://absent/iris") == []
    assert at("pvc://absent/iris") == [("spec.predictor.model.storageUri", "error")]


def test_claims_of_storage_uris_custom_containers_and_llms():
    custom = {"containers": [{"name": "a", "env": [{"name": "STORAGE_URI", "value": "pvc://absent/a"}]}]}
    given = service({"storageUris": [{"uri": "pvc://models"}, {"uri": "pvc://absent"}]}, transformer=custom)
    llm = """{apiVersion: serving.kserve.io/v1alpha1, kind: LLMInferenceService, metadata: {name: l, namespace: kserve},
      spec: {model: {uri: 'pvc://absent/a'}}}"""
    assert {at for at, _ in places("KG232", given, llm, THERE)} == {
        "spec.predictor.storageUris.1.uri",
        "spec.transformer.containers.0.env.0.value",
        "spec.model.uri",
    }


def test_a_claim_that_exists_already():
    manifest = service({"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "a"}}]})
    assert places("KG232", manifest, of=cluster(existing=["PersistentVolumeClaim/kserve/a"])) == []


def test_the_claims_of_a_cached_model():
    cache = """{apiVersion: serving.kserve.io/v1alpha1, kind: LocalModelCache, metadata: {name: llama},
      spec: {nodeGroups: [gpu]}}"""
    manifest = service({"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "llama-gpu"}}]})
    assert places("KG232", manifest, cache) == []
