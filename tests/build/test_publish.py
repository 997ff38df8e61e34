import errno
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from kserve_gitops.build import publish
from kserve_gitops.build.compare import INDEX, compare
from kserve_gitops.build.publish import apply
from kserve_gitops.build.turns import turn
from kserve_gitops.core.errors import DistError

SOURCES = Path(publish.__file__).parents[2]
OLD = {PurePosixPath(f"production/{name}.yaml"): name.encode() for name in ("root", "apps/a", "manifests/m/x")}
NEW = {
    PurePosixPath("production/root.yaml"): b"root, changed",
    PurePosixPath("production/apps/a.yaml"): b"apps/a",
    PurePosixPath("production/apps/b.yaml"): b"apps/b",
}


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "dist"
    apply(compare(OLD, folder), folder)
    return folder


@pytest.fixture(params=["swap", "each"])
def way(request, monkeypatch):
    """Both ways of publishing: the swap, and where that is impossible one file after the other."""
    if request.param == "each":
        monkeypatch.setattr(publish, "exchange", lambda *_: False)
    return request.param


def content(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def folders(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_dir()}


def synth(plan, root) -> None:
    apply(compare(plan, root), root)


def test_the_tree_holds_the_plan_and_an_index_and_nothing_is_left_beside_it(root, tmp_path):
    index = content(root).pop(INDEX)

    assert {name: data for name, data in content(root).items() if name != INDEX} == {str(p): d for p, d in OLD.items()}
    assert index.decode().splitlines()[1:] == sorted(map(str, OLD))
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


def test_files_and_folders_have_the_usual_mode_whatever_the_umask_is(tmp_path):
    before = os.umask(0o077)
    try:
        synth(OLD, tmp_path / "dist")
    finally:
        os.umask(before)

    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "dist").rglob("*") if path.is_file()}
    assert modes == {0o644}
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_dir()} == {0o755}


def test_a_second_run_writes_nothing_at_all(root):
    before = {path: path.stat() for path in (root, *root.rglob("*"))}

    synth(OLD, root)

    assert {path: path.stat() for path in before} == before


@pytest.mark.usefixtures("way")
def test_what_changes_is_written_and_what_does_not_stays_the_same_file(root, tmp_path):
    before = (root / "production/apps/a.yaml").stat()

    synth(NEW, root)

    after = (root / "production/apps/a.yaml").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert {name: data for name, data in content(root).items() if name != INDEX} == {str(p): d for p, d in NEW.items()}
    assert not compare(NEW, root)
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


@pytest.mark.usefixtures("way")
def test_folders_that_became_empty_go_and_those_of_strangers_stay(root):
    (root / "production/manifests/theirs").mkdir()

    synth(NEW, root)

    assert folders(root) == {"production", "production/apps", "production/manifests", "production/manifests/theirs"}


@pytest.mark.usefixtures("way")
def test_strangers_files_links_and_modes_survive(root):
    note = root / "production/manifests/m/note.txt"
    note.write_text("mine")
    note.chmod(0o600)
    (root / "link").symlink_to("production/root.yaml")
    (root / "production").chmod(0o750)
    before = note.stat()

    synth(NEW, root)

    assert (note.read_text(), note.stat().st_ino, note.stat().st_mode) == ("mine", before.st_ino, before.st_mode)
    assert (root / "link").readlink() == Path("production/root.yaml")
    assert stat.S_IMODE((root / "production").stat().st_mode) == 0o750


@pytest.mark.usefixtures("way")
def test_a_strangers_link_in_the_place_of_a_file_of_ours_survives(root):
    (root / "production/manifests/m/x.yaml").unlink()
    (root / "production/manifests/m/x.yaml").symlink_to("../../root.yaml")

    synth(NEW, root)

    assert (root / "production/manifests/m/x.yaml").is_symlink()


def test_strangers_files_survive_where_hard_links_are_refused(root, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    (root / "note.txt").write_text("mine")
    (root / "link").symlink_to("note.txt")
    before = (root / "note.txt").stat()

    synth(NEW, root)

    assert (root / "note.txt").read_text() == "mine"
    assert (root / "note.txt").stat().st_mtime_ns == before.st_mtime_ns
    assert (root / "link").is_symlink()


def test_a_strangers_file_saved_just_before_the_swap_survives(root, monkeypatch):
    swap = publish.exchange

    def late(tree, target):
        (target / "production/apps/late.txt").write_text("saved")
        return swap(tree, target)

    monkeypatch.setattr(publish, "exchange", late)

    synth(NEW, root)

    assert (root / "production/apps/late.txt").read_text() == "saved"


@pytest.mark.usefixtures("way")
def test_a_file_becomes_a_folder_and_a_folder_a_file(tmp_path):
    root = tmp_path / "dist"
    synth({PurePosixPath("a"): b"1", PurePosixPath("b/c/d"): b"2"}, root)

    synth({PurePosixPath("a/x"): b"3", PurePosixPath("b"): b"4"}, root)

    assert content(root).items() >= {"a/x": b"3", "b": b"4"}.items()


@pytest.mark.usefixtures("way")
def test_an_empty_plan_takes_everything_of_ours_away(root):
    (root / "README.md").write_text("mine")

    synth({}, root)

    assert content(root) == {"README.md": b"mine"}
    assert folders(root) == set()


@pytest.mark.parametrize("step", range(4))
def test_a_full_disk_leaves_the_tree_as_it_was(root, tmp_path, monkeypatch, step):
    before, written, real = content(root), [], os.write

    def write(descriptor, data):
        written.append(data)
        if len(written) > step:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data)

    changes = compare(NEW, root)
    monkeypatch.setattr(os, "write", write)
    with pytest.raises(DistError, match="the disk is full") as caught:
        apply(changes, root)

    assert caught.value.hint == "free some space, then run again"
    assert content(root) == before
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


def test_a_file_that_cannot_be_written_is_named_as_a_person_knows_it(root, monkeypatch):
    real = os.write

    def write(descriptor, data):
        if data == b"apps/b":
            raise OSError(errno.EDQUOT, "Disk quota exceeded")
        return real(descriptor, data)

    changes = compare(NEW, root)
    monkeypatch.setattr(os, "write", write)
    with pytest.raises(DistError) as caught:
        apply(changes, root)

    assert caught.value.what == "dist/production/apps/b.yaml: the disk quota is used up"


def test_a_swap_that_is_forbidden_leaves_the_tree_as_it_was(root, monkeypatch):
    before = content(root)

    def refuse(_, target):
        raise PermissionError(errno.EACCES, "Permission denied", str(target))

    monkeypatch.setattr(publish, "exchange", refuse)

    with pytest.raises(DistError, match="dist: permission denied"):
        synth(NEW, root)

    assert content(root) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("place", [".", "dist"])
def test_a_read_only_folder_is_one_clear_error(root, tmp_path, place):
    before = content(root)
    (tmp_path / place).chmod(0o555)
    try:
        with pytest.raises(DistError, match="permission denied"):
            synth(NEW, root)
    finally:
        (tmp_path / place).chmod(0o755)

    assert content(root) == before


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="only root can mount a file system")
def test_a_mount_point_is_published_into_and_a_full_one_keeps_its_tree(tmp_path):
    root = tmp_path / "dist"
    root.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(root)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:  # noqa: S603 - fixed words, our folder
        pytest.skip("this system lets nobody mount a file system")
    try:
        synth(OLD, root)
        synth(NEW, root)
        before = content(root)

        with pytest.raises(DistError, match="the disk is full"):
            synth(NEW | {PurePosixPath("big"): b"x" * 500_000}, root)

        assert content(root) == before
        assert not compare(NEW, root)
        assert {path.name for path in root.iterdir()} == {"production", INDEX}
    finally:
        subprocess.run(["umount", str(root)], check=True)  # noqa: S603, S607 - as above


@pytest.mark.parametrize("plan", [OLD, NEW], ids=["unchanged", "changed"])
@pytest.mark.parametrize("nested", [".", "tree/production"], ids=["before-it-began", "amid-its-work"])
def test_what_a_killed_run_left_is_gone_after_the_next(root, tmp_path, plan, nested):
    left = tmp_path / ".dist.publish" / nested
    left.mkdir(parents=True)
    (left / "lock").write_text("4711")
    left.chmod(0o755 if nested == "." else 0o555)

    synth(plan, root)

    assert [path.name for path in tmp_path.iterdir()] == ["dist"]


def test_a_file_where_we_prepare_is_one_clear_error(root, tmp_path):
    (tmp_path / ".dist.publish").write_text("in the way")

    with pytest.raises(DistError, match=r"\.dist\.publish: file exists"):
        synth(NEW, root)


def test_another_run_that_takes_too_long_is_named(root, tmp_path):
    changes = compare(NEW, root)

    with turn(tmp_path / ".dist.publish", patience=0), pytest.raises(DistError, match=f"process {os.getpid()}"):
        apply(changes, root, patience=0)


def test_a_run_whose_work_another_has_done_meanwhile_is_content(root):
    first, second = compare(NEW, root), compare(NEW, root)

    apply(first, root)
    apply(second, root)

    assert not compare(NEW, root)


def test_a_run_that_would_undo_what_another_wrote_meanwhile_stops(root):
    changes = compare(OLD | {PurePosixPath("one.yaml"): b""}, root)
    synth(OLD | {PurePosixPath("other.yaml"): b""}, root)

    with pytest.raises(DistError, match="changed while this run was at work"):
        apply(changes, root)

    assert (root / "other.yaml").exists()


RACER = """
import sys
from pathlib import Path, PurePosixPath
from kserve_gitops.build.compare import compare
from kserve_gitops.build.publish import apply
from kserve_gitops.core.errors import DistError
root = Path(sys.argv[1])
for turn in range(60):
    plan = {PurePosixPath(f"production/{n}.yaml"): str(turn % 2).encode() for n in range(turn % 2, 20)}
    try:
        apply(compare(plan, root), root)
    except DistError as error:
        if "changed while this run" not in error.what:
            raise
"""


def test_runs_at_the_same_time_leave_one_whole_tree(tmp_path):
    root = tmp_path / "dist"
    command = [sys.executable, "-c", RACER, str(root)]
    paths = os.environ | {"PYTHONPATH": str(SOURCES)}
    runs = [subprocess.Popen(command, env=paths) for _ in range(3)]  # noqa: S603 - our own interpreter

    assert [run.wait(timeout=60) for run in runs] == [0, 0, 0]

    found = content(root)
    del found[INDEX]
    assert found in [{f"production/{n}.yaml": str(kind).encode() for n in range(kind, 20)} for kind in (0, 1)]
    assert [path.name for path in tmp_path.iterdir()] == ["dist"]
