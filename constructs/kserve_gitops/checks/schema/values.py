"""Helm values against what their chart takes, as a person would say it: conditions, other versions, other charts.

What a chart takes is the data under `imports/values/`, made by `importer.values`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as File
from typing import Any

from jsonschema_rs import ValidationError
from jsonschema_rs import ValidationErrorKind as Kind

from kserve_gitops.checks.schema import phrasing
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.schema.phrasing import Book, Path, Problem
from kserve_gitops.serving.renamed_values import FAMILIES, KSERVE_CHARTS, moved

_NEEDED = "x-needed"
_SEVERAL, _PAIR = 3, 2


def problems(errors: Iterable[ValidationError], book: Book) -> Iterator[Problem]:
    """What each error says; a condition is told with the values that it asks about."""
    for error in errors:
        way = list(error.evaluation_path)
        if isinstance(error.kind, Kind.Not):
            yield from _excluded(error, book)
        elif "then" in way:
            beside = _and(f"{k}: {v}" for k, v in _flags(book.at([*way[: way.index("then")], "if"])).items())
            yield from (_beside(problem, error, beside) for problem in phrasing.problems([error], book))
        else:
            yield from (_as_a_map(problem, error) for problem in phrasing.problems([error], book))


def _beside(problem: Problem, error: ValidationError, beside: str) -> Problem:
    if error.kind.name != "const":
        return problem
    name, value = ".".join(map(str, problem.path)), str(error.instance).lower()
    return replace(problem, message=f"'{name}: {value}' does not go with {beside}", hint="keep one of them")


def taken_away(values: Mapping[str, Any], book: Book) -> Iterator[Problem]:
    """Nulls, each of which takes a default away, where the chart's schema requires the key."""
    for path in _nulls(values, ()):
        needed = (book.of(path[:-1]) or {}).get(_NEEDED, ())
        if path[-1] in needed:
            message = "null takes away the default, and the chart requires the key"
            yield Problem(path, None, "value", message, "leave the key out, or write a value")


def misspelt(values: Mapping[str, Any], book: Book) -> Iterator[Problem]:
    """Keys one letter away from one of the chart, where its schema takes any.

    Many schemas leave mappings open that the templates do not. Only where they name several keys, and the near one is
    not written too, is the other one sure to be meant.
    """
    yield from _misspelt(values, book.root, book, ())


def _misspelt(value: Any, node: Any, book: Book, path: Path) -> Iterator[Problem]:
    schema = book.follow(node)
    if not isinstance(value, Mapping) or not isinstance(schema, Mapping):
        return
    known: Mapping[str, Any] = schema.get("properties", {})
    is_open = len(known) >= _SEVERAL and not schema.keys() & {"additionalProperties", "patternProperties"}
    for key, inner in value.items():
        below = known.get(key, schema.get("additionalProperties"))
        if isinstance(below, Mapping):
            yield from _misspelt(inner, below, book, (*path, key))
        elif is_open and key not in known:
            near = [name for name in known if name not in value and one_letter_off(str(key), name)]
            if near:
                yield Problem(path, str(key), "unknown", f"unknown field '{key}'", f"did you mean '{near[0]}'?")


def one_letter_off(word: str, name: str) -> bool:
    """Whether they differ in case, or in one letter that is wrong, missing, too many or beside its place."""
    a, b = word.lower(), name.lower()
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    swapped = len(a) == len(b) == _PAIR and a == b[::-1]
    return len(name) > _SEVERAL and (swapped or (len(a) <= 1 and len(b) <= 1))


def without_nulls(value: Any) -> Any:
    """Values without the keys that are null: they only take defaults away."""
    if not isinstance(value, Mapping):
        return value
    return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts and versions under one `imports/values/`; `load` reads a file of it."""

    directory: File
    load: Callable[[File], dict[str, Any]]
    _versions: dict[str, list[str]] = field(default_factory=dict)

    def file(self, chart: str, version: str) -> File:
        """The file of a chart at a version, which need not be there."""
        own = self.directory / chart / f"{version}.json"
        others = (self.directory / name / own.name for name in FAMILIES.get(chart, ()))
        return own if own.is_file() else next((file for file in others if file.is_file()), own)

    def explained(self, problem: Problem, chart: str, version: str, book: Book) -> Problem:
        """An unknown key with what is known of it: the version or the chart that has it, its new name, its place."""
        if problem.kind != "unknown" or problem.key is None:
            return problem
        path, key = problem.path, problem.key
        newer, older = self._elsewhere(chart, version, path, key)
        product = "KServe" if chart in KSERVE_CHARTS else f"chart {chart}"
        hint = moved(chart, path, key) or self._of_sibling(chart, version, path, key)
        if newer:
            return replace(
                problem, message=f"value '{key}' needs {product} {newer}", hint="raise the version, or take it out"
            )
        if older:
            message = f"value '{key}' is gone since {product} {older}"
            return replace(problem, message=message, hint=hint or "take it out")
        if hint:
            return replace(problem, hint=hint)
        if problem.hint.startswith("it belongs"):
            return problem
        place = _only_place(book, key)
        return replace(problem, hint=f"it belongs under '{place}'") if place else problem

    def _elsewhere(self, chart: str, version: str, path: Path, key: str) -> tuple[str, str]:
        """(the first later version that has a key, the version from which on it is gone); "" for none."""
        sets = sorted((order(v), v, name) for name in FAMILIES.get(chart, (chart,)) for v in self._known(name))
        having = [(place, found) for place, found, name in sets if self._book(name, found).allows(path, key)]
        here = order(version)
        newer = next((found for place, found in having if place > here), "")
        last = max((place for place, _ in having if place < here), default=None)
        if newer or last is None:
            return newer, ""
        return "", next((found for place, found, _ in sets if last < place <= here), "")

    def _of_sibling(self, chart: str, version: str, path: Path, key: str) -> str:
        others = [name for name in KSERVE_CHARTS if name != chart] if chart in KSERVE_CHARTS else []
        for name in others:
            if version in self._known(name) and self._book(name, version).allows(path, key):
                return f"it is a value of the chart '{name}'"
        return ""

    def _known(self, chart: str) -> list[str]:
        if chart not in self._versions:
            self._versions[chart] = sorted(file.stem for file in (self.directory / chart).glob("*.json"))
        return self._versions[chart]

    def _book(self, chart: str, version: str) -> Book:
        return Book(self.load(self.directory / chart / f"{version}.json"), {})


def _excluded(error: ValidationError, book: Book) -> Iterator[Problem]:
    flags = _flags(book.at(error.evaluation_path))
    path = tuple(error.instance_path)
    if not flags:
        yield from phrasing.problems([error], book)
        return
    last = (*path, *list(flags)[-1].split("."))
    together = _and(f"{name}: {value}" for name, value in flags.items())
    yield Problem(last, None, "value", f"the chart refuses {together} together", "keep one of them")


def _flags(condition: Any, path: tuple[str, ...] = ()) -> dict[str, str]:
    """The values that a condition asks for, by dotted name."""
    if not isinstance(condition, Mapping):
        return {}
    if "const" in condition:
        return {".".join(path): str(condition["const"]).lower()}
    found: dict[str, str] = {}
    for key, inner in condition.get("properties", {}).items():
        found |= _flags(inner, (*path, key))
    return found


def _and(words: Iterable[str]) -> str:
    return " and ".join(f"'{word}'" for word in words) or "what else is written"


def _as_a_map(problem: Problem, error: ValidationError) -> Problem:
    """A list of names and values where the chart takes a map of them is told how that is written."""
    given = error.instance
    pairs = isinstance(given, list) and all(isinstance(i, dict) and i.keys() == {"name", "value"} for i in given)
    if pairs and given and problem.message == "a list, expected a mapping":
        return replace(problem, hint="write each entry as 'NAME: value', without a list")
    return problem


def _nulls(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if inner is None:
                yield (*path, str(key))
            else:
                yield from _nulls(inner, (*path, str(key)))


def _only_place(book: Book, key: str) -> str:
    """The one mapping of the chart that has a key of that name; "" for none and for several."""
    found = {place for place, names in _mappings(book, book.root, ()) if key in names}
    return ".".join(found.pop()) if len(found) == 1 else ""


def _mappings(book: Book, node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    schema = book.follow(node)
    names = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
    if path and names:
        yield path, names
    for name, inner in names.items():
        yield from _mappings(book, inner, (*path, name))
