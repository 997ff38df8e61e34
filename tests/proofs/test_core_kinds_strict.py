"""kubernetes-validate accepts every core object of dist/, unknown fields refused."""

from functools import cache
from pathlib import Path

import pytest
import yaml

kubernetes_validate = pytest.importorskip("kubernetes_validate")

MANIFESTS = Path(__file__).parents[2] / "dist" / "production" / "manifests"
RELEASE = "1.34"


@cache
def core():
    """Objects of groups that Kubernetes itself serves, by file name."""
    found = {path.name: yaml.safe_load(path.read_text("utf-8")) for path in sorted(MANIFESTS.rglob("*.yaml"))}
    return {name: manifest for name, manifest in found.items() if "." not in manifest["apiVersion"].split("/")[0]}


def test_there_is_something_to_judge():
    assert {manifest["kind"] for manifest in core().values()} == {
        "ConfigMap", "Deployment", "PersistentVolumeClaim", "PodDisruptionBudget", "Service", "ServiceAccount",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(core()))
def test_object_is_accepted(name):
    kubernetes_validate.validate(core()[name], RELEASE, strict=True)


@pytest.mark.parametrize("name", sorted(core()))
def test_judge_refuses_an_unknown_field(name):
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**core()[name], "unknown": 1}, RELEASE, strict=True)
