"""Containers that fetch models."""

import pytest

from kserve_gitops.cluster_storage_container import ClusterStorageContainer

CONTAINER = {"name": "storage-initializer", "image": "registry.example.com/fetch:1"}
FORMATS = [{"prefix": "model-registry://"}]


def test_smallest_storage_container(chart, objects, misfits, golden):
    [manifest] = objects(
        ClusterStorageContainer(chart, "model-registry", container=CONTAINER, supported_uri_formats=FORMATS)
    )

    assert manifest["spec"] == {"container": CONTAINER, "supportedUriFormats": FORMATS}
    assert misfits(manifest) == []
    assert manifest == golden


def test_full_storage_container(chart, objects, misfits, golden):
    [manifest] = objects(
        ClusterStorageContainer(
            chart,
            "model-registry",
            container={**CONTAINER, "env": [{"name": "SCHEME", "value": "http"}]},
            supported_uri_formats=[*FORMATS, {"regex": "https://(.+?).blob.example.com/(.+)"}],
            workload_type="localModelDownloadJob",
            supports_multi_model_download=True,
            disabled=True,
            labels={"team": "a"},
            annotations={"example.com/owner": "platform"},
            patches=[{"spec": {"container": {"imagePullPolicy": "IfNotPresent"}}}],
        )
    )

    assert manifest["spec"]["workloadType"] == "localModelDownloadJob"
    assert misfits(manifest) == []
    assert manifest == golden


@pytest.mark.parametrize("disabled", [True, False])
def test_disabled_stands_beside_the_spec(disabled, chart, objects, misfits):
    [manifest] = objects(
        ClusterStorageContainer(chart, "m", container=CONTAINER, supported_uri_formats=FORMATS, disabled=disabled)
    )

    assert manifest["disabled"] is disabled
    assert "disabled" not in manifest["spec"]
    assert misfits(manifest) == []
