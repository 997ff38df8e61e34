"""JupyterHub's chart: tokens, types of Service, hooks, what notebooks may reach, and who may come."""

import pytest

from tests.checks.rules.parts import told
from tests.checks.trees import cluster

IGNORED = {"kind": "Secret", "name": "hub", "jsonPointers": ["/data"]}
RESPECT = {"syncOptions": ["RespectIgnoreDifferences=true"]}
ROUTED = {"httpRoute": {"enabled": True}}
ROUTE = {
    "apiVersion": "gateway.networking.k8s.io/v1",
    "kind": "HTTPRoute",
    "metadata": {"name": "hub", "namespace": "jupyterhub"},
    "spec": {"rules": [{"backendRefs": [{"name": "proxy-public", "port": 80}]}]},
}


def hub(code, content, *others, **more):
    return told(code, "jupyterhub", "4.4.0", content, *others, **more)


def namespace(level):
    labels = {"pod-security.kubernetes.io/enforce": level}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "jupyterhub", "labels": labels}}


@pytest.mark.parametrize(
    ("content", "spec", "found"),
    [
        ({}, {}, [("spec.sources.0.chart", "warning")]),
        ({}, {"ignoreDifferences": [IGNORED]}, [("spec.syncPolicy", "warning")]),
        ({}, {"ignoreDifferences": [{**IGNORED, "name": "other"}]}, [("spec.sources.0.chart", "warning")]),
        ({}, {"ignoreDifferences": [IGNORED], "syncPolicy": RESPECT}, []),
        (
            {
                "proxy": {"secretToken": "a"},
                "hub": {"cookieSecret": "b", "config": {"CryptKeeper": {"keys": ["c"]}}},
            },
            {},
            [],
        ),
    ],
)
def test_tokens_that_change_at_every_sync(content, spec, found):
    assert hub("KG448", content, **spec) == found


@pytest.mark.parametrize(
    ("content", "others", "found"),
    [
        (ROUTED, [], [("", "warning")]),
        ({"proxy": {"service": {"type": "LoadBalancer"}}}, [ROUTE], [("proxy.service.type", "warning")]),
        ({**ROUTED, "proxy": {"service": {"type": "ClusterIP"}}}, [], []),
        ({}, [], []),
    ],
)
def test_load_balancer_beside_a_route(content, others, found):
    assert hub("KG449", content, *others) == found


def test_images_are_pulled_before_every_sync():
    assert hub("KG450", {}) == [("", "warning")]
    assert hub("KG450", {"prePuller": {"hook": {"enabled": False}}}) == []


@pytest.mark.parametrize(
    ("policy", "url", "count"),
    [
        ({}, "http://mlflow.mlflow.svc.cluster.local", 1),
        ({}, "http://iris-predictor.models.svc:80/v2", 1),
        ({}, "http://mlflow.jupyterhub:5000", 1),
        ({}, "https://mlflow.example.com", 0),
        ({}, "the notebook of .svc", 0),
        ({"egressAllowRules": {"privateIPs": True}}, "http://mlflow.mlflow.svc", 0),
        ({"enabled": False}, "http://mlflow.mlflow.svc", 0),
        ({"egress": [{"to": []}]}, "http://mlflow.mlflow.svc", 0),
    ],
)
def test_notebooks_reach_private_addresses_by_a_rule_only(policy, url, count):
    content = {"singleuser": {"networkPolicy": policy, "extraEnv": {"URL": url, "OTHER": {"valueFrom": {}}}}}

    assert hub("KG451", content) == [("singleuser.extraEnv.URL", "warning")] * count


@pytest.mark.parametrize(
    ("others", "spec", "content", "count"),
    [
        ([namespace("restricted")], {}, {}, 1),
        ([namespace("baseline")], {}, {}, 1),
        ([], {"syncPolicy": {"managedNamespaceMetadata": namespace("restricted")["metadata"]}}, {}, 1),
        ([namespace("privileged")], {}, {}, 0),
        ([namespace("restricted")], {}, {"singleuser": {"cloudMetadata": {"blockWithIptables": False}}}, 0),
        ([], {}, {}, 0),
    ],
)
def test_privileged_notebook_in_a_namespace_that_refuses_it(others, spec, content, count):
    assert len(hub("KG452", content, *others, **spec)) == count


@pytest.mark.parametrize(
    ("config", "more", "count"),
    [
        ({}, ROUTED, 1),
        ({"JupyterHub": {"authenticator_class": "dummy"}}, {"ingress": {"enabled": True}}, 1),
        ({"JupyterHub": {"authenticator_class": "native"}}, ROUTED, 0),
        ({"DummyAuthenticator": {"password": "x"}}, ROUTED, 0),
        ({}, {}, 0),
    ],
)
def test_hub_that_takes_anybody(config, more, count):
    assert len(hub("KG453", {"hub": {"config": config}, **more})) == count


def test_authenticator_may_be_set_in_a_secret_or_in_python():
    assert hub("KG453", {"hub": {"existingSecret": "oauth"}, **ROUTED}) == []
    assert hub("KG453", {"hub": {"extraConfig": {"auth": "c.JupyterHub.x = 1"}}, **ROUTED}) == []


def test_secret_of_the_hub():
    content = {"hub": {"existingSecret": "oauth"}}

    assert hub("KG447", content) == [("hub.existingSecret", "error")]
    assert hub("KG447", content, of=cluster(existing=["Secret/jupyterhub/oauth"])) == []


@pytest.mark.parametrize(("amount", "wrong"), [("2G", False), ("1.5G", False), ("512M", False), (2**30, False),
                                               ("2Gi", True), ("2GB", True), ("2", True), ("2g", True)])  # fmt: skip
def test_memory_in_the_units_of_jupyterhub(amount, wrong):
    profile = {"display_name": "a", "kubespawner_override": {"mem_guarantee": amount}}

    found = hub("KG470", {"singleuser": {"memory": {"limit": amount}, "profileList": [profile, None]}})

    places = ["singleuser.memory.limit", "singleuser.profileList.0.kubespawner_override.mem_guarantee"]
    assert found == [(place, "error") for place in places if wrong]


def test_account_of_notebooks():
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "notebook", "namespace": "jupyterhub"},
    }
    profile = {"display_name": "a", "kubespawner_override": {"service_account": "other"}}
    content = {"singleuser": {"serviceAccountName": "notebook", "profileList": [profile]}}

    assert hub("KG471", content, account) == [
        ("singleuser.profileList.0.kubespawner_override.service_account", "error")
    ]
