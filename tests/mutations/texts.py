"""A file that a person wrote, with one thing wrong in its text: a key misspelt, or a value that is empty."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kserve_gitops.core.documents import Document, parse

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Spoilt:
    """The text, what was done, and the place that was changed, as file:line:column."""

    text: str
    done: str
    at: str


def spoilt_texts(text: str, file: str) -> Iterator[Spoilt]:
    """Every way to spoil a file: each key misspelt, each text emptied."""
    document = parse(text, file)
    for path, value in _paths(document.data):
        if isinstance(path[-1], str) and not _chosen(path):
            yield _misspelt(document, path)
        # An empty runtime or prefix is as good as none; what a hub's classes and a database take, nobody knows here.
        harmless = path[-1] in ("runtime", "prefix") or not {"config", "backendStore"}.isdisjoint(path)
        if isinstance(value, str) and not (harmless and path[:1] != ("storage",)):
            yield _emptied(document, path)


def _chosen(path: Path) -> bool:
    """Whether a person chooses the key: a name of an environment or a credential, a label, a trait of JupyterHub."""
    names = (("credentials",), ("environments",), ("entries",), ("namespaces",))
    return path[-2:-1] in names or not {"labels", "config"}.isdisjoint(path[:-1])


def _misspelt(document: Document, path: Path) -> Spoilt:
    place = document.at(path[:-1], key=path[-1])
    end = place.column - 1 + len(str(path[-1]))
    lines = document.text.split("\n")
    line = lines[place.line - 1]
    lines[place.line - 1] = f"{line[:end]}x{line[end:]}"
    return Spoilt("\n".join(lines), "rename", str(place))


def _emptied(document: Document, path: Path) -> Spoilt:
    place = document.at(path)
    lines = document.text.split("\n")
    line = lines[place.line - 1]
    rest = line[place.column - 1 :]
    length = _length(rest, flow=any(sign in line[: place.column - 1] for sign in "{["))
    lines[place.line - 1] = f"{line[: place.column - 1]}''{rest[length:]}"
    return Spoilt("\n".join(lines), "empty", str(place))


def _length(rest: str, *, flow: bool) -> int:
    """Of the plain scalar that the text begins with."""
    ends = [rest.find(sign) for sign in ((",", "}", "]") if flow else (" #",))]
    return min([end for end in ends if end >= 0], default=len(rest.rstrip()))


def _paths(value: Any, above: Path = ()) -> Iterator[tuple[Path, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*above, key), inner
        yield from _paths(inner, (*above, key))
