"""`kserve-gitops doctor`: what is there, what is missing and what for; it needs no project."""

import argparse
import json
import os
from importlib.metadata import version
from pathlib import Path

import pytest

from kserve_gitops.cli import doctor
from kserve_gitops.cli.boundary import guarded

VERSIONS = {
    "node": "v24.1.0",
    "kubeseal": "kubeseal version: v0.36.6",
    "helm": "v3.19.0+g3d8990f",
    "npm": "11.1.0",
    "git": "git version 2.50.1",
    "go": "go version go1.26.8 linux/amd64",
}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the programs of these tests are shell scripts")


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A folder with a program of each kind, the only one on PATH; the working directory is outside of any project."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for variable in ("HELM", "KUBESEAL", "JSII_NODE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.chdir(tmp_path)
    for name, text in VERSIONS.items():
        program(folder / name, text)
    return folder


@pytest.fixture
def run(capsys):
    """`run("--format", "json")` runs the command; (exit code, standard output)."""

    def running(*argv):
        parser = argparse.ArgumentParser(prog="kserve-gitops")
        doctor.add(parser.add_subparsers())
        args = parser.parse_args(["doctor", *argv])
        code = guarded(lambda: args.func(args))
        said = capsys.readouterr()
        assert said.err == ""
        return code, said.out

    return running


def program(file, says):
    file.write_text(f"#!/bin/sh\necho '{says}'\n")
    file.chmod(0o700)


def rows(out):
    return {line.split()[0]: line for line in out.partition("\n\n")[0].splitlines()}


def records(out):
    return {record["program"]: record for record in json.loads(out)}


def test_everything_is_there(machine, run):
    code, out = run()

    assert code == 0
    assert list(rows(out)) == ["program", "python", "cdk8s", "node", "kubeseal", "helm", "git", "npm", "go"]
    assert rows(out)["kubeseal"].split() == [
        "kubeseal",
        "0.36.6",
        "ok",
        "sealing",
        "secrets",
        str(machine / "kubeseal"),
    ]
    assert version("cdk8s") in rows(out)["cdk8s"]
    assert "error" not in out
    assert "note" not in out


def test_columns_stand_below_each_other(machine, run):
    lines = run()[1].splitlines()

    assert len({line.index(word) for line, word in zip(lines, (" path", *([" /"] * 8)), strict=True)}) == 1


@pytest.mark.parametrize("name", ["kubeseal", "helm", "npm", "git", "go"])
def test_what_synth_does_without_is_only_told(name, machine, run):
    (machine / name).unlink()

    code, out = run()

    assert code == 0
    assert rows(out)[name].split()[1:3] == ["-", "missing"]
    assert f"\nnote: there is no {name}; it is needed for " in out
    assert "\n   = hint: install " in out


def test_node_is_needed(machine, run):
    (machine / "node").unlink()

    code, out = run()

    assert code == 1
    assert "\nerror: there is no node; it is needed for synth: cdk8s runs on it\n   = hint: pip install " in out


def test_cdk8s_is_needed(machine, run, monkeypatch):
    def absent(name):
        raise doctor.PackageNotFoundError(name)

    monkeypatch.setattr(doctor, "distribution", absent)

    code, out = run()

    assert code == 1
    assert "\nerror: there is no cdk8s; it is needed for synth and check\n" in out


def test_node_of_a_variable_is_the_one_that_cdk8s_runs_on(machine, run, monkeypatch):
    program(machine / "other-node", "v22.0.0")
    monkeypatch.setenv("JSII_NODE", str(machine / "other-node"))

    assert rows(run()[1])["node"].split()[1:3] == ["22.0.0", "ok"]


def test_variable_that_leads_nowhere_is_an_error(machine, run, monkeypatch):
    monkeypatch.setenv("KUBESEAL", "/no/such/kubeseal")

    code, out = run()

    assert code == 1
    assert rows(out)["kubeseal"].split()[1:3] == ["-", "broken"]
    assert "\nerror: KUBESEAL is '/no/such/kubeseal', and there is no such program; " in out


@pytest.mark.parametrize(
    ("name", "says"), [("kubeseal", "kubeseal version: v0.17.5"), ("node", "v18.20.4"), ("npm", "6.14.18")]
)
def test_program_that_is_too_old_is_an_error(name, says, machine, run):
    program(machine / name, says)

    code, out = run()

    assert code == 1
    assert "too old" in rows(out)[name]
    assert f"\nerror: {name} {says.split()[-1].removeprefix('v')} at '{machine / name}' is too old" in out


def test_program_that_does_not_run_is_an_error(machine, run):
    (machine / "kubeseal").write_text("#!/bin/sh\nexit 126\n")

    code, out = run()

    assert code == 1
    assert "does not tell its version: it ended with 126" in out


def test_json_has_the_same_for_programs(machine, run):
    (machine / "go").unlink()

    code, out = run("--format", "json")

    found = records(out)
    assert code == 0
    assert found["kubeseal"] == {
        "program": "kubeseal",
        "version": "0.36.6",
        "state": "ok",
        "needed_for": "sealing secrets",
        "path": str(machine / "kubeseal"),
        "message": "",
        "hint": "",
    }
    assert (found["go"]["version"], found["go"]["state"], found["go"]["path"]) == (None, "missing", None)
    assert found["go"]["message"] == "there is no go"
    assert Path(found["cdk8s"]["path"]).is_dir()


def test_path_that_no_encoding_has_does_not_stop_it(machine, run, monkeypatch):
    odd = machine / os.fsdecode(b"\xff")
    odd.mkdir()
    program(odd / "kubeseal", VERSIONS["kubeseal"])
    monkeypatch.setenv("KUBESEAL", str(odd / "kubeseal"))

    assert "\\udcff" in run()[1]
    assert records(run("--format", "json")[1])["kubeseal"]["path"] == str(odd / "kubeseal")


def test_unknown_format_is_a_usage_error(run, capsys):
    with pytest.raises(SystemExit) as ended:
        run("--format", "yaml")

    assert ended.value.code == 2
    assert "invalid choice: 'yaml'" in capsys.readouterr().err
