"""What both sides wrote, read back, to be sure that the same was measured."""

import json
from collections.abc import Iterable
from pathlib import Path

import yaml

KINDS = {"ServiceAccount", "InferenceService", "HTTPRoute"}


def written(folder: Path) -> list[str]:
    """Every object of the measured kinds in the YAML files below `folder`, as JSON with sorted keys; sorted."""
    texts = (file.read_text() for file in folder.rglob("*.yaml"))
    return sorted(json.dumps(found, sort_keys=True) for found in _objects(texts) if found.get("kind") in KINDS)


def count(folder: Path) -> int:
    """How many objects of these kinds there are; quick, for the large sizes."""
    lines = (line for file in folder.rglob("*.yaml") for line in file.read_text().splitlines())
    return sum(line.removeprefix("kind: ") in KINDS for line in lines if line.startswith("kind: "))


def _objects(texts: Iterable[str]) -> Iterable[dict[str, object]]:
    for text in texts:
        yield from (found for found in yaml.load_all(text, yaml.CSafeLoader) if isinstance(found, dict))
