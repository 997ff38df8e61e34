"""The hosts that KServe makes from names, and the settings that they are made from."""

import pytest

from tests.checks.trees import cluster, places, said, service, values_row

TRANSFORMER = {"transformer": {"containers": [{"name": "kserve-container", "image": "example.com/t:1"}]}}
EXPLAINER = {"explainer": {"containers": [{"name": "kserve-container", "image": "example.com/e:1"}]}}


@pytest.mark.parametrize(
    ("length", "more"),
    [(46, {}), (44, TRANSFORMER), (46, EXPLAINER)],
    ids=["predictor", "transformer", "explainer"],
)
def test_name_and_namespace_fit_the_default_template_up_to_a_length(length, more):
    assert said("KG303", service(name="a" * length, **more)) == []

    [(at, severity, message, hint)] = said("KG303", service(name="a" * (length + 1), **more))

    assert (at, severity) == ("metadata.name", "error")
    assert "1 more than the 63 that DNS allows" in message
    assert "from '{{ .Name }}-{{ .Namespace }}.{{ .IngressDomain }}'" in hint


def test_message_names_the_component():
    [(_, _, message, _)] = said("KG303", service(name="a" * 45, **TRANSFORMER))

    assert message.startswith("KServe refuses the host of its transformer: ")


def test_canary_has_a_host_of_its_own():
    canary = [{"trafficPercent": 10, "predictor": {"name": "b" * 20}}]

    assert places("KG303", service(name="a" * 30, canary=canary)) == [("metadata.name", "error")]


@pytest.mark.parametrize(
    "template", ["{{ .Name }}.{{ .Namespace }}.{{ .IngressDomain }}", "{{ .Name | trunc }}.{{ .IngressDomain }}"]
)
def test_other_template_is_filled_in_or_not_judged(template):
    of = cluster(controller__gateway__domainTemplate=template)

    assert said("KG303", service(name="a" * 50), of=of) == []


def test_label_that_a_model_lacks_spoils_its_host():
    of = cluster(controller__gateway__domainTemplate="{{ .Name }}.{{ .Labels.team }}.{{ .IngressDomain }}")

    [(_, _, message, _)] = said("KG303", service(), of=of)

    assert "<no value>" in message


def test_knative_has_its_own_hosts():
    assert said("KG303", service(name="a" * 60, mode="Knative")) == []


def settings(**gateway):
    return values_row("kserve", "v0.16.0", {"kserve": {"controller": {"gateway": gateway}}})


def test_default_domain_of_the_chart_is_a_warning():
    [(at, severity, message, _)] = said("KG304", service(), values=[settings(urlScheme="http")])

    assert (at, severity) == ("kserve.controller.gateway", "warning")
    assert "'example.com'" in message


def test_written_domain_is_pointed_at():
    assert places("KG304", service(), values=[settings(domain="example.com")]) == [
        ("kserve.controller.gateway.domain", "warning")
    ]


def test_domain_of_ones_own_is_fine():
    assert said("KG304", service(), values=[settings(domain="ml.example.com")]) == []
    assert said("KG304", values=[settings(domain="example.com")]) == []
    assert said("KG304", service()) == []


def test_settings_that_give_no_host_are_errors():
    wrong = settings(
        domain="https://ml.example.com",
        domainTemplate="{{ .Nme }}.{{ .IngressDomain }}",
        additionalIngressDomains=["ok.example.com", "*.example.com"],
    )

    found = said("KG305", values=[wrong])

    assert [(at.removeprefix("kserve.controller.gateway."), severity) for at, severity, _, _ in found] == [
        ("domain", "error"),
        ("domainTemplate", "error"),
        ("additionalIngressDomains.1", "error"),
    ]
    assert found[1][2:] == ("KServe has no '.Nme' for host names", "did you mean 'Name'?")


def test_domain_that_is_none_is_told_once():
    of = cluster(controller__gateway__domain="ML.example.com")

    assert said("KG303", service(), of=of) == []


def test_model_whose_namespace_nobody_knows_is_not_judged():
    given = service(name="a" * 60)
    del given["metadata"]["namespace"]

    assert said("KG303", given) == []
