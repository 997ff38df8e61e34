"""The typed mappings have the fields that KServe has."""

import json
from pathlib import Path

import pytest

from kserve_gitops.serving import shapes

IMPORTS = Path(__file__).parents[2] / "imports" / "kinds" / "serving.kserve.io"


def fields(*path, version="v0.20.0"):
    found = json.loads((IMPORTS / version / "InferenceService.v1beta1.json").read_text())["properties"]["spec"]
    definitions = json.loads((IMPORTS / version / "definitions.json").read_text())["$defs"]
    for key in path:
        found = found["items"] if key == "items" else found["properties"][key]
        if "$ref" in found:
            found = definitions[found["$ref"].rpartition("/")[2]]
    return set(found["properties"])


@pytest.mark.parametrize(
    ("shape", "path"),
    [
        (shapes.Predictor, ("predictor",)),
        (shapes.Transformer, ("transformer",)),
        (shapes.Explainer, ("explainer",)),
        (shapes.Art, ("explainer", "art")),
        (shapes.WorkerSpec, ("predictor", "workerSpec")),
        (shapes.Logger, ("predictor", "logger")),
        (shapes.LoggerStorage, ("predictor", "logger", "storage")),
        (shapes.Batcher, ("predictor", "batcher")),
        (shapes.StorageUri, ("predictor", "storageUris", "items")),
        (shapes.ModelFormat, ("predictor", "model", "modelFormat")),
        (shapes.StorageSpec, ("predictor", "model", "storage")),
        (shapes.Container, ("predictor", "containers", "items")),
        (shapes.Toleration, ("predictor", "tolerations", "items")),
        (shapes.Port, ("predictor", "containers", "items", "ports", "items")),
        (shapes.EnvVar, ("predictor", "containers", "items", "env", "items")),
        (shapes.VolumeMount, ("predictor", "containers", "items", "volumeMounts", "items")),
        (shapes.ResourceRequirements, ("predictor", "containers", "items", "resources")),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_shape_has_the_fields_of_the_schema(shape, path):
    assert set(shape.__annotations__) == fields(*path)


def test_model_has_every_field_but_the_one_that_kserve_refuses():
    assert set(shapes.Model.__annotations__) == fields("predictor", "model") - {"name"}
