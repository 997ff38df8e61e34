from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kserve_gitops.core.documents import MAX_FINDINGS, parse
from kserve_gitops.core.errors import InputError
from kserve_gitops.core.places import Place
from kserve_gitops.core.rendering import to_yaml

MODEL = """\
# a model
name: iris
predictor:
  model:
    modelFormat: sklearn
    storageUri: "s3://b/k"
    args:
      - --a
      - name: x
        value: é
client:
  inputs: [sepal, petal]
  labels: {0: setosa, 1: versicolor}
route:
"""


def findings(text):
    with pytest.raises(InputError) as caught:
        parse(text, "models/a.yaml")
    return caught.value.findings


def only(text):
    (finding,) = findings(text)
    return finding


def position(text):
    place = only(text).place
    return place.line, place.column


def test_a_model_becomes_plain_data():
    assert parse(MODEL, "a.yaml").data == {
        "name": "iris",
        "predictor": {
            "model": {
                "modelFormat": "sklearn",
                "storageUri": "s3://b/k",
                "args": ["--a", {"name": "x", "value": "é"}],
            }
        },
        "client": {"inputs": ["sepal", "petal"], "labels": {0: "setosa", 1: "versicolor"}},
        "route": None,
    }


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "\ufeff", "---\n...\n"])
def test_an_empty_file_is_none(text):
    document = parse(text, "a.yaml")

    assert document.data is None
    assert document.at(["a"], key="b") == document.start


def test_bytes_and_text_and_a_byte_order_mark_are_the_same():
    assert parse("\ufeffa: é".encode(), "f").data == parse("a: é", "f").data == {"a": "é"}


@pytest.mark.parametrize(
    ("path", "key", "line", "column"),
    [
        ([], None, 2, 1),
        (["name"], None, 2, 7),
        (["predictor"], None, 3, 1),
        (["predictor", "model"], None, 4, 3),
        (["predictor", "model"], "storageUri", 6, 5),
        (["predictor", "model", "storageUri"], None, 6, 17),
        (["predictor", "model", "args"], None, 7, 5),
        (["predictor", "model", "args", 0], None, 8, 9),
        (["predictor", "model", "args", 1, "value"], None, 10, 16),
        (["predictor", "model", "args", 1], "value", 10, 9),
        (["client", "inputs"], None, 12, 11),
        (["client", "inputs", 1], None, 12, 19),
        (["client", "labels", 1], None, 13, 26),
        (["client", "labels"], 1, 13, 23),
        (["route"], None, 14, 1),
    ],
)
def test_places_are_where_a_person_would_point(path, key, line, column):
    assert parse(MODEL, "models/a.yaml").at(path, key=key) == Place("models/a.yaml", line, column)


@pytest.mark.parametrize(
    ("path", "key", "line"),
    [
        (["predictor", "nope", "deeper"], None, 3),
        (["predictor", "model"], "nope", 4),
        (["client", "inputs", 7], None, 12),
        (["name", "nope"], None, 2),
        (["nope"], None, 2),
        (["client", "labels", "0"], None, 13),
    ],
)
def test_what_is_missing_has_the_place_where_it_would_go(path, key, line):
    assert parse(MODEL, "a.yaml").at(path, key=key).line == line


@pytest.mark.parametrize(
    ("text", "line", "column", "hint"),
    [
        ("a: b: c", 1, 5, "in quotes"),
        ("a:\n\tb: 1", 2, 1, "not with tabs"),
        ("a: @x", 1, 4, "begins with '@' in quotes"),
        ("a: [1, 2\nb: 3", 2, 2, "begins in line 1"),
        ("a: 'x\n", 2, 1, "begins in line 1"),
        ("a:\n  b: 1\n c: 2", 3, 2, "begins in line 1"),
        ("a: 1\n---\nb: 2", 2, 1, "a file of its own"),
        (b"a: 1\nb: \xe9", 2, 4, "UTF-8"),
        (b"\xff\xfea\0", 1, 1, "UTF-8"),
        ("a: 1\nb: \0", 2, 4, "binary"),
        ("a: \x07", 1, 4, "double quotes"),
        ("a: \ud800", 1, 4, "double quotes"),
        ("a: *b", 1, 4, ""),
    ],
)
def test_what_is_not_yaml_is_said_with_its_place_and_a_way_out(text, line, column, hint):
    finding = only(text)

    assert (finding.code, finding.place.line, finding.place.column) == ("KG002", line, column)
    assert hint in finding.hint


def test_a_key_that_stands_twice_is_shown_at_the_second_and_names_the_first():
    finding = only("a:\n  b: 1\n  c: 2\n  b: 3\n")

    assert (finding.code, finding.place.line, finding.place.column) == ("KG003", 4, 3)
    assert finding.hint == "the first 'b' is in line 2"


@pytest.mark.parametrize("key", ["true", "1.5", "~", "?\n", "[a]", "{a: b}", "{{ name }}"])
def test_keys_are_text_or_integers(key):
    assert {finding.code for finding in findings(f"{key}: 1")} == {"KG011"}


@pytest.mark.parametrize(
    "text",
    [
        "!!str 1",
        "!mine x",
        "!!python/object:os.system {}",
        "!!binary YQ==",
        "!!set {a}",
        "! x",
        "!!timestamp 2024-01-01",
    ],
)
def test_tags_are_refused(text):
    assert "KG004" in [finding.code for finding in findings(f"a: {text}")]


def test_merge_keys_are_refused():
    assert only("a: &a {b: 1}\nc:\n  <<: *a\n").code == "KG004"


@pytest.mark.parametrize("text", ["a: on", "on: 1", "- 0123", "- 12:30", "- 2024-01-01", "- 1e3", "- ="])
def test_values_that_depend_on_the_reader_are_refused(text):
    assert only(text).code == "KG005"


@pytest.mark.parametrize("text", ["a: 'on'", 'a: "0123"', "'on': 1", "a: |\n  on\n", "a: >-\n  1e3\n"])
def test_quotes_make_them_text(text):
    ((key, value),) = parse(text, "f").data.items()

    assert isinstance(key, str)
    assert isinstance(value, str | int)


def test_all_mistakes_are_found_at_once_also_before_a_syntax_error():
    found = findings("a: on\na: 1\nb: !x z\nc: [")

    assert [(finding.code, finding.place.line) for finding in found] == [
        ("KG005", 1), ("KG003", 2), ("KG004", 3), ("KG002", 5),
    ]  # fmt: skip


def test_a_file_full_of_mistakes_is_given_up():
    assert len(findings("- on\n" * 10_000)) == MAX_FINDINGS


def test_aliases_become_copies():
    data = parse("a: &a {b: [1]}\nc: *a\nd: [*a, &x z, *x]", "f").data

    assert data == {"a": {"b": [1]}, "c": {"b": [1]}, "d": [{"b": [1]}, "z", "z"]}
    assert data["a"]["b"] is not data["c"]["b"]


@pytest.mark.parametrize("text", ["&a [*a]", "a: &a {b: [*a]}", "&a {*a : 1}"])
def test_an_alias_inside_its_own_anchor_is_refused(text):
    assert "KG004" in [finding.code for finding in findings(text)]


BOMBS = {
    "laughs": "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 40)),
    "flat": "a: &a x\nb: [" + "*a," * 1_000_000 + "]",
    "chain": "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 5000)),
    "brackets": "[" * 1_000_000,
    "braces": "{" * 1_000_000,
    "dashes": "- " * 1_000_000,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_bombs_are_refused_at_once(bomb):
    before = process_time()

    assert only(bomb).code == "KG004"
    assert process_time() - before < 1


def mistakes(text):
    try:
        parse(text, "f").at(["a", 0, "b"], key="c")
    except InputError as error:
        return error.findings
    return []


@given(st.text(max_size=40) | st.text("ab:-[]{}&*!|>'\"#%@? \n\t0.~<=", max_size=40) | st.binary(max_size=20))
def test_any_text_is_either_read_or_refused_with_places_that_exist(text):
    lines = (text if isinstance(text, str) else text.decode(errors="replace")).splitlines()

    assert all(1 <= mistake.place.line <= len(lines) + 1 for mistake in mistakes(text))


keys = st.text(max_size=5) | st.integers(0, 99)
trees = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


@given(trees)
def test_what_we_write_we_read(data):
    assert parse(to_yaml(data), "f").data == data


def test_anchor_that_is_given_twice_costs_the_positions_and_nothing_else():
    document = parse("a: &x 1\nb: &x 2\nc: *x\n", "file.yaml")

    assert document.data == {"a": 1, "b": 2, "c": 2}
    assert document.at(("b",)) == Place("file.yaml", 1, 1)


@pytest.mark.parametrize(
    "value", ["0123456789", "1.0e+9999", "8315_70", "*hunter2", "!hunter2 a", "{hunter2: [0x0_1]}"]
)
def test_mistake_in_what_may_be_a_secret_quotes_nothing(value):
    with pytest.raises(InputError) as raised:
        parse(f"password: {value}\n", "x.yaml")

    said = "".join(f"{one.message}{one.hint}" for one in raised.value.findings)
    assert not any(part in said for part in (value, "hunter2", "0x0_1"))
