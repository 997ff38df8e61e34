"""Whether a file with a value in plain could be committed."""

from pathlib import Path

from kserve_gitops.core.errors import ToolError
from kserve_gitops.tools import programs
from kserve_gitops.tools.process import Runner, run

_IGNORED = 0
"""How `git check-ignore` ends for a file that git passes over and has never been told to keep."""


def lies_open(path: Path, *, runner: Runner = run) -> bool:
    """Whether a file lies in a git repository and git does not ignore it. Without git nobody can say, and it does."""
    whole = path.resolve()
    if not any((folder / ".git").exists() for folder in whole.parents):
        return False
    try:
        git = programs.find(programs.GIT)
        if git is None:
            return True
        argv = [str(git), "-C", str(whole.parent), "check-ignore", "--quiet", "--", whole.name]
        return runner(argv, timeout=20).code != _IGNORED
    except ToolError:
        return True
