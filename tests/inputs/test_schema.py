"""Our own JSON Schemas: sound, self-explaining, and phrased for people."""

import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from kserve_gitops.core.documents import parse
from kserve_gitops.inputs.schema import filled, locator, problems, schema

ROOT = Path(__file__).parents[2]
NAMES = ("platform", "model")


def nodes(node, path=""):
    """Every schema within a schema, with the way to it."""
    if isinstance(node, dict):
        yield path, node
        for key in ("properties", "$defs"):
            for name, inner in node.get(key, {}).items():
                yield from nodes(inner, f"{path}/{key}/{name}")
        for key in ("additionalProperties", "propertyNames", "items"):
            yield from nodes(node.get(key), f"{path}/{key}")
        for number, inner in enumerate(node.get("anyOf", [])):
            yield from nodes(inner, f"{path}/anyOf/{number}")


@pytest.mark.parametrize("name", NAMES)
def test_schema_is_a_valid_schema(name):
    jsonschema.Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", NAMES)
def test_every_default_fits_its_own_schema(name):
    whole = schema(name)
    defaults = [(path, node) for path, node in nodes(whole) if "default" in node]

    for path, node in defaults:
        validator = jsonschema.Draft202012Validator({**node, "$defs": whole["$defs"]})
        assert [error.message for error in validator.iter_errors(node["default"])] == [], path
    assert (len(defaults) > 5) == (name == "platform")


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_leads_somewhere(name):
    references = [node["$ref"] for _, node in nodes(schema(name)) if "$ref" in node]

    assert {r.rpartition("/")[2] for r in references} <= set(schema(name)["$defs"])
    assert {r.rpartition("/")[0] for r in references} == {"#/$defs"}


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_explained_where_it_stands_or_where_it_is_defined(name):
    definitions = schema(name)["$defs"]
    fields = [(path, node) for path, node in nodes(schema(name)) if re.search(r"/properties/[^/]+$", path)]

    def explained(node):
        return "description" in node or "description" in definitions.get(node.get("$ref", "").rpartition("/")[2], {})

    # A model's overlay has the fields of the model, explained there.
    passed_over = ("/environments/", "/if/")
    unexplained = [path for path, node in fields if not explained(node) and not any(p in path for p in passed_over)]
    assert unexplained == []


@pytest.mark.parametrize("name", NAMES)
def test_every_mapping_of_ours_is_closed(name):
    of_kserve = {"/$defs/predictor", "/$defs/component", "/$defs/other", "/$defs/patch"}
    of_kserve |= {f"/$defs/predictor/properties/model{below}" for below in ("", "/properties/resources")}
    of_kserve |= {f"/$defs/defaults/properties/{part}" for part in ("predictor", "transformer", "explainer")}
    of_kserve |= {"/$defs/defaults/properties/predictor/properties/model", "/$defs/rollout/properties/predictor"}
    of_helm = {"/$defs/values"}
    overlays = {"/$defs/overlay"}
    is_mapping = ((path, n) for path, n in nodes(schema(name)) if "object" in n.get("type", ()) and "anyOf" not in path)

    open_ones = {path for path, node in is_mapping if "additionalProperties" not in node}

    # A model's overlay is checked once it is merged, and the root of its schema only chooses between two definitions.
    elsewhere = {path for path in open_ones if "/properties/environments/additionalProperties" in path or path == "/if"}
    assert open_ones - elsewhere <= of_kserve | of_helm | overlays


@pytest.mark.parametrize(
    ("file", "name"),
    [("platform.yaml", "platform"), *((f"models/{p.name}", "model") for p in (ROOT / "models").glob("*"))],
)
def test_example_fits_and_tells_editors_its_schema(file, name):
    text = (ROOT / file).read_text(encoding="utf-8")
    document = parse(text, file)

    assert list(problems(document.data, name, locator(document))) == []
    told = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert told
    assert yaml.safe_load(((ROOT / file).parent / told[1]).read_text(encoding="utf-8")) == schema(name)


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("kserve: []", "kserve is a list, expected a mapping", "KServe itself, its CRDs and its built-in runtimes"),
        ("kserve: 1.5", "kserve is a number ('1.5'), expected a mapping", "KServe itself, its CRDs"),
        ("kserve: false", "kserve is false, expected a mapping", "KServe itself, its CRDs and its built-in runtimes"),
        ("kserve:", "kserve is nothing, expected a mapping", "write {} to take the defaults; KServe itself, its CRDs"),
        ("kserve: {values: }", "kserve.values is nothing, expected a mapping", "indent what belongs to it, or take"),
        ("storage:", "storage is nothing, expected a mapping", "it needs bucket, region; the S3 bucket"),
        ("environments:", "environments is nothing, expected a mapping", "environments by name; each becomes"),
        ("environments: {}", "environments is empty", "environments by name; each becomes a folder of dist/"),
        ("environments: {A_b: {domain: a.b}}", "environments: 'A_b' is not legal: only lower-case", ""),
        ("environments: {1: {domain: a.b}}", "environments: the key '1' is a whole number ('1')", "put it in quotes"),
        ("kserve: {version: 0.16}", "kserve.version is a number ('0.16'), expected a string", "put it in quotes; KSer"),
        (
            "parts: {traefik: {version: 41}}",
            "parts.traefik.version is a whole number ('41')",
            "version, spelled as its",
        ),
        (
            "parts: {traefik: 41}",
            "parts.traefik is a whole number ('41'), expected a mapping or nothing",
            "a chart by v",
        ),
        (
            "gateway: {gatewayClassName: Traefik}",
            "gateway.gatewayClassName is 'Traefik', which is not kn",
            "did you mean",
        ),
        ("gateway: {gatewayClassName: x}", "gateway.gatewayClassName is 'x', which is not known", "one of: traefik"),
        ("gateway: {name: ''}", "gateway.name: must not be empty: only lower-case", "name of the Gateway"),
        ("gateway: {tls: {secretName: a.b}}", "gateway.tls.secretName: 'a.b' is not legal", "name of the Secret"),
        ("repository: {repoURL: x, targetRevision: ''}", "repository.targetRevision is empty", "branch, tag or commit"),
        ("environments: {a: {domain: b}}", "environments.a.domain: 'b' has no domain", "DNS domain below which"),
        ("environments: {a: {domain: a.b, destination: {}}}", "environments.a.destination is empty", "the cluster, as"),
    ],
)
def test_phrases(text, said, hint):
    document = parse(text, "platform.yaml")

    found = [f for f in problems(document.data, "platform", locator(document)) if f.message.startswith(said)]

    assert len(found) == 1
    assert found[0].hint.startswith(hint)
    assert not found[0].hint.endswith(".")


def test_text_in_place_of_a_mapping_is_not_shown_for_it_may_be_a_key():
    document = parse("s3: AKIAIOSFODNN7EXAMPLE\n", "platform.yaml")

    found = list(problems(document.data, "platform", locator(document), part="credentials", under="credentials"))

    assert [finding.message for finding in found] == ["credentials.s3 is a string, expected a mapping"]
    assert "AKIA" not in str(found)


def test_long_values_are_cut():
    document = parse(f"bucket: a\nregion: a\nendpoint: {'x' * 5000}\n", "platform.yaml")

    found = list(problems(document.data, "platform", locator(document), part="storage", under="storage"))

    assert [f.message for f in found] == [f"storage.endpoint is '{'x' * 60}…', which has not the right form"]


def test_part_of_a_schema_is_named_in_its_findings():
    document = parse("bucket: [1]\nregion: a\n", "platform.yaml")

    found = list(problems(document.data, "platform", locator(document), part="storage", under="storage"))

    assert [finding.message for finding in found] == ["storage.bucket is a list, expected a string"]


def test_missing_field_that_is_there_misspelt_is_told_once():
    document = parse("buckte: a\n", "platform.yaml")

    found = list(problems(document.data, "platform", locator(document), part="storage", under="storage"))

    assert sorted(finding.message for finding in found) == ["storage lacks 'region'", "unknown field 'buckte'"]


def test_defaults_fill_what_is_missing_and_nothing_else():
    given = {"mlflow": {"databaseSize": "5Gi"}, "traefik": None}

    assert filled(given, "platform", "parts") == {
        "mlflow": {"databaseSize": "5Gi", "values": {}, "secrets": {}},
        "traefik": {"values": {}},
    }
    assert given == {"mlflow": {"databaseSize": "5Gi"}, "traefik": None}


def test_defaults_reach_the_values_of_open_mappings():
    assert filled({"a": {}, "b": {"serviceAccountName": "x"}}, "platform", "credentials") == {
        "a": {"type": "s3", "also": [], "namespaces": [], "env": {}},
        "b": {"serviceAccountName": "x", "type": "s3", "also": [], "namespaces": [], "env": {}},
    }
