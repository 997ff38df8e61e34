"""`kserve-gitops check --explain CODE`: the page of a code."""

import shutil
import textwrap
from pathlib import Path

from kserve_gitops.cli.boundary import UsageError
from kserve_gitops.cli.project import enclosing
from kserve_gitops.cli.synth import load_build
from kserve_gitops.core.pages import Page
from kserve_gitops.core.suggestions import closest

NARROWEST, WIDEST = 40, 100
_USERS = "KG9"
_SUBJECT = 3
"""Characters of a code that say what it is about."""


def explained(given: str) -> str:
    """The page of a code in any case, for a terminal. Raises UsageError for one that there is not."""
    from kserve_gitops.checks.pages import pages  # noqa: PLC0415  --help need not load the validators

    code = given.strip().upper()
    if code.startswith(_USERS):
        _load_rules_of_project()
    known = pages()
    if code not in known:
        near = [one for one in known if one.startswith(code[:_SUBJECT])]
        hint = closest(code, near or known) or "a code stands in the brackets before each finding, such as KG110"
        raise UsageError(f"there is no code '{given}'", hint=hint)
    columns = shutil.get_terminal_size().columns
    return told(code, known[code], min(max(columns, NARROWEST), WIDEST))


def told(code: str, page: Page, width: int) -> str:
    """A page in lines of at most `width` columns, but for what cannot be broken."""
    parts = {"Fix": page.fix, "Since": page.since, "Source": page.source}
    said = [f"{code}: {page.what}", page.why, *(f"{name}: {text}" for name, text in parts.items() if text)]
    paragraphs = [paragraph for part in said for paragraph in part.split("\n\n") if paragraph]
    return "\n\n".join(_wrapped(paragraph, width) for paragraph in paragraphs) + "\n"


def _wrapped(paragraph: str, width: int) -> str:
    """Lists and examples, which have several lines, stay as they are."""
    if "\n" in paragraph:
        return paragraph
    return textwrap.fill(paragraph, width, break_long_words=False, break_on_hyphens=False)


def _load_rules_of_project() -> None:
    """Rules of users are registered when app.py is imported; outside of a project there are none."""
    root = enclosing(Path.cwd())
    if root is not None:
        load_build(root)
