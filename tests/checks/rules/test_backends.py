"""Where routes lead: Services, ports, weights, and other namespaces."""

import pytest

from tests.checks.trees import cluster, findings, places, said, service

AT = "spec.rules.0.backendRefs.0"


def route(*backends, namespace="kserve", **rule):
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "r", "namespace": namespace},
        "spec": {"parentRefs": [{"name": "g"}], "rules": [{"backendRefs": list(backends), **rule}]},
    }


def plain(name="s", namespace="kserve", *ports):
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"ports": [{"port": port} for port in ports or (80,)]},
    }


def grant(*, namespace="kserve", of="pages", kind="Service", name=None, group="gateway.networking.k8s.io"):
    to = {"group": "", "kind": kind, **({"name": name} if name else {})}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1beta1",
        "kind": "ReferenceGrant",
        "metadata": {"name": "g", "namespace": namespace},
        "spec": {"from": [{"group": group, "kind": "HTTPRoute", "namespace": of}], "to": [to]},
    }


def test_backend_is_a_service_of_the_tree_or_of_a_model():
    assert said("KG311", route({"name": "s", "port": 80}), plain()) == []
    assert said("KG311", route({"name": "iris-predictor", "port": 80}), service()) == []
    assert said("KG311", route({"name": "x", "port": 80}), of=cluster(existing=["Service/kserve/x"])) == []


def test_model_has_no_service_of_its_own_name():
    [(at, severity, message, hint)] = said("KG311", route({"name": "iris", "port": 80}), service())

    assert (at, severity) == (f"{AT}.name", "error")
    assert message == "there is no Service 'iris' in namespace 'kserve'"
    assert hint == "InferenceService 'iris' is reached at 'iris-predictor', port 80"


def test_transformer_is_the_entrance_where_there_is_one():
    given = service(transformer={"containers": [{"name": "kserve-container", "image": "example.com/t:1"}]})

    [(_, _, _, hint)] = said("KG311", route({"name": "iris", "port": 80}), given)

    assert "'iris-transformer'" in hint


def test_inference_service_is_no_backend():
    backend = {"group": "serving.kserve.io", "kind": "InferenceService", "name": "iris", "port": 80}

    assert places("KG311", route(backend), service()) == [(f"{AT}.kind", "error")]


def test_backend_of_another_kind_is_left_alone():
    pool = {"group": "inference.networking.k8s.io", "kind": "InferencePool", "name": "p"}

    assert said("KG311", route(pool)) == []


def test_mirror_needs_a_service_too():
    mirror = {"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "gone", "port": 80}}}

    found = places("KG311", route({"name": "s", "port": 80}, filters=[mirror]), plain())

    assert found == [("spec.rules.0.filters.0.requestMirror.backendRef.name", "error")]


@pytest.mark.parametrize(
    ("backend", "found"),
    [
        ({"name": "s", "port": 80}, False),
        ({"name": "s", "port": 8080}, True),
        ({"name": "iris-predictor", "port": 80}, False),
        ({"name": "iris-predictor", "port": 8080}, True),
        ({"name": "s", "port": "80"}, False),
        ({"name": "s"}, False),
    ],
)
def test_port_is_one_of_the_service(backend, found):
    assert places("KG312", route(backend), plain(), service()) == ([(f"{AT}.port", "error")] if found else [])


def test_ports_that_there_are_stand_in_the_hint():
    [(_, _, message, hint)] = said("KG312", route({"name": "s", "port": 1}), plain("s", "kserve", 80, 443))

    assert (message, hint) == ("Service 's' has no port '1'", "it has 80, 443")


BACKEND = {"name": "s", "namespace": "kserve", "port": 80}


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ((), True),
        ((grant(),), False),
        ((grant(name="s"),), False),
        ((grant(name="other"),), True),
        ((grant(of="elsewhere"),), True),
        ((grant(kind="Secret"),), True),
        ((grant(namespace="pages"),), True),
    ],
)
def test_backend_of_another_namespace_needs_a_grant_there(given, refused):
    found = places("KG313", route(BACKEND, namespace="pages"), plain(), *given)

    assert found == ([(f"{AT}.namespace", "error")] if refused else [])


def test_backend_of_the_same_namespace_needs_none():
    assert said("KG313", route(BACKEND), plain()) == []


def test_service_that_is_not_there_is_told_as_that_alone():
    assert said("KG313", route(BACKEND, namespace="pages")) == []


def test_grant_that_others_made_may_allow_it():
    of = cluster(existing=["ReferenceGrant/kserve/x"])

    assert said("KG313", route(BACKEND, namespace="pages"), plain(), of=of) == []


def test_gateway_needs_a_grant_for_a_certificate_elsewhere():
    ref = {"name": "tls", "namespace": "certs"}
    gateway = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "g", "namespace": "gw"},
        "spec": {"listeners": [{"name": "a", "protocol": "HTTPS", "port": 443, "tls": {"certificateRefs": [ref]}}]},
    }
    of = cluster(existing=["Secret/certs/tls"])

    assert places("KG313", gateway, of=of) == [("spec.listeners.0.tls.certificateRefs.0.namespace", "error")]


def test_grant_for_what_is_not_there_is_a_warning():
    of = cluster(existing=["Namespace/pages"])

    assert said("KG325", grant(name="s"), plain(), of=of) == []
    assert places("KG325", grant(name="gone"), plain(), of=of) == [("spec.to.0.name", "warning")]
    assert places("KG325", grant(group=""), of=of) == [("spec.from.0.group", "warning")]
    assert places("KG325", grant()) == [("spec.from.0.namespace", "warning")]


def test_core_group_is_the_empty_text():
    given = grant()
    given["spec"]["to"][0]["group"] = "core"

    assert places("KG325", given, of=cluster(existing=["Namespace/pages"])) == [("spec.to.0.group", "warning")]


@pytest.mark.parametrize(
    ("weights", "found"), [((0,), True), ((0, 0), True), ((0, 1), False), ((1,), False), (("0",), False)]
)
def test_rule_without_any_weight_answers_500(weights, found):
    given = route(*({"name": "s", "port": 80, "weight": weight} for weight in weights))

    assert places("KG316", given) == ([("spec.rules.0.backendRefs", "warning")] if found else [])


@pytest.mark.parametrize("name", ["iris", "iris-predictor"])
def test_route_past_knative_is_a_warning(name):
    raw = findings(route({"name": name, "port": 80}), service(mode="Knative"))

    assert [f.severity.value for f in raw if f.code == "KG315"] == ["warning"]


def test_route_of_the_catalogue_is_told_where_the_catalogue_is_read():
    assert said("KG315", route({"name": "iris-predictor", "port": 80}), service(mode="Knative")) == []


def test_route_to_a_model_in_standard_is_fine():
    raw = findings(route({"name": "iris-predictor", "port": 80}), service())

    assert [f for f in raw if f.code in ("KG311", "KG312", "KG315")] == []
