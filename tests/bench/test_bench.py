import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_both_sides_make_the_same_objects_and_every_stage_is_timed(tmp_path):
    figures = tmp_path / "figures.json"
    command = [sys.executable, "bench/run.py", "--sizes", "2", "--repeat", "1", "--json", str(figures)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  our own script

    assert done.returncode == 0, done.stderr  # it compares the objects itself, and stops when they differ
    [size] = json.loads(figures.read_text())
    [ours], [bare] = size["ours"], size["bare"]
    assert size["models"] == 2
    assert ours["stages"].keys() == {"read", "construct", "render", "check", "plan", "write"}
    assert min(ours["stages"].values()) > 0
    assert bare["stages"].keys() == {"construct", "render + write"}
    assert sum(ours["stages"].values()) < ours["seconds"]


def test_every_rule_is_timed():
    command = [sys.executable, "bench/rules.py", "2"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  our own script

    assert done.returncode == 0, done.stderr
    summary, *rules = done.stdout.splitlines()
    assert summary.startswith("2 models: ")
    assert len(rules) == 30
