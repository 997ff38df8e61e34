"""What a value without quotes means, when all readers of YAML agree on it.

YAML 1.1 (PyYAML, Ruby, most editors) and YAML 1.2 (Go in part, JavaScript) disagree on values as
common as `on`, `0123` or `12:30`. A file that two readers understand differently is a mistake
waiting for its day, so what they disagree on is refused, with the hint to put it in quotes.
"""

import math
import re
from functools import lru_cache
from typing import Any, NamedTuple

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_OLD_WORDS = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), "true"),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), "false"),
}
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,19})|0x[0-9a-fA-F]{1,16}")
_INT_RANGE = range(-(2**63), 2**64)
"""What readers with 64 bits can hold; beyond it they fail or round."""
_FLOAT = re.compile(r"([-+]?[0-9]+\.[0-9]*|\.[0-9]+)([eE][-+][0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_SOMETIMES_A_NUMBER = re.compile(
    r"[-+]?([0-9][0-9_]*(\.[0-9_]*)?|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?"
    r"|[-+]?0(b[01_]+|o[0-7]+|x[0-9a-fA-F_]+)"
    r"|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])++(\.[0-9_]*)?"  # of base 60
)
_SOMETIMES_OTHER = re.compile(
    r"=|<<|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"(([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]*)?([ \t]*(Z|[-+][0-9]{1,2}(:?[0-9]{2})?))?)?"
)
_FIRST_CHARACTERS = frozenset("+-.0123456789=<")
_SHOWN = 40


class Meaning(NamedTuple):
    """A value; `code`, `message` and `hint` are those of a finding when the text has to be refused."""

    value: Any
    code: str = ""
    message: str = ""
    hint: str = ""


@lru_cache(maxsize=4096)
def meaning(text: str) -> Meaning:
    """What a plain scalar stands for: null, bool, int, float or the text itself."""
    if text in _WORDS:
        return Meaning(_WORDS[text])
    if text in _OLD_WORDS:
        word = _OLD_WORDS[text]
        message = f"'{text}' is text to some readers and {word} to others"
        return Meaning(text, "KG005", message, f"write '{text}' in quotes, or {word}")
    if text[0] not in _FIRST_CHARACTERS:
        return Meaning(text)
    return _number(text) or _refusal(text) or Meaning(text)


def _number(text: str) -> Meaning | None:
    if _INT.fullmatch(text):
        integer = int(text, 16 if text.startswith("0x") else 10)
        return Meaning(integer) if integer in _INT_RANGE else None
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return Meaning(number)
    return None


def _refusal(text: str) -> Meaning | None:
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    if _NOT_FINITE.fullmatch(text) or _FLOAT.fullmatch(text):
        return Meaning(text, "KG011", f"'{shown}' is not a finite number", f"write '{shown}' in quotes if it is text")
    if _SOMETIMES_A_NUMBER.fullmatch(text):
        message = f"'{shown}' is a number to some readers, and text or another number to others"
        return Meaning(text, "KG005", message, f"write '{shown}' in quotes, or a plain decimal number")
    if _SOMETIMES_OTHER.fullmatch(text):
        message = f"'{shown}' is text to some readers and something else to others"
        return Meaning(text, "KG005", message, f"write '{shown}' in quotes")
    return None
