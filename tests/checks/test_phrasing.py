import jsonschema_rs
import pytest

from kserve_gitops.checks.schema.phrasing import Book, problems

MODEL = {
    "additionalProperties": False,
    "properties": {
        "minReplicas": {"type": "integer", "minimum": 0},
        "pullPolicy": {"enum": ["Always", "IfNotPresent", "Never"]},
        "port": {"anyOf": [{"type": "integer", "maximum": 9}, {"type": "string", "pattern": "^[a-z]+$"}]},
        "source": {
            "oneOf": [
                {
                    "type": "object",
                    "properties": {"git": {"type": "object", "properties": {"url": {"type": "string"}}}},
                    "required": ["git"],
                    "additionalProperties": False,
                },
                {"type": "null"},
            ]
        },
        "predictor": {"$ref": "definitions.json#/$defs/Predictor"},
        "password": {"type": "string"},
        "gone": False,
        "since": {"type": "string", "format": "date-time"},
        "mode": {"const": "Standard"},
        "name": {"type": "string", "minLength": 2, "maxLength": 5, "pattern": "^[a-z]+$"},
        "list": {"type": "array", "minItems": 1, "maxItems": 2, "uniqueItems": True},
        "map": {"type": "object", "minProperties": 1, "maxProperties": 1},
        "odd": {"type": "integer", "not": {"multipleOf": 2}},
        "share": {"exclusiveMinimum": 0, "exclusiveMaximum": 1},
        "step": {"multipleOf": 5},
        "both": {"oneOf": [{"type": "integer"}, {"minimum": 1}]},
        "flag": {"type": "boolean"},
        "named": {"anyOf": [{"required": ["name"]}, {"required": ["generateName"]}]},
    },
    "type": "object",
}
DEFINITIONS = {
    "Predictor": {
        "additionalProperties": False,
        "properties": {"runtime": {"type": "string"}, "model": {"$ref": "#/$defs/Model"}},
        "required": ["runtime"],
        "type": "object",
    },
    "Model": {"additionalProperties": False, "properties": {"storageUri": {"type": "string"}}, "type": "object"},
}


def said(value):
    validator = jsonschema_rs.validator_for(
        MODEL, base_uri="imports:///a.json", retriever=lambda _: {"$defs": DEFINITIONS}, validate_formats=True
    )
    return list(problems(validator.iter_errors(value), Book(MODEL, DEFINITIONS)))


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        ({"minReplicas": "1"}, "'1' is a string, expected an integer", "take the quotes off"),
        ({"minReplicas": "one"}, "'one' is a string, expected an integer", ""),
        ({"minReplicas": 1.5}, "1.5 is a number, expected an integer", ""),
        ({"minReplicas": None}, "nothing is given, expected an integer", ""),
        ({"minReplicas": [1]}, "a list, expected an integer", ""),
        ({"minReplicas": {}}, "a mapping, expected an integer", ""),
        ({"flag": "true"}, "'true' is a string, expected a boolean", "take the quotes off"),
        ({"name": True}, "true is a boolean, expected a string", 'write "true"'),
        ({"minReplicas": -1}, "-1 is too small", "it must be at least 0"),
        (
            {"pullPolicy": "Alwys"},
            "'Alwys' is not one of 'Always', 'IfNotPresent' or 'Never'",
            "did you mean 'Always'?",
        ),
        ({"port": True}, "true is a boolean, expected an integer or a string", 'write "true"'),
        ({"port": 10}, "10 is too large", "it must be at most 9"),
        ({"port": "A"}, "'A' does not have the right form", "it must match ^[a-z]+$"),
        ({"since": "monday"}, "'monday' is not a valid date-time", ""),
        ({"mode": "Raw"}, "'Raw' is not 'Standard'", "write 'Standard'"),
        ({"name": "a"}, "'a' is too short: 1 characters", "at least 2"),
        ({"name": "abcdef"}, "'abcdef' is too long: 6 characters", "at most 5"),
        ({"list": []}, "it must not be empty", ""),
        ({"list": [1, 2, 3]}, "the list has too many items: 3", "at most 2"),
        ({"list": [1, 1]}, "the list holds the same item twice", ""),
        ({"map": {}}, "it must not be empty", ""),
        ({"map": {"a": 1, "b": 2}}, "the mapping has too many fields: 2", "at most 1"),
        ({"odd": 2}, "2 is ruled out here", ""),
        ({"share": 0}, "0 is too small", "it must be more than 0"),
        ({"share": 1}, "1 is too large", "it must be less than 1"),
        ({"step": 3}, "3 is not a multiple of 5", ""),
        ({"both": 1}, "1 fits several forms that exclude each other", "keep one of them"),
    ],
)
def test_a_wrong_value_is_said_in_plain_words(value, message, hint):
    (problem,) = said(value)

    assert (problem.kind, problem.key, problem.path) == ("value", None, tuple(value))
    assert (problem.message, problem.hint) == (message, hint)


@pytest.mark.parametrize(
    ("value", "path", "key", "hint"),
    [
        ({"minReplica": 1}, (), "minReplica", "did you mean 'minReplicas'?"),
        ({"predictor": {"runtime": "x", "modle": {}}}, ("predictor",), "modle", "did you mean 'model'?"),
        ({"runtime": "x"}, (), "runtime", "it belongs under 'predictor'"),
        ({"predictor": {"runtime": "x", "zzz": 1}}, ("predictor",), "zzz", "allowed here: model, runtime"),
        ({"gone": 1}, (), "gone", ""),
    ],
)
def test_an_unknown_field_comes_with_what_was_probably_meant(value, path, key, hint):
    (problem,) = said(value)

    assert (problem.kind, problem.path, problem.key) == ("unknown", path, key)
    assert (problem.message, problem.hint) == (f"unknown field '{key}'", hint)


def test_a_long_list_of_fields_is_cut_after_eight():
    (problem,) = said({"zzz": 1})

    assert problem.hint == "allowed here: both, flag, gone, list, map, minReplicas, mode, name and 10 more"


def test_every_unknown_field_is_a_problem_of_its_own():
    assert [problem.key for problem in said({"xx": 1, "yy": 2})] == ["xx", "yy"]


def test_a_missing_field_is_named_at_the_mapping_that_lacks_it():
    (problem,) = said({"predictor": {}})

    assert (problem.kind, problem.path, problem.key) == ("missing", ("predictor",), "runtime")
    assert problem.message == "missing field 'runtime'"


def test_fields_of_which_one_is_needed_are_named_together():
    (problem,) = said({"named": {}})

    assert (problem.kind, problem.path, problem.key) == ("missing", ("named",), "name")
    assert problem.message == "missing field 'name' or 'generateName'"


def test_of_several_forms_the_one_that_was_meant_is_explained():
    (problem,) = said({"source": {"git": {"url": 1}}})

    assert problem.path == ("source", "git", "url")
    assert problem.message == "1 is an integer, expected a string"


@pytest.mark.parametrize(
    "value", [{"password": 1234}, {"named": {"name": 1}, "password": 1234}], ids=["alone", "beside others"]
)
def test_a_value_that_may_be_a_secret_is_not_repeated(value):
    (problem,) = said(value)

    assert problem.message == "the value is an integer, expected a string"
    assert "1234" not in repr(problem)


def test_a_long_value_is_cut():
    (problem,) = said({"pullPolicy": "x" * 100})

    assert problem.message.startswith(f"'{'x' * 60}…' is not one of")
