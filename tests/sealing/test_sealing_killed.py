import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kserve_gitops.sealing import storing
from kserve_gitops.sealing.files import records

SOURCES = Path(storing.__file__).parents[2]
TESTS = Path(__file__).parents[2]
MARK = "AKIAHUNTER2HUNTER2HU"
FILES = ("production/kserve/s3-access.yaml", "production/mlflow/s3-access.yaml")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the child process is forked")


def kills(project, tmp_path):
    (tmp_path / "temporary").mkdir()
    project.root.rename(tmp_path / "before")
    environment = os.environ | {
        "PYTHONPATH": f"{SOURCES}{os.pathsep}{TESTS}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(tmp_path / "temporary"),
        "AWS_ACCESS_KEY_ID": MARK,
        "AWS_SECRET_ACCESS_KEY": MARK * 2,
    }
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, Path(__file__).with_name("killed.py"), tmp_path, MARK],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [kill["status"] for kill in found] == [9] * (len(found) - 1) + [0]
    return found


def test_a_kill_at_any_step_leaves_each_file_old_or_new_and_no_value_anywhere(project, tmp_path):
    old = {name: project.read(f"sealed/{name}") for name in FILES}

    found = kills(project, tmp_path)

    new = found[-1]["left"]
    assert all(len(records(new[name])) == 2 for name in FILES)
    assert {kill["step"] for kill in found} >= {"open", "fcntl.flock", "amid write", "os.chmod", "os.rename"}
    for kill in found:
        assert kill["readable"] == []
        assert all(kill["left"][name] == old[name] or len(records(kill["left"][name])) == 2 for name in FILES)
        assert all(re.search(r"/\.s3-access\.yaml\..*\.part$", name) for name in kill["left"].keys() - new.keys())
        assert kill["after"].keys() == new.keys()
        assert all(len(records(kill["after"][name])) == 2 for name in FILES)
