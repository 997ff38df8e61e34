"""Two things with one name."""

import pytest

from tests.checks.trees import cluster, places, said, service

ROUTED = {"controller__gateway__ingressGateway__enableGatewayApi": True}
CANARY = [{"trafficPercent": 10, "predictor": {"name": "canary", "model": {}}}]


def thing(kind, name, **spec):
    groups = {"Deployment": "apps/v1", "HTTPRoute": "gateway.networking.k8s.io/v1", "Service": "v1"}
    metadata = {"name": name, "namespace": "kserve"}
    return {"apiVersion": groups.get(kind, "v1"), "kind": kind, "metadata": metadata, "spec": spec}


def test_a_canary_and_a_model_that_is_called_like_it():
    found = said("KG406", service(canary=CANARY), service(name="iris-canary"), of=cluster("v0.20.0"))
    assert found == [
        (
            "metadata.name",
            "error",
            "the Deployment 'iris-canary-predictor' is made of InferenceService 'iris' too",
            "give one of the two another name",
        )
    ]


def test_the_name_of_the_canary_is_what_is_wrong_where_it_comes_second():
    found = places("KG406", service(name="iris-canary"), service(canary=CANARY), of=cluster("v0.20.0"))
    assert found == [("spec.canary.0.predictor.name", "error")]


def test_a_model_that_is_called_like_the_route_of_another():
    manifests = service(), service(name="iris-predictor")
    assert places("KG406", *manifests, of=cluster(**ROUTED)) == [("metadata.name", "error")]
    assert places("KG406", *manifests, of=cluster()) == []


@pytest.mark.parametrize(
    "manifests",
    [
        (service(), service()),
        (service(), service(namespace="elsewhere")),
        (service(), service(name="iris-canary")),
    ],
)
def test_nothing_is_made_twice(manifests):
    assert places("KG406", *manifests, of=cluster(**ROUTED)) == []


def test_two_certificates_for_one_secret():
    one = {"apiVersion": "cert-manager.io/v1", "kind": "Certificate", "spec": {"secretName": "tls"}}
    first, second = ({**one, "metadata": {"name": name, "namespace": "kserve"}} for name in "ab")
    assert places("KG406", first, second) == [("metadata.name", "error")]


@pytest.mark.parametrize(
    ("found", "taken"),
    [
        (thing("Deployment", "iris-predictor"), True),
        (thing("Service", "iris-predictor"), True),
        (thing("HTTPRoute", "iris"), True),
        (thing("HTTPRoute", "iris-predictor"), True),
        (thing("HTTPRoute", "iris-transformer"), False),
        (thing("HTTPRoute", "iris-route"), False),
        (thing("Service", "iris"), False),
        (thing("ServiceAccount", "iris-predictor"), False),
    ],
)
def test_names_that_kserve_uses(found, taken):
    expected = [("metadata.name", "error")] if taken else []
    assert places("KG407", found, service(), of=cluster(**ROUTED)) == expected


def test_the_message_tells_whose_name_it_is():
    [(_, _, message, hint)] = said("KG407", thing("Deployment", "iris-predictor"), service())
    assert message == "one of that name is made of InferenceService 'iris'"
    assert hint == "give one of the two another name"


def test_a_sealed_secret_takes_over_a_secret_that_says_so():
    keys = {"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "spec": {"encryptedData": {}}}
    keys["metadata"] = {"name": "keys", "namespace": "kserve"}
    secret = thing("Secret", "keys")
    assert places("KG407", secret, keys) == [("metadata.name", "error")]
    secret["metadata"]["annotations"] = {"sealedsecrets.bitnami.com/managed": "true"}
    assert places("KG407", secret, keys) == []


def scaler(kind="HorizontalPodAutoscaler", name="mine", target="iris-predictor"):
    reference = {"kind": "Deployment", "name": target} if kind != "ScaledObject" else {"name": target}
    return thing(kind, name, scaleTargetRef=reference)


@pytest.mark.parametrize(
    ("found", "autoscaler", "fought"),
    [
        (scaler(), None, True),
        (scaler(), "none", True),
        (scaler(), "keda", True),
        (scaler(), "external", False),
        (scaler("ScaledObject"), None, True),
        (scaler(target="web"), None, False),
    ],
)
def test_a_second_autoscaler_of_a_model(found, autoscaler, fought):
    annotations = {"serving.kserve.io/autoscalerClass": autoscaler} if autoscaler else {}
    expected = [("spec.scaleTargetRef.name", "error")] if fought else []
    assert places("KG408", found, service(annotations=annotations)) == expected


def test_an_autoscaler_with_the_name_of_kserves_is_told_once():
    own = scaler(name="iris-predictor")
    assert places("KG407", own, service()) == [("metadata.name", "error")]
    assert places("KG408", own, service()) == []
