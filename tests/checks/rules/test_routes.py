"""Routes and the Gateways that they hang on."""

import pytest

from tests.checks.trees import cluster, places, said

SELECTED = {"from": "Selector", "selector": {"matchLabels": {"kubernetes.io/metadata.name": "models"}}}


def gateway(*listeners, name="g", namespace="gw"):
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"gatewayClassName": "traefik", "listeners": list(listeners) or [listener()]},
    }


def listener(name="http", port=8000, protocol="HTTP", namespaces=None, **more):
    return {
        "name": name,
        "port": port,
        "protocol": protocol,
        "allowedRoutes": {"namespaces": namespaces or {"from": "All"}},
        **more,
    }


def route(*parents, kind="HTTPRoute", hostnames=("a.example.com",)):
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "r", "namespace": "models"},
        "spec": {"parentRefs": list(parents), "hostnames": list(hostnames)},
    }


REF = {"name": "g", "namespace": "gw"}


def test_route_names_a_gateway_that_is_there():
    assert said("KG307", route(REF), gateway()) == []
    assert said("KG307", route({"name": "other", "namespace": "x"}), of=cluster(existing=["Gateway/x/other"])) == []


def test_gateway_that_is_not_there_is_an_error():
    [(at, severity, message, hint)] = said("KG307", route({"name": "gg", "namespace": "gw"}), gateway())

    assert (at, severity) == ("spec.parentRefs.0.name", "error")
    assert message == "there is no Gateway 'gg' in namespace 'gw'"
    assert "did you mean 'g'?" in hint or "existing in platform.yaml" in hint


def test_forgotten_namespace_is_found_out():
    [(_, _, message, hint)] = said("KG307", route({"name": "g"}), gateway())

    assert message == "there is no Gateway 'g' in namespace 'models'"
    assert hint == "write namespace: gw"


def test_wrong_namespace_is_pointed_at():
    assert places("KG307", route({"name": "g", "namespace": "traefik"}), gateway()) == [
        ("spec.parentRefs.0.namespace", "error")
    ]


def test_route_without_a_gateway_reaches_nobody():
    assert places("KG307", route(), gateway()) == [("spec", "error")]


def test_parents_of_other_kinds_are_left_alone():
    mesh = {"group": "", "kind": "Service", "name": "s"}

    assert said("KG307", route(mesh), gateway()) == []


def test_gateway_of_an_llm_inference_service_must_be_there():
    llm = {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "LLMInferenceService",
        "metadata": {"name": "l", "namespace": "models"},
        "spec": {"router": {"gateway": {"refs": [{"name": "gone", "namespace": "gw"}]}}},
    }

    assert places("KG307", llm, gateway()) == [("spec.router.gateway.refs.0.name", "error")]


@pytest.mark.parametrize(
    ("ref", "at"),
    [
        ({**REF, "sectionName": "htp"}, "spec.parentRefs.0.sectionName"),
        ({**REF, "port": 80}, "spec.parentRefs.0.port"),
        ({**REF, "sectionName": "http"}, None),
        ({**REF, "port": 8000}, None),
    ],
)
def test_listener_is_one_of_the_gateway(ref, at):
    assert places("KG308", route(ref), gateway()) == ([(at, "error")] if at else [])


def test_misspelt_listener_has_a_hint():
    [(_, _, message, hint)] = said("KG308", route({**REF, "sectionName": "htp"}), gateway())

    assert (message, hint) == ("Gateway 'g' has no listener called 'htp'", "did you mean 'http'?")


@pytest.mark.parametrize(
    ("hostname", "host", "found"),
    [
        ("*.example.com", "a.example.com", False),
        ("*.example.com", "example.com", True),
        ("*.ml.example.com", "a.example.com", True),
        ("", "a.example.com", False),
    ],
)
def test_host_needs_a_listener(hostname, host, found):
    other = gateway(listener(hostname=hostname))

    assert places("KG309", route(REF, hostnames=[host]), other) == ([("spec.hostnames.0", "error")] if found else [])


def test_one_host_of_several_that_fits_nowhere_is_found():
    other = gateway(listener(hostname="*.example.com"))

    [(at, _, message, hint)] = said("KG309", route(REF, hostnames=["a.example.com", "a.example.org"]), other)

    assert (at, message) == ("spec.hostnames.1", "no listener of Gateway 'g' takes host 'a.example.org'")
    assert hint == "its listeners take '*.example.com'"


def test_two_gateways_may_share_the_hosts():
    both = (gateway(listener(hostname="*.a.com")), gateway(listener(hostname="*.b.com"), name="h"))
    refs = (REF, {"name": "h", "namespace": "gw"})

    assert said("KG309", route(*refs, hostnames=["x.a.com", "x.b.com"]), *both) == []
    assert places("KG309", route(*refs, hostnames=["x.a.com"]), *both) == [("spec.parentRefs.1", "error")]


def test_gateway_that_is_not_known_leaves_hosts_alone():
    refs = (REF, {"name": "other", "namespace": "x"})

    assert said("KG309", route(*refs, hostnames=["x.b.com"]), gateway(listener(hostname="*.a.com"))) == []


@pytest.mark.parametrize(
    ("namespaces", "refused"),
    [
        ({"from": "All"}, False),
        ({"from": "Same"}, True),
        ({}, True),
        (SELECTED, False),
        ({"from": "Selector", "selector": {"matchLabels": {"kubernetes.io/metadata.name": "other"}}}, True),
        ({"from": "Selector", "selector": {"matchLabels": {"team": "a"}}}, False),
        ({"from": "Selector", "selector": {}}, False),
        (
            {
                "from": "Selector",
                "selector": {
                    "matchExpressions": [
                        {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["models"]}
                    ]
                },
            },
            True,
        ),
    ],
)
def test_listener_takes_the_namespaces_that_it_allows(namespaces, refused):
    found = places("KG310", route(REF), gateway(listener(namespaces=namespaces or {"selector": {}})))

    assert found == ([("spec.parentRefs.0", "error")] if refused else [])


@pytest.mark.parametrize(("labels", "refused"), [({"team": "a"}, False), ({"team": "b"}, True), ({}, True)])
def test_labels_of_a_namespace_in_the_tree_decide(labels, refused):
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "models", "labels": labels}}
    chosen = {"from": "Selector", "selector": {"matchLabels": {"team": "a"}}}

    assert bool(said("KG310", route(REF), gateway(listener(namespaces=chosen)), namespace)) is refused


def test_listener_takes_kinds_by_its_protocol_or_its_list():
    grpc_only = listener(allowedRoutes={"namespaces": {"from": "All"}, "kinds": [{"kind": "GRPCRoute"}]})

    assert places("KG310", route(REF), gateway(grpc_only)) == [("spec.parentRefs.0", "error")]
    assert places("KG310", route(REF), gateway(listener(protocol="TCP"))) == [("spec.parentRefs.0", "error")]
    assert said("KG310", route(REF, kind="GRPCRoute"), gateway(grpc_only)) == []
    assert said("KG310", route(REF), gateway(listener(protocol="example.com/own"))) == []
