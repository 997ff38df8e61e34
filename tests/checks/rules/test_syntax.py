"""Quantities, ports, images, hosts and the parts of pods: what the API server refuses although it fits the schema."""

import pytest

from tests.checks.trees import places, said, service

GPU = "nvidia.com/gpu"


def thing(kind, api_version, **rest):
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a", "namespace": "n"}, **rest}


def deployment(container=None, **pod):
    containers = [{"name": "c", "image": "x", **(container or {})}]
    return thing("Deployment", "apps/v1", spec={"template": {"spec": {"containers": containers, **pod}}})


def of_container(code, **container):
    """Places in the container of a Deployment, with severities."""
    found = places(code, deployment(container))
    return [(at.removeprefix("spec.template.spec.containers.0").lstrip("."), severity) for at, severity in found]


def of_pod(code, **pod):
    found = places(code, deployment(**pod))
    return [(at.removeprefix("spec.template.spec."), severity) for at, severity in found]


@pytest.mark.parametrize(
    ("resources", "found"),
    [
        ({"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"cpu": 1, "memory": "1024Mi"}}, []),
        ({"requests": {"cpu": 0.5}}, []),
        ({"requests": {"cpu": "2 cores"}}, [("requests.cpu", "error")]),
        ({"limits": {"memory": "2GB"}}, [("limits.memory", "error")]),
        ({"limits": {"cpu": "-1"}}, [("limits.cpu", "error")]),
        ({"limits": {"memory": "512m"}}, [("limits.memory", "warning")]),
        ({"limits": {"cpu": True}}, [("limits.cpu", "error")]),
        ({"requests": {"cpu": "2"}, "limits": {"cpu": "1500m"}}, [("requests.cpu", "error")]),
        ({"limits": {"Memory": "1Gi"}}, [("limits.Memory", "error")]),
        ({"limits": {"gpu": 1}}, [("limits.gpu", "error")]),
        ({"limits": {GPU: 1}}, []),
        ({"limits": {GPU: "1"}, "requests": {GPU: 1}}, []),
        ({"limits": {GPU: "500m"}}, [(f"limits.{GPU}", "error")]),
        ({"requests": {GPU: 1}}, [(f"requests.{GPU}", "error")]),
        ({"limits": {GPU: 2}, "requests": {GPU: 1}}, [(f"requests.{GPU}", "error")]),
        ({"limits": {"hugepages-2Mi": "4Mi"}, "requests": {"hugepages-2Mi": "4Mi"}}, []),
    ],
)
def test_resources(resources, found):
    assert of_container("KG135", resources=resources) == [(f"resources.{place}", how) for place, how in found]


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("2GB", "did you mean '2Gi'?"),
        ("512 MB", "did you mean '512Mi'?"),
        ("1.5gib", "did you mean '1.5Gi'?"),
        ("x", ""),
    ],
)
def test_a_unit_that_was_meant(value, hint):
    assert [found[3] for found in said("KG135", deployment({"resources": {"limits": {"memory": value}}}))] == [hint]


def test_a_model_may_get_its_limit_from_its_runtime():
    model = service()
    model["spec"]["predictor"]["model"]["resources"] = {"requests": {GPU: 1, "cpu": "8"}}

    assert places("KG135", model) == []


@pytest.mark.parametrize(
    ("requests", "found"),
    [
        ({"storage": "10Gi"}, []),
        ({"storage": "10 GB"}, ["spec.resources.requests.storage"]),
        ({"storage": 0}, ["spec.resources.requests.storage"]),
        ({}, ["spec"]),
    ],
)
def test_claims(requests, found):
    claim = {"resources": {"requests": requests}}
    volumes = {"volumeClaimTemplates": [{"metadata": {"name": "d"}, "spec": claim}]}

    assert places("KG135", thing("PersistentVolumeClaim", "v1", spec=claim)) == [(place, "error") for place in found]
    assert len(places("KG135", thing("StatefulSet", "apps/v1", spec=volumes))) == len(found)


def test_other_quantities():
    assert of_pod("KG135", volumes=[{"name": "v", "emptyDir": {"sizeLimit": "1GB"}}]) == [
        ("volumes.0.emptyDir.sizeLimit", "error")
    ]
    assert places("KG135", thing("ResourceQuota", "v1", spec={"hard": {"requests.memory": "1GB", "pods": 5}})) == [
        ("spec.hard.requests.memory", "error")
    ]


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


def runtime(**spec):
    return thing("ServingRuntime", "serving.kserve.io/v1alpha1", spec=spec) | {
        "metadata": {"name": "mine", "namespace": "kserve"}
    }


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
    ("image", "wrong"),
    [
        ("nginx", False),
        ("kserve/sklearnserver:v0.16.0", False),
        ("registry.example.com:5000/a/b_c-d.e:1.2@sha256:" + "a" * 64, False),
        ("localhost/a", False),
        ("Registry.example.com/a", False),
        ("{{ .Image }}", False),
        ("a:" + "b" * 2000, False),
        ("", True),
        (" nginx", True),
        ("a b", True),
        ("Nginx:1", True),
        ("registry.example.com/Team/a", True),
        ("https://registry.example.com/a", True),
        ("a:b:c", True),
        ("a@sha256:abc", True),
        ("<image>", True),
    ],
)
def test_images(image, wrong):
    assert of_container("KG138", image=image) == ([("image", "error")] if wrong else [])


def test_an_image_may_come_from_the_runtime():
    bare = {"containers": [{"name": "a"}]}

    assert places("KG138", service(bare)) == []
    assert places("KG138", service(transformer=bare)) == [("spec.transformer.containers.0", "error")]
    assert places("KG138", runtime(**bare)) == []


@pytest.mark.parametrize(
    ("host", "wrong"),
    [
        ("a.example.com", False),
        ("*.example.com", False),
        ("https://a.example.com", True),
        ("a.example.com:80", True),
        ("A.example.com", True),
        ("10.0.0.1", True),
    ],
)
def test_hosts(host, wrong):
    ingress = thing("Ingress", "networking.k8s.io/v1", spec={"rules": [{"host": host}], "tls": [{"hosts": [host]}]})
    certificate = thing("Certificate", "cert-manager.io/v1", spec={"dnsNames": [host]})

    assert [at for at, _ in places("KG139", ingress)] == (["spec.rules.0.host", "spec.tls.0.hosts.0"] if wrong else [])
    assert [at for at, _ in places("KG139", certificate)] == (["spec.dnsNames.0"] if wrong else [])


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


def test_a_claim_asks_for_storage():
    claim = thing("PersistentVolumeClaim", "v1", spec={"resources": {"requests": {"storagge": "1Gi"}}})

    assert places("KG135", claim) == [("spec.resources.requests.storagge", "error")]
