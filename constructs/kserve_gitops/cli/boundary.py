"""The one place where errors end: as text for a person's mistake, as a traceback for a bug of ours."""

import sys
import traceback
from collections.abc import Callable

from kserve_gitops.cli import report
from kserve_gitops.core.errors import GitopsError

BUG = 70


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
