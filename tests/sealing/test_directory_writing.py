"""Sealed files in the place of plain ones: what there is after a failure, and after a kill at any step."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kserve_gitops.core.errors import GitopsError
from kserve_gitops.sealing.directory import writing
from kserve_gitops.sealing.directory.writing import Change, write

SOURCES = Path(writing.__file__).parents[3]
GIVEN = [
    ("a.yaml", "plain a", "a-sealed.yaml", "sealed a, and longer"),
    ("b.yml", "plain b", "b-sealed.yml", "sealed b, and longer"),
    ("c[1].json", "plain c", "c[1]-sealed.json", "sealed c, and longer"),
]
PLAIN = {plain: before for plain, before, _, _ in GIVEN}
SEALED = {sealed: after for _, _, sealed, after in GIVEN}


def changes(folder):
    for name, content in PLAIN.items():
        (folder / name).write_text(content)
    return [
        Change(folder / plain, before.encode(), folder / sealed, after.encode())
        for plain, before, sealed, after in GIVEN
    ]


def files(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def failing(at, error):
    """A function that does its work until the call number `at`."""
    calls = iter(range(100))

    def wrap(work):
        def call(*arguments, **named):
            if next(calls) == at:
                raise error
            return work(*arguments, **named)

        return call

    return wrap


def test_plain_files_are_replaced(tmp_path):
    write(changes(tmp_path))

    assert files(tmp_path) == SEALED


def test_sealed_file_may_be_read_by_those_who_might_read_the_plain_one(tmp_path):
    todo = changes(tmp_path)
    todo[0].plain.chmod(0o640)

    write(todo)

    assert todo[0].target.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("at", range(3))
@pytest.mark.parametrize("name", ["fsync", "link"])
@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "stopped"]
)
def test_failure_before_the_first_deletion_leaves_everything_as_it_was(name, at, error, tmp_path, monkeypatch):
    todo = changes(tmp_path)
    if name == "link" and isinstance(error, OSError):
        monkeypatch.setattr(Path, "rename", failing(0, error)(Path.rename))
    monkeypatch.setattr(os, name, failing(at, error)(getattr(os, name)))

    with pytest.raises(GitopsError if isinstance(error, OSError) else KeyboardInterrupt):
        write(todo)

    assert files(tmp_path) == PLAIN


def test_file_system_without_links_is_written_too(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", failing(0, PermissionError(1, "Operation not permitted"))(os.link))

    write(changes(tmp_path))

    assert files(tmp_path) == SEALED


@pytest.mark.parametrize("links", [True, False])
def test_file_that_appears_meanwhile_is_not_overwritten(links, tmp_path, monkeypatch):
    todo = changes(tmp_path)
    todo[1].target.write_text("theirs")
    if not links:
        error = PermissionError(1, "Operation not permitted")
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(error))

    with pytest.raises(GitopsError, match=r"b-sealed\.yml cannot be written: "):
        write(todo)

    assert files(tmp_path) == {**PLAIN, "b-sealed.yml": "theirs"}


def test_plain_file_that_changes_meanwhile_is_not_deleted(tmp_path):
    todo = changes(tmp_path)
    todo[2].plain.write_text("another value")

    with pytest.raises(GitopsError, match="was changed meanwhile"):
        write(todo)

    assert files(tmp_path) == {**PLAIN, "c[1].json": "another value"}


def test_plain_file_that_cannot_be_deleted_is_named(tmp_path, monkeypatch):
    todo = changes(tmp_path)
    real = Path.unlink

    def unlink(path, **named):
        if path.name == "b.yml":
            raise PermissionError(13, "Permission denied")
        real(path, **named)

    monkeypatch.setattr(Path, "unlink", unlink)

    with pytest.raises(GitopsError, match=r"these plain files cannot be deleted: \S*/b\.yml\n"):
        write(todo)

    assert files(tmp_path) == {**SEALED, "b.yml": "plain b"}


def test_what_a_killed_run_left_is_removed_and_nothing_else(tmp_path):
    mine = ["sub/.a-sealed.yaml.abcd_123.part", ".b.c-sealed.JSON.00000000.part"]
    others = [".a-sealed.yaml.part", "a-sealed.yaml.abcd_123.part", ".hidden/.a-sealed.yaml.abcd_123.part", ".x.part"]
    for name in (*mine, *others):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")

    writing.sweep(tmp_path)

    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()) == sorted(others)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the child process is forked")
def test_a_kill_at_any_step_leaves_every_secret_whole(tmp_path):
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, Path(__file__).with_name("directory_killed.py"), tmp_path],
        input=json.dumps(GIVEN),
        env=os.environ | {"PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kills = [json.loads(line) for line in done.stdout.splitlines()]

    assert [kill["status"] for kill in kills] == [9] * (len(kills) - 1) + [0]
    assert {kill["step"] for kill in kills} >= {"amid write", "fsync", "os.link", "os.remove"}
    for kill in kills:
        left = kill["left"]
        for plain, before, sealed, after in GIVEN:
            assert left.get(plain, before) == before
            assert left.get(sealed, after) == after
            assert plain in left or sealed in left, kill["step"]
        if PLAIN.keys() - left.keys():
            assert SEALED.keys() <= left.keys(), kill["step"]
        staged = [text for name, text in left.items() if name not in PLAIN | SEALED]
        assert all(any(after.startswith(text) for after in SEALED.values()) for text in staged)
        assert kill["after"] == SEALED, kill["step"]
    assert len(kills) > 30
