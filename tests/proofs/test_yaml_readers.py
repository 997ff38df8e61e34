"""Argo CD, Helm and people's tools read YAML by different rules; every file of dist/ means the same to all of them."""

import io
import json
from pathlib import Path

import pytest
import yaml

ruamel = pytest.importorskip("ruamel.yaml")

DIST = Path(__file__).parents[2] / "dist"
FILES = sorted(path.relative_to(DIST).as_posix() for path in DIST.rglob("*.yaml"))


def by_yaml_1_1(text):
    return [json.dumps(document, sort_keys=True) for document in yaml.safe_load_all(text)]


def by_yaml_1_2(text):
    reader = ruamel.YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    return [json.dumps(document, sort_keys=True) for document in reader.load_all(io.StringIO(text))]


@pytest.mark.parametrize("file", FILES)
def test_file_means_the_same_to_both(file):
    text = (DIST / file).read_text(encoding="utf-8")

    assert by_yaml_1_1(text) == by_yaml_1_2(text)


@pytest.mark.parametrize("text", ["a: on", "a: 0o17", "a: 1e3", "a: 012", "a: 12:30:45"])
def test_judges_do_disagree(text):
    assert by_yaml_1_1(text) != by_yaml_1_2(text)
