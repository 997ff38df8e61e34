"""The command line itself: help, usage, colours, exit codes, and the boundary for errors."""

import re
import sys
from importlib.metadata import version

import pytest

from kserve_gitops.build import pipeline
from kserve_gitops.cli import report
from kserve_gitops.cli.main import guarded
from kserve_gitops.core.findings import Finding, Severity
from kserve_gitops.core.places import Place

COMMANDS = ("", "synth", "import", "adopt", "doctor", "seal")


@pytest.mark.parametrize(
    "argv", [(one,) if one else () for one in COMMANDS], ids=lambda argv: argv[0] if argv else "all"
)
def test_help(argv, run_cli, golden_text):
    ran = run_cli(*argv, "--help")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"usage: {' '.join(['kserve-gitops', *argv])} ")
    assert ran.out == golden_text


def test_every_command_is_in_the_help(run_cli):
    said = run_cli("--help").out

    assert re.findall(r"^    (\w+) +\w", said, re.MULTILINE) == ["synth", "check", "seal", "import", "adopt", "doctor"]


def test_version(run_cli):
    assert run_cli("--version") == (0, f"{version('kserve-gitops')}\n", "")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ((), "the following arguments are required: COMMAND"),
        (("synht",), "invalid choice: 'synht'"),
        (("synth", "--chek"), "unrecognized arguments: --chek"),
        (("synth", "production"), "unrecognized arguments: what stands at the end"),
        (("seal", "s3-access", "--password=hunter2"), "unrecognized arguments: --password\n"),
        (("import",), "the following arguments are required: PATH"),
        (("adopt",), "the following arguments are required: FILE|DIR|-"),
    ],
)
def test_usage_error_exits_2_and_touches_nothing(argv, said, project, run_cli):
    before = project.dist()

    ran = run_cli(*argv)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("usage: kserve-gitops")
    assert said in ran.err
    assert project.dist() == before


def test_bug_of_ours_keeps_its_traceback_and_exits_70(project, run_cli, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("no such luck")

    monkeypatch.setattr(pipeline, "compare", broken)
    before = project.dist()

    ran = run_cli("synth")

    assert (ran.code, ran.out) == (70, "")
    assert ran.err.startswith("Traceback (most recent call last):\n")
    assert "ZeroDivisionError: no such luck\n\nthis is a bug" in ran.err
    assert project.dist() == before


def test_interruption_exits_130_without_a_traceback(project, run_cli, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "load", interrupted)

    assert run_cli("synth") == (130, "", "interrupted; dist/ is as it was\n")


def test_reader_that_went_away_exits_1_in_silence(capsys):
    def piped() -> int:
        raise BrokenPipeError

    assert guarded(piped) == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("variables", "terminal", "coloured"),
    [
        ({}, False, False),
        ({}, True, True),
        ({"NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, True),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": ""}, False, False),
    ],
)
def test_colours(variables, terminal, coloured, capsys, monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)

    report.findings([Finding("KG012", "the file lacks 'name'", Place("a.yaml"))])

    said = capsys.readouterr().err
    assert said.startswith("\x1b[1;31merror[KG012]\x1b[0m: the file" if coloured else "error[KG012]: the file")
    assert ("\x1b" in said) == coloured


@pytest.mark.parametrize(
    ("severities", "tally"),
    [
        (["error"], "1 error; dist/ is as it was"),
        (["error", "error", "warning"], "2 errors, 1 warning; dist/ is as it was"),
        (["warning", "warning"], "2 warnings"),
    ],
)
def test_tally_counts_by_severity(severities, tally, capsys):
    place = Place("a.yaml")

    report.findings([Finding("KG010", str(n), place, severity=Severity(s)) for n, s in enumerate(severities)])

    assert capsys.readouterr().err.splitlines()[-1] == tally


def test_no_findings_are_no_output(capsys):
    report.findings([])

    assert capsys.readouterr() == ("", "")
