"""The last look before `dist/`: no Secret in plain, whoever made it and whatever the checks were told to let stand.

Bytes are judged, for they are what is written: an object, an item of a List, a manifest inside the values of a chart or
inside a text. Most files say nothing of a Secret, and are not even parsed.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from kserve_gitops.core.errors import DistError

_KIND = re.compile(r"""kind[\\"']*\s*:\s*[\\"']*Secret(?![A-Za-z])""")
"""Also in a text whose quotes and line ends are escaped."""
_DATA = ("data", "stringData")
_DEEPEST = 3
"""Manifests in a text, in a text, in a text: nobody writes more, and each is parsed."""


def refuse(plan: Mapping[str, bytes]) -> None:
    """Raise `DistError` with every file of `plan` that holds a Secret with data."""
    found = [(name, keys) for name, data in plan.items() if b"Secret" in data and (keys := _keys(data))]
    if found:
        told = "; ".join(f"{name} ({', '.join(sorted(keys))})" for name, keys in found)
        raise DistError(
            f"a Secret in plain would be written: {told}",
            hint="declare it under credentials in platform.yaml and seal it; change what anybody may have seen",
        )


def _keys(data: bytes) -> set[str]:
    """The keys of all Secrets with data in a file."""
    return set(_in_text(data.decode("utf-8", "replace"), _DEEPEST))


def _in_text(text: str, deeper: int) -> Iterator[str]:
    if not deeper or not _KIND.search(text):
        return
    try:
        documents = list(yaml.load_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except (yaml.YAMLError, ValueError, RecursionError):
        return  # a template, which no cluster takes as it stands
    for document in documents:
        yield from _in(document, deeper)


def _in(value: Any, deeper: int) -> Iterator[str]:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            if value.get("kind") == "Secret" and "apiVersion" in value:
                yield from (str(key) for field in _DATA for key in _mapping(value.get(field)))
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            yield from _in_text(value, deeper - 1)


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}
