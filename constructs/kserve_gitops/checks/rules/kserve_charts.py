"""KServe's charts among each other: which of them go together, and in which namespace."""

from collections.abc import Iterator

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.charts import Chart, by_cluster, charts

_NAMESPACE = "kserve"
_V0_16, _SPLIT = order("v0.16.0"), order("v0.17.0")
_RUNTIMES = "kserve-runtime-configs"
_CONTROLLERS = ("kserve", "kserve-resources")
_CRDS = ("kserve-crd", "kserve-crd-minimal")
_LLM = ("llmisvc", "llmisvc-resources", "kserve-llmisvc-resources")
_LLM_CRDS = ("llmisvc-crd", "llmisvc-crd-minimal", "kserve-llmisvc-crd", "kserve-llmisvc-crd-minimal")
_SAME: tuple[tuple[str, ...], ...] = (
    _CONTROLLERS,
    _CRDS,
    _LLM,
    _LLM_CRDS,
    ("kserve-crd-minimal", "llmisvc-crd", "llmisvc-crd-minimal"),
    ("kserve-localmodel-resources",),
    ("kserve-localmodel-crd", "kserve-localmodel-crd-minimal"),
    ("cert-manager",),
    ("keda",),
)
"""Charts that bring the same objects of the cluster, so that there is room for one of each group."""
_SHARED_CRD = "clusterstoragecontainers.serving.kserve.io"


@rule("KG437")
def namespace_of_kserve(tree: Tree) -> Iterator[Mistake]:
    """A chart of KServe goes to another namespace than the one that is written into it.

    The CRDs of v0.16.0 take their certificate from the namespace kserve. The charts of the LLM kinds name it in more
    places: the CRDs look for their conversion webhook there, and the presets are made there, wherever the chart goes.

    Fix: `destination: {namespace: kserve}` for every Application that delivers a chart of KServe.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, charts/kserve-crd and charts/llmisvc-resources; v0.20.0, charts/kserve-llmisvc-crd
    and charts/kserve-runtime-configs; issue 5325.
    """
    for chart in charts(tree, _RUNTIMES, *_CRDS, *_LLM, *_LLM_CRDS):
        if chart.application is None or chart.namespace in (_NAMESPACE, ""):
            continue
        at = ("spec", "destination", "namespace")
        presets = chart.name == _RUNTIMES and chart.on("kserve", "llmisvcConfigs", "enabled")
        if chart.name in (*_LLM, *_LLM_CRDS) or presets:
            message = f"chart '{chart.name}' works in namespace 'kserve' alone, which is written into it"
            yield chart.application.error(at, message, hint="deliver it to 'kserve'")
        elif chart.name in _CRDS and _V0_16 <= order(chart.version) < _SPLIT:
            message = f"the CRDs of chart '{chart.name}' name a certificate in namespace 'kserve'"
            yield chart.application.warning(at, message, hint="deliver KServe's charts to 'kserve'")


@rule("KG438")
def charts_that_fight(tree: Tree) -> Iterator[Mistake]:
    """Two charts that bring the same objects.

    Each Application makes the objects its own at every sync, and takes them from the other one: both are never in sync,
    and with `prune` one deletes what the other needs. That holds for a chart and its minimal form, for both charts of
    KServe v0.16.0 with a controller, and for the charts of later releases while both make the shared resources.

    Fix: deliver one of the two; next to `kserve-resources`, set `createSharedResources: false` under `kserve` for
    `kserve-llmisvc-resources`; for the CRD that two charts share, let `ignoreDifferences` leave out who owns it.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, charts; issue 4829.
    """
    for found in by_cluster(tree):
        for group in _SAME:
            same = [chart for chart in found if chart.name in group]
            for chart in same[1:]:
                message = f"chart '{chart.name}' brings the same objects as chart '{same[0].name}' of another source"
                yield chart.error_at_source(message, hint="deliver one of the two", other=same[0].source_spot())
        yield from _two_controllers(found)
        yield from _two_runtimes(found)
        yield from _shared_crd(found)


def _two_controllers(found: list[Chart]) -> Iterator[Mistake]:
    ours = next((chart for chart in found if chart.name in _CONTROLLERS), None)
    llm = next((chart for chart in found if chart.name in _LLM), None)
    if ours is None or llm is None:
        return
    if llm.name != "kserve-llmisvc-resources":
        message = f"chart '{llm.name}' brings webhooks and the configuration of chart '{ours.name}' again"
        hint = "of v0.16.0 one of the two can be installed; take v0.17.1 or later for both"
        yield llm.error_at_source(message, hint=hint, other=ours.source_spot())
    elif all(chart.known and chart.get("kserve", "createSharedResources") is not False for chart in (ours, llm)):
        message = f"it makes the shared resources, and so does chart '{ours.name}'"
        hint = "set it to false here"
        yield llm.error(("kserve", "createSharedResources"), message, hint=hint, other=ours.source_spot())


def _two_runtimes(found: list[Chart]) -> Iterator[Mistake]:
    path = ("kserve", "servingruntime", "enabled")
    same = [chart for chart in found if chart.name == _RUNTIMES and chart.on(*path)]
    for chart in same[1:]:
        yield chart.error(path, "another source brings the same runtimes", other=same[0].spot(*path))


def _shared_crd(found: list[Chart]) -> Iterator[Mistake]:
    crds = next((chart for chart in found if chart.name == "kserve-crd"), None)
    llm = next((chart for chart in found if chart.name in ("kserve-llmisvc-crd", "kserve-llmisvc-crd-minimal")), None)
    if crds and llm and not any(_leaves_out(chart.application) for chart in (crds, llm)):
        message = f"the CRD '{_SHARED_CRD}' is in chart 'kserve-crd' too"
        hint = "let ignoreDifferences leave out its annotation argocd.argoproj.io/tracking-id"
        yield llm.warning_at_source(message, hint=hint, other=crds.source_spot())


def _leaves_out(application: Object | None) -> bool:
    ignored = map(mapping, application.sequence("spec", "ignoreDifferences")) if application else ()
    return any(
        one.get("kind") == "CustomResourceDefinition" and one.get("name") in (None, "", _SHARED_CRD) for one in ignored
    )
