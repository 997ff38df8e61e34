"""All plain Secrets of a folder, sealed: first every one of them, and only then the first file changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from kserve_gitops.core.places import Place
from kserve_gitops.sealing import directory_text, files
from kserve_gitops.sealing.directory_problems import Mistake
from kserve_gitops.sealing.directory_reading import PlainFile, target_of
from kserve_gitops.sealing.directory_secrets import Secret
from kserve_gitops.sealing.directory_text import Sealed
from kserve_gitops.sealing.directory_writing import Change
from kserve_gitops.sealing.files import Record
from kserve_gitops.tools.kubeseal import Kubeseal

_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")


@dataclass(frozen=True, slots=True)
class Sealer:
    """What seals, with which certificate, and the comment that says so."""

    kubeseal: Kubeseal
    certificate: Path
    record: Record

    def seal(self, secret: Secret) -> Sealed:
        """One Secret. Raises ToolError."""
        encrypted = self.kubeseal.seal(secret.manifest(), certificate=self.certificate)
        in_order = {key: encrypted[key] for key in secret.plain.values}
        records = dict.fromkeys(in_order, self.record)
        return Sealed.of(secret, files.written(secret.metadata, in_order, records, template=secret.template))


def sealed(plain: Sequence[PlainFile], sealer: Sealer) -> tuple[list[Change], list[Mistake]]:
    """What is to be written, or why it cannot be. Raises ToolError; nothing is changed."""
    changes: list[Change] = []
    mistakes: list[Mistake] = []
    for file in plain:
        made = [sealer.seal(secret) for secret in file.secrets]
        text = directory_text.replaced(file.documents, made, as_json=file.path.suffix.lower() == ".json")
        if text is None:
            what = f"the Secrets of {file.shown} cannot be taken out of it without changing the rest"
            mistakes.append(Mistake(Place(file.shown), what, "move each into a file of its own"))
        else:
            changes.append(Change(file.path, file.content, file.target, text.encode()))
    return changes, mistakes


def notes(file: PlainFile, change: Change) -> Iterator[str]:
    """What a person should know about a file that was sealed."""
    text, target = change.after.decode(), target_of(Path(file.shown)).as_posix()
    numbers = {secret.found.number for secret in file.secrets}
    if any(directory_text.comments(document) for document in file.documents if document.above in _above(file, numbers)):
        yield f"comments beside the Secrets of {file.shown} are left out of {target}: they might tell what was in them"
    for secret in file.secrets:
        for line, key in directory_text.repeated(text, secret):
            yield f"{target}:{line} holds what is under '{key}' of Secret '{secret.plain.name}', in plain"
    for kustomization in _naming(file.path):
        yield f"{kustomization} names {file.path.name}: write {change.target.name} there"


def _above(file: PlainFile, numbers: set[int]) -> set[int]:
    return {file.documents[number].above for number in numbers}


def _naming(path: Path) -> Iterator[str]:
    """Kustomizations beside a file that name it."""
    for name in _KUSTOMIZATIONS:
        beside = path.with_name(name)
        if beside.is_file():
            try:
                data = yaml.load(beside.read_bytes(), yaml.CSafeLoader)
            except (OSError, ValueError, yaml.YAMLError):
                continue
            listed = data.get("resources") if isinstance(data, Mapping) else None
            if isinstance(listed, list) and {path.name, f"./{path.name}"}.intersection(map(str, listed)):
                yield beside.as_posix()
