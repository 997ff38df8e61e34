"""The one writer of `dist/`: the old tree or the new one, never a mixture, whatever happens and whenever.

The new tree is put together beside the old one and then swapped with it in one system call. Until that call
nothing in `dist/` has been touched; after it everything has, and what remains is to throw the old tree away.
So a kill, a full disk or an error at any instant needs no journal and no repair, and a folder named `dist`
exists at every instant. Files that stay, ours and strangers', are hard links in the new tree: the same file, with
its time and owner, for the price of a system call; a copy where a link is refused.

Where the swap is impossible (Windows, a mount point, an image's lower layer) files are replaced one by one. The index
first claims the old and the new files together, so that a run after a kill knows them all as ours and finishes.

Nothing is synced to the disk: a killed process loses nothing that it wrote, and what a power cut spoils the
next run sees, for it compares bytes. A sync for each file would cost more than all the rest.
"""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE

from kserve_gitops.build import compare as comparing
from kserve_gitops.build import trees
from kserve_gitops.build.compare import Changes
from kserve_gitops.build.exchange import exchange
from kserve_gitops.build.trees import INDEX
from kserve_gitops.build.turns import turn
from kserve_gitops.core.errors import DistError

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def apply(changes: Changes, root: Path, *, patience: float = 10.0) -> None:
    """Make `root` hold the plan of `changes`; write nothing when it does already.

    Waits up to `patience` seconds for another run. Compares once more when its turn has come, and raises `DistError`
    when that asks for a write or deletion which `changes` did not show. Every failure is a `DistError`; `root`
    is then as it was, except where the swap is impossible: there the next run finishes.
    """
    root = root.absolute()
    with trees.reported(root):
        work = _staging(root)
        if not changes and not work.exists():
            return
    with trees.reported(root, staged=work / "tree"), turn(work, patience=patience):
        now = comparing.compare(changes.plan, root)
        if not changes.covers(now):
            raise DistError(f"{root.name}/ changed while this run was at work", hint="run again")
        if now:
            _publish(now, root, work / "tree")


def _staging(root: Path) -> Path:
    """A folder on the file system of `root`: beside it, or inside where `root` is a mount point."""
    if root.exists() and root.stat().st_dev != root.parent.stat().st_dev:
        return root / trees.STAGING
    return root.parent / f".{root.name}.publish"


def _publish(changes: Changes, root: Path, tree: Path) -> None:
    old = trees.scan(root)
    fresh = {str(path): data for path, data in changes.write.items()}
    planned, deleted = set(map(str, changes.plan)), set(map(str, changes.delete))
    gone = comparing.read_index(root) - planned  # also what an earlier run deleted before it was killed
    tree.mkdir()
    _mirror(root, tree, old, without=deleted.union(fresh))
    _remove_empty(tree, gone)
    _make_folders(tree, trees.folders_of(fresh))
    for name, data in fresh.items():
        _write(f"{tree}/{name}", data)
    if changes.index:
        _write(f"{tree}/{INDEX}", changes.index)
    elif changes.index is None:
        _carry(f"{root}/{INDEX}", f"{tree}/{INDEX}")
    _copy_rights(root, tree, old.folders)
    if not root.exists():
        tree.rename(root)
    elif exchange(tree, root):
        _return_strangers(tree, root, planned | deleted)
    else:
        _replace_each(changes, root, tree, gone)


def _mirror(root: Path, tree: Path, old: trees.Tree, *, without: Iterable[str]) -> None:
    for folder in sorted(old.folders):
        Path(f"{tree}/{folder}").mkdir()
    for name in old.entries.difference(without):
        _carry(f"{root}/{name}", f"{tree}/{name}")


def _carry(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target, follow_symlinks=False)


def _write(path: str, data: bytes) -> None:
    """Write a new file, readable by all whatever the umask is."""
    descriptor = os.open(path, _NEW_FILE, 0o644)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, 0o644)
    except OSError as error:
        error.filename = path
        raise
    finally:
        os.close(descriptor)


def _make_folders(tree: Path, folders: Iterable[str]) -> None:
    for folder in sorted(folders):
        path = Path(f"{tree}/{folder}")
        if not path.is_dir():
            path.mkdir()
            path.chmod(0o755)


def _remove_empty(tree: Path, gone: Iterable[str]) -> None:
    """Remove the folders that are empty because these files are gone, and no others."""
    for folder in sorted(trees.folders_of(gone), reverse=True):
        with suppress(OSError):  # not empty: it holds something else
            Path(f"{tree}/{folder}").rmdir()


def _copy_rights(root: Path, tree: Path, folders: Iterable[str]) -> None:
    """Give folders that stay the mode and owner they had; new trees have the usual mode."""
    if not root.exists():
        tree.chmod(0o755)
        return
    for folder in ("", *sorted(folders, reverse=True)):
        path = f"{tree}/{folder}"
        if not os.path.isdir(path):  # noqa: PTH112 - plain strings here, as in trees
            continue
        had, has = os.stat(f"{root}/{folder}"), os.stat(path)  # noqa: PTH116 - as above
        if hasattr(os, "chown") and (had.st_uid, had.st_gid) != (has.st_uid, has.st_gid):
            with suppress(PermissionError):  # only root may; others keep their own name on it
                os.chown(path, had.st_uid, had.st_gid)
        if S_IMODE(had.st_mode) != S_IMODE(has.st_mode):
            Path(path).chmod(S_IMODE(had.st_mode))


def _return_strangers(tree: Path, root: Path, ours: Iterable[str]) -> None:
    """Put back strangers' files from the old tree: one may have been saved between our last look and the swap."""
    for name in sorted(trees.scan(tree).entries.difference(ours)):
        Path(f"{root}/{name}").parent.mkdir(parents=True, exist_ok=True)
        Path(f"{tree}/{name}").replace(f"{root}/{name}")


def _replace_each(changes: Changes, root: Path, tree: Path, gone: frozenset[str]) -> None:
    claimed = gone.union(map(str, changes.plan))
    claim = tree.with_name("index")
    _write(str(claim), comparing.index_of(claimed))
    claim.replace(root / INDEX)
    for path in changes.delete:
        root.joinpath(path).unlink()
    _remove_empty(root, gone)
    fresh = [str(path) for path in changes.write]
    _make_folders(root, trees.folders_of(fresh))
    for name in fresh:
        Path(f"{tree}/{name}").replace(f"{root}/{name}")
    if changes.plan:
        Path(f"{tree}/{INDEX}").replace(root / INDEX)
    else:
        (root / INDEX).unlink()
