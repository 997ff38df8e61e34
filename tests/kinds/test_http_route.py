"""Routes, written as the API server would fill them in."""

from kserve_gitops import HTTPRoute
from kserve_gitops.serving.canary import Backend


def test_route_sends_everything_to_one_service(chart, gateway, objects, golden):
    route = HTTPRoute(
        chart,
        "friendly",
        namespace="kserve",
        gateway=gateway,
        hostnames=["iris.ml.example.com"],
        backends=[Backend("iris-predictor")],
    )

    [manifest] = objects(route)

    [rule] = manifest["spec"]["rules"]
    assert rule["matches"] == [{"path": {"type": "PathPrefix", "value": "/"}}]
    assert rule["backendRefs"] == [{"group": "", "kind": "Service", "name": "iris-predictor", "port": 80, "weight": 1}]
    assert manifest == golden


def test_route_attaches_to_every_listener_of_the_gateway(chart, gateway, objects):
    route = HTTPRoute(
        chart, "r", namespace="kserve", gateway=gateway, hostnames=["a.b"], backends=[Backend("s")], port=8080
    )

    [manifest] = objects(route)

    assert manifest["spec"]["parentRefs"] == [
        {
            "group": "gateway.networking.k8s.io",
            "kind": "Gateway",
            "name": "kserve-ingress-gateway",
            "namespace": "traefik",
        }
    ]
    assert manifest["spec"]["rules"][0]["backendRefs"][0]["port"] == 8080


def test_route_splits_requests_by_the_weights_of_its_backends(chart, gateway, objects, golden):
    backends = [Backend("iris-predictor", 90), Backend("iris-canary-predictor", 10)]

    route = HTTPRoute(chart, "split", namespace="kserve", gateway=gateway, hostnames=["a.b"], backends=backends)

    [manifest] = objects(route)
    refs = manifest["spec"]["rules"][0]["backendRefs"]
    assert [(ref["name"], ref["weight"]) for ref in refs] == [("iris-predictor", 90), ("iris-canary-predictor", 10)]
    assert manifest == golden
