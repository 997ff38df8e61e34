"""Words for the deployment mode, and the mode Knative where nothing brings Knative."""

import pytest

from tests.checks.trees import cluster, places, said, service, values_row

MODE = "metadata.annotations.serving.kserve.io/deploymentMode"


@pytest.mark.parametrize(
    ("word", "kserve", "severity"),
    [
        ("Standard", "v0.16.0", None),
        ("Knative", "v0.16.0", None),
        ("ModelMesh", "v0.16.0", None),
        (None, "v0.16.0", None),
        (1, "v0.16.0", None),
        ("standard", "v0.16.0", "error"),
        ("Raw", "v0.20.0", "error"),
        ("RawDeployment", "v0.16.0", "error"),
        ("Serverless", "v0.16.0", "error"),
        ("RawDeployment", "v0.17.1", "warning"),
        ("Serverless", "v0.20.0", "warning"),
    ],
)
def test_words(word, kserve, severity):
    found = places("KG127", service(mode=word), of=cluster(kserve))

    assert found == ([(MODE, severity)] if severity else [])


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("standard", "did you mean 'Standard'?"),
        ("rawdeployment", "did you mean 'Standard'?"),
        ("serverless", "did you mean 'Knative'?"),
        ("xyz", "one of Standard and Knative"),
        ("RawDeployment", "write Standard"),
    ],
)
def test_hints(word, hint):
    assert [found[3] for found in said("KG127", service(mode=word))] == [hint]


def thing(kind, api_version, name, **rest):
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **rest}


def test_knative_that_nothing_brings_is_told_once():
    [(at, severity, message, _)] = said("KG128", service(mode="Knative"), service(mode="Knative", name="b"))

    assert (at, severity) == (MODE, "error")
    assert message.startswith("2 InferenceServices, this one first,")


@pytest.mark.parametrize(
    "brought",
    [
        thing("KnativeServing", "operator.knative.dev/v1beta1", "knative-serving"),
        thing("Namespace", "v1", "knative-serving"),
        thing("Application", "argoproj.io/v1alpha1", "a", spec={"source": {"chart": "knative-operator"}}),
    ],
)
def test_knative_that_something_brings(brought):
    assert places("KG128", service(mode="Knative"), brought) == []


def test_knative_that_is_there_already():
    there = cluster(existing=["KnativeServing/knative-serving/knative-serving"])

    assert places("KG128", service(mode="Knative"), of=there) == []


def test_nothing_is_missing_for_standard():
    assert places("KG128", service()) == []


def test_the_default_mode_counts_where_the_tree_deploys_kserve():
    chart = values_row("kserve", "v0.16.0", {"kserve": {"controller": {"deploymentMode": "Knative"}}})
    elsewhere = cluster(controller__deploymentMode="Knative")

    assert places("KG128", service(mode=None), values=[chart]) == [("metadata.name", "error")]
    assert places("KG128", service(mode=None), of=elsewhere) == []


@pytest.mark.parametrize(
    ("predictor", "place", "severity"),
    [
        ({"nodeSelector": {"a": "b"}}, "nodeSelector", "warning"),
        ({"tolerations": [{"operator": "Exists"}]}, "tolerations", "warning"),
        ({"storageUris": [{"uri": "s3://a/b"}]}, "storageUris", "warning"),
        ({"terminationGracePeriodSeconds": 60}, "terminationGracePeriodSeconds", "error"),
        ({"automountServiceAccountToken": True}, "automountServiceAccountToken", "error"),
        ({"volumes": [{"name": "a", "persistentVolumeClaim": {}}]}, "volumes.0.persistentVolumeClaim", "warning"),
        ({"volumes": [{"name": "a", "nfs": {}}]}, "volumes.0.nfs", "error"),
        ({"containers": [{"name": "side", "lifecycle": {"preStop": {}}}]}, "containers.0.lifecycle", "error"),
    ],
)
def test_fields_that_knative_refuses(predictor, place, severity):
    assert places("KG129", service(predictor, mode="Knative")) == [(f"spec.predictor.{place}", severity)]
    assert places("KG129", service(predictor)) == []


@pytest.mark.parametrize(
    "predictor",
    [
        {"serviceAccountName": "a", "imagePullSecrets": [{"name": "a"}], "enableServiceLinks": False},
        {"automountServiceAccountToken": False, "hostNetwork": False, "tolerations": [], "nodeSelector": None},
        {"volumes": [{"name": "a", "emptyDir": {}}, {"name": "b", "secret": {}}]},
        {"minReplicas": 0, "timeout": 60, "labels": {"a": "b"}},
    ],
)
def test_fields_that_knative_takes(predictor):
    assert places("KG129", service(predictor, mode="Knative")) == []


@pytest.mark.parametrize(
    ("features", "severities"),
    [
        ({"kubernetes.podspec-nodeselector": "enabled"}, []),
        ({"kubernetes.podspec-nodeselector": "Allowed"}, []),
        ({"kubernetes.podspec-nodeselector": "disabled"}, ["error"]),
        ({}, ["error"]),
    ],
)
def test_a_feature_that_the_tree_decides(features, severities):
    model = service({"nodeSelector": {"a": "b"}}, mode="Knative")
    serving = thing("KnativeServing", "operator.knative.dev/v1beta1", "a", spec={"config": {"features": features}})
    plain = thing("ConfigMap", "v1", "config-features", data=features)

    assert [severity for _, severity in places("KG129", model, serving)] == severities
    assert [severity for _, severity in places("KG129", model, plain)] == severities
