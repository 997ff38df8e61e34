"""Argo CD Applications: what is delivered together, from where, in which order.

An Application is also a scope: the objects made below it are the ones it delivers from dist/.
Sources: Argo CD v3.5.1, docs/user-guide (multiple sources, Helm, OCI, sync options, sync waves).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from constructs import Construct

from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.inputs.platform import IN_CLUSTER
from kserve_gitops.manifest import Attachment, Manifest

NAMESPACE = "argocd"
"""Where Argo CD runs and looks for Applications."""

SERVER_SIDE_APPLY = "ServerSideApply=true"
"""For CRDs: applied by the client, more than 262,144 bytes do not fit the last-applied annotation."""
SKIP_DRY_RUN = "SkipDryRunOnMissingResource=true"
"""For objects whose CRD another application installs."""
KEPT = MappingProxyType({"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"})
"""Annotations of an object that outlives its Application."""
RESPECT_IGNORED = "RespectIgnoreDifferences=true"
"""Keeps a sync from writing the fields that `ignoreDifferences` names."""

SERVER_SIDE_DIFF = "ServerSideDiff=true"
"""Has the API server say what would change, so that its defaults and canonical quantities are no difference."""

Kind = tuple[str, str]
"""API group ("" for core) and kind."""


@dataclass(frozen=True, slots=True)
class HelmChart:
    """A chart at a version. An OCI registry is written without scheme, as Argo CD wants it.

    `origin` says where a person wrote the values that were merged in.
    """

    repo_url: str
    chart: str
    version: str
    values: Mapping[str, Any] = field(default_factory=dict)
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class GitFolder:
    """A folder of somebody else's Git repository, plain manifests or a kustomization."""

    repo_url: str
    revision: str
    path: str


class Application(Manifest):
    """One unit of delivery.

    `namespace` is where its objects go; it is created when it is missing, unless it is kube-system. `wave` orders it
    among the applications. `source` is a chart or a folder of another repository. With `manifests`, the objects
    made below this construct are delivered from dist/. `cluster_kinds` and `namespaces` say what the chart brings
    beyond namespaced objects in `namespace`; they widen the AppProject and nothing else. `scopes_known` is False where
    an object below that names no namespace need not be cluster-scoped.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        project: str,
        namespace: str,
        wave: int,
        source: HelmChart | GitFolder | None = None,
        manifests: bool = False,
        sync_options: Sequence[str] = (),
        compare_options: str = "",
        ignore_differences: Sequence[Mapping[str, Any]] = (),
        cluster_kinds: Iterable[Kind] = (),
        namespaces: Iterable[str] = (),
        scopes_known: bool = True,
        origin: Origin | None = None,
    ) -> None:
        self.namespace = namespace
        self.destination = environment.destination
        self.creates_namespace = namespace not in {"kube-system", NAMESPACE}
        self.has_chart = source is not None
        self.scopes_known = scopes_known
        self.cluster_kinds = frozenset(cluster_kinds)
        self.namespaces = frozenset({namespace, *namespaces})
        sources = list(_sources(id, environment, source, manifests=manifests))
        self.repositories = {str(s["repoURL"]) for s in sources}
        options = [*(["CreateNamespace=true"] if self.creates_namespace else []), *sync_options]
        spec: dict[str, Any] = {
            "project": project,
            "destination": {**self.destination.manifest(), "namespace": namespace},
            "sources": sources,
            "syncPolicy": sync_policy(options),
        }
        if ignore_differences:
            spec["ignoreDifferences"] = list(ignore_differences)
        annotations = {"argocd.argoproj.io/sync-wave": str(wave)}
        if compare_options:
            annotations["argocd.argoproj.io/compare-options"] = compare_options
        super().__init__(scope, id, application_manifest(id, spec, annotations), origin=origin)
        if isinstance(source, HelmChart) and source.values:
            Attachment(
                self,
                "values",
                file=f"values/{id}.yaml",
                content=source.values,
                chart=(source.chart, source.version),
                origin=source.origin,
            )


class RootApplication(Manifest):
    """The app-of-apps: the one Application that a person applies by hand; it delivers all the others.

    It belongs to the project `default`, because it makes the projects that the others belong to. Its destination is
    the cluster of Argo CD itself, wherever the others go: it is there that Argo CD looks for Applications.
    """

    def __init__(self, scope: Construct, id: str, *, environment: Environment, origin: Origin | None = None) -> None:
        spec = {
            "project": "default",
            "destination": {"server": IN_CLUSTER, "namespace": NAMESPACE},
            "sources": [_own(environment) | {"path": dist(environment, "apps"), "directory": {"recurse": True}}],
            "syncPolicy": sync_policy([]),
        }
        super().__init__(scope, id, application_manifest(id, spec, {}), origin=origin)


def application_manifest(name: str, spec: Mapping[str, Any], annotations: Mapping[str, str]) -> dict[str, Any]:
    """An Application where Argo CD looks for them."""
    metadata: dict[str, Any] = {"name": name, "namespace": NAMESPACE}
    if annotations:
        metadata["annotations"] = dict(annotations)
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": metadata, "spec": spec}


def sync_policy(options: Sequence[str]) -> dict[str, Any]:
    """Automated, with prune and self-heal, and patient: webhooks need a moment until they answer."""
    backoff = {"duration": "10s", "factor": 2, "maxDuration": "5m"}
    policy: dict[str, Any] = {
        "automated": {"prune": True, "selfHeal": True},
        "retry": {"limit": 10, "backoff": backoff},
    }
    return policy | ({"syncOptions": list(options)} if options else {})


def dist(environment: Environment, *below: str) -> str:
    """A path in dist/ of the environment, from the root of the Git repository."""
    return "/".join(filter(None, [environment.repository.path, "dist", environment.name, *below]))


def _own(environment: Environment) -> dict[str, Any]:
    repository = environment.repository
    return {"repoURL": repository.repo_url, "targetRevision": repository.target_revision}


def _sources(
    name: str, environment: Environment, source: HelmChart | GitFolder | None, *, manifests: bool
) -> Iterable[dict[str, Any]]:
    if isinstance(source, HelmChart):
        helm: dict[str, Any] = {"releaseName": name}
        if source.values:
            helm["valueFiles"] = [f"$values/{dist(environment, 'values', f'{name}.yaml')}"]
        yield {"repoURL": source.repo_url, "chart": source.chart, "targetRevision": source.version, "helm": helm}
        if source.values:
            yield _own(environment) | {"ref": "values"}
    elif source is not None:
        yield {"repoURL": source.repo_url, "targetRevision": source.revision, "path": source.path}
    if manifests:
        yield _own(environment) | {"path": dist(environment, "manifests", name), "directory": {"recurse": True}}
