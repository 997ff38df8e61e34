"""From source files to `imports/`: read all, make all, and only then write.

Nothing is written while anything is wrong. What a run makes replaces what an earlier run made of the same group and
tag, chart and version, or KServe release; the rest of `imports/` stays.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema_rs

from kserve_gitops.core.errors import InputError
from kserve_gitops.core.findings import Finding
from kserve_gitops.importer import crds, runtimes, sources, values
from kserve_gitops.importer.documents import documents, json_document
from kserve_gitops.importer.factoring import factor
from kserve_gitops.importer.kubernetes import PACKAGE, core
from kserve_gitops.importer.sources import Source
from kserve_gitops.importer.store import DEFINITIONS, Record, publish
from kserve_gitops.importer.structure import Schema
from kserve_gitops.importer.text import render

_SAFE = re.compile(r"[A-Za-z0-9][\w.+-]*")
_MALFORMED = (KeyError, TypeError, AttributeError, ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did: how many sources made how many files of how many bytes, and which files that changed."""

    sources: int
    files: int
    size: int
    written: tuple[str, ...]
    deleted: tuple[str, ...]

    def __str__(self) -> str:
        changes = f"{len(self.written)} written, {len(self.deleted)} deleted"
        return f"{self.files} files ({self.size / 1e6:.2f} MB) from {self.sources} sources: {changes}"


@dataclass
class _Made:
    """Everything that a run makes, by the folder or file that it replaces as a whole."""

    kinds: dict[str, dict[str, Schema]] = field(default_factory=lambda: defaultdict(dict))
    tables: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    charts: dict[str, Schema] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def run(
    sources: list[Path],
    output: Path,
    *,
    kubernetes: str | None,
    repository: str | None = None,
    tag: str | None = None,
) -> Report:
    """Import `sources` (files or directories) and the core kinds of Kubernetes `kubernetes` into `output`.

    Raises InputError with a finding for every source that cannot be used (KG001, KG002, KG011), and ToolError when
    `kubernetes-validate` is needed and missing.
    """
    made = _make(sources, repository=repository, tag=tag)
    if kubernetes is not None:
        _add_core(kubernetes, made)
    if made.findings:
        raise InputError(made.findings)
    files = dict(_files(made))
    units = {*made.kinds, *made.tables, *made.charts}
    written, deleted = publish(files, made.records, output, units=units)
    return Report(len(made.records), len(files), sum(map(len, files.values())), written, deleted)


def _make(paths: list[Path], *, repository: str | None, tag: str | None) -> _Made:
    made = _Made()
    read, made.findings = sources.read(paths, repository=repository, tag=tag)
    own_schema = {name[0] for name in map(_chart, read) if name and name[1] == "schema.json"}
    for source in read:
        chart = _chart(source)
        if not _SAFE.fullmatch(source.tag):
            made.findings.append(Finding("KG011", f"the tag '{source.tag}' cannot be a folder's name", source.place))
            continue
        try:
            if chart is None:
                _add_manifests(source, made)
            elif chart[1] == "schema.json" or chart[0] not in own_schema:
                made.charts[chart[0]] = _values(source, chart[1])
                made.records.append(_record(source, [chart[0]]))
        except InputError as error:
            made.findings += error.findings
    return made


def _chart(source: Source) -> tuple[str, str] | None:
    """(file to make, form of the source) where the source tells what a chart takes."""
    name = sources.VALUES.fullmatch(source.name)
    return (f"values/{name['chart']}/{name['version']}.json", name["form"]) if name else None


def _values(source: Source, form: str) -> Schema:
    shipped = form == "schema.json"
    found = [json_document(source)] if shipped else documents(source) or [{}]
    if len(found) > 1 or not isinstance(found[0], dict):
        raise _refused(source, "a JSON Schema is one mapping" if shipped else "chart values are one mapping")
    try:
        schema = values.shipped(found[0]) if shipped else values.inferred(found[0])
        jsonschema_rs.validator_for(schema)
    except _MALFORMED as error:
        raise _refused(source, f"not what a chart takes: {_why(error)}") from error
    return schema


def _add_manifests(source: Source, made: _Made) -> None:
    produced: list[str] = []
    for document in documents(source):
        kind = document.get("kind") if isinstance(document, dict) else None
        try:
            if kind == crds.KIND:
                produced += _add_kinds(crds.served(document), source.tag, source, made)
            elif kind in runtimes.KINDS:
                name, row = runtimes.row(document)
                produced.append(f"runtimes/{source.tag}.json")
                made.tables[produced[-1]][name] = row
        except _MALFORMED as error:
            raise _refused(source, f"not a {kind} that can be read: {_why(error)}") from error
    if not produced:
        hint = "chart values are named <chart>-<version>.values.yaml or <chart>-<version>.schema.json"
        raise _refused(source, f"holds no {crds.KIND} and no ClusterServingRuntime", hint)
    made.records.append(_record(source, produced))


def _add_kinds(kinds: Iterable[crds.Kind], tag: str, source: Source, made: _Made) -> Iterator[str]:
    for kind in kinds:
        unit = f"kinds/{kind.group}/{tag}/"
        if not all(map(_SAFE.fullmatch, (kind.group, kind.key))):
            raise _refused(source, f"'{kind.group}' '{kind.key}' cannot be the name of a kind")
        if kind.key in made.kinds[unit]:
            raise _refused(source, f"{kind.group} {kind.key} of {tag} stands in another source too")
        jsonschema_rs.validator_for(kind.schema)
        made.kinds[unit][kind.key] = kind.schema
        yield f"{unit}{kind.key}.json"


def _add_core(version: str, made: _Made) -> None:
    found = core(version)
    produced = []
    for kind in found.kinds:
        unit = f"kinds/{kind.group}/{found.release}/"
        made.kinds[unit][kind.key] = kind.schema
        produced.append(f"{unit}{kind.key}.json")
    origin = {"package": PACKAGE, "tag": found.package_version, "path": found.path, "sha256": found.sha256}
    made.records.append(Record(origin, tuple(sorted(produced))))


def _files(made: _Made) -> Iterator[tuple[str, bytes]]:
    for unit, roots in made.kinds.items():
        schemas, definitions = factor(roots, here=DEFINITIONS)
        yield from ((f"{unit}{key}.json", render(schema)) for key, schema in schemas.items())
        if definitions:
            yield unit + DEFINITIONS, render({"$defs": definitions})
    for name, schema in made.charts.items():
        schemas, definitions = factor({"": schema}, here="")
        yield name, render(schemas[""] | ({"$defs": definitions} if definitions else {}))
    for name, table in made.tables.items():
        yield name, render({"runtimes": table})


def _record(source: Source, produced: list[str]) -> Record:
    origin: Mapping[str, str] = {
        "file": source.name,
        "repository": source.repository,
        "tag": source.tag,
        "path": source.path,
        "sha256": source.sha256,
    }
    return Record({key: value for key, value in origin.items() if value}, tuple(sorted(set(produced))))


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it contains itself"
    if isinstance(error, KeyError):
        return f"there is no {error}"
    return str(error).splitlines()[0]


def _refused(source: Source, what: str, hint: str = "") -> InputError:
    return InputError([Finding("KG011", what, source.place, hint)])
