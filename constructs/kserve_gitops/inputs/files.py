"""Reading an input file into a document, with one clear finding for each way in which that can fail."""

import os
import stat
from pathlib import Path

from kserve_gitops.core.documents import Document, parse, parse_all
from kserve_gitops.core.errors import InputError, reason_of
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.places import Place

LARGEST = 4 * 1024 * 1024
"""Bytes; far beyond what a person writes, far below what would exhaust memory."""


def read_all(root: Path, path: Path, *, doubtful: bool = False) -> list[Document]:
    """The documents in `path` that are not empty; raises InputError, whose places are relative to `root`.

    With `doubtful`, values that depend on the reader are text.
    """
    file = path.relative_to(root).as_posix()
    documents = parse_all(_bytes(path, file), file, doubtful=doubtful)
    return [document for document in documents if document.data is not None]


def read(root: Path, path: Path) -> Document:
    """The one document in `path`; raises InputError, whose places are relative to `root`."""
    file = path.relative_to(root).as_posix()
    document = parse(_bytes(path, file), file)
    if document.data is None:
        raise _unreadable(file, f"{file} is empty", "fill it in" if path.parent == root else "fill it in, or delete it")
    return document


def _bytes(path: Path, file: str) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise _unreadable(file, f"{file} is a directory", "rename it: only files may end in .yaml here")
        if not stat.S_ISREG(status.st_mode):
            raise _unreadable(file, f"{file} is not a regular file")
        if status.st_size > LARGEST:
            size = f"{status.st_size / 1024 / 1024:.0f} MB"
            raise _unreadable(file, f"{file} is {size} large", f"at most {LARGEST // 1024 // 1024} MB are read")
        return path.read_bytes()
    except FileNotFoundError:
        hint = "it is a link that leads nowhere" if path.is_symlink() else ""
        raise _unreadable(file, f"{file} does not exist", hint) from None
    except OSError as error:
        raise _unreadable(file, f"{file} cannot be read: {reason_of(error)}") from None


def _unreadable(file: str, message: str, hint: str = "") -> InputError:
    return InputError([Finding("KG001", message, Place(file), hint)])


def yaml_files(root: Path, folder: Path) -> list[Path]:
    """Everything below `folder` that is named like YAML, sorted; nothing where there is no such folder.

    Passed over is what is hidden, and a link to a folder above, which would never end. Raises InputError, with a place
    relative to `root`, for what cannot be listed.
    """
    if not os.path.lexists(folder):
        return []
    file = folder.relative_to(root).as_posix()
    try:
        listed = sorted(folder.iterdir())
    except NotADirectoryError:
        raise _unreadable(file, f"{file} is not a folder", "make it one, with a file for each model") from None
    except OSError as error:
        raise _unreadable(file, f"{file} cannot be read: {reason_of(error)}") from None
    found: list[Path] = []
    for path in listed:
        if path.name.startswith("."):
            continue
        if path.suffix.lower() in {".yaml", ".yml"}:
            found.append(path)
        elif path.is_dir() and not (path.is_symlink() and folder.resolve().is_relative_to(path.resolve())):
            found.extend(yaml_files(root, path))
    return found
