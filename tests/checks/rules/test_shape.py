"""What KServe's webhook refuses in a model, a logger, an explainer and in variables; and a model without an address."""

import pytest

from tests.checks.trees import cluster, places, service

NEWEST = cluster("v0.20.0")
MODEL = {"modelFormat": {"name": "sklearn"}, "storageUri": "s3://b/m"}


def plain(predictor, **spec):
    """An InferenceService with this predictor and nothing else in it."""
    manifest = service(**spec)
    manifest["spec"]["predictor"] = predictor
    return manifest


def custom(env=(), name="kserve-container", **more):
    return {"containers": [{"name": name, "image": "x", "env": list(env)}], **more}


@pytest.mark.parametrize(
    ("predictor", "found"),
    [
        ({"model": MODEL}, []),
        ({"model": {**MODEL, "name": ""}}, []),
        ({"model": {**MODEL, "name": "iris"}}, ["spec.predictor.model.name"]),
        ({"sklearn": {"storageUri": "s3://b/m", "name": "iris"}}, ["spec.predictor.sklearn.name"]),
        (custom(), []),
    ],
)
def test_a_name_in_a_model(predictor, found):
    assert places("KG130", plain(predictor)) == [(place, "error") for place in found]


def test_a_canary_needs_a_name_in_its_model():
    canary = [{"predictor": {"name": "b", "model": {**MODEL, "name": "kserve-container"}}}]

    assert places("KG130", service(canary=canary), of=NEWEST) == []


ENV = "spec.predictor.containers.0.env.0"


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ([{"name": "PROTOCOL", "value": "v2"}], []),
        ([{"name": "PROTOCOL", "value": "v1"}, {"name": "PROTOCOL", "value": "v9"}], []),
        ([{"name": "PROTOCOL", "value": "grpc-v2"}], [f"{ENV}.value"]),
        ([{"name": "PROTOCOL"}], [ENV]),
        ([{"name": "PROTOCOL", "valueFrom": {"fieldRef": {}}}], [ENV]),
        ([{"name": "protocol", "value": "x"}], []),
    ],
)
def test_the_protocol_of_a_custom_predictor(env, found):
    assert places("KG131", plain(custom(env))) == [(place, "error") for place in found]


def test_the_protocol_of_a_sidecar_does_not_count():
    wrong = [{"name": "PROTOCOL", "value": "x"}]
    beside = [{"name": "kserve-container"}, {"name": "other", "env": wrong}]

    assert places("KG131", plain({"containers": beside})) == []
    assert places("KG131", plain({"model": MODEL, **custom(wrong, name="side")})) == []


def test_a_transformer_beside_the_model_gets_no_storage():
    env = [{"name": "STORAGE_URI", "value": "s3://b/m"}]

    assert places("KG131", plain({"model": MODEL, **custom(env, name="transformer-container")})) == [
        (f"{ENV}.name", "error")
    ]
    assert places("KG131", plain(custom(env))) == []


PATH = [{"name": "PYTHONPATH", "value": "/code"}]
EVERYWHERE = service(
    {"model": {**MODEL, "env": PATH}, "initContainers": [{"name": "a", "env": PATH}]},
    transformer=custom(PATH),
    explainer={"art": {"type": "SquareAttack", "env": PATH}},
)


def test_the_python_path_is_refused_everywhere_from_v0_18_on():
    assert places("KG131", EVERYWHERE, of=cluster("v0.17.1")) == []
    assert {place.partition(".env")[0] for place, _ in places("KG131", EVERYWHERE, of=cluster("v0.18.1"))} == {
        "spec.predictor.model",
        "spec.predictor.initContainers.0",
        "spec.transformer.containers.0",
        "spec.explainer.art",
    }


@pytest.mark.parametrize(("disabled", "count"), [(False, 2), (True, 0)])
def test_the_python_path_of_a_runtime(disabled, count):
    runtime = {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "ClusterServingRuntime",
        "metadata": {"name": "a"},
        "spec": {**custom(PATH), "workerSpec": custom(PATH), "disabled": disabled},
    }

    assert len(places("KG131", runtime, of=NEWEST)) == count


@pytest.mark.parametrize(
    ("predictor", "said"),
    [
        ({"model": {"modelFormat": {"name": "sklearn"}}}, True),
        ({"sklearn": {}}, True),
        ({"model": {**MODEL}}, False),
        ({"model": {"modelFormat": {"name": "sklearn"}, "storage": {"key": "a"}}}, False),
        ({"model": {"modelFormat": {"name": "sklearn"}}, "storageUris": [{"uri": "s3://b/m"}]}, False),
        ({"model": {"modelFormat": {"name": "huggingface"}, "args": ["--model_id=a/b"]}}, False),
        ({"model": {"modelFormat": {"name": "vLLM"}}}, False),
        (custom(), False),
    ],
)
def test_a_model_without_an_address(predictor, said):
    assert [severity for _, severity in places("KG132", plain(predictor))] == (["warning"] if said else [])


def test_models_that_are_added_later():
    trained = {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "TrainedModel",
        "metadata": {"name": "a", "namespace": "kserve"},
        "spec": {"inferenceService": "iris"},
    }

    assert places("KG132", plain({"sklearn": {}}), trained) == []


LOGGER = "spec.predictor.logger"


@pytest.mark.parametrize(
    ("logger", "found"),
    [
        ({"mode": "all"}, []),
        ({"mode": "all", "storage": {"path": "a", "key": "b", "parameters": {}}}, []),
        ({"url": "http://x"}, [LOGGER]),
        ({"mode": "all", "storage": {"path": "a"}}, [f"{LOGGER}.storage"]),
        ({}, [LOGGER]),
    ],
)
def test_loggers(logger, found):
    assert places("KG133", service({"logger": logger})) == [(place, "error") for place in found]


ART = "spec.explainer.art"


@pytest.mark.parametrize(
    ("art", "found"),
    [
        ({"storageUri": "gs://b/m"}, []),
        ({"storage": {"key": "a"}}, []),
        ({"storage": {"parameters": {"type": "hdfs"}}}, []),
        ({"storage": {"parameters": {"type": "gs"}}}, [f"{ART}.storage.parameters.type"]),
        ({"storage": {}, "storageUri": "s3://b/m"}, []),
        ({"storage": {}, "storageUri": "gs://b/m"}, [f"{ART}.storageUri"]),
    ],
)
def test_the_storage_of_an_explainer(art, found):
    assert places("KG134", service(explainer={"art": art})) == [(place, "error") for place in found]


@pytest.mark.parametrize(
    ("model", "found"),
    [
        ({"storageUri": "s3://b/m", "confidential": {"enabled": True}}, []),
        ({"confidential": {"enabled": True}}, ["confidential"]),
        ({"confidential": {"enabled": False}}, []),
        ({"storageUri": "s3://b/m", "confidential": {"enabled": True, "resourceId": "kbs:///a/b/c"}}, []),
        (
            {"storageUri": "s3://b/m", "confidential": {"enabled": True, "resourceId": "kbs://a/b/c"}},
            ["confidential.resourceId"],
        ),
    ],
)
def test_confidential_models(model, found):
    manifest = plain({"model": {"modelFormat": {"name": "sklearn"}, **model}})

    assert places("KG134", manifest, of=NEWEST) == [(f"spec.predictor.model.{place}", "error") for place in found]
