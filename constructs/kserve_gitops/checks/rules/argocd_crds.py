"""CRDs that are too large for the way in which Argo CD applies them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.applications import OPTIONS, Source, applications, nearest, options, owned, sources

_LARGE: Mapping[str, tuple[str, ...]] = {
    "argo-cd": ("crds", "install"),
    "keda": ("crds", "install"),
    "kserve-crd": (),
    "kserve-llmisvc-crd": (),
    "llmisvc-crd": (),
}
"""Charts with a CRD that is too large for the annotation, and the value that leaves their CRDs out."""
_LARGEST = 262_144
_APPLIED = ("ServerSideApply=true", "Replace=true")


@rule("KG422")
def large_crds(tree: Tree) -> Iterator[Mistake]:
    """CRDs that are too large for a client-side apply.

    Argo CD then writes the whole object into an annotation, which has at most 262144 bytes: the sync fails with
    "metadata.annotations: Too long". KServe's CRDs hold the whole schema of a pod several times.

    Fix: `syncOptions: [ServerSideApply=true]` at the Application.

    Since: every release

    Source: Argo CD v3.5.1, docs/user-guide/sync-options.md; kserve/kserve issue 3487.
    """
    for application in applications(tree):
        if any(option in _APPLIED for option in options(application)):
            continue
        for source in sources(application):
            if _brings_large(tree, source):
                message = f"the CRDs of the chart '{source.text('chart')}' need a server-side apply"
                yield _unsized(application, message)
                break
    for found, application in owned(tree):
        said = str(found.annotations.get(OPTIONS, ""))
        applied = any(option in _APPLIED for option in options(application)) or any(one in said for one in _APPLIED)
        if found.kind == "CustomResourceDefinition" and not applied and _size(found.manifest) > _LARGEST:
            yield _unsized(application, f"the CRD '{found.name}' needs a server-side apply")


def _unsized(application: Object, message: str) -> Mistake:
    at = nearest(application, ("spec", "syncPolicy", "syncOptions"))
    return application.error(at, message, hint="add ServerSideApply=true to syncPolicy.syncOptions")


def _brings_large(tree: Tree, source: Source) -> bool:
    chart = source.text("chart")
    if chart not in _LARGE or source.helm.get("skipCrds") is True:
        return False
    switch = _LARGE[chart]
    given = [values for values in tree.values_of(chart) if values.application == source.application.name]
    inline = any(source.helm.get(key) for key in ("values", "valuesObject", "parameters"))
    return not switch or not (inline or any(values.get(*switch) is False for values in given))


def _size(manifest: Any) -> int:
    return len(json.dumps(manifest, separators=(",", ":"), default=str))
