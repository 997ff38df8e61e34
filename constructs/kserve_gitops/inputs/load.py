"""From a folder to environments: reads every input, collects every problem, and only then gives up or goes on."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from kserve_gitops.core import discretion
from kserve_gitops.core.documents import Document
from kserve_gitops.core.errors import GitopsError, InputError
from kserve_gitops.core.findings import Finding, Severity
from kserve_gitops.core.origins import Link, Origin
from kserve_gitops.inputs import entries, files, models, needs, pages, platform, raw, sealed, undecided
from kserve_gitops.inputs.credential import Need, Secrets
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.inputs.needs import Wanted
from kserve_gitops.inputs.releases import RELEASES
from kserve_gitops.serving.kinds import MODEL

PLATFORM = "platform.yaml"
MODELS = "models"


@dataclass(frozen=True, slots=True)
class Inputs:
    """The environments of a repository, and the documents they were read from by file name.

    From the second one on, a document of a file with several has its number, after a `#`, behind the name.
    With `findings`, the environments hold what is left to check: they are not to be deployed.
    """

    root: Path
    environments: tuple[Environment, ...]
    documents: Mapping[str, Document]
    findings: tuple[Finding, ...] = ()


def load(root: Path, extra: Mapping[str, Document] | None = None) -> Inputs:
    """Read platform.yaml, models/, manifests/ and sealed/ below `root`.

    `extra` are documents to take as if they lay below models/ or manifests/ under the names that are their keys.
    Goes on after a mistake as far as it can, so that the rest can still be checked. Raises InputError with all
    findings of all files when platform.yaml leaves nothing to go on with, GitopsError when there is none.
    """
    if not (root / PLATFORM).exists():
        raise GitopsError(f"there is no {PLATFORM} in {root.name or root}", hint="write one; the README shows how")
    reader = _Reader(root)
    document = reader.read(root / PLATFORM)
    catalogue = [d for d in map(reader.read, reader.listed(root / MODELS)) if d is not None]
    for name, given in (extra or {}).items():
        reader.documents[name] = given
        if name.startswith(f"{MODELS}/"):
            catalogue.append(given)
    reader.read_raw(extra or {})
    reader.findings += platform.whole_problems(document) if document else []
    names = _environment_names(document) if document else []
    for one in reader.raw.values():
        reader.findings += raw.misplaced(one, names)
    sound = []
    for entry in catalogue:
        wrong = entries.file_problems(entry, names)
        reader.findings += wrong
        if isinstance(entry.data, Mapping) and isinstance(entry.data.get("name"), str):
            sound.append((entry, not wrong))
    if document is None or any(f.place.file == PLATFORM for f in reader.findings):
        raise InputError(reader.findings)
    environments = [e for name in names if (e := reader.environment(document, name, sound)) is not None]
    reader.look_for_plain()
    return Inputs(root, tuple(environments), reader.documents, tuple(reader.findings))


def _fetched(origin: Origin, environment: str) -> Origin:
    """Of an ExternalSecret: its store stands in a block of its own, once for all of them."""
    store = ("secrets", "storeRef")
    link = Link(("spec", "secretStoreRef"), (("environments", environment, *store), store))
    return replace(origin, links=(*origin.links, link))


def _environment_names(document: Document) -> list[str]:
    block = document.data.get("environments") if isinstance(document.data, Mapping) else None
    return sorted(map(str, block)) if isinstance(block, Mapping) else []


class _Reader:
    """Reads on after a problem, and remembers it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.findings: list[Finding] = []
        self.documents: dict[str, Document] = {}
        self.raw: dict[str, Document] = {}

    def listed(self, folder: Path) -> list[Path]:
        try:
            return files.yaml_files(self.root, folder)
        except InputError as error:
            self.findings += error.findings
            return []

    def read(self, path: Path, *, discreet: Callable[[Finding], Finding] | None = None) -> Document | None:
        try:
            document = files.read(self.root, path)
        except InputError as error:
            self.findings += map(discreet, error.findings) if discreet else error.findings
            return None
        self.documents[document.file] = document
        return document

    def read_raw(self, extra: Mapping[str, Document]) -> None:
        """Everything below manifests/ that is a Kubernetes object."""
        found = {name: document for name, document in extra.items() if name.startswith(f"{raw.FOLDER}/")}
        for path in self.listed(self.root / raw.FOLDER):
            try:
                several = files.read_all(self.root, path)
            except InputError as error:
                self.findings += map(discretion.discreet, error.findings)
                continue
            found |= {f"{d.file}#{number}" if number else d.file: d for number, d in enumerate(several)}
        for key, document in found.items():
            wrong = list(raw.problems(document))
            self.findings += wrong
            self.documents[key] = document
            if not wrong:
                self.raw[key] = document

    def look_for_plain(self) -> None:
        """In what else lies in sealed/: nothing needs it, and nothing else is said of it."""
        try:
            listed = files.yaml_files(self.root, self.root / sealed.FOLDER)
        except InputError:
            return
        known = self.documents.keys() | {finding.place.file for finding in self.findings}
        for path in listed:
            if path.relative_to(self.root).as_posix() in known:
                continue
            with suppress(InputError):
                for document in files.read_all(self.root, path, doubtful=True):
                    self.findings += sealed.plain(document)

    def environment(self, document: Document, name: str, catalogue: list[tuple[Document, bool]]) -> Environment | None:
        blocks = platform.Blocks(document, name)
        wrong = list(blocks.problems())
        if not wrong:
            wrong = list(blocks.contradictions())
        self.findings += wrong
        if wrong:
            return None
        self.findings += blocks.advice()
        credentials = platform.credentials(blocks)
        found = models.Catalogue(
            name,
            domain=blocks.environment["domain"],
            release=RELEASES[blocks.data["kserve"]["version"]],
            deployment_mode=blocks.data["kserve"]["deploymentMode"],
            settings=blocks.data["models"],
            defaults=blocks.data["defaults"],
            credentials=credentials,
            pages="image" in blocks.data["clients"],
            platform=document.file,
        )
        self.findings += found.clashes(entry for entry, _ in catalogue)
        first = {found.identity(entry): (entry, good) for entry, good in reversed(catalogue)}
        catalogue = list(reversed(first.values()))
        for entry, good in catalogue:
            self.findings += found.problems(entry) if good else ()
        serving = [(entry, good) for entry, good in catalogue if entries.kind_of(entry) == MODEL]
        sound = [entry for entry, good in serving if good]
        self.findings += undecided.problems(sound, name, blocks.data["models"], credentials)
        others = [entry for entry, good in catalogue if good and entries.kind_of(entry) != MODEL]
        built = (found.model(entry) if good else found.salvaged(entry) for entry, good in serving)
        deployed = sorted((m for m in built if m is not None), key=lambda m: (m.namespace, m.name))
        deployed, alike = pages.told_apart(
            deployed, name, lambda model: found.place(self.documents[model.origin.file], "client")
        )
        self.findings += alike
        parts = platform.parts(blocks)
        writer = platform.mlflow_credential(blocks, credentials) if "mlflow" in parts else None
        placed = [(model, partial(self.documents[model.origin.file].at, ("name",))) for model in deployed]
        secrets = platform.secrets(blocks)
        return Environment(
            name,
            platform.repository(document),
            blocks.environment["domain"],
            platform.destination(blocks),
            platform.kserve(blocks),
            platform.gateway(blocks),
            platform.storage(blocks),
            credentials,
            platform.clients(blocks),
            parts,
            writer,
            tuple(deployed),
            tuple(self.need(name, one, secrets) for one in needs.wanted(placed, parts, writer, credentials, blocks)),
            blocks.origin("domain"),
            tuple(sorted(map(found.entry, others), key=lambda e: (e.kind, e.namespace or "", e.name))),
            tuple(raw.read(d, key) for key, d in self.raw.items() if raw.is_for(d, name, _environment_names(document))),
            blocks.data["models"]["namespace"],
            platform.existing(blocks),
            secrets,
            platform.eks(blocks),
        )

    def need(self, environment: str, wanted: Wanted, secrets: Secrets) -> Need:
        """With what the sealed file holds; with nothing, beside the finding, where it is missing or does not fit."""
        credential, namespace = wanted.credential, wanted.namespace
        file = sealed.path_of(environment, namespace, credential.name)
        there = credential.kind.has_secret and os.path.lexists(self.root / file)
        if not secrets.sealed or not (there or sealed.needs_file(credential)):
            origin = credential.origin if secrets.sealed else _fetched(credential.origin, environment)
            return Need(credential, namespace, wanted.users, origin)
        document = self.read(self.root / file, discreet=sealed.discreet) if there else None
        wrong = list(sealed.problems(document, namespace, credential)) if document else []
        if not there:
            wrong = [sealed.missing(environment, namespace, credential, wanted.place)]
        self.findings += (replace(finding, environment=environment) for finding in wrong)
        if document is None or any(finding.severity is Severity.ERROR for finding in wrong):
            return Need(credential, namespace, wanted.users, Origin(file), missing=True)
        return sealed.read(document, wanted)
