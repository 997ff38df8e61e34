"""The CEL rules of routes and Gateways."""

import pytest

from tests.checks.trees import places, said

BACKENDS = [{"name": "s", "port": 80}]
HEADERS = {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "a", "value": "b"}]}}
REDIRECT = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https"}}
PREFIX = {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"}}
REWRITE = {"type": "URLRewrite", "urlRewrite": PREFIX}
MIRROR = {"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "s", "port": 80}}}


def path(value, kind="PathPrefix"):
    return {"path": {"type": kind, "value": value}}


def route(*rules, parents=({"name": "g"},), kind="HTTPRoute"):
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "r", "namespace": "n"},
        "spec": {"parentRefs": list(parents), "rules": list(rules)},
    }


@pytest.mark.parametrize(
    "rule",
    [
        {"backendRefs": BACKENDS},
        {"filters": [REDIRECT]},
        {"backendRefs": BACKENDS, "filters": [HEADERS, MIRROR, MIRROR]},
        {"backendRefs": BACKENDS, "filters": [REWRITE]},
        {"backendRefs": BACKENDS, "filters": [REWRITE], "matches": [path("/v1")]},
        {"backendRefs": BACKENDS, "matches": [path("/v2/models"), path("/a%20b", "Exact")]},
        {"backendRefs": BACKENDS, "matches": [path("^/.*$", "RegularExpression")]},
        {"backendRefs": BACKENDS, "timeouts": {"request": "1m", "backendRequest": "60s"}},
        {"backendRefs": BACKENDS, "timeouts": {"request": "0s", "backendRequest": "60s"}},
        {"backendRefs": [{"group": "g.example.com", "kind": "Own", "name": "s"}]},
    ],
)
def test_what_the_api_server_takes_is_let_through(rule):
    assert said("KG314", route(rule)) == []


@pytest.mark.parametrize(
    ("rule", "at"),
    [
        ({"backendRefs": [{"name": "s"}]}, "backendRefs.0"),
        ({"backendRefs": BACKENDS, "filters": [REDIRECT]}, "backendRefs"),
        ({"filters": [{"type": "RequestRedirect"}]}, "filters.0"),
        ({"filters": [{**HEADERS, "urlRewrite": {"hostname": "a"}}]}, "filters.0.urlRewrite"),
        ({"filters": [HEADERS, HEADERS]}, "filters"),
        ({"filters": [REDIRECT, REWRITE]}, "filters"),
        ({"filters": [REWRITE], "matches": [path("/a"), path("/b")]}, "filters.0.urlRewrite.path.type"),
        ({"filters": [REWRITE], "matches": [path("/a", "Exact")]}, "filters.0.urlRewrite.path.type"),
        (
            {"filters": [{"type": "URLRewrite", "urlRewrite": {"path": {"type": "ReplaceFullPath"}}}]},
            "filters.0.urlRewrite.path",
        ),
        ({"matches": [path("v2")]}, "matches.0.path.value"),
        ({"matches": [path("/a//b")]}, "matches.0.path.value"),
        ({"matches": [path("/a/..")]}, "matches.0.path.value"),
        ({"matches": [path("/a%2Fb")]}, "matches.0.path.value"),
        ({"matches": [path("/v2/.*?")]}, "matches.0.path.value"),
        ({"timeouts": {"request": "1s", "backendRequest": "1s500ms"}}, "timeouts.backendRequest"),
        (
            {"filters": [{"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "s"}}}]},
            "filters.0.requestMirror.backendRef",
        ),
        ({"backendRefs": [{**BACKENDS[0], "filters": [HEADERS, HEADERS]}]}, "backendRefs.0.filters"),
    ],
)
def test_what_the_api_server_refuses_is_an_error(rule, at):
    assert places("KG314", route(rule)) == [(f"spec.rules.0.{at}", "error")]


@pytest.mark.parametrize(
    ("parents", "refused"),
    [
        ([{"name": "g"}, {"name": "g"}], True),
        ([{"name": "g", "sectionName": "a"}, {"name": "g"}], True),
        ([{"name": "g", "sectionName": "a"}, {"name": "g", "sectionName": "a"}], True),
        ([{"name": "g", "sectionName": "a"}, {"name": "g", "sectionName": "b"}], False),
        ([{"name": "g"}, {"name": "h"}], False),
        ([{"name": "g", "namespace": "a"}, {"name": "g", "namespace": "b"}], False),
        ([{"name": "g", "port": 1}, {"name": "g", "port": 2}], False),
    ],
)
def test_references_to_one_gateway_name_different_listeners(parents, refused):
    assert places("KG314", route(parents=parents)) == ([("spec.parentRefs.1", "error")] if refused else [])


def test_matches_of_all_rules_have_a_bound():
    rule = {"matches": [path("/")] * 64}

    assert said("KG314", route(rule, rule)) == []
    assert places("KG314", route(rule, rule, {"matches": [path("/")]})) == [("spec.rules", "error")]


def test_grpc_routes_have_the_same_rules():
    assert places("KG314", route({"backendRefs": [{"name": "s"}]}, kind="GRPCRoute")) == [
        ("spec.rules.0.backendRefs.0", "error")
    ]


def gateway(*listeners):
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "g", "namespace": "n"},
        "spec": {"gatewayClassName": "c", "listeners": list(listeners)},
    }


HTTP = {"name": "http", "port": 8000, "protocol": "HTTP"}
HTTPS = {"name": "https", "port": 8443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "c"}]}}


@pytest.mark.parametrize(
    ("listeners", "at"),
    [
        ([HTTP, HTTPS], None),
        ([HTTP, {**HTTP, "name": "b", "hostname": "a.b"}], None),
        ([{"name": "t", "port": 1, "protocol": "TLS", "tls": {"mode": "Passthrough"}}], None),
        ([HTTP, {**HTTP, "port": 8001}], "1.name"),
        ([HTTP, {**HTTP, "name": "b"}], "1.port"),
        ([{**HTTP, "tls": {}}], "0.tls"),
        ([{**HTTPS, "tls": {"mode": "Passthrough"}}], "0.tls.mode"),
        ([{**HTTPS, "tls": {"mode": "Terminate"}}], "0.tls"),
        ([{"name": "a", "port": 1, "protocol": "HTTPS"}], "0"),
        ([{"name": "a", "port": 1, "protocol": "TLS"}], "0"),
        ([{"name": "a", "port": 1, "protocol": "TCP", "hostname": "a.b"}], "0.hostname"),
    ],
)
def test_listeners_are_what_the_api_server_takes(listeners, at):
    assert places("KG317", gateway(*listeners)) == ([(f"spec.listeners.{at}", "error")] if at else [])
