"""Reading an input file into a document, with one clear finding for each way in which that can fail."""

import stat
from pathlib import Path

from kserve_gitops.core.documents import Document, parse
from kserve_gitops.core.errors import InputError
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.places import Place

LARGEST = 4 * 1024 * 1024
"""Bytes; far beyond what a person writes, far below what would exhaust memory."""


def read(root: Path, path: Path) -> Document:
    """The document in `path`; raises InputError, whose places are relative to `root`."""
    file = path.relative_to(root).as_posix()
    document = parse(_bytes(path, file), file)
    if document.data is None:
        raise _unreadable(file, f"{file} is empty", "write the file, or delete it")
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
        raise _unreadable(file, f"{file} does not exist") from None
    except OSError as error:
        raise _unreadable(file, f"{file} cannot be read: {(error.strerror or str(error)).lower()}") from None


def _unreadable(file: str, message: str, hint: str = "") -> InputError:
    return InputError([Finding("KG001", message, Place(file), hint)])


def yaml_files(folder: Path) -> list[Path]:
    """Everything below `folder` that is named like YAML, sorted; hidden files and folders are passed over."""
    found: list[Path] = []
    if not folder.is_dir():
        return found
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.suffix in {".yaml", ".yml"}:
            found.append(path)
        elif path.is_dir():
            found.extend(yaml_files(path))
    return found
