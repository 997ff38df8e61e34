"""Traefik, cert-manager, KEDA and the controller of SealedSecrets."""

import pytest

from tests.checks.rules.parts import application, folder, told
from tests.checks.trees import cluster, places, service

TRAEFIK = "41.3.0"
PROVIDER = {"providers": {"kubernetesGateway": {"enabled": True}}}
GATEWAY = {
    "apiVersion": "gateway.networking.k8s.io/v1",
    "kind": "Gateway",
    "metadata": {"name": "main", "namespace": "traefik"},
    "spec": {"gatewayClassName": "traefik", "listeners": []},
}
CLASS = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass", "metadata": {"name": "traefik"}}
CRD = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}


def traefik(code, content, *others, version=TRAEFIK, **more):
    return told(code, "traefik", version, content, *others, **more)


@pytest.mark.parametrize(
    ("content", "others", "found"),
    [
        ({}, [GATEWAY], [("", "error")]),
        ({"gatewayClass": {"name": "traefik"}}, [GATEWAY], [("", "error")]),
        (PROVIDER, [GATEWAY], []),
        ({}, [], []),
        ({}, [GATEWAY, CLASS], []),
        ({"gatewayClass": {"name": "inner"}}, [GATEWAY], []),
    ],
)
def test_gateway_that_traefik_does_not_look_at(content, others, found):
    assert traefik("KG454", content, *others) == found


@pytest.mark.parametrize(
    ("path", "count"),
    [("config/crd", 1), ("config/crd/experimental", 0)],
)
def test_experimental_channel_needs_the_experimental_kinds(path, count):
    content = {"providers": {"kubernetesGateway": {"enabled": True, "experimentalChannel": True}}}

    assert len(traefik("KG454", content, folder(path))) == count
    assert traefik("KG454", content) == []


@pytest.mark.parametrize(
    ("listener", "found"),
    [
        ({"port": 80}, [("gateway.listeners.web.port", "error")]),
        ({"port": 8000}, []),
        ({"port": 8443, "protocol": "HTTPS"}, [("gateway.listeners.web", "error")]),
        ({"port": 8443, "protocol": "HTTPS", "certificateRefs": [{"name": "tls"}]}, []),
    ],
)
def test_listener_that_keeps_the_chart_from_being_rendered(listener, found):
    assert traefik("KG455", {**PROVIDER, "gateway": {"listeners": {"web": listener}}}) == found
    off = {**PROVIDER, "gateway": {"enabled": False, "listeners": {"web": listener}}}
    assert traefik("KG455", off) == []


def test_port_that_the_values_give_an_entry_point():
    content = {**PROVIDER, "gateway": {"listeners": {"web": {"port": 80}}}, "ports": {"web": {"port": 80}}}

    assert traefik("KG455", content) == []


def test_gateway_of_the_chart_takes_routes_of_models():
    of = cluster(controller__gateway__ingressGateway__kserveGateway="traefik/traefik-gateway")
    policy = {"gateway": {"listeners": {"web": {"port": 8000, "namespacePolicy": {"from": "All"}}}}}

    assert traefik("KG455", PROVIDER, service(namespace="models"), of=of) == [("", "error")]
    assert traefik("KG455", {**PROVIDER, **policy}, service(namespace="models"), of=of) == []
    assert traefik("KG455", PROVIDER, service(namespace="traefik"), of=of) == []
    assert traefik("KG455", PROVIDER, service(namespace="models")) == []


@pytest.mark.parametrize(
    ("version", "helm", "count"),
    [("40.1.0", {}, 1), ("40.1.0", {"skipCrds": True}, 0), ("40.2.0", {}, 0), ("41.3.0", {}, 0)],
)
def test_older_charts_of_traefik_bring_the_gateway_api_too(version, helm, count):
    one = application("traefik", version, repo="https://traefik.github.io/charts", helm=helm)

    assert places("KG456", folder("config/crd"), one) == [("spec.sources.0.chart", "error")] * count
    assert places("KG456", one) == []


def test_gateway_api_from_two_folders():
    tree = [folder("config/crd"), folder("config/crd/experimental", name="again")]

    assert places("KG456", *tree) == [("spec.sources.0.path", "error")]


@pytest.mark.parametrize(
    ("chart", "version", "content", "found"),
    [
        ("cert-manager", "v1.21.1", {}, [("", "error")]),
        ("cert-manager", "v1.21.1", {"crds": {"enabled": False}}, [("crds.enabled", "error")]),
        ("cert-manager", "v1.14.7", {"crds": {"enabled": True}}, [("crds.enabled", "error")]),
        ("cert-manager", "v1.14.7", {}, [("", "error")]),
        ("cert-manager", "v1.21.1", {"crds": {"enabled": True}}, []),
        ("cert-manager", "v1.21.1", {"installCRDs": True}, []),
        ("cert-manager", "v1.14.7", {"installCRDs": True}, []),
        ("keda", "2.20.2", {"crds": {"install": False}}, [("crds.install", "error")]),
        ("keda", "2.20.2", {}, []),
        ("sealed-secrets", "2.18.5", {}, []),
    ],
)
def test_chart_that_leaves_its_crds_out(chart, version, content, found):
    assert told("KG457", chart, version, content) == found


def test_crds_that_argo_cd_skips():
    one = application("sealed-secrets", "2.18.5", helm={"skipCrds": True})

    assert places("KG457", one) == [("spec.sources.0.helm.skipCrds", "error")]


@pytest.mark.parametrize(
    "other",
    [
        {**CRD, "metadata": {"name": "certificates.cert-manager.io"}},
        application("platform-crds", "1.0.0"),
        folder("crds", repo="https://git.example.com/crds.git"),
    ],
)
def test_crds_from_elsewhere(other):
    assert told("KG457", "cert-manager", "v1.21.1", {}, other) == []


def test_crds_of_kserve_are_no_others():
    assert told("KG457", "cert-manager", "v1.21.1", {}, application("kserve-crd", "v0.16.0")) == [("", "error")]


def test_crds_in_the_cluster():
    of = cluster(existing=["CustomResourceDefinition/certificates.cert-manager.io"])

    assert told("KG457", "cert-manager", "v1.21.1", {}, of=of) == []


@pytest.mark.parametrize(
    ("content", "namespace", "found"),
    [
        ({}, "kube-system", [("", "warning")]),
        ({"fullnameOverride": "sealed-secrets-controller"}, "secrets", [("spec.destination.namespace", "warning")]),
        ({"fullnameOverride": "sealed-secrets-controller"}, "kube-system", []),
    ],
)
def test_controller_where_kubeseal_looks_for_it(content, namespace, found):
    assert told("KG458", "sealed-secrets", "2.18.5", content, namespace=namespace) == found


def test_release_that_is_called_like_the_controller():
    one = told("KG458", "sealed-secrets", "2.18.5", {}, name="sealed-secrets-controller", namespace="kube-system")

    assert one == []


def test_sealed_secrets_without_a_status():
    sealed = {"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "metadata": {"name": "a", "namespace": "b"}}

    assert told("KG473", "sealed-secrets", "2.18.5", {"updateStatus": False}, sealed) == [("updateStatus", "error")]
    assert told("KG473", "sealed-secrets", "2.18.5", {"updateStatus": True}, sealed) == []
    assert told("KG473", "sealed-secrets", "2.18.5", {"updateStatus": False}) == []
