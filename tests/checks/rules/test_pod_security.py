"""Pods that a namespace with the label enforce: restricted refuses."""

import pytest

from tests.checks.trees import places, said, service

STRICT = """
apiVersion: v1
kind: Namespace
metadata: {name: kserve, labels: {pod-security.kubernetes.io/enforce: restricted}}
"""
PROFILE = {"seccompProfile": {"type": "RuntimeDefault"}}
SAFE = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": True}


def container(**context):
    return {"name": "kserve-container", "image": "a:1", **({"securityContext": context} if context else {})}


@pytest.mark.parametrize(
    ("predictor", "expected"),
    [
        ({"securityContext": PROFILE}, []),
        ({}, [("spec.predictor", "error")]),
        ({"model": None, "containers": [container(**SAFE)], "securityContext": PROFILE}, []),
        ({"model": None, "containers": [container(**SAFE, **PROFILE)]}, []),
        ({"model": None, "containers": [container(**SAFE)]}, [("spec.predictor", "error")]),
        ({"model": None, "containers": [container()], "securityContext": PROFILE},
         [("spec.predictor.containers.0", "error")]),
    ],
)  # fmt: skip
def test_pod_needs_what_the_standard_names(predictor, expected):
    found = service({"resources": None, **predictor})

    assert places("KG190", STRICT, found) == expected
    assert places("KG190", found) == []


def test_application_may_label_the_namespace():
    application = {
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "a", "namespace": "argocd"},
        "spec": {"destination": {"namespace": "kserve"}, "syncPolicy": {"managedNamespaceMetadata": {"labels": {
            "pod-security.kubernetes.io/enforce": "restricted"}}}},
    }  # fmt: skip

    assert places("KG190", application, service({"minReplicas": 1})) == [("spec.predictor", "error")]


def test_model_from_an_image_cannot_meet_it():
    model = {"modelFormat": {"name": "sklearn"}, "storageUri": "oci://registry.example.com/iris:1"}

    [(at, severity, message, _)] = said("KG190", STRICT, service({"model": model, "securityContext": PROFILE}))

    assert (at, severity) == ("spec.predictor.model.storageUri", "error")
    assert "oci://" in message


def test_own_runtime_counts_as_it_stands():
    runtime = """
    apiVersion: serving.kserve.io/v1alpha1
    kind: ServingRuntime
    metadata: {name: own, namespace: kserve}
    spec: {containers: [{name: kserve-container, image: a:1}]}
    """
    model = {"modelFormat": {"name": "x"}, "runtime": "own", "storageUri": "s3://a/b/1"}
    [(at, _, message, hint)] = said("KG190", STRICT, runtime, service({"model": model, "securityContext": PROFILE}))

    assert at == "spec.predictor.model"
    assert "allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, runAsNonRoot: true" in message
    assert hint == "add them to securityContext"
