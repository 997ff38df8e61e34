"""Argo CD Applications as rules look at them: their sources, what they deliver, and where that lies in dist/."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.tree import Object, Thing, Tree
from kserve_gitops.core.origins import Path

GROUP = "argoproj.io"
WAVE = "argocd.argoproj.io/sync-wave"
OPTIONS = "argocd.argoproj.io/sync-options"

_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Source:
    """One source of an Application; `at` leads to it."""

    application: Object
    at: Path
    given: Mapping[str, Any]

    def text(self, key: str) -> str:
        """A field that is a text; "" for any other."""
        value = self.given.get(key)
        return value if isinstance(value, str) else ""

    @property
    def helm(self) -> Mapping[str, Any]:
        """The part for Helm."""
        return mapping(self.given.get("helm"))

    @property
    def release(self) -> str:
        """The release of a chart."""
        name = self.helm.get("releaseName")
        return name if isinstance(name, str) and name else self.application.name


def applications(tree: Tree) -> Iterator[Object]:
    """The Applications of Argo CD."""
    return (found for found in tree.of("Application") if found.group == GROUP)


def sources(application: Object) -> list[Source]:
    """Its sources; a single `source` counts where there are no `sources`."""
    several = application.sequence("spec", "sources")
    if several:
        return [Source(application, ("spec", "sources", n), mapping(one)) for n, one in enumerate(several)]
    single = application.get("spec", "source")
    return [Source(application, ("spec", "source"), single)] if isinstance(single, Mapping) else []


def options(application: Object) -> list[str]:
    """Its sync options."""
    given = application.sequence("spec", "syncPolicy", "syncOptions")
    return [one for one in given if isinstance(one, str)]


def wave(found: Object) -> int | None:
    """The sync wave of an object, 0 where it says none; None for one that is no whole number."""
    given = found.annotations.get(WAVE, "0")
    return int(given) if isinstance(given, str) and _WHOLE.fullmatch(given) else None


def owned(tree: Tree) -> Iterator[tuple[Object, Object]]:
    """Every object that an Application of the tree delivers, with that Application."""
    known = {found.name: found for found in applications(tree)}
    for found in tree.objects:
        if found.application in known:
            yield found, known[found.application]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What dist/ holds of an environment, by the app-of-apps of the tree: paths from the root of the repository."""

    repository: str
    revision: str
    prefix: str
    folders: frozenset[str]
    files: frozenset[str]

    @classmethod
    def of(cls, tree: Tree) -> "Delivered | None":
        """None for a tree without an app-of-apps."""
        mark = f"dist/{tree.environment}"
        for application in applications(tree):
            for source in sources(application) if not application.row.applications else []:
                before, found, _ = f"{source.text('path')}/".partition(f"{mark}/")
                if found and (not before or before.endswith("/")):
                    return cls._below(tree, source, before + mark)
        return None

    @classmethod
    def _below(cls, tree: Tree, source: Source, prefix: str) -> "Delivered":
        attachments = (values.row.attachment or {} for values in tree.values)
        files = frozenset(f"{prefix}/{one.get('file')}" for one in attachments)
        folders = frozenset(f"{prefix}/{one}" for one in _manifests(tree))
        return cls(source.text("repoURL"), source.text("targetRevision"), prefix, folders, files)

    def own(self, source: Source) -> bool:
        """Whether a source is our repository, as the app-of-apps reads it."""
        same = source.text("repoURL") == self.repository
        return same and source.text("targetRevision") == self.revision


def _manifests(tree: Tree) -> Iterator[str]:
    """The folders of dist/ with manifests, and those above them."""
    yield "apps"
    homes = {found.name: found.text("spec", "destination", "namespace") for found in applications(tree)}
    for found in tree.objects:
        if len(found.row.applications) > 1:
            yield "manifests"
            yield f"manifests/{found.application}"
            if found.namespace and found.namespace != homes.get(found.application):
                yield f"manifests/{found.application}/{found.namespace}"


def permits(patterns: Any, value: str) -> bool:
    """Whether a list of an AppProject has a pattern for a value; one that is not understood permits everything."""
    given = [one for one in sequence(patterns) if isinstance(one, str)]
    return any(one.startswith("!") or glob(one, value) for one in given)


def glob(pattern: str, value: str) -> bool:
    """Whether a pattern of Argo CD matches; a star also crosses `/`, which is more than some of them do."""
    return pattern == value or _compiled(pattern).fullmatch(value) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    if any(char in pattern for char in "[]{}\\"):
        return re.compile(r".*", re.DOTALL)
    escaped = re.escape(pattern)
    return re.compile(re.sub(r"(\\\*)+", ".*", escaped).replace(r"\?", "."), re.DOTALL)


def nearest(thing: Thing, path: Path) -> Path:
    """The path, or as much of it as is there."""
    while path and thing.get(*path) is None:
        path = path[:-1]
    return path
