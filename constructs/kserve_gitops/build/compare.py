"""What would have to change for `dist/` to hold exactly the plan. Reads only.

Which files are ours stands in `dist/.kserve-gitops.index`: one path a line, sorted. It holds no hashes,
because a file of ours that a person edited is still ours and is written again; so a change of a model does
not touch the index, and two branches that each add a model touch lines that git can join (`merge=union`).
An index that names the right files in another order, as such a merge leaves it, is therefore up to date.

Files of ours are compared by their bytes, never by time or size: whatever damaged one, the next run sees it.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from kserve_gitops.build import plain_secrets, trees
from kserve_gitops.build.trees import INDEX
from kserve_gitops.core.errors import DistError

Plan = Mapping[PurePosixPath, bytes]
"""The bytes of every file, by its path relative to `dist/`."""

HEADER = "# what kserve-gitops wrote in this folder; generated, never edit"
WATCHED = ("apps", "manifests")
"""Folders of an environment that Argo CD applies as a whole, with whatever lies in them."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How `dist/` differs from a plan.

    `write` holds what is new or different and `delete` what is ours and no longer planned, both sorted.
    `strangers` are files in a folder that Argo CD watches which nobody planned: left alone, worth a warning.
    `index` is the new text of the index, empty for "no index", None when it is up to date.
    """

    plan: Plan = field(repr=False)
    write: Mapping[PurePosixPath, bytes]
    delete: tuple[PurePosixPath, ...]
    unchanged: int
    strangers: tuple[PurePosixPath, ...]
    index: bytes | None

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.write or self.delete or self.index is not None)

    def covers(self, other: "Changes") -> bool:
        """Whether `other` writes and deletes nothing that this one would not."""
        return self.write.keys() >= other.write.keys() and set(self.delete) >= set(other.delete)


def compare(plan: Plan, root: Path) -> Changes:
    """What to change under `root`, which need not exist yet.

    Raises `DistError` with every path that is in the way: not ours and different, a link, a folder for a file; and with
    every file that would hold a Secret in plain.
    """
    wanted = trees.checked(plan)
    plain_secrets.refuse(wanted)
    for _ in range(5):
        before = _identity(root)
        try:
            changes = _compare(plan, wanted, root)
        except DistError:
            if before == _identity(root):
                raise
        else:
            if before == _identity(root):
                return changes
        # A run beside us has published, which puts another folder in this place: we have read half of each.
    raise DistError(f"{root.name}/ changes faster than it can be read", hint="end the other runs, then run again")


def _compare(plan: Plan, wanted: Mapping[str, bytes], root: Path) -> Changes:
    with trees.reported(root):
        tree = trees.scan(root)
        owned = read_index(root)
        problems = list(_in_the_way(wanted, tree, owned, root))
        write: dict[PurePosixPath, bytes] = {}
        for name, data in wanted.items():
            if name in tree.files:
                if trees.holds(f"{root}/{name}", data):
                    continue
                if name not in owned:
                    problems.append((name, "exists, differs, and was not written by kserve-gitops"))
            write[PurePosixPath(name)] = data
    if problems:
        raise _refusal(problems, root)
    stale = (owned - wanted.keys()) & tree.files
    strangers = tree.entries - wanted.keys() - stale
    return Changes(
        plan=plan,
        write=write,
        delete=tuple(PurePosixPath(name) for name in sorted(stale)),
        unchanged=len(wanted) - len(write),
        strangers=tuple(PurePosixPath(name) for name in sorted(strangers) if _is_watched(name)),
        index=None if owned == wanted.keys() else index_of(wanted),
    )


def index_of(names: Mapping[str, bytes] | frozenset[str]) -> bytes:
    """The text of an index that names these files; nothing at all when there are none."""
    return "".join(f"{line}\n" for line in (HEADER, *sorted(names))).encode() if names else b""


def read_index(root: Path) -> frozenset[str]:
    """The files under `root` that are ours, by the index; none when there is no index.

    Raises `DistError` when a line is no path inside `root`: deleting by it could reach anything.
    """
    shown = f"{root.name}/{INDEX}"
    try:
        lines = (root / INDEX).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return frozenset()
    except UnicodeDecodeError as error:
        raise DistError(f"{shown} is not text", hint="take it back from git") from error
    for number, line in enumerate(lines, start=1):
        if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
            raise DistError(f"{shown}:{number} holds an unresolved merge", hint="keep the lines of both sides")
        if not line or (line != HEADER and trees.escapes(line)):
            raise DistError(f"{shown}:{number} is not a path in {root.name}/: '{line}'", hint="take it back from git")
    return frozenset(lines) - {HEADER}


def _in_the_way(
    wanted: Mapping[str, bytes], tree: trees.Tree, owned: frozenset[str], root: Path
) -> Iterator[tuple[str, str]]:
    """What stands where the plan needs something of another type, and links out of the tree.

    Argo CD refuses a whole repository for one link that leads out of it (facts of its directory source).
    """
    going = (owned - wanted.keys()) & tree.files
    inside = os.path.realpath(root)
    for name in sorted(tree.links):
        if not f"{os.path.realpath(f'{root}/{name}')}/".startswith(f"{inside}/"):
            yield name, f"is a symbolic link that leads out of {root.name}/"
        elif name in wanted or name == INDEX:
            yield name, "is a symbolic link, where a file must be"
    for name in sorted(tree.special & wanted.keys()):
        yield name, "is not a regular file"
    for name in sorted(tree.folders & wanted.keys()):
        if not _goes_entirely(name, tree, going):
            yield name, "is a folder, where a file must be"
    for name in sorted(trees.folders_of(wanted) & (tree.entries - going)):
        yield name, f"is a {'symbolic link' if name in tree.links else 'file'}, where a folder must be"


def _goes_entirely(folder: str, tree: trees.Tree, going: set[str] | frozenset[str]) -> bool:
    """Whether nothing is left in `folder` once our own files are gone from it."""
    files = {name for name in tree.entries if name.startswith(f"{folder}/")}
    folders = {name for name in tree.folders if name.startswith(f"{folder}/")} | {folder}
    return files <= going and folders <= trees.folders_of(files)


def _is_watched(name: str) -> bool:
    parts = name.split("/")
    return len(parts) > 2 and parts[1] in WATCHED  # noqa: PLR2004 - environment, watched folder, file


def _refusal(problems: list[tuple[str, str]], root: Path) -> DistError:
    lines = [f"{root.name}/{trees.shown(name)} {what}" for name, what in sorted(dict(reversed(problems)).items())]
    hint = "move it away, or delete it"
    if any(what.endswith("by kserve-gitops") for _, what in problems) and not (root / INDEX).exists():
        hint = f"take {root.name}/{INDEX} back from git, where it was; otherwise move the file away, or delete it"
    if len(lines) == 1:
        return DistError(lines[0], hint=hint)
    what = f"{len(lines)} paths in {root.name}/ are in the way:"
    return DistError("\n".join([what, *(f"  {line}" for line in lines)]), hint=hint.replace(" it", " them"))


def _identity(root: Path) -> tuple[int, int] | None:
    try:
        found = root.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
