"""How many routers an InferenceGraph has, and in which mode they run: its webhook looks at none of it."""

from collections.abc import Iterator
from typing import Any

from kserve_gitops.checks.reading import whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving.webhook import AUTOSCALER_CLASS, DEPLOYMENT_MODE, LEGACY_MODES

_MODES = ("Standard", "Knative")
_METRICS = {"Standard": ("cpu", "memory"), "Knative": ("concurrency", "rps")}
_KNATIVE_CLASS = "autoscaling.knative.dev/class"
_HERE = ("spec",)


@rule("KG154")
def graph_scaling(tree: Tree) -> Iterator[Mistake]:
    """Scaling or a mode that an InferenceGraph cannot have.

    In Standard a HorizontalPodAutoscaler follows the CPU or the memory, whatever else is written, and nothing reads
    `timeout`. In Knative the numbers become annotations, which Knative's webhook refuses where they contradict each
    other; the graph then never becomes ready. A mode that KServe does not know counts as the default one.

    Fix: in Standard `scaleMetric: cpu` or `memory` with `scaleTarget` and `maxReplicas`, and `routerTimeouts`; in
    Knative `concurrency` or `rps`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, raw_ig.go and knative_reconciler.go in pkg/controller/v1alpha1/inferencegraph, and
    pkg/controller/v1beta1/inferenceservice/reconcilers/hpa/hpa_reconciler.go; knative/serving v1.15,
    pkg/apis/autoscaling/annotation_validation.go
    """
    default = tree.setting("controller.deploymentMode")
    for graph in tree.of("InferenceGraph"):
        said = graph.annotations.get(DEPLOYMENT_MODE)
        mode = LEGACY_MODES.get(str(said), str(said)) if said is not None else str(default)
        if said is not None and mode not in _MODES:
            at = ("metadata", "annotations", DEPLOYMENT_MODE)
            hint = closest(str(said), _MODES) or f"it knows {' and '.join(_MODES)}"
            yield graph.error(at, f"an InferenceGraph does not know the mode '{said}'", hint=hint)
        elif mode == "Knative":
            yield from _in_knative(graph)
        elif mode == "Standard":
            yield from _in_standard(graph)


def _in_knative(graph: Object) -> Iterator[Mistake]:
    least, most = _least(graph, 1), graph.get("spec", "maxReplicas")
    if whole(most) and 0 < most < least:
        yield graph.error((*_HERE, "maxReplicas"), f"Knative refuses a maximum of {most} below the minimum of {least}")
    own = str(graph.annotations.get(_KNATIVE_CLASS, "")).startswith("hpa")
    metric = graph.text("spec", "scaleMetric")
    if metric in _METRICS["Standard"] and not own:
        hint = f"take {' or '.join(_METRICS['Knative'])}, or say {_KNATIVE_CLASS}: hpa.autoscaling.knative.dev"
        yield graph.error((*_HERE, "scaleMetric"), f"Knative's own autoscaler refuses the metric '{metric}'", hint=hint)


def _in_standard(graph: Object) -> Iterator[Mistake]:
    if graph.get("spec", "timeout") is not None:
        hint = "use routerTimeouts"
        yield graph.warning((*_HERE, "timeout"), "nothing reads timeout in the mode Standard", hint=hint)
    if graph.annotations.get(AUTOSCALER_CLASS) in (None, "hpa"):
        yield from _replicas(graph)
        yield from _metric(graph)


def _replicas(graph: Object) -> Iterator[Mistake]:
    least, most = _least(graph, 1), graph.get("spec", "maxReplicas")
    if least == 0:
        hint = "Standard cannot scale to zero"
        yield graph.error((*_HERE, "minReplicas"), "KServe makes 1 of a minimum of 0", hint=hint)
    if whole(most) and 0 < most < least:
        message = f"a maximum of {most} below the minimum of {least} is ignored"
        yield graph.error((*_HERE, "maxReplicas"), message)


def _metric(graph: Object) -> Iterator[Mistake]:
    metric, target = graph.text("spec", "scaleMetric"), graph.get("spec", "scaleTarget")
    if metric in _METRICS["Knative"]:
        hint = "take cpu or memory"
        yield graph.error((*_HERE, "scaleMetric"), f"the metric '{metric}' counts in Knative alone", hint=hint)
    elif metric == "memory" and target is None:
        message = "without scaleTarget the metric 'memory' is ignored"
        yield graph.error((*_HERE, "scaleMetric"), message, hint="add scaleTarget, a percentage of the request")
    elif (metric or target is not None) and _fixed(graph):
        at = (*_HERE, "scaleMetric" if metric else "scaleTarget")
        yield graph.warning(at, "the number of replicas never changes", hint="add a maxReplicas above minReplicas")


def _fixed(graph: Object) -> bool:
    most: Any = graph.get("spec", "maxReplicas")
    return most is None or (whole(most) and most <= max(_least(graph, 1), 1))


def _least(graph: Object, default: int) -> int:
    value = graph.get("spec", "minReplicas")
    return value if whole(value) else default
