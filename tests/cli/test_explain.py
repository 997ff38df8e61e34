"""`kserve-gitops check --explain`: the page of a code, for a terminal of any width, with or without a project."""

import pytest

from kserve_gitops.checks import rule as rules
from kserve_gitops.checks.pages import pages
from kserve_gitops.cli.explain import told
from kserve_gitops.core.pages import Page

RULE = '''
from kserve_gitops.checks.rule import rule


@rule("KG901")
def mine(tree):
    """A rule of ours.

    Fix: obey.
    """
    return ()

'''


def test_page_is_printed_whole(run_cli, golden_text):
    ran = run_cli("check", "--explain", "KG503")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == golden_text


@pytest.mark.parametrize("given", ["kg120", "KG120", " Kg120 "])
def test_case_of_a_code_does_not_count(given, run_cli):
    assert run_cli("check", "--explain", given).out.startswith("KG120: Autoscaling that KServe refuses or ignores.\n\n")


def test_no_project_is_needed(project, run_cli):
    project.remove("cdk8s.yaml")

    assert run_cli("check", "--explain", "KG901").code == 2
    assert run_cli("check", "--explain", "KG120").code == 0


@pytest.mark.parametrize("code", pages())
def test_every_page_can_be_explained(code, run_cli):
    ran = run_cli("check", "--explain", code)

    assert (ran.code, ran.err) == (0, "")
    assert [part for part in ("\nFix: ", "\nSince: ", "\nSource: ") if part not in ran.out] == []


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("KG12", "did you mean 'KG1"),
        ("KGl20", "did you mean 'KG"),
        ("minReplicas", "a code stands in the brackets before each finding, such as KG110"),
        ("", "a code stands in the brackets"),
    ],
)
def test_code_that_there_is_not_is_a_usage_error(given, hint, run_cli):
    ran = run_cli("check", "--explain", given)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: there is no code '{given}'\n   = hint: {hint}")


def test_rule_of_the_project_is_explained(project, run_cli, monkeypatch):
    monkeypatch.setattr(rules, "RULES", dict(rules.RULES))
    project.write("app.py", RULE + project.read("app.py").partition('"""\n')[2])

    assert run_cli("check", "--explain", "KG901").out == "KG901: A rule of ours.\n\nFix: obey.\n"


@pytest.mark.parametrize("width", [40, 77, 100])
def test_paragraphs_fit_the_terminal(width):
    said = told("KG110", pages()["KG110"], width)

    assert max(map(len, said.splitlines())) <= width
    assert len(said.splitlines()) > 300 // width


@pytest.mark.parametrize(("columns", "widest"), [("10", 40), ("60", 60), ("400", 100)])
def test_width_follows_the_terminal_within_reason(columns, widest, run_cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    said = run_cli("check", "--explain", "KG110").out

    assert widest - 15 < max(map(len, said.splitlines())) <= widest


def test_lists_and_examples_stay_as_they_are():
    example = "    a: 1\n    b: " + "x" * 200

    assert told("KG901", Page("What.", f"Why.\n\n{example}"), 40) == f"KG901: What.\n\nWhy.\n\n{example}\n"
