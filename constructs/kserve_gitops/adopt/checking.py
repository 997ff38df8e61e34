"""Whether a manifest is legal for the KServe that is deployed, said at the lines of the manifest itself."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kserve_gitops.adopt import kubectl
from kserve_gitops.adopt.cleaning import CLUSTERS, KEPT, KSERVE
from kserve_gitops.adopt.reading import Found
from kserve_gitops.checks.reading import at_path
from kserve_gitops.checks.schema.schemas import Problem, Schemas
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving.kinds import COMPONENTS, KINDS
from kserve_gitops.serving.webhook import FRAMEWORKS, admitted

CODES = {"unknown": "KG110", "value": "KG111", "missing": "KG113"}
_OLD_GROUPS = {
    "serving.kubeflow.org": "KFServing is called KServe now",
    "serving.kserve.org": "the group of KServe ends in io",
}
_OF_ENV = re.compile(r"(.*?, (?:\S+\.)?env(?:\.\S+)?: ).*?(, expected [a-z ]+)?", re.DOTALL)
_MOST = 10
"""Problems of one object that are told; a manifest with more is something else."""


def wrong_group(found: Found) -> Iterator[Finding]:
    """A group that KServe once had, or never."""
    if found.group in _OLD_GROUPS and found.kind in KINDS:
        wanted = KINDS[found.kind].api_version("v1alpha1")
        hint = f"{_OLD_GROUPS[found.group]}: write {wanted}, and see whether the fields still fit"
        yield Finding("KG020", f"{found} has the apiVersion {found.api_version}", found.at(("apiVersion",)), hint)


def problems(found: Found, cleaned: dict[str, Any], schemas: Schemas, version: str) -> list[Finding]:
    """Why KServe `version` would not take the object.

    A value that readers of YAML take differently is settled first, in `cleaned`: as kubectl takes it, when only that
    fits the field.
    """
    if found.kind not in KINDS or not schemas.knows(found.api_version, found.kind):
        return [_unknown_kind(found, schemas, version)]
    told = [_own_metadata(found, key) for key in cleaned["metadata"] if key not in KEPT]
    if found.kind == "InferenceService" and "spec" not in cleaned:
        if cleaned.keys().isdisjoint(COMPONENTS):
            told += [_said(found, Problem((), "spec", "missing", "missing field 'spec'", ""))]
        cleaned = {**cleaned, "spec": {"predictor": {}}}
    wrong = _problems(cleaned, schemas, version)
    settled = [problem for problem in wrong if _settled(found, cleaned, problem)]
    if settled:
        wrong = _problems(cleaned, schemas, version)
    return (told + [_said(found, problem) for problem in wrong])[:_MOST]


def _problems(cleaned: Mapping[str, Any], schemas: Schemas, version: str) -> list[Problem]:
    """What is wrong with the object after KServe's webhook; the API server looks at it only then."""
    known = {**cleaned, "metadata": {key: value for key, value in cleaned["metadata"].items() if key in KEPT}}
    if cleaned["kind"] != "InferenceService":
        return schemas.object_problems(schemas.canonical(known))
    wrong = schemas.object_problems(schemas.canonical(admitted(known, version=version)))
    predictor = at_path(cleaned, ("spec", "predictor"))
    legacy = next((key for key in FRAMEWORKS if isinstance(predictor, Mapping) and key in predictor), "model")
    model = ("spec", "predictor", "model")
    return [
        replace(problem, path=(*model[:2], legacy, *problem.path[3:])) if problem.path[:3] == model else problem
        for problem in wrong
    ]


def _own_metadata(found: Found, key: str) -> Finding:
    hint = f"known there: {', '.join((*KEPT, *CLUSTERS))}"
    return Finding("KG110", f"{found}, metadata: unknown field '{key}'", found.at(("metadata",), key=key), hint)


def _unknown_kind(found: Found, schemas: Schemas, version: str) -> Finding:
    place = found.at(("apiVersion",))
    since = schemas.since(found.api_version, found.kind)
    what = f"KServe {version} has no {found.kind} of {found.api_version}"
    if since:
        return Finding("KG114", what, place, f"it is there from KServe {since} on")
    known = [api for api, kind in schemas.kinds() if kind == found.kind and api.startswith(f"{KSERVE}/")]
    hint = f"it has that of {' and '.join(known)}" if known else closest(found.kind, KINDS) or "is it spelled right?"
    return Finding("KG112", what, place, hint)


def _said(found: Found, problem: Problem) -> Finding:
    where = ".".join(map(str, problem.path))
    code = "KG114" if problem.since else CODES[problem.kind]
    place = found.at(problem.path, key=problem.key if problem.kind == "unknown" else None)
    hint = problem.hint
    if problem.kind == "unknown" and problem.path == () and problem.key in COMPONENTS:
        hint = f"it belongs under spec: indent '{problem.key}:' and what follows"
    message = f"{found}{f', {where}' if where else ''}: {problem.message}"
    return discreet(Finding(code, message, place, hint))


def discreet(finding: Finding) -> Finding:
    """The finding without the value, where that is of an environment variable: somebody may have put a key there."""
    said = _OF_ENV.fullmatch(finding.message) if finding.code == "KG111" else None
    if said is None:
        return finding
    hint = "put it in quotes" if finding.hint.startswith(("write", "put it in quotes")) else ""
    return replace(finding, message=f"{said[1]}the value is not allowed here{said[2] or ''}", hint=hint)


def _settled(found: Found, cleaned: dict[str, Any], problem: Problem) -> bool:
    """Whether the value could be put right: text that YAML 1.1, and so kubectl, takes for something else."""
    if problem.kind != "value" or not problem.path:
        return False
    holder = at_path(cleaned, problem.path[:-1])
    value = at_path(cleaned, problem.path)
    if not isinstance(value, str) or not kubectl.doubtful(found, problem.path, value):
        return False
    meant = kubectl.meant(value)
    if isinstance(meant, str):
        return False
    holder[problem.path[-1]] = meant
    return True
