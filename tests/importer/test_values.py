import jsonschema_rs
import pytest
import yaml

from kserve_gitops.importer import values

DEFAULTS = yaml.safe_load("""
replicas: 1
enabled: true
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
        "properties": {
            "a": {"properties": {"b": {"type": "string"}}, "type": "object"},
            "list": {"items": kept, "type": "array"},
            "map": {"patternProperties": {"^x": kept}, "type": "object"},
        },
        "type": "object",
    }


def test_a_property_named_like_prose_is_a_property():
    made = values.shipped({"properties": {"description": {"type": "string", "description": "prose"}}})

    assert made == {"properties": {"description": {"type": "string"}}}


def test_branches_that_only_name_types_become_one_list_of_types():
    assert values.shipped({"oneOf": [{"type": "string"}, {"type": "integer"}]}) == {"type": ["integer", "string"]}
