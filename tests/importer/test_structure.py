import yaml

from kserve_gitops.importer import crds, structure

WIDGET = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        description: a widget
        type: object
        required: [spec, status]
        properties:
          apiVersion: {type: string, description: prose}
          kind: {type: string}
          metadata: {type: object}
          spec:
            type: object
            required: [size, mode]
            x-kubernetes-validations: [{rule: self.size > 1, message: prose}]
            properties:
              size: {type: integer, format: int32, minimum: 1, description: prose, example: 3}
              mode: {type: string, enum: [a, b], default: a}
              port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}], pattern: '^\\d+$'}
              since: {type: string, format: date-time}
              total: {type: integer, format: int64}
              note: {type: string, nullable: true, enum: [x]}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {known: {type: string}}}
              empty: {type: object}
              labels: {type: object, additionalProperties: {type: string}}
              names: {type: array, x-kubernetes-list-type: set, items: {type: string, maxLength: 9}}
              either: {type: object, properties: {a: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}
          status: {type: object}
  - name: v1alpha1
    served: false
    storage: false
    schema: {openAPIV3Schema: {type: object}}
"""


def strict(text):
    return structure.structure(yaml.safe_load(text), prune=True)


def test_a_definition_becomes_exactly_the_structure_that_decides():
    (widget,) = crds.served(yaml.safe_load(WIDGET))

    assert (widget.group, widget.key) == ("example.com", "Widget.v1")
    properties = widget.schema.pop("properties")
    assert widget.schema == {
        "additionalProperties": False,
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "type": "object",
    }
    assert properties.pop("metadata")["properties"].keys() >= {"name", "namespace", "labels", "annotations"}
    assert properties == {
        "apiVersion": {"const": "example.com/v1"},
        "kind": {"const": "Widget"},
        "spec": {
            "additionalProperties": False,
            "properties": {
                "either": {
                    "additionalProperties": False,
                    "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
                    "properties": {"a": {"type": "string"}},
                    "type": "object",
                },
                "empty": {"additionalProperties": False, "properties": {}, "type": "object"},
                "free": {"properties": {"known": {"type": "string"}}, "type": "object"},
                "labels": {"additionalProperties": {"type": "string"}, "type": "object"},
                "mode": {"default": "a", "enum": ["a", "b"], "type": "string"},
                "names": {"items": {"maxLength": 9, "type": "string"}, "type": "array"},
                "note": {"enum": ["x", None], "type": ["string", "null"]},
                "port": {"pattern": "^\\d+$", "type": ["integer", "string"]},
                "since": {"format": "date-time", "type": "string"},
                "size": {"maximum": 2147483647, "minimum": 1, "type": "integer"},
                "total": {"type": "integer"},
            },
            "required": ["size"],
            "type": "object",
        },
    }


def test_a_version_that_is_not_served_is_left_out():
    assert [kind.version for kind in crds.served(yaml.safe_load(WIDGET))] == ["v1"]


def test_a_field_with_a_default_is_never_missing():
    made = strict("{type: object, required: [a, b], properties: {a: {type: string, default: x}, b: {type: string}}}")

    assert made["required"] == ["b"]


def test_a_default_stays_where_the_api_server_fills_it_in():
    text = "{type: array, default: [{}], items: {type: object, properties: {a: {type: string, default: ''}}}}"

    assert strict(text)["default"] == [{}]
    assert strict(text)["items"]["properties"]["a"] == {"default": "", "type": "string"}
    assert "default" not in structure.structure(yaml.safe_load(text), prune=False)


def test_branches_narrow_and_do_not_close():
    made = strict("{type: object, properties: {a: {}}, allOf: [{properties: {a: {type: object}}}]}")

    assert made["allOf"] == [{"properties": {"a": {"type": "object"}}}]


def test_an_exclusive_bound_of_openapi_becomes_one_of_json_schema():
    made = strict("{type: number, minimum: 0, exclusiveMinimum: true, maximum: 9}")

    assert made == {"exclusiveMinimum": 0, "maximum": 9, "type": "number"}


def test_an_embedded_resource_carries_its_own_kind_and_metadata():
    made = strict("{type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}")

    assert made["required"] == ["apiVersion", "kind", "metadata"]
    assert made["properties"]["metadata"] == structure.OBJECT_META
    assert "additionalProperties" not in made


def test_the_word_of_the_schema_is_taken_where_nothing_is_pruned():
    assert structure.structure({"type": "object", "properties": {"a": {}}}, prune=False) == {
        "properties": {"a": {}},
        "type": "object",
    }
