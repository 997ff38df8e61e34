"""Files below sealed/ that nothing reads."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kserve_gitops.core.documents import parse_all
from kserve_gitops.core.errors import InputError
from kserve_gitops.inputs.sealed import FOLDER

MANIFESTS = (".yaml", ".yml", ".json")


def manifests(root: Path, folder: str) -> list[str]:
    """Files below a folder that may be manifests, relative to `root`."""
    return sorted(
        Path(above, name).relative_to(root).as_posix()
        for above, _, names in os.walk(root / folder)
        for name in names
        if name.lower().endswith(MANIFESTS) and not name.startswith(".")
    )


def of_no_environment(root: Path, declared: Iterable[str]) -> list[str]:
    """Files of sealed/ that belong to no environment."""
    known = tuple(f"{FOLDER}/{name}/" for name in declared)
    return [file for file in manifests(root, FOLDER) if not file.startswith(known)]


def plain(root: Path, files: Iterable[str]) -> Iterator[str]:
    """Those of the files in which a plain Secret lies."""
    for file in files:
        try:
            documents = parse_all((root / file).read_bytes(), file, doubtful=True)
        except (InputError, OSError):
            continue
        if any(isinstance(one.data, Mapping) and one.data.get("kind") == "Secret" for one in documents):
            yield file
