"""Secrets, and the accounts through which KServe finds them."""

from dataclasses import replace

import pytest

from kserve_gitops import Credentials, SealedSecret, ServiceAccount
from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs.credential import Credential, Need
from kserve_gitops.inputs.credential_contents import s3_annotations

CIPHERTEXT = {"AWS_ACCESS_KEY_ID": "AgA", "AWS_SECRET_ACCESS_KEY": "AgB"}


def test_annotations_stand_on_the_sealed_secret_and_on_its_template(chart, objects, golden):
    annotations = {"serving.kserve.io/s3-region": "ca-central-1"}

    sealed = SealedSecret(chart, "s3", namespace="kserve", encrypted_data=CIPHERTEXT, annotations=annotations)

    [manifest] = objects(sealed)
    assert manifest["spec"]["template"]["metadata"] == manifest["metadata"]
    assert manifest["metadata"]["annotations"] == annotations
    assert manifest == golden


def test_account_lists_the_secrets_it_may_use(chart, objects, golden):
    sealed = SealedSecret(chart, "s3", namespace="kserve", encrypted_data=CIPHERTEXT, annotations={})

    account = ServiceAccount(chart, "sa", namespace="kserve", secrets=[sealed])

    [manifest] = objects(account)
    assert manifest["secrets"] == [{"name": "s3"}]
    assert manifest == golden


def test_aws_needs_the_region_only(storage):
    assert s3_annotations(Credential("s3", "sa", storage=storage)) == {"serving.kserve.io/s3-region": "ca-central-1"}


@pytest.mark.parametrize(("scheme", "https"), [("https", "1"), ("http", "0")])
def test_endpoint_is_written_without_its_scheme(scheme, https, storage):
    elsewhere = replace(storage, endpoint=f"{scheme}://minio.example.com:9000")

    assert s3_annotations(Credential("s3", "sa", storage=elsewhere)) == {
        "serving.kserve.io/s3-region": "ca-central-1",
        "serving.kserve.io/s3-endpoint": "minio.example.com:9000",
        "serving.kserve.io/s3-usehttps": https,
    }


@pytest.fixture
def sealed(environment):
    """An environment with one sealed file, whose scope is the whole namespace."""
    credential = environment.credentials["s3-access"]
    scope = {"sealedsecrets.bitnami.com/namespace-wide": "true"}
    need = Need(credential, "kserve", ("mlflow",), Origin("s.yaml"), CIPHERTEXT, scope)
    return replace(environment, needs=(need,))


def test_scope_goes_with_the_ciphertext(chart, sealed, objects):
    app = Credentials(chart, environment=sealed, namespace="kserve", project="models")

    secret = objects(app)[1]

    assert secret["metadata"]["annotations"] == {
        "serving.kserve.io/s3-region": "ca-central-1",
        "sealedsecrets.bitnami.com/namespace-wide": "true",
    }
    assert secret["spec"]["encryptedData"] == CIPHERTEXT


def test_account_is_made_where_a_model_uses_the_credential(chart, sealed, objects, golden):
    credential = sealed.credentials["s3-access"]
    used = replace(sealed, needs=(replace(sealed.needs[0], users=("models",)),))

    app = Credentials(chart, environment=used, namespace="kserve", project="models")

    assert [manifest["kind"] for manifest in objects(app)] == ["Application", "SealedSecret", "ServiceAccount"]
    assert app.account(credential).account == "sa-s3-access"
    assert objects(app) == golden


def test_no_account_is_made_where_no_model_uses_the_credential(chart, sealed, objects):
    app = Credentials(chart, environment=sealed, namespace="kserve", project="models")

    assert [manifest["kind"] for manifest in objects(app)] == ["Application", "SealedSecret"]
    assert app.account(None) is None


def test_secret_is_found_by_its_credential(chart, sealed):
    app = Credentials(chart, environment=sealed, namespace="kserve", project="models")

    assert app.secret("s3-access").node.id == "s3-access"
