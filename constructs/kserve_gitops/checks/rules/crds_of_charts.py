"""CRDs that charts bring, if they are let."""

from collections.abc import Iterator

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.charts import Chart, charts, folders

_GROUPS = {
    "cert-manager": "cert-manager.io",
    "keda": "keda.sh",
    "sealed-secrets": "bitnami.com",
    "traefik": "traefik.io",
}
"""Charts that bring CRDs of a group; the last two from a folder that `skipCrds` leaves out."""
_WITH_CRDS = order("v1.15.0")
_CRD = "CustomResourceDefinition"


@rule("KG457", whole=True)
def crds_left_out(tree: Tree) -> Iterator[Mistake]:
    """A chart that leaves its CRDs out, and nothing else that brings them.

    cert-manager's chart brings none unless it is told; the controller then stops, and KServe's webhooks never get
    their certificate. KEDA's does unless it is told otherwise; for others, `skipCrds` of the Application decides.

    Fix: `crds: {enabled: true}` for cert-manager from v1.15 on, `installCRDs: true` before; `crds: {install: true}` for
    KEDA; no `skipCrds` for the others. CRDs that are in the cluster already are listed under `existing` in
    platform.yaml.

    Since: every release

    Source: cert-manager v1.21.1, deploy/charts/cert-manager; KEDA's chart 2.20.2; Argo CD v3.5.1,
    docs/user-guide/helm.md.
    """
    for chart in charts(tree, *_GROUPS):
        if chart.application is None or not chart.known or _elsewhere(tree, chart):
            continue
        if chart.name == "cert-manager":
            yield from _cert_manager(chart)
        elif chart.name == "keda":
            if chart.get("crds", "install") is False:
                yield chart.error(("crds", "install"), "the chart leaves its CRDs out", hint="set it to true")
        elif mapping(chart.source.get("helm")).get("skipCrds") is True:
            thing, at = chart.source_spot("helm")
            hint = "take skipCrds out, or list the CRDs under existing in platform.yaml"
            yield thing.error((*at, "skipCrds"), f"the CRDs of chart '{chart.name}' are left out", hint=hint)


def _cert_manager(chart: Chart) -> Iterator[Mistake]:
    if chart.on("installCRDs"):
        return
    if order(chart.version) >= _WITH_CRDS:
        if not chart.on("crds", "enabled"):
            yield chart.error(("crds", "enabled"), "the chart leaves its CRDs out", hint="set crds.enabled to true")
    elif order(chart.version) > order("v0.1.0"):
        path = ("crds", "enabled") if chart.on("crds", "enabled") else ("installCRDs",)
        hint = "set installCRDs to true: this version does not know crds.enabled"
        yield chart.error(path, "the chart leaves its CRDs out", hint=hint)


def _elsewhere(tree: Tree, chart: Chart) -> bool:
    """Whether the CRDs are in the tree or in the cluster, or may come from a folder or chart nobody can look into."""
    names = [found.name for found in tree.of(_CRD)]
    names += [existing.name for existing in tree.cluster.existing if existing.kind == _CRD]
    there = any(name.endswith(f".{_GROUPS[chart.name]}") for name in names)
    return (
        there
        or any(map(_may_bring_crds, charts(tree)))
        or any(_is_foreign(tree, *found[2:]) for found in folders(tree))
    )


def _may_bring_crds(chart: Chart) -> bool:
    return "crd" in chart.name and "kserve" not in chart.name and "llmisvc" not in chart.name


def _is_foreign(tree: Tree, repository: str, path: str) -> bool:
    return f"dist/{tree.environment}/" not in f"{path}/" and "gateway-api" not in repository
