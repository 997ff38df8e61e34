"""`kserve-gitops seal --fetch-cert`: the certificate to seal with, from the controller, a file or an address."""

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from kserve_gitops.cli import report
from kserve_gitops.cli.boundary import UsageError
from kserve_gitops.cli.project import project_root
from kserve_gitops.core.errors import ToolError
from kserve_gitops.core.suggestions import closest
from kserve_gitops.inputs import files
from kserve_gitops.inputs.load import PLATFORM
from kserve_gitops.inputs.sealed import FOLDER
from kserve_gitops.sealing import certificate
from kserve_gitops.sealing.certificate import Stored
from kserve_gitops.sealing.controller import Controller
from kserve_gitops.sealing.storing import turn
from kserve_gitops.tools import certificates
from kserve_gitops.tools.certificates import Certificate
from kserve_gitops.tools.kubeseal import Kubeseal

_HERE = ("localhost", "127.0.0.1", "::1")


def run(args: argparse.Namespace) -> int:
    """The command; 0. Raises GitopsError for what is no certificate to seal with, and then nothing is changed."""
    root = project_root(Path.cwd())
    environment = environment_of(root, args.environment)
    source = args.fetch_cert
    found = from_source(source) if source else _from_controller(args)
    certificate.usable(found, f"of {source_name(source)}" if source else "of the controller", datetime.now(UTC))
    with turn(root / FOLDER / environment):
        stored = certificate.store(root, environment, found)
    _say(stored, certificate.sealed_with_another(root, environment, found.fingerprint_sha256))
    return 0


def environment_of(root: Path, wanted: str | None) -> str:
    """The one that is named, or the only one there is. Raises UsageError, and InputError for what is no YAML."""
    document = files.read(root, root / PLATFORM)
    block = document.data.get("environments") if isinstance(document.data, Mapping) else None
    names = sorted(map(str, block)) if isinstance(block, Mapping) else []
    if wanted in names or (wanted is None and len(names) == 1):
        return wanted or names[0]
    listed = f"declared in {PLATFORM}: {', '.join(names) or 'none'}"
    if wanted is None:
        raise UsageError("name one with --environment" if names else "there is no environment", hint=listed)
    hint = "; ".join(filter(None, (closest(wanted, names), listed)))
    raise UsageError(f"there is no environment '{wanted}'", hint=hint)


def from_source(source: str) -> Certificate:
    """What a file or an address holds, expired or not. Raises ToolError."""
    if not is_address(source):
        return certificate.read(Path(source), source)
    content = certificates.fetch(source)
    if _unsafe(source):
        said = "anybody on the way could put another in its place: compare the fingerprint with the controller's"
        report.remark("warning", f"{source_name(source)} is not https; {said}")
    try:
        return certificates.read(content)
    except ToolError as error:
        raise ToolError(f"{source_name(source)}: {error.what}", hint=error.hint) from None


def is_address(source: str) -> bool:
    """Whether it is fetched rather than opened."""
    return source.lower().startswith(("http://", "https://"))


def _unsafe(source: str) -> bool:
    """Whether others could have changed what an address answered."""
    parts = urlsplit(source)
    return parts.scheme.lower() == "http" and parts.hostname not in _HERE


def source_name(source: str) -> str:
    """A file or an address without login and signature, to be shown."""
    return certificates.without_login(source) if is_address(source) else source


def _from_controller(args: argparse.Namespace) -> Certificate:
    controller = Controller(Kubeseal.found(), args.controller_name, args.controller_namespace, args.context)
    return certificates.read(controller.certificate())


def _say(stored: Stored, others: Mapping[str, list[str]]) -> None:
    found = stored.certificate
    verb = "same" if stored.same else "write"
    lines = [
        f"  {verb:6} {stored.file}",
        f"subject      {found.subject}",
        f"fingerprint  {found.fingerprint_sha256}",
        f"valid        {found.not_before:%Y-%m-%d} to {found.not_after:%Y-%m-%d}, RSA {found.key_bits} bits",
    ]
    if stored.before is not None and not stored.same:
        lines.append(f"before       {stored.before}")
    if stored.unfit:
        lines.append(f"warning: before it there was another: {stored.unfit}")
    if found.not_before > datetime.now(UTC):
        lines.append("warning: it is not valid yet: is the clock of this machine right?")
    lines += [f"  older  {file}: {', '.join(keys)}" for file, keys in others.items()]
    if others:
        lines.append("what was sealed with another certificate stays good: the controller keeps the keys of all it had")
        lines.append("if it is another controller than before, seal it again")
    report.lines(lines)
