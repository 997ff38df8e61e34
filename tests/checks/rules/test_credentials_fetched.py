"""Secrets that an operator fetches, and other ways to keys than those that a ServiceAccount lists."""

import pytest

from tests.checks.estates import ARN, KEYS, S3, account, document, sealed
from tests.checks.trees import places, said, service

USING = service({"serviceAccountName": "sa"})


@pytest.mark.parametrize(
    ("keys", "missing"),
    [
        (("https-host",), "headers"),
        (("https-host", "headers"), None),
        (("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"), "AZURE_TENANT_ID"),
        (("AZURE_ACCESS_TOKEN",), "AZURE_TENANT_ID"),
        (("AZ_CLIENT_ID", "AZ_TENANT_ID"), None),
        (("AZURE_STORAGE_ACCESS_KEY",), None),
    ],
)
def test_a_secret_lacks_a_key_that_is_asked_for(keys, missing):
    found = said("KG222", USING, account("keys"), sealed(*keys, name="keys"))

    assert [hint for *_, hint in found] == ([f"add '{missing}'"] if missing else [])


def external(keys, type_="Opaque", beside=None, **annotations):
    template = {"type": type_, "metadata": {"annotations": annotations}}
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": "keys", "namespace": "kserve", "annotations": beside or {}},
        "spec": {"target": {"template": template}, "data": [{"secretKey": key} for key in keys]},
    }


def test_a_login_of_an_external_secret_is_for_no_store():
    given = external([".dockerconfigjson"], "kubernetes.io/dockerconfigjson")

    assert places("KG222", USING, account("keys"), given) == []
    assert places("KG222", USING, account("keys"), external(["password"])) == [("spec", "warning")]


def test_settings_beside_the_template_of_an_external_secret_do_not_reach_its_secret():
    setting = {f"{S3}region": "eu"}

    assert places("KG223", external(KEYS, beside=setting)) == [(f"metadata.annotations.{S3}region", "error")]
    assert places("KG223", external(KEYS, beside=setting, **setting)) == []
    bare = external(KEYS, beside=setting)
    del bare["spec"]["target"]
    assert places("KG223", bare) == []


@pytest.mark.parametrize(("value", "wrong"), [("off", True), ("0", False), ("{{ .https }}", False), (0, True)])
def test_settings_of_an_external_secret_are_read_in_its_template(value, wrong):
    at = f"spec.target.template.metadata.annotations.{S3}usehttps"

    assert places("KG224", external(KEYS, **{f"{S3}usehttps": value})) == ([(at, "error")] if wrong else [])


def test_certificates_that_an_external_secret_names():
    at = f"spec.target.template.metadata.annotations.{S3}cabundle-configmap"

    assert places("KG229", external(KEYS, **{f"{S3}cabundle-configmap": "ca"})) == [(at, "error")]


def test_a_role_of_pod_identity_is_as_good_as_keys():
    role = document("team-associations/kserve.sa", {"namespace": "kserve", "serviceAccount": "sa", "roleArn": ARN})
    beside = account("keys", name="other"), sealed(*KEYS, name="keys")

    assert places("KG226", USING, account(), *beside) == [("spec.predictor.model.storageUri", "warning")]
    assert places("KG226", USING, account(), *beside, values=[role]) == []


def test_a_container_that_downloads_may_bring_keys():
    container = {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "ClusterStorageContainer",
        "metadata": {"name": "own"},
        "spec": {"container": {"name": "x", "env": [{"name": "AWS_ACCESS_KEY_ID", "value": "x"}]}},
    }
    beside = account("keys", name="other"), sealed(*KEYS, name="keys")

    assert places("KG226", USING, account(), *beside, container) == []
