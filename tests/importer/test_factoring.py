import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from kserve_gitops.importer.factoring import factor

FIELDS = {name: {"maxLength": 63, "pattern": "^[a-z]+$", "type": "string"} for name in ("alpha", "beta", "gamma")}
BOX = {"additionalProperties": False, "properties": FIELDS, "type": "object"}
LID = {"additionalProperties": False, "properties": {**FIELDS, "delta": {"type": "integer"}}, "type": "object"}

leaf = st.sampled_from([{"type": "string"}, {"type": "integer"}, {"type": "boolean", "enum": [True]}, BOX, LID])
keys = st.sampled_from(["alpha", "beta", "spec", "boxes"])
schemas = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.dictionaries(keys, inner, min_size=1).map(
            lambda found: {"type": "object", "properties": found, "additionalProperties": False}
        ),
        inner.map(lambda found: {"type": "array", "items": found}),
        inner.map(lambda found: {"type": "object", "additionalProperties": found}),
        st.lists(inner, min_size=1, max_size=3).map(lambda found: {"anyOf": found}),
    ),
    max_leaves=20,
)
values = st.recursive(
    st.sampled_from(["a", "A", 1, True, None]),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=8,
)


def whole(schema, definitions):
    return {**schema, "$defs": definitions}


def test_a_part_that_stands_twice_is_said_once_under_the_name_of_its_property():
    schema = {"type": "object", "properties": {"boxes": {"type": "array", "items": BOX}, "box": BOX}}

    made, definitions = factor({"Shelf.v1": schema}, here="definitions.json")

    assert definitions == {"Box": BOX}
    assert made["Shelf.v1"]["properties"]["box"] == {"$ref": "definitions.json#/$defs/Box"}
    assert made["Shelf.v1"]["properties"]["boxes"]["items"] == {"$ref": "definitions.json#/$defs/Box"}


def test_a_part_that_stands_once_stays_where_it_is():
    schema = {"type": "object", "properties": {"box": BOX}}

    assert factor({"Shelf.v1": schema}, here="") == ({"Shelf.v1": schema}, {})


def test_parts_of_one_name_are_told_apart_by_their_owners():
    def owner(part):
        return {"type": "object", "properties": {"box": part, "spare": part}}

    roots = {"Shelf.v1": owner(BOX), "Table.v1": owner(LID)}

    _, definitions = factor(roots, here="")

    assert definitions == {"ShelfBox": BOX, "TableBox": LID}


def test_definitions_do_not_depend_on_the_order_of_the_kinds():
    roots = {"A.v1": {"properties": {"x": BOX, "y": LID}}, "B.v1": {"properties": {"x": LID, "y": BOX}}}

    assert factor(roots, here="") == factor(dict(reversed(roots.items())), here="")


@given(schema=schemas, value=values)
def test_factored_and_whole_schemas_accept_the_same_values(schema, value):
    made, definitions = factor({"Root.v1": schema}, here="")

    factored = jsonschema_rs.validator_for(whole(made["Root.v1"], definitions))

    assert factored.is_valid(value) == jsonschema_rs.validator_for(schema).is_valid(value)
