"""What git knows of plain files: what was committed stays in the history, and what was added will be committed."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from kserve_gitops.core.errors import ToolError
from kserve_gitops.tools import programs
from kserve_gitops.tools.process import Runner, run


@dataclass(frozen=True, slots=True)
class History:
    """Of the files that were asked for: those of any commit, and those that are only added."""

    committed: frozenset[Path] = frozenset()
    added: frozenset[Path] = frozenset()
    unknown: bool = False
    """There is a repository, and git does not tell."""


def history(folder: Path, files: Collection[Path], *, runner: Runner = run) -> History:
    """Ask git about files below a folder, of any branch."""
    whole = folder.resolve()
    if not any((above / ".git").exists() for above in (whole, *whole.parents)):
        return History()
    try:
        git = programs.find(programs.GIT)
        if git is None:
            return History(unknown=True)
        base = [str(git), "-C", str(whole)]
        log = runner([*base, "log", "--all", "--format=", "--name-only", "-z", "--relative", "--", "."])
        index = runner([*base, "ls-files", "-z", "--", "."])
    except ToolError:
        return History(unknown=True)
    if log.code or index.code:
        return History(unknown=True)
    known, listed = _paths(whole, log.out), _paths(whole, index.out)
    wanted = {file.resolve(): file for file in files}
    committed = frozenset(file for path, file in wanted.items() if path in known)
    return History(committed, frozenset(file for path, file in wanted.items() if path in listed) - committed)


def _paths(folder: Path, said: bytes) -> set[Path]:
    return {folder / os.fsdecode(name.strip(b"\n")) for name in said.split(b"\0") if name.strip(b"\n")}
