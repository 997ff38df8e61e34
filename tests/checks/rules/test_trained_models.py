"""TrainedModels: the server must be there, take several models, and have room for them."""

import pytest

from tests.checks.trees import cluster, places, said, service


def trained(name="eu", *, server="iris", framework="sklearn", memory="512Mi"):
    return {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "TrainedModel",
        "metadata": {"name": name, "namespace": "kserve"},
        "spec": {
            "inferenceService": server,
            "model": {"framework": framework, "storageUri": "s3://bucket/eu", "memory": memory},
        },
    }


def many(**model):
    limits = {"resources": {"limits": {"memory": "1Gi"}}}
    return service({"model": {"modelFormat": {"name": "sklearn"}, **limits, **model}})


def custom(*variables):
    return service({"model": None, "containers": [{"name": "kserve-container", "env": list(variables)}]})


def test_a_server_that_nothing_makes_is_an_error():
    [(at, severity, message, hint)] = said("KG163", trained(server="irris"), service())

    assert (at, severity) == ("spec.inferenceService", "error")
    assert message == "there is no InferenceService 'irris': KServe deletes the TrainedModel"
    assert "'iris'" in hint


def test_a_server_that_is_there_or_listed_is_left_alone():
    assert said("KG163", trained(), service()) == []
    assert said("KG163", trained(), of=cluster(existing=["InferenceService/kserve/iris"])) == []


@pytest.mark.parametrize(
    "server",
    [
        service(),
        many(storage={"key": "a"}),
        many(modelFormat={"name": "huggingface"}),
        service({"model": {"modelFormat": {"name": "sklearn"}}, "storageUris": [{"uri": "s3://a/b"}]}),
        custom(),
        custom({"name": "MULTI_MODEL_SERVER", "value": "false"}),
    ],
)
def test_a_server_of_one_model_loads_no_other(server):
    assert places("KG164", trained(), server) == [("spec.inferenceService", "error")]


@pytest.mark.parametrize("server", [many(), custom({"name": "MULTI_MODEL_SERVER", "value": "true"})])
def test_a_server_of_many_models_is_left_alone(server):
    assert said("KG164", trained(), server) == []


def test_models_must_fit_into_the_memory_of_the_server():
    models = [trained("a"), trained("b"), trained("c", memory="1")]

    [(at, severity, message, _)] = said("KG164", *models, many())

    assert (at, severity) == ("spec.model.memory", "error")
    assert message.endswith("the limit of 'iris', 1Gi")
    assert said("KG164", *models[:2], many()) == []


def test_a_framework_that_looks_misspelt_is_a_warning():
    assert places("KG164", trained(framework="sklaern")) == [("spec.model.framework", "warning")]
    assert said("KG164", trained(framework="myownframework")) == []
    assert said("KG164", trained(framework="sklearn-own")) == []
