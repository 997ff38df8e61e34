"""`kserve-gitops seal --status`: what is sealed of what is needed, and what is not."""

import argparse
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kserve_gitops.cli import report
from kserve_gitops.cli.boundary import UsageError
from kserve_gitops.cli.project import project_root
from kserve_gitops.core.errors import InputError
from kserve_gitops.core.suggestions import closest

if TYPE_CHECKING:
    from kserve_gitops.inputs.environment import Environment
    from kserve_gitops.inputs.load import Inputs

UNSEALED = 12
"""The exit code when something is missing or of no use."""
_PLATFORM = "platform.yaml"
JSON_HELP = """\
An object with `environments`, and with `unused`, a list of files that belong to none of them. Each environment has
  environment          its name
  certificate          null, or file, subject, fingerprint (SHA-256 in hex), not_before, not_after (ISO 8601), expired
  certificate_problem  null, or severity, message and hint
  unused               files that nothing reads
  credentials          one for each credential and namespace:
    namespace, credential, type
    state         sealed, missing, incomplete, does not fit, identity, fetched or nothing to seal
    used_by       some of models, mlflow, jupyterhub, namespaces
    file          the sealed file, whether it is there or not
    keys          each with key, state (sealed, missing, unused, not asked for or fetched), sealed_on, fingerprint
    scope         strict, namespace-wide or cluster-wide: of the file, or as it would be sealed
    certificate   the one it was sealed with: ours (that of the environment), older, expired (ours, but past its end)
                  or unknown
    sealed_on     the day of the key that was sealed first; age_days counts from there
    problems      each with severity (error or warning), message and hint
What is not known is null, and so is what does not apply."""


def run(args: argparse.Namespace) -> int:
    """The command: 0 when everything is sealed, 12 when something is missing or of no use."""
    from kserve_gitops.cli import seal_status_forms as forms  # noqa: PLC0415  --help need not load the validators
    from kserve_gitops.inputs.load import load  # noqa: PLC0415  as above
    from kserve_gitops.sealing.status import status  # noqa: PLC0415  as above
    from kserve_gitops.sealing.status_files import of_no_environment  # noqa: PLC0415  as above

    root = project_root(Path.cwd())
    inputs = load(root)
    declared = sorted(map(str, inputs.documents[_PLATFORM].data["environments"]))
    now = datetime.now(UTC)
    found = status(inputs, _chosen(inputs, declared, args.environment), now)
    unused = [] if args.environment else of_no_environment(root, declared)
    if args.format == "json":
        report.output(forms.json_object(found, unused, now.date()))
    else:
        columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        report.output(forms.text(found, unused, now.date(), columns))
    report.lines(forms.remarks(inputs, found, unused))
    return 0 if all(seals.sound for seals in found) else UNSEALED


def _chosen(inputs: "Inputs", declared: Sequence[str], wanted: str | None) -> list["Environment"]:
    """Raises InputError where platform.yaml does not tell what an environment needs."""
    from kserve_gitops.inputs.sealed import CODES  # noqa: PLC0415  as above

    if wanted is not None and wanted not in declared:
        hint = "; ".join(filter(None, (closest(wanted, declared), f"declared in {_PLATFORM}: {', '.join(declared)}")))
        raise UsageError(f"there is no environment '{wanted}'", hint=hint)
    names = declared if wanted is None else [wanted]
    found = [environment for environment in inputs.environments if environment.name in names]
    if len(found) < len(names):
        raise InputError(f for f in inputs.findings if f.place.file == _PLATFORM and f.code not in CODES)
    return found
