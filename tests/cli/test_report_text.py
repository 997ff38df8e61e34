"""Findings for a person: blocks with the line that they are about, and a tally that hides nothing."""

import pytest

from kserve_gitops.cli import report
from kserve_gitops.cli.reports import text
from kserve_gitops.core.findings import Finding, Severity
from kserve_gitops.core.places import Place

PLACE = Place("models/a.yaml", 2, 3)


def block(finding, project):
    return text.blocks([finding], project.root)


def test_block_shows_the_line_with_a_mark_below_the_place(project):
    project.write("models/a.yaml", "predictor:\n  minReplica: 2\n")

    assert block(Finding("KG110", "unknown field 'minReplica'", PLACE, "did you mean 'minReplicas'?"), project) == (
        "error[KG110]: unknown field 'minReplica'\n"
        "  --> models/a.yaml:2:3\n"
        "   |\n"
        " 2 |   minReplica: 2\n"
        "   |   ^^^^^^^^^^\n"
        "   = hint: did you mean 'minReplicas'?\n"
        "\n"
    )


def test_block_names_the_environments_that_the_finding_concerns(project):
    finding = Finding("KG110", "unknown field 'minReplica'", PLACE, "look", environment="dev, staging")

    assert block(finding, project).endswith("= environment: dev, staging\n   = hint: look\n\n")


def test_block_without_a_line_is_what_the_finding_says(project):
    finding = Finding("KG110", "unknown field 'minReplica'", Place("models/gone.yaml"), "look")

    assert block(finding, project) == f"{finding}\n\n"


def test_file_that_cannot_be_read_has_no_line_to_show(project):
    project.write("models/a.yaml", "# to be written\n")

    assert "# to be" not in block(Finding("KG001", "models/a.yaml is empty", Place("models/a.yaml")), project)


@pytest.mark.parametrize("line", [9, 10, 99, 100, 99_999])
def test_arrow_bars_and_hint_stand_in_one_column(line, project):
    project.write("models/a.yaml", "\n" * (line - 1) + "a: 1\n")

    _, place, *rest = block(Finding("KG110", "x", Place("models/a.yaml", line), "look"), project).splitlines()[:-1]

    assert rest[1].startswith(f"{line:>2} | ")
    assert {place.index("-->"), *(row.index(sign) - 1 for row, sign in zip(rest, "|||=", strict=True))} == {
        max(2, len(str(line)))
    }


def test_message_cannot_steer_the_terminal(project):
    said = block(Finding("KG110", "a\x1b[2Jb", Place("models/\x1b.yaml"), "\x1b]0;x"), project)

    assert "\x1b" not in said


@pytest.mark.parametrize(("severity", "colour"), [(Severity.ERROR, "31"), (Severity.WARNING, "33")])
def test_head_alone_is_coloured(severity, colour, project):
    said = text.blocks([Finding("KG110", "a: b", PLACE, severity=severity)], project.root, colour=True)

    assert said.startswith(f"\x1b[1;{colour}m{severity}[KG110]\x1b[0m: a: b\n")
    assert said.count("\x1b") == 2


@pytest.mark.parametrize(
    ("severities", "suppressed", "said"),
    [
        ([], 0, "no findings"),
        ([], 3, "no findings (3 suppressed)"),
        (["error"], 0, "1 error"),
        (["warning"], 1, "1 warning (1 suppressed)"),
        (["error", "warning", "error"], 3, "2 errors, 1 warning (3 suppressed)"),
    ],
)
def test_tally(severities, suppressed, said):
    findings = [Finding("KG110", "x", PLACE, severity=Severity(severity)) for severity in severities]

    assert text.tally(findings, suppressed) == said


def test_many_warnings_of_one_code_are_counted_where_something_else_was_wanted(capsys):
    places = [Place("a.yaml", number) for number in range(1, 31)]
    warnings = [Finding("KG174", f"w {place}", place, severity=Severity.WARNING) for place in places]
    errors = [Finding("KG101", f"e {place}", place) for place in places]

    report.findings([*warnings, *errors])

    said = capsys.readouterr().err
    assert said.count("warning[KG174]: w") == 10
    assert "warning[KG174]: 20 more like these; kserve-gitops check shows all" in said
    assert said.count("error[KG101]") == 30
    assert "30 errors, 30 warnings; dist/ is as it was" in said
