"""Logins of registries: used by the pods that need them, and listed where the kubelet looks."""

import pytest

from tests.checks.estates import KEYS, account, fetched, sealed
from tests.checks.trees import cluster, places, said, service

DOCKER = "kubernetes.io/dockerconfigjson"
AT = [("spec.predictor.model.storageUri", "warning")]
IMAGE = "oci://registry.example.com/models/iris:1.0"


def config(*registries):
    auths = ", ".join(f'"{name}": {{"auth": {{{{ .auth | toJson }}}}}}' for name in registries)
    return {".dockerconfigjson": f'{{"auths": {{{auths}}}}}'}


def login(*registries, name="docker", namespace="kserve"):
    return sealed("auth", name=name, namespace=namespace, type_=DOCKER, data=config(*registries))


def model(uri=IMAGE, **predictor):
    return service({"model": {"storageUri": uri}, "serviceAccountName": "sa", **predictor})


LOGIN = login("registry.example.com")


@pytest.mark.parametrize(
    ("manifests", "expected"),
    [
        ((model(), account(), LOGIN), AT),
        ((model(), account(pull=["docker"]), LOGIN), []),
        ((model(), account(pull=["other"]), LOGIN), AT),
        ((model(), account("docker"), LOGIN), []),
        ((model(imagePullSecrets=[{"name": "docker"}]), account(), LOGIN), []),
        ((model(), account(), login("registry.example.com", namespace="team")), []),
        ((model(), account(), login("other.example.com")), []),
        ((model(), LOGIN), []),
        ((model(serviceAccountName="default"), LOGIN), AT),
        ((model("s3://models/iris/7"), account(), LOGIN), []),
        ((model(), account(), sealed(".dockerconfigjson", name="docker", type_=DOCKER)), []),
        (
            (
                model(),
                account(),
                fetched("auth", name="docker", template={"type": DOCKER, "data": config("*.example.com")}),
            ),
            AT,
        ),
        (
            (
                model(canary=None),
                account(),
                LOGIN,
                account(pull=["docker"], name="other"),
            ),
            AT,
        ),
    ],
)
def test_a_login_that_is_there_and_not_used(manifests, expected):
    assert places("KG242", *manifests) == expected


def test_a_canary_has_the_account_of_the_stable_predictor():
    entry = {"predictor": {"name": "new", "model": {"storageUri": IMAGE}}}
    given = service({"model": {"storageUri": "pvc://a"}, "serviceAccountName": "sa"}, canary=[entry])

    assert places("KG242", given, account(pull=["docker"]), LOGIN) == []
    assert places("KG242", given, account(), LOGIN) == [("spec.canary.0.predictor.model.storageUri", "warning")]


@pytest.mark.parametrize("existing", ["ServiceAccount/kserve/default"])
def test_nothing_is_said_of_an_account_that_is_in_the_cluster_already(existing):
    assert places("KG242", model(serviceAccountName="default"), LOGIN, of=cluster(existing=[existing])) == []


@pytest.mark.parametrize(
    ("registry", "image", "fits"),
    [
        ("https://registry.example.com", IMAGE, True),
        ("registry.example.com/models", IMAGE, True),
        ("registry.example.com/team", IMAGE, False),
        ("registry.example.com:5000", IMAGE, False),
        ("*.example.com", IMAGE, True),
        ("https://index.docker.io/v1/", "oci://acme/iris:1", True),
        ("docker.io", "oci://acme/iris:1", True),
        ("acme", "oci://acme/iris:1", False),
        ("localhost", "oci://localhost/iris:1", True),
    ],
)
def test_a_login_is_for_images_of_its_registry(registry, image, fits):
    assert places("KG242", model(image), account(), login(registry)) == (AT if fits else [])


def test_the_login_is_told_with_where_to_list_it():
    [(_, _, message, hint)] = said("KG242", model(), account(), LOGIN)

    assert message == "Secret 'docker' has a login for 'registry.example.com', and the pod does not use it"
    assert hint == "list it under imagePullSecrets of the ServiceAccount 'sa'"


STRICT = {"kubernetes.io/enforce-mountable-secrets": "true"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (account("docker"), [("secrets.0.name", "warning")]),
        (account("docker", pull=["docker"]), []),
        (account("docker", **STRICT), []),
        (account(pull=["docker"]), []),
        (account(pull=["keys"]), [("imagePullSecrets.0.name", "error")]),
        (account("keys", pull=["absent"]), []),
        (account(pull=["tls"]), []),
    ],
)
def test_a_secret_stands_in_the_list_of_its_kind(given, expected):
    certificate = {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {"name": "c", "namespace": "kserve"},
        "spec": {"secretName": "tls"},
    }
    assert places("KG243", given, LOGIN, sealed(*KEYS, name="keys"), certificate) == expected


def test_a_login_without_the_type_is_none():
    [(_, _, message, hint)] = said("KG243", account(pull=["docker"]), sealed(".dockerconfigjson", name="docker"))

    assert message == "Secret 'docker' is of type 'Opaque', in which nobody looks for a login"
    assert hint == f"give it the type {DOCKER}"


def test_the_list_of_a_pod_is_looked_at_too():
    given = model(imagePullSecrets=[{"name": "keys"}])

    assert places("KG243", given, sealed(*KEYS, name="keys")) == [("spec.predictor.imagePullSecrets.0.name", "error")]
