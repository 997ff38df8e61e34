import sys

import jsonschema_rs
import pytest

from kserve_gitops.core.errors import ToolError
from kserve_gitops.importer.kubernetes import core


@pytest.fixture(scope="module")
def kinds():
    return {kind.key: kind for kind in core("1.34").kinds}


def deployment(**container):
    labels = {"app": "web"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "web", "image": "web:1", **container}]},
            },
        },
    }


@pytest.mark.parametrize(
    ("container", "fits"),
    [
        ({"ports": [{"containerPort": 80}]}, True),
        ({"resources": {"limits": {"cpu": 1.5, "memory": "1Gi"}}}, True),
        ({"readinessProbe": {"httpGet": {"port": "http"}}}, True),
        ({"port": 80}, False),
        ({"ports": [{"containerPort": "80"}]}, False),
        ({"image": None}, False),
    ],
)
def test_a_deployment_is_checked_to_the_bottom(kinds, container, fits):
    assert jsonschema_rs.validator_for(kinds["Deployment.v1"].schema).is_valid(deployment(**container)) is fits


def test_every_kind_names_itself(kinds):
    for kind in kinds.values():
        api = kind.version if kind.group == "core" else f"{kind.group}/{kind.version}"
        assert kind.schema["properties"]["apiVersion"] == {"const": api}
        assert kind.schema["properties"]["kind"] == {"const": kind.name}
        assert "status" not in kind.schema["properties"]


def test_a_release_that_the_package_does_not_know_is_named_with_those_it_does():
    with pytest.raises(ToolError) as caught:
        core("1.99")

    assert "'1.99'" in caught.value.what
    assert "1.34" in caught.value.hint


def test_a_missing_package_is_an_error_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "kubernetes_validate", None)

    with pytest.raises(ToolError) as caught:
        core("1.34")

    assert caught.value.hint == "pip install 'kserve-gitops[import]'"
