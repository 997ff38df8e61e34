"""Comments that suppress findings: where they count, what is wrong with them, and which of them do nothing."""

import pytest

from kserve_gitops.checks.suppressions import suppressions
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.places import Place

KNOWN = ["KG101", "KG102", "KG110", "KG503"]


def read(text, file="models/a.yaml", above=0):
    return suppressions([(file, text, above)], KNOWN)


def finding(line, code="KG101", file="models/a.yaml"):
    return Finding(code, "x", Place(file, line, 5))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2  # kserve-gitops: ignore KG101 -- why\n", 2),
        ("a: 1\n# kserve-gitops: ignore KG101 -- why\nb: 2\n", 3),
        ("# kserve-gitops: ignore KG101 -- why\n\n# another\n\nb: 2\n", 5),
        ("  #kserve-gitops:ignore KG101--why\nb: 2\n", 2),
        ("b: 2  # kserve-gitops: ignore kg101 -- why\n", 1),
        ("b: |  # kserve-gitops: ignore KG101 -- why\n  text\n", 1),
        ("b: ' # no'  # kserve-gitops: ignore KG101 -- why\n", 1),
    ],
)
def test_comment_is_about_its_line_or_the_next_that_says_something(text, line):
    found = read(text)

    assert found.wrong == ()
    assert found.of(finding(line)).reason == "why"
    assert found.of(finding(line + 1)) is None
    assert found.of(finding(line, "KG102")) is None
    assert found.of(finding(line, file="models/b.yaml")) is None


def test_one_comment_may_name_several_codes():
    found = read("b: 2  # kserve-gitops: ignore KG101, KG110 -- why -- really\n")

    assert [found.of(finding(1, code)) is not None for code in KNOWN] == [True, False, True, False]
    assert found.of(finding(1)).reason == "why -- really"


def test_lines_count_from_the_start_of_a_file_with_several_documents():
    found = read("b: 2  # kserve-gitops: ignore KG101 -- why\n", above=10)

    assert found.of(finding(11)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "a: |\n  b: 2  # kserve-gitops: ignore KG101 -- why\n",
        "a: 'b  # kserve-gitops: ignore KG101 -- why'\n",
        "a: b#kserve-gitops: ignore KG101 -- why\n",
    ],
)
def test_text_of_a_value_is_no_comment(text):
    assert read(text) == suppressions([], KNOWN)


@pytest.mark.parametrize(
    ("said", "message", "hint"),
    [
        ("ignore KG101", "a suppression needs a reason", "say why this may stand"),
        ("ignore KG101 --", "a suppression needs a reason", "say why this may stand"),
        ("ignore -- why", "a suppression needs a code", "ignore KG101 -- reason"),
        ("ignore KG1o1 -- why", "there is no code 'KG1O1'", "did you mean 'KG1"),
        ("ignore KG999 -- why", "there is no code 'KG999'", ""),
        ("ignored KG101 -- why", "'ignored' is nothing that kserve-gitops can be told", "did you mean 'ignore'?"),
        ("", "'' is nothing that kserve-gitops can be told", "ignore KG101 -- reason"),
        ("ignore KG503 -- why", "KG503 cannot be suppressed", "mend what it tells"),
    ],
)
def test_comment_that_cannot_be_understood_is_a_finding(said, message, hint):
    found = read(f"a: 1\nb: 2  # kserve-gitops: {said}\n")

    [wrong] = found.wrong
    assert (wrong.code, str(wrong.place)) == ("KG030", "models/a.yaml:2:7")
    assert message in wrong.message
    assert hint in wrong.hint
    assert found.listed == ()


def test_code_that_suppresses_nothing_is_a_finding():
    found = read("a: 1\nb: 2  # kserve-gitops: ignore KG101, KG102 -- why\n")

    [unused] = found.unused([finding(2)])
    assert (unused.code, unused.severity, str(unused.place)) == ("KG031", "warning", "models/a.yaml:2:7")
    assert "no KG102 in line 2" in unused.message


def test_what_cannot_be_suppressed_stands():
    found = read("b: 2  # kserve-gitops: ignore KG503 -- why\n")

    assert found.of(finding(1, "KG503")) is None


def test_comments_of_python_count_and_its_text_does_not():
    text = 'a = f(  # kserve-gitops: ignore KG101 -- why\n)\nb = "# kserve-gitops: ignore KG102 -- why"\n'

    found = read(text, "charts/models.py")

    assert found.of(finding(1, file="charts/models.py")) is not None
    assert len(found.listed) == 1


@pytest.mark.parametrize("file", ["models/a.yaml", "app.py"])
def test_file_that_cannot_be_read_is_searched_all_the_same(file):
    found = read("a: [1\nb: ' # kserve-gitops: ignore KG101 -- why\n", file)

    assert found.wrong == ()


def test_a_form_feed_ends_no_line_of_python():
    found = read("a = 1\n\x0c\nb = 2  # kserve-gitops: ignore KG101 -- why\n", file="charts/a.py")

    assert found.of(finding(3, file="charts/a.py")).reason == "why"
