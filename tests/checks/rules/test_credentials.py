"""How a model comes to its keys: what KServe refuses, what it passes over, and what is right."""

import pytest

from tests.checks.trees import cluster, places, said, service, values_row

ROLE = "eks.amazonaws.com/role-arn"
S3 = "serving.kserve.io/s3-"
BOTH = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
ACCESS, SECRET = BOTH
USING = service({"serviceAccountName": "sa"})


def account(*secrets, name="sa", **annotations):
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": "kserve", "annotations": annotations},
        "secrets": [{"name": secret} for secret in secrets],
    }


def sealed(*keys, name="keys", namespace="kserve", beside=None, **annotations):
    """Annotations are those of the template; `beside` are those of the SealedSecret itself."""
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {"name": name, "namespace": namespace, "annotations": beside or {}},
        "spec": {
            "encryptedData": dict.fromkeys(keys, "x"),
            "template": {"type": "Opaque", "metadata": {"annotations": annotations}},
        },
    }


def test_a_secret_that_nothing_makes():
    [(at, severity, message, hint)] = said("KG221", USING, account("key"), sealed(*BOTH))
    assert (at, severity) == ("secrets.0.name", "error")
    assert message == "there is no Secret 'key' in namespace 'kserve': the pods of its models are refused"
    assert hint.startswith("did you mean 'keys'?")


@pytest.mark.parametrize(
    "manifests",
    [
        (USING, account("keys"), sealed(*BOTH)),
        (USING, account("sa-token-x7k2p", "sa-dockercfg-x7k2p")),
        (service(), account("absent")),
        (service({"serviceAccountName": "sa", "model": {"storageUri": "pvc://a"}}), account("absent")),
    ],
)
def test_a_secret_that_is_there_or_that_kserve_does_not_read(manifests):
    assert places("KG221", *manifests) == []


def test_a_secret_of_another_namespace():
    [(_, _, _, hint)] = said("KG221", USING, account("keys"), sealed(*BOTH, namespace="mlflow"))
    assert hint.startswith("there is one in namespace 'mlflow'")


@pytest.mark.parametrize(
    ("setting", "annotation", "expected"),
    [
        ({}, "serving.kserve.io/secretName", True),
        ({}, "serving.kserve.io/storageSecretName", False),
        ({"storage__storageSecretNameAnnotation": "example.com/secret"}, "example.com/secret", True),
    ],
)
def test_a_secret_that_an_annotation_names(setting, annotation, expected):
    manifest = service(annotations={annotation: "absent"})
    found = [(f"metadata.annotations.{annotation}", "error")]
    assert places("KG221", manifest, of=cluster(**setting)) == (found if expected else [])


@pytest.mark.parametrize(
    ("keys", "severity"),
    [
        (tuple(BOTH), None),
        (("HF_TOKEN",), None),
        (("gcloud-application-credentials.json",), None),
        ((SECRET,), "error"),
        ((ACCESS,), "error"),
        (("AWS_SECRET_KEY", "AWS_ACCESS_KEY"), "error"),
        (("password",), "warning"),
        ((*BOTH, "HF_TOKEN"), "warning"),
    ],
)
def test_kserve_knows_a_secret_by_its_keys(keys, severity):
    found = places("KG222", USING, account("keys"), sealed(*keys))
    assert found == ([("spec.encryptedData", severity)] if severity else [])


def test_the_names_of_the_keys_are_settings():
    settings = {"storage__s3__accessKeyIdName": "id", "storage__s3__secretAccessKeyName": "key"}
    assert places("KG222", USING, account("keys"), sealed("id", "key"), of=cluster(**settings)) == []
    [(_, _, message, _)] = said("KG222", USING, account("keys"), sealed("key"), of=cluster(**settings))
    assert message == "Secret 'keys' is for S3, and has no key 'id': the download never starts"


def test_the_secret_of_an_account_that_no_model_uses_is_nobodys():
    assert places("KG222", service(), account("keys"), sealed("password")) == []


def test_settings_on_an_account_without_a_role_are_not_read():
    setting = {f"{S3}endpoint": "minio"}
    at = f"metadata.annotations.{S3}endpoint"
    assert places("KG223", account(**setting)) == [(at, "error")]
    assert places("KG223", account(**setting, **{ROLE: "arn"})) == []


def test_settings_beside_the_template_do_not_reach_the_secret():
    setting = {f"{S3}region": "eu"}
    at = f"metadata.annotations.{S3}region"
    assert places("KG223", sealed(*BOTH, beside=setting)) == [(at, "error")]
    assert places("KG223", sealed(*BOTH, beside=setting, **setting)) == []


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("endpoint", "minio.minio:9000", False),
        ("endpoint", "http://minio:9000", True),
        ("endpoint", "minio:9000 ", True),
        ("usehttps", "0", False),
        ("usehttps", "1", False),
        ("usehttps", "true", False),
        ("usehttps", "false", True),
        ("verifyssl", "False", False),
        ("verifyssl", "no", True),
        ("usevirtualbucket", "True", False),
        ("usevirtualbucket", "1", True),
        ("useanoncredential", "yes", True),
        ("region", "anything", False),
    ],
)
def test_what_a_setting_means(name, value, wrong):
    found = places("KG224", sealed(*BOTH, **{f"{S3}{name}": value}))
    assert found == ([(f"spec.template.metadata.annotations.{S3}{name}", "error")] if wrong else [])


def test_an_endpoint_with_a_scheme_says_what_to_write():
    [(_, _, message, hint)] = said("KG224", sealed(*BOTH, **{f"{S3}endpoint": "http://minio:9000/"}))
    assert "'https://http://minio:9000/'" in message
    assert hint == f"write 'minio:9000', and {S3}usehttps: '0'"


def test_an_endpoint_with_a_scheme_is_read_by_later_releases():
    manifest = sealed(*BOTH, **{f"{S3}endpoint": "http://minio:9000"})
    assert places("KG224", manifest, of=cluster("v0.17.0")) == []


def test_a_setting_in_a_template_is_text():
    [(_, _, message, _)] = said("KG224", sealed(*BOTH, **{f"{S3}usehttps": 0}))
    assert message == "'0' is no text, and an annotation is"


def test_a_setting_that_stands_in_both_places_is_told_once():
    setting = {f"{S3}usehttps": "off"}
    assert len(places("KG224", sealed(*BOTH, beside=setting, **setting))) == 1


def test_keys_win_over_a_role():
    role = {ROLE: "arn"}
    assert places("KG225", account("keys", **role), sealed(*BOTH)) == [("secrets.0.name", "warning")]
    assert places("KG225", account("keys"), sealed(*BOTH)) == []
    assert places("KG225", account(**role), sealed(*BOTH)) == []
    assert places("KG225", account("keys", **role), sealed("HF_TOKEN")) == []


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        (service({"serviceAccountName": "sa"}), []),
        (service(), ["spec.predictor.model.storageUri"]),
        (service({"serviceAccountName": "bare"}), ["spec.predictor.model.storageUri"]),
        (service({"serviceAccountName": "role"}), []),
        (service({"serviceAccountName": "other"}), []),
        (service(annotations={"serving.kserve.io/secretName": "keys"}), []),
        (service({"model": {"storageUri": "gs://a/b"}}), []),
        (service(namespace="elsewhere"), []),
        (
            service(
                {"serviceAccountName": "sa"},
                canary=[{"predictor": {"name": "new", "model": {"modelFormat": {}, "storageUri": "s3://a/b"}}}],
            ),
            [],
        ),
        (
            service({"serviceAccountName": "sa"}, transformer={"containers": [], "storageUris": [{"uri": "s3://a/b"}]}),
            ["spec.transformer.storageUris.0.uri"],
        ),
    ],
)
def test_a_model_without_keys_beside_others_that_have_some(manifest, expected):
    accounts = account("keys"), account(name="bare"), account(name="role", **{ROLE: "arn"})
    assert places("KG226", manifest, *accounts, sealed(*BOTH)) == [(at, "warning") for at in expected]


def test_nothing_is_said_about_keys_where_nobody_has_any():
    assert places("KG226", service({"serviceAccountName": "sa"}), account()) == []


STORAGE = sealed("default", "minio", name="storage-config")


def stored(key=None, **parameters):
    given = {"path": "iris", **({"key": key} if key else {}), **({"parameters": parameters} if parameters else {})}
    return service({"model": {"modelFormat": {"name": "sklearn"}, "storage": given}})


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        (stored("minio"), []),
        (stored(), []),
        (stored(type="s3", bucket="b"), []),
        (stored("mino"), ["spec.predictor.model.storage.key"]),
    ],
)
def test_an_entry_of_the_storage_secret(manifest, expected):
    assert places("KG227", manifest, STORAGE) == [(at, "error") for at in expected]


def test_the_storage_secret_is_missing():
    [(at, _, message, _)] = said("KG227", stored())
    assert at == "spec.predictor.model.storage"
    assert message.startswith("there is no Secret 'storage-config'")
    assert places("KG227", stored(type="s3", bucket="b")) == []


def test_the_storage_secret_is_a_setting():
    other = sealed("minio", name="other")
    assert places("KG227", stored("minio"), other, of=cluster(storage__storageSpecSecretName="other")) == []
    annotated = stored("minio")
    annotated["metadata"]["annotations"]["serving.kserve.io/secretName"] = "other"
    assert places("KG227", annotated, other) == []


def test_the_annotation_has_one_spelling():
    wrong = service(annotations={"serving.kserve.io/storageSecretName": "keys"})
    at = "metadata.annotations.serving.kserve.io/storageSecretName"
    assert said("KG228", wrong) == [
        (
            at,
            "error",
            "KServe does not read 'serving.kserve.io/storageSecretName' here",
            "write serving.kserve.io/secretName",
        )
    ]
    assert places("KG228", service(annotations={"serving.kserve.io/secretName": "keys"})) == []
    setting = {"storage__storageSecretNameAnnotation": "serving.kserve.io/storageSecretName"}
    assert places("KG228", wrong, of=cluster(**setting)) == []


def bundle(*keys):
    metadata = {"name": "ca", "namespace": "kserve"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": dict.fromkeys(keys, "x")}


def test_the_certificates_of_a_store():
    manifest = sealed(*BOTH, **{f"{S3}cabundle-configmap": "ca"})
    at = f"spec.template.metadata.annotations.{S3}cabundle-configmap"
    assert places("KG229", manifest, bundle("cabundle.crt")) == []
    assert places("KG229", manifest, bundle("ca.crt")) == [(at, "error")]
    assert places("KG229", manifest) == [(at, "error")]


@pytest.mark.parametrize(("keys", "severity"), [(["cabundle.crt"], None), (["ca.crt"], "error"), (None, "error")])
def test_the_certificates_of_the_platform(keys, severity):
    kserve = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "app", "namespace": "argocd"},
        "spec": {"destination": {"namespace": "kserve"}, "source": {"chart": "kserve"}},
    }
    written = values_row("kserve", "v0.16.0", {"kserve": {"storage": {"caBundleConfigMapName": "ca"}}})
    there = [] if keys is None else [bundle(*keys)]
    expected = [("kserve.storage.caBundleConfigMapName", severity)] if severity else []
    assert places("KG229", kserve, *there, values=[written]) == expected


def test_the_secrets_of_a_loggers_account_are_read_too():
    manifest = service({"model": {"storageUri": "pvc://a"}, "logger": {"storage": {"serviceAccountName": "sa"}}})
    assert places("KG221", manifest, account("absent")) == [("secrets.0.name", "error")]
