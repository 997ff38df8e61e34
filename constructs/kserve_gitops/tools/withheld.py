"""What of another program's words may be repeated: no line in which a value stands, whole or in part.

Messages end in terminals and in the logs of CI. In doubt a line is lost.
"""

import base64
import json
from collections.abc import Collection, Iterable

_RUN = 8
"""Bytes that a line and a value must have in common to be taken for a part of it."""
_WORD = 4
"""Bytes of a word of a value that no line may repeat: a value may be many lines with a password in one."""
_LONGEST = 1000
"""Bytes of a line that are repeated, and so looked at."""


def without_values(said: bytes, values: Collection[bytes]) -> list[str]:
    """The lines of `said` in which none of the values stands, in any form in which programs print text and bytes."""
    words = {word for value in values for word in value.split() if len(word) >= _WORD} | {*values} - {b""}
    forms = {form for value in values for form in _forms(value) if form}
    lines = (line.strip()[:_LONGEST] for line in said.splitlines())
    return [line.decode(errors="replace") for line in lines if line and not _tells(line, words, forms)]


def _forms(value: bytes) -> Iterable[bytes]:
    text = value.decode(errors="replace")
    yield value.strip()
    yield base64.b64encode(value).rstrip(b"=")
    yield base64.urlsafe_b64encode(value).rstrip(b"=")
    yield json.dumps(text)[1:-1].encode()
    yield json.dumps(text, ensure_ascii=False)[1:-1].encode()
    for dumped in (value.hex(), value.hex(" "), " ".join(map(str, value)), ", ".join(map(str, value))):
        yield dumped.encode()
        yield dumped.upper().encode()


def _tells(line: bytes, words: Iterable[bytes], forms: Iterable[bytes]) -> bool:
    if any(word in line for word in words):
        return True
    runs = [line[start : start + _RUN] for start in range(len(line) - _RUN + 1)]
    return any(form in line or any(run in form for run in runs) for form in forms)
