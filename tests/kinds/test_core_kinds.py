"""ConfigMap, Service, PersistentVolumeClaim, Certificate: each in the one shape that is needed."""

from kserve_gitops import Certificate, ConfigMap, PersistentVolumeClaim, Service


def test_claim_outlives_what_uses_it(chart, objects, golden):
    claim = PersistentVolumeClaim(chart, "database", namespace="mlflow", size="10Gi")

    [manifest] = objects(claim)

    assert manifest["metadata"]["annotations"] == {"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"}
    assert manifest["spec"]["resources"]["requests"] == {"storage": "10Gi"}
    assert manifest == golden


def test_config_map_keeps_text_exactly(chart, objects, golden):
    text = '{"a": 1}\n\n  two spaces \n'

    config = ConfigMap(chart, "config", name="page", namespace="clients", data={"model.json": text})

    [manifest] = objects(config)
    assert manifest["data"] == {"model.json": text}
    assert manifest == golden


def test_service_leads_from_port_80_to_a_port_by_name(chart, objects, golden):
    labels = {"app.kubernetes.io/name": "page"}

    service = Service(chart, "s", name="page", namespace="clients", selector=labels, target_port="http")

    [manifest] = objects(service)
    assert manifest["spec"]["ports"] == [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": "http"}]
    assert manifest["spec"]["selector"] == labels
    assert manifest == golden


def test_certificate_is_signed_by_an_issuer_of_the_whole_cluster(chart, objects, golden):
    secret = {"secret_name": "wildcard"}
    certificate = Certificate(
        chart, "c", namespace="traefik", cluster_issuer="letsencrypt", dns_names=["*.a.b"], **secret
    )

    [manifest] = objects(certificate)

    assert manifest["spec"]["issuerRef"]["kind"] == "ClusterIssuer"
    assert manifest == golden
