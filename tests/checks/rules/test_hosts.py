"""Two routes for one host: of people, of charts, and of KServe itself."""

import pytest

from tests.checks.trees import cluster, said, service, values_row

GATEWAY = {"name": "g", "namespace": "gw"}


def route(name, *hostnames, parents=(GATEWAY,), rules=({"backendRefs": [{"name": "s", "port": 80}]},)):
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": name, "namespace": "kserve"},
        "spec": {"parentRefs": list(parents), "hostnames": list(hostnames), "rules": list(rules)},
    }


def match(**path):
    return [{"matches": [{"path": path}]}]


def routes(**settings):
    return cluster(
        controller__gateway__domain="ml.example.com",
        controller__gateway__ingressGateway__enableGatewayApi=True,
        controller__gateway__ingressGateway__kserveGateway="gw/g",
        **settings,
    )


@pytest.mark.parametrize(
    "other",
    [
        route("b", "a.example.com"),
        route("b", "a.example.com", rules=match(type="PathPrefix", value="/")),
        route("b", "x.example.com", "a.example.com", rules=[{}, *match(value="/x")]),
        route("b", "a.example.com", parents=[{**GATEWAY, "sectionName": "http"}]),
        route("b", "a.example.com", rules=[]),
    ],
)
def test_same_requests_of_one_gateway_belong_to_one_route(other):
    [(at, severity, message, _)] = said("KG301", route("a", "a.example.com"), other)

    assert at.startswith("spec.hostnames.")
    assert (severity, message) == ("error", "a second route for host 'a.example.com'")


@pytest.mark.parametrize(
    "other",
    [
        route("b", "b.example.com"),
        route("b", "a.example.com", rules=match(value="/b")),
        route("b", "a.example.com", rules=[{"matches": [{"headers": [{"name": "x", "value": "y"}]}]}]),
        route("b", "a.example.com", parents=[{"name": "internal", "namespace": "gw"}]),
    ],
)
def test_routes_that_do_not_meet_are_let_through(other):
    assert said("KG301", route("a", "a.example.com"), other) == []


def test_redirect_at_one_listener_and_route_at_another_do_not_meet():
    plain = route("a", "a.example.com", parents=[{**GATEWAY, "sectionName": "http"}])
    secure = route("b", "a.example.com", parents=[{**GATEWAY, "sectionName": "https"}])

    assert said("KG301", plain, secure) == []


def test_host_in_the_values_of_jupyterhub_counts():
    values = {"httpRoute": {"enabled": True, "gateway": GATEWAY, "hostnames": ["jupyter.example.com"]}}

    [(at, _, message, _)] = said(
        "KG301", route("a", "jupyter.example.com"), values=[values_row("jupyterhub", "4.4.0", values)]
    )

    assert (at, message) == ("httpRoute.hostnames.0", "a second route for host 'jupyter.example.com'")


@pytest.mark.parametrize("host", ["iris-kserve.ml.example.com", "iris-predictor-kserve.ml.example.com"])
def test_host_that_kserve_makes_a_route_for_is_a_warning(host):
    [(at, severity, message, hint)] = said("KG301", route("a", host), service(), of=routes())

    assert (at, severity) == ("spec.hostnames.0", "warning")
    assert message == f"KServe makes a route for host '{host}' itself; the older one of the two wins"
    assert "InferenceService 'iris'" in hint


def test_host_in_an_additional_domain_counts():
    of = routes(controller__gateway__additionalIngressDomains=["more.example.com"])

    assert said("KG301", route("a", "iris-kserve.more.example.com"), service(), of=of)


@pytest.mark.parametrize(
    ("given", "of"),
    [
        (service(mode="Knative"), routes()),
        (service(), cluster(controller__gateway__domain="ml.example.com")),
        (service(), routes(controller__gateway__disableIngressCreation=True)),
        (service(), routes(controller__gateway__domainTemplate="{{ .Name | f }}")),
    ],
    ids=["Knative", "Ingress", "no routes", "a template that is not read"],
)
def test_without_a_route_of_kserve_its_host_is_free(given, of):
    assert said("KG301", route("a", "iris-kserve.ml.example.com"), given, of=of) == []


def test_model_of_the_cluster_alone_has_no_route():
    local = service()
    local["metadata"]["labels"] = {"networking.kserve.io/visibility": "cluster-local"}

    assert said("KG301", route("a", "iris-kserve.ml.example.com"), local, of=routes()) == []
