"""Which lines of a file may be shown: an excerpt ends in terminals and in the logs of CI, where no secret may stand.

What is judged is text, for a file that cannot be read as YAML is shown too. In doubt a line is not shown.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice

_SECRET_KIND = re.compile(r"""\bkind["']?\s*:\s*(?:[&!]\S*\s+)*(?:\*|["']?(?i:(?:sealed)?secrets?(?:list)?\b))""")
"""An object that holds secrets, in YAML or JSON; an alias may stand for one."""
_SAYS_SECRET = re.compile(
    r"(?i:password|passwd|passphrase|pwd|secret|token|authorization|bearer|stringData)|(?i:pass|key)s?(?![a-z])"
)
_LOGIN = re.compile(r"://[^/\s@]{0,200}:[^/\s@]{0,200}@")
"""User and password in an address."""
_ENCODED = re.compile(r"(?:- +)?[A-Za-z0-9+/=_-]{40,}")
_ITEM = re.compile(r"\s*- ")
_VALUE = re.compile(r"""\bvalue["']?\s*:""")
"""Of an environment variable, whatever its name: nobody knows what is in it."""
_ENV = re.compile(r"""\b(?:env|extraEnv(?:Vars)?)["']?\s*:(?P<said>\s*[^\s#])?""")
"""Of variables; on the same line or as a mapping they stand in no form that this knows."""
_KEY = re.compile(r"""[\s{[-]*["']?[\w./-]+["']?\s*:(?:\s|$)""")
_CREDENTIALS, _MAPPING = re.compile(r"credentials\s*:"), re.compile(r":\s*(?:[{#]|$)")
_LONGEST_KEY = 300
_NEAR, _FARTHEST = 3, 100
"""Lines beside one without a key among which its name may stand, and how far away."""


def holds_secrets(file: str, text: str) -> bool:
    """Whether no line of a file may be shown."""
    return file.startswith("sealed/") or (not file.endswith(".py") and _SECRET_KIND.search(text) is not None)


class Outline:
    """The lines of a file, and which of them stands under which, by indentation."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self._known: dict[int, bool] = {}

    def may_be_secret(self, number: int) -> bool:
        """Whether a line, counted from 0, or what it stands under is called like a secret."""
        if _ENCODED.fullmatch(self.lines[number].strip()) or self._variable(number) or self._credential(number):
            return True
        return any(self._called_secret(one) for one in (number, *self._above(number)))

    def _variable(self, number: int) -> bool:
        here, above = _ENV.search(self.lines[number]), self._parents[number]
        if here and here["said"]:
            return True
        return above >= 0 and not _ITEM.match(self.lines[number]) and _ENV.search(self.lines[above]) is not None

    def _credential(self, number: int) -> bool:
        """Whether something else than a mapping stands where a credential is declared."""
        above = self._parents[number]
        declared = above >= 0 and _CREDENTIALS.match(self.lines[above]) is not None
        return declared and not _MAPPING.search(self.lines[number])

    def _called_secret(self, number: int) -> bool:
        if self._says_secret(number):
            return True
        # An option of a command stands before its value.
        bare = _KEY.match(self.lines[number][:_LONGEST_KEY]) is None
        return bare and any(map(self._says_secret, self._beside(number)))

    def _says_secret(self, number: int) -> bool:
        if number not in self._known:
            line = self.lines[number]
            self._known[number] = any(sign.search(line) for sign in (_SAYS_SECRET, _VALUE, _LOGIN))
        return self._known[number]

    def _above(self, number: int) -> Iterator[int]:
        """The lines that one stands under, the nearest first."""
        while (number := self._parents[number]) >= 0:
            yield number

    def _beside(self, number: int) -> Iterator[int]:
        above = range(number - 1, max(number - _FARTHEST, -1), -1)
        below = range(number + 1, min(number + _FARTHEST, len(self.lines)))
        yield from islice(self._telling(above), _NEAR)
        yield from islice(self._telling(below), _NEAR)

    def _telling(self, numbers: Iterable[int]) -> Iterator[int]:
        return (number for number in numbers if _tells(self.lines[number]))

    @cached_property
    def _parents(self) -> list[int]:
        """For each line the one that it stands right under; -1 for none."""
        found: list[int] = []
        open_lines: list[tuple[int, int]] = []
        for number, line in enumerate(self.lines):
            depth = _depth(line)
            if _tells(line):
                while open_lines and open_lines[-1][0] >= depth:
                    open_lines.pop()
            found.append(next((above for its, above in reversed(open_lines) if its < depth), -1))
            if _tells(line):
                open_lines.append((depth, number))
        return found


def _tells(line: str) -> bool:
    said = line.lstrip()
    return bool(said) and not said.startswith("#")


def _depth(line: str) -> int:
    """How deep a line stands; an item of a list is deeper than the key at its own indentation."""
    return 2 * (len(line) - len(line.lstrip())) + bool(_ITEM.match(line))
