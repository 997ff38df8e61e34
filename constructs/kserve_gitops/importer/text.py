"""JSON that a person can read and diff: sorted keys, and one line for whatever fits on one."""

import json
from typing import Any

_WIDTH = 120


def render(value: Any) -> bytes:
    """`value` as UTF-8 JSON with a final newline; equal values give equal bytes."""
    return (_lines(value, indent=0, lead=0) + "\n").encode()


def _lines(value: Any, *, indent: int, lead: int) -> str:
    flat = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if indent + lead + len(flat) < _WIDTH or not isinstance(value, dict | list) or not value:
        return flat
    inner, outer = " " * (indent + 1), " " * indent
    if isinstance(value, dict):
        rows = []
        for key in sorted(value):
            name = json.dumps(key, ensure_ascii=False) + ": "
            rows.append(inner + name + _lines(value[key], indent=indent + 1, lead=len(name)))
        return "{\n" + ",\n".join(rows) + f"\n{outer}}}"
    rows = [inner + _lines(item, indent=indent + 1, lead=0) for item in value]
    return "[\n" + ",\n".join(rows) + f"\n{outer}]"
