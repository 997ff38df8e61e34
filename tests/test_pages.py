"""Every code has a page, and every page says what a person needs."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from kserve_gitops.checks.pages import pages
from kserve_gitops.checks.rule import registered
from kserve_gitops.core.codes import TEXTS
from kserve_gitops.core.pages import Page, page

PACKAGE = Path(__file__).parents[1] / "constructs" / "kserve_gitops"
PARTS = [field.name for field in fields(Page)]
PAGES = pages()


@pytest.mark.parametrize("code", PAGES)
def test_page_has_all_its_parts(code):
    assert [part for part in PARTS if not getattr(PAGES[code], part).strip()] == []


@pytest.mark.parametrize("code", PAGES)
def test_page_begins_with_one_short_sentence(code):
    what = PAGES[code].what

    assert what[0].isupper() or what[0] == "`"
    assert what.endswith(".")
    assert len(what) <= 120


@pytest.mark.parametrize("code", PAGES)
def test_page_names_no_folder_of_a_machine(code):
    said = " ".join(getattr(PAGES[code], part) for part in PARTS)

    assert re.findall(r"(?<![\w.])/(?:root|work|home)/\S*", said) == []


def test_a_code_has_one_owner():
    assert {rule.code for rule in registered()} & TEXTS.keys() == set()


def test_every_code_that_the_package_finds_has_a_page():
    found = re.compile(r'(?i:finding|fault)\(\s*"(KG\d{3})"')
    named = {code for path in PACKAGE.rglob("*.py") for code in found.findall(path.read_text(encoding="utf-8"))}

    assert len(named) > 20
    assert named - PAGES.keys() == set()


def test_parts_of_a_page_are_told_apart():
    text = """A thing.

    It matters
    much.

    - a list
    - of two

    Fix: this,
    or that.

    And more.

    Since: v0.16.0

    Source: here
    """

    assert page(text) == Page(
        "A thing.", "It matters much.\n\n- a list\n- of two", "this, or that.\n\nAnd more.", "v0.16.0", "here"
    )
