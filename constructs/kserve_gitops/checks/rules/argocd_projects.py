"""AppProjects: that they are there, and allow what their Applications want."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.applications import applications, glob, owned, permits, sources
from kserve_gitops.checks.world.made import made
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving import kinds

_DEFAULT = "default"
"""Argo CD makes it itself, and it allows everything until somebody changes it."""
_IN_CLUSTER = ("in-cluster", "https://kubernetes.default.svc")
_OF_THE_CLUSTER = frozenset(
    {
        *("APIService", "CSIDriver", "ClusterIssuer", "ClusterRole", "ClusterRoleBinding"),
        *("ClusterTriggerAuthentication", "CustomResourceDefinition", "GatewayClass", "IngressClass"),
        *("MutatingWebhookConfiguration", "Namespace", "PersistentVolume", "PriorityClass", "RuntimeClass"),
        *("StorageClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"),
        "ValidatingWebhookConfiguration",
        *(kind.name for kind in kinds.KINDS.values() if not kind.namespaced),
    }
)


@rule("KG410", whole=True)
def missing_project(tree: Tree) -> Iterator[Mistake]:
    """An Application of a project that does not exist.

    Argo CD refuses it with InvalidSpecError and delivers nothing. Only the project `default` is there by itself.

    Fix: name an AppProject of the namespace of Argo CD, or list it under `existing` in platform.yaml.

    Since: every release

    Source: Argo CD v3.5.1, docs/user-guide/projects.md.
    """
    world = made(tree)
    for application in applications(tree):
        name = application.text("spec", "project")
        if name and name != _DEFAULT and not world.known("AppProject", application.namespace, name):
            wanted = ("AppProject", application.namespace, name)
            hint = closest(name, [*world.of(*wanted[:2]), _DEFAULT]) or world.advice(*wanted)
            message = f"there is no AppProject '{name}'"
            yield application.error(("spec", "project"), message, hint=hint, missing=wanted)


@rule("KG411")
def repository_refused(tree: Tree) -> Iterator[Mistake]:
    """A repository that the project of the Application does not allow.

    Argo CD refuses the Application with InvalidSpecError and delivers nothing. The spelling counts: a registry of
    charts stands in `sourceRepos` as it stands in the source, without `oci://`.

    Fix: add the repository to `sourceRepos` of the AppProject, or a pattern such as `https://github.com/acme/*`.

    Since: every release

    Source: Argo CD v3.5.1, IsSourcePermitted in pkg/apis/application/v1alpha1/app_project_types.go.
    """
    for application, project in _with_project(tree):
        if _allows_nothing(project):
            continue
        allowed = [_normal(one) for one in project.sequence("spec", "sourceRepos") if isinstance(one, str)]
        for source in sources(application):
            url = source.text("repoURL")
            if url and not permits(allowed, _normal(url)):
                message = f"the project '{project.name}' does not allow the repository '{url}'"
                other = (project, ("spec", "sourceRepos"))
                hint = "add it to sourceRepos of the project"
                yield application.error((*source.at, "repoURL"), message, hint=hint, other=other)


def _normal(url: str) -> str:
    """As Argo CD compares repositories: case and `.git` do not count, and neither does how ssh is written."""
    plain = url.strip().lower().removesuffix(".git")
    if "@" in plain and "://" not in plain:
        plain = "ssh://" + plain.replace(":", "/", 1)
    return plain


@rule("KG412")
def destination_refused(tree: Tree) -> Iterator[Mistake]:
    """A namespace or cluster that the project of the Application does not allow.

    Argo CD refuses the Application with InvalidSpecError, or fails its sync at the first object in that namespace.

    Fix: add the namespace and the server to `destinations` of the AppProject.

    Since: every release

    Source: Argo CD v3.5.1, IsDestinationPermitted in pkg/apis/application/v1alpha1/app_project_types.go.
    """
    used: dict[str, dict[str, Object]] = defaultdict(dict)
    for found, application in owned(tree):
        if found.namespace and found.kind not in _OF_THE_CLUSTER:
            used[application.name].setdefault(found.namespace, found)
    for application, project in _with_project(tree):
        if _allows_nothing(project):
            continue
        target = application.mapping("spec", "destination")
        hint, other = "add it to destinations of the project", (project, ("spec", "destinations"))
        namespace = application.text("spec", "destination", "namespace")
        if namespace and _refused(project, target, namespace):
            message = f"the project '{project.name}' does not allow namespace '{namespace}' of this cluster"
            yield application.error(("spec", "destination", "namespace"), message, hint=hint, other=other)
        for elsewhere, found in used[application.name].items():
            if elsewhere != namespace and _refused(project, target, elsewhere):
                message = f"the project '{project.name}' does not allow namespace '{elsewhere}' of this cluster"
                yield found.error(("metadata", "namespace"), message, hint=hint, other=other)


def _refused(project: Object, target: Mapping[str, Any], namespace: str) -> bool:
    given = [mapping(one) for one in project.sequence("spec", "destinations")]
    return not any(_permits(one, target, namespace) for one in given)


def _permits(allowed: Mapping[str, Any], target: Mapping[str, Any], namespace: str) -> bool:
    """Whether an entry allows a namespace; a cluster that it names in another way than we do may be the same."""
    if any(str(value).startswith("!") for value in allowed.values()):
        return True
    wanted = {key: str(target[key]) for key in ("server", "name") if target.get(key)}
    if set(wanted.values()) & set(_IN_CLUSTER):
        wanted = dict(zip(("name", "server"), _IN_CLUSTER, strict=True))
    said = {key: str(allowed[key]) for key in ("server", "name") if allowed.get(key)}
    both = said.keys() & wanted.keys()
    cluster = not both or any(glob(said[key], wanted[key]) for key in both)
    return cluster and glob(str(allowed.get("namespace", "")), namespace)


@rule("KG413")
def kind_refused(tree: Tree) -> Iterator[Mistake]:
    """An object of a kind that the project of its Application does not allow.

    The sync fails at this object. Kinds of the cluster are refused unless `clusterResourceWhitelist` has them; kinds of
    namespaces are allowed unless there is a `namespaceResourceWhitelist` without them, or a blacklist with them.

    Fix: add `{group: …, kind: …}` to the list of the AppProject.

    Since: every release

    Source: Argo CD v3.5.1, IsGroupKindNamePermitted in pkg/apis/application/v1alpha1/app_project_types.go.
    """
    allowing = ((one, project) for one, project in _with_project(tree) if not _allows_nothing(project))
    projects = {application.name: project for application, project in allowing}
    told: set[tuple[str, str, str]] = set()
    for found, application in owned(tree):
        project = projects.get(application.name)
        if project is None or (project.name, found.group, found.kind) in told:
            continue
        lists = [name for name in _lists(found) if not _kind_permitted(project, name, found)]
        if lists and len(lists) == len(list(_lists(found))):
            told.add((project.name, found.group, found.kind))
            group = f" of {found.group}" if found.group else ""
            message = f"the project '{project.name}' does not allow the kind {found.kind}{group}"
            hint = f"add {{group: '{found.group}', kind: {found.kind}}} to {lists[0]}ResourceWhitelist"
            yield found.error(("kind",), message, hint=hint, other=(project, ("spec",)))


def _lists(found: Object) -> Iterator[str]:
    """Where its kind may stand: one without namespace that nobody knows may be of either sort."""
    if not found.namespace:
        yield "cluster"
    if found.kind not in _OF_THE_CLUSTER:
        yield "namespace"


def _kind_permitted(project: Object, scope: str, found: Object) -> bool:
    allowed = project.get("spec", f"{scope}ResourceWhitelist")
    refused = project.sequence("spec", f"{scope}ResourceBlacklist")
    if any(_is(one, found) for one in map(mapping, refused)):
        return False
    if allowed is None:
        return scope == "namespace"
    return any(_is(one, found) for one in map(mapping, project.sequence("spec", f"{scope}ResourceWhitelist")))


def _is(entry: Mapping[str, Any], found: Object) -> bool:
    named = entry.get("name")
    return (
        glob(str(entry.get("group", "")), found.group)
        and glob(str(entry.get("kind", "")), found.kind)
        and (not isinstance(named, str) or not named or glob(named, found.name))
    )


@rule("KG460")
def empty_project(tree: Tree) -> Iterator[Mistake]:
    """A project without repositories or destinations that Applications are in.

    A project allows what it lists and nothing else: every Application in it is refused with InvalidSpecError.

    Fix: list the repositories under `sourceRepos` and the namespaces under `destinations`.

    Since: every release

    Source: Argo CD v3.5.1, docs/user-guide/projects.md.
    """
    told: set[int] = set()
    for application, project in _with_project(tree):
        if _allows_nothing(project) and id(project) not in told:
            told.add(id(project))
            missing = [key for key in ("sourceRepos", "destinations") if not project.get("spec", key)]
            message = f"it allows nothing without {' and '.join(missing)}, and '{application.name}' is in it"
            yield project.error(("spec",), message, hint=f"add {missing[0]}")


def _allows_nothing(project: Object) -> bool:
    return not project.get("spec", "sourceRepos") or not project.get("spec", "destinations")


def _with_project(tree: Tree) -> Iterator[tuple[Object, Object]]:
    """Applications with their project, where it is in the tree and sound."""
    for application in applications(tree):
        project = tree.find("AppProject", application.namespace, application.text("spec", "project"))
        if project is not None and project.sound:
            yield application, project
