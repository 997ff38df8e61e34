"""Values of KServe's charts, and the charts among each other."""

import pytest

from tests.checks.rules.parts import application, folder, nested, told
from tests.checks.trees import cluster, places, said, service, values_row

V16, V17, V20 = ("kserve", "v0.16.0"), ("kserve-resources", "v0.17.1"), ("kserve-resources", "v0.20.0")


@pytest.mark.parametrize(
    ("code", "chart", "path", "value"),
    [
        ("KG430", V16, "controller.deploymentMode", "standard"),
        ("KG430", V17, "controller.deploymentMode", "Raw"),
        ("KG430", V17, "controller.deploymentMode", ""),
        ("KG430", V17, "controller.deploymentMode", None),
        ("KG431", V16, "controller.gateway.urlScheme", "httpx"),
        ("KG432", V16, "controller.gateway.ingressGateway.gateway", ""),
        ("KG432", V20, "controller.gateway.ingressGateway.gateway", None),
        ("KG433", V16, "controller.gateway.domainTemplate", '{{ index .Labels "team" }}.{{ .IngressDomain }}'),
        ("KG433", V17, "controller.gateway.pathTemplate", "/a\nb"),
        ("KG433", V16, "storage.enableModelcar", None),
        ("KG433", V16, "storage.uidModelcar", "root"),
        ("KG433", V16, "service", None),
        ("KG433", V20, "controller.gateway.ingressGateway", None),
        ("KG433", V16, "router.imagePullSecrets", ["pull"]),
        ("KG433", V20, "router.imagePullSecrets", ['"a"', '"b"']),
        ("KG435", V17, "storagecontainer.enabled", False),
        ("KG435", V20, "certManager.enabled", False),
    ],
)
def test_value_that_the_controller_cannot_use(code, chart, path, value):
    assert told(code, *chart, nested(f"kserve.{path}", value), namespace="kserve") == [(f"kserve.{path}", "error")]


@pytest.mark.parametrize(
    ("code", "chart", "path", "value"),
    [
        ("KG434", V16, "version", "v0.15.2"),
        ("KG434", V16, "servingruntime.huggingfaceserver_multinode.disabled", True),
        ("KG434", V17, "localmodel.agent.nodeSelector", {"gpu": "true"}),
        ("KG434", ("kserve-runtime-configs", "v0.17.1"), "inferenceservice", {"resources": {}}),
        ("KG434", ("kserve-llmisvc-resources", "v0.20.0"), "controller.gateway.ingressGateway.createGateway", True),
        ("KG436", V16, "metricsaggregator.enableMetricAggregation", "yes"),
        ("KG436", V16, "metricsaggregator.enablePrometheusScraping", "True"),
        ("KG436", V16, "storage.s3.useHttps", "false"),
        ("KG436", V16, "storage.s3.useVirtualBucket", "1"),
    ],
)
def test_value_that_does_not_do_what_it_says(code, chart, path, value):
    assert told(code, *chart, nested(f"kserve.{path}", value), namespace="kserve") == [(f"kserve.{path}", "warning")]


@pytest.mark.parametrize(
    ("chart", "path", "value"),
    [
        (V16, "controller.deploymentMode", "RawDeployment"),
        (V17, "controller.deploymentMode", "Standard"),
        (V16, "controller.gateway.urlScheme", "https"),
        (V16, "controller.gateway.ingressGateway", {"enableGatewayApi": True, "kserveGateway": "a/b"}),
        (V16, "controller.gateway.domainTemplate", "{{ index .Labels `team` }}.{{ .IngressDomain }}"),
        (V16, "controller.gateway.domain", None),
        (V16, "storage.enableModelcar", False),
        (V16, "storage.uidModelcar", "1010"),
        (V16, "router.imagePullSecrets", ['"pull"']),
        (V16, "router.imagePullSecrets", []),
        (V16, "version", "v0.16.0"),
        (V16, "localmodel.agent.nodeSelector", {"gpu": "true"}),
        (V17, "storagecontainer.enabled", True),
        (V17, "", {"createSharedResources": False, "storagecontainer": {"enabled": False}}),
        (V16, "metricsaggregator", {"enableMetricAggregation": True, "enablePrometheusScraping": "false"}),
        (V16, "storage.s3", {"useHttps": "0", "verifySSL": "false", "useVirtualBucket": "true"}),
        (V16, "storage.s3", {"useHttps": "true", "verifySSL": "yes", "useVirtualBucket": "no"}),
    ],
)
def test_value_that_works(chart, path, value):
    content = nested(f"kserve.{path}".rstrip("."), value)
    codes = ("KG430", "KG431", "KG432", "KG433", "KG434", "KG435", "KG436")

    assert [found for code in codes for found in told(code, *chart, content, namespace="kserve")] == []


def test_values_inside_the_application_are_judged_there():
    one = application(*V16, namespace="kserve", helm={"valuesObject": nested("kserve.controller.deploymentMode", "x")})

    assert places("KG430", one) == [("spec.sources.0.helm.valuesObject.kserve.controller.deploymentMode", "error")]


@pytest.mark.parametrize(
    ("chart", "version", "values", "found"),
    [
        ("kserve-crd", "v0.16.0", {}, ["warning"]),
        ("kserve-llmisvc-crd", "v0.20.0", {}, ["error"]),
        ("kserve-llmisvc-resources", "v0.17.1", {}, ["error"]),
        ("kserve-runtime-configs", "v0.17.1", {"kserve": {"llmisvcConfigs": {"enabled": True}}}, ["error"]),
        ("kserve-runtime-configs", "v0.17.1", {"kserve": {"servingruntime": {"enabled": True}}}, []),
        ("kserve-crd", "v0.20.0", {}, []),
        ("traefik", "41.3.0", {}, []),
    ],
)
def test_namespace_that_is_written_into_a_chart(chart, version, values, found):
    assert [severity for _, severity in told("KG437", chart, version, values, namespace="serving")] == found
    assert told("KG437", chart, version, values, namespace="kserve") == []


SHARED = [{"group": "apiextensions.k8s.io", "kind": "CustomResourceDefinition"}]


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (("kserve", "v0.16.0"), ("kserve-resources", "v0.17.1"), "error"),
        (("kserve-crd", "v0.16.0"), ("kserve-crd-minimal", "v0.16.0"), "error"),
        (("kserve-crd-minimal", "v0.16.0"), ("llmisvc-crd", "v0.16.0"), "error"),
        (("kserve", "v0.16.0"), ("llmisvc-resources", "v0.16.0"), "error"),
        (("kserve-resources", "v0.17.1"), ("kserve-llmisvc-resources", "v0.17.1"), "error"),
        (("kserve-crd", "v0.17.1"), ("kserve-llmisvc-crd", "v0.17.1"), "warning"),
        (("kserve-crd", "v0.16.0"), ("kserve", "v0.16.0"), ""),
        (("kserve-crd", "v0.17.1"), ("kserve-localmodel-crd", "v0.17.1"), ""),
    ],
)
def test_charts_that_bring_the_same(first, second, found):
    tree = [application(*first, name="one"), application(*second, name="two")]

    assert [severity for _, severity in places("KG438", *tree)] == ([found] if found else [])


def test_charts_for_two_clusters_do_not_meet():
    tree = [application(*V16, name="one"), application(*V16, name="two", server="https://other.example.com")]

    assert places("KG438", *tree) == []


def test_shared_crd_may_be_left_out_of_the_comparison():
    tree = [
        application("kserve-crd", "v0.17.1"),
        application("kserve-llmisvc-crd", "v0.17.1", ignoreDifferences=SHARED),
    ]

    assert places("KG438", *tree) == []


def test_shared_resources_are_made_by_one_chart():
    off = nested("kserve.createSharedResources", False)

    assert told("KG438", "kserve-llmisvc-resources", "v0.17.1", off, application(*V17)) == []


def test_runtimes_and_presets_come_from_the_same_chart_twice():
    on = values_row("kserve-runtime-configs", "v0.17.1", nested("kserve.servingruntime.enabled", True), application="a")
    presets = nested("kserve.llmisvcConfigs.enabled", True)
    runtimes = application("kserve-runtime-configs", "v0.17.1", name="a", values=True)

    assert told("KG438", "kserve-runtime-configs", "v0.17.1", presets, runtimes, values=[on]) == []
    again = nested("kserve.servingruntime.enabled", True)
    assert told("KG438", "kserve-runtime-configs", "v0.17.1", again, runtimes, values=[on]) == [
        ("kserve.servingruntime.enabled", "error")
    ]


@pytest.mark.parametrize(
    ("chart", "version", "place", "hint"),
    [
        ("kserve", "v0.17.1", "chart", "it is called 'kserve-resources' there"),
        ("kserve-resources", "v0.16.0", "chart", "it is called 'kserve' there"),
        ("kserve-llmisvc-resources", "v0.16.0", "chart", "it is called 'llmisvc-resources' there"),
        ("kserve-runtime-configs", "v0.16.0", "chart", "take it out"),
        ("kserve-crd", "0.16.0", "targetRevision", "write 'v0.16.0'"),
    ],
)
def test_chart_that_was_never_published(chart, version, place, hint):
    found = said("KG439", application(chart, version))

    assert [(at, severity, advice) for at, severity, _, advice in found] == [(f"spec.sources.0.{place}", "error", hint)]


@pytest.mark.parametrize("version", ["v0.16.*", "latest", ""])
def test_version_that_is_a_range_is_not_judged(version):
    assert places("KG439", application("kserve-resources", version)) == []


def test_chart_of_a_mirror_may_have_its_own_versions():
    assert places("KG439", application("kserve", "0.17.1", repo="registry.example.com/charts")) == []


def test_charts_of_two_releases():
    tree = [application("kserve-crd", "v0.16.0"), application("kserve-resources", "v0.17.1")]

    assert places("KG439", *tree) == [("spec.sources.0.chart", "warning")]
    assert places("KG439", application("kserve-crd", "v0.17.0"), tree[1]) == []


def test_images_of_another_release():
    other = nested("kserve.version", "v0.18.1")

    assert told("KG439", "kserve-resources", "v0.17.1", other) == [("kserve.version", "warning")]


def test_models_without_runtimes():
    assert places("KG440", application(*V17), service()) == [("spec.sources.0.chart", "error")]


@pytest.mark.parametrize(
    "other",
    [
        {"apiVersion": "serving.kserve.io/v1alpha1", "kind": "ClusterServingRuntime", "metadata": {"name": "a"}},
        folder("runtimes", repo="https://git.example.com/ml/runtimes.git"),
    ],
)
def test_runtimes_may_come_from_elsewhere(other):
    assert places("KG440", application(*V17), service(), other) == []


def test_models_whose_runtimes_are_known_or_not_needed():
    existing = cluster(existing=["ClusterServingRuntime/kserve-sklearnserver"])

    assert places("KG440", application(*V17), service(), of=existing) == []
    assert places("KG440", application(*V17)) == []
    assert places("KG440", application(*V16), service()) == []


def test_chart_of_the_runtimes_that_brings_nothing():
    assert told("KG440", "kserve-runtime-configs", "v0.17.1", {"kserve": {}}) == [("kserve", "error")]
    on = nested("kserve.servingruntime.enabled", True)
    assert told("KG440", "kserve-runtime-configs", "v0.17.1", on, application(*V17), service()) == []
