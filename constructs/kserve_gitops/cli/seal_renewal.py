"""`kserve-gitops seal --re-encrypt`: sealed files under the newest key of the controller."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from kserve_gitops.cli import report
from kserve_gitops.cli.project import project_root
from kserve_gitops.cli.seal_certificate import environment_of
from kserve_gitops.core.errors import InputError
from kserve_gitops.sealing.controller import Controller
from kserve_gitops.sealing.renewal import renew
from kserve_gitops.tools.kubeseal import Kubeseal


def run(args: argparse.Namespace) -> int:
    """The command; 0, or 1 for a file that is none of kubeseal's. Raises GitopsError; nothing is changed then."""
    root = project_root(Path.cwd())
    environment = environment_of(root, args.environment)
    controller = Controller(Kubeseal.found(), args.controller_name, args.controller_namespace, args.context)
    try:
        stored, files = renew(root, environment, args.credential, controller, datetime.now(UTC).date())
    except InputError as error:
        report.findings(error.findings, unchanged="nothing was written")
        return 1
    report.lines(f"  write  {file}" for file in (files if stored.same else (stored.file, *files)))
    done = f"{len(files)} re-encrypted with the certificate {stored.certificate}"
    report.lines([done, "next: kserve-gitops synth"])
    return 0
