"""The data in `imports/` that this repository is checked against."""

import copy
import json
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.importer import pipeline
from kserve_gitops.importer.factoring import factor
from kserve_gitops.importer.store import DEFINITIONS, publish

ROOT = Path(__file__).parents[2]
IMPORTS = ROOT / "imports"
SHARED = ROOT.parent / "shared"
SOURCES = [SHARED / name for name in ("crds", "crds/kserve-v0.20.0", "values", "runtimes")]

WORDS = {
    *("$defs", "$ref", "additionalProperties", "allOf", "anyOf", "const", "default", "else", "enum"),
    *(
        "exclusiveMaximum",
        "exclusiveMinimum",
        "format",
        "if",
        "items",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
    ),
    *(
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "not",
        "oneOf",
        "pattern",
        "patternProperties",
    ),
    *("properties", "required", "then", "type", "uniqueItems", "x-needed"),
}

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared, where the sources lie, is not there")


def schema_files():
    return sorted([*IMPORTS.glob("kinds/*/*/*.json"), *IMPORTS.glob("values/*/*.json")])


def keywords(schema):
    """Every keyword of a schema and its subschemas; names of properties are none."""
    if not isinstance(schema, dict):
        return
    yield from schema
    for word in ("properties", "patternProperties", "$defs"):
        for inner in schema.get(word, {}).values():
            yield from keywords(inner)
    for word in ("items", "additionalProperties", "not", "if", "then", "else"):
        yield from keywords(schema.get(word))
    for word in ("allOf", "anyOf", "oneOf"):
        for inner in schema.get(word, ()):
            yield from keywords(inner)


def test_schemas_hold_structure_and_no_prose():
    found = {word for file in schema_files() for word in keywords(json.loads(file.read_text()))}

    assert found <= WORDS


def test_no_string_in_imports_is_a_sentence():
    def strings(value):
        if isinstance(value, str):
            yield value
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from strings(inner)
        yield from value if isinstance(value, dict) else ()

    texts = {text for file in IMPORTS.rglob("*.json") for text in strings(json.loads(file.read_text()))}

    assert [text for text in texts if text.count(" ") > 2 and not text.startswith("^")] == []


def test_imports_stay_small():
    assert sum(file.stat().st_size for file in IMPORTS.rglob("*") if file.is_file()) < 3_000_000


@pytest.mark.parametrize("kserve", ["v0.16.0", "v0.20.0"])
def test_every_kind_compiles(kserve):
    schemas = Schemas(IMPORTS, kserve=kserve)

    for api_version, kind in schemas.kinds():
        problems = schemas.object_problems({"apiVersion": api_version, "kind": kind, "nonsense": 1})

        assert {("unknown", "nonsense"), ("missing", "metadata")} <= {(p.kind, p.key) for p in problems}, kind


def test_the_lock_names_every_file_and_a_proof_of_its_source():
    rows = json.loads((IMPORTS / "sources.lock").read_text())["sources"]
    files = {file.relative_to(IMPORTS).as_posix() for file in IMPORTS.rglob("*.json")}

    assert {path for row in rows for path in row["produced"]} == {
        path for path in files if not path.endswith(DEFINITIONS)
    }
    for row in rows:
        assert row.get("repository") or row.get("package"), row
        assert row["tag"], row
        assert len(row["sha256"]) == 64


@pytest.mark.parametrize("tag", ["v0.16.0", "v0.17.1", "v0.18.1", "v0.19.0", "v0.20.0"])
def test_runtimes_are_tabled_for_every_supported_version(tag):
    table = json.loads((IMPORTS / "runtimes" / f"{tag}.json").read_text())["runtimes"]

    assert table["kserve-sklearnserver"]["protocolVersions"] == ["v1", "v2"]
    assert [name for name, row in table.items() if not row["installed"]] in ([], ["kserve-openvino"])


@pytest.fixture(scope="module")
def made():
    made = pipeline._make(SOURCES, repository="kserve/kserve", tag=None)
    pipeline._add_core("1.34", made)
    return made


@needs_shared
def test_importing_again_gives_the_same_bytes(made, tmp_path):
    publish(dict(pipeline._files(made)), made.records, tmp_path, units=set())

    def contents(folder):
        return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    again, committed = contents(tmp_path), contents(IMPORTS)
    rows, all_rows = (json.loads(found.pop(Path("sources.lock")))["sources"] for found in (again, committed))

    # Some sources are not in ../shared; what was made of them stays as it is.
    assert not made.findings
    assert all(committed[file] == data for file, data in again.items())
    assert all(row in all_rows for row in rows)
    elsewhere = {str(path) for path in committed.keys() - again.keys() if path.name != DEFINITIONS}
    assert elsewhere == {path for row in all_rows if row not in rows for path in row["produced"]}


def mutations(value):
    """`value` with, at one place after another, a field renamed, a field removed, or a value of another type."""
    if isinstance(value, dict):
        for key in value:
            yield {**{k: v for k, v in value.items() if k != key}, f"{key}X": value[key]}
            yield {k: v for k, v in value.items() if k != key}
            yield from ({**value, key: inner} for inner in mutations(value[key]))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from ([*value[:index], inner, *value[index + 1 :]] for inner in mutations(item))
    else:
        yield [value]
        yield 1 if isinstance(value, str) else "1x"


@needs_shared
def test_factored_and_whole_schemas_agree_on_every_sample_and_its_mutations(made):
    roots = made.kinds["kinds/serving.kserve.io/v0.16.0/"]
    tops, definitions = factor(roots, here="")
    whole = {key: jsonschema_rs.validator_for(schema) for key, schema in roots.items()}
    parts = {key: jsonschema_rs.validator_for({**top, "$defs": definitions}) for key, top in tops.items()}
    verdicts = {True: 0, False: 0}

    for file in sorted((SHARED / "samples").glob("*.yaml")):
        for sample in yaml.load_all(file.read_text(), Loader=yaml.CSafeLoader):
            key = f"{sample['kind']}.{sample['apiVersion'].rpartition('/')[2]}"
            for value in (sample, *mutations(copy.deepcopy(sample))) if key in roots else ():
                fits = whole[key].is_valid(value)
                verdicts[fits] += 1
                assert parts[key].is_valid(value) == fits, (file.name, value)

    assert min(verdicts.values()) > 100


@needs_shared
def test_default_values_of_every_chart_fit_what_it_takes():
    schemas = Schemas(IMPORTS, kserve="v0.16.0")
    charts = sorted((IMPORTS / "values").glob("*/*.json"))

    for chart in charts:
        defaults = SHARED / "values" / f"{chart.parent.name}-{chart.stem}.values.yaml"
        values = yaml.load(defaults.read_text() or "{}", Loader=yaml.CSafeLoader) if defaults.exists() else {}

        assert schemas.values_problems(chart.parent.name, chart.stem, values) == [], chart
