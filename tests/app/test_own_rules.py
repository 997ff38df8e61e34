"""Rules that users write: registered from app.py, reported like ours, and no danger to the others."""

from importlib.metadata import EntryPoint

import pytest

from kserve_gitops.checks import rule

RULE = '''
from kserve_gitops import rule


@rule("{code}")
def owned(tree):
    """Every model says who answers for it."""
    for service in tree.services:
{body}
'''
FIRES = """\
        if "team" not in service.labels:
            yield service.error(("metadata", "labels"), "no label 'team'", hint="add metadata: {labels: {team: …}}")
"""
RAISES = """\
        yield service.warning(("metadata", "name"), "looked at")
        service.nothing
"""


@pytest.fixture
def ruled(project):
    """`ruled(body)` puts a rule of that body into app.py."""

    def write(body, code="KG901", text=RULE):
        project.write("app.py", text.format(code=code, body=body) + project.read("app.py"))

    return write


def test_own_rule_finds_its_mistake_in_the_file_of_the_model(ruled, refused):
    ruled(FIRES)

    said = refused()

    assert "error[KG901]: InferenceService 'iris-classifier', metadata.labels: no label 'team'" in said
    assert "--> models/iris-classifier.yaml:2:7" in said
    assert "= hint: add metadata: {labels: {team: …}}" in said


def test_own_rule_is_suppressed_like_any_other(ruled, project, run_cli):
    ruled(FIRES)
    project.edit("models/iris-classifier.yaml", "name: iris-classifier\n",
                 "name: iris-classifier  # kserve-gitops: ignore KG901 -- nobody does\n")  # fmt: skip

    assert run_cli("synth", "--check").code == 0


def test_rule_that_breaks_off_is_told_at_its_line_and_hides_nothing(ruled, project, refused):
    ruled(RAISES)
    project.edit("models/iris-classifier.yaml", "minReplicas: 2", "minReplicas: 9")

    said = refused()

    assert "error[KG090]: the rule KG901 broke off: AttributeError: 'Service' object has no attribute 'nothing'" in said
    assert "--> app.py:10:1" in said
    assert "warning[KG901]: InferenceService 'iris-classifier', metadata.name: looked at" in said
    assert "error[KG120]" in said


def test_what_a_rule_gives_that_is_no_mistake_is_told_as_its_bug(ruled, refused):
    ruled('        yield "something"\n')

    assert "error[KG090]: the rule KG901 broke off" in refused()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("KG101", "error: 'KG101' is no code for the rule 'owned'"),
        ("mine", "error: 'mine' is no code for the rule 'owned'"),
    ],
)
def test_code_that_is_no_users_is_refused(code, message, ruled, refused):
    ruled(FIRES, code)

    assert message in refused()


def test_code_taken_twice_is_refused(ruled, refused):
    ruled(FIRES, text=RULE.replace("def owned", "def other"))
    ruled(FIRES)

    assert "error: the code KG901 of the rule 'other' is taken" in refused()


def test_rule_without_a_docstring_is_refused(ruled, refused):
    ruled(FIRES, text=RULE.replace('    """Every model says who answers for it."""\n', ""))

    assert "error: the rule 'owned' (KG901) has no docstring" in refused()


PACKAGE = '''
from kserve_gitops import rule


@rule("KG950")
def packaged(tree):
    """A model of a team that ships its rules as a package."""
    yield from (service.warning(("metadata", "name"), "packaged") for service in tree.services)
'''


def test_package_brings_its_rules_as_an_entry_point(tmp_path, monkeypatch, run_cli):
    tmp_path.joinpath("acme_rules.py").write_text(PACKAGE)
    monkeypatch.syspath_prepend(tmp_path)
    found = EntryPoint("acme", "acme_rules", rule.GROUP)
    monkeypatch.setattr(rule, "entry_points", lambda group: [found] if group == rule.GROUP else [])
    monkeypatch.setattr(rule, "_load", rule._load.__wrapped__)

    ran = run_cli("check")

    assert (ran.code, ran.err) == (0, "")
    assert "warning[KG950]: InferenceService 'iris-classifier', metadata.name: packaged" in ran.out


def test_entry_point_that_leads_nowhere_is_an_error(monkeypatch, run_cli):
    found = EntryPoint("acme", "acme_rules_that_are_not_there", rule.GROUP)
    monkeypatch.setattr(rule, "entry_points", lambda **_: [found])
    monkeypatch.setattr(rule, "_load", rule._load.__wrapped__)

    ran = run_cli("check")

    assert ran.code == 1
    assert "error: the rules of 'acme_rules_that_are_not_there' cannot be loaded" in ran.err
    assert "Traceback" not in ran.err
