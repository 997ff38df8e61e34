"""What will be in the cluster beside the objects of the tree, and where nobody can tell."""

import pytest

from kserve_gitops.checks.world.made import Made, Port, keys_of, made
from tests.checks.trees import cluster, service, tree, values_row

SEALED = """
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: keys, namespace: kserve}
spec:
  encryptedData: {AWS_ACCESS_KEY_ID: x}
  template: {data: {AWS_SECRET_ACCESS_KEY: x}, metadata: {annotations: {serving.kserve.io/s3-region: eu}}}
"""


def application(name="app", namespace="apps", **source):
    spec = {"destination": {"namespace": namespace}, "sources": [source]}
    metadata = {"name": name, "namespace": "argocd"}
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": metadata, "spec": spec}


def test_a_sealed_secret_makes_a_secret_with_its_keys_and_annotations():
    found = made(tree(SEALED)).find("Secret", "kserve", "keys")
    assert isinstance(found, Made)
    assert found.keys == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    assert found.annotations == {"serving.kserve.io/s3-region": "eu"}
    assert found.by.label == "SealedSecret 'keys'"


@pytest.mark.parametrize(
    ("manifest", "kind", "name", "keys"),
    [
        (
            (
                "{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: c, namespace: kserve}, "
                "spec: {secretName: tls}}"
            ),
            "Secret",
            "tls",
            {"tls.crt", "tls.key", "ca.crt"},
        ),
        (
            (
                "{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: e, namespace: kserve}, "
                "spec: {data: [{secretKey: a}]}}"
            ),
            "Secret",
            "e",
            {"a"},
        ),
        (
            (
                "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: g, namespace: kserve, "
                "annotations: {cert-manager.io/issuer: i}}, "
                "spec: {listeners: [{tls: {certificateRefs: [{name: tls}]}}]}}"
            ),
            "Secret",
            "tls",
            {"tls.crt", "tls.key", "ca.crt"},
        ),
        (
            (
                "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: kserve}, "
                "spec: {replicas: 2, volumeClaimTemplates: [{metadata: {name: data}}]}}"
            ),
            "PersistentVolumeClaim",
            "data-db-1",
            None,
        ),
        (
            "{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: kserve}, stringData: {a: b}, data: {c: d}}",
            "Secret",
            "s",
            {"a", "c"},
        ),
    ],
)
def test_operators_make_secrets_and_claims(manifest, kind, name, keys):
    found = made(tree(manifest)).find(kind, "kserve", name)
    assert keys_of(found) == keys


@pytest.mark.parametrize(
    ("kind", "name"),
    [("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")],
)
def test_every_namespace_has_these(kind, name):
    assert made(tree()).known(kind, "anywhere", name)


def test_the_world_of_a_tree_is_put_together_once():
    one = tree(service())
    assert made(one) is made(one)


def test_the_children_of_a_model_depend_on_the_platform():
    settings = {"controller__gateway__ingressGateway__enableGatewayApi": True}
    world = made(tree(service(), of=cluster(**settings)))
    assert world.find("HTTPRoute", "kserve", "iris-predictor").by.label == "InferenceService 'iris'"
    assert world.find("Service", "kserve", "iris-predictor").ports == (Port("iris-predictor", 80),)
    assert world.find("Ingress", "kserve", "iris") is None
    assert made(tree(service())).known("Ingress", "kserve", "iris")


def test_nothing_leads_to_a_model_that_stays_inside_the_cluster():
    inside = service()
    inside["metadata"]["labels"] = {"networking.kserve.io/visibility": "cluster-local"}
    assert made(tree(inside)).find("Ingress", "kserve", "iris") is None


def test_the_ports_of_a_model_are_not_known_where_somebodys_runtime_serves_it():
    runtime = {"model": {"modelFormat": {"name": "x"}, "runtime": "mine"}}
    assert made(tree(service(runtime))).find("Service", "kserve", "iris-predictor").ports == ()


def test_an_existing_thing_is_known_and_suggested():
    world = made(tree(of=cluster(existing=["Secret/kserve/keys"])))
    assert world.known("Secret", "kserve", "keys")
    assert world.of("Secret", "kserve") == ["keys"]
    assert world.find("Secret", "kserve", "keys") is None


@pytest.mark.parametrize(
    ("source", "opened"),
    [
        ({"chart": "postgresql", "repoURL": "example.com"}, True),
        ({"path": "deploy", "repoURL": "https://example.com/a.git"}, True),
        ({"path": "config/crd", "repoURL": "https://example.com/a.git"}, False),
        ({"path": "platform/dist/production/manifests/app"}, False),
        ({"ref": "values"}, False),
        ({"chart": "mlflow"}, False),
        ({"chart": "mlflow", "helm": {"parameters": [{"name": "a", "value": "b"}]}}, True),
        ({"chart": "mlflow", "helm": {"valuesObject": {"postgresql": {"enabled": True}}}}, True),
        ({"chart": "traefik", "helm": {"valuesObject": {"extraObjects": [{}]}}}, True),
    ],
)
def test_a_namespace_is_open_where_others_bring_what_nobody_knows(source, opened):
    world = made(tree(application(**source)))
    assert ("apps" in world.open_namespaces) is opened
    assert world.known("Secret", "apps", "anything") is opened
    assert not world.known("Secret", "elsewhere", "anything")


def test_an_application_without_a_namespace_may_fill_every_one():
    assert made(tree(application(namespace=None, path="deploy"))).known("Secret", "anywhere", "x")


def test_a_kind_that_nobody_knows_opens_its_namespace():
    foreign = {"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "spec": {"instances": 1}}
    foreign["metadata"] = {"name": "db", "namespace": "kserve"}
    assert made(tree(foreign)).known("Secret", "kserve", "db-app")


def test_a_copied_secret_is_known_in_every_namespace():
    copied = SEALED.replace("serving.kserve.io/s3-region: eu", "reflector.v1.k8s.emberstack.com/reflects: a/b")
    assert made(tree(copied)).known("Secret", "elsewhere", "keys")


@pytest.mark.parametrize(
    ("chart", "written", "kind", "namespace", "name"),
    [
        ("mlflow", {}, "Service", "apps", "app-mlflow"),
        ("mlflow", {"fullnameOverride": "tracking"}, "Service", "apps", "tracking"),
        ("mlflow", {"serviceAccount": {"name": "own"}}, "ServiceAccount", "apps", "own"),
        ("jupyterhub", {}, "Service", "apps", "proxy-public"),
        ("jupyterhub", {"fullnameOverride": "jh"}, "Service", "apps", "jh-proxy-public"),
        ("traefik", {}, "Service", "apps", "app-traefik"),
        ("traefik", {"providers": {"kubernetesGateway": {"enabled": True}}}, "GatewayClass", "", "traefik"),
        ("traefik", {"providers": {"kubernetesGateway": {"enabled": True}}}, "Gateway", "apps", "traefik-gateway"),
        ("sealed-secrets", {"fullnameOverride": "controller"}, "Service", "apps", "controller"),
        ("cert-manager", {}, "ServiceAccount", "apps", "app-cert-manager"),
        ("kserve", {}, "ConfigMap", "apps", "inferenceservice-config"),
        (
            "kserve",
            {
                "kserve": {
                    "controller": {"gateway": {"ingressGateway": {"createGateway": True, "enableGatewayApi": True}}}
                }
            },
            "Gateway",
            "apps",
            "kserve-ingress-gateway",
        ),
    ],
)
def test_known_charts_bring_what_people_refer_to(chart, written, kind, namespace, name):
    world = made(tree(application(chart=chart), values=[values_row(chart, "1", written)]))
    assert isinstance(world.find(kind, namespace, name), Made)


def test_the_release_is_the_application_unless_it_says_otherwise():
    named = application(chart="mlflow", helm={"releaseName": "mlflow"})
    assert made(tree(named)).find("Service", "apps", "mlflow").ports == (Port("http", 80),)


@pytest.mark.parametrize(
    ("kind", "name", "known"),
    [
        ("Secret", "app-mlflow-anything", True),
        ("Secret", "other", False),
        ("PersistentVolumeClaim", "app-mlflow", False),
    ],
)
def test_what_is_called_like_a_chart_may_be_a_part_of_it(kind, name, known):
    assert made(tree(application(chart="mlflow"))).known(kind, "apps", name) is known


def test_traefiks_service_has_the_ports_that_are_exposed():
    ports = {
        "web": {"exposedPort": 8080},
        "metrics": {"exposedPort": 9100},
        "websecure": {"expose": {"default": False}},
    }
    world = made(tree(application(chart="traefik"), values=[values_row("traefik", "1", {"ports": ports})]))
    assert world.find("Service", "apps", "app-traefik").ports == (Port("web", 8080),)


def test_an_object_without_a_namespace_goes_where_its_application_delivers():
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "sa"}}
    delivered = application("models-kserve", "kserve", path="dist/production/manifests/models-kserve")
    assert made(tree(account, delivered)).known("ServiceAccount", "kserve", "sa")


def test_what_is_made_of_it_goes_there_too():
    delivered = application("models-kserve", "kserve", path="dist/production/manifests/models-kserve")
    unplaced = SEALED.replace(", namespace: kserve", "")
    assert made(tree(unplaced, delivered)).find("Secret", "kserve", "keys") is not None


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("kees", "did you mean 'keys'? If not, make it"),
        ("other", "make it in namespace 'kserve'"),
        ("abroad", "there is one in namespace 'mlflow', which counts in that one alone; make one here"),
    ],
)
def test_advice_knows_what_is_near_and_what_is_elsewhere(name, advice):
    abroad = SEALED.replace("name: keys, namespace: kserve", "name: abroad, namespace: mlflow")
    assert made(tree(SEALED, abroad)).advice("Secret", "kserve", name) == advice
