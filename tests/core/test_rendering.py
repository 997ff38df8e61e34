"""What is written must be read back unchanged by readers of both YAML 1.1 and YAML 1.2."""

import json
from pathlib import PurePosixPath

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from kserve_gitops.core.rendering import to_json, to_yaml

TRAPS = [
    *["", "~", "null", "Null", "true", "FALSE", "yes", "No"],
    *["on", "OFF", "y", "N", "=", "<<", "-", "--", "---", "...", "?"],
    *["0", "-1", "+1", "0123", "0o17", "0x1F", "0b1", "1_000"],
    *["1e3", "1e+3", "5e-1", "1234e56", ".5", "-.5", "1.", "1.2.3"],
    *[".inf", "-.INF", ".nan", "12:30", "12:30:45", "2024-01-01", "2024-01-01T10:00:00Z", "1" * 50, "٣", "1٣"],
    *[" a", "a ", "a: b", "a:", "a:\tb", "a #b", "#a", "a#b", "a:b"],
    *["- a", "-a", "? a", ": a", "[a]", "{a}", "a, b", "a]", "a}"],
    *["&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "'a", '"a'],
    *["it's", 'say "x"', "\\n", "\\", "{{ .Values }}", "*.example.com"],
    *["\t", "a\tb", "\n", "a\n", "a\n\n", "\na", "a\nb", "a\n\nb"],
    *["a \nb", "a\n b", " a\nb", "a\n\tb", "a\r\nb", "a\rb", "# a\n# b"],
    *["\0", "\x07", "\x7f", "\x85", "a\x85b", "\xa0", "a\u2028b"],
    *["\u2029", "\ufeff", "a\ufeff", "\ufffe", "\U0010ffff"],
    *["é", "日本", "😀", "👩\u200d💻", "\u202eabc", "a" * 5000, "a b " * 2000 + "c"],
    *["---\n- a", "a\n---\nb", "a\n...\n", "%YAML 1.1\nb"],
]  # fmt: skip

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.text(
    "0123456789+-._:eExobTZ nyo=<~'\"#\n\t,[]{}&*!|>%@`?\\\r", max_size=10
)
leaves = (
    text | st.none() | st.booleans() | st.integers(-(2**63), 2**64) | st.floats(allow_nan=False, allow_infinity=False)
)
data = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text | st.integers(0, 9), inner, max_size=3),
    max_leaves=8,
)


def read_as_1_1(rendered):
    return yaml.safe_load(rendered)


def read_as_1_2(rendered):
    return YAML(typ="safe", pure=True).load(rendered)


def same(read, wanted):
    """Equal in value and in type: True is not 1, and 1.0 is not 1."""
    if isinstance(wanted, dict):
        return list(read) == list(wanted) and all(same(read[key], value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return len(read) == len(wanted) and all(map(same, read, wanted))
    return type(read) is type(wanted) and read == wanted


@pytest.mark.parametrize("read", [read_as_1_1, read_as_1_2])
@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: ascii(trap)[:20])
def test_every_trap_is_read_back_as_the_same_text(read, trap):
    shapes = {"value": trap, trap or "key": 1, "list": [trap, [trap], {trap: trap}], "last": trap}

    assert same(read(to_yaml(shapes)), shapes)
    assert same(read(to_yaml(trap)), trap)


@settings(max_examples=400)
@given(data)
@example({"a": {}, "b": [], "c": [{}, []], "d": [[["x"]]]})
@example([1e16, 1e-7, 1.5e300, -0.0, 5e-324])
@example({"k" * 2000: {"a": "b\nc"}, "é" * 1100: 1})
def test_any_data_is_read_back_unchanged_by_both(anything):
    rendered = to_yaml(anything)

    assert same(read_as_1_1(rendered), anything)
    assert same(read_as_1_2(rendered), anything)


@given(data, text)
def test_a_comment_never_becomes_data(anything, comment):
    assert same(read_as_1_1(to_yaml(anything, comment=comment)), anything)


def test_reads_like_a_manifest_that_a_person_wrote():
    manifest = {
        "apiVersion": "serving.kserve.io/v1beta1",
        "metadata": {"name": "iris", "annotations": {"on": "yes", "note": "a: b"}},
        "spec": {
            "rules": [{"backendRefs": [{"name": "iris-predictor", "port": 80}], "matches": []}],
            "args": ["--model_name=iris", "-v"],
            "cpu": "500m",
            "memory": "2Gi",
            "replicas": "1",
            "ratio": 0.5,
            "none": None,
            "off": False,
            "host": "*.example.com",
            "script": "set -e\n\necho 'hi'\n",
            "tail": "a\nb",
        },
    }

    assert (
        to_yaml(manifest, comment="Made by a tool\n\nhands off").decode()
        == """\
# Made by a tool
#
# hands off
apiVersion: serving.kserve.io/v1beta1
metadata:
  name: iris
  annotations:
    'on': 'yes'
    note: 'a: b'
spec:
  rules:
    - backendRefs:
        - name: iris-predictor
          port: 80
      matches: []
  args:
    - --model_name=iris
    - '-v'
  cpu: 500m
  memory: 2Gi
  replicas: '1'
  ratio: 0.5
  none: null
  'off': false
  host: '*.example.com'
  script: |
    set -e

    echo 'hi'
  tail: |-
    a
    b
"""
    )


def test_the_same_object_twice_is_written_twice():
    shared = {"a": ["b"]}

    assert b"&" not in to_yaml([shared, shared])


def test_printable_text_is_not_escaped_and_invisible_text_is():
    assert to_yaml("Modèle 日本 😀") == "Modèle 日本 😀\n".encode()
    assert to_yaml("a\u202eb\u200b\x85") == b'"a\\u202Eb\\u200B\\x85"\n'


def test_long_text_stays_on_one_line():
    assert to_yaml({"a": "word " * 1000 + "end"}).count(b"\n") == 1


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), float("-inf"), "\ud800"])
def test_what_no_yaml_holds_is_refused(wrong):
    with pytest.raises(ValueError, match=r"cannot be written|surrogates"):
        to_yaml({"a": [wrong]})


@pytest.mark.parametrize(
    "wrong", [(1,), {1}, b"a", PurePosixPath("a"), 1j, object()], ids=lambda wrong: type(wrong).__name__
)
def test_other_types_are_refused(wrong):
    with pytest.raises(TypeError, match=type(wrong).__name__):
        to_yaml({"a": [wrong]})


@pytest.mark.parametrize("key", [None, True, 1.5, (1,)], ids=repr)
def test_other_types_of_keys_are_refused(key):
    with pytest.raises(TypeError, match="a key must be str or int"):
        to_yaml({key: 1})


@given(data.filter(lambda anything: isinstance(anything, list)))
def test_json_is_what_json_reads(anything):
    written = to_json(anything)

    assert json.loads(written) == json.loads(json.dumps(anything))
    assert written.endswith(b"\n")


def test_json_is_indented_in_the_given_order_and_refuses_nan():
    assert to_json({"b": ["é"], "a": 1}) == '{\n  "b": [\n    "é"\n  ],\n  "a": 1\n}\n'.encode()
    with pytest.raises(ValueError, match="JSON"):
        to_json(float("nan"))
