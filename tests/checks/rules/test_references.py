"""Names of accounts, Secrets and ConfigMaps that lead nowhere, and those that do not."""

import pytest

from tests.checks.trees import cluster, findings, places, said, service, tree

EXISTING = "list it under existing in platform.yaml"
KEYS = """
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: keys, namespace: kserve}
spec: {encryptedData: {TOKEN: x}}
"""
ACCOUNT = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "sa-models", "namespace": "kserve"}}
OTHER_FOLDER = """
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: other, namespace: argocd}
spec: {destination: {namespace: kserve}, source: {path: deploy}}
"""


def with_account(name):
    return service({"serviceAccountName": name})


def with_env(**source):
    return service({"model": {"modelFormat": {"name": "sklearn"}, "env": [{"name": "A", "valueFrom": source}]}})


@pytest.mark.parametrize("name", ["sa-models", "default", "", "{{.Name}}"])
def test_an_account_that_is_there(name):
    assert places("KG220", with_account(name), ACCOUNT) == []


def test_an_account_that_nothing_makes():
    [(at, severity, message, hint)] = said("KG220", with_account("sa-model"), ACCOUNT)
    assert (at, severity) == ("spec.predictor.serviceAccountName", "error")
    assert message == "there is no ServiceAccount 'sa-model' in namespace 'kserve': its pods are refused"
    assert hint == f"did you mean 'sa-models'? If not, make it, or {EXISTING}"


def test_an_account_of_another_namespace_is_none():
    abroad = {**ACCOUNT, "metadata": {"name": "sa-models", "namespace": "mlflow"}}
    [(_, _, _, hint)] = said("KG220", with_account("sa-models"), abroad)
    assert hint.startswith("there is one in namespace 'mlflow'")


def test_an_account_that_exists_already():
    assert places("KG220", with_account("sa"), of=cluster(existing=["ServiceAccount/kserve/sa"])) == []


def test_nothing_is_missed_in_a_namespace_that_others_fill():
    assert places("KG220", with_account("sa"), OTHER_FOLDER) == []


@pytest.mark.parametrize(
    ("manifest", "at"),
    [
        (
            service(transformer={"serviceAccountName": "absent", "containers": []}),
            "spec.transformer.serviceAccountName",
        ),
        (
            service(canary=[{"predictor": {"name": "new", "serviceAccountName": "absent"}}]),
            "spec.canary.0.predictor.serviceAccountName",
        ),
        (service({"workerSpec": {"serviceAccountName": "absent"}}), "spec.predictor.workerSpec.serviceAccountName"),
        (
            (
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: kserve}, "
                "spec: {template: {spec: {serviceAccountName: absent}}}}"
            ),
            "spec.template.spec.serviceAccountName",
        ),
        (
            (
                "{apiVersion: serving.kserve.io/v1alpha1, kind: InferenceGraph, metadata: {name: g, namespace: a}, "
                "spec: {serviceAccountName: absent}}"
            ),
            "spec.serviceAccountName",
        ),
        (
            (
                "{apiVersion: serving.kserve.io/v1alpha1, metadata: {name: l, namespace: a}, "
                "kind: LLMInferenceService, spec: {template: {serviceAccountName: absent}}}"
            ),
            "spec.template.serviceAccountName",
        ),
    ],
)
def test_every_pod_has_an_account(manifest, at):
    assert places("KG220", manifest) == [(at, "error")]


def test_the_accounts_that_kserve_makes_for_an_llm_are_there():
    llm = """{apiVersion: serving.kserve.io/v1alpha1, kind: LLMInferenceService, metadata: {name: l, namespace: a},
      spec: {router: {scheduler: {template: {serviceAccountName: l-epp-sa}}}}}"""
    assert places("KG220", llm) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"secretKeyRef": {"name": "keys", "key": "TOKEN"}}, []),
        ({"secretKeyRef": {"name": "absent", "key": "TOKEN", "optional": True}}, []),
        ({"configMapKeyRef": {"name": "kube-root-ca.crt", "key": "ca.crt"}}, []),
        ({"secretKeyRef": {"name": "absent", "key": "TOKEN"}}, ["secretKeyRef.name"]),
        ({"configMapKeyRef": {"name": "keys", "key": "TOKEN"}}, ["configMapKeyRef.name"]),
    ],
)
def test_a_variable_from_a_secret_or_config_map(source, expected):
    start = "spec.predictor.model.env.0.valueFrom."
    assert places("KG230", with_env(**source), KEYS) == [(start + at, "error") for at in expected]


def test_all_variables_from_a_secret():
    manifest = service({"model": {"envFrom": [{"secretRef": {"name": "absent"}}, {"secretRef": {"name": "keys"}}]}})
    assert places("KG230", manifest, KEYS) == [("spec.predictor.model.envFrom.0.secretRef.name", "error")]


@pytest.mark.parametrize(
    ("key", "hint"),
    [("TOKN", "did you mean 'TOKEN'?"), ("password", "it has TOKEN")],
)
def test_a_key_that_the_secret_does_not_have(key, hint):
    found = said("KG231", with_env(secretKeyRef={"name": "keys", "key": key}), KEYS)
    start = "spec.predictor.model.env.0.valueFrom.secretKeyRef.key"
    assert found == [(start, "error", f"Secret 'keys' has no key '{key}'", hint)]


def test_a_key_that_is_there_or_optional_or_of_an_unknown_secret():
    for source in (
        {"name": "keys", "key": "TOKEN"},
        {"name": "keys", "key": "absent", "optional": True},
        {"name": "absent", "key": "absent"},
    ):
        assert places("KG231", with_env(secretKeyRef=source), KEYS) == []


def test_a_key_of_a_volume():
    volume = {"name": "v", "secret": {"secretName": "keys", "items": [{"key": "absent", "path": "a"}]}}
    at = "spec.predictor.volumes.0.secret.items.0.key"
    assert places("KG231", service({"volumes": [volume]}), KEYS) == [(at, "error")]


def certificate(**issuer):
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": {"name": "c", "namespace": "kserve"},
        "spec": {"secretName": "tls", "issuerRef": issuer},
    }


ISSUER = {"apiVersion": "cert-manager.io/v1", "kind": "Issuer", "metadata": {"name": "here", "namespace": "kserve"}}
EVERYWHERE = {"apiVersion": "cert-manager.io/v1", "kind": "ClusterIssuer", "metadata": {"name": "all"}}


@pytest.mark.parametrize(
    ("issuer", "missing"),
    [
        ({"name": "here"}, False),
        ({"name": "all", "kind": "ClusterIssuer"}, False),
        ({"name": "absent", "kind": "Special", "group": "example.com"}, False),
        ({"name": "all"}, True),
        ({"name": "here", "kind": "ClusterIssuer"}, True),
    ],
)
def test_the_issuer_of_a_certificate(issuer, missing):
    expected = [("spec.issuerRef.name", "error")] if missing else []
    assert places("KG233", certificate(**issuer), ISSUER, EVERYWHERE) == expected


def test_the_issuers_of_a_cluster_may_be_anybodys():
    assert places("KG233", certificate(name="letsencrypt", kind="ClusterIssuer"), ISSUER) == []


def test_a_pull_secret_that_nothing_makes_is_a_warning():
    account = {**ACCOUNT, "imagePullSecrets": [{"name": "absent"}]}
    found = places("KG234", service({"imagePullSecrets": [{"name": "keys"}, {"name": "absent"}]}), account, KEYS)
    assert found == [("spec.predictor.imagePullSecrets.1.name", "warning"), ("imagePullSecrets.0.name", "warning")]


TRIGGER = {"apiVersion": "keda.sh/v1alpha1", "metadata": {"name": "t", "namespace": "kserve"}}


def external(name):
    reference = {"authModes": "bearer", "authenticationRef": {"name": name}}
    metric = {"type": "External", "external": {"authenticationRef": reference}}
    return service({"autoScaling": {"metrics": [metric]}})


def test_an_authentication_of_keda():
    trigger = {**TRIGGER, "kind": "TriggerAuthentication"}
    at = "spec.predictor.autoScaling.metrics.0.external.authenticationRef.authenticationRef.name"
    assert places("KG235", external("t"), trigger) == []
    assert places("KG235", external("absent"), trigger) == [(at, "error")]


def test_a_cluster_trigger_authentication_is_no_trigger_authentication():
    scaled = {**TRIGGER, "kind": "ScaledObject"}
    scaled["spec"] = {"triggers": [{"authenticationRef": {"name": "t", "kind": "ClusterTriggerAuthentication"}}]}
    trigger = {**TRIGGER, "kind": "TriggerAuthentication"}
    cluster_wide = {**TRIGGER, "kind": "ClusterTriggerAuthentication", "metadata": {"name": "t"}}
    assert places("KG235", scaled, trigger) == [("spec.triggers.0.authenticationRef.name", "error")]
    assert places("KG235", scaled, cluster_wide) == []


def test_the_secret_of_a_trigger_authentication():
    trigger = {**TRIGGER, "kind": "TriggerAuthentication"}
    trigger["spec"] = {"secretTargetRef": [{"name": "absent", "key": "a"}, {"name": "keys", "key": "a"}]}
    assert places("KG230", trigger, KEYS) == [("spec.secretTargetRef.0.name", "error")]
    assert places("KG231", trigger, KEYS) == [("spec.secretTargetRef.1.key", "error")]


@pytest.mark.parametrize(
    ("storage", "at"),
    [
        ({"serviceAccountName": "sa-models"}, None),
        ({"serviceAccountName": "absent"}, "spec.predictor.logger.storage.serviceAccountName"),
        ({"path": "logs"}, "spec.predictor.logger.storage"),
    ],
)
def test_the_account_of_a_logger(storage, at):
    manifest = service({"logger": {"mode": "all", "storage": storage}})
    assert places("KG237", manifest, ACCOUNT) == ([(at, "warning")] if at else [])


def test_an_account_inside_the_model_is_no_field():
    manifest = service()
    manifest["spec"]["predictor"]["model"]["serviceAccountName"] = "sa-models"
    [found] = [found for found in findings(manifest, ACCOUNT) if found.code == "KG110"]
    assert "serviceAccountName" in found.message


def binding(role="reader", account="sa-models", namespace="kserve"):
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "b", "namespace": "kserve"},
        "roleRef": {"kind": "Role", "name": role},
        "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": namespace}],
    }


ROLE = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role"}
ROLE["metadata"] = {"name": "reader", "namespace": "kserve"}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (binding(), []),
        (binding(namespace="elsewhere"), []),
        (binding(role="absent"), [("roleRef.name", "error")]),
        (binding(account="absent"), [("subjects.0.name", "warning")]),
    ],
)
def test_a_binding_needs_its_role_and_its_accounts(found, expected):
    assert places("KG239", found, ROLE, ACCOUNT) == expected


def test_a_reference_in_a_tree_without_anything_else_is_told_once():
    one = tree(with_account("absent"))
    assert [pod.name for pod in one.services] == ["iris"]
    assert len(said("KG220", with_account("absent"))) == 1
