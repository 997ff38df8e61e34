"""Where the values for `kserve-gitops seal` come from: files, variables, standard input, and a person at a terminal."""

import getpass
import sys
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kserve_gitops.cli import report
from kserve_gitops.cli.boundary import UsageError
from kserve_gitops.core.errors import GitopsError
from kserve_gitops.core.sealed_secret import LARGEST
from kserve_gitops.core.suggestions import closest
from kserve_gitops.inputs.credential import Credential
from kserve_gitops.sealing import values
from kserve_gitops.sealing.repository import lies_open
from kserve_gitops.sealing.values import Value
from kserve_gitops.serving.credential_types import Key

_WAYS = "--from-env, --from-file KEY=PATH or --from-stdin"
_LONGEST = 4095
"""Bytes: a terminal silently cuts off what is longer on one line."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line says of where values are."""

    files: Sequence[str]
    environment: bool
    stdin: bool


def given(credential: Credential, keys: Sequence[Key], named: Sequence[str], said: Given) -> dict[str, Value]:
    """The values that are there without asking, by key: a file before a variable or standard input.

    Raises GitopsError.
    """
    if said.environment and said.stdin:
        raise UsageError("--from-env and --from-stdin cannot both be given", hint="files can be given beside either")
    found = _from_files(credential, keys, said.files)
    rest = [key for key in keys if key.name not in found]
    if said.environment:
        for key in rest:
            needed = not key.made and (key.name in named or not key.optional)
            value = values.from_environment(credential, key.name, needed=needed)
            found |= {key.name: value} if value else {}
        values.forget(credential, [key.name for key in rest])
    if said.stdin:
        found |= _from_stdin(rest)
    for one in said.files:
        _warn_of(Path(one.partition("=")[2]))
    return found


def asked_for(credential: Credential, keys: Sequence[Key], *, stdin_read: bool) -> dict[str, Value]:
    """The values of the other keys, typed without being shown. Raises GitopsError where nobody can be asked."""
    if not keys:
        return {}
    names = " and ".join(f"'{key.name}'" for key in keys)
    files = [key.name for key in keys if key.file]
    if stdin_read or files or not sys.stdin.isatty():
        hint = f"--from-file {files[0]}=PATH" if files else f"give it by {_WAYS}; on a terminal it is asked for"
        raise UsageError(f"there is no value for {names} of '{credential.name}'", hint=hint)
    return {key.name: _typed(credential, key) for key in keys}


def _from_files(credential: Credential, keys: Iterable[Key], files: Iterable[str]) -> dict[str, Value]:
    names = [key.name for key in keys]
    found: dict[str, Value] = {}
    for one in files:
        key, equals, path = one.partition("=")
        if not equals or not path:
            raise UsageError("--from-file takes KEY=PATH", hint=f"KEY is one of {', '.join(names)}")
        if key not in names:
            hint = "; ".join(filter(None, (closest(key, names), f"keys to be sealed: {', '.join(names)}")))
            raise UsageError(f"--from-file names no key of '{credential.name}' that is to be sealed", hint=hint)
        if key in found:
            raise UsageError(f"--from-file names '{key}' twice", hint="one file makes the value of a key")
        found[key] = values.from_file(key, Path(path))
    return found


def _warn_of(path: Path) -> None:
    """A file with a value in plain where somebody might commit it."""
    if lies_open(path):
        what = f"{path.as_posix()} lies in the repository, and git does not ignore it"
        report.remark("warning", what, "delete it, and see that it was never committed")


def _from_stdin(keys: Sequence[Key]) -> Mapping[str, Value]:
    if not keys:
        raise UsageError("--from-stdin: every value comes from a file already", hint="leave one of the two out")
    if sys.stdin.isatty():
        hint = "leave --from-stdin out, and each value is asked for without being shown"
        raise UsageError("standard input is a terminal, which shows what is typed", hint=hint)
    data = sys.stdin.buffer.read(LARGEST + 1)
    if len(keys) == 1:
        return {keys[0].name: values.from_stream(data, whole=keys[0].file)}
    return values.from_lines(data, [key.name for key in keys])


def _typed(credential: Credential, key: Key) -> Value:
    """One line from the terminal itself."""
    what = "" if key.what == key.name else f" ({key.what})"
    prompt = f"{credential.name}, {key.name}{what}: "
    hint = f"give it by {_WAYS}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            data = getpass.getpass(prompt).encode(errors="surrogateescape")
    except getpass.GetPassWarning:
        raise GitopsError("this terminal cannot hide what is typed", hint=hint) from None
    except (EOFError, OSError, ValueError):
        raise GitopsError(f"nothing could be read for '{key.name}'", hint=hint) from None
    if len(data) >= _LONGEST:
        what = f"what was typed for '{key.name}' is longer than a terminal hands on in one line"
        raise GitopsError(what, hint=f"--from-file {key.name}=PATH")
    return Value(data)
