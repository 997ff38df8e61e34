"""KServe's charts by release: their names and versions, and the chart of the runtimes."""

import re
from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.charts import Chart, by_cluster, charts, folders

_REGISTRY = "ghcr.io/kserve/charts"
_SPLIT = order("v0.17.0")
_RUNTIMES = "kserve-runtime-configs"
_CONTROLLERS = ("kserve", "kserve-resources")
_ANY_TIME = ("kserve-crd", "kserve-crd-minimal")
_RELEASED = {
    **dict.fromkeys(("kserve", "llmisvc-crd", "llmisvc-crd-minimal", "llmisvc-resources"), False),
    **dict.fromkeys(("kserve-resources", _RUNTIMES, "kserve-llmisvc-resources", "kserve-llmisvc-crd"), True),
    **dict.fromkeys(("kserve-llmisvc-crd-minimal", "kserve-localmodel-crd", "kserve-localmodel-resources"), True),
}
"""Whether a chart is called so from v0.17.0 on, or until then."""
_NAMES = {
    "kserve": "kserve-resources",
    "llmisvc-crd": "kserve-llmisvc-crd",
    "llmisvc-crd-minimal": "kserve-llmisvc-crd-minimal",
    "llmisvc-resources": "kserve-llmisvc-resources",
}
_VERSION = re.compile(r"v?\d+\.\d+\.\d+(-[\w.]+)?")


@rule("KG439")
def versions_of_kserve(tree: Tree) -> Iterator[Mistake]:
    """A version of a KServe chart that does not exist, or that does not go with the others.

    The charts have other names from v0.17.0 on, and their versions have a v in front; a pair that was never published
    leaves the Application without a manifest. CRDs and controller of two releases disagree on fields: the API server
    drops those that the CRD does not have.

    Fix: take all charts of one release, by the names that they have there.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.17.0, charts/*/Chart.yaml and .github/workflows/helm-publish.yml.
    """
    for found in by_cluster(tree):
        published = [c for c in found if c.name in (*_RELEASED, *_ANY_TIME) and _VERSION.fullmatch(c.version)]
        for chart in published:
            yield from _unpublished(chart)
        minors = [chart for chart in published if chart.version.startswith("v")]
        first = next((chart for chart in minors if chart.name in _CONTROLLERS), None)
        for chart in minors if first else ():
            if first and order(chart.version)[0][:2] != order(first.version)[0][:2]:
                message = f"chart '{chart.name}' is of {chart.version}, the controller of {first.version}"
                hint = "take all charts of one release"
                yield chart.warning_at_source(message, hint=hint, other=first.source_spot())
        for chart in published:
            given = chart.get("kserve", "version")
            if given not in (None, "", chart.version) and order(chart.version) >= _SPLIT:
                message = f"images of {given} with the manifests of {chart.version}"
                yield chart.warning(("kserve", "version"), message, hint="raise the version of the chart instead")


@rule("KG440", whole=True)
def no_runtimes(tree: Tree) -> Iterator[Mistake]:
    """KServe is deployed without its runtimes.

    From v0.17.0 on the built-in runtimes have a chart of their own, which brings nothing unless it is told. Without
    runtimes, every model ends with "no runtime found".

    Fix: deliver the chart `kserve-runtime-configs` with `kserve: {servingruntime: {enabled: true}}`.

    Since: v0.17.0

    Source: kserve/kserve v0.17.0, charts/kserve-runtime-configs/values.yaml.
    """
    brought = charts(tree, _RUNTIMES)
    for chart in brought:
        flags = [chart.on("kserve", key, "enabled") for key in ("servingruntime", "llmisvcConfigs")]
        if chart.known and not any(flags):
            message = "the chart brings neither runtimes nor presets unless one of them is enabled"
            yield chart.error(("kserve", "servingruntime", "enabled"), message, hint="set it to true")
    controllers = [chart for chart in charts(tree, "kserve-resources") if chart.application is not None]
    if brought or not controllers or not _needs_runtimes(tree) or _runtimes_elsewhere(tree):
        return
    message = "nothing brings runtimes for the models: from v0.17.0 on they have a chart of their own"
    hint = f"deliver '{_RUNTIMES}' with 'kserve.servingruntime.enabled: true'"
    yield controllers[0].error_at_source(message, hint=hint)


def _needs_runtimes(tree: Tree) -> bool:
    return any(found.mapping("spec", "predictor", "model") for found in tree.of("InferenceService"))


def _runtimes_elsewhere(tree: Tree) -> bool:
    """Whether runtimes are in the tree or in the cluster, or may come from what nobody can look into."""
    kinds = ("ClusterServingRuntime", "ServingRuntime")
    named = any(existing.kind in kinds for existing in tree.cluster.existing)
    foreign = any(not _is_ours(path, tree) for _, _, _, path in folders(tree))
    return bool(tree.of(*kinds)) or named or foreign


def _is_ours(path: str, tree: Tree) -> bool:
    return f"dist/{tree.environment}/" in f"{path}/" or path.endswith("config/crd")


def _unpublished(chart: Chart) -> Iterator[Mistake]:
    if not str(chart.source.get("repoURL")).rstrip("/").endswith(_REGISTRY):
        return
    if not chart.version.startswith("v"):
        message = f"there is no version '{chart.version}' of chart '{chart.name}'"
        yield chart.error_at_source(message, hint=f"write 'v{chart.version}'", key="targetRevision")
        return
    later = order(chart.version) >= _SPLIT
    if _RELEASED.get(chart.name, later) != later:
        name = _NAMES.get(chart.name) if later else {new: old for old, new in _NAMES.items()}.get(chart.name)
        message = f"there is no chart '{chart.name}' of {chart.version}"
        yield chart.error_at_source(message, hint=f"it is called '{name}' there" if name else "take it out")
