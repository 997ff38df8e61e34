"""Objects and values as they were meant: fields that are misspelt, under the name that they should have.

The schemas tell of a misspelt field. To the rules it is written right, or they would tell what follows from it too:
that the field is missing, and that others refer to nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kserve_gitops.checks.schema.phrasing import Problem
from kserve_gitops.core.origins import Path

Respelt = Mapping[Path, str]
"""Path of a field under its right name: the name that it has."""


def respelt(data: Mapping[str, Any], problems: Iterable[Problem]) -> tuple[dict[str, Any], Respelt]:
    """`data` with the misspelt fields renamed, and where that was; `data` itself is not changed."""
    whole: dict[str, Any] = dict(data)
    names: dict[Path, str] = {}
    for problem in problems:
        if problem.meant and problem.key is not None:
            holder = _copied(whole, problem.path)
            if holder is not None and problem.key in holder and problem.meant not in holder:
                _rename(holder, problem.key, problem.meant)
                names[*problem.path, problem.meant] = problem.key
    return whole, names


def as_written(path: Path, names: Respelt) -> Path:
    """A path in what was respelt, as a path in what was written."""
    if not names:
        return path
    return tuple(names.get(path[: end + 1], step) for end, step in enumerate(path))


def _rename(holder: dict[str, Any], wrong: str, right: str) -> None:
    items = [(right if key == wrong else key, value) for key, value in holder.items()]
    holder.clear()
    holder.update(items)


def _copied(whole: dict[str, Any], path: Path) -> dict[str, Any] | None:
    """The mapping at `path`, after what leads to it was copied; None where there is none."""
    holder: Any = whole
    for step in path:
        try:
            inner = holder[step]
        except (KeyError, IndexError, TypeError):
            return None
        holder[step] = dict(inner) if isinstance(inner, dict) else list(inner) if isinstance(inner, list) else inner
        holder = holder[step]
    return holder if isinstance(holder, dict) else None
