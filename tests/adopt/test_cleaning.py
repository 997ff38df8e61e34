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


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("yes", True), ("Off", False), ("y", True), ("0644", 420), ("-0o17", -15), ("1_000", 1000), ("1e3", 1000),
        ("08", 8), ("0b11", 3), ("1.5e-10", 1.5e-10), ("99999999999999999999", 10**20), ("1e400", "1e400"),
        ("12:30", "12:30"), ("2024-01-01", "2024-01-01"), ("=", "="), ("'yes'", "yes"), ('"0644"', "0644"),
        ("&a 'on'", "on"), ("&a on", True), (".1_0", ".1_0"),
    ],
)  # fmt: skip
def test_what_is_opaque_is_read_as_kubectl_reads_it(text, taken):
    inner = f"{{list: [{text}]}}"
    raw = clean(f"{{apiVersion: example.com/v1, kind: Widget, metadata: {{name: w}}, spec: {inner}}}")
    ours = clean(
        "{apiVersion: serving.kserve.io/v1alpha1, kind: LLMInferenceService, metadata: {name: w},"
        f" spec: {{router: {{scheduler: {{config: {{inline: {inner}}}}}}}}}}}"
    )

    assert [raw["spec"], ours["spec"]["router"]["scheduler"]["config"]["inline"]] == [{"list": [taken]}] * 2
    assert type(raw["spec"]["list"][0]) is type(taken)


def test_what_is_in_the_second_document_of_a_list_is_found_in_its_quotes():
    text = "a: 1\n---\nkind: List\nitems:\n- {apiVersion: x.y/v1, kind: W, metadata: {name: w}, s: [no, 'no']}\n"
    (found,), _ = read(text.encode(), "in.yaml")

    assert cleaned(found)["s"] == [False, "no"]


def test_an_anchor_given_twice_is_no_reason_to_fail():
    text = "{apiVersion: x.y/v1, kind: W, metadata: {name: w}, s: [&a 1, &a no]}"

    assert clean(text)["s"] == [1, "no"]


def test_the_configuration_of_a_scheduler_is_nobodys_to_clean():
    inline = {"plugins": [{"name": "", "image": "x", "resources": {}, "metadata": {}, "a": None}]}
    data = {
        "apiVersion": "serving.kserve.io/v1alpha1", "kind": "LLMInferenceService", "metadata": {"name": "w"},
        "spec": {"router": {"scheduler": {"config": {"inline": inline}}}},
    }  # fmt: skip

    assert clean(yaml.safe_dump(data)) == data


def test_a_model_of_a_canary_keeps_its_empty_name():
    model = {"name": "", "modelFormat": {"name": "sklearn"}}
    data = yaml.safe_load(LIVE)
    data["spec"]["canary"] = [{"trafficPercent": 10, "predictor": {"model": {**model, "resources": {}}}}]

    spec = clean(yaml.safe_dump(data))["spec"]

    assert spec["canary"][0]["predictor"]["model"] == model
    assert "name" not in spec["predictor"]["model"]


def test_what_argo_cd_and_volumes_leave_behind_goes():
    metadata = "{name: c, finalizers: [kubernetes.io/pvc-protection], labels: {LABELS}}".replace(
        "LABELS", "argocd.argoproj.io/instance: a, app.kubernetes.io/instance: b"
    )

    assert clean(f"{{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {metadata}}}")["metadata"] == {
        "name": "c",
        "labels": {"app.kubernetes.io/instance": "b"},
    }
