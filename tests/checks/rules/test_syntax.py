"""Quantities, images and hosts: what the API server refuses although it fits the schema."""

import pytest

from tests.checks.rules.containers import deployment, of_container, of_pod, runtime, thing
from tests.checks.trees import places, said, service

GPU = "nvidia.com/gpu"


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
    told = [place for code in ("KG135", "KG142", "KG143") for place in of_container(code, resources=resources)]

    assert told == [(f"resources.{place}", how) for place, how in found]


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


def test_a_claim_asks_for_storage():
    claim = thing("PersistentVolumeClaim", "v1", spec={"resources": {"requests": {"storagge": "1Gi"}}})

    assert places("KG135", claim) == [("spec.resources.requests.storagge", "error")]
