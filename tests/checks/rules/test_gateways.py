"""Gateways: classes, certificates, Traefik's ports, and the Gateway of KServe's routes."""

import pytest

from tests.checks.trees import cluster, places, said, service, values_row

HTTP = {"name": "http", "port": 8000, "protocol": "HTTP", "allowedRoutes": {"namespaces": {"from": "All"}}}
TRAEFIK = {"providers": {"kubernetesGateway": {"enabled": True}}}


def gateway(*listeners, kind="traefik", **metadata):
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "g", "namespace": "gw", **metadata},
        "spec": {"gatewayClassName": kind, "listeners": list(listeners) or [HTTP]},
    }


def application(chart, version, **helm):
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "app", "namespace": "argocd"},
        "spec": {
            "project": "default",
            "destination": {"name": "in-cluster", "namespace": chart},
            "sources": [{"repoURL": "https://example.com", "chart": chart, "targetRevision": version, "helm": helm}],
        },
    }


def traefik(**values):
    return [values_row("traefik", "41.3.0", {**TRAEFIK, **values})]


def test_class_comes_from_the_chart_the_tree_or_the_cluster():
    own = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass", "metadata": {"name": "traefik"}}

    assert said("KG318", gateway(), application("traefik", "41.3.0"), values=traefik()) == []
    assert said("KG318", gateway(), own) == []
    assert said("KG318", gateway(), of=cluster(existing=["GatewayClass/traefik"])) == []


def test_class_that_nobody_brings_is_a_warning():
    found = places("KG318", gateway(kind="traefic"), application("traefik", "41.3.0"), values=traefik())

    assert found == [("spec.gatewayClassName", "warning")]


def test_cluster_of_which_no_class_is_known_may_have_any():
    assert said("KG318", gateway()) == []


def test_unknown_chart_may_bring_a_class():
    assert said("KG318", gateway(kind="eg"), application("gateway-helm", "v1.5.0")) == []


def https(**ref):
    return {"name": "https", "port": 8443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "tls", **ref}]}}


CERTIFICATE = {
    "apiVersion": "cert-manager.io/v1",
    "kind": "Certificate",
    "metadata": {"name": "x", "namespace": "gw"},
    "spec": {"secretName": "tls"},
}
AT = "spec.listeners.0.tls.certificateRefs.0.name"


@pytest.mark.parametrize(
    ("given", "of", "found"),
    [
        ([], cluster(), True),
        ([CERTIFICATE], cluster(), False),
        ([], cluster(existing=["Secret/gw/tls"]), False),
        ([{**CERTIFICATE, "metadata": {"name": "x", "namespace": "other"}}], cluster(), True),
    ],
)
def test_certificate_of_a_listener_is_made_by_somebody(given, of, found):
    assert places("KG319", gateway(https()), *given, of=of) == ([(AT, "error")] if found else [])


def test_issuer_in_an_annotation_makes_the_certificate():
    noted = gateway(https(), annotations={"cert-manager.io/cluster-issuer": "letsencrypt"})

    assert said("KG319", noted) == []


@pytest.mark.parametrize(
    ("port", "values", "found"),
    [
        (8000, {}, False),
        (8443, {}, False),
        (80, {}, True),
        (443, {}, True),
        (80, {"ports": {"web": {"port": 80}}}, False),
        (8000, {"ports": {"web": {"port": 80}}}, True),
        (9000, {"ports": {"grpc": {"port": 9000}}}, False),
        (9000, {"additionalArguments": ["--entryPoints.x.address=:9000"]}, False),
    ],
)
def test_listener_has_a_port_of_traefik(port, values, found):
    given = gateway({**HTTP, "port": port})

    assert places("KG320", given, values=traefik(**values)) == ([("spec.listeners.0.port", "error")] if found else [])


def test_ports_of_other_implementations_are_free():
    assert said("KG320", gateway({**HTTP, "port": 80}, kind="envoy"), values=traefik()) == []
    assert said("KG320", gateway({**HTTP, "port": 80})) == []


def llm(**router):
    return {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "LLMInferenceService",
        "metadata": {"name": "l", "namespace": "models"},
        "spec": {"router": router},
    }


REFS = {"refs": [{"name": "g", "namespace": "gw"}]}


def test_scheduler_behind_traefik_is_a_warning():
    found = places("KG327", llm(scheduler={}, gateway=REFS), gateway(), values=traefik())

    assert found == [("spec.router.scheduler", "warning")]


def test_default_gateway_of_kserve_counts_for_the_scheduler():
    of = cluster(controller__gateway__ingressGateway__kserveGateway="gw/g")

    assert said("KG327", llm(scheduler={}, gateway={}), gateway(), of=of, values=traefik())


def test_scheduler_behind_another_gateway_is_fine():
    assert said("KG327", llm(scheduler={}, gateway=REFS), gateway(kind="eg"), values=traefik()) == []
    assert said("KG327", llm(gateway=REFS), gateway(), values=traefik()) == []


def kserve(*, by_routes=True, **ingress_gateway):
    given = {"enableGatewayApi": by_routes, **ingress_gateway}
    content = {"kserve": {"controller": {"gateway": {"domain": "ml.example.com", "ingressGateway": given}}}}
    return [values_row("kserve", "v0.16.0", content)]


SETTING = "kserve.controller.gateway.ingressGateway"


@pytest.mark.parametrize(
    ("name", "found"), [("gw/g", False), ("g", True), ("gw/g/x", True), ("gw/my.gateway", True), ("gw/", True)]
)
def test_gateway_of_kserve_is_namespace_and_name(name, found):
    wanted = [(f"{SETTING}.kserveGateway", "error")] if found else []

    assert places("KG321", values=kserve(kserveGateway=name)) == wanted
    assert said("KG321", values=kserve(kserveGateway=name, by_routes=False)) == []


def test_gateway_of_kserve_is_there():
    assert said("KG322", gateway(), values=kserve(kserveGateway="gw/g")) == []
    assert said("KG322", values=kserve(kserveGateway="gw/g"), of=cluster(existing=["Gateway/gw/g"])) == []

    [(at, severity, message, _)] = said("KG322", gateway(), values=kserve(kserveGateway="gw/h"))

    assert (at, severity) == (f"{SETTING}.kserveGateway", "error")
    assert message == "there is no Gateway 'h' in namespace 'gw' for the routes of the models"


def test_default_gateway_of_the_chart_is_looked_for_too():
    assert places("KG322", gateway(), values=kserve()) == [(SETTING, "error")]


@pytest.mark.parametrize(
    ("listener", "at"),
    [
        (HTTP, None),
        ({**HTTP, "hostname": "*.ml.example.com"}, None),
        ({**HTTP, "hostname": "*.example.com"}, None),
        ({**HTTP, "hostname": "*.other.example.com"}, "spec.listeners.0.hostname"),
        ({**HTTP, "allowedRoutes": {"namespaces": {"from": "Same"}}}, "spec.listeners.0.allowedRoutes.namespaces"),
        ({"name": "http", "port": 8000, "protocol": "HTTP"}, "spec.listeners.0"),
        ({"name": "tcp", "port": 8000, "protocol": "TCP"}, "spec.listeners"),
    ],
)
def test_gateway_takes_the_routes_of_the_models(listener, at):
    found = places("KG323", gateway(listener), service(), values=kserve(kserveGateway="gw/g"))

    assert found == ([(at, "error")] if at else [])


def test_models_of_a_namespace_are_told_together():
    refusing = gateway({**HTTP, "allowedRoutes": {"namespaces": {"from": "Same"}}})

    [(_, _, message, _)] = said(
        "KG323", refusing, service(), service(name="b"), service(name="c"), values=kserve(kserveGateway="gw/g")
    )

    assert message.endswith("where KServe makes those of InferenceService 'iris' and 2 more")


def test_without_models_or_routes_every_gateway_will_do():
    refusing = gateway({**HTTP, "hostname": "a.b"})

    assert said("KG323", refusing, values=kserve(kserveGateway="gw/g")) == []
    assert said("KG323", refusing, service(mode="Knative"), values=kserve(kserveGateway="gw/g")) == []
    assert said("KG323", refusing, service(), values=kserve(kserveGateway="gw/g", by_routes=False)) == []


@pytest.mark.parametrize(
    ("values", "existing", "severity"),
    [
        ({"createGateway": False}, [], None),
        ({"createGateway": True, "by_routes": False}, [], "warning"),
        ({"createGateway": True, "kserveGateway": "gw/g"}, [], "warning"),
        ({"createGateway": True}, [], "error"),
        ({"createGateway": True}, ["GatewayClass/envoy"], None),
    ],
)
def test_gateway_of_the_chart_is_a_trap(values, existing, severity):
    wanted = [(f"{SETTING}.createGateway", severity)] if severity else []

    assert places("KG324", values=kserve(**values), of=cluster(existing=existing)) == wanted


def test_gateway_without_the_gateway_api_is_a_warning():
    values = kserve(kserveGateway="gw/g", by_routes=False)

    assert places("KG326", gateway(), service(), values=values) == [(f"{SETTING}.enableGatewayApi", "warning")]
    assert said("KG326", gateway(), values=values) == []
    assert said("KG326", service(), values=values) == []
    assert said("KG326", gateway(), service(), values=values, of=cluster(existing=["IngressClass/istio"])) == []
    assert said("KG326", gateway(), service(), values=kserve(kserveGateway="gw/g")) == []


def route(namespace):
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "r", "namespace": namespace},
        "spec": {"parentRefs": [{"name": "traefik-gateway", "namespace": "traefik"}]},
    }


OPEN = {"gateway": {"listeners": {"web": {"namespacePolicy": {"from": "All"}}}}}


@pytest.mark.parametrize(
    ("namespace", "values", "found"),
    [("models", {}, True), ("traefik", {}, False), ("models", OPEN, False)],
)
def test_gateway_of_the_chart_of_traefik_takes_its_own_namespace(namespace, values, found):
    wanted = [("spec.parentRefs.0", "error")] if found else []

    assert places("KG328", route(namespace), application("traefik", "41.3.0"), values=traefik(**values)) == wanted


def test_models_at_the_gateway_of_the_chart_of_traefik_are_told_once():
    values = [*traefik(gateway={"name": "g"}), *kserve(kserveGateway="traefik/g")]
    models = [service(), service(name="b")]

    assert places("KG328", *models, application("traefik", "41.3.0"), values=values) == [("gateway", "error")]
