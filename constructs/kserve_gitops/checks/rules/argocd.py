"""Argo CD Applications: whether Argo CD can read them at all, and knows the words that they use."""

import re
from collections.abc import Iterator
from typing import Any

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.applications import OPTIONS, WAVE, Source, applications, sources, wave
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest

_OCI = "oci://"
_REF = re.compile(r"[a-zA-Z0-9_-]+")
_RELEASE = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LONGEST_RELEASE = 53
_TOOLS = ("directory", "helm", "kustomize", "plugin")
_FINALIZERS = (
    "resources-finalizer.argocd.argoproj.io",
    "resources-finalizer.argocd.argoproj.io/background",
    "resources-finalizer.argocd.argoproj.io/foreground",
    "post-delete-finalizer.argocd.argoproj.io",
    "post-delete-finalizer.argocd.argoproj.io/cleanup",
    "pre-delete-finalizer.argocd.argoproj.io",
    "pre-delete-finalizer.argocd.argoproj.io/cleanup",
)
_OPTIONS = (
    *("ApplyOutOfSyncOnly", "ClientSideApplyMigration", "CreateNamespace", "Delete", "FailOnSharedResource", "Force"),
    *("Prune", "PruneLast", "PrunePropagationPolicy", "Replace", "RespectIgnoreDifferences", "ServerSideApply"),
    *("SkipDryRunOnMissingResource", "Validate"),
)
"""Those of Argo CD v3.5.1."""


@rule("KG414")
def unreadable_application(tree: Tree) -> Iterator[Mistake]:
    """An Application that Argo CD cannot read.

    It gets the condition InvalidSpecError or ComparisonError and delivers nothing. Each source has a repository and one
    of `path`, `chart` and `ref`; a chart has a version; a registry of charts is written without `oci://`; a destination
    has either `server` or `name`.

    Fix: `{repoURL: ghcr.io/kserve/charts, chart: kserve, targetRevision: v0.16.0}` for a chart, `path` instead of
    `chart` for a folder, and `destination: {server: https://kubernetes.default.svc, namespace: kserve}`.

    Since: every release

    Source: Argo CD v3.5.1, util/argo/argo.go, util/helm/client.go and pkg/apis/application/v1alpha1/types.go.
    """
    for application in applications(tree):
        destination = application.mapping("spec", "destination")
        where: Path = ("spec", "destination")
        if destination.get("server") and destination.get("name"):
            message, hint = "a destination has a server or a name, not both", "keep one of them"
            yield application.error((*where, "name"), message, hint=hint)
        elif not destination.get("server") and not destination.get("name"):
            hint = "add server: https://kubernetes.default.svc for the cluster that Argo CD runs in"
            yield application.error(where, "the destination names no cluster", hint=hint)
        if not sources(application) and not application.get("spec", "sourceHydrator"):
            yield application.error(("spec",), "it has no source, and delivers nothing", hint="add sources")
        for source in sources(application):
            yield from _source(application, source)


def _source(application: Object, source: Source) -> Iterator[Mistake]:
    url, chart, path, ref = (source.text(key) for key in ("repoURL", "chart", "path", "ref"))
    if not url:
        return
    if not (chart or path or ref):
        hint = "add path for a folder, or chart for a Helm chart"
        yield application.error(source.at, "the source has neither path nor chart", hint=hint)
    if chart and path:
        hint = "keep the chart, and give the folder a source of its own under sources"
        yield application.error((*source.at, "path"), f"with the chart '{chart}' the path is not read", hint=hint)
    if chart and ref:
        hint = "give ref a source of its own, with the repository that holds the values"
        yield application.error((*source.at, "ref"), "the source of a chart has no ref", hint=hint)
    if chart and not source.text("targetRevision"):
        yield application.error(source.at, f"the chart '{chart}' needs a version", hint="add targetRevision")
    if chart and url.startswith(_OCI):
        hint = f"write {url.removeprefix(_OCI)}, or all of it as repoURL: {url}/{chart} with path: ."
        yield application.error((*source.at, "repoURL"), "beside chart a registry has no 'oci://'", hint=hint)
    if ref and not _REF.fullmatch(ref):
        yield application.error((*source.at, "ref"), f"'{ref}' is no name for a ref", hint="letters, digits, - and _")
    tools = [tool for tool in _TOOLS if source.given.get(tool)]
    if len(tools) > 1:
        message = f"a source is read by one tool, not by {' and '.join(tools)}"
        yield application.error((*source.at, tools[1]), message, hint="keep one of them")


@rule("KG417")
def release_name(tree: Tree) -> Iterator[Mistake]:
    """A name that Helm refuses for a release.

    Argo CD renders a chart under `releaseName`, or under the name of the Application. Helm takes lower-case letters,
    digits, `-` and `.`, at most 53 characters; with any other the chart is not rendered.

    Fix: a shorter `helm.releaseName`; the name of the Application may stay.

    Since: every release

    Source: Helm v4.2, pkg/chart/common/util/validate_name.go; Argo CD v3.5.1, docs/user-guide/helm.md.
    """
    for application in applications(tree):
        for source in sources(application):
            name = source.release
            written = "releaseName" in source.helm
            at: Path = (*source.at, "helm", "releaseName") if written else ("metadata", "name")
            if not source.text("chart") or not name:
                continue
            if len(name) > _LONGEST_RELEASE:
                over = len(name) - _LONGEST_RELEASE
                message = f"the release '{name}' has {len(name)} characters, {over} more than Helm allows"
                yield application.error(at, message, hint="add a shorter helm.releaseName")
            elif not _RELEASE.fullmatch(name):
                message = f"'{name}' is no name for a release of Helm"
                yield application.error(at, message, hint="lower-case letters, digits, '-' and '.'")


@rule("KG418")
def unreadable_wave(tree: Tree) -> Iterator[Mistake]:
    """A sync wave that is no whole number.

    Argo CD takes what it cannot read for wave 0, so the object comes with those that say nothing.

    Fix: a whole number in quotes: `argocd.argoproj.io/sync-wave: "5"`.

    Since: every release

    Source: Argo CD v3.5.1, gitops-engine/pkg/sync/syncwaves/waves.go.
    """
    for found in tree.objects:
        given = found.annotations.get(WAVE)
        if isinstance(given, str) and wave(found) is None:
            at: Path = ("metadata", "annotations", WAVE)
            yield found.error(at, f"'{given}' is no whole number, and counts as wave 0", hint='write it as "5"')


@rule("KG427")
def unknown_finalizer(tree: Tree) -> Iterator[Mistake]:
    """A finalizer of Argo CD's that Argo CD does not know.

    Nobody takes it off, so the Application can never be deleted; and what it was meant to do is not done.

    Fix: `resources-finalizer.argocd.argoproj.io`, with `/background` behind it or not.

    Since: every release

    Source: Argo CD v3.5.1, pkg/apis/application/v1alpha1/application_defaults.go.
    """
    for application in applications(tree):
        for number, given in enumerate(application.sequence("metadata", "finalizers")):
            if not isinstance(given, str) or given in _FINALIZERS:
                continue
            near = closest(given, _FINALIZERS)
            if near or "argocd" in given:
                at: Path = ("metadata", "finalizers", number)
                hint = near or f"one of {', '.join(_FINALIZERS[:2])}"
                yield application.error(at, f"Argo CD has no finalizer '{given}'", hint=hint)


@rule("KG429")
def unknown_option(tree: Tree) -> Iterator[Mistake]:
    """A sync option that Argo CD does not know.

    It does nothing, and Argo CD says nothing: options are `Name=value`, and case counts. What only resembles an option
    is a warning, for a newer Argo CD may know it.

    Fix: write it as the message says, such as `ServerSideApply=true`.

    Since: every release

    Source: Argo CD v3.5.1, docs/user-guide/sync-options.md.
    """
    for application in applications(tree):
        for number, given in enumerate(application.sequence("spec", "syncPolicy", "syncOptions")):
            yield from _option(application, ("spec", "syncPolicy", "syncOptions", number), given)
    for found in tree.objects:
        said = found.annotations.get(OPTIONS)
        for given in said.split(",") if isinstance(said, str) else []:
            yield from _option(found, ("metadata", "annotations", OPTIONS), given.strip())


def _option(found: Object, at: Path, given: Any) -> Iterator[Mistake]:
    name, _, value = given.partition("=") if isinstance(given, str) else ("", "", "")
    if name in _OPTIONS and not value:
        yield found.error(at, f"'{given}' is no sync option", hint=f"write {name}=true")
    elif name and name not in _OPTIONS and (near := closest(name, _OPTIONS)):
        yield found.warning(at, f"'{given}' is no sync option", hint=near)
