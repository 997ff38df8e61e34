"""Whether an object fits the schema of its kind, and Helm values their chart.

The schemas are the data under `imports/`, made by `kserve-gitops import`. Only the kinds that a tree holds are loaded
and compiled; an object that fits costs a few microseconds, and errors are gathered only for one that does not.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs

from kserve_gitops.checks.phrasing import Book, Problem, problems
from kserve_gitops.core.errors import InputError
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.places import Place

KSERVE = "serving.kserve.io"
"""The group whose kinds depend on the KServe version that is deployed."""

_DEFINITIONS = "definitions.json"
_BASE = "imports:///"
_NUMBERS = re.compile(r"\d+")

__all__ = ["KSERVE", "Problem", "Schemas"]


@dataclass(frozen=True, slots=True)
class _Compiled:
    validator: jsonschema_rs.Validator
    book: Book

    def problems(self, value: Any) -> list[Problem]:
        if self.validator.is_valid(value):
            return []
        return list(problems(self.validator.iter_errors(value), self.book))


class Schemas:
    """The schemas under one `imports/` directory, for a platform with KServe version `kserve`.

    KServe's kinds are those of that version, or of the newest imported one that is not newer. Every other
    kind is taken from the newest set that has it.
    """

    def __init__(self, directory: Path, *, kserve: str) -> None:
        self._directory = directory
        self._kserve = kserve
        self._compiled: dict[Path, _Compiled] = {}
        self._loaded: dict[Path, Any] = {}

    def kinds(self) -> list[tuple[str, str]]:
        """(apiVersion, kind) of every kind that can be checked, sorted."""
        return sorted(self._files)

    def knows(self, api_version: str, kind: str) -> bool:
        """Whether the kind has a schema."""
        return (api_version, kind) in self._files

    def object_problems(self, manifest: Mapping[str, Any]) -> list[Problem]:
        """Everything in which an object of plain dicts, lists and scalars does not fit its kind.

        Raises KeyError for a kind without a schema, InputError for a file under `imports/` that is damaged.
        """
        file = self._files[manifest["apiVersion"], manifest["kind"]]
        return self._schema(file).problems(manifest)

    def values_problems(self, chart: str, version: str, values: Mapping[str, Any]) -> list[Problem] | None:
        """Everything in which overriding values do not fit a chart; None when nothing is known of that version.

        A null takes a default away, in Helm, so it fits every key.
        """
        file = self._directory / "values" / chart / f"{version}.json"
        if file not in self._compiled and not file.is_file():
            return None
        return self._schema(file).problems(_without_nulls(values))

    @cached_property
    def _files(self) -> dict[tuple[str, str], Path]:
        found: dict[tuple[str, str], Path] = {}
        for group in sorted(_folders(self._directory / "kinds")):
            sets = sorted(_folders(group), key=lambda folder: _order(folder.name))
            if group.name == KSERVE:
                sets = [_fitting(sets, self._kserve)] if sets else []
            for file in (file for folder in sets for file in sorted(folder.glob("*.json"))):
                if "." in file.stem:  # definitions.json is shared by the kinds beside it
                    kind, version = file.stem.rsplit(".", 1)
                    found[version if group.name == "core" else f"{group.name}/{version}", kind] = file
        return found

    def _schema(self, file: Path) -> _Compiled:
        if file not in self._compiled:
            self._compiled[file] = self._compile(file)
        return self._compiled[file]

    def _compile(self, file: Path) -> _Compiled:
        root = self._load(file)
        shared = file.with_name(_DEFINITIONS)

        def definitions(_: str) -> Any:
            return self._load(shared)

        try:
            validator = jsonschema_rs.validator_for(
                root, base_uri=_BASE + file.name, retriever=definitions, validate_formats=True
            )
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            raise _damaged(file, str(error)) from error
        known = self._load(shared)["$defs"] if shared.is_file() else {}
        return _Compiled(validator, Book(root, known))

    def _load(self, file: Path) -> Any:
        if file not in self._loaded:
            try:
                self._loaded[file] = json.loads(file.read_bytes())
            except (OSError, ValueError) as error:
                raise _damaged(file, str(error)) from error
        return self._loaded[file]


def _folders(path: Path) -> Iterable[Path]:
    return (entry for entry in path.iterdir() if entry.is_dir()) if path.is_dir() else ()


def _order(tag: str) -> tuple[tuple[int, ...], bool, str]:
    """Sorts v0.9.0 < v0.16.0-rc1 < v0.16.0."""
    release, _, candidate = tag.partition("-")
    return tuple(map(int, _NUMBERS.findall(release))), not candidate, candidate


def _fitting(sets: list[Path], version: str) -> Path:
    """The newest of the ascending `sets` that is not newer than `version`; the oldest when all are."""
    older = [folder for folder in sets if _order(folder.name) <= _order(version)]
    return older[-1] if older else sets[0]


def _without_nulls(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}


def _damaged(file: Path, why: str) -> InputError:
    hint = "restore it from git, or make it again with kserve-gitops import"
    return InputError([Finding("KG002", f"not a schema that import has written: {why}", Place(file.as_posix()), hint)])
