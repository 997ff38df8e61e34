"""What is told about a code: a page, written as the docstring of the rule that finds it.

The first sentence says what is wrong. What follows, up to the first of the sections, says why that matters. Each
section begins a paragraph with its name:

    Fix: what to do about it.

    Since: the first release of KServe for which it holds, or what it depends on instead.

    Source: where the fact comes from.
"""

import inspect
import re
from dataclasses import dataclass

_SECTION = re.compile(r"^(Fix|Since|Source):[ \n]")


@dataclass(frozen=True, slots=True)
class Page:
    """A code's page: every part is text of one or more paragraphs, "" where nothing is said."""

    what: str
    why: str = ""
    fix: str = ""
    since: str = ""
    source: str = ""


def page(text: str) -> Page:
    """The page that a docstring holds, with its indentation taken off and its paragraphs joined to one line each."""
    parts: dict[str, list[str]] = {"what": [], "why": []}
    current = "what"
    for block in re.split(r"\n\s*\n", inspect.cleandoc(text)):
        begun = _SECTION.match(block)
        if begun:
            current = begun[1].lower()
            block = block[begun.end() :]  # noqa: PLW2901  the rest of the paragraph
        elif parts["what"] and current == "what":
            current = "why"
        parts.setdefault(current, []).append(_flowing(block))
    return Page(**{name: "\n\n".join(filter(None, said)) for name, said in parts.items()})


def _flowing(block: str) -> str:
    """A paragraph on one line; lines that are indented or begin a list stay as they are."""
    if any(line.startswith((" ", "- ", "* ")) for line in block.splitlines()):
        return block.strip("\n")
    return " ".join(block.split())
