"""The command line: arguments in, exit code out.

0   done, nothing to say
1   could not do it: an input, a file or a program must change
2   usage
10  check: there are errors
11  check --strict: there are warnings, and no errors
12  seal --status: something is missing, or of no use
16  synth --check: dist/ differs from a fresh build
70  a bug, with its traceback
"""

import argparse
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import NoReturn

from kserve_gitops.cli import adopt, check, doctor, import_, seal, synth
from kserve_gitops.cli.boundary import guarded


class _Parser(argparse.ArgumentParser):
    """Repeats nothing that was given to an option which takes nothing: it may be a secret."""

    def error(self, message: str) -> NoReturn:
        """End the program."""
        option, ignored, _ = message.partition(": ignored explicit argument")
        super().error(f"{option}: it takes no value" if ignored else message)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` names and return its exit code."""
    args = _parsed(argv)
    command: Callable[[argparse.Namespace], int] = args.func
    return guarded(lambda: command(args))


def _parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments. Of what is not understood only the names of options are told: behind them may stand a secret."""
    found = parser()
    args, unknown = found.parse_known_args(argv)
    if unknown:
        names = [one.partition("=")[0] for one in unknown if one.startswith("-")]
        found.error(f"unrecognized arguments: {' '.join(names) or 'what stands at the end'}")
    return args


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    found = _Parser(
        prog="kserve-gitops", description="KServe model serving as plain Argo CD manifests that you can review."
    )
    found.add_argument("--version", action="version", version=_version())
    subparsers = found.add_subparsers(title="commands", metavar="COMMAND", required=True)
    synth.add(subparsers)
    check.add(subparsers)
    seal.add(subparsers)
    import_.add(subparsers)
    adopt.add(subparsers)
    doctor.add(subparsers)
    return found


def _version() -> str:
    try:
        return version("kserve-gitops")
    except PackageNotFoundError:
        return "kserve-gitops, not installed"
