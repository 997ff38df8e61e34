"""`kserve-gitops seal --directory`: SealedSecrets in the place of all plain Secrets in a folder."""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from kserve_gitops.cli import report
from kserve_gitops.cli.boundary import UsageError
from kserve_gitops.cli.project import enclosing
from kserve_gitops.cli.seal_certificate import environment_of, from_source, is_address, source_name
from kserve_gitops.core.errors import GitopsError
from kserve_gitops.sealing import certificate as certificates
from kserve_gitops.sealing.directory import sealing
from kserve_gitops.sealing.directory.history import history
from kserve_gitops.sealing.directory.problems import Mistake
from kserve_gitops.sealing.directory.reading import PlainFile, Reading, of_folder, target_of
from kserve_gitops.sealing.directory.sealing import Sealer
from kserve_gitops.sealing.directory.writing import sweep, write
from kserve_gitops.sealing.files import Record
from kserve_gitops.tools.certificates import Certificate
from kserve_gitops.tools.kubeseal import Kubeseal

_STRICT = "strict"
_FEW = 5
"""File names that a note lists."""
_GONE = "change what it held, for git keeps that"


def run(args: argparse.Namespace) -> int:
    """The command: 0 when no plain Secret is left, 1 when something is wrong and nothing was changed."""
    folder = Path(args.directory)
    if not args.directory or not folder.is_dir():
        raise UsageError(f"there is no folder '{args.directory}'", hint="name the folder with the manifests")
    root = enclosing(Path.cwd())
    # As with kubeseal, a Secret may ask for a wider scope by its annotation.
    reading = of_folder(folder, None if args.scope == _STRICT else args.scope, _reserved(root))
    if reading.mistakes:
        return _refused(reading.mistakes)
    sweep(folder)
    if not reading.files:
        report.lines([f"there is no plain Secret in {folder.as_posix()}", *_passed(reading)])
        return 0
    return _seal(args, root, folder, reading)


def _seal(args: argparse.Namespace, root: Path | None, folder: Path, reading: Reading) -> int:
    with _certificate(args, root) as (path, certificate):
        now = datetime.now(UTC)
        record = Record(now.date(), certificate.fingerprint_sha256)
        changes, mistakes = sealing.sealed(reading.files, Sealer(Kubeseal.found(), path, record))
    if mistakes:
        return _refused(mistakes)
    # git is asked before files are gone, so that a link on the way to one still leads there
    known = history(folder, [file.path for file in reading.files])
    notes = [note for file in reading.files for note in sealing.notes(file)]
    write(changes)
    report.lines(line for file in reading.files for line in _sealed(file))
    warnings = [f"{path.as_posix()} was committed: {_GONE}" for path in sorted(known.committed)]
    warnings += [f"{path.as_posix()} was added to git: git rm --cached it" for path in sorted(known.added)]
    warnings += ["git does not tell whether any of it was committed"] if known.unknown else []
    for said in warnings:
        report.remark("warning", said)
    report.lines(f"note: {said}" for said in notes)
    report.lines(_passed(reading))
    number = sum(len(file.secrets) for file in reading.files)
    done = f"{number} Secret{'s' * (number != 1)} sealed, {reading.others} other files left as they are"
    report.lines([f"{done}; certificate {certificate}"])
    return 0


@contextmanager
def _certificate(args: argparse.Namespace, root: Path | None) -> Iterator[tuple[Path, Certificate]]:
    """Where kubeseal finds it, and what it is. Raises GitopsError for none, and for one that is past its end."""
    now = datetime.now(UTC)
    if args.cert:
        found = certificates.usable(from_source(args.cert), source_name(args.cert), now)
        if not is_address(args.cert):
            yield Path(args.cert), found
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "cert.pem")
            path.write_bytes(found.pem)
            yield path, found
        return
    if root is None:
        raise UsageError("outside of a project there is no certificate", hint="name it with --cert FILE or URL")
    environment = environment_of(root, args.environment)
    file = certificates.path_of(environment)
    stored = certificates.stored(root, environment)
    if stored is None:
        hint = f"kserve-gitops seal --fetch-cert --environment {environment}, or name one with --cert"
        raise GitopsError(f"there is no {file}", hint=hint)
    yield root / file, certificates.usable(stored, file, now)


def _reserved(root: Path | None) -> dict[Path, str]:
    """Folders of a project in which other commands write."""
    if root is None:
        return {}
    whole = root.resolve()
    return {
        whole / "sealed": "delete it, and seal its credential: kserve-gitops seal CREDENTIAL",
        whole / "dist": "delete it: kserve-gitops synth writes what belongs there",
    }


def _refused(mistakes: Sequence[Mistake]) -> int:
    """All of them, without the lines that they are about."""
    for one in sorted(set(mistakes)):
        report.remark("error", f"{one.place}: {one.what}", one.hint)
    number = len(set(mistakes))
    report.lines([f"{number} mistake{'s' * (number != 1)}; nothing was changed"])
    return 1


def _sealed(file: PlainFile) -> Iterator[str]:
    target = target_of(Path(file.shown)).as_posix()
    for secret in file.secrets:
        keys = len(secret.plain.values)
        what = f"Secret '{secret.plain.name}' in namespace '{secret.plain.namespace}', {keys} key{'s' * (keys != 1)}"
        yield f"  seal   {file.shown} -> {target}: {what}"


def _passed(reading: Reading) -> Iterator[str]:
    number = len(reading.passed)
    if number:
        shown = ", ".join(reading.passed[:_FEW]) + (f" and {number - _FEW} more" if number > _FEW else "")
        yield f"note: passed over, not readable as YAML and with no sign of a Secret: {shown}"
