"""Placeholders in the containers of runtimes and models, such as `{{.Name}}`.

KServe writes the merged container as JSON, runs it as one Go template over the metadata of the InferenceService, and
reads the result back. So text that has two opening braces for another reason, as chat templates do, breaks the
container; and a quotation mark within a placeholder is one with a backslash before it. Told here is only what is sure
to break.

Source: kserve/kserve v0.16.0 and v0.20.0, ReplacePlaceholders in
pkg/controller/v1beta1/inferenceservice/utils/utils.go; Go's text/template.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kserve_gitops.core.suggestions import closest

FIELDS = (
    "Name",
    "GenerateName",
    "Namespace",
    "SelfLink",
    "UID",
    "ResourceVersion",
    "Generation",
    "CreationTimestamp",
    "DeletionTimestamp",
    "DeletionGracePeriodSeconds",
    "Labels",
    "Annotations",
    "OwnerReferences",
    "Finalizers",
    "ManagedFields",
)
"""Of Go's ObjectMeta."""

_MAPS = ("Labels", "Annotations")
_TEXTS = frozenset({"Name", "GenerateName", "Namespace", "SelfLink", "UID", "ResourceVersion"})
_FUNCTIONS = "and|or|not|len|index|slice|print|printf|println|html|js|call|urlquery|eq|ne|lt|le|gt|ge"
_KEY_WORDS = "if|else|end|range|with|define|block|template|break|continue|nil|true|false"
_WORDS = frozenset(f"{_FUNCTIONS}|{_KEY_WORDS}".split("|"))
"""Of Go's templates."""
_MOVING = re.compile(r"\{\{-?\s*(range|with|define|block|if|else)\b")
"""What makes a dot mean something else, or a placeholder count at times only."""
_RAW = re.compile(r"`[^`]*`")
_BROKEN = re.compile(r'["\\<>&\n\r\t\[\]{};#%@!?*+~^/]')
_WORD = re.compile(r"(?<![\w.$'])[A-Za-z_]\w*")
_CHAIN = re.compile(r"(?<![\w)`])\.([^\W\d]\w*(?:\.\w+)*)")
_KEY = re.compile(r"\.(Labels|Annotations)\.([\w.]*[/-][\w./-]*)")
_ONE = re.compile(r"\s*\.(Labels|Annotations)\.(\w+)\s*")


@dataclass(frozen=True, slots=True)
class Broken:
    """A placeholder that breaks the container: `why` it does, and what to do."""

    text: str
    why: str
    hint: str


def broken(text: str) -> Broken | None:
    """The first placeholder that Go cannot fill in; None where nothing is sure to break."""
    moving = _MOVING.search(text) is not None
    for body, ended in _actions(text):
        if not ended:
            return Broken("{{" + body, "two opening braces begin a placeholder, which does not end", _ELSEWHERE)
        inner = _without_marks(body)
        found = None if inner.startswith("/*") else _fault(_RAW.sub("``", inner), moving=moving)
        if found:
            return Broken("{{" + body + "}}", *found)
    return None


def keys(text: str) -> Iterator[tuple[str, str]]:
    """(Labels or Annotations, key) of every value that is filled in, whatever else the text says."""
    if _MOVING.search(text):
        return
    for body, ended in _actions(text):
        found = _ONE.fullmatch(_without_marks(body)) if ended else None
        if found:
            yield found[1], found[2]


_ELSEWHERE = "put such text into a ConfigMap and mount it as a file"


def _fault(inner: str, *, moving: bool) -> tuple[str, str] | None:
    """Why Go cannot read what stands between the braces, raw text taken out, and what to do."""
    if not inner.strip():
        return "a placeholder without content", _ELSEWHERE
    if '"' in inner:
        return "a quotation mark within a placeholder breaks it", f"use backquotes, or {_ELSEWHERE}"
    if key := _KEY.search(inner):
        return f"'{key[2]}' is not a name in Go", f"write {{{{index .{key[1]} `{key[2]}`}}}}"
    if sign := _BROKEN.search(inner):
        return f"{_shown(sign[0])} within a placeholder breaks it", _ELSEWHERE
    unknown = next((word for word in _WORD.findall(re.sub(r"'[^']*'", "", inner)) if word not in _WORDS), None)
    if unknown:
        near = closest(unknown, FIELDS)
        return f"'{unknown}' is no function of Go's templates", near.replace("'", "'.", 1) if near else _ELSEWHERE
    return None if moving else _field_fault(inner)


def _field_fault(inner: str) -> tuple[str, str] | None:
    for chain in _CHAIN.findall(inner):
        first, *rest = chain.split(".")
        if first not in FIELDS:
            near = closest(first, FIELDS)
            hint = near.replace("'", "'.", 1) if near else f"there are .{', .'.join(('Name', 'Namespace', *_MAPS))}"
            return f"the metadata of an InferenceService has no field '{first}'", hint
        if first in _TEXTS and rest:
            return f"'.{first}' has no fields", f"write {{{{.{first}}}}}"
        if first in _MAPS and len(rest) > 1:
            return f"'{'.'.join(rest)}' is not a name in Go", f"write {{{{index .{first} `{'.'.join(rest)}`}}}}"
    return None


def _actions(text: str) -> Iterator[tuple[str, bool]]:
    """What stands between each two pairs of braces, and whether it ends."""
    position = text.find("{{")
    while position >= 0:
        end = _end(text, position + 2)
        yield text[position + 2 : end if end >= 0 else None], end >= 0
        position = text.find("{{", end + 2) if end >= 0 else -1


def _end(text: str, begin: int) -> int:
    """Where the closing braces are, outside of raw text and comments; -1 for nowhere."""
    if _without_marks(text[begin : begin + 4]).startswith("/*"):
        begin = max(text.find("*/", begin), begin)
    position, braces = begin, text.find("}}", begin)
    while 0 <= (raw := text.find("`", position)) < braces:
        closing = text.find("`", raw + 1)
        if closing < 0:
            return -1
        position, braces = closing + 1, text.find("}}", closing + 1)
    return braces


def _without_marks(body: str) -> str:
    """Without the hyphens that take white space away."""
    begun = body[2:] if body.startswith(("- ", "-\t", "-\n")) else body
    return begun[:-2] if begun.endswith((" -", "\t-", "\n-")) else begun


def _shown(sign: str) -> str:
    return {"\n": "a line break", "\r": "a line break", "\t": "a tab"}.get(sign, f"'{sign}'")
