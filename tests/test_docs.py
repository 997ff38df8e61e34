"""What the documents say is what the code does."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md")), ROOT / "sealed" / "README.md"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_readme_shows_the_model_file_of_the_example():
    block = re.search(r"```yaml\n# models/iris-classifier.yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    model = (ROOT / "models" / "iris-classifier.yaml").read_text()

    assert block is not None
    assert block[1] in model


def test_the_readme_names_only_targets_that_make_has():
    makefile = (ROOT / "Makefile").read_text()
    named = set(re.findall(r"`make ([a-z]+)`", "".join(path.read_text() for path in DOCUMENTS)))

    assert {target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()


def test_the_readme_shows_how_the_model_of_the_example_gets_its_files(run_cli):
    shown = re.search(
        r"\$ kserve-gitops check --explain-access iris-classifier\n(.*?)```",
        (ROOT / "README.md").read_text(),
        re.DOTALL,
    )

    assert shown is not None
    assert shown[1].rstrip() == run_cli("check", "--explain-access", "iris-classifier").out.rstrip()


def test_every_exit_code_is_documented():
    page = (ROOT / "docs/checks.md").read_text()
    said = re.findall(r"^(\d+) ", importlib.import_module("kserve_gitops.cli.main").__doc__, re.MULTILINE)

    assert set(said) <= set(re.findall(r"^\| (\d+) \|", page, re.MULTILINE))
