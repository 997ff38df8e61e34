"""`kserve-gitops seal CREDENTIAL`: ask for the values, look at them, seal them, and write what came of it."""

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kserve_gitops.cli import report
from kserve_gitops.cli.boundary import UsageError
from kserve_gitops.cli.project import project_root
from kserve_gitops.cli.seal_certificate import environment_of
from kserve_gitops.cli.seal_values import Given, asked_for, given
from kserve_gitops.core.errors import GitopsError, InputError
from kserve_gitops.core.findings import Finding, Severity
from kserve_gitops.core.names import problem_with_label
from kserve_gitops.core.suggestions import closest
from kserve_gitops.inputs.credential import Credential
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.inputs.load import load
from kserve_gitops.inputs.sealed import CODES, FOLDER
from kserve_gitops.sealing import certificate as certificates
from kserve_gitops.sealing import sealing
from kserve_gitops.sealing.sealing import Plan
from kserve_gitops.sealing.soundness import remarks
from kserve_gitops.sealing.targets import targets
from kserve_gitops.sealing.values import Value
from kserve_gitops.serving.credential_types import Key, sealed_keys
from kserve_gitops.tools.certificates import Certificate
from kserve_gitops.tools.kubeseal import Kubeseal

_SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be sealed, and with what."""

    root: Path
    environment: Environment
    credential: Credential
    keys: tuple[Key, ...]
    named: tuple[str, ...]
    certificate: Certificate
    kubeseal: Kubeseal


def run(args: argparse.Namespace) -> int:
    """The command; 0, or 1 when the project or a value must change. Raises GitopsError; nothing is written then."""
    root = project_root(Path.cwd())
    name = environment_of(root, args.environment)
    inputs = load(root)
    _sound(inputs.findings)
    environment = next(one for one in inputs.environments if one.name == name)
    credential = _credential(environment, args.credential)
    files = targets(environment, credential, _namespaces(args.namespace or ()))
    keys, named = _keys(credential, args.key or ())
    certificate = _certificate(root, name)
    # before anything is run, which would get the variables that are read here
    values = given(credential, keys, named, Given(args.from_file or (), args.from_env, args.from_stdin))
    order = _Order(root, environment, credential, keys, named, certificate, Kubeseal.found())
    plan = sealing.planned(root, files, keys, named=named, offered=values)
    if not plan.works:
        return _nothing(order, [target.file for target in files])
    values |= asked_for(credential, plan.asked, stdin_read=args.from_stdin)
    values |= sealing.drawn_for(plan)
    if _refused(environment, credential, values):
        return 1
    return _seal(order, plan, values)


def _sound(findings: Iterable[Finding]) -> None:
    """Raise InputError for mistakes outside of sealed/: what is in there is what sealing mends."""
    errors = [
        finding
        for finding in findings
        if finding.severity is Severity.ERROR
        and finding.code not in CODES
        and not finding.place.file.startswith(f"{FOLDER}/")
    ]
    if errors:
        raise InputError(errors)


def _credential(environment: Environment, names: list[str]) -> Credential:
    declared = sorted(environment.credentials)
    listed = f"declared: {', '.join(declared) or 'none'}"
    if len(names) != 1:
        what = "name a credential" if not names else "one credential is sealed at a time"
        raise UsageError(what, hint=listed)
    if found := environment.credentials.get(names[0]):
        return found
    # what is no name may be a value that was meant for another place
    said = "" if problem_with_label(names[0]) else f" '{names[0]}'"
    hint = "; ".join(filter(None, (closest(names[0], declared), listed)))
    raise UsageError(f"there is no such credential{said} in environment '{environment.name}'", hint=hint)


def _namespaces(wanted: Iterable[str]) -> list[str]:
    found = list(wanted)
    for namespace in found:
        if problem_with_label(namespace):  # which may be a value that was meant for another place
            hint = "lower-case letters, digits and '-', at most 63 of them"
            raise UsageError("what is given for --namespace cannot be the name of one", hint=hint)
    return found


def _keys(credential: Credential, wanted: Iterable[str]) -> tuple[tuple[Key, ...], tuple[str, ...]]:
    """The keys that are to be sealed, and those of them that were named."""
    every = sealed_keys(credential.type, credential.options)
    names = [key.name for key in every]
    named = tuple(dict.fromkeys(wanted))
    for one in named:
        if one not in names:
            hint = "; ".join(filter(None, (closest(one, names), f"its keys: {', '.join(names)}")))
            raise UsageError(f"--key names no key of '{credential.name}'", hint=hint)
    return tuple(key for key in every if key.name in named or not named), named


def _certificate(root: Path, environment: str) -> Certificate:
    """Raises GitopsError where there is none that seals."""
    file = certificates.path_of(environment)
    fetch = f"kserve-gitops seal --fetch-cert --environment {environment}"
    found = certificates.stored(root, environment)
    if found is None:
        raise GitopsError(f"there is no certificate to seal with: {file}", hint=fetch)
    now = datetime.now(UTC)
    if found.expired(now):
        what = f"the certificate {file} is past its end: it was valid until {found.not_after:%Y-%m-%d}"
        raise GitopsError(what, hint=fetch)
    if found.not_after - now < _SOON:
        report.remark("warning", f"the certificate {file} can be used until {found.not_after:%Y-%m-%d} only", fetch)
    return found


def _nothing(order: _Order, files: Iterable[str]) -> int:
    """Every key may be left out, and no value was given; or those that are drawn are sealed already."""
    name = order.credential.name
    if not any(key.made for key in order.keys):
        hint = f"seal some with --key, or give values for them: {', '.join(key.name for key in order.keys)}"
        raise UsageError(f"every key of '{name}' may be left out, and none is given", hint=hint)
    report.lines([f"nothing to do: '{name}' is sealed; --key draws a key anew"])
    others = certificates.sealed_with_another(order.root, order.environment.name, order.certificate.fingerprint_sha256)
    keys = {key for file in files for key in others.get(file, ())}
    if drawn := [key.name for key in order.keys if key.made and key.name in keys]:
        again = " ".join([name, "--environment", order.environment.name, *(f"--key {key}" for key in drawn)])
        hint = f"if that is of another cluster, draw its keys anew: kserve-gitops seal {again}"
        file = certificates.path_of(order.environment.name)
        report.remark("warning", f"'{name}' is sealed with another certificate than {file}", hint)
    return 0


def _refused(environment: Environment, credential: Credential, values: Mapping[str, Value]) -> bool:
    """Say what there is to say about the values; whether one of them cannot be meant."""
    mlflow = environment.parts.get("mlflow")
    first_user = mlflow.options.get("secrets", {}).get("admin") if mlflow else None
    said = list(remarks(credential, values, of_mlflow=credential.name == first_user))
    for one in said:
        report.remark(one.severity, one.what, one.hint)
    errors = sum(one.severity is Severity.ERROR for one in said)
    if errors:
        report.lines([f"{errors} error{'s' * (errors != 1)}; nothing was sealed"])
    return bool(errors)


def _seal(order: _Order, plan: Plan, values: dict[str, Value]) -> int:
    encrypted = sealing.sealed(order.root, plan.works, values, order.kubeseal)
    values.clear()
    today = datetime.now(UTC).date()
    sealing.write(order.root, order.environment.name, encrypted, order.certificate, today)
    for work in plan.works:
        drawn = [f"{key} (drawn)" if key in plan.drawn else key for key in work.keys]
        report.lines([f"  write  {work.target.file}: {', '.join(drawn)}"])
    for work in plan.works:
        for key in work.plain:
            what = f"{work.target.file}: the value of '{key}' that stood there was not encrypted"
            report.remark("warning", what, "change it if anybody may have seen it")
    report.lines([f"{len(encrypted)} sealed with the certificate {order.certificate}", "next: kserve-gitops synth"])
    return 0
