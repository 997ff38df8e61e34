"""The Helm charts that a tree delivers, each with the values that it gets from the tree.

A chart comes from an Argo CD Application, or stands alone where only its values are in the tree. Values are those that
somebody wrote, in the file of values or in the Application itself; what a chart has by default, a rule must know.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.tree import Mistake, Object, Spot, Thing, Tree, Values
from kserve_gitops.core.merging import merge
from kserve_gitops.core.origins import Path

_OTHER_VALUES = ("fileParameters", "parameters", "values")


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart of one Application, `application`, whose source stands there at `at`.

    `known` is False where the chart gets values that nobody can read here. `written` are all others.
    """

    name: str
    version: str
    release: str
    namespace: str
    written: Mapping[str, Any]
    file: Values | None = None
    application: Object | None = None
    at: Path = ()
    known: bool = True

    def get(self, *path: str) -> Any:
        """A value as it is written; None where none is."""
        value: Any = self.written
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        return value

    def mapping(self, *path: str) -> Mapping[str, Any]:
        """The written mapping at `path`; an empty one where there is none."""
        return mapping(self.get(*path))

    def sequence(self, *path: str) -> list[Any]:
        """The written list at `path`; an empty one where there is none."""
        value = self.get(*path)
        return value if isinstance(value, list) else []

    def text(self, *path: str, default: str = "") -> str:
        """The written text at `path` if it is not empty, else `default`."""
        value = self.get(*path)
        return value if isinstance(value, str) and value else default

    def on(self, *path: str) -> bool:
        """Whether a flag is written as true."""
        return self.get(*path) is True

    def given(self, *path: str) -> Iterator[Any]:
        """What is written at `path`, null included; nothing where the key is not written."""
        thing, at = self.spot(*path)
        if at[-len(path) :] == path:
            yield thing.get(*at)

    @property
    def source(self) -> Mapping[str, Any]:
        """The source in the Application."""
        return mapping(self.application.get(*self.at)) if self.application else {}

    @property
    def cluster(self) -> str:
        """The cluster that it goes to, as the Application names it."""
        return cluster_of(self.application) if self.application else ""

    @property
    def fullname(self) -> str:
        """What charts call the fullname, by which they name their objects."""
        name = self.text("nameOverride", default=self.name)
        full = self.release if name in self.release else f"{self.release}-{name}"
        return self.text("fullnameOverride", default=full)

    def spot(self, *path: str | int) -> Spot:
        """Where a value stands, or else the last mapping above it that is written."""
        thing, start, values = self._home(path)
        end: list[str | int] = []
        value: Any = values
        for step in path:
            if isinstance(step, int):
                there = isinstance(value, list) and 0 <= step < len(value)
            else:
                there = isinstance(value, Mapping) and step in value
            if not there:
                break
            value = value[step]
            end.append(step)
        return thing, (*start, *end)

    def source_spot(self, key: str = "chart") -> Spot:
        """The source in the Application, at one of its keys; the values where there is no Application."""
        if self.application is None:
            return self.spot()
        return self.application, (*self.at, *([key] if key in self.source else []))

    def error_at_source(
        self, message: str, *, hint: str = "", key: str = "chart", other: Spot | None = None
    ) -> Mistake:
        """Something that must not be merged, about the chart itself."""
        thing, at = self.source_spot(key)
        return thing.error(at, message, hint=hint, other=other)

    def warning_at_source(self, message: str, *, hint: str = "", other: Spot | None = None) -> Mistake:
        """Something that is legal and likely wrong, about the chart itself."""
        thing, at = self.source_spot()
        return thing.warning(at, message, hint=hint, other=other)

    def error(
        self,
        path: Path,
        message: str,
        *,
        hint: str = "",
        other: Spot | None = None,
        missing: tuple[str, str, str] | None = None,
    ) -> Mistake:
        """Something that must not be merged, about the value at `path`."""
        thing, at = self.spot(*path)
        return thing.error(at, message, hint=hint, other=other, missing=missing)

    def warning(self, path: Path, message: str, *, hint: str = "", other: Spot | None = None) -> Mistake:
        """Something that is legal and likely wrong, about the value at `path`."""
        thing, at = self.spot(*path)
        return thing.warning(at, message, hint=hint, other=other)

    def _home(self, path: Path) -> tuple[Thing, Path, Mapping[str, Any]]:
        """The thing that holds the values, the way to them there, and the values."""
        inline = mapping(mapping(self.source.get("helm")).get("valuesObject"))
        if self.application is not None and (self.file is None or (path and path[0] in inline)):
            return self.application, (*self.at, *(("helm", "valuesObject") if inline else ())), inline
        if self.file is not None:
            return self.file, (), self.file.data
        raise AssertionError  # a chart comes from one of the two


def charts(tree: Tree, *names: str) -> list[Chart]:
    """The charts of these names that a tree delivers; all of them for no name."""
    return [chart for chart in tree.once(_charts) if not names or chart.name in names]


def _charts(tree: Tree) -> list[Chart]:
    return list(_found(tree))


def printed(value: Any) -> str:
    """A value as a template prints it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def shown(value: Any) -> str:
    """A value as it is quoted in a message."""
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return "null" if value is None else f"'{printed(value)}'"


def cluster_of(application: Object) -> str:
    """The cluster that an Application delivers to, as it names it."""
    target = application.mapping("spec", "destination")
    return str(target.get("server") or target.get("name") or "")


def by_cluster(tree: Tree) -> list[list[Chart]]:
    """The charts that Applications deliver, those to one cluster together."""
    found: dict[str, list[Chart]] = defaultdict(list)
    for chart in charts(tree):
        if chart.application is not None:
            found[chart.cluster].append(chart)
    return list(found.values())


def folders(tree: Tree) -> Iterator[tuple[Object, Path, str, str]]:
    """The folders of repositories that Applications deliver: Application, path of the source, repoURL and folder."""
    for application in _applications(tree):
        for at, source in _sources(application):
            if isinstance(source.get("path"), str) and "chart" not in source:
                yield application, at, str(source.get("repoURL")), source["path"].strip("/")


def _found(tree: Tree) -> Iterator[Chart]:
    files = {(values.application, values.chart): values for values in tree.values}
    for application in _applications(tree):
        for at, source in _sources(application):
            if isinstance(source.get("chart"), str):
                file = files.pop((application.name, source["chart"]), None)
                yield _chart(application, at, source, file)
    for values in files.values():
        if values.chart:
            made = partial(Chart, values.chart, values.version, values.application, "")
            yield made(merge({}, dict(values.data)), values)


def _chart(application: Object, at: Path, source: Mapping[str, Any], file: Values | None) -> Chart:
    helm = mapping(source.get("helm"))
    inline = dict(mapping(helm.get("valuesObject")))
    others = sequence(helm.get("valueFiles"))
    release = helm.get("releaseName")
    return Chart(
        name=source["chart"],
        version=str(source.get("targetRevision") or ""),
        release=release if isinstance(release, str) and release else application.name,
        namespace=application.text("spec", "destination", "namespace"),
        written=merge(merge({}, dict(file.data)) if file else {}, inline),
        file=file,
        application=application,
        at=at,
        known=len(others) <= (1 if file else 0) and not any(helm.get(key) for key in _OTHER_VALUES),
    )


def _applications(tree: Tree) -> Iterator[Object]:
    return (found for found in tree.of("Application") if found.group == "argoproj.io")


def _sources(application: Object) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    several = application.sequence("spec", "sources")
    for number, source in enumerate(several):
        yield ("spec", "sources", number), mapping(source)
    if not several:
        yield ("spec", "source"), application.mapping("spec", "source")
