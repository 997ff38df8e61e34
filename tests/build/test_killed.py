import json
import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from kserve_gitops.build import publish
from kserve_gitops.build.compare import HEADER, INDEX, compare
from kserve_gitops.build.exchange import exchange

SOURCES = Path(publish.__file__).parents[2]
STRANGERS = {"README.md": "mine", "production/manifests/m/note.txt": "mine too"}
OLD = {
    "production/root.yaml": "root, old",
    "production/apps/same.yaml": "same",
    "production/apps/changed.yaml": "changed, old",
    "production/manifests/gone/x.yaml": "gone",
    "production/manifests/m/y.yaml": "gone too",
    "turned": "a file",
}
NEW = {
    "production/root.yaml": "root, new",
    "production/apps/same.yaml": "same",
    "production/apps/changed.yaml": "changed, new",
    "production/manifests/more/z.yaml": "added",
    "turned/into": "a folder",
}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the child process is forked")


def whole(files: dict[str, str]) -> dict[str, str | None]:
    """The whole tree for a plan: its files, its index, strangers' files, and the folders of all of them."""
    index = "".join(f"{line}\n" for line in (HEADER, *sorted(files)))
    found: dict[str, str | None] = files | STRANGERS | {INDEX: index}
    folders = {str(above) for name in found for above in PurePosixPath(name).parents} - {"."}
    return found | dict.fromkeys(folders)


def kills(tmp_path: Path, way: str) -> list[dict]:
    before = tmp_path / "before"
    for name, data in STRANGERS.items():
        (before / name).parent.mkdir(parents=True, exist_ok=True)
        (before / name).write_text(data)
    publish.apply(compare({PurePosixPath(name): data.encode() for name, data in OLD.items()}, before), before)
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, Path(__file__).with_name("killed.py"), tmp_path, way],
        input=json.dumps(NEW),
        env=os.environ | {"PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [kill["status"] for kill in found] == [9] * (len(found) - 1) + [0]
    return found


def test_a_kill_at_any_step_leaves_the_old_tree_or_the_new_one(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    if not exchange(tmp_path / "one", tmp_path / "other"):
        pytest.skip("this file system cannot swap two folders")
    old, new = whole(OLD), whole(NEW)

    found = kills(tmp_path, "swap")

    assert {kill["step"] for kill in found} >= {"os.link", "os.mkdir", "amid write", "os.remove", "ctypes.dlsym"}
    assert [kill["step"] for kill in found if kill["left"] not in (old, new)] == []
    turned = [kill["left"] == new for kill in found]
    assert turned == sorted(turned)  # once new, never old again
    assert 20 < turned.index(True) < len(turned) - 1
    assert all(kill["after"] == new and kill["beside"] == ["dist"] for kill in found)


def test_where_no_swap_is_possible_a_kill_halves_no_file_and_the_next_run_finishes(tmp_path):
    old, new = whole(OLD), whole(NEW)
    claim = whole(OLD | NEW)[INDEX]

    found = kills(tmp_path, "each")

    for kill in found:
        assert all(data in {old.get(name), new.get(name)} for name, data in kill["left"].items() if name != INDEX)
        assert kill["left"][INDEX] in {old[INDEX], claim, new[INDEX]}
        assert STRANGERS.items() <= kill["left"].items()
        assert (kill["after"], kill["beside"]) == (new, ["dist"])
    assert len(found) > 50
