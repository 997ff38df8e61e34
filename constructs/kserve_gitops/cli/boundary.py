"""The one place where errors end: as text for a person's mistake, as a traceback for a bug of ours."""

import gc
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress

from kserve_gitops.cli import report
from kserve_gitops.core.errors import GitopsError

USAGE, BUG = 2, 70
_NEW_OBJECTS = 100_000
"""So many are made before Python looks for garbage among them: a run makes millions, and they live to its end."""


class UsageError(GitopsError):
    """The command line asks for what there is not."""


def guarded(work: Callable[[], int]) -> int:
    """Run `work`; a person's mistake becomes findings and a hint on stderr, a bug keeps its traceback."""
    gc.set_threshold(_NEW_OBJECTS)
    try:
        return work()
    except GitopsError as error:
        report.error(error)
        return USAGE if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        print("interrupted; dist/ is as it was", file=sys.stderr)
        return 130
    except BrokenPipeError:
        _close_output()
        return 1
    except Exception:  # noqa: BLE001  the outermost boundary
        traceback.print_exc()
        print("\nthis is a bug: of kserve-gitops, or of app.py and charts/ here; please report it if it is ours",
              file=sys.stderr)  # fmt: skip
        return BUG


def _close_output() -> None:
    """Nobody reads it any more; else Python would say so once again when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
