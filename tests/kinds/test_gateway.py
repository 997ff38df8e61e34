"""The Gateway: listeners that Traefik finds, hostnames and namespaces that KServe's routes need."""

from dataclasses import replace

import pytest

from kserve_gitops import Gateway, GatewayApplication
from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs.environment import Model, Tls


def listeners(manifest):
    return {listener["name"]: listener for listener in manifest["spec"]["listeners"]}


def test_listener_names_the_port_that_traefik_listens_on_inside_its_pod(gateway, objects, golden):
    [manifest] = objects(gateway)

    assert listeners(manifest)["http"]["port"] == 8000
    assert manifest == golden


def test_listener_takes_every_host_below_the_domain(gateway, objects):
    assert listeners(objects(gateway)[0])["http"]["hostname"] == "*.ml.example.com"


def test_routes_are_taken_from_the_namespaces_that_have_some(chart, settings, objects):
    made = Gateway(chart, "g", settings=settings, domain="a.b", namespaces=["mlflow", "kserve", "mlflow"])

    assert listeners(objects(made)[0])["http"]["allowedRoutes"] == {
        "namespaces": {
            "from": "Selector",
            "selector": {
                "matchExpressions": [
                    {"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["kserve", "mlflow"]}
                ]
            },
        }
    }


def test_gateway_without_routes_lists_no_empty_selector(chart, settings, objects):
    made = Gateway(chart, "g", settings=settings, domain="a.b", namespaces=[])

    assert listeners(objects(made)[0])["http"]["allowedRoutes"] == {"namespaces": {"from": "Same"}}


def test_certificate_adds_a_listener_that_ends_tls(chart, settings, objects, golden):
    made = Gateway(chart, "g", settings=replace(settings, tls=Tls("cert")), domain="ml.example.com",
                   namespaces=["kserve"])  # fmt: skip

    [manifest] = objects(made)

    https = listeners(manifest)["https"]
    assert (https["port"], https["protocol"]) == (8443, "HTTPS")
    assert https["tls"]["certificateRefs"] == [{"group": "", "kind": "Secret", "name": "cert"}]
    assert https["allowedRoutes"] == listeners(manifest)["http"]["allowedRoutes"]
    assert manifest == golden


@pytest.mark.parametrize(("tls", "scheme"), [(None, "http"), (Tls("cert"), "https")])
def test_addresses_have_the_scheme_of_the_listeners(tls, scheme, chart, settings):
    made = Gateway(chart, "g", settings=replace(settings, tls=tls), domain="a.b", namespaces=[])

    assert made.scheme == scheme


def test_issuer_has_the_certificate_made_beside_the_gateway(chart, environment, settings, objects, golden):
    secured = replace(environment, gateway=replace(settings, tls=Tls("wildcard", "letsencrypt")))

    app = GatewayApplication(chart, environment=secured, project="platform")

    _, gateway, certificate = objects(app)
    assert certificate["spec"] == {
        "secretName": "wildcard",
        "dnsNames": ["*.ml.example.com"],
        "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": "letsencrypt"},
    }
    assert certificate["metadata"]["namespace"] == gateway["metadata"]["namespace"] == "traefik"
    assert objects(app) == golden


def test_secret_that_exists_needs_no_certificate(chart, environment, settings, objects):
    secured = replace(environment, gateway=replace(settings, tls=Tls("wildcard")))

    app = GatewayApplication(chart, environment=secured, project="platform")

    assert [manifest["kind"] for manifest in objects(app)] == ["Application", "Gateway"]


def test_gateway_lets_in_models_pages_and_the_parts_that_are_deployed(chart, environment, part, objects):
    model = Model("m", "team-a", Origin("m.yaml"), {}, None, None, None, None, None)
    full = replace(environment, models=(model,), parts={"mlflow": part("mlflow")})

    app = GatewayApplication(chart, environment=full, project="platform")

    selector = objects(app)[1]["spec"]["listeners"][0]["allowedRoutes"]["namespaces"]["selector"]
    assert selector["matchExpressions"][0]["values"] == ["clients", "mlflow", "team-a"]


def test_kserve_is_told_namespace_and_name(gateway):
    assert gateway.ref == "traefik/kserve-ingress-gateway"
