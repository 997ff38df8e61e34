"""Sound trees, spoilt in one place each: every field renamed, every required value emptied, every reference broken.

What counts as a field, a required value or a reference is written down here, apart from the rules that are tested:
fields are all keys but those of maps that are open by nature, required values are what the schemas require and what
REQUIRED adds, references are what REFERENCES lists.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from kserve_gitops.checks import engine
from kserve_gitops.core.origins import Origin
from kserve_gitops.core.places import Place
from kserve_gitops.core.rendered import Rendered

Path = tuple[str | int, ...]

OPEN = frozenset(
    {
        *("labels", "annotations", "matchLabels", "nodeSelector", "selector", "data", "encryptedData", "nodes"),
        *("podLabels", "podAnnotations", "extraEnvVars", "extraEnv", "config", "extraConfig", "listeners"),
    }
)
"""Maps whose keys a person chooses. `selector` holds labels in a Service."""
READ_ANNOTATIONS = ("serving.kserve.io/", "storage.kserve.io/")
"""Annotations whose keys are fields all the same."""
NAMES = frozenset({"apiVersion", "kind", "metadata"})
"""Without these there is no object to look at: reading manifests/ refuses it (KG018)."""
REFERENCES: dict[str, tuple[str, ...]] = {
    "InferenceService": (
        "spec.*.serviceAccountName",
        "spec.predictor.model.runtime",
        "spec.predictor.model.modelFormat.name",
        "spec.predictor.model.modelFormat.version",
        "spec.predictor.model.protocolVersion",
        "spec.predictor.model.storage.key",
        "spec.predictor.autoScaling.metrics.*.external.authenticationRef.authenticationRef.name",
        "spec.*.*.env.*.valueFrom.*.name",
        "spec.*.*.env.*.valueFrom.*.key",
        "spec.*.containers.*.env.*.valueFrom.*.name",
        "spec.*.containers.*.env.*.valueFrom.*.key",
        "spec.*.containers.*.envFrom.*.*.name",
        "spec.*.containers.*.volumeMounts.*.name",
        "spec.*.containers.*.readinessProbe.httpGet.port",
        "spec.*.volumes.*.configMap.name",
        "spec.*.volumes.*.configMap.items.*.key",
        "spec.*.volumes.*.persistentVolumeClaim.claimName",
    ),
    "ServiceAccount": ("secrets.*.name", "imagePullSecrets.*.name"),
    "InferenceGraph": ("spec.nodes.*.steps.*.serviceName", "spec.nodes.*.steps.*.nodeName"),
    "HTTPRoute": (
        "spec.parentRefs.*.name",
        "spec.parentRefs.*.namespace",
        "spec.parentRefs.*.sectionName",
        "spec.hostnames.*",
        "spec.rules.*.backendRefs.*.name",
        "spec.rules.*.backendRefs.*.namespace",
        "spec.rules.*.backendRefs.*.port",
    ),
    "Gateway": ("spec.gatewayClassName", "spec.listeners.*.tls.certificateRefs.*.name"),
    "ReferenceGrant": ("spec.from.*.namespace", "spec.to.*.name"),
    "Certificate": ("spec.issuerRef.name",),
    "Application": (
        "spec.project",
        "spec.sources.*.path",
        "spec.sources.*.ref",
        "spec.sources.*.helm.valueFiles.*",
        "spec.destination.namespace",
    ),
    "Deployment": (
        "spec.template.spec.serviceAccountName",
        "spec.template.spec.imagePullSecrets.*.name",
        "spec.template.spec.containers.*.env.*.valueFrom.*.name",
        "spec.template.spec.containers.*.env.*.valueFrom.*.key",
        "spec.template.spec.containers.*.volumeMounts.*.name",
        "spec.template.spec.containers.*.readinessProbe.httpGet.port",
        "spec.template.spec.volumes.*.configMap.name",
        "spec.selector.matchLabels.app",
    ),
    "Service": ("spec.selector.app", "spec.ports.*.targetPort"),
    "PodDisruptionBudget": ("spec.selector.matchLabels.app",),
    "HorizontalPodAutoscaler": ("spec.scaleTargetRef.name",),
    "TriggerAuthentication": ("spec.secretTargetRef.*.name", "spec.secretTargetRef.*.key"),
    "RoleBinding": ("roleRef.name", "subjects.*.name"),
    "TrainedModel": ("spec.inferenceService",),
}
"""By kind: where a value names something else, of the tree or of KServe; `*` stands for any key or index."""


EQUIVALENT: dict[str, tuple[str, ...]] = {
    "the core group is called ''": (
        "empty ReferenceGrant spec.to.*.group",
        "empty AppProject spec.*Whitelist.*.group",
    ),
    "without a project an Application is in `default`": ("empty Application spec.project",),
    "the API server fills in the group of a role": ("empty RoleBinding roleRef.apiGroup",),
    "KServe names the first container itself": ("empty InferenceService spec.*.containers.0.name",),
    "the keys of what others made are not known here": (
        "break InferenceService spec.predictor.model.env.*.valueFrom.secretKeyRef.key",
        "break InferenceService spec.predictor.volumes.*.configMap.items.*.key",
    ),
    "what another repository holds is not known here": ("break Application spec.sources.0.path",),
    "a device plugin may give out anything below a domain": ("rename * *.resources.*rdma/roce_gdr",),
    "a store of its own has parameters of its own": ("rename LocalModelCache spec.storage.parameters.*",),
}
"""Why a mutant is no mistake, or none that anybody could see: what was done, kind and path, with `*` for any key."""


def equivalent(one: "Mutant") -> bool:
    """Whether nothing is wrong with a mutant, by the list above."""
    path = one.at.partition("#")[2]
    return any(fnmatchcase(f"{one.done} {one.kind} {path}", pattern) for p in EQUIVALENT.values() for pattern in p)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A tree with one thing wrong: what was done, where, and the places that a finding about it may have."""

    done: str
    kind: str
    rows: list[Rendered]
    wanted: frozenset[str]
    at: str


def named(rows: list[Rendered]) -> list[Rendered]:
    """The rows, each as if it came from a file of its own, so that a place tells which object it is in."""
    return [replace(row, trace=Origin(_file(number, row)).to_text()) for number, row in enumerate(rows)]


def found(rows: list[Rendered], clusters: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """(code, place, message) of everything that is found."""
    return {(f.code, f.place.file, f.message) for f in engine.findings(rows, clusters, _where)}


def mutants(rows: list[Rendered], schemas: Mapping[str, Any]) -> Iterator[Mutant]:
    """Every mutant of a tree."""
    for number, row in enumerate(rows):
        if row.manifest is not None:
            required = _required(row.manifest, schemas[row.environment])
            kind = row.manifest["kind"]
            for path in _paths(row.manifest):
                if isinstance(path[-1], str) and _is_field(row.manifest, path):
                    yield _renamed(rows, number, path, kind)
                if path in required:
                    yield _emptied(rows, number, path, kind)
                if any(_fits(path, pattern) for pattern in REFERENCES.get(kind, ())) and _names(row.manifest, path):
                    yield _broken(rows, number, path, kind)
        elif row.attachment is not None and row.attachment["chart"]:
            content = row.attachment["content"]
            for path in _paths(content):
                if isinstance(path[-1], str) and not OPEN.intersection(map(str, path[:-1])):
                    yield _renamed(rows, number, path, f"values of {row.attachment['chart'][0]}")


def _is_field(manifest: Mapping[str, Any], path: Path) -> bool:
    if path[:1] == ("metadata",) and len(path) == 2 and path[1] == "name":
        return False  # an object is known by it
    if len(path) == 1 and path[0] in NAMES:
        return False
    if path[-2:-1] == ("annotations",):
        kinds = {"InferenceService", "InferenceGraph", "Secret", "SealedSecret", "ServiceAccount"}
        return manifest["kind"] in kinds and str(path[-1]).startswith(READ_ANNOTATIONS)
    if path[-2:-1] == ("selector",):
        return manifest["kind"] != "Service"
    return path[-2:-1] == () or path[-2] not in OPEN


def _required(manifest: Mapping[str, Any], schemas: Any) -> set[Path]:
    kind = (manifest["apiVersion"], manifest["kind"])
    found: set[Path] = set()
    if not schemas.knows(*kind):
        return found
    book = schemas._imported.book(kind)
    for path in _paths(manifest):
        schema = book.of(path[:-1])
        if schema and path[-1] in schema.get("required", ()) and not (len(path) == 1 and path[0] in NAMES):
            found.add(path)
    return found


def _fits(path: Path, pattern: str) -> bool:
    steps = pattern.split(".")
    return len(steps) == len(path) and all(step in ("*", str(given)) for step, given in zip(steps, path, strict=True))


def _names(manifest: Mapping[str, Any], path: Path) -> bool:
    """Whether the value there names something: a container may listen at a port by number that it does not list."""
    value: Any = manifest
    for step in path:
        value = value[step]
    return not (path[-2:] == ("httpGet", "port") and isinstance(value, int))


def _renamed(rows: list[Rendered], number: int, path: Path, kind: str) -> Mutant:
    wrong = f"{path[-1]}x"

    def rename(holder: Any) -> None:
        items = [(wrong if key == path[-1] else key, value) for key, value in holder.items()]
        holder.clear()
        holder.update(items)

    where = _spot(rows, number, path[:-1])
    wanted = {f"{where}?{wrong}", _spot(rows, number, (*path[:-1], wrong))}
    return _mutant("rename", kind, rows, number, path=path, change=rename, wanted=wanted)


def _emptied(rows: list[Rendered], number: int, path: Path, kind: str) -> Mutant:
    def empty(holder: Any) -> None:
        value = holder[path[-1]]
        holder[path[-1]] = type(value)() if isinstance(value, str | list | dict) else None

    wanted = {_spot(rows, number, path), _spot(rows, number, path[:-1])}
    return _mutant("empty", kind, rows, number, path=path, change=empty, wanted=wanted)


def _broken(rows: list[Rendered], number: int, path: Path, kind: str) -> Mutant:
    def break_(holder: Any) -> None:
        value = holder[path[-1]]
        holder[path[-1]] = value + 1 if isinstance(value, int) else f"{value}x"

    return _mutant("break", kind, rows, number, path=path, change=break_, wanted={_spot(rows, number, path)})


def _mutant(
    done: str, kind: str, rows: list[Rendered], number: int, *, path: Path, change: Any, wanted: set[str]
) -> Mutant:
    row = rows[number]
    if row.manifest is not None:
        spoilt = replace(row, manifest=copy.deepcopy(row.manifest))
        data: Any = spoilt.manifest
    else:
        spoilt = replace(row, attachment=copy.deepcopy(row.attachment))
        data = (spoilt.attachment or {})["content"]
    for step in path[:-1]:
        data = data[step]
    change(data)
    others = [*rows[:number], spoilt, *rows[number + 1 :]]
    return Mutant(done, kind, others, frozenset(wanted), _spot(rows, number, path))


def _paths(value: Any, above: Path = ()) -> Iterator[Path]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*above, key)
        yield from _paths(inner, (*above, key))


def _file(number: int, row: Rendered) -> str:
    raw = row.trace.startswith('["manifests/')
    what = f"{row.manifest['kind']}-{row.manifest['metadata'].get('name')}" if row.manifest else "values"
    return f"{'manifests' if raw else 'models'}/{number}-{what}"


def _spot(rows: list[Rendered], number: int, path: Path) -> str:
    origin = rows[number].origin
    return f"{origin.file if origin else ''}#{'.'.join(map(str, path))}"


def _where(origin: Origin | None, path: Any, key: str | None) -> Place:
    end = f"?{key}" if key else ""
    return Place(f"{origin.file}#{'.'.join(map(str, path))}{end}" if origin else "app.py")
