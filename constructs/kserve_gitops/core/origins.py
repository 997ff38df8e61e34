"""Which part of which input a rendered object comes from.

Findings are made on rendered objects, but must point at what a person wrote. An origin is plain data
(it crosses to Node and back with its object, as text) that says which values of the object were
copied from which values of the input; positions are looked up only when something is wrong.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

Path = tuple[str | int, ...]
"""The way to a value: keys of mappings and indices of lists."""


@dataclass(frozen=True, slots=True)
class Link:
    """Values below `target` in the object come from below one of `sources` in the file, first found wins.

    `file` is set where that is another file than the one of the origin.
    """

    target: Path
    sources: tuple[Path, ...]
    file: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The file an object comes from, its line when that is known, and the links of its values."""

    file: str
    line: int = 1
    links: tuple[Link, ...] = ()

    def candidates(self, path: Sequence[str | int]) -> Iterator[tuple[str, Path]]:
        """Files, and paths in them, where the value at `path` of the object may stand, the most exact link first."""
        for link in sorted(self.links, key=lambda link: -len(link.target)):
            depth = len(link.target)
            if tuple(path[:depth]) == link.target:
                for source in link.sources:
                    yield link.file or self.file, (*source, *path[depth:])

    def to_text(self) -> str:
        """JSON on one line; `from_text` reads it back."""
        return f"[{json.dumps(self.file)},{self.line},{_text(self.links)}]"

    @classmethod
    def from_text(cls, text: str) -> "Origin":
        """The origin that `to_text` wrote."""
        return _origin(text)


@lru_cache(maxsize=8)
def _origin(text: str) -> Origin:
    """Several mistakes of one object are told together."""
    file, line, links = json.loads(text)
    return Origin(file, line, tuple(Link(tuple(t), tuple(map(tuple, s)), *other) for t, s, *other in links))


@lru_cache(maxsize=1024)
def _text(links: tuple[Link, ...]) -> str:
    """Thousands of models have the same links."""
    rows = [[link.target, link.sources, *([link.file] if link.file else ())] for link in links]
    return json.dumps(rows, separators=(",", ":"))


def linked(file: str, links: Iterable[tuple[Path, Iterable[Path]]]) -> Origin:
    """An origin from pairs of a path in the object and the paths in `file` it may come from."""
    return Origin(file, links=tuple(Link(target, tuple(sources)) for target, sources in links))
