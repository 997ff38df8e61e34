"""Quantities of Kubernetes as rules compare them: a text that is none is told elsewhere, and here it is nothing."""

from decimal import Decimal
from functools import lru_cache
from typing import Any

from kserve_gitops.core.quantities import parse


def amount(value: Any) -> Decimal | None:
    """The number that a quantity stands for; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return _parsed(value)


@lru_cache(maxsize=1024, typed=True)
def _parsed(value: str | float) -> Decimal | None:
    try:
        return parse(value)
    except ValueError:
        return None
