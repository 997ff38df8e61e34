import os
import time
from pathlib import Path, PurePosixPath

import pytest

from kserve_gitops.build.compare import HEADER, INDEX, compare, read_index
from kserve_gitops.core.errors import DistError

APP = PurePosixPath("production/apps/mlflow.yaml")
MODEL = PurePosixPath("production/manifests/models/inferenceservice-iris.yaml")


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "dist"
    folder.mkdir()
    return folder


def put(root: Path, path: PurePosixPath | str, data: bytes = b"old\n") -> Path:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return target


def own(root: Path, *paths: PurePosixPath) -> None:
    put(root, INDEX, "".join(f"{line}\n" for line in (HEADER, *paths)).encode())


def test_a_folder_that_does_not_exist_needs_every_file_and_an_index(tmp_path):
    changes = compare({MODEL: b"m\n", APP: b"a\n"}, tmp_path / "dist")

    assert list(changes.write.items()) == [(APP, b"a\n"), (MODEL, b"m\n")]
    assert changes.delete == ()
    assert changes.index == f"{HEADER}\n{APP}\n{MODEL}\n".encode()


def test_comparing_writes_nothing(tmp_path):
    compare({APP: b"a\n"}, tmp_path / "dist")

    assert list(tmp_path.iterdir()) == []


def test_a_tree_that_equals_the_plan_needs_nothing(root):
    put(root, APP)
    own(root, APP)

    changes = compare({APP: b"old\n"}, root)

    assert not changes
    assert changes.unchanged == 1


@pytest.mark.parametrize("data", [b"", b"ol", b"old\n\n", b"OLD\n"], ids=["empty", "shorter", "longer", "same-length"])
def test_a_file_of_ours_that_a_person_edited_is_written_again(root, data):
    put(root, APP, data)
    own(root, APP)

    assert compare({APP: b"old\n"}, root).write == {APP: b"old\n"}


def test_a_file_of_ours_that_is_no_longer_planned_is_deleted(root):
    put(root, APP)
    put(root, MODEL)
    own(root, APP, MODEL)

    changes = compare({APP: b"old\n"}, root)

    assert changes.delete == (MODEL,)
    assert changes.index == f"{HEADER}\n{APP}\n".encode()


def test_an_index_in_another_order_is_up_to_date(root):
    put(root, APP)
    put(root, MODEL)
    own(root, MODEL, APP)

    assert not compare({APP: b"old\n", MODEL: b"old\n"}, root)


def test_without_an_index_a_file_that_equals_the_plan_is_adopted(root):
    put(root, APP)

    changes = compare({APP: b"old\n"}, root)

    assert (changes.write, changes.index) == ({}, f"{HEADER}\n{APP}\n".encode())


def test_without_an_index_every_file_that_differs_is_named_and_the_hint_asks_for_the_index(root):
    put(root, APP)
    put(root, MODEL)

    with pytest.raises(DistError) as caught:
        compare({APP: b"new\n", MODEL: b"new\n"}, root)

    assert caught.value.what == (
        "2 paths in dist/ are in the way:\n"
        f"  dist/{APP} exists, differs, and was not written by kserve-gitops\n"
        f"  dist/{MODEL} exists, differs, and was not written by kserve-gitops"
    )
    assert f"dist/{INDEX}" in caught.value.hint


def test_a_strangers_file_in_the_way_is_refused(root):
    put(root, APP)
    own(root, MODEL)

    with pytest.raises(DistError, match=rf"^error: dist/{APP} exists, differs") as caught:
        compare({APP: b"new\n"}, root)

    assert caught.value.hint == "move it away, or delete it"


def test_a_strangers_file_is_never_deleted_and_reported_only_where_argo_cd_watches(root):
    put(root, "production/manifests/models/mine.yaml")
    put(root, "production/values/mine.yaml")
    put(root, "README.md")

    changes = compare({}, root)

    assert not changes
    assert changes.strangers == (PurePosixPath("production/manifests/models/mine.yaml"),)


def test_a_file_of_ours_may_become_a_folder_and_a_folder_a_file(root):
    own(root, PurePosixPath("a"), PurePosixPath("b/c/d"))
    put(root, "a")
    put(root, "b/c/d")

    changes = compare({PurePosixPath("a/x"): b"", PurePosixPath("b"): b""}, root)

    assert changes.delete == (PurePosixPath("a"), PurePosixPath("b/c/d"))


@pytest.mark.parametrize("inside", ["stranger.txt", "empty/"], ids=["strangers-file", "empty-folder"])
def test_a_folder_that_holds_something_else_cannot_become_a_file(root, inside):
    own(root, PurePosixPath("b/ours"))
    put(root, "b/ours")
    if inside.endswith("/"):
        (root / "b" / inside).mkdir()
    else:
        put(root, f"b/{inside}")

    with pytest.raises(DistError, match="dist/b is a folder, where a file must be"):
        compare({PurePosixPath("b"): b""}, root)


def test_a_strangers_file_where_a_folder_must_be_is_refused(root):
    put(root, "production")

    with pytest.raises(DistError, match="dist/production is a file, where a folder must be"):
        compare({APP: b""}, root)


@pytest.mark.parametrize("place", [APP, APP.parent, "elsewhere"], ids=["file", "folder", "unrelated"])
def test_a_link_that_leads_out_is_refused_wherever_it_is(root, tmp_path, place):
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    (root / place).symlink_to(tmp_path)

    with pytest.raises(DistError, match=f"dist/{place} is a symbolic link"):
        compare({APP: b""}, root)


def test_a_link_inside_that_is_in_nobodys_way_is_left_alone(root):
    put(root, "notes.txt")
    (root / "link").symlink_to("notes.txt")

    assert compare({APP: b""}, root).delete == ()


@pytest.mark.parametrize("place", [APP, INDEX], ids=["planned-file", "index"])
def test_a_link_inside_where_a_file_must_be_is_refused(root, place):
    put(root, "notes.txt", f"{HEADER}\n".encode())
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    (root / place).symlink_to(root / "notes.txt")

    with pytest.raises(DistError, match=f"dist/{place} is a symbolic link, where a file must be"):
        compare({APP: b"new\n"}, root)


def test_a_link_in_the_place_of_a_file_of_ours_is_not_ours_to_delete(root):
    put(root, "notes.txt")
    own(root, PurePosixPath("gone.yaml"))
    (root / "gone.yaml").symlink_to("notes.txt")

    assert compare({}, root).delete == ()


def test_a_root_that_is_a_link_is_refused(root, tmp_path):
    (tmp_path / "link").symlink_to(root)

    with pytest.raises(DistError, match="link is a symbolic link"):
        compare({APP: b""}, tmp_path / "link")


def test_a_root_that_is_a_file_is_refused(tmp_path):
    put(tmp_path, "dist")

    with pytest.raises(DistError, match="dist: not a directory"):
        compare({APP: b""}, tmp_path / "dist")


def test_a_pipe_in_the_way_is_refused_without_opening_it(root):
    (root / APP).parent.mkdir(parents=True)
    os.mkfifo(root / APP)

    with pytest.raises(DistError, match="is not a regular file"):
        compare({APP: b""}, root)


def test_a_file_that_cannot_be_read_is_named_with_the_reason(root, monkeypatch):
    put(root, APP)

    def refuse(path, flags, *_):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "open", refuse)

    with pytest.raises(DistError) as caught:
        compare({APP: b"old\n"}, root)

    assert caught.value.what == f"dist/{APP}: permission denied"
    assert caught.value.hint


@pytest.mark.parametrize(
    "path",
    ["../x", "/x", "a/../b", "a\nb", "a\\b", ".", INDEX, "\udcff"],
    ids=["up", "absolute", "up-inside", "line-end", "backslash", "root", "index", "not-text"],
)
def test_a_plan_cannot_leave_the_tree_or_write_the_index(root, path):
    with pytest.raises(DistError, match="cannot be the path of a generated file"):
        compare({PurePosixPath(path): b""}, root)


@pytest.mark.parametrize(
    ("one", "other"), [("a/X.yaml", "a/x.yaml"), ("a/b", "A/c"), ("stra\u00dfe", "STRASSE"), ("\u00e9", "e\u0301")]
)
def test_two_planned_paths_that_differ_in_case_or_unicode_form_only_are_refused(root, one, other):
    with pytest.raises(DistError, match="are one file where case is ignored"):
        compare({PurePosixPath(one): b"", PurePosixPath(other): b""}, root)


def test_a_planned_path_cannot_be_a_file_and_a_folder(root):
    with pytest.raises(DistError, match="'a' would be a file and a folder at once"):
        compare({PurePosixPath("a"): b"", PurePosixPath("a/b"): b""}, root)


@pytest.mark.parametrize("line", ["../outside", "/etc/passwd", "a/../../b", "", "a//b"])
def test_an_index_that_names_anything_outside_is_refused(root, line):
    put(root, INDEX, f"{HEADER}\n{line}\nb\n".encode())

    with pytest.raises(DistError, match=f"dist/{INDEX}:2 is not a path in dist/"):
        compare({}, root)


def test_an_index_with_an_unresolved_merge_is_refused(root):
    put(root, INDEX, f"{HEADER}\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n".encode())

    with pytest.raises(DistError, match=f"{INDEX}:2 holds an unresolved merge"):
        compare({}, root)


def test_an_index_that_is_not_text_is_refused(root):
    put(root, INDEX, b"\xff\xfe")

    with pytest.raises(DistError, match="is not text"):
        compare({}, root)


def test_an_index_that_is_a_folder_is_refused(root):
    (root / INDEX).mkdir()

    with pytest.raises(DistError, match=f"dist/{INDEX}: is a directory"):
        compare({}, root)


def test_an_index_with_windows_line_ends_is_read(root):
    put(root, INDEX, f"{HEADER}\r\n{APP}\r\n".encode())

    assert read_index(root) == {str(APP)}


def test_an_unchanged_tree_of_twenty_thousand_files_is_compared_in_seconds(root):
    plan = {PurePosixPath(f"production/manifests/models/m{number}.yaml"): b"x" * 500 for number in range(20_000)}
    for path, data in plan.items():
        put(root, path, data)
    own(root, *plan)

    begin = time.process_time()
    changes = compare(plan, root)

    assert changes.unchanged == 20_000
    assert time.process_time() - begin < 2  # a fifth of a second on an idle machine
