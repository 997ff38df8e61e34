"""The line that a finding is about, as it stands in the file, and a mark below the place in it."""

import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from kserve_gitops.cli.discretion import Outline, holds_secrets
from kserve_gitops.core.places import Place

LARGEST = 16 * 1024 * 1024
"""Bytes of a file that is read for this."""
WIDEST = 100
"""Columns of a line that is shown."""
_AROUND = 500
"""Characters before and after a place that are looked at."""
_TAB = 4
_LINES = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""Where YAML ends a line."""
_LINES_OF_PYTHON = re.compile("\r\n|[\n\r]")
_TOKEN = re.compile(r"""(?P<quote>["'])(?:\\.|(?!(?P=quote)).)*(?P=quote)|(?:[^\s:,"'()\[\]{}]|:(?=[^\s,\]}]))+""")
_PYTHON = ".py"
_CUT = "…"
_UNPRINTABLE = "\ufffd"


class _Cell(NamedTuple):
    """A character as a terminal shows it."""

    text: str
    width: int


_ASCII = {char: _Cell(char, 1) for char in map(chr, range(ord(" "), ord("~") + 1))}
"""Nearly all that is shown."""


class Excerpts:
    """Shows lines of the files below `root`, or of others under their whole name."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._files: dict[str, Outline] = {}

    def __call__(self, place: Place) -> tuple[str, str] | None:
        """The line and the mark below it; nothing for what is not there, and for what may hold a secret."""
        if place.file not in self._files:
            self._files[place.file] = Outline(self._lines(place.file))
        outline, number = self._files[place.file], place.line - 1
        lines = outline.lines
        if not 0 <= number < len(lines) or not lines[number].strip():
            return None
        if place.file.endswith(_PYTHON) and number == 0:  # where nobody knows the line
            return None
        line, column = lines[number], place.column
        if not 1 <= column <= len(line) + 1 or outline.may_be_secret(number):
            return None
        if place.file.endswith(_PYTHON) and column == 1:  # of a call only the line is known
            column += len(line) - len(line.lstrip())
        return marked(line, column)

    def _lines(self, file: str) -> list[str]:
        """The lines of a file; none where nothing of it is to be shown."""
        try:
            path = self._path(file)
            if path is None or not path.is_file() or path.stat().st_size > LARGEST:
                return []
            text = path.read_bytes().decode("utf-8-sig")
        except (OSError, RuntimeError, ValueError):  # gone, a link to itself, no text
            return []
        if holds_secrets(file, text):
            return []
        return (_LINES_OF_PYTHON if file.endswith(_PYTHON) else _LINES).split(text)

    def _path(self, file: str) -> Path | None:
        """Where a file lies; nowhere when its name is below the root and a link leads out of it."""
        given = Path(file)
        if given.is_absolute() or ".." in given.parts:
            return given.resolve()
        path = (self._root / given).resolve()
        return path if path.is_relative_to(self._root) else None


def marked(line: str, column: int) -> tuple[str, str]:
    """A line of any length and content, cut around the column, and the mark that goes below it."""
    begin, end = _span(line, column - 1)
    skipped = max(0, begin - _AROUND)
    cells = _cells(line[skipped : begin + _AROUND])
    begin, end = begin - skipped, end - skipped
    first = 0 if _width(cells[:end]) < WIDEST else _first(cells, begin)
    last = _last(cells, first)
    before = _CUT if first or skipped else ""
    after = _CUT if last < len(cells) else ""
    shown = "".join(cell.text for cell in cells[first:last]).rstrip()
    indent = len(before) + _width(cells[first:begin])
    return f"{before}{shown}{after}", " " * indent + "^" * max(1, _width(cells[begin : min(end, last)]))


def printable(text: str) -> str:
    """The text without what would steer a terminal; lines stay lines."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char == "\n" else _cell(char, 0).text for char in text)


def _span(line: str, start: int) -> tuple[int, int]:
    """From where to where the mark goes: the word or the quoted text at `start`, or else one character."""
    found = _TOKEN.match(line, start)
    return start, found.end() if found else start + 1


def _cells(text: str) -> list[_Cell]:
    found: list[_Cell] = []
    offset = 0
    for char in text:
        found.append(_cell(char, offset))
        offset += found[-1].width
    return found


def _cell(char: str, offset: int) -> _Cell:
    """A character at an offset; what has no width or steers a terminal is replaced."""
    if char in _ASCII:
        return _ASCII[char]
    if char == "\t":
        spaces = _TAB - offset % _TAB
        return _Cell(" " * spaces, spaces)
    category = unicodedata.category(char)
    if category in {"Mn", "Me"}:
        return _Cell(char, 0)
    if category[0] == "C" or category in {"Zl", "Zp"}:
        return _Cell(_UNPRINTABLE, 1)
    return _Cell(char, 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1)


def _width(cells: list[_Cell]) -> int:
    return sum(cell.width for cell in cells)


def _first(cells: list[_Cell], begin: int) -> int:
    """The first character to show when the place is a third into what is shown."""
    first, width = begin, 0
    while first and (width := width + cells[first - 1].width) <= WIDEST // 3:
        first -= 1
    return first


def _last(cells: list[_Cell], first: int) -> int:
    last, width = first, 0
    while last < len(cells) and (width := width + cells[last].width) <= WIDEST:
        last += 1
    return last
