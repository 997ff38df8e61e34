"""How many replicas a component has: one closed choice, in the words of people.

KServe reads five fields and two annotations, and which of them counts depends on the deployment mode and on a class;
what does not count is ignored without a word. Each choice here writes exactly what its scaler reads.

Sources: kserve/kserve v0.16.0 and v0.20.0, validateAutoScalingCompExtension and below in
pkg/apis/serving/v1beta1/inference_service_validation.go; hpa_reconciler.go, keda_reconciler.go and
ksvc_reconciler.go below pkg/controller/v1beta1/inferenceservice/reconcilers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from kserve_gitops.core.errors import GitopsError
from kserve_gitops.serving.triggers import CPU, Memory, Trigger

CLASSES = ("hpa", "keda", "none", "external")
"""What the annotation serving.kserve.io/autoscalerClass may say."""

FIELDS = ("minReplicas", "maxReplicas", "scaleMetric", "scaleMetricType", "scaleTarget", "autoScaling")
"""Of a component: what the choices here write, and what must not stand there beside one."""

_CPU = 80
"""Percent: what KServe takes for an HPA that says nothing."""


@dataclass(frozen=True, slots=True)
class HPA:
    """Kubernetes' own scaler, for the mode Standard: by CPU and memory. It never goes below one replica.

    Without `metrics`: 80 percent of the requested CPU, which is KServe's default.
    """

    mode: ClassVar[str] = "Standard"
    autoscaler_class: ClassVar[str | None] = "hpa"

    max_replicas: int
    min_replicas: int = 1
    metrics: tuple[CPU | Memory, ...] = (CPU(_CPU),)

    def __post_init__(self) -> None:
        """Refuse what KServe refuses or ignores."""
        _replicas("HPA", self.min_replicas, self.max_replicas, least=1, hint="KEDA scales to zero")
        if not self.metrics or not all(isinstance(metric, CPU | Memory) for metric in self.metrics):
            raise GitopsError("HPA: metrics are CPU and Memory, at least one", hint="KEDA knows others")

    @property
    def fields(self) -> dict[str, Any]:
        """Of the component."""
        return _bounds(self.min_replicas, self.max_replicas) | _metrics(self.metrics)


@dataclass(frozen=True, slots=True)
class KEDA:
    """KEDA's scaler, for the mode Standard: by anything that can be measured. KEDA must be in the cluster.

    `triggers` are never empty: without one KEDA refuses the scaler, and the model never becomes ready. With
    `min_replicas` 0 the model sleeps while no trigger is active; CPU and memory alone cannot wake it.
    """

    mode: ClassVar[str] = "Standard"
    autoscaler_class: ClassVar[str | None] = "keda"

    max_replicas: int
    triggers: tuple[Trigger, *tuple[Trigger, ...]]
    min_replicas: int = 1

    def __post_init__(self) -> None:
        """Refuse what KServe or KEDA refuses."""
        _replicas("KEDA", self.min_replicas, self.max_replicas, least=0)
        if not self.triggers:
            raise GitopsError("KEDA: triggers must not be empty", hint="Prometheus, PodMetric, CPU or Memory")
        if self.min_replicas == 0 and all(isinstance(trigger, CPU | Memory) for trigger in self.triggers):
            hint = "add a Prometheus or PodMetric trigger, or set min_replicas to 1"
            raise GitopsError("KEDA: min_replicas is 0, but CPU and memory of no pod wake nothing", hint=hint)

    @property
    def fields(self) -> dict[str, Any]:
        """Of the component."""
        return _bounds(self.min_replicas, self.max_replicas) | _metrics(self.triggers)


@dataclass(frozen=True, slots=True)
class KnativeAutoscaling:
    """Knative's scaler, for the mode Knative: by requests at the same time, or per second.

    `target` is how many of them one replica should have (None: Knative's own, 100 at the same time or 200 per
    second); `container_concurrency` is how many at the same time it can have at all, 0 for any number. `min_replicas`
    0 scales to zero; `max_replicas` None is without bound.
    """

    mode: ClassVar[str] = "Knative"
    autoscaler_class: ClassVar[str | None] = None

    metric: Literal["concurrency", "rps"] = "concurrency"
    target: int | None = None
    container_concurrency: int | None = None
    min_replicas: int = 1
    max_replicas: int | None = None

    def __post_init__(self) -> None:
        """Refuse what KServe or Knative refuses."""
        _replicas("KnativeAutoscaling", self.min_replicas, self.max_replicas, least=0)
        if self.metric not in ("concurrency", "rps"):
            raise GitopsError(f"KnativeAutoscaling: '{self.metric}' is neither concurrency nor rps")
        if self.target is not None and self.target < 1:
            raise GitopsError(f"KnativeAutoscaling: the target '{self.target}' is less than 1")
        if self.container_concurrency is not None and self.container_concurrency < 0:
            raise GitopsError(f"KnativeAutoscaling: the concurrency '{self.container_concurrency}' is less than 0")

    @property
    def fields(self) -> dict[str, Any]:
        """Of the component."""
        found: dict[str, Any] = _bounds(self.min_replicas, self.max_replicas) | {"scaleMetric": self.metric}
        more = {"scaleTarget": self.target, "containerConcurrency": self.container_concurrency}
        return found | {key: value for key, value in more.items() if value is not None}


@dataclass(frozen=True, slots=True)
class NoAutoscaling:
    """A fixed number of replicas, for the mode Standard; 0 stops the model. KServe puts every other number right."""

    mode: ClassVar[str] = "Standard"
    autoscaler_class: ClassVar[str | None] = "none"

    replicas: int = 1

    def __post_init__(self) -> None:
        """Refuse what KServe refuses."""
        _replicas("NoAutoscaling", self.replicas, None, least=0)

    @property
    def fields(self) -> dict[str, Any]:
        """Of the component."""
        return {"minReplicas": self.replicas}


@dataclass(frozen=True, slots=True)
class ExternalAutoscaling:
    """Somebody else scales the Deployment, for the mode Standard: KServe makes no scaler and leaves replicas alone."""

    mode: ClassVar[str] = "Standard"
    autoscaler_class: ClassVar[str | None] = "external"

    @property
    def fields(self) -> dict[str, Any]:
        """Of the component."""
        return {}


Autoscaling = HPA | KEDA | KnativeAutoscaling | NoAutoscaling | ExternalAutoscaling
"""Every way to scale; a component is scaled in one."""


def scaled(component: Mapping[str, Any], autoscaling: Autoscaling, mode: str) -> dict[str, Any]:
    """`component` with the fields of `autoscaling`.

    Raises GitopsError where `mode` ignores it, and where the component says something about scaling itself.
    """
    chosen = type(autoscaling).__name__
    if autoscaling.mode != mode:
        others = "HPA, KEDA, NoAutoscaling, ExternalAutoscaling"
        hint = f"in {mode}: {'KnativeAutoscaling' if mode == 'Knative' else others if mode == 'Standard' else 'none'}"
        raise GitopsError(f"{chosen} does nothing in the deployment mode '{mode}'", hint=hint)
    fields = autoscaling.fields
    if twice := sorted((fields.keys() | set(FIELDS)) & component.keys()):
        raise GitopsError(f"the component says {', '.join(twice)}, and {chosen} too", hint="say it once")
    return {**component, **fields}


def _bounds(least: int, most: int | None) -> dict[str, Any]:
    return {"minReplicas": least} | ({} if most is None else {"maxReplicas": most})


def _metrics(triggers: tuple[Trigger, ...]) -> dict[str, Any]:
    return {"autoScaling": {"metrics": [trigger.metric for trigger in triggers]}}


def _replicas(what: str, least_wanted: int, most: int | None, *, least: int, hint: str = "") -> None:
    if least_wanted < least:
        raise GitopsError(f"{what}: '{least_wanted}' replicas are less than {least}", hint=hint)
    if most is not None and most < max(least_wanted, 1):
        raise GitopsError(f"{what}: at most '{most}' replicas, but at least '{max(least_wanted, 1)}'")
