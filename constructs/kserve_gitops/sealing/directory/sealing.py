"""All plain Secrets of a folder, sealed: first every one of them, and only then the first file changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from kserve_gitops.core.places import Place
from kserve_gitops.sealing import files
from kserve_gitops.sealing.directory.problems import Mistake
from kserve_gitops.sealing.directory.reading import PlainFile, target_of
from kserve_gitops.sealing.directory.secret import Secret, told
from kserve_gitops.sealing.directory.text import Sealed, comments, kept, replaced
from kserve_gitops.sealing.directory.writing import Change
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
        text = replaced(file.documents, made, as_json=file.path.suffix.lower() == ".json")
        if text is None:
            what = "its Secrets cannot be taken out without changing the rest of the file"
            mistakes.append(Mistake(Place(file.shown), what, "move each into a file of its own"))
            continue
        mistakes += _still_plain(file)
        changes.append(Change(file.path, file.content, file.target, text.encode()))
    return changes, mistakes


def notes(file: PlainFile) -> Iterator[str]:
    """What a person should know about a file that was sealed."""
    target = target_of(Path(file.shown))
    if any(comments(file.documents[number]) for number in _numbers(file)):
        yield f"comments beside the Secrets of {file.shown} are left out: they might tell what was in them"
    for kustomization in _naming(file.path):
        yield f"{kustomization} names {file.path.name}: write {target.name} there"


def _still_plain(file: PlainFile) -> Iterator[Mistake]:
    """Values of the Secrets that stand in the rest of the file too, which may soon be seen by others."""
    for number, line in kept(file.documents, file.secrets):
        for secret in file.secrets:
            for key in told(secret, line):
                what = f"what is under '{key}' of Secret '{secret.plain.name}' stands here too, in plain"
                hint = "take it away here, or move the Secret into a file of its own"
                yield Mistake(Place(file.shown, number), what, hint)


def _numbers(file: PlainFile) -> set[int]:
    return {secret.found.number for secret in file.secrets}


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
