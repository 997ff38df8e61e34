import json
from pathlib import Path

import pytest

from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.core.errors import InputError

IMPORTS = Path(__file__).parents[2] / "imports"


@pytest.fixture(scope="module")
def schemas():
    return Schemas(IMPORTS, kserve="v0.16.0")


def service(**predictor):
    return {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": "iris", "namespace": "kserve"},
        "spec": {"predictor": {"model": {"modelFormat": {"name": "sklearn"}}, **predictor}},
    }


def kind_file(directory, group, tag, key, **properties):
    file = directory / "kinds" / group / tag / f"{key}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    file.write_text(json.dumps(schema))
    return file


def probe(api_version, kind, field):
    return {"apiVersion": api_version, "kind": kind, field: 1}


def test_an_object_that_fits_has_no_problems(schemas):
    assert schemas.object_problems(service(minReplicas=1)) == []


def test_an_unknown_field_is_found_where_it_stands(schemas):
    (problem,) = schemas.object_problems(service(minReplica=1))

    assert problem.path == ("spec", "predictor")
    assert problem.message == "unknown field 'minReplica'"
    assert problem.hint == "did you mean 'minReplicas'?"


def test_all_problems_of_an_object_are_found_at_once(schemas):
    found = schemas.object_problems(service(minReplicas="1", containerz=[], model={"modelFormat": {}}))

    assert {(problem.kind, problem.path) for problem in found} == {
        ("value", ("spec", "predictor", "minReplicas")),
        ("unknown", ("spec", "predictor")),
        ("missing", ("spec", "predictor", "model", "modelFormat")),
    }


def test_an_object_needs_a_name(schemas):
    manifest = service()
    del manifest["metadata"]["name"]

    (problem,) = schemas.object_problems(manifest)

    assert problem.message == "missing field 'name' or 'generateName'"


@pytest.mark.parametrize(
    ("api_version", "kind", "known"),
    [
        ("v1", "Secret", True),
        ("apps/v1", "Deployment", True),
        ("gateway.networking.k8s.io/v1", "HTTPRoute", True),
        ("argoproj.io/v1alpha1", "Application", True),
        ("v1", "Deployment", False),
        ("gateway.networking.k8s.io/v1", "definitions", False),
    ],
)
def test_which_kinds_can_be_checked(schemas, api_version, kind, known):
    assert schemas.knows(api_version, kind) is known
    assert ((api_version, kind) in schemas.kinds()) is known


@pytest.mark.parametrize(("kserve", "known"), [("v0.16.0", False), ("v0.17.1", True), ("v0.20.0", True)])
def test_kinds_of_kserve_are_those_of_the_deployed_version(kserve, known):
    schemas = Schemas(IMPORTS, kserve=kserve)

    assert schemas.knows("serving.kserve.io/v1alpha2", "LLMInferenceService") is known


@pytest.mark.parametrize(
    ("kserve", "field"),
    [("v0.9.0", "nine"), ("v0.15.2", "nine"), ("v0.16.0", "sixteen"), ("v0.17.1", "sixteen"), ("v0.8.0", "nine")],
)
def test_a_version_without_its_own_set_has_the_fields_of_the_newest_that_is_not_newer(tmp_path, kserve, field):
    anything = {"apiVersion": {}, "kind": {}}
    kind_file(tmp_path, "serving.kserve.io", "v0.9.0", "Thing.v1", nine={}, **anything)
    kind_file(tmp_path, "serving.kserve.io", "v0.16.0", "Thing.v1", sixteen={}, **anything)

    schemas = Schemas(tmp_path, kserve=kserve)

    assert schemas.object_problems(probe("serving.kserve.io/v1", "Thing", field)) == []


def test_every_other_kind_is_taken_from_the_newest_set_that_has_it(tmp_path):
    anything = {"apiVersion": {}, "kind": {}}
    kind_file(tmp_path, "example.com", "v1.10.0", "New.v1", new={}, **anything)
    kind_file(tmp_path, "example.com", "v1.10.0-rc1", "New.v1", candidate={}, **anything)
    kind_file(tmp_path, "example.com", "v1.9.0", "New.v1", old={}, **anything)
    kind_file(tmp_path, "example.com", "v1.9.0", "Gone.v1", old={}, **anything)

    schemas = Schemas(tmp_path, kserve="v0.16.0")

    assert schemas.object_problems(probe("example.com/v1", "New", "new")) == []
    assert schemas.object_problems(probe("example.com/v1", "Gone", "old")) == []


def test_values_are_checked_against_their_chart(schemas):
    assert (
        schemas.values_problems("kserve", "v0.16.0", {"kserve": {"controller": {"gateway": {"domain": "a.b"}}}}) == []
    )

    (problem,) = schemas.values_problems("kserve", "v0.16.0", {"kserve": {"controler": {}}})

    assert problem.path == ("kserve",)
    assert problem.hint == "did you mean 'controller'?"


def test_a_chart_that_takes_no_values_says_so(schemas):
    (problem,) = schemas.values_problems("kserve-crd", "v0.16.0", {"a": 1})

    assert (problem.message, problem.hint) == ("unknown field 'a'", "nothing is allowed here")


def test_of_an_unknown_chart_version_nothing_is_said(schemas):
    assert schemas.values_problems("kserve", "v0.0.1", {"a": 1}) is None


def test_a_null_takes_a_default_away(schemas):
    assert schemas.values_problems("kserve", "v0.16.0", {"kserve": {"controller": None}}) == []


@pytest.mark.parametrize("method", [Schemas.object_problems, Schemas.canonical, Schemas.without_defaults])
@pytest.mark.parametrize("text", ["{", "[1]", '{"$ref": "#/$defs/Gone"}', '{"properties": {"a": {"$ref": "#/no"}}}'])
def test_a_damaged_file_is_an_error_that_names_it(tmp_path, text, method):
    file = kind_file(tmp_path, "example.com", "v1.0.0", "Thing.v1")
    file.write_text(text)

    with pytest.raises(InputError) as caught:
        method(Schemas(tmp_path, kserve="v0.16.0"), probe("example.com/v1", "Thing", "a"))

    (finding,) = caught.value.findings
    assert finding.place.file == file.as_posix()


def test_only_the_kinds_that_are_asked_for_are_compiled(schemas):
    fresh = Schemas(IMPORTS, kserve="v0.16.0")

    fresh.object_problems(service())

    assert [kind for _, kind in fresh._compiled] == ["InferenceService"]
    assert [file.stem for file in fresh._imported._loaded] == ["InferenceService.v1beta1", "definitions"]
