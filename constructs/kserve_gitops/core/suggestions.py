"""What a person may have meant: one hint, the same on every run."""

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 100
"""Characters: comparing costs the square of the length, and no field or name of ours is longer."""


def closest(word: str, choices: Iterable[str]) -> str:
    """`"did you mean 'storageUri'?"`, or nothing when no choice is near enough to be meant.

    Case does not count: people who mistype a field rarely mistype only its letters.
    """
    if len(word) > _LONGEST:
        return ""
    spelled = {choice.lower(): choice for choice in sorted(choices, reverse=True)}
    near = get_close_matches(word.lower(), sorted(spelled), n=1)
    return f"did you mean '{spelled[near[0]]}'?" if near else ""
