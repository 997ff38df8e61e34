"""All objects of an input, sorted into what they become: entries of the catalogue, raw objects, nothing.

This decides before anything is built; what building shows is in `proof`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kserve_gitops.adopt import accounts, checking, inference_service, routes
from kserve_gitops.adopt.cleaning import KSERVE, cleaned
from kserve_gitops.adopt.entry import OWN, Entry, namespace_of, other, same
from kserve_gitops.adopt.reading import Found
from kserve_gitops.adopt.settings import Settings
from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.sealed_secret import GROUP
from kserve_gitops.inputs.sealed import path_of
from kserve_gitops.serving.kinds import KINDS, MODEL
from kserve_gitops.serving.webhook import admitted

_CLUSTERS = {
    ("v1", "Event"), ("events.k8s.io/v1", "Event"), ("v1", "Endpoints"), ("discovery.k8s.io/v1", "EndpointSlice"),
    ("v1", "Node"), ("coordination.k8s.io/v1", "Lease"), ("apps/v1", "ControllerRevision"),
}  # fmt: skip
"""Kinds whose objects nobody writes."""


@dataclass(slots=True)
class Adoption:
    """What is to be written, what is not and why, and what is left for a person to do.

    `raw` are objects kept as they are, each with its content. `skipped` pairs an object with a reason.
    """

    entries: list[Entry] = field(default_factory=list)
    raw: list[tuple[Found, dict[str, Any]]] = field(default_factory=list)
    skipped: list[tuple[Found, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def planned(
    found: Iterable[Found], settings: Settings, schemas: Schemas, accounts_there: Iterable[tuple[str, str]] = ()
) -> Adoption:
    """Every object in its place. `schemas` are those of the environment in `settings`.

    `accounts_there` are the ServiceAccounts, by namespace and name, that the catalogue makes already.
    """
    result = Adoption()
    rest = list(_once(found, settings, result))
    models: list[tuple[Found, dict[str, Any]]] = []
    neighbours: dict[str, list[Found]] = {"ServiceAccount": [], "Secret": [], "HTTPRoute": []}
    for one in rest:
        if reason := _not_needed(one) or _sealed(one, settings):
            result.skipped.append((one, reason))
        elif one.group == KSERVE:
            _sort_serving(one, settings, schemas, result, models)
        elif wrong := list(checking.wrong_group(one)):
            result.findings += wrong
        elif _is_neighbour(one):
            neighbours[one.kind].append(one)
        else:
            result.raw.append((one, cleaned(one)))
    used = {(str(namespace_of(one, settings)), _account(data)) for one, data in models} | {*accounts_there}
    sorted_out = accounts.sorted_out(neighbours["ServiceAccount"], neighbours["Secret"], used, settings)
    result.skipped += sorted_out.done
    result.notes += sorted_out.notes
    done = {id(one) for one, _ in sorted_out.done}
    result.raw += [(one, cleaned(one)) for one in neighbours["ServiceAccount"] if id(one) not in done]
    left = _canonical(schemas, settings)
    for one, data in models:
        entry = inference_service.converted(one, data, settings, left, blocked=sorted_out.blocked)
        result.entries.append(entry)
    _fold_routes(neighbours["HTTPRoute"], settings, result)
    return result


def _canonical(schemas: Schemas, settings: Settings) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    return lambda manifest: schemas.canonical(admitted(manifest, version=settings.version))


def _once(found: Iterable[Found], settings: Settings, result: Adoption) -> Iterator[Found]:
    """Each object of the input once; a second one that differs is a finding, and both may be the right one.

    Of copies the one that knows the state of the cluster is taken, for it says in which mode a model runs.
    """
    groups: dict[tuple[str, str, str, str], list[Found]] = {}
    for one in found:
        cluster_scoped = one.group == KSERVE and one.kind in KINDS and not KINDS[one.kind].namespaced
        namespace = "" if cluster_scoped else one.namespace or settings.namespace
        key = (one.group, one.kind, namespace, one.name)
        groups.setdefault(key, []).append(one)
    for several in groups.values():
        first, *others = several
        different = [one for one in others if not same(_said(one, settings), _said(first, settings))]
        for again in different:
            place = again.at(("metadata", "name"))
            hint = f"the first one is at {first.at(('metadata', 'name'))}; neither is adopted"
            result.findings.append(Finding("KG013", f"a second {again}", place, hint))
        if not different:
            yield max(several, key=lambda one: one.data.get("status") is not None)


def _said(found: Found, settings: Settings) -> dict[str, Any]:
    """What a person said, with the namespace that is left to the platform."""
    data = cleaned(found)
    return {**data, "metadata": {"namespace": settings.namespace, **data["metadata"]}}


def _not_needed(found: Found) -> str:
    """Why nobody has to write this object, "" where somebody has."""
    metadata = found.data["metadata"]
    if metadata.get("deletionTimestamp") is not None:
        return "it is being deleted"
    return _owner(found) or _clusters(found)


def _owner(found: Found) -> str:
    for owner in _mappings(found.data["metadata"].get("ownerReferences")):
        ours = str(owner.get("apiVersion", "")).startswith(f"{KSERVE}/")
        if ours or (owner.get("controller") is True and found.group != KSERVE):
            return f"made by {'KServe' if ours else 'the cluster'}, for {owner.get('kind')} '{owner.get('name')}'"
    return ""


def _clusters(found: Found) -> str:
    if (found.group, found.kind) == (KSERVE, "LocalModelNode"):
        return "made by KServe"
    if (found.api_version, found.kind) in _CLUSTERS or (found.kind == "ConfigMap" and found.name == "kube-root-ca.crt"):
        return "made by the cluster"
    if (found.api_version, found.kind) == ("v1", "Namespace") and _bare(found):
        return "Argo CD makes the namespaces of models"
    account = (found.api_version, found.kind, found.name) == ("v1", "ServiceAccount", "default")
    return "every namespace has one" if account and _bare(found) else ""


def _sealed(found: Found, settings: Settings) -> str:
    if found.kind != "SealedSecret" or found.group != GROUP or found.name not in settings.credentials:
        return ""
    file = path_of(settings.environment, found.namespace or settings.namespace, found.name)
    return f"the credential '{found.name}'; its place is {file}"


def _bare(found: Found) -> bool:
    """Whether the object says nothing but its name."""
    data = cleaned(found)
    labels = set(data["metadata"].pop("labels", {})) - {"kubernetes.io/metadata.name", "name"}
    return (
        not labels
        and set(data) == {"apiVersion", "kind", "metadata"}
        and set(data["metadata"]) <= {"name", "namespace"}
    )


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    return (one for one in (value if isinstance(value, list) else ()) if isinstance(one, Mapping))


def _is_neighbour(found: Found) -> bool:
    core = found.api_version == "v1" and found.kind in ("ServiceAccount", "Secret")
    return core or (found.group == routes.GROUP and found.kind == "HTTPRoute")


def _sort_serving(
    found: Found,
    settings: Settings,
    schemas: Schemas,
    result: Adoption,
    models: list[tuple[Found, dict[str, Any]]],
) -> None:
    """An object of KServe's: legal ones go to the models or the entries, the rest becomes findings."""
    data = cleaned(found)
    wrong = checking.problems(found, data, schemas, settings.version)
    if wrong:
        result.findings += wrong
        return
    short = schemas.without_defaults(exact(data, schemas.canonical(data)))
    if found.kind == MODEL:
        models.append((found, short))
        return
    namespace = namespace_of(found, settings)
    metadata = {key: value for key, value in data["metadata"].items() if key != "namespace"}
    if namespace is not None:
        metadata["namespace"] = namespace
    clash = OWN & data.get("spec", {}).keys()
    if clash:
        result.raw.append((found, data))
    else:
        wanted = schemas.canonical({"spec": {}, **data, "metadata": metadata})
        result.entries.append(other(found, short, wanted, settings))


def exact(value: Any, canonical: Any) -> Any:
    """`value` with the numbers that Kubernetes wants as text, `0.1` cores for instance, in that form."""
    if isinstance(value, dict) and isinstance(canonical, Mapping):
        return {key: exact(inner, canonical.get(key)) for key, inner in value.items()}
    if isinstance(value, list) and isinstance(canonical, list):
        return [exact(one, other) for one, other in zip(value, canonical, strict=True)]
    return canonical if isinstance(value, float) and isinstance(canonical, str) else value


def _account(data: Mapping[str, Any]) -> str:
    return str(data["spec"]["predictor"].get("serviceAccountName", ""))


def _fold_routes(found: Sequence[Found], settings: Settings, result: Adoption) -> None:
    """Routes that an entry can say go into it, the others stay as they are."""
    for route in found:
        data = cleaned(route)
        namespace = route.namespace or settings.namespace
        for number, entry in enumerate(result.entries):
            if entry.found.kind == MODEL and entry.namespace == namespace and _leads_to(data, entry):
                folded = routes.folded(entry, route, data, settings)
                if folded is not None:
                    result.entries[number] = folded
                    break
        else:
            result.raw.append((route, data))


def _leads_to(route: Mapping[str, Any], entry: Entry) -> bool:
    spec = route.get("spec")
    rules = _mappings(spec.get("rules") if isinstance(spec, Mapping) else None)
    backends = [backend.get("name") for rule in rules for backend in _mappings(rule.get("backendRefs"))]
    return any(f"{entry.found.name}-{part}" in backends for part in ("predictor", "transformer"))
