"""Annotations of KServe's groups: misspelt, misplaced, misread, ignored; and nothing about anybody else's."""

import pytest

from kserve_gitops.serving import annotations as known
from tests.checks.trees import cluster, places, said, service

PREFIX = "serving.kserve.io"


def annotated(code, annotations, *, mode="Standard", kserve="v0.16.0"):
    """Key and severity of what is said about the annotations of an InferenceService."""
    found = places(code, service(annotations=annotations, mode=mode), of=cluster(kserve))
    return {(at.removeprefix("metadata.annotations."), severity) for at, severity in found}


def other(kind="Secret", api_version="v1", **metadata):
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a", "namespace": "n", **metadata}}


@pytest.mark.parametrize(
    ("key", "severity"),
    [
        (f"{PREFIX}/autoscalerclass", "error"),
        (f"{PREFIX}/autoscaler-class", "error"),
        (f"{PREFIX}/enable-prometheus-scrapping", "error"),
        (f"{PREFIX}/metric", "warning"),
        ("networking.kserve.io/ingress-class", "warning"),
        ("serving.kubeflow.org/gke-accelerator", "error"),
        ("serving.kserve.org/autoscalerClass", "error"),
        ("serving.kserv.io/autoscalerClass", "error"),
        ("kserve.io/autoscalerClass", "error"),
        ("autoscalerClass", "error"),
        (f"{PREFIX}/exp-dra-device-class", "warning"),
        ("networking.kserve.io/visibility", "error"),
    ],
)
def test_a_key_that_kserve_does_not_read(key, severity):
    assert annotated("KG116", {key: "x"}) == {(key, severity)}


@pytest.mark.parametrize(
    "key",
    [
        f"{PREFIX}/autoscalerClass",
        f"{PREFIX}/secretName",
        f"{PREFIX}/gke-accelerator",
        "storage.kserve.io/readonly",
        "prometheus.kserve.io/port",
        "modelFormat",
        "autoscaling.knative.dev/min-scale",
        "networking.knative.dev/visibility",
        "sidecar.istio.io/inject",
        "kubeflow.org/owner",
        "certificates.kserve.io/expiration",
        "argocd.argoproj.io/sync-wave",
        "example.com/autoscalerClass",
        "stop",
        "",
        "/",
        "a/b/c",
    ],
)
def test_a_key_that_is_known_or_somebody_elses(key):
    assert annotated("KG116", {key: "x"}) == set()


def test_the_key_that_was_meant_is_suggested():
    [(_, _, _, hint)] = said("KG116", service(annotations={f"{PREFIX}/disable-autoupdate": "true"}))

    assert hint == "did you mean 'disable-auto-update'?"


def test_a_newer_release_knows_its_own_keys():
    assert annotated("KG116", {f"{PREFIX}/exp-dra-device-class": "x"}, kserve="v0.20.0") == set()


def test_the_key_of_the_secret_is_a_setting():
    chosen = cluster(storage__storageSecretNameAnnotation="serving.kserve.io/bucketSecret")
    model = service(annotations={"serving.kserve.io/bucketSecret": "a"})

    assert places("KG116", model, of=chosen) == []
    assert len(places("KG116", model)) == 1


@pytest.mark.parametrize(
    "manifest",
    [
        other(annotations={f"{PREFIX}/s3-endpoint1": "x"}),
        other("SealedSecret", "bitnami.com/v1alpha1")
        | {"spec": {"template": {"metadata": {"annotations": {f"{PREFIX}/s3-endpoin": "x"}}}}},
        other("ServiceAccount", annotations={f"{PREFIX}/s3-usehtps": "1"}),
        other("ServingRuntime", f"{PREFIX}/v1alpha1") | {"spec": {"annotations": {"prometheus.kserve.io/ports": "1"}}},
        service({"annotations": {f"{PREFIX}/autoscaleClass": "hpa"}}),
    ],
)
def test_other_kinds_have_them_too(manifest):
    assert [severity for _, severity in places("KG116", manifest)] == ["error"]


def test_a_label_that_is_written_as_an_annotation_elsewhere_is_a_warning():
    manifest = other("Namespace", annotations={f"{PREFIX}/inferenceservice": "enabled"})

    assert [severity for _, severity in places("KG116", manifest)] == ["warning"]


@pytest.mark.parametrize(
    ("key", "value", "severity"),
    [
        ("stop", "true", None),
        ("stop", "True", None),
        ("stop", "yes", "error"),
        ("enable-tag-routing", "true", None),
        ("enable-tag-routing", "True", "error"),
        ("enable-prometheus-scraping", "false", None),
        ("enable-prometheus-scraping", "1", "error"),
        ("disable-localmodel", "true", None),
        ("disable-localmodel", "false", "error"),
        ("storage-initializer-uid", "1337", None),
        ("storage-initializer-uid", "root", "error"),
        ("gpu-resource-types", '["example.com/gpu"]', None),
        ("gpu-resource-types", "example.com/gpu", "warning"),
        ("gpu-resource-types", "[" * 10000, "warning"),
        ("gke-accelerator", "anything", None),
    ],
)
def test_values(key, value, severity):
    found = annotated("KG123", {f"{PREFIX}/{key}": value})

    assert {one for _, one in found} == ({severity} if severity else set())


@pytest.mark.parametrize(
    ("key", "value", "wrong"),
    [
        ("storage.kserve.io/readonly", "false", False),
        ("storage.kserve.io/readonly", "no", True),
        ("prometheus.kserve.io/port", "8080", False),
        ("prometheus.kserve.io/port", "0", True),
        ("prometheus.kserve.io/port", "9" * 5000, True),
        ("prometheus.kserve.io/port", "²", True),
        ("prometheus.kserve.io/path", "/metrics", False),
    ],
)
def test_values_of_other_groups(key, value, wrong):
    assert bool(annotated("KG123", {key: value})) is wrong


def test_only_one_visibility_is_known():
    model = service()
    model["metadata"]["labels"] = {"networking.kserve.io/visibility": "cluster-internal"}

    assert places("KG123", model) == [("metadata.labels.networking.kserve.io/visibility", "warning")]


@pytest.mark.parametrize(
    ("key", "mode", "ignored"),
    [
        ("metrics", "Standard", True),
        ("targetUtilizationPercentage", "Knative", True),
        ("enable-prometheus-scraping", "Standard", True),
        ("enable-prometheus-scraping", "Knative", False),
        ("enable-metric-aggregation", "Standard", True),
        ("enable-metric-aggregation", "Knative", False),
        ("autoscalerClass", "Standard", False),
    ],
)
def test_what_nothing_reads_there(key, mode, ignored):
    assert annotated("KG124", {f"{PREFIX}/{key}": "true"}, mode=mode) == (
        {(f"{PREFIX}/{key}", "warning")} if ignored else set()
    )


def test_scraping_that_is_off_is_not_ignored():
    assert annotated("KG124", {f"{PREFIX}/enable-prometheus-scraping": "false"}) == set()


def test_what_kserve_writes_itself():
    key = "internal.serving.kserve.io/agent"

    assert annotated("KG124", {key: "true"}) == {(key, "warning")}


def test_the_mode_is_not_read_in_a_component():
    model = service({"annotations": {f"{PREFIX}/deploymentMode": "Standard", f"{PREFIX}/autoscalerClass": "hpa"}})

    assert places("KG124", model) == [("spec.predictor.annotations.serving.kserve.io/deploymentMode", "warning")]


def test_every_key_is_in_a_group():
    assert all(key.partition("/")[0] in known.GROUPS for key in known.KEYS)
    assert set(known.KEYS) >= known.ON_THE_OBJECT
