"""Ports, and the parts of pods: what contradicts itself, and nothing that a runtime may still add."""

import pytest

from tests.checks.rules.containers import deployment, of_container, of_pod, runtime, thing
from tests.checks.trees import places, service


@pytest.mark.parametrize(
    ("ports", "found"),
    [
        ([{"containerPort": 8080, "name": "http"}, {"containerPort": 8080, "protocol": "UDP"}], []),
        ([{"containerPort": 0}], [("ports.0.containerPort", "error")]),
        ([{"containerPort": 70000}], [("ports.0.containerPort", "error")]),
        ([{"containerPort": 1, "name": "HTTP"}], [("ports.0.name", "error")]),
        ([{"containerPort": 1, "name": "80"}], [("ports.0.name", "error")]),
        ([{"containerPort": 1, "name": "a--b"}], [("ports.0.name", "error")]),
        ([{"containerPort": 1, "name": "sixteen-letters-"}], [("ports.0.name", "error")]),
        ([{"containerPort": 1, "name": "a" * 16}], [("ports.0.name", "error")]),
        ([{"containerPort": 1, "name": "a"}, {"containerPort": 2, "name": "a"}], [("ports.1.name", "error")]),
        ([{"containerPort": 1}, {"containerPort": 1, "protocol": "TCP"}], [("ports.1", "warning")]),
    ],
)
def test_ports_of_containers(ports, found):
    assert of_container("KG136", ports=ports) == found


def test_a_port_twice_is_refused_in_a_kind_of_kserves():
    model = service()
    model["spec"]["predictor"]["model"]["ports"] = [{"containerPort": 1}, {"containerPort": 1}]

    assert places("KG136", model) == [("spec.predictor.model.ports.1", "error")]


@pytest.mark.parametrize(
    ("port", "wrong"), [("http", False), ("grpc", True), (8080, False), (0, True), ("8080", True), ("Http", True)]
)
def test_ports_of_probes(port, wrong):
    found = of_container(
        "KG136", ports=[{"containerPort": 80, "name": "http"}], readinessProbe={"httpGet": {"port": port}}
    )

    assert found == ([("readinessProbe.httpGet.port", "error")] if wrong else [])


def test_the_port_of_a_probe_may_come_from_the_runtime():
    model = service()
    model["spec"]["predictor"]["model"]["readinessProbe"] = {"tcpSocket": {"port": "h2c"}}
    transformer = {"containers": [{"image": "x", "readinessProbe": {"tcpSocket": {"port": "h2c"}}}]}

    assert places("KG136", model) == []
    assert len(places("KG136", service(transformer=transformer))) == 1


@pytest.mark.parametrize(
    ("ports", "found"),
    [
        ([{"port": 80}], []),
        ([{"port": 80, "targetPort": "http", "name": "web"}, {"port": 81, "name": "b"}], []),
        ([{"port": 80}, {"port": 81, "name": "b"}], ["0"]),
        ([{"port": 80, "name": "a"}, {"port": 81, "name": "a"}], ["1.name"]),
        ([{"port": 80, "name": "a"}, {"port": 80, "name": "b"}], ["1.port"]),
        ([{"port": 80, "name": "A_b"}], ["0.name"]),
        ([{"port": 99999, "targetPort": 99999}], ["0.port", "0.targetPort"]),
        ([{"port": 80, "targetPort": "8080"}], ["0.targetPort"]),
    ],
)
def test_ports_of_services(ports, found):
    manifest = thing("Service", "v1", spec={"ports": ports})

    assert places("KG136", manifest) == [(f"spec.ports.{place}", "error") for place in found]


@pytest.mark.parametrize(
    ("pod", "found"),
    [
        ({"initContainers": [{"name": "c", "image": "x"}]}, ["initContainers.0.name"]),
        ({"initContainers": [{"name": "I_c", "image": "x"}]}, ["initContainers.0.name"]),
        ({"volumes": [{"name": "v", "emptyDir": {}}, {"name": "v", "secret": {}}]}, ["volumes.1.name"]),
        ({"volumes": [{"name": "V", "emptyDir": {}}]}, ["volumes.0.name"]),
        ({"volumes": [{"name": "v", "emptyDir": {}, "secret": {}}]}, ["volumes.0"]),
        ({"volumes": [{"name": "v", "emptyDir": {}, "secret": None}]}, []),
    ],
)
def test_names_in_a_pod(pod, found):
    assert of_pod("KG137", **pod) == [(place, "error") for place in found]


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ([{"name": "A.b-c", "value": "1"}], []),
        ([{"name": "a=b"}], [("env.0.name", "error")]),
        ([{"name": ""}], [("env.0.name", "error")]),
        ([{"name": "A"}, {"name": "A"}], [("env.1.name", "warning")]),
        ([{"name": "A", "value": "1", "valueFrom": {"fieldRef": {}}}], [("env.0", "error")]),
        ([{"name": "A", "valueFrom": {"fieldRef": {}, "secretKeyRef": {}}}], [("env.0.valueFrom", "error")]),
    ],
)
def test_variables(env, found):
    assert of_container("KG137", env=env) == found


def test_a_probe_of_two_kinds():
    probe = {"httpGet": {"port": 1}, "exec": {"command": ["a"]}}

    assert of_container("KG137", livenessProbe=probe) == [("livenessProbe", "error")]


MOUNT = {"volumeMounts": [{"name": "data", "mountPath": "/data"}]}
DATA = {"volumes": [{"name": "data", "emptyDir": {}}]}


def test_a_mount_needs_its_volume():
    assert of_container("KG137", **MOUNT) == [("volumeMounts.0.name", "error")]
    assert places("KG137", deployment(MOUNT, **DATA)) == []


def test_a_path_is_mounted_once():
    twice = {"volumeMounts": MOUNT["volumeMounts"] * 2}

    assert [at for at, _ in places("KG137", deployment(twice, **DATA))] == [
        "spec.template.spec.containers.0.volumeMounts.1.mountPath"
    ]


def model(runtime, **predictor):
    manifest = service(predictor or None)
    given = {**manifest["spec"]["predictor"]["model"], "runtime": runtime, **MOUNT}
    manifest["spec"]["predictor"]["model"] = given
    return manifest


@pytest.mark.parametrize(
    ("manifests", "wrong"),
    [
        ([model("kserve-sklearnserver")], True),
        ([model("kserve-sklearnserver", **DATA)], False),
        ([model("mine"), runtime(**DATA)], False),
        ([model("mine"), runtime()], True),
        ([model("mine")], False),
        ([model(None)], False),
        ([service(transformer={"containers": [{"image": "x", **MOUNT}]})], True),
        ([runtime(containers=[{"name": "kserve-container", **MOUNT}])], False),
    ],
)
def test_a_volume_may_come_from_the_runtime(manifests, wrong):
    assert [severity for _, severity in places("KG137", *manifests)] == (["error"] if wrong else [])


def test_claims_of_a_stateful_set_are_volumes():
    manifest = deployment(MOUNT) | {"kind": "StatefulSet"}
    manifest["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}}]

    assert places("KG137", manifest) == []


def test_kserve_names_a_single_container():
    assert places("KG137", service(transformer={"containers": [{"name": "My_T", "image": "x"}]})) == []


@pytest.mark.parametrize(
    ("container", "place"),
    [
        ({"name": ""}, "name"),
        (
            {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": ""}}}]},
            "env.0.valueFrom.secretKeyRef.key",
        ),
    ],
)
def test_empty_texts_in_a_container(container, place):
    assert of_container("KG137", **container) == [(place, "error")]


@pytest.mark.parametrize(
    ("volume", "place"),
    [
        ({"name": "", "emptyDir": {}}, "name"),
        ({"name": "v", "persistentVolumeClaim": {"claimName": ""}}, "persistentVolumeClaim.claimName"),
        ({"name": "v", "secret": {"items": [{"key": "", "path": "x"}]}}, "secret.items.0.key"),
        ({"name": "v", "configMap": {"items": [{"key": "a", "path": ""}]}}, "configMap.items.0.path"),
    ],
)
def test_empty_texts_in_a_volume(volume, place):
    assert of_pod("KG137", volumes=[volume]) == [(f"volumes.0.{place}", "error")]


def test_a_pod_has_a_container():
    assert of_pod("KG137", containers=[]) == [("containers", "error")]


@pytest.mark.parametrize(
    ("selector", "place"),
    [
        ({"matchLabels": {"app": "a"}}, None),
        ({"matchLabels": {"app": "b"}}, "spec.selector.matchLabels.app"),
        ({"matchLabels": {"tier": "a"}}, "spec.selector.matchLabels.tier"),
        ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, None),
        ({}, "spec.selector"),
    ],
)
def test_a_workload_selects_its_own_pods(selector, place):
    manifest = deployment()
    manifest["spec"] = {
        "selector": selector,
        "template": {**manifest["spec"]["template"], "metadata": {"labels": {"app": "a"}}},
    }

    assert places("KG137", manifest) == ([(place, "error")] if place else [])


@pytest.mark.parametrize(
    ("toleration", "place"),
    [
        ({"operator": "Exists"}, ""),
        ({"key": "gpu", "operator": "Exists", "value": "", "effect": ""}, ""),
        ({"key": "gpu", "value": "a100", "effect": "NoSchedule"}, ""),
        ({"key": "gpu", "operator": "Exists", "effect": "NoSchedul"}, ".effect"),
        ({"key": "gpu", "operator": "Exist"}, ".operator"),
        ({"key": "gpu", "operator": "Exists", "value": "true"}, ".value"),
        ({"effect": "NoExecute"}, None),
    ],
)
def test_tolerations(toleration, place):
    wanted = [] if place == "" else [(f"tolerations.0{place or ''}", "error")]

    assert of_pod("KG137", tolerations=[toleration]) == wanted
