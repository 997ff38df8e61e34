"""Programs that proofs run: without one a proof is skipped by name, or fails where KSERVE_GITOPS_PROOFS=required."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

VARIABLE = "KSERVE_GITOPS_PROOFS"
TOOLS = Path(__file__).parents[1] / ".tools"


def missing(what: str) -> NoReturn:
    """Skip the test, or fail where proofs are required; `what` says what is not there."""
    if os.environ.get(VARIABLE) == "required":
        pytest.fail(f"{what}, and {VARIABLE}=required", pytrace=False)
    pytest.skip(what)


def kubeseal() -> Path:
    """The real one: of KUBESEAL, of .tools/, or of PATH."""
    named = os.environ.get("KUBESEAL", "")
    found = shutil.which(named or TOOLS / "kubeseal") or (None if named else shutil.which("kubeseal"))
    return Path(found).absolute() if found else missing("kubeseal is not there: make tools, or set KUBESEAL")
