"""Checks of the rendered tree: every object, every value file, then the tree as a whole.

A check yields findings at origins, and never sees how an object was made.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from kserve_gitops.checks import serving
from kserve_gitops.checks.schemas import Problem, Schemas
from kserve_gitops.core.findings import Finding, Severity
from kserve_gitops.core.origins import Origin
from kserve_gitops.core.places import Place
from kserve_gitops.core.rendered import Rendered
from kserve_gitops.inputs.raw import is_raw
from kserve_gitops.serving.webhook import DEPLOYMENT_MODE

Locate = Callable[[Origin | None, Sequence[str | int], str | None], Place]
"""From an origin, a path in the object and a key there, to the place in what a person wrote."""

_OBJECT_CODES = {"unknown": "KG110", "value": "KG111", "missing": "KG113"}


def findings(
    rendered: Iterable[Rendered], schemas: Mapping[str, Schemas], locate: Locate, modes: Mapping[str, str] | None = None
) -> Iterator[Finding]:
    """Every finding; `schemas` are those of each environment, and so are `modes`, for models that do not say theirs."""
    seen: dict[tuple[str, ...], Rendered] = {}
    hosts: dict[tuple[str, str, str], tuple[Rendered, int]] = {}
    for row in rendered:
        if row.problem:
            yield Finding("KG404", row.problem, locate(row.origin, (), None))
        elif row.fault is not None:
            fault = row.fault
            place = locate(row.origin, fault.at, None)
            yield Finding(fault.code, fault.message, place, fault.hint, fault.severity)
        elif row.environment not in schemas:
            hint = f"give it the name of an environment as its id: {', '.join(schemas)}"
            place = locate(row.origin, (), None)
            yield Finding("KG015", f"the chart '{row.environment}' is called like no environment", place, hint)
        elif row.attachment is not None:
            yield from _values(row, schemas[row.environment], locate)
        elif row.manifest is not None:
            wrong = list(_object(row, schemas[row.environment], locate))
            yield from wrong
            yield from _twice(row, seen, locate)
            if row.manifest["kind"] == "InferenceService" and not wrong:
                yield from _serving(row, locate, (modes or {}).get(row.environment, "Standard"))
            if row.manifest["kind"] == "HTTPRoute" and not wrong:
                yield from _one_host_twice(row, hosts, locate)


def _object(row: Rendered, schemas: Schemas, locate: Locate) -> Iterator[Finding]:
    manifest = row.manifest or {}
    kind, name = manifest["kind"], manifest["metadata"].get("name", "")
    if not row.applications and kind != "Application":
        hint = "make it below an Application"
        yield Finding("KG402", f"{kind} '{name}' belongs to no Application", locate(row.origin, (), None), hint)
    if kind == "Secret" and manifest["apiVersion"] == "v1" and (manifest.get("data") or manifest.get("stringData")):
        place = locate(row.origin, (), None)
        yield Finding("KG503", f"Secret '{name}' holds plain values", place, "seal it: dist/ is read by everybody")
    if since := schemas.since(manifest["apiVersion"], kind):
        place = locate(row.origin, ("apiVersion",), None)
        message = f"{manifest['apiVersion']} {kind} ('{name}') needs KServe {since}"
        yield Finding("KG114", message, place, f"this platform deploys {schemas.kserve}")
        return
    if not schemas.knows(manifest["apiVersion"], kind):
        place = locate(row.origin, (), None)
        hint = "add its CRD with kserve-gitops import"
        severity = Severity.WARNING if is_raw(row) else Severity.ERROR  # nobody knows every CRD that a person may have
        message = f"there is no schema for {manifest['apiVersion']} {kind} ('{name}')"
        yield Finding("KG112", message, place, hint, severity)
        return
    for problem in schemas.object_problems(manifest):
        code = "KG114" if problem.since else _OBJECT_CODES[problem.kind]
        yield Finding(code, _said(problem, f"{kind} '{name}'"), _at(row, problem, locate), problem.hint)


def _serving(row: Rendered, locate: Locate, mode: str) -> Iterator[Finding]:
    manifest = row.manifest or {}
    annotations = {DEPLOYMENT_MODE: mode, **(manifest["metadata"].get("annotations") or {})}
    manifest = {**manifest, "metadata": {**manifest["metadata"], "annotations": annotations}}
    what = f"InferenceService '{manifest['metadata'].get('name', '')}'"
    for fault in serving.faults(manifest):
        message = f"{what}, {'.'.join(map(str, fault.at))}: {fault.message}"
        yield Finding(fault.code, message, locate(row.origin, fault.at, None), fault.hint, fault.severity)


def _values(row: Rendered, schemas: Schemas, locate: Locate) -> Iterator[Finding]:
    attachment = row.attachment or {}
    if attachment["chart"] is None:
        return
    chart, version = attachment["chart"]
    problems = schemas.values_problems(chart, version, attachment["content"])
    if problems is None:
        message = f"the values of chart {chart} {version} are not checked: imports/ does not know that version"
        hint = f"import its values.yaml as {chart}-{version}.values.yaml, or take a version that is known"
        yield Finding("KG405", message, locate(row.origin, (), None), hint, Severity.WARNING)
    for problem in problems or []:
        yield Finding("KG401", _said(problem, f"chart {chart} {version}"), _at(row, problem, locate), problem.hint)


def _twice(row: Rendered, seen: dict[tuple[str, ...], Rendered], locate: Locate) -> Iterator[Finding]:
    manifest = row.manifest or {}
    metadata = manifest["metadata"]
    group = manifest["apiVersion"].rpartition("/")[0]
    namespace, name = metadata.get("namespace", ""), metadata.get("name", "")
    key = (row.environment, group, manifest["kind"], namespace, name)
    if key in seen:
        other = locate(seen[key].origin, ("metadata", "name"), None)
        message = f"{manifest['kind']} '{name}' stands twice in namespace '{namespace}' of {row.environment}"
        yield Finding(
            "KG403", message, locate(row.origin, ("metadata", "name"), None), f"the other one comes from {other}"
        )
    seen.setdefault(key, row)


def _one_host_twice(
    row: Rendered, hosts: dict[tuple[str, str, str], tuple[Rendered, int]], locate: Locate
) -> Iterator[Finding]:
    """Of two routes that match the same requests the older one wins, and the other is never reached."""
    spec = (row.manifest or {})["spec"]
    matches = json.dumps([rule.get("matches") for rule in spec.get("rules", ())], sort_keys=True)
    for number, host in enumerate(spec.get("hostnames", ())):
        first, its_number = hosts.setdefault((row.environment, host, matches), (row, number))
        if first is not row:
            place = locate(row.origin, ("spec", "hostnames", number), None)
            other = locate(first.origin, ("spec", "hostnames", its_number), None)
            yield Finding("KG301", f"a second route for host '{host}'", place, f"the first one comes from {other}")


def _said(problem: Problem, what: str) -> str:
    where = ".".join(map(str, problem.path))
    return f"{what}{f', {where}' if where else ''}: {problem.message}"


def _at(row: Rendered, problem: Problem, locate: Locate) -> Place:
    return locate(row.origin, problem.path, problem.key if problem.kind == "unknown" else None)
