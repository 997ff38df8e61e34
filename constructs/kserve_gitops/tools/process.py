"""The one door to other programs.

Whoever runs a program is given a `Runner`, so that a test can answer in its place. A program runs in a session of its
own, so that it can be ended with all that it started, and has no terminal that it could ask something on.
What it is given on standard input may be secret: no error repeats any of it.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kserve_gitops.core.errors import ToolError

if sys.platform != "win32":
    import resource


@dataclass(frozen=True, slots=True)
class Done:
    """How a program ended: its exit code, negative for a signal, and what it wrote."""

    code: int
    out: bytes = field(repr=False)
    err: bytes = field(repr=False)


class Runner(Protocol):
    """Runs a program to its end. Raises ToolError when it cannot be started or takes too long."""

    def __call__(
        self, argv: Sequence[str], *, stdin: bytes = b"", timeout: float = 60, env: Mapping[str, str] | None = None
    ) -> Done:
        """`timeout` is in seconds; `env` is the whole environment, that of this process by default."""
        ...


def run(argv: Sequence[str], *, stdin: bytes = b"", timeout: float = 60, env: Mapping[str, str] | None = None) -> Done:
    """The real Runner: no shell, and nothing is left running."""
    name = Path(argv[0]).name
    with _started(argv, name, env) as process:
        try:
            out, err = process.communicate(stdin, timeout)
        except subprocess.TimeoutExpired:
            _end(process)
            hint = "it was ended; run it by hand to see what it waits for"
            raise ToolError(f"'{name}' did not answer within {timeout:g} s", hint=hint) from None
        except BaseException:
            _end(process)
            raise
    return Done(process.returncode, out, err)


def without_core_dumps() -> None:
    """From now on no crash, ours or that of a program that we run, leaves a file with all that was in memory."""
    if sys.platform != "win32":
        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))


def _started(argv: Sequence[str], name: str, env: Mapping[str, str] | None) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(  # noqa: S603  a list of words, and never a shell
            argv, stdin=pipe, stdout=pipe, stderr=pipe, env=env, close_fds=True, start_new_session=True
        )
    except FileNotFoundError:
        hint = "install it, or put its folder on PATH; kserve-gitops doctor says how"
        raise ToolError(f"there is no program '{name}'", hint=hint) from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        hint = "is it a program for this machine, and may you run it?"
        raise ToolError(f"'{name}' cannot be started: {reason}", hint=hint) from None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill it and all that it started; a program that only waits to be told is not worth waiting for."""
    with suppress(ProcessLookupError, PermissionError):  # macOS forbids it when all of them have ended
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
