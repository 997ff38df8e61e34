"""What KServe makes of an InferenceService that fits its schema: replicas, canaries, implementations."""

from collections.abc import Iterator

from kserve_gitops.checks import serving
from kserve_gitops.checks.canaries import canary
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree


@rule("KG120")
def autoscaling(tree: Tree) -> Iterator[Mistake]:
    """Autoscaling that KServe refuses or ignores.

    Which fields count depends on the deployment mode and on the autoscaler's class. KServe's webhook refuses some wrong
    combinations; others it accepts, and then a HorizontalPodAutoscaler has no metric, a ScaledObject no trigger, or
    nothing reads the field. The model then runs with as many replicas as it began with, or never becomes ready.

    Fix: say the class with `autoscalerClass`, and only what that scaler reads: `scaleMetric` and `scaleTarget` of cpu
    or memory with hpa, `autoScaling.metrics` with keda, concurrency or rps in the mode Knative.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/apis/serving/v1beta1/inference_service_validation.go, and
    hpa_reconciler.go, keda_reconciler.go and ksvc_reconciler.go below
    pkg/controller/v1beta1/inferenceservice/reconcilers.
    """
    for service in tree.services:
        if not service.doubtful:  # the mode, or the scaler, may be what could not be read
            yield from map(service.told, serving.autoscaling(service.admitted))


@rule("KG121")
def canaries(tree: Tree) -> Iterator[Mistake]:
    """A canary that cannot be rolled out there, or would be ignored.

    `canaryTrafficPercent` divides requests in the mode Knative alone; in Standard it does nothing, and all requests go
    to the new predictor at once. `spec.canary` is known from v0.20.0 on, in Standard alone.

    Fix: use `canary: {trafficPercent: …, predictor: {…}}` of the catalogue, which becomes what the release and the mode
    can do.

    Since: v0.16.0; `spec.canary` v0.20.0

    Source: kserve/kserve v0.16.0 and v0.20.0, inference_service_validation.go and component.go in
    pkg/apis/serving/v1beta1; issues 4074 and 5335.
    """
    for service in tree.services:
        yield from map(service.told, canary(service.admitted))


@rule("KG122")
def implementations(tree: Tree) -> Iterator[Mistake]:
    """A component without exactly one implementation.

    KServe's webhook counts `model`, the legacy framework keys and containers called kserve-container, and refuses any
    other number than one. A container of that name must be the first: the controller writes over the first one.

    Fix: keep one of `model` and `containers` in a predictor; a transformer needs `containers`, an explainer `art` or
    `containers`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/apis/serving/v1beta1/component.go, predictor.go, transformer.go,
    explainer.go; pkg/controller/v1beta1/inferenceservice/components/predictor.go.
    """
    for service in tree.services:
        yield from map(service.told, serving.implementations(service.admitted))
