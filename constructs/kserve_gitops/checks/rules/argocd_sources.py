"""What Argo CD reads from our own repository: that the folders and value files are there, and are read as such."""

from collections.abc import Iterator

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.applications import Delivered, Source, applications, sources
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest


@rule("KG415", whole=True)
def missing_path(tree: Tree) -> Iterator[Mistake]:
    """A source that dist/ does not have.

    Argo CD reports ComparisonError, "app path does not exist" or "no such file", and delivers nothing of the
    Application, not even its other sources.

    Fix: name a folder of dist/ with manifests, or a file of `values/`, from the root of the repository. A folder
    without any object is not written: take the source away.

    Since: every release

    Source: Argo CD v3.5.1, reposerver/repository/repository.go; build/plan.py for what lies where.
    """
    delivered = Delivered.of(tree)
    if delivered is None:
        return
    for application in applications(tree):
        given = sources(application)
        ours = {source.text("ref") for source in given if source.text("ref") and delivered.own(source)}
        for source in given:
            path = source.text("path").strip("/")
            if delivered.own(source) and _below(path, delivered.prefix) and path not in delivered.folders:
                hint = closest(path, delivered.folders) or "nothing is delivered from there"
                yield application.error((*source.at, "path"), f"there is no folder '{path}'", hint=hint)
            yield from _files(application, source, ours, delivered)


def _files(application: Object, source: Source, ours: set[str], delivered: Delivered) -> Iterator[Mistake]:
    if source.helm.get("ignoreMissingValueFiles") is True:
        return
    for number, given in enumerate(sequence(source.helm.get("valueFiles"))):
        ref, _, path = given[1:].partition("/") if isinstance(given, str) and given.startswith("$") else ("", "", "")
        literal = ref in ours and _below(path, delivered.prefix) and "*" not in path
        if literal and path not in delivered.files:
            at: Path = (*source.at, "helm", "valueFiles", number)
            hint = closest(path, delivered.files) or "no values are written for it"
            yield application.error(at, f"there is no file '{path}'", hint=hint)


def _below(path: str, prefix: str) -> bool:
    return path.startswith(f"{prefix}/")


@rule("KG416")
def missing_ref(tree: Tree) -> Iterator[Mistake]:
    """Values from a ref that no source has, or a ref that no values come from.

    `$values/…` reads from the source with `ref: values` of the same Application. Without one Argo CD reports
    ComparisonError and delivers nothing. A source with nothing but a `ref` that nobody reads from does nothing.

    Fix: add a source `{repoURL: …, targetRevision: …, ref: values}` under `sources`, or take away the one that is not
    read.

    Since: every release

    Source: Argo CD v3.5.1, docs/user-guide/multiple_sources.md.
    """
    for application in applications(tree):
        given = sources(application)
        refs = {source.text("ref") for source in given} - {""}
        unknown = dict(_unknown(given, refs))
        for source in _unread(given):
            ref = source.text("ref")
            at = next((at for at, name in unknown.items() if closest(ref, [name])), None)
            name = unknown.pop(at) if at else ""
            hint = f"name a file of it as ${ref}/<path> under helm.valueFiles, or take it away"
            hint = f"a value file names '${name}': write the same in both" if at else hint
            other = (application, at) if at else None
            message = f"nothing is read from the ref '{ref}'"
            yield application.error((*source.at, "ref"), message, hint=hint, other=other)
        for at, name in unknown.items():
            hint = closest(name, refs) or f"add a source with ref: {name} under sources"
            yield application.error(at, f"no source has the ref '{name}'", hint=hint)


def _unknown(given: list[Source], refs: set[str]) -> Iterator[tuple[Path, str]]:
    """Value files of a ref that no source has, with its name."""
    for source in given:
        for number, file in enumerate(sequence(source.helm.get("valueFiles"))):
            name = file[1:].partition("/")[0] if isinstance(file, str) and file.startswith("$") else ""
            if name and name not in refs and not name.startswith(("ARGOCD_", "{")):
                yield (*source.at, "helm", "valueFiles", number), name


def _unread(given: list[Source]) -> Iterator[Source]:
    """Sources with nothing but a ref that no source reads from."""
    said = [str(source.helm) + str(source.given.get("plugin")) for source in given]
    for source in given:
        ref = source.text("ref")
        if ref and not source.text("path") and not any(f"${ref}/" in one for one in said):
            yield source


@rule("KG428")
def values_as_manifests(tree: Tree) -> Iterator[Mistake]:
    """A source that reads value files as manifests.

    A folder with `directory.recurse` is read with all that lies below it. Argo CD passes over a file that is no
    manifest, until its values hold one: from then on the whole Application cannot be compared. And what other
    Applications deliver is delivered twice.

    Fix: name the folder of one Application, `dist/<environment>/manifests/<application>`.

    Since: every release

    Source: Argo CD v3.5.1, findManifests in reposerver/repository/repository.go.
    """
    delivered = Delivered.of(tree)
    if delivered is None:
        return
    for application in applications(tree):
        for source in sources(application):
            directory = mapping(source.given.get("directory"))
            path = source.text("path").strip("/")
            if not delivered.own(source) or directory.get("include") or directory.get("exclude") or not path:
                continue
            read = [
                file for file in sorted(delivered.files) if _reads(path, file, recurse=directory.get("recurse") is True)
            ]
            if read:
                message = f"'{read[0]}' would be read as a manifest" + (
                    f", and {len(read) - 1} more" if read[1:] else ""
                )
                hint = f"name a folder below {delivered.prefix}/manifests"
                yield application.error((*source.at, "path"), message, hint=hint)


def _reads(path: str, file: str, *, recurse: bool) -> bool:
    folder = file.rpartition("/")[0]
    return folder == path or (recurse and f"{folder}/".startswith(f"{path}/"))
