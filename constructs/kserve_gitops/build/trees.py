"""Names and files of a folder tree, read fast: 20,000 files are an ordinary `dist/`.

Paths are plain strings here, relative to the root, with forward slashes: `pathlib` costs ten times the system call.
"""

import errno
import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kserve_gitops.core.errors import DistError, reason_of

INDEX = ".kserve-gitops.index"
"""The list of our files, at the top of `dist/`."""

STAGING = ".kserve-gitops.publish"
"""Where a run prepares when `dist/` is a mount point: inside it, and gone between runs."""

_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space, then run again"),
    errno.EDQUOT: ("the disk quota is used up", "free some space, then run again"),
    errno.EROFS: ("the file system is read-only", "run where the repository can be written"),
    errno.EACCES: ("permission denied", "give yourself the right to read and write it, then run again"),
    errno.EPERM: ("not permitted", "give yourself the right to read and write it, then run again"),
}


@dataclass(frozen=True, slots=True)
class Tree:
    """What lies under a root: regular files, folders, symbolic links (not followed), and the rest."""

    files: frozenset[str]
    folders: frozenset[str]
    links: frozenset[str]
    special: frozenset[str]

    @property
    def entries(self) -> frozenset[str]:
        """Everything but folders."""
        return self.files | self.links | self.special


def scan(root: Path) -> Tree:
    """Everything under `root` but its index and staging folder; nothing when there is no such folder.

    Raises `DistError` when `root` itself is a link or no folder, `OSError` when a folder cannot be read.
    """
    if root.is_symlink():
        raise DistError(f"{root.name} is a symbolic link", hint="make it a folder; it is replaced as a whole")
    files: list[str] = []
    folders: list[str] = []
    links: list[str] = []
    special: list[str] = []
    pending = [""] if root.exists() else []
    while pending:
        above = pending.pop()
        with os.scandir(f"{root}/{above}") as entries:
            for entry in entries:
                name = above + entry.name
                if entry.is_symlink():
                    links.append(name)
                elif entry.is_dir():
                    folders.append(name)
                    pending.append(f"{name}/")
                else:
                    (files if entry.is_file() else special).append(name)
    hidden = {name for name in folders if name == STAGING or name.startswith(f"{STAGING}/")}
    hidden |= {name for name in files if name == INDEX or name.startswith(f"{STAGING}/")}
    return Tree(
        files=frozenset(files) - hidden,
        folders=frozenset(folders) - hidden,
        links=frozenset(links),
        special=frozenset(special),
    )


def holds(path: str, data: bytes) -> bool:
    """Whether the file at `path` has exactly these bytes."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        return os.read(descriptor, len(data) + 1) == data
    finally:
        os.close(descriptor)


def folders_of(names: Iterable[str]) -> set[str]:
    """Every folder that these paths need, at all depths."""
    found: set[str] = set()
    for name in names:
        above = name.rpartition("/")[0]
        while above and above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return found


def escapes(name: str) -> bool:
    """Whether this is no plain relative path: absolute, with `..` or `.`, with a control character or backslash."""
    return not name.isprintable() or "\\" in name or any(part in {"", ".", ".."} for part in name.split("/"))


def checked(plan: Mapping[PurePosixPath, bytes]) -> dict[str, bytes]:
    """The plan by plain names, sorted.

    Raises `DistError` for a path that leads out of the tree or is the writer's own, for a path that is a file and
    a folder at once, and for two that a file system which ignores case or Unicode form takes for one.
    """
    wanted = {str(path): data for path, data in sorted(plan.items(), key=lambda item: str(item[0]))}
    for name in wanted:
        if escapes(name) or name.split("/")[0] in {INDEX, STAGING}:
            raise DistError(f"'{shown(name)}' cannot be the path of a generated file", hint="rename what it is made of")
    needed = folders_of(wanted)
    for name in sorted(needed & wanted.keys()):
        raise DistError(f"'{name}' would be a file and a folder at once", hint="rename one of the two")
    alike: dict[str, str] = {}
    for name in sorted(needed | wanted.keys()):
        twin = alike.setdefault(name if name.isascii() and name.islower() else _folded(name), name)
        if twin != name:
            raise DistError(f"'{twin}' and '{name}' are one file where case is ignored", hint="rename one of the two")
    return wanted


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def shown(name: str) -> str:
    """A path that can be printed, whatever bytes it has."""
    return name.encode("utf-8", "backslashreplace").decode()


@contextmanager
def reported(root: Path, *, staged: Path | None = None) -> Iterator[None]:
    """Turn an `OSError` into a `DistError` that names the path as a person knows it, the reason and a remedy."""
    try:
        yield
    except OSError as error:
        path = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else str(root)
        for base, name in ((str(staged or root), root.name), (str(root), root.name), (str(root.parent), "")):
            if path == base or path.startswith(f"{base}{os.sep}"):
                path = f"{name}{path[len(base) :]}".strip(os.sep)
                break
        reason = reason_of(error)
        reason, hint = _REASONS.get(error.errno or 0, (reason, "run again once this is solved"))
        raise DistError(f"{shown(Path(path).as_posix())}: {reason}", hint=hint) from error
