"""Model files in the light of an environment."""

import pytest

from kserve_gitops.core.documents import parse
from kserve_gitops.inputs.entries import file_problems
from tests.inputs.catalogues import BASE, ONE, TWO, catalogue, model


def test_short_form_of_the_model_format_becomes_the_long_one():
    assert model().predictor["model"]["modelFormat"] == {"name": "sklearn"}


def test_long_form_of_the_model_format_stays():
    base = BASE.replace("modelFormat: sklearn", "modelFormat: {name: sklearn, version: '1'}")

    assert model(base=base).predictor["model"]["modelFormat"] == {"name": "sklearn", "version": "1"}


def test_predictor_without_a_model_stays_as_it_is():
    found = model(base="name: iris\npredictor:\n  containers: [{name: kserve-container, image: 'x:1'}]\n")

    assert found.predictor == {"containers": [{"name": "kserve-container", "image": "x:1"}]}
    assert found.protocol == "v1"


def test_overlay_of_the_environment_goes_over_the_file_and_that_of_others_does_not():
    found = model(
        "environments:\n"
        "  production: {namespace: team, predictor: {minReplicas: 3, maxReplicas: 5}}\n"
        "  staging: {predictor: {minReplicas: 9}}\n"
    )

    assert found.namespace == "team"
    assert (found.predictor["minReplicas"], found.predictor["maxReplicas"]) == (3, 5)


@pytest.mark.parametrize("block", ["route", "client"])
def test_null_in_an_overlay_removes_a_block(block):
    more = "route: {hostname: iris.example.com}\nclient: {}\n"

    assert getattr(model(more), block) is not None
    assert getattr(model(f"{more}environments: {{production: {{{block}: null}}}}\n"), block) is None


@pytest.mark.parametrize(
    ("more", "credentials", "settings", "wanted"),
    [
        pytest.param("", (ONE,), {}, ONE, id="the only one"),
        pytest.param("", (ONE, TWO), {}, None, id="none of several"),
        pytest.param("", (ONE, TWO), {"credential": "two"}, TWO, id="the default"),
        pytest.param("credential: one\n", (ONE, TWO), {"credential": "two"}, ONE, id="the one it names"),
        pytest.param("", (), {}, None, id="none when none is declared"),
    ],
)
def test_credential_of_a_model_in_s3(more, credentials, settings, wanted):
    assert model(more, credentials=credentials, **settings).credential == wanted


@pytest.mark.parametrize(
    ("component", "reads_s3"),
    [
        ("model: {modelFormat: sklearn, storageUri: s3://bucket/iris}", True),
        ("model: {modelFormat: sklearn, storageUri: pvc://claim/iris}", False),
        ("storageUris: [{uri: pvc://claim/a}, {uri: s3://bucket/b}]", True),
        ("storageUris: s3", False),
        ("storageUris: [s3]", False),
        ("storageUris:", False),
        ("containers: []", False),
    ],
)
def test_only_a_model_that_reads_s3_gets_keys_unasked(component, reads_s3):
    found = model(base=f"name: iris\npredictor:\n  {component}\n")

    assert (found.credential == ONE) == reads_s3


def test_page_has_the_name_of_the_model_and_an_address_below_the_domain_by_default():
    page = model("client: {}\n").client

    assert page is not None
    assert (page.title, page.hostname) == ("iris", "iris-client.ml.example.com")
    assert (page.inputs, page.labels) == ((), {})


def test_labels_of_classes_are_text():
    page = model("client: {labels: {0: setosa, other: unknown}}\n").client

    assert page is not None
    assert page.labels == {"0": "setosa", "other": "unknown"}


def test_no_overlay_is_undeclared_when_the_platform_declares_nothing():
    document = parse(f"{BASE}environments: {{production: {{}}}}\n", "models/iris.yaml")

    assert file_problems(document, []) == []
    assert [finding.code for finding in file_problems(document, ["staging"])] == ["KG015"]


def test_mistake_of_the_file_itself_is_not_told_again_for_each_overlay():
    more = "client: {titel: x}\nenvironments: {production: {namespace: a}, staging: {namespace: b}}\n"

    found = file_problems(parse(BASE + more, "models/iris.yaml"), ["production", "staging"])

    assert [(finding.code, finding.place.line) for finding in found] == [("KG010", 5)]


def test_mistake_in_two_overlays_is_told_at_both():
    more = "environments:\n  production: {client: {titel: x}}\n  staging: {client: {titel: x}}\n"

    found = file_problems(parse(BASE + more, "models/iris.yaml"), ["production", "staging"])

    assert [finding.place.line for finding in found] == [6, 7]


def test_page_needs_clients():
    document = parse(f"{BASE}client: {{}}\n", "models/iris.yaml")

    assert [f.code for f in catalogue((ONE,), {}, pages=False).problems(document)] == ["KG016"]
    assert list(catalogue((ONE,), {}).problems(document)) == []


def test_route_leads_nowhere_in_knative():
    document = parse(f"{BASE}deploymentMode: Knative\nroute: {{hostname: iris.example.com}}\n", "models/iris.yaml")

    (found,) = catalogue((ONE,), {}).problems(document)

    assert (found.code, found.severity, found.place.line) == ("KG302", "warning", 6)


def test_model_that_names_the_default_namespace_is_the_same_as_one_that_names_none():
    texts = ["name: a\n", "name: a\nnamespace: kserve\n", "name: a\nenvironments: {production: {namespace: kserve}}\n"]

    found = list(catalogue().clashes(parse(text, f"models/{n}.yaml") for n, text in enumerate(texts)))

    assert [(finding.code, finding.place.file) for finding in found] == [
        ("KG013", "models/1.yaml"),
        ("KG013", "models/2.yaml"),
    ]


@pytest.mark.parametrize(
    ("model_", "protocol"),
    [
        ("modelFormat: sklearn", "v1"),
        ("modelFormat: sklearn, protocolVersion: v2", "v2"),
        ("modelFormat: triton", "v2"),
        ("modelFormat: sklearn, runtime: kserve-mlserver", "v2"),
    ],
)
def test_protocol_of_a_model(model_, protocol):
    assert model(base=f"name: iris\npredictor: {{model: {{{model_}}}}}\n").protocol == protocol


def test_model_whose_canary_alone_reads_s3_gets_keys():
    base = "name: iris\npredictor: {model: {modelFormat: sklearn, storageUri: 'pvc://claim/iris'}}\n"
    more = "canary: {trafficPercent: 10, predictor: {model: {storageUri: 's3://bucket/iris'}}}\n"

    assert model(more, base=base).credential == ONE


def test_third_model_of_one_name_points_at_the_first_too():
    documents = [parse("name: iris\n", f"models/{n}.yaml") for n in "abc"]

    found = list(catalogue().clashes(documents))

    assert [finding.place.file for finding in found] == ["models/b.yaml", "models/c.yaml"]
    assert {finding.hint for finding in found} == {"the first one is at models/a.yaml:1:7"}


def test_what_is_left_of_a_broken_file_stays_in_its_namespace_and_mode():
    more = "namespace: team\ndeploymentMode: Knative\nautoscalerClass: kedaa\nnam: x\n"
    document = parse(BASE + more, "models/iris.yaml")

    found = catalogue((ONE,), {}).salvaged(document)

    assert found is not None
    assert (found.namespace, found.deployment_mode, found.autoscaler_class) == ("team", "Knative", None)


def test_nothing_is_left_of_a_file_without_a_legal_namespace():
    assert catalogue((ONE,), {}).salvaged(parse(f"{BASE}namespace: team_a\n", "models/iris.yaml")) is None


def test_credential_that_is_not_declared_is_no_model_without_keys():
    document = parse(f"{BASE}credential: s4\n", "models/iris.yaml")

    assert [finding.code for finding in catalogue((ONE,), {}).problems(document)] == ["KG016"]
    assert catalogue((ONE,), {}).model(document).credential == ONE
