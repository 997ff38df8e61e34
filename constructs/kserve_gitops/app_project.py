"""Argo CD AppProjects, no wider than what their applications deliver.

Source: Argo CD v3.5.1, docs/user-guide/projects.md; cluster-scoped kinds are denied unless they are listed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from constructs import Construct

from kserve_gitops.application import NAMESPACE, Application, Kind
from kserve_gitops.manifest import Manifest, Object, kinds_below


class AppProject(Manifest):
    """What `applications` may read, where they may write and which kinds they may touch.

    Made after its applications and the objects below them, from what they turned out to need. Namespaced kinds
    are listed unless a chart is among the sources: what a chart renders is not known here.
    """

    def __init__(self, scope: Construct, id: str, *, description: str, applications: Sequence[Application]) -> None:
        objects = {app: _below(app) for app in applications}
        below = [entry for found in objects.values() for entry in found]
        # A kind whose scope is not known stands in both lists: in the wrong one it permits nothing.
        cluster_kinds = {_kind(entry) for entry in below if not entry[2]}
        cluster_kinds |= {kind for app in applications for kind in app.cluster_kinds}
        spec: dict[str, Any] = {
            "description": description,
            "sourceRepos": sorted({repository for app in applications for repository in app.repositories}),
            "destinations": _destinations(objects),
            "clusterResourceWhitelist": [*_created(applications), *_listed(cluster_kinds)],
        }
        if not any(app.has_chart for app in applications):
            spec["namespaceResourceWhitelist"] = _listed(_kind(entry) for entry in below if entry[2] is not None)
        metadata = {
            "name": id,
            "namespace": NAMESPACE,
            "annotations": {"argocd.argoproj.io/sync-wave": "-30"},
        }
        manifest = {"apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject", "metadata": metadata, "spec": spec}
        super().__init__(scope, id, manifest)


def _below(application: Application) -> set[Object]:
    unsaid = None if application.scopes_known else ""
    return {(version, kind, unsaid if namespace is None else namespace)
            for version, kind, namespace in kinds_below(application)}  # fmt: skip


def _kind(entry: Object) -> Kind:
    return entry[0].rpartition("/")[0], entry[1]


def _destinations(objects: Mapping[Application, Collection[Object]]) -> list[dict[str, str]]:
    found = {
        (tuple(sorted(app.destination.manifest().items())), namespace)
        for app, below in objects.items()
        for namespace in {*app.namespaces, *(namespace for _, _, namespace in below if namespace)}
    }
    return [{**dict(destination), "namespace": namespace} for destination, namespace in sorted(found)]


def _created(applications: Sequence[Application]) -> list[dict[str, str]]:
    """Namespaces that `CreateNamespace` makes: Argo CD asks the project for leave (argoproj/argo-cd issue 22869)."""
    names = {app.namespace for app in applications if app.creates_namespace}
    return [{"group": "", "kind": "Namespace", "name": name} for name in sorted(names)]


def _listed(kinds: Iterable[Kind]) -> list[dict[str, str]]:
    return [{"group": group, "kind": kind} for group, kind in sorted(set(kinds))]
