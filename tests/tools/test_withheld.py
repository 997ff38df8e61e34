"""No line that could tell a value is repeated, and other lines are."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kserve_gitops.tools.withheld import without_values

VALUE = b'pa"ss wo\xc3\xbcrd-42/\xff'
TEXT = 'hunter2 "quoted" grün'


@pytest.mark.parametrize(
    "line",
    [
        VALUE,
        b"error: cannot read " + VALUE + b", sorry",
        base64.b64encode(VALUE),
        base64.urlsafe_b64encode(VALUE),
        b"ess of |wo\xc3\xbcrd-42|",
        VALUE.hex().encode(),
        VALUE.hex().upper().encode(),
        VALUE.hex(" ").encode(),
        b"[" + " ".join(map(str, VALUE)).encode() + b"]",
        str(list(VALUE)).encode(),
    ],
)
def test_line_with_a_value_or_a_part_of_it_is_dropped(line):
    assert without_values(b"before\n" + line + b"\nafter", [b"other-value", VALUE]) == ["before", "after"]


@pytest.mark.parametrize("ascii_only", [True, False])
def test_value_as_programs_quote_it_is_found(ascii_only):
    quoted = json.dumps(TEXT, ensure_ascii=ascii_only).encode()

    assert without_values(quoted, [TEXT.encode()]) == []


def test_each_line_of_a_long_value_is_found():
    assert without_values(b"is 'pass7'\nis 'fine'", [b"user\npass7\n"]) == ["is 'fine'"]


def test_short_value_is_found():
    assert without_values(b"a 1 here\nnone there", [b"1"]) == ["none there"]


@pytest.mark.parametrize("values", [[], [b""], [b"\n"], [b"something else"]])
def test_other_lines_stay(values):
    assert without_values(b"  one\r\n\n two \n", values) == ["one", "two"]


def test_what_is_no_text_does_not_stop_it():
    assert without_values(b"\xff\xfe odd", []) == ["\ufffd\ufffd odd"]


def test_big_value_is_looked_for_in_reasonable_time():
    big = bytes(range(33, 127)) * 11_000

    assert without_values(b"\n".join([b"- nothing of that kind here -"] * 10), [big])


@given(st.binary(min_size=1, max_size=40), st.binary(max_size=40), st.binary(max_size=40))
def test_no_value_ever_stands_in_what_is_repeated(value, before, after):
    said = b" ".join((before, value, after)) + b"\n" + base64.b64encode(value)

    kept = "\n".join(without_values(said, [value])).encode()

    assert value.strip() == b"" or b"\n" in value or b"\r" in value or value not in kept
