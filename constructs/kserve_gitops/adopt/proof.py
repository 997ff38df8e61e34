"""Whether building what was adopted gives the original back, and where in a manifest a finding belongs."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kserve_gitops.adopt.accounts import s3_annotations
from kserve_gitops.adopt.entry import Entry
from kserve_gitops.adopt.reading import Found
from kserve_gitops.adopt.routes import SUFFIX, full
from kserve_gitops.core.discretion import names_secret
from kserve_gitops.core.documents import Document
from kserve_gitops.core.findings import Finding, Severity
from kserve_gitops.core.origins import Path
from kserve_gitops.core.places import Place

_MOST = 5
"""Differences that are shown."""
_LONGEST = 60
_ABSENT = object()

Identity = tuple[str, str, str, str]
"""apiVersion, kind, namespace ("" where there is none) and name."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file to be, and what it must give: one object, and with `route` its HTTPRoute."""

    file: str
    document: Document
    found: Found
    identity: Identity
    wanted: Mapping[str, Any]
    links: Sequence[tuple[Path, Found, Path]]
    route: tuple[Found, Any] | None = None

    @classmethod
    def of(cls, file: str, document: Document, entry: Entry) -> "Written":
        """Of an entry."""
        return cls(file, document, entry.found, entry.identity, entry.wanted, entry.links, entry.route)

    @classmethod
    def raw(cls, file: str, document: Document, found: Found, data: Mapping[str, Any]) -> "Written":
        """Of an object that is kept as it is."""
        identity = (found.api_version, found.kind, found.namespace or "", found.name)
        return cls(file, document, found, identity, _without_nulls(data), [((), found, ())])


def identity_of(manifest: Mapping[str, Any]) -> Identity:
    """Of an object that was built."""
    metadata = manifest["metadata"]
    return manifest["apiVersion"], manifest["kind"], metadata.get("namespace") or "", metadata.get("name", "")


def unproven(written: Written, built: Mapping[Identity, Mapping[str, Any]], environment: str) -> Iterator[Finding]:
    """Why the file does not give back what it was made from; `built` are canonical objects."""
    found = written.found
    manifest = built.get(written.identity)
    if manifest is None:
        message = f"{found} would not be built for {environment}"
        yield Finding("KG020", message, found.at(("metadata", "name")), "does app.py deploy this kind?")
        return
    yield from _differing(written, written.wanted, manifest)
    if written.route is not None:
        route, spec = written.route
        namespace, name = written.identity[2], found.name + SUFFIX
        its = next((built[key] for key in built if key[1:] == ("HTTPRoute", namespace, name)), None)
        if its is None or full(its.get("spec"), namespace) != spec:
            hint = "keep it out of the input, or as an object of its own under manifests/"
            message = f"{route} would not come back from route: in the file of '{found.name}'"
            yield Finding("KG020", message, route.at(("metadata", "name")), hint)


def unlike(secret: Found, built: Mapping[Identity, Mapping[str, Any]], namespace: str) -> Iterator[Finding]:
    """Where a Secret that is built from a credential says something else about the bucket than the manifest did."""
    sealed = next((built[key] for key in built if key[1:] == ("SealedSecret", namespace, secret.name)), None)
    if sealed is None:
        return
    said: Any = sealed.get("spec", {}).get("template", {}).get("metadata", {}).get("annotations") or {}
    for key, value in s3_annotations(secret).items():
        if said.get(key) != value:
            now = f"'{said[key]}'" if key in said else "nothing"
            message = f"{secret} has {key}: '{value}', the one that synth makes has {now}"
            place = secret.at(("metadata", "annotations"), key=key)
            yield Finding("KG020", message, place, "it comes from storage in platform.yaml", Severity.WARNING)


def _differing(written: Written, wanted: Mapping[str, Any], built: Mapping[str, Any]) -> Iterator[Finding]:
    differences = list(different(wanted, built))
    if not differences:
        return
    first = differences[0][0]
    told = [f"{_path(path)}: {_shown(was, path)} → {_shown(now, path)}" for path, was, now in differences[:_MOST]]
    more = len(differences) - len(told)
    said = "; ".join([*told, *([f"and {more} more"] if more else [])])
    place = written.found.at(first)
    hint = "the manifest → what would be built; change one of them, or keep the object under manifests/"
    yield Finding("KG020", f"{written.found} would not come back the same: {said}", place, hint)


def different(was: Any, now: Any, path: Path = ()) -> Iterator[tuple[Path, Any, Any]]:
    """Paths at which two values differ, with both; what is not there is `_ABSENT`."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in [*was, *(key for key in now if key not in was)]:
            yield from different(was.get(key, _ABSENT), now.get(key, _ABSENT), (*path, key))
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for number, (one, other) in enumerate(zip(was, now, strict=True)):
            yield from different(one, other, (*path, number))
    elif (type(was) is not type(now) and not (_number(was) and _number(now))) or was != now:
        yield path, was, now


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _without_nulls(value: Any) -> Any:
    """Without the fields that are null, which is to be absent to an API server; an item of a list has its place."""
    if isinstance(value, Mapping):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value


def _path(path: Path) -> str:
    return ".".join(map(str, path)) or "the object"


def _shown(value: Any, path: Path) -> str:
    """Short, and never a value that may be a secret."""
    if value is _ABSENT:
        return "nothing"
    if isinstance(value, Mapping | list):
        return "a mapping" if isinstance(value, Mapping) else "a list"
    if "env" in path or any(map(names_secret, path)):
        return "a value"
    if value is None:
        return "null"
    text = str(value)
    return f"'{text}'" if len(text) <= _LONGEST else f"'{text[:_LONGEST]}…'"


class Lines:
    """From places in the files to be, which nobody has seen, to places in the manifests they were made from."""

    def __init__(self, written: Iterable[Written]) -> None:
        self._written = {one.file: one for one in written}
        self._paths: dict[str, dict[Place, Path]] = {}
        names = "|".join(map(re.escape, self._written))
        self._mentions = re.compile(rf"({names}):(\d+):(\d+)") if names else None

    def blamed(self, finding: Finding) -> Written | None:
        """The file that a finding is about: where it stands, else one that it mentions."""
        if finding.place.file in self._written:
            return self._written[finding.place.file]
        mentioned = self._mentions.search(finding.message + " " + finding.hint) if self._mentions else None
        return self._written[mentioned[1]] if mentioned else None

    def moved(self, finding: Finding) -> Finding:
        """The finding with every place in the manifests."""
        return replace(
            finding,
            message=self._said(finding.message),
            place=self.place(finding.place),
            hint=self._said(finding.hint),
        )

    def place(self, place: Place) -> Place:
        """Where in the manifest the value stands that stands at `place` of a file to be."""
        written = self._written.get(place.file)
        if written is None:
            return place
        if place.file not in self._paths:
            self._paths[place.file] = _all_places(written.document)
        path = self._paths[place.file].get(place, ())
        for start, found, base in written.links:
            if path[: len(start)] == start:
                return found.at((*base, *path[len(start) :]))
        return written.found.at(("metadata", "name"))

    def _said(self, text: str) -> str:
        def moved(match: re.Match[str]) -> str:
            return str(self.place(Place(match[1], int(match[2]), int(match[3]))))

        return self._mentions.sub(moved, text) if self._mentions else text


def _all_places(document: Document) -> dict[Place, Path]:
    """Every place of the document that a finding can have, with the deepest path that stands there."""
    found: dict[Place, Path] = {}

    def visit(value: Any, path: Path) -> None:
        found[document.at(path)] = path
        if path and isinstance(path[-1], str):
            found[document.at(path[:-1], key=path[-1])] = path
        inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
        for key, one in inner:
            visit(one, (*path, key))

    visit(document.data, ())
    return found
