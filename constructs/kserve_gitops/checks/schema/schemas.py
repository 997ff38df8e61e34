"""Whether an object fits the schema of its kind, and Helm values their chart; and the form the cluster leaves it in.

The schemas are the data under `imports/`, made by `kserve-gitops import`. Only the kinds that a tree holds are loaded
and compiled; an object that fits costs a few microseconds, and errors are gathered only for one that does not.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jsonschema_rs

from kserve_gitops.checks.schema import fragments, values
from kserve_gitops.checks.schema.canonical import Branch, branch, canonical, without_defaults
from kserve_gitops.checks.schema.history import came
from kserve_gitops.checks.schema.imported import KSERVE, Imported, Kind, damaged
from kserve_gitops.checks.schema.phrasing import EMPTY, Book, Problem, problems
from kserve_gitops.checks.schema.strictness import strict
from kserve_gitops.checks.schema.tolerance import tolerated

_BASE = "imports:///"
_FRAGMENT = "fragment.json"

__all__ = ["KSERVE", "Problem", "Schemas"]


@dataclass(frozen=True, slots=True)
class _Compiled:
    validator: jsonschema_rs.Validator
    book: Book
    phrased: Callable[[Iterator[jsonschema_rs.ValidationError], Book], Iterator[Problem]] = problems

    def problems(self, value: Any) -> list[Problem]:
        if self.validator.is_valid(value):
            return []
        found = list(self.phrased(self.validator.iter_errors(value), self.book))
        misspelt = {(problem.path, problem.hint) for problem in found if problem.kind == "unknown"}
        empty = {problem.path for problem in found if problem.message == EMPTY}
        found = [p for p in found if p.path not in empty or p.kind != "value" or p.message == EMPTY]
        return [p for p in found if p.kind != "missing" or (p.path, f"did you mean '{p.key}'?") not in misspelt]


class Schemas:
    """The schemas under one `imports/` directory, for a platform with KServe version `kserve` (see `Imported`).

    Everything raises InputError for a file under `imports/` that is damaged.
    """

    def __init__(self, directory: Path, *, kserve: str) -> None:
        self.directory = directory
        self.kserve = kserve
        self._imported = Imported(directory, kserve=kserve)
        self._charts = values.Charts(directory / "values", self._imported.load)
        self._compiled: dict[Hashable, _Compiled] = {}
        self._branches: dict[Kind, Branch] = {}

    def kinds(self) -> list[Kind]:
        """(apiVersion, kind) of every kind that can be checked, sorted."""
        return sorted(self._imported.files)

    def knows(self, api_version: str, kind: str) -> bool:
        """Whether the kind has a schema."""
        return (api_version, kind) in self._imported.files

    def since(self, api_version: str, kind: str) -> str:
        """The first release of KServe with a kind that the deployed one does not have; "" for every other kind."""
        newer = None if self.knows(api_version, kind) else self._imported.history((api_version, kind))
        return came(api_version, kind, newer.newest) if newer else ""

    def object_problems(self, manifest: Mapping[str, Any]) -> list[Problem]:
        """Everything in which an object of plain dicts, lists and scalars does not fit its kind.

        A field that only another release of KServe has is told as such, and what the API server passes over is
        `harmless`. Raises KeyError for a kind without a schema.
        """
        kind = (manifest["apiVersion"], manifest["kind"])
        if kind not in self._compiled:
            book = self._imported.book(kind)
            asking = Book(strict(book.root), strict(book.definitions))
            self._compiled[kind] = _compile(asking, self._imported.files[kind])
        compiled = self._compiled[kind]
        found = compiled.problems(manifest)
        if found:
            found = tolerated(found, manifest, compiled.problems, self.canonical)
        return [self._dated(problem, kind) for problem in found]

    def values_problems(self, chart: str, version: str, written: Mapping[str, Any]) -> list[Problem] | None:
        """Everything in which overriding values do not fit a chart; None when nothing is known of that version.

        A null takes a default away, in Helm, so it fits every key that the chart does not require.
        """
        file = self._charts.file(chart, version)
        if file not in self._compiled:
            if not file.is_file():
                return None
            self._compiled[file] = replace(_compile(Book(self._imported.load(file), {}), file), phrased=values.problems)
        compiled = self._compiled[file]
        found = compiled.problems(values.without_nulls(written))
        said = [
            *(self._charts.explained(problem, chart, version, compiled.book) for problem in found),
            *values.misspelt(written, compiled.book),
            *values.taken_away(written, compiled.book),
        ]
        spots = {(problem.path, problem.key) for problem in said}
        inside = self._fragment_problems(chart, written, compiled.book)
        return [*said, *(problem for problem in inside if (problem.path, problem.key) not in spots)]

    def _fragment_problems(self, chart: str, written: Mapping[str, Any], book: Book) -> Iterator[Problem]:
        """What is wrong inside the pieces of Kubernetes objects that values carry."""
        for found in fragments.fragments(written, book):
            if found.places not in self._compiled:
                asked = fragments.book_of(found.places, self._imported)
                self._compiled[found.places] = _compile(asked or Book({}, {}), Path(_FRAGMENT))
            compiled = self._compiled[found.places]
            if isinstance(found.value, fragments.form_of(compiled.book)):
                problems = compiled.problems(fragments.without_nulls(found.value))
                yield from fragments.told(problems, found, chart, compiled.book)
                yield from fragments.amounts(found)

    def canonical(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """The object as API server and webhook leave it, as far as the schema tells: `checks.schema.canonical`.

        The result shares parts with `manifest`, which is not changed. An object of an unknown kind is left as it is.
        """
        found: dict[str, Any] = canonical(self._branch(manifest), dict(manifest))
        return found

    def without_defaults(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """The object without the fields that `canonical` puts back as they were; otherwise like that."""
        found: dict[str, Any] = without_defaults(self._branch(manifest), dict(manifest))
        return found

    def _branch(self, manifest: Mapping[str, Any]) -> Branch:
        kind = (manifest.get("apiVersion", ""), manifest.get("kind", ""))
        if kind not in self._branches:
            file = self._imported.files.get(kind)
            self._branches[kind] = _cut(self._imported.book(kind), file) if file else Branch()
        return self._branches[kind]

    def _dated(self, problem: Problem, kind: Kind) -> Problem:
        """An unknown field with the release that has it, where one has."""
        if problem.kind != "unknown" or problem.key is None or problem.harmless:
            return problem
        newer, former = self._imported.history(kind), self._imported.former(kind)
        if newer and (since := newer.first(problem.path, problem.key)):
            message = f"field '{problem.key}' needs KServe {since}"
            return replace(problem, message=message, hint=f"this platform deploys {self.kserve}", since=since)
        if former and former[1].allows(problem.path, problem.key):
            return replace(problem, message=f"field '{problem.key}' is gone since KServe {former[0]}", hint="")
        return problem


def _compile(book: Book, file: Path) -> _Compiled:
    try:
        validator = jsonschema_rs.validator_for(
            book.root,
            base_uri=_BASE + file.name,
            retriever=lambda _: {"$defs": book.definitions},
            validate_formats=True,
        )
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise damaged(file, str(error)) from error
    return _Compiled(validator, book)


def _cut(book: Book, file: Path) -> Branch:
    try:
        return branch(book.root, book.follow)
    except (KeyError, TypeError, AttributeError) as error:
        raise damaged(file, f"there is no {error}") from error
