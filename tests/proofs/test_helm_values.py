"""The charts' own schemas and defaults, as their authors publish them, accept the values of dist/.

Those files are not part of this repository: where they are missing, the tests skip.
"""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

REPOSITORY = Path(__file__).parents[2]
VALUES = REPOSITORY / "dist" / "production" / "values"
APPS = REPOSITORY / "dist" / "production" / "apps"
PUBLISHED = REPOSITORY.parent / "shared" / "values"
NAMES = sorted(path.stem for path in VALUES.glob("*.yaml"))

pytestmark = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the charts' published values are not here")


def published(name, ending):
    """A file of the chart at the version that is deployed; skips the test when it is not there."""
    application = yaml.safe_load((APPS / f"{name}.yaml").read_text("utf-8"))
    chart = application["spec"]["sources"][0]
    file = PUBLISHED / f"{chart['chart']}-{chart['targetRevision']}.{ending}"
    if not file.is_file():
        pytest.skip(f"no {file.name}")
    return file.read_text("utf-8")


def ours(name):
    return yaml.safe_load((VALUES / f"{name}.yaml").read_text("utf-8"))


def coalesced(defaults, override):
    """Helm's rule: mappings merge, null takes a default away, everything else replaces."""
    if not isinstance(defaults, dict) or not isinstance(override, dict):
        return override
    merged = {**defaults, **{key: coalesced(defaults.get(key), value) for key, value in override.items()}}
    return {key: value for key, value in merged.items() if not (key in override and override[key] is None)}


def judge(name):
    """The published schema of a chart."""
    schema = json.loads(published(name, "schema.json"))
    kind = jsonschema.validators.validator_for(schema)
    return kind(schema)


@pytest.mark.parametrize("name", NAMES)
def test_schema_of_the_chart_accepts_defaults_and_ours(name):
    validator = judge(name)
    defaults = yaml.safe_load(published(name, "values.yaml"))

    errors = [error.message for error in validator.iter_errors(coalesced(defaults, ours(name)))]

    assert errors == []


@pytest.mark.parametrize("name", NAMES)
def test_schema_of_the_chart_refuses_an_unknown_key(name):
    validator = judge(name)
    defaults = yaml.safe_load(published(name, "values.yaml"))

    assert not validator.is_valid(coalesced(defaults, {**ours(name), "unknown": 1}))


def unknown(defaults, override, way=()):
    """Ways to keys, in `override`, of mappings whose defaults name their keys and do not name this one."""
    if isinstance(override, dict) and isinstance(defaults, dict) and defaults:
        for key, value in override.items():
            if key not in defaults and way != ("hub", "config"):
                yield ".".join((*way, key))
            elif key in defaults:
                yield from unknown(defaults[key], value, (*way, key))
    elif defaults not in (None, "", [], {}) and type(override) is not type(defaults):
        yield f"{'.'.join(way)} is {type(override).__name__}, its default {type(defaults).__name__}"


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_one_that_the_chart_has(name):
    defaults = yaml.safe_load(published(name, "values.yaml"))

    assert list(unknown(defaults, ours(name))) == []


def test_judge_of_keys_sees_a_misspelled_one_and_a_wrong_type():
    defaults = {"a": {"b": 1, "free": {}}}

    assert list(unknown(defaults, {"a": {"c": 1, "b": "x", "free": {"any": 1}}})) == [
        "a.c",
        "a.b is str, its default int",
    ]
