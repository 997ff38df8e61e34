"""Facts about the built-in runtimes, held against the tables of every release."""

import json
from pathlib import Path

import pytest

from kserve_gitops.serving.runtimes import SMALL, WITHOUT_V1, resources_of

TABLES = sorted((Path(__file__).parents[2] / "imports" / "runtimes").glob("*.json"))
ALL = {"requests": {"cpu": "1", "memory": "2Gi"}, "limits": {"cpu": "1", "memory": "2Gi"}}


def runtimes():
    return [item for table in TABLES for item in json.loads(table.read_text())["runtimes"].items()]


def test_small_ones_are_those_with_one_container_of_one_cpu_and_2gi():
    small = {name for name, one in runtimes() if [box.get("resources") for box in one["containers"]] == [ALL]}
    others = {name for name, one in runtimes() if [box.get("resources") for box in one["containers"]] != [ALL]}

    assert small - others == SMALL


def test_those_without_v1_name_other_protocols_alone():
    without = {name for name, one in runtimes() if one["protocolVersions"] and "v1" not in one["protocolVersions"]}

    assert without & {name for name, one in runtimes() if one["installed"]} == WITHOUT_V1


@pytest.mark.parametrize(
    ("predictor", "wanted"),
    [
        ({"model": {}}, ALL),
        ({"model": {"runtime": "kserve-sklearnserver"}}, ALL),
        ({"model": {"runtime": "kserve-huggingfaceserver-multinode"}}, None),
        ({"model": {"runtime": "mine"}}, None),
        ({"model": {}, "workerSpec": {}}, None),
        ({"containers": []}, ALL),
    ],
)
def test_resources_of_a_model_that_says_nothing(predictor, wanted):
    assert resources_of(predictor) == wanted
