"""Both generations of YAML are asked, through the readers that Python has for them."""

import math

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from kserve_gitops.core.scalars import meaning

TRAPS = [
    "y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF", "0123",
    "089", "00", "0o17", "-0x1F", "0x_1", "0b101", "1_000", "1_000.5", "1e3", "1E3", "1e+3", "1.5e3", "5e-1",
    "08:30", "12:30", "12:30:45", "1:30.5", "2024-01-01", "2024-1-1", "2024-01-01T10:00:00Z", "=", "<<",
    "-.5", "+.5", "18446744073709551616", "123456789012345678901234",
]  # fmt: skip
VALUES = {
    "": None, "~": None, "null": None, "true": True, "False": False, "0": 0, "-1": -1, "+1": 1, "0x1F": 31, "1.": 1.0,
    "1.5": 1.5, ".5": 0.5, "1.0e+3": 1000.0, "-1.5e-3": -0.0015, "18446744073709551615": 2**64 - 1,
}  # fmt: skip
TEXTS = [
    "nope",
    "a b",
    "1.2.3",
    "v1",
    "500m",
    "1Gi",
    "10.0.0.1",
    "80:80",
    "-",
    "--x",
    "1-2",
    "0xZ",
    "<none>",
    "==",
]


@pytest.mark.parametrize("text", TRAPS)
def test_what_readers_disagree_on_is_refused(text):
    assert meaning(text).code == "KG005"
    assert f"'{text}'" in meaning(text).hint


@pytest.mark.parametrize(("text", "value"), VALUES.items(), ids=repr)
def test_what_they_agree_on_is_read(text, value):
    read = meaning(text)

    assert (read.value, type(read.value), read.code) == (value, type(value), "")


@pytest.mark.parametrize("text", TEXTS)
def test_text_stays_text(text):
    assert meaning(text) == (text, "", "", "")


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "1.0e+999"])
def test_numbers_that_are_not_finite_are_refused(text):
    assert meaning(text).code == "KG011"


@pytest.mark.parametrize(
    "text", ["1" * 1_000_000, "1" + ":1" * 500_000, "1_" * 500_000 + "x"], ids=["int", "base60", "not"]
)
def test_a_huge_scalar_takes_no_time_and_is_not_repeated_in_the_message(text):
    assert len(meaning(text).message) < 200


def read(loader, text):
    """The value by another reader, or the error's type: a reader that fails disagrees."""
    try:
        return loader(f"- {text}\n")[0]
    except Exception as error:  # noqa: BLE001  # readers raise what they like
        return type(error)


@given(st.text("0123456789+-._:eExobTZnyfNI=<", min_size=1, max_size=9))
@example("1_")
@example("0_7")
@example(".1_0")
@example("0x")
def test_whatever_is_not_refused_is_the_same_to_both(text):
    ours = meaning(text)
    assume(not ours.code and not text.endswith(":") and text.strip("-:"))
    for theirs in read(yaml.safe_load, text), read(YAML(typ="safe", pure=True).load, text):
        assert type(theirs) is type(ours.value)
        assert theirs == ours.value or math.isclose(theirs, ours.value)
