"""Names that are refused, and names that are too long for what is made of them."""

import pytest

from tests.checks.trees import cluster, places, said, service

NEWEST = cluster("v0.20.0")
LABELS = ("metadata", "labels")


def thing(kind="ConfigMap", api_version="v1", name="a", namespace="n", **rest):
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": {**metadata, **rest.pop("metadata", {})}, **rest}


@pytest.mark.parametrize(
    ("manifest", "wrong"),
    [
        (thing(name="a.b"), False),
        (thing(name="A"), True),
        (thing(name="a_b"), True),
        (thing(name="a" * 254), True),
        (thing("Namespace", name="a.b", namespace=""), True),
        (thing("Service", name="1a"), True),
        (thing("Service", "serving.knative.dev/v1", name="1a"), False),
        (thing("Role", "rbac.authorization.k8s.io/v1", name="system:A_b"), False),
        (thing("Role", "rbac.authorization.k8s.io/v1", name="a/b"), True),
        (thing("CronJob", "batch/v1", name="a" * 52), False),
        (thing("CronJob", "batch/v1", name="a" * 53), True),
        (thing("ServingRuntime", "serving.kserve.io/v1alpha1", name="My_Runtime"), True),
        (thing("Widget", "example.com/v1", name="A"), True),
    ],
)
def test_names_of_objects(manifest, wrong):
    assert places("KG117", manifest) == ([("metadata.name", "error")] if wrong else [])


def test_namespaces_have_no_dots():
    assert places("KG117", thing(namespace="a.b")) == [("metadata.namespace", "error")]


@pytest.mark.parametrize(
    ("key", "value", "wrong"),
    [
        ("app", "a", False),
        ("app", "", False),
        ("example.com/app_1.x", "A_b.c", False),
        ("app", "a b", True),
        ("app", "a" * 64, True),
        ("app", "-a", True),
        ("a b", "x", True),
        ("Example.com/app", "x", True),
        ("/app", "x", True),
        ("example.com/", "x", True),
        ("a" * 64, "x", True),
        ("a/b/c", "x", True),
    ],
)
def test_labels(key, value, wrong):
    found = places("KG117", thing(metadata={"labels": {key: value}}))

    assert [at.startswith("metadata.labels.") for at, _ in found] == ([True] if wrong else [])


@pytest.mark.parametrize(
    ("annotations", "wrong"),
    [
        ({"example.com/a": "anything at all: [1]"}, False),
        ({"Example.com/a": "x"}, False),
        ({"a b": "x"}, True),
        ({"a": "x" * (256 * 1024)}, True),
    ],
)
def test_annotations(annotations, wrong):
    assert bool(places("KG117", thing(metadata={"annotations": annotations}))) is wrong


@pytest.mark.parametrize(
    ("manifest", "place"),
    [
        (thing("Service", spec={"selector": {"app": "a b"}}), "spec.selector.app"),
        (
            thing("Deployment", "apps/v1", spec={"selector": {"matchLabels": {"app": "é"}}}),
            "spec.selector.matchLabels.app",
        ),
        (
            thing("Deployment", "apps/v1", spec={"template": {"metadata": {"labels": {"app": "a/b"}}}}),
            "spec.template.metadata.labels.app",
        ),
        (service({"labels": {"team": "data science"}}), "spec.predictor.labels.team"),
    ],
)
def test_labels_of_what_is_made_of_it(manifest, place):
    assert places("KG117", manifest) == [(place, "error")]


@pytest.mark.parametrize(
    ("kind", "name", "wrong"),
    [
        ("InferenceService", "iris-2", False),
        ("InferenceService", "2-iris", True),
        ("InferenceService", "iris.v2", True),
        ("InferenceService", "Iris", True),
        ("InferenceService", "iris-", True),
        ("InferenceGraph", "1graph", True),
        ("LLMInferenceService", "llama-3.1", True),
        ("TrainedModel", "a-b", False),
        ("TrainedModel", "a.b", True),
    ],
)
def test_names_that_kserve_refuses(kind, name, wrong):
    manifest = thing(kind, "serving.kserve.io/v1beta1", name=name)

    assert places("KG125", manifest) == ([("metadata.name", "error")] if wrong else [])
    assert places("KG117", manifest) == []


def test_the_name_of_a_predictor_is_part_of_a_name():
    model = service({"name": "V2"}, canary=[{"predictor": {"name": "v_3", "model": {}}}])

    assert places("KG125", model, of=NEWEST) == [
        ("spec.predictor.name", "error"),
        ("spec.canary.0.predictor.name", "error"),
    ]
    assert places("KG125", model) == []


TRANSFORMER = {"transformer": {"containers": [{"image": "x"}]}}
EXPLAINER = {"explainer": {"containers": [{"image": "x"}]}}
WORKERS = {"workerSpec": {}}


@pytest.mark.parametrize(
    ("longest", "predictor", "spec"),
    [
        (48, {}, {}),
        (46, {}, TRANSFORMER),
        (48, {}, EXPLAINER),
        (41, WORKERS, {}),
        (41, WORKERS, TRANSFORMER),
    ],
)
def test_the_longest_name_in_standard(longest, predictor, spec):
    assert places("KG126", service(predictor, name="a" * longest, **spec)) == []
    assert places("KG126", service(predictor, name="a" * (longest + 1), **spec)) == [("metadata.name", "error")]


@pytest.mark.parametrize(
    ("longest", "predictor", "annotations"),
    [
        (53, {}, {}),
        (46, {}, {"serving.kserve.io/enable-tag-routing": "true"}),
        (48, {"canaryTrafficPercent": 10}, {}),
    ],
)
def test_the_longest_name_in_knative(longest, predictor, annotations):
    def named(length):
        return service(predictor, name="a" * length, mode="Knative", annotations=annotations)

    assert places("KG126", named(longest)) == []
    assert places("KG126", named(longest + 1)) == [("metadata.name", "error")]


def test_the_message_says_what_becomes_too_long():
    [(_, _, message, hint)] = said("KG126", service(name="a" * 50))

    assert message == f"'isvc.{'a' * 50}-predictor' becomes the label app, with 65 characters"
    assert hint == "at most 63 are possible: take a name that is shorter by 2"


def test_a_canary_is_longer_than_the_model():
    model = service(name="a" * 40, canary=[{"predictor": {"name": "a" * 7}}, {"predictor": {"name": "a" * 8}}])

    assert places("KG126", model, of=NEWEST) == [("spec.canary.1.predictor.name", "error")]
    assert places("KG126", model) == []


def test_the_name_of_the_predictor_counts():
    assert places("KG126", service({"name": "a" * 9}, name="a" * 40), of=NEWEST) == [("metadata.name", "error")]
    assert places("KG126", service({"name": "a" * 9}, name="a" * 40)) == []


@pytest.mark.parametrize(
    ("kind", "longest"),
    [("InferenceGraph", 58), ("LLMInferenceService", 63), ("LocalModelCache", 63), ("ServingRuntime", 253)],
)
def test_the_longest_name_of_other_kinds(kind, longest):
    assert places("KG126", thing(kind, "serving.kserve.io/v1alpha1", name="a" * longest)) == []
    if longest < 253:
        assert len(places("KG126", thing(kind, "serving.kserve.io/v1alpha1", name="a" * (longest + 1)))) == 1


def test_modelmesh_makes_no_deployments():
    assert places("KG126", service(name="a" * 63, mode="ModelMesh")) == []
