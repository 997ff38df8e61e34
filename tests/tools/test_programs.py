"""Which program is taken, what version it has, and what is said when that will not do."""

from pathlib import Path

import pytest

from kserve_gitops.core.errors import ToolError
from kserve_gitops.tools import programs
from kserve_gitops.tools.programs import GIT, GO, KUBESEAL, NODE, NPM, UNKNOWN, State
from tests.tools.fakes import Fake, failed, said

HERE = Path("/somewhere/kubeseal")


@pytest.fixture
def path(tmp_path, monkeypatch):
    """The only folder on PATH, with nothing in it; no variable names a program."""
    for variable in ("KUBESEAL", "JSII_NODE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def placed(file):
    file.parent.mkdir(exist_ok=True)
    file.write_text("#!/bin/sh\n")
    file.chmod(0o700)
    return file


def test_program_on_path_is_found(path):
    there = placed(path / "kubeseal")

    assert programs.find(KUBESEAL) == there


def test_variable_comes_before_path(path, monkeypatch):
    placed(path / "kubeseal")
    other = placed(path / "other" / "kubeseal-next")
    monkeypatch.setenv("KUBESEAL", str(other))

    assert programs.find(KUBESEAL) == other


def test_variable_may_name_another_program_on_path(path, monkeypatch):
    there = placed(path / "kubeseal-0.36")
    monkeypatch.setenv("KUBESEAL", there.name)

    assert programs.find(KUBESEAL) == there


def test_relative_path_is_made_absolute(path, monkeypatch):
    there = placed(path / "kubeseal")
    monkeypatch.chdir(path)
    monkeypatch.setenv("KUBESEAL", "./kubeseal")

    found = programs.find(KUBESEAL)

    assert found is not None
    assert found.is_absolute()
    assert found.resolve() == there.resolve()


def test_empty_variable_is_none(path, monkeypatch):
    there = placed(path / "kubeseal")
    monkeypatch.setenv("KUBESEAL", "")

    assert programs.find(KUBESEAL) == there


def test_program_that_is_not_there_is_none(path):
    assert programs.find(KUBESEAL) is None


@pytest.mark.parametrize("named", ["missing", "folder", "plain"])
def test_variable_that_leads_nowhere_is_an_error(named, path, monkeypatch):
    placed(path / "kubeseal")
    (path / "folder").mkdir()
    (path / "plain").write_text("no program")
    monkeypatch.setenv("KUBESEAL", str(path / named))

    with pytest.raises(ToolError) as caught:
        programs.find(KUBESEAL)

    assert caught.value.what == f"KUBESEAL is '{path / named}', and there is no such program"
    assert "unset it" in caught.value.hint


@pytest.mark.parametrize(
    ("program", "text", "expected"),
    [
        (KUBESEAL, "kubeseal version: v0.36.6\n", "0.36.6"),
        (KUBESEAL, "kubeseal version: 0.27.1\n", "0.27.1"),
        (KUBESEAL, "kubeseal version: UNKNOWN\n", UNKNOWN),
        (KUBESEAL, "", UNKNOWN),
        (NODE, "v24.19.0\n", "24.19.0"),
        (NPM, "11.19.1\n", "11.19.1"),
        (GIT, "git version 2.39.5 (Apple Git-154)\n", "2.39.5"),
        (GIT, "git version 2.47.0.windows.1\n", "2.47.0.windows.1"),
        (GO, "go version go1.26.8 linux/amd64\n", "1.26.8"),
        (GO, "go version devel go1.27-b3c5d linux/amd64\n", "1.27-b3c5d"),
    ],
)
def test_version_is_read_from_what_it_says(program, text, expected):
    assert programs.version(program, HERE, runner=Fake(said(text))) == expected


def test_version_is_asked_without_variables_that_change_the_question(monkeypatch):
    monkeypatch.setenv("SEALED_SECRETS_HELP", "true")
    fake = Fake(said("kubeseal version: v0.36.6"))

    programs.version(KUBESEAL, HERE, runner=fake)

    assert fake.argv == [str(HERE), "--version"]
    assert "SEALED_SECRETS_HELP" not in fake.env
    assert fake.env["GOTOOLCHAIN"] == "local"


@pytest.mark.parametrize(
    ("version", "least", "expected"),
    [
        ("0.36.6", (0, 18), False),
        ("0.18.0", (0, 18), False),
        ("0.17.5", (0, 18), True),
        ("1.0.0", (0, 18), False),
        ("0.9.8", (0, 18), True),
        ("0.0.0-20240101000000-abcdef123456", (0, 18), False),
        (UNKNOWN, (0, 18), False),
        ("20", (20,), False),
        ("18.20.4", (20,), True),
        ("6.14.18", (7,), True),
        ("1.27-b3c5d", (1, 21), False),
        ("2.39.5", (), False),
    ],
)
def test_older(version, least, expected):
    assert programs.older(version, least) is expected


def test_look_at_a_good_one(path):
    there = placed(path / "kubeseal")

    found = programs.look(KUBESEAL, runner=Fake(said("kubeseal version: v0.36.6")))

    assert (found.state, found.path, found.version, found.what) == (State.OK, there, "0.36.6", "")


@pytest.mark.parametrize(
    ("answer", "state", "what"),
    [
        (said("kubeseal version: v0.17.5"), State.OLD, "is too old, 0.18 or newer is needed"),
        (failed(code=127), State.BROKEN, "does not tell its version: it ended with 127"),
    ],
)
def test_look_at_a_bad_one(answer, state, what, path):
    there = placed(path / "kubeseal")

    found = programs.look(KUBESEAL, runner=Fake(answer))

    assert (found.state, found.path) == (state, there)
    assert found.what.endswith(what)
    assert "install kubeseal v0.36.6" in found.hint


def test_look_at_one_that_cannot_be_started(path):
    (path / "kubeseal").write_bytes(b"\x7fELFnot")
    (path / "kubeseal").chmod(0o700)

    found = programs.look(KUBESEAL)

    assert (found.state, found.version) == (State.BROKEN, "")
    assert found.what == "'kubeseal' cannot be started: exec format error"


def test_required_program_that_is_not_there_is_an_error_with_how_to_get_it(path):
    with pytest.raises(ToolError) as caught:
        programs.required(KUBESEAL)

    assert caught.value.what == "there is no kubeseal"
    assert caught.value.hint == KUBESEAL.get


@pytest.mark.parametrize("program", [NODE, *programs.OUTSIDE], ids=lambda program: program.name)
def test_every_program_says_what_needs_it_and_how_to_get_it(program):
    assert program.needed_for
    assert "install" in program.get
    assert not program.variable or program.variable in program.get
