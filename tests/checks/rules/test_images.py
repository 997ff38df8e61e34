"""Images that are another one tomorrow."""

import pytest

from tests.checks.trees import places, said, service


def custom(image):
    return service({"model": None, "containers": [{"name": "kserve-container", "image": image}]})


PLACE = "spec.predictor.containers.0.image"


@pytest.mark.parametrize(
    ("image", "told"),
    [
        ("registry.example.com/ml/scorer:1.4.0", False),
        ("registry.example.com:5000/ml/scorer:1.4.0", False),
        (f"registry.example.com/ml/scorer@sha256:{'a' * 64}", False),
        (f"registry.example.com/ml/scorer:latest@sha256:{'a' * 64}", False),
        ("registry.example.com/ml/scorer", True),
        ("registry.example.com:5000/ml/scorer", True),
        ("scorer:latest", True),
        ("scorer:latest-gpu", False),
        ("{{ .Name }}", False),
        ("$(IMAGE)", False),
        ("", False),
        (7, False),
    ],
)
def test_an_image_needs_a_version(image, told):
    assert places("KG171", custom(image)) == ([(PLACE, "warning")] if told else [])


@pytest.mark.parametrize(
    ("manifest", "place"),
    [
        (
            {"kind": "Deployment", "spec": {"template": {"spec": {"initContainers": [{"image": "a"}]}}}},
            "spec.template.spec.initContainers.0.image",
        ),
        ({"kind": "ServingRuntime", "spec": {"containers": [{"image": "a"}]}}, "spec.containers.0.image"),
        ({"kind": "ClusterStorageContainer", "spec": {"container": {"image": "a"}}}, "spec.container.image"),
        (service({"model": {"image": "a:latest"}}), "spec.predictor.model.image"),
        (service({"model": {"runtimeVersion": "latest"}}), "spec.predictor.model.runtimeVersion"),
    ],
)
def test_every_container_is_looked_at(manifest, place):
    assert places("KG171", manifest) == [(place, "warning")]


def test_a_model_without_an_image_is_its_runtimes_business():
    assert said("KG171", service()) == []
