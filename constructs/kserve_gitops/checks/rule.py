"""What a rule is: a function with a code, whose docstring is its page.

A rule takes a `Tree` and yields `Mistake`s. It says neither file nor line: those follow from what an object was made
from. Codes KG901 to KG999 belong to users, who register theirs with the same decorator.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import TypeVar

from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.core.errors import GitopsError
from kserve_gitops.core.pages import Page, page

Check = Callable[[Tree], Iterable[Mistake]]
_Check = TypeVar("_Check", bound=Check)

GROUP = "kserve_gitops.rules"
"""The group of entry points whose modules are loaded for the rules that they register."""
OURS = "kserve_gitops."
_FOLDER = "kserve_gitops.checks.rules"
_CODE = re.compile(r"KG[0-9]{3}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. With `whole`, it asks whether something is missing, and so needs a tree of which nothing was lost."""

    code: str
    check: Check
    whole: bool = False

    @property
    def page(self) -> Page:
        """What is told about the code."""
        return page(self.check.__doc__ or "")


RULES: dict[str, Rule] = {}
"""Every rule whose module was loaded, by its code."""


def rule(code: str, *, whole: bool = False) -> Callable[[_Check], _Check]:
    """Register the decorated function as the rule for `code`, KG901 to KG999 outside of this package.

    `whole` is for a rule that tells what is missing: it is not asked when an input file could not be read. Raises
    GitopsError for a code that is taken or no user's, and for a function without a docstring.
    """

    def register(check: _Check) -> _Check:
        ours = check.__module__.startswith(OURS)
        if not _CODE.fullmatch(code) or code.startswith("KG9") is ours:
            raise GitopsError(f"'{code}' is no code for the rule '{check.__name__}'", hint="take one of KG901 to KG999")
        other = RULES.get(code)
        if other and (other.check.__module__, other.check.__qualname__) != (check.__module__, check.__qualname__):
            hint = f"it belongs to '{other.check.__name__}' of {other.check.__module__}; take another"
            raise GitopsError(f"the code {code} of the rule '{check.__name__}' is taken", hint=hint)
        if not check.__doc__:
            hint = "its docstring is what `kserve-gitops check --explain` prints"
            raise GitopsError(f"the rule '{check.__name__}' ({code}) has no docstring", hint=hint)
        RULES[code] = Rule(code, check, whole)
        return check

    return register


def registered() -> list[Rule]:
    """All rules, ours and users', in the order of their codes."""
    _load()
    return [RULES[code] for code in sorted(RULES)]


@cache
def _load() -> None:
    """Import every module of `checks.rules`, and what packages of users name as entry points."""
    folder = importlib.import_module(_FOLDER)
    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{_FOLDER}.{module.name}")
    for found in entry_points(group=GROUP):
        try:
            found.load()
        except (ImportError, AttributeError) as error:
            hint = f"it is an entry point of the group {GROUP}"
            raise GitopsError(f"the rules of '{found.value}' cannot be loaded: {error}", hint=hint) from error
