"""Which runtime KServe takes for a model: the same as its own code, in every release."""

import json
from pathlib import Path

import pytest

from kserve_gitops.inputs.releases import RELEASES
from kserve_gitops.serving.selection import (
    Format,
    Obstacle,
    Runtime,
    Wanted,
    candidates,
    obstacles,
    preferred,
    runtime,
    undecided,
)

IMPORTS = Path(__file__).parents[2] / "imports" / "runtimes"
AUTO = {"auto_select": True}


def installed(release):
    rows = json.loads((IMPORTS / f"{release}.json").read_text())["runtimes"]
    return [runtime(name, "", row) for name, row in rows.items() if row["installed"]]


def first(release, *wanted, **more):
    return next((one.name for one in candidates(installed(release), Wanted(*wanted, **more))), None)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("form", "protocol", "expected"),
    [
        ("sklearn", None, "kserve-sklearnserver"),
        ("sklearn", "v1", "kserve-sklearnserver"),
        ("sklearn", "v2", "kserve-mlserver"),
        ("xgboost", None, "kserve-xgbserver"),
        ("xgboost", "v2", "kserve-mlserver"),
        ("lightgbm", "v1", "kserve-lgbserver"),
        ("lightgbm", "v2", "kserve-mlserver"),
        ("mlflow", None, None),
        ("mlflow", "v2", "kserve-mlserver"),
        ("onnx", None, None),
        ("onnx", "v2", "kserve-tritonserver"),
        ("tensorrt", "v1", None),
        ("tensorrt", "v2", "kserve-tritonserver"),
        ("triton", "v2", "kserve-tritonserver"),
        ("tensorflow", None, "kserve-tensorflow-serving"),
        ("tensorflow", "v2", "kserve-tritonserver"),
        ("pytorch", None, "kserve-torchserve"),
        ("pytorch", "v2", "kserve-torchserve"),
        ("huggingface", None, "kserve-huggingfaceserver"),
        ("huggingface", "v2", "kserve-huggingfaceserver"),
        ("paddle", "v2", "kserve-paddleserver"),
        ("pmml", None, "kserve-pmmlserver"),
        ("onnx", "grpc-v2", "kserve-tritonserver"),
        ("pytorch", "grpc-v2", "kserve-torchserve"),
        ("sklearn", "grpc-v2", None),
        ("SKLearn", None, None),
        ("openvino", "v2", None),
    ],
)
def test_builtin_runtime_that_a_model_gets(release, form, protocol, expected):
    assert first(release, form, None, protocol) == expected


@pytest.mark.parametrize(
    ("form", "version", "protocol", "until_16", "since_17"),
    [
        ("lightgbm", "3", "v1", "kserve-lgbserver", None),
        ("lightgbm", "4", "v1", None, "kserve-lgbserver"),
        ("lightgbm", "3", "v2", "kserve-mlserver", "kserve-mlserver"),
        ("xgboost", "1", None, "kserve-xgbserver", None),
        ("xgboost", "2", None, None, "kserve-xgbserver"),
        ("sklearn", "1", None, "kserve-sklearnserver", "kserve-sklearnserver"),
        ("sklearn", "1.3", None, None, None),
        ("sklearn", "*", None, None, None),
    ],
)
def test_versions_are_compared_as_text(form, version, protocol, until_16, since_17):
    found = {release: first(release, form, version, protocol) for release in RELEASES}
    assert found.pop("v0.16.0") == until_16
    assert set(found.values()) == {since_17}


@pytest.mark.parametrize(("form", "name"), [("autogluon", "kserve-autogluonserver"), ("vLLM", "kserve-vllmserver")])
def test_formats_of_the_newest_release(form, name):
    assert [first(release, form) for release in RELEASES] == [None] * (len(RELEASES) - 1) + [name]


@pytest.mark.parametrize("release", RELEASES)
def test_workers_want_a_runtime_with_workers_and_no_other(release):
    assert first(release, "huggingface", workers=True) == "kserve-huggingfaceserver-multinode"
    assert first(release, "sklearn", workers=True) is None


def one(name="a", *, namespace="", protocols=("v1",), priority=1, auto=True, version="1", **more):
    return Runtime(name, namespace, (Format("x", version, auto, priority),), protocols, **more)


@pytest.mark.parametrize(
    ("runtimes", "expected"),
    [
        ([one("low"), one("high", priority=2)], ["high", "low"]),
        ([one("none", priority=None), one("low", priority=-3)], ["low", "none"]),
        ([one("high", priority=9), one("near", namespace="n")], ["near", "high"]),
        ([one("both", protocols=("v2", "v1")), one("any", protocols=())], ["both", "any"]),
        ([one("b"), one("a")], ["a", "b"]),
        ([one(auto=False)], []),
        ([one(disabled=True)], []),
        ([one(multi_model=True)], []),
        ([one(workers=True)], []),
        ([one(protocols=("v2",))], []),
    ],
)
def test_order_of_candidates(runtimes, expected):
    assert [found.name for found in candidates(runtimes, Wanted("x"))] == expected


def test_first_entry_of_a_format_decides_its_priority():
    twice = Runtime("twice", formats=(Format("x", "1", priority=1), Format("x", "2", auto_select=True, priority=9)))
    assert [found.name for found in candidates([twice, one("five", priority=5)], Wanted("x"))] == ["five", "twice"]


@pytest.mark.parametrize(
    ("runtimes", "expected"),
    [
        ([one("a"), one("b")], ["a", "b"]),
        ([one("a", priority=None), one("b", priority=None)], ["a", "b"]),
        ([one("a"), one("b", priority=2)], []),
        ([one("a"), one("b", namespace="n")], []),
        ([one("a"), one("b", protocols=())], []),
        ([one("a")], []),
        ([], []),
    ],
)
def test_only_age_decides_between_equals(runtimes, expected):
    wanted = Wanted("x", protocol="v1")
    assert [found.name for found in undecided(candidates(runtimes, wanted), wanted)] == expected


@pytest.mark.parametrize(
    ("found", "wanted", "expected"),
    [
        (one(auto=False), Wanted("x"), ()),
        (one(protocols=("v2",)), Wanted("x"), ()),
        (one(protocols=("v2",)), Wanted("x", protocol="v1"), (Obstacle.PROTOCOL,)),
        (one(protocols=()), Wanted("x", protocol="v1"), ()),
        (one(), Wanted("y"), (Obstacle.FORMAT,)),
        (one(), Wanted("x", "2"), (Obstacle.VERSION,)),
        (one(version=None), Wanted("x", "2"), (Obstacle.VERSION,)),
        (one(disabled=True), Wanted("x"), (Obstacle.DISABLED,)),
        (one(workers=True), Wanted("x"), ()),
        (one(), Wanted("x", workers=True), (Obstacle.WORKERS,)),
        (one(multi_model=True), Wanted("x"), ()),
    ],
)
def test_what_a_named_runtime_must_fulfil(found, wanted, expected):
    assert obstacles(found, wanted, named=True) == expected


def test_autoselect_counts_for_the_version_that_is_asked_for():
    mixed = Runtime("m", formats=(Format("x", "1", auto_select=True), Format("x", "2")))
    assert obstacles(mixed, Wanted("x", "2")) == (Obstacle.AUTO_SELECT,)
    assert obstacles(mixed, Wanted("x")) == ()


@pytest.mark.parametrize(("protocols", "place"), [(("v2", "v1"), 0), (("grpc-v2",), 3), (("open-x",), 4), ((), 4)])
def test_lowest_protocol_counts(protocols, place):
    assert preferred(protocols) == place


@pytest.mark.parametrize(
    "spec",
    [
        {"supportedModelFormats": 1, "protocolVersions": "v1", "workerSpec": None},
        {"supportedModelFormats": [None, 3], "protocolVersions": [1, {}]},
        {},
    ],
)
def test_odd_manifests_are_read_as_empty(spec):
    assert runtime("a", "", spec) == Runtime("a")


def test_odd_format_is_read_as_far_as_it_goes():
    form = {"name": 1, "version": 2, "autoSelect": "x", "priority": True}
    read = runtime("a", "n", {"supportedModelFormats": [form]})
    assert read.formats == (Format(""),)
