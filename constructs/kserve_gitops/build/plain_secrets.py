"""The last look before `dist/`: no Secret in plain, whoever made it and whatever the checks were told to let stand.

Bytes are judged, for they are what is written: an object, an item of a List, a manifest inside the values of a chart or
inside a text. They are read as Kubernetes and Helm read them: tags, merge keys and escapes hide nothing, and neither
does a template. Most files say nothing of a Secret, and are not even parsed.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from kserve_gitops.core.errors import DistError

_MAY_BE = re.compile(r"\\|binary|Secret(?<![A-Za-z]Secret)(?:List)?(?![A-Za-z])")
"""In every text that holds one: the word, an escape, or the tag for base64."""
_DATA = ("data", "stringData")
_DEEPEST = 5
"""Manifests in a text, in a text: nobody writes more, and each is parsed."""
_DIVIDER = re.compile(r"^---(?=\s|\Z)", re.MULTILINE)
_ACTION = re.compile(r"\{\{(?P<said>[^{}]*)\}\}")
"""Of a template."""
_LINE_OF_ACTIONS = re.compile(r"^[ \t]*(?:\{\{[^{}]*\}\}[ \t]*)+\r?$", re.MULTILINE)
_LITERAL = re.compile(r"""-?\s*(?:(?:b64enc|quote|toString)\s+)?["`]""")
"""How an action begins that holds a value itself."""
_FILLED_IN = "\ue000"
"""Stands for what an action puts there."""
_BINARY, _NULL = "tag:yaml.org,2002:binary", "tag:yaml.org,2002:null"


def refuse(plan: Mapping[str, bytes]) -> None:
    """Raise `DistError` with every file of `plan` that holds a Secret with data."""
    found = [(name, keys) for name, data in plan.items() if (keys := _keys(data))]
    if found:
        told = "; ".join(f"{name} ({', '.join(sorted(keys))})" for name, keys in found)
        raise DistError(
            f"a Secret in plain would be written: {told}",
            hint="declare it under credentials in platform.yaml and seal it; change what anybody may have seen",
        )


def _keys(data: bytes) -> set[str]:
    """The keys of all Secrets with data in a file."""
    text = data.decode(json.detect_encoding(data), "replace")
    return set(_in_text(text.removeprefix("\ufeff"), _DEEPEST))


def _in_text(text: str, deeper: int) -> Iterator[str]:
    if deeper and _MAY_BE.search(text):
        for document in _documents(text):
            yield from _in(document, deeper)


def _documents(text: str) -> Iterator[Any]:
    """What can be read of a text: a document that nobody can read does not hide those beside it."""
    try:
        yield json.loads(text)
    except (ValueError, RecursionError):
        whole = _read(text)
        parts = _DIVIDER.split(text) if whole is None else []
        yield from whole or ()
        for part in parts:
            yield from _read(part) or _read(_without_actions(part)) or ()


def _read(text: str) -> list[Any] | None:
    try:
        return list(yaml.load_all(text, Loader=_Loader))
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _without_actions(text: str) -> str:
    """A template as YAML, with a mark for all that is filled in."""
    return _ACTION.sub(_mark, _LINE_OF_ACTIONS.sub("", text))


def _mark(action: re.Match[str]) -> str:
    return "literal" if _LITERAL.match(action["said"]) else _FILLED_IN


def _in(value: Any, deeper: int) -> Iterator[str]:
    waiting, seen = [value], set[int]()
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield from _in_text(value, deeper - 1)
        elif isinstance(value, (Mapping, list)) and id(value) not in seen:
            seen.add(id(value))  # aliases lead to one object again and again
            if isinstance(value, list):
                waiting += value
            else:
                yield from _of_object(value)
                waiting += value.values()


def _of_object(value: Mapping[Any, Any]) -> Iterator[str]:
    """The keys of a Secret; an item of a SecretList need not say that it is one."""
    kind, items = value.get("kind"), value.get("items")
    if kind == "Secret" and "apiVersion" in value:
        yield from _of_secret(value)
    elif kind == "SecretList" and isinstance(items, list):
        for item in items:
            yield from _of_secret(item) if isinstance(item, Mapping) else ()


def _of_secret(secret: Mapping[Any, Any]) -> Iterator[str]:
    for field in _DATA:
        data = secret.get(field)
        if isinstance(data, Mapping):
            yield from (str(key) for key, value in data.items() if value is not None and _is_literal(str(value)))


def _is_literal(value: str) -> bool:
    """Whether anything of a value stands there itself."""
    return bool(_ACTION.sub(_mark, value).replace(_FILLED_IN, "").strip())


class _Loader(yaml.CSafeLoader):
    """Takes all that Go's YAML takes, whatever the tags; every scalar is text or nothing."""

    def any(self, node: yaml.Node) -> Any:
        """A value of any tag."""
        if isinstance(node, yaml.MappingNode):
            return self.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return self.construct_sequence(node, deep=True)
        if node.tag == _NULL:
            return None
        return _unpacked(node.value) if node.tag == _BINARY else node.value


_Loader.yaml_constructors = {None: _Loader.any}


def _unpacked(text: str) -> str:
    try:
        return base64.b64decode(text).decode("utf-8", "replace")
    except (ValueError, binascii.Error):
        return text
