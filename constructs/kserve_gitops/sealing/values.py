"""Values before they are sealed: where a person has them, and a wrapper that shows none.

Nothing here repeats what it reads, not the name of a file either: a value may stand where a name was asked for.
"""

import os
import re
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NoReturn

from kserve_gitops.core.errors import GitopsError
from kserve_gitops.core.sealed_secret import LARGEST
from kserve_gitops.inputs.credential import Credential

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DRAWN = 32
"""Bytes of a key that nobody need know."""


class Value:
    """Bytes that must be seen nowhere: neither in a message nor in what a debugger or a test prints."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    def reveal(self) -> bytes:
        """The bytes, for whoever seals or looks at their form."""
        return self._data

    def __repr__(self) -> str:
        return "<hidden>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a value that is to be sealed is written nowhere else")


def drawn() -> Value:
    """A new key that nobody has seen, in hexadecimal."""
    return Value(secrets.token_hex(_DRAWN).encode())


def from_file(key: str, path: Path) -> Value:
    """All bytes of a file, which may be a pipe. Raises GitopsError."""
    try:
        with path.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except IsADirectoryError:
        raise GitopsError(f"what is given for '{key}' is a folder", hint="name one file in it") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "no such name is possible").lower()
        hint = "--from-file takes KEY=PATH; a value itself never stands on the command line"
        raise GitopsError(f"the file for '{key}' cannot be read: {reason}", hint=hint) from None
    return _small(data, f"the file for '{key}'")


def from_environment(credential: Credential, key: str, *, needed: bool) -> Value | None:
    """What a variable holds: the one that platform.yaml names for a key, else the one that is called like it.

    None where there is none and the key is not `needed`; else raises GitopsError.
    """
    variable = _variable(credential, key)
    if found := os.environ.get(variable):
        return Value(os.fsencode(found))
    if not needed:
        return None
    if not variable:
        hint = f"name one in platform.yaml, under credentials.{credential.name}: env: {{{key}: VARIABLE}}"
        raise GitopsError(f"no variable can be called '{key}'", hint=hint)
    hint = "set it; env of the credential in platform.yaml names another one"
    raise GitopsError(f"the variable '{variable}' is not set, or empty, and '{key}' is taken from it", hint=hint)


def forget(credential: Credential, keys: Iterable[str]) -> None:
    """Take the variables of these keys away: no program that is run has to get them."""
    for key in keys:
        os.environ.pop(_variable(credential, key), None)


def _variable(credential: Credential, key: str) -> str:
    return credential.variables.get(key) or (key if _VARIABLE.fullmatch(key) else "")


def from_stream(data: bytes, *, whole: bool) -> Value:
    """A single value from a pipe. One final newline is that of `echo`, and is taken off but from a `whole` file."""
    if not whole and data.endswith(b"\n"):
        data = data.removesuffix(b"\n").removesuffix(b"\r")
    return _small(data, "standard input")


def from_lines(data: bytes, keys: Collection[str]) -> dict[str, Value]:
    """KEY=VALUE lines, as `kubectl create secret --from-env-file` reads them: quotes and spaces belong to the value.

    Raises GitopsError, which tells a line by its number alone.
    """
    _small(data, "standard input")
    found: dict[str, Value] = {}
    for number, key, value in _pairs(data):
        where = f"line {number} of standard input"
        if key not in keys:
            hint = f"each line is KEY=VALUE, with one of the keys {', '.join(keys)}"
            raise GitopsError(f"{where} begins with no key that is wanted", hint=hint)
        if key in found:
            raise GitopsError(f"{where} gives '{key}' for the second time", hint="give each key once")
        found[key] = Value(value)
    return found


def _pairs(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Number, key and value of each line that is neither empty nor a comment."""
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        line = raw.removesuffix(b"\r").lstrip()
        if line and not line.startswith(b"#"):
            name, equals, value = line.partition(b"=")
            key = name.decode(errors="replace")
            yield number, key, value if equals else os.fsencode(os.environ.pop(key, ""))


def _small(data: bytes, what: str) -> Value:
    if len(data) > LARGEST:
        raise GitopsError(f"{what} is larger than 1 MiB, and no Secret may be", hint="is it the right one?")
    return Value(data)


def too_large(values: Mapping[str, Value]) -> bool:
    """Whether the API server would refuse a Secret with these values."""
    return sum(len(value.reveal()) for value in values.values()) > LARGEST
