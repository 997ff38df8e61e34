"""The table of KServe's kinds, against the schemas of the releases."""

import json
from pathlib import Path

import pytest

from kserve_gitops.inputs.releases import RELEASES
from kserve_gitops.serving.kinds import KINDS, parts

IMPORTED = Path(__file__).parents[2] / "imports/kinds/serving.kserve.io"
EVERYWHERE = {"apiVersion", "kind", "metadata", "spec", "status"}


def schema(release, kind):
    _, _, version = KINDS[kind].api_version(RELEASES[release].llm_version).partition("/")
    return IMPORTED / release / f"{kind}.{version}.json"


@pytest.mark.parametrize("release", ["v0.16.0", "v0.20.0"])
def test_table_has_every_kind_that_people_write(release):
    imported = {file.name.split(".")[0] for file in (IMPORTED / release).glob("*.*.json")}
    existing = {name for name, kind in KINDS.items() if release != "v0.16.0" or not kind.since}

    assert existing == imported - {"LocalModelNode"}
    assert [name for name in existing if not schema(release, name).is_file()] == []


@pytest.mark.parametrize("release", ["v0.16.0", "v0.20.0"])
@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if not kind.since])
def test_fields_beside_the_spec_are_those_of_the_schema(kind, release):
    fields = json.loads(schema(release, kind).read_bytes())["properties"].keys()

    assert set(KINDS[kind].top) == fields - EVERYWHERE


def test_first_release_with_a_kind_is_a_release():
    assert {kind.since for kind in KINDS.values()} - {""} <= RELEASES.keys()


@pytest.mark.parametrize(
    ("kind", "legal", "illegal"),
    [
        ("InferenceGraph", "pets-1", "1-pets"),
        ("LLMInferenceService", "qwen2-7b", "qwen2.5-7b"),
        ("TrainedModel", "1-iris", "iris.v1"),
        ("TrainedModel", "iris", "Iris"),
        ("ClusterServingRuntime", "1.kserve", "kserve_1"),
    ],
)
def test_names(kind, legal, illegal):
    assert KINDS[kind].name_problem(legal) == ""
    assert f"'{illegal}' is not legal" in KINDS[kind].name_problem(illegal)


def test_parts_that_kinds_need():
    assert parts(["InferenceService", "ConfigMap"]) == frozenset()
    assert parts(["LLMInferenceServiceConfig", "LocalModelNodeGroup", "LocalModelCache"]) == {"llm", "local-model"}
