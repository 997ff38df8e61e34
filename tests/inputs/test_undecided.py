"""Models and MLflow with several credentials to choose from, and pages that would have one name."""

import pytest

from kserve_gitops.inputs.load import load

HELD = "  s3-access: {type: s3}\n"
SECOND = f"{HELD}  other: {{type: s3, bucket: other}}\n"
MODEL = "models/iris-classifier.yaml"


def told(project, *codes):
    """What is said with these codes, as `file: message`."""
    return [f"{one.place.file}: {one.message}" for one in load(project.root).findings if one.code in codes]


def test_model_and_mlflow_that_could_take_two_are_told_that_they_take_none(project):
    project.edit("platform.yaml", HELD, SECOND)

    found = load(project.root)

    assert told(project, "KG025") == [
        "platform.yaml: MLflow takes none of 'other' and 's3-access': each opens S3",
        f"{MODEL}: 'iris-classifier' takes none of 'other' and 's3-access': each opens its store",
    ]
    assert [one.severity for one in found.findings] == ["warning", "warning"]
    assert found.environments[0].models[0].credential is None


def test_all_models_are_told_at_once(project):
    project.edit("platform.yaml", HELD, SECOND)
    text = "name: second\npredictor: {model: {modelFormat: sklearn, storageUri: 's3://acme-ml-models/mlflow/1'}}\n"
    project.write("models/second.yaml", text)

    assert [one for one in told(project, "KG025") if "second" in one or "iris" in one] == [
        f"{MODEL}: 'iris-classifier' and 1 more take none of 'other' and 's3-access': each opens its store"
    ]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(MODEL, "predictor:\n", "credential: s3-access\npredictor:\n", id="the model says which"),
        pytest.param(MODEL, "predictor:\n", "credential: null\npredictor:\n", id="the model says none"),
        pytest.param(
            MODEL, "{predictor: {minR", "{credential: null, predictor: {minR", id="the model says none in an overlay"
        ),
        pytest.param(MODEL, "predictor:\n", "predictor:\n  serviceAccountName: own\n", id="it has an account"),
        pytest.param("platform.yaml", "parts:\n", "models: {credential: other}\nparts:\n", id="one for all models"),
        pytest.param(
            "platform.yaml",
            "parts:\n",
            "models: {namespaces: {kserve: {credential: other}}}\nparts:\n",
            id="one for the models of the namespace",
        ),
        pytest.param(MODEL, "s3://acme-ml-models", "hf://acme", id="they open another store"),
        pytest.param("platform.yaml", "type: s3, bucket: other", "type: opaque, keys: [a]", id="the other opens none"),
    ],
)
def test_model_of_which_it_is_clear_is_passed_over(file, old, new, project):
    project.edit("platform.yaml", HELD, SECOND)
    project.edit(file, old, new)

    assert [one for one in told(project, "KG025") if one.startswith("models/")] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("bucket: other", "bucket: other, anonymous: true", id="the other cannot write"),
        pytest.param("    databaseSize:", "    credential: other\n    databaseSize:", id="it says which"),
    ],
)
def test_mlflow_of_which_it_is_clear_is_passed_over(old, new, project):
    project.edit("platform.yaml", HELD, SECOND)
    project.edit("platform.yaml", old, new)

    assert [one for one in told(project, "KG025") if "MLflow" in one] == []


def test_two_pages_of_one_name_are_told_at_both_places(project):
    namespace = project.read(MODEL).replace("predictor:\n", "namespace: research\npredictor:\n", 1)
    project.write("models/second.yaml", namespace.replace("hostname: iris.", "hostname: lily."))

    [said] = [one for one in load(project.root).findings if one.code == "KG013"]

    assert said.message == "a second page of a model named 'iris-classifier', and pages share one namespace"
    assert (str(said.place), said.environment) == ("models/second.yaml:12:1", "production")
    assert said.hint == f"rename the model, or take its page away; the first one is at {MODEL}:11:1"


def test_one_page_for_two_models_of_one_name_is_enough(project):
    text = "name: iris-classifier\nnamespace: research\npredictor: {model: {modelFormat: sklearn}}\n"
    project.write("models/second.yaml", text)

    assert told(project, "KG013") == []
