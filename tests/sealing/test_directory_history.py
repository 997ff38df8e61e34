"""What git is asked about plain files, and what it is understood to say."""

import shutil
import subprocess
from pathlib import Path

import pytest

from kserve_gitops.core.errors import ToolError
from kserve_gitops.sealing.directory.history import History, history
from tests.tools.fakes import failed

GIT = shutil.which("git")
pytestmark = pytest.mark.skipif(GIT is None, reason="git is not there")


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    for variable in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(variable, raising=False)
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    return root


def git(root, *argv):
    person = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false")
    subprocess.run([GIT, "-C", root, *person, *argv], check=True, capture_output=True)  # noqa: S603


def made(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return [root / name for name in names]


def test_files_of_commits_of_any_branch_and_files_that_are_only_added(repository):
    files = made(repository, "a/old.yaml", "a/b c/gründe.yaml", "a/branch.yaml", "a/added.yaml", "a/new.yaml")
    git(repository, "add", "a/old.yaml", "a/b c")
    git(repository, "commit", "-q", "-m", "x")
    git(repository, "switch", "-q", "-c", "other")
    git(repository, "add", "a/branch.yaml")
    git(repository, "commit", "-q", "-m", "y")
    git(repository, "switch", "-q", "main")
    made(repository, "a/branch.yaml")
    git(repository, "add", "a/added.yaml")

    found = history(repository / "a", files)

    assert found == History(frozenset(files[:3]), frozenset(files[3:4]))


def test_file_that_was_committed_once_and_is_no_longer_tracked(repository):
    (file,) = made(repository, "x.yaml")
    git(repository, "add", "x.yaml")
    git(repository, "commit", "-q", "-m", "x")
    git(repository, "rm", "-q", "--cached", "x.yaml")
    git(repository, "commit", "-q", "-m", "y")

    assert history(repository, [file]).committed == {file}


def test_repository_without_a_commit(repository):
    (file,) = made(repository, "x.yaml")

    assert history(repository, [file]) == History()


def test_names_are_those_that_were_asked_for(repository, monkeypatch):
    made(repository, "x.yaml")
    git(repository, "add", "x.yaml")
    monkeypatch.chdir(repository)

    assert history(Path(), [Path("x.yaml")]).added == {Path("x.yaml")}


def test_outside_of_a_repository_nobody_is_asked(tmp_path):
    assert history(tmp_path, made(tmp_path, "x.yaml"), runner=None) == History()


def test_git_that_does_not_answer_leaves_it_open(repository, monkeypatch):
    def slow(*_, **__):
        raise ToolError("'git' did not answer within 60 s")

    files = made(repository, "x.yaml")

    assert history(repository, files, runner=slow).unknown
    assert history(repository, files, runner=lambda *_, **__: failed("fatal: dubious ownership", code=128)).unknown
    monkeypatch.setenv("PATH", "")
    assert history(repository, files).unknown
