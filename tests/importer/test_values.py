import jsonschema_rs
import pytest
import yaml

from kserve_gitops.importer import values

DEFAULTS = yaml.safe_load("""
replicas: 1
enabled: true
printed: "false"
name: web
priorityClassName: ""
anything:
resources: {limits: {cpu: 1}}
podLabels: {app: x}
securityContext: {runAsNonRoot: true}
extraFiles: {}
configs: {cm: {timeout.reconciliation: 180s}}
server: {port: 80, hosts: [a]}
""")


def accepts(schema, text):
    return jsonschema_rs.validator_for(schema).is_valid(yaml.safe_load(text))


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "{replicas: '2'}",
        "{name: 3}",
        "{priorityClassName: high}",
        "{anything: {a: [1]}}",
        "{resources: {requests: {nvidia.com/gpu: 1}}}",
        "{podLabels: {other: x}}",
        "{securityContext: {fsGroup: 1}}",
        "{extraFiles: {a: b}}",
        "{configs: {cm: {exec.enabled: false}}}",
        "{server: {hosts: [{b: 1}]}}",
        "{printed: true}",
        "{printed: 'False'}",
    ],
)
def test_overrides_that_a_chart_without_a_schema_takes(text):
    assert accepts(values.inferred(DEFAULTS), text)


@pytest.mark.parametrize(
    "text",
    [
        "{replica: 1}",
        "{enabled: 'true'}",
        "{name: {a: 1}}",
        "{priorityClassName: {a: 1}}",
        "{resources: {limit: {cpu: 1}}}",
        "{configs: {other: {}}}",
        "{server: {ports: 80}}",
        "{server: {hosts: a}}",
    ],
)
def test_overrides_that_a_chart_without_a_schema_does_not_know(text):
    assert not accepts(values.inferred(DEFAULTS), text)


def test_a_chart_without_values_takes_none():
    assert accepts(values.inferred({}), "{}")
    assert not accepts(values.inferred({}), "{a: 1}")


def test_a_shipped_schema_requires_nothing_at_the_top_and_everything_in_items():
    item = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "default": "x"}}}
    shipped = {
        "title": "prose",
        "type": "object",
        "required": ["a"],
        "additionalProperties": False,
        "properties": {
            "a": {"type": "object", "required": ["b"], "properties": {"b": {"$ref": "#/$defs/text"}}},
            "list": {"type": "array", "items": item},
            "map": {"type": "object", "patternProperties": {"^x": item}},
        },
        "allOf": [{"not": {"required": ["list"]}}],
        "$defs": {"text": {"type": "string", "description": "prose"}},
    }

    made = values.shipped(shipped)

    kept = {"properties": {"name": {"type": "string"}}, "required": ["name"], "type": "object"}
    assert made == {
        "additionalProperties": False,
        "allOf": [{"not": {"required": ["list"]}}],
        "properties": {
            "a": {"properties": {"b": {"type": "string"}}, "type": "object", "x-needed": ["b"]},
            "list": {"items": kept, "type": "array"},
            "map": {"patternProperties": {"^x": kept}, "type": "object"},
        },
        "type": "object",
        "x-needed": ["a"],
    }


def test_a_property_named_like_prose_is_a_property():
    made = values.shipped({"properties": {"description": {"type": "string", "description": "prose"}}})

    assert made == {"properties": {"description": {"type": "string"}}}


def test_branches_that_only_name_types_become_one_list_of_types():
    assert values.shipped({"oneOf": [{"type": "string"}, {"type": "integer"}]}) == {"type": ["integer", "string"]}


def flag(value):
    return {"properties": {"enabled": {"const": value}}}


def test_a_condition_asks_about_written_values_only():
    made = values.shipped({"if": {"properties": {"a": flag(True)}}, "then": {"properties": {"b": flag(False)}}})

    assert accepts(made, "{b: {enabled: true}}")
    assert accepts(made, "{a: {enabled: true}}")
    assert accepts(made, "{a: {}, b: {enabled: true}}")
    assert accepts(made, "{a: {enabled: true}, b: {enabled: false}}")
    assert not accepts(made, "{a: {enabled: true}, b: {enabled: true}}")


def test_values_that_exclude_each_other_may_not_both_be_written():
    made = values.shipped({"not": {"properties": {"a": flag(True), "b": flag(True)}}})

    assert accepts(made, "{}")
    assert accepts(made, "{a: {enabled: true}}")
    assert not accepts(made, "{a: {enabled: true}, b: {enabled: true}}")


@pytest.mark.parametrize(
    "schema",
    [
        {"if": {"not": flag(True)}, "then": {"required": ["a"]}},
        {"if": flag(True), "then": {"required": ["a"]}},
        {"if": flag(True), "then": {"description": "prose"}, "else": {"required": ["a"]}},
        {"not": {"not": flag(True)}},
        {"dependentRequired": {"enabled": ["a"]}, "dependencies": {"enabled": ["a"]}, "minProperties": 2},
        {"if": True, "then": {"properties": {"a": {"type": "string"}}}},
    ],
)
def test_what_only_the_merged_values_can_tell_is_left_out(schema):
    assert accepts(values.shipped(schema), "{enabled: true}")
    assert accepts(values.shipped(schema), "{}")


def test_a_condition_may_be_shared():
    schema = {"not": {"$ref": "#/$defs/on"}, "$defs": {"on": flag(True)}}

    assert not accepts(values.shipped(schema), "{enabled: true}")
    assert accepts(values.shipped(schema), "{}")
