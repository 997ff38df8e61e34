"""Every file of tests/cases/*/bad is refused at the lines it marks with `#! <code>`, in the words of its snapshot."""

import re
from pathlib import Path

import pytest

EXISTING = """\
existing:
  - {kind: PersistentVolumeClaim, namespace: kserve, name: claim}
  - {kind: InferenceService, namespace: kserve, name: iris}
"""
CASES = Path(__file__).parents[1] / "cases"
MARK = re.compile(r"#!((?: KG\d{3})+)")
FINDING = re.compile(r"^error\[(KG\d{3})\]: .+\n  --> (\S+?):(\d+):\d+$", re.MULTILINE)


def cases(folder: str):
    paths = sorted((CASES / folder).glob("*.yaml"))
    return pytest.mark.parametrize("case", [pytest.param(path, id=path.stem) for path in paths])


@cases("models/bad")
def test_model_is_refused(case, project, refused, golden_text):
    project.remove("models/iris-classifier.yaml")
    project.write("models/model.yaml", case.read_bytes())
    project.write("platform.yaml", project.read("platform.yaml") + EXISTING)

    said = refused()

    assert found(said) == marked(case, "models/model.yaml")
    assert said == golden_text


@cases("platforms/bad")
def test_platform_is_refused(case, project, refused, golden_text):
    project.remove("models")
    project.write("platform.yaml", case.read_bytes())

    said = refused()

    assert found(said) == marked(case, "platform.yaml")
    assert said == golden_text


def found(said: str) -> list[tuple[str, int, str]]:
    """File, line and code of every finding, as printed."""
    return sorted((file, int(line), code) for code, file, line in FINDING.findall(said))


def marked(case: Path, file: str) -> list[tuple[str, int, str]]:
    """The same, as the case wants them."""
    lines = case.read_text().splitlines()
    marks = [(number, mark) for number, line in enumerate(lines, 1) if (mark := MARK.search(line))]
    return sorted((file, number, code) for number, mark in marks for code in mark[1].split())
