"""Models for a server that loads several."""

from kserve_gitops import InferenceService
from kserve_gitops.trained_model import TrainedModel

MODEL = {"storageUri": "s3://acme-ml-models/iris", "framework": "sklearn", "memory": "256Mi"}
SERVER = {"model": {"modelFormat": {"name": "sklearn"}}}


def test_smallest_trained_model(chart, objects, misfits, golden):
    trained = TrainedModel(chart, "iris-v1", namespace="team-a", inference_service="sklearn-server", model=MODEL)

    [manifest] = objects(trained)
    assert manifest["spec"] == {"inferenceService": "sklearn-server", "model": MODEL}
    assert misfits(manifest) == []
    assert manifest == golden


def test_full_trained_model_names_the_service_it_is_handed(chart, objects, misfits, golden):
    server = InferenceService(chart, "sklearn-server", namespace="team-a", predictor=SERVER)

    trained = TrainedModel(
        chart,
        "iris-v1",
        namespace="team-a",
        inference_service=server,
        model=MODEL,
        spec={"model": {"memory": "1Gi"}},
        labels={"team": "a"},
        annotations={"example.com/run": "m-9c1d"},
        patches=[{"op": "replace", "path": "/spec/model/framework", "value": "xgboost"}],
    )

    [manifest] = objects(trained)
    assert manifest["spec"]["inferenceService"] == "sklearn-server"
    assert manifest["spec"]["model"] == {**MODEL, "memory": "1Gi", "framework": "xgboost"}
    assert misfits(manifest) == []
    assert manifest == golden
