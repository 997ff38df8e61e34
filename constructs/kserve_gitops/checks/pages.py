"""The page of every code: those of the rules, and those of what reading and rendering find."""

from kserve_gitops.checks.rule import registered
from kserve_gitops.core.codes import TEXTS
from kserve_gitops.core.pages import Page, page


def pages() -> dict[str, Page]:
    """Code to page, in the order of the codes; users' rules too."""
    found = {code: page(text) for code, text in TEXTS.items()}
    found |= {rule.code: rule.page for rule in registered()}
    return dict(sorted(found.items()))


def codes() -> frozenset[str]:
    """Every code that there is."""
    return frozenset(TEXTS) | {rule.code for rule in registered()}
