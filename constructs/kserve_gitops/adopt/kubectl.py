"""What kubectl makes of a plain value on which readers of YAML differ.

Here such a value is text at first. Where a schema has the last word, that decides; where nothing does, kubectl's
reading is what the cluster has got.
Source: sigs.k8s.io/yaml v1.4.0, goyaml.v2/resolve.go, and yaml.go (a whole float becomes an integer in JSON).
"""

import math
import re
from typing import Any

import yaml

from kserve_gitops.adopt.reading import Found
from kserve_gitops.core import scalars
from kserve_gitops.core.nodes import child, root
from kserve_gitops.core.origins import Path

_WORDS = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
}
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_OCTAL = re.compile(r"([-+]?)0([0-7]+)")
_BASED = re.compile(r"[-+]?0([bB][01]+|[oO][0-7]+|[xX][0-9a-fA-F]+)")
_INT_RANGE = range(-(2**63), 2**64)
_WHOLE = 1e21
"""From here on Go writes a whole float with an exponent."""


def meant(text: str) -> bool | int | float | str:
    """A plain value as kubectl takes it: `yes` is true, `0644` is 420, `12:30` and a date are text."""
    if text in _WORDS:
        return _WORDS[text]
    digits = text if text.startswith(".") else text.replace("_", "")
    octal = _OCTAL.fullmatch(digits)
    if octal or _BASED.fullmatch(digits):
        whole = int(f"{octal[1]}0o{octal[2]}" if octal else digits, 0)
        return whole if whole in _INT_RANGE else text
    if not _FLOAT.fullmatch(digits):
        return text
    if digits.lstrip("+-").isdigit() and int(digits) in _INT_RANGE:
        return int(digits)
    number = float(digits)
    if not math.isfinite(number):
        return text
    return int(number) if number.is_integer() and abs(number) < _WHOLE else number


def read(found: Found, path: Path, value: Any) -> Any:
    """A copy of what stands at `path` of the object, read as kubectl reads it."""
    if isinstance(value, dict):
        return {key: read(found, (*path, key), inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [read(found, (*path, number), one) for number, one in enumerate(value)]
    return meant(value) if isinstance(value, str) and doubtful(found, path, value) else value


def doubtful(found: Found, path: Path, text: str) -> bool:
    """Whether readers of YAML differ on the value at `path`: it is one of those, and not in quotes."""
    if scalars.meaning(text).code != "KG005":
        return False
    node = root(found.document.text)
    for step in (*found.base, *path):
        below = child(node, step)
        if below is None:
            return False
        node = below[1]
    return isinstance(node, yaml.ScalarNode) and not node.style
