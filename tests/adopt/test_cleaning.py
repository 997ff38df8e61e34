"""What a cluster adds is taken off; what a person said stays."""

import pytest
import yaml

from kserve_gitops.adopt.cleaning import cleaned
from kserve_gitops.adopt.reading import read

LIVE = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: iris
  namespace: a
  uid: 3f1
  resourceVersion: "12"
  generation: 3
  creationTimestamp: "2024-01-01T00:00:00Z"
  selfLink: /apis/x
  managedFields: [{manager: kubectl}]
  ownerReferences: [{kind: Owner, name: o}]
  finalizers: [inferenceservice.finalizers]
  labels: {team: ml, internal.serving.kserve.io/localmodel: x}
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{}'
    argocd.argoproj.io/tracking-id: a:b
    argocd.argoproj.io/sync-wave: "3"
    internal.serving.kserve.io/x: y
    modelFormat: sklearn
    own: said
spec:
  predictor:
    minReplicas: null
    model: {name: "", modelFormat: {name: sklearn}, resources: {}, env: [{name: A, value: ""}]}
status: {url: http://x}
"""


def clean(text):
    (found,), findings = read(text.encode(), "in.yaml")
    assert findings == []
    return cleaned(found)


def test_only_what_a_person_says_is_left():
    assert clean(LIVE) == {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {
            "name": "iris",
            "namespace": "a",
            "labels": {"team": "ml"},
            "annotations": {"argocd.argoproj.io/sync-wave": "3", "own": "said"},
        },
        "spec": {"predictor": {"model": {"modelFormat": {"name": "sklearn"}, "env": [{"name": "A", "value": ""}]}}},
    }


def test_the_manifest_itself_is_not_changed():
    (found,), _ = read(LIVE.encode(), "in.yaml")

    cleaned(found)

    assert found.data == yaml.safe_load(LIVE)


@pytest.mark.parametrize(
    ("kind", "spec", "left"),
    [
        ("Service", {"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "ports": []}, {"ports": []}),
        ("Service", {"clusterIP": "None"}, {"clusterIP": "None"}),
        ("PersistentVolumeClaim", {"volumeName": "pvc-1"}, {"volumeName": "pvc-1"}),
        ("Pod", {"metadata": {"creationTimestamp": None}, "x": None}, {"metadata": {}, "x": None}),
    ],
)
def test_what_was_chosen_for_other_objects_goes_too(kind, spec, left):
    data = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "x"}, "spec": spec}

    assert clean(yaml.safe_dump(data))["spec"] == left


def test_a_claim_that_was_bound_by_the_cluster_forgets_its_volume():
    bound = {"pv.kubernetes.io/bound-by-controller": "yes"}
    metadata = {"name": "x", "annotations": bound}
    data = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": {"volumeName": "pvc-1"}}

    assert clean(yaml.safe_dump(data)) == {
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "x"}, "spec": {},
    }  # fmt: skip


def test_data_of_a_config_map_is_kept_as_it_is():
    text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {status: up, a: 'null', resources: ''}}"

    assert clean(text)["data"] == {"status": "up", "a": "null", "resources": ""}
