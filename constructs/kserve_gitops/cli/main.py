"""The command line: arguments in, exit code out, and the one boundary where errors become text.

0   done, nothing to say
1   could not do it: an input, a file or a program must change
2   usage
16  synth --check: dist/ differs from a fresh build
70  a bug, with its traceback
"""

import argparse
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version

from kserve_gitops.cli import import_, report, synth
from kserve_gitops.core.errors import GitopsError

BUG = 70


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` names and return its exit code."""
    args = parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = args.func
    return guarded(lambda: command(args))


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    found = argparse.ArgumentParser(
        prog="kserve-gitops", description="KServe model serving as plain Argo CD manifests that you can review."
    )
    found.add_argument("--version", action="version", version=_version())
    subparsers = found.add_subparsers(title="commands", metavar="COMMAND", required=True)
    synth.add(subparsers)
    import_.add(subparsers)
    return found


def guarded(work: Callable[[], int]) -> int:
    """Run `work`; a person's mistake becomes findings and a hint on stderr, a bug keeps its traceback."""
    try:
        return work()
    except GitopsError as error:
        report.error(error)
        return 1
    except KeyboardInterrupt:
        print("interrupted; dist/ is as it was", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 1
    except Exception:  # noqa: BLE001  the outermost boundary
        traceback.print_exc()
        print("\nthis is a bug: of kserve-gitops, or of app.py and charts/ here; please report it if it is ours",
              file=sys.stderr)  # fmt: skip
        return BUG


def _version() -> str:
    try:
        return version("kserve-gitops")
    except PackageNotFoundError:
        return "kserve-gitops, not installed"
