"""What a person may have meant: one hint, the same on every run."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache

_LONGEST = 100
"""Characters: comparing costs the square of the length, and no field or name of ours is longer."""
_MANY = 200
"""Choices: to compare a word with each of thousands takes long, and some of them are always somewhat like it."""
_FEW = 8
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-._/"


def closest(word: str, choices: Iterable[str]) -> str:
    """`"did you mean 'storageUri'?"`, or nothing when no choice is near enough to be meant.

    Case does not count: people who mistype a field rarely mistype only its letters. Of very many choices only those
    are near that differ in a single letter, and none where several do.
    """
    if len(word) > _LONGEST:
        return ""
    there = frozenset(choices)
    if len(there) <= _MANY:
        return _closest(word, there)
    near = there.intersection(_with_a_letter_changed(word))
    return _closest(word, near) if len(near) <= _FEW else ""


@lru_cache(maxsize=1024)
def _closest(word: str, choices: frozenset[str]) -> str:
    """Thousands of models may have one mistake in common."""
    spelled = {choice.lower(): choice for choice in sorted(choices, reverse=True)}
    near = get_close_matches(word.lower(), sorted(spelled), n=1)
    return f"did you mean '{spelled[near[0]]}'?" if near else ""


def _with_a_letter_changed(word: str) -> Iterator[str]:
    """The word with a letter less, more or changed, or two in each other's place."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in _LETTERS:
            yield f"{before}{letter}{after}"
            yield f"{before}{letter}{after[1:]}"
