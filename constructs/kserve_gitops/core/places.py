"""Where in a file something stands."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """A position in a file that a person wrote; prints as `file:line:column`.

    `file` is relative to the repository, with forward slashes; `line` and `column` count from 1.
    """

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
