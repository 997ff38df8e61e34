"""Plain data → YAML and JSON bytes: the same on every machine, and the same to every reader.

An emitter of our own, because none at hand writes strings such that both YAML 1.1 and 1.2 read
them back as strings (`1e3`, `0o17`, `on`, `12:30`), and because it is several times faster than
PyYAML with libyaml. Block style only; no aliases, no tags, no folding.

Which characters are escaped is written out here and not asked of Python, whose Unicode tables
change from version to version. Besides what YAML demands, invisible characters and those that
turn the direction of text are escaped, so that a reviewer sees them.
"""

import json
import math
import re
from typing import Any

_INVISIBLE = "\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\ufeff\ufff0-\uffff\U000e0000-\U000e0fff"
_ESCAPED = re.compile(f"[\x00-\x1f{_INVISIBLE}]")
_ESCAPED_IN_QUOTES = re.compile(f'["\\\\\x00-\x1f{_INVISIBLE}]')
_UNFIT_FOR_BLOCK = re.compile(f"\\A\n*(?:[ \t]|\\Z)|[ \t](?:\n|\\Z)|[\x00-\x08\x0b-\x1f{_INVISIBLE}]")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\0": "\\0", "\t": "\\t", "\n": "\\n", "\r": "\\r"}

_PLAIN = re.compile(
    "(?=[A-Za-z_/\xc0-\U0010ffff]|--[a-z])"  # no indicator and nothing that could begin a number
    f"(?:[^ :\x00-\x1f{_INVISIBLE}]|:(?! |\\Z)| (?!#|\\Z))+"
    "|[0-9]+(?:m|s|h|ms|[KMGTP]i)"  # durations and quantities, which no reader takes for a number
)
_NOT_TEXT_TO_ALL = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
_LONGEST_SIMPLE_KEY = 1000
"""Readers look for the ':' within 1024 characters; a longer key needs a '?' before it."""


def to_yaml(data: Any, *, comment: str = "") -> bytes:
    """`data` as a UTF-8 YAML document with a final newline, mappings in the order they have.

    Takes dict (keys str or int), list, str, int, float, bool and None, of exactly these types.
    Lists are indented under their key; text of several lines becomes a `|` block where that keeps
    it exactly. `comment` goes on top, a `#` before each line.
    Raises TypeError for other types, ValueError for what no YAML can hold: NaN, infinities, lone surrogates.
    """
    out = [f"# {_ESCAPED.sub(' ', line)}".rstrip() + "\n" for line in comment.splitlines()]
    if data and type(data) in _COLLECTIONS:
        _write(data, "", "", out)
    else:
        out.append(_scalar(data, "  ") + "\n")
    return "".join(out).encode()


def to_json(data: Any) -> bytes:
    """`data` as indented UTF-8 JSON with a final newline, in the order it has (IAM takes JSON only)."""
    return (json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _write(data: Any, pad: str, lead: str, out: list[str]) -> None:
    """A mapping or list that is not empty, at indentation `pad`; `lead` stands before its first line."""
    deeper = pad + "  "
    if type(data) is list:
        for item in data:
            if item and type(item) in _COLLECTIONS:
                out.append(f"{lead}- ")
                _write(item, deeper, "", out)
            else:
                out.append(f"{lead}- {_scalar(item, deeper)}\n")
            lead = pad
        return
    for key, value in data.items():
        name = _key(key, pad)
        if value and type(value) in _COLLECTIONS:
            out.append(f"{lead}{name}:\n")
            _write(value, deeper, deeper, out)
        else:
            out.append(f"{lead}{name}: {_scalar(value, deeper)}\n")
        lead = pad


def _key(key: Any, pad: str) -> str:
    if type(key) is int:
        return str(key)
    if type(key) is not str:
        raise TypeError(f"a key must be str or int, not {type(key).__name__}: {key!r}")
    text = _string(key)
    return text if len(text) <= _LONGEST_SIMPLE_KEY else f"? {text}\n{pad}"


def _scalar(value: Any, pad: str) -> str:
    """One value; `pad` is the indentation of a block's lines."""
    kind = type(value)
    if kind is str:
        return _block(value, pad) if "\n" in value else _string(value)
    if kind is int:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if value is None:
        return "null"
    if kind is float:
        return _float(value)
    if kind in _COLLECTIONS:
        return "[]" if kind is list else "{}"
    raise TypeError(f"{kind.__name__} cannot be written as YAML: {value!r}")


def _string(text: str) -> str:
    """On one line: plain where every reader sees text, else in single quotes, else escaped."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT_TO_ALL:
        return text
    if not _ESCAPED.search(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _ESCAPED_IN_QUOTES.sub(_escape, text) + '"'


def _block(text: str, pad: str) -> str:
    if _UNFIT_FOR_BLOCK.search(text):
        return _string(text)
    body = text.rstrip("\n")
    lines = "\n".join(pad + line if line else "" for line in body.split("\n"))
    breaks = len(text) - len(body)
    chomping = "-" if breaks == 0 else "+" if breaks > 1 else ""
    return f"|{chomping}\n{lines}" + "\n" * (breaks - 1)


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    if char in _ESCAPES:
        return _ESCAPES[char]
    code = ord(char)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"  # noqa: PLR2004  # YAML's three widths


def _float(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be written: no JSON and no Kubernetes field holds it")
    text = repr(value)
    # YAML 1.1 knows an exponent only after a decimal point
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


_COLLECTIONS = frozenset((dict, list))
