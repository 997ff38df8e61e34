"""What replicas are counted by: each writes one entry of `autoScaling.metrics`, complete.

Sources: kserve/kserve v0.16.0, validateScalingKedaCompExtension in
pkg/apis/serving/v1beta1/inference_service_validation.go, and hpa_reconciler.go and keda_reconciler.go below
pkg/controller/v1beta1/inferenceservice/reconcilers.
"""

from dataclasses import dataclass
from typing import Any

from kserve_gitops.core import quantities
from kserve_gitops.core.errors import GitopsError

_PERCENT = range(1, 101)
_LEAST_MEMORY = 1 << 20


@dataclass(frozen=True, slots=True)
class CPU:
    """Use of CPU, in percent of what the pod requests, 1 to 100: without requests nothing scales."""

    utilization: int

    def __post_init__(self) -> None:
        """Refuse what no scaler takes."""
        _percent("CPU", self.utilization)

    @property
    def metric(self) -> dict[str, Any]:
        """An entry of `autoScaling.metrics`."""
        return _resource("cpu", {"type": "Utilization", "averageUtilization": self.utilization})


@dataclass(frozen=True, slots=True)
class Memory:
    """Use of memory: a number is percent of what the pod requests, 1 to 100; text a quantity per pod, '800Mi'.

    The type of the target is always written: KServe makes an HPA that the cluster refuses of one without.
    """

    target: int | str

    def __post_init__(self) -> None:
        """Refuse what no scaler takes."""
        if not isinstance(self.target, str):
            _percent("Memory", self.target)
            return
        try:
            enough = quantities.parse(self.target) >= _LEAST_MEMORY
        except ValueError as error:
            raise GitopsError(f"Memory: {error}") from error
        if not enough:
            raise GitopsError(f"Memory: '{self.target}' per pod is less than 1Mi", hint="'800Mi', '2Gi'")

    @property
    def metric(self) -> dict[str, Any]:
        """An entry of `autoScaling.metrics`."""
        if isinstance(self.target, str):
            return _resource("memory", {"type": "AverageValue", "averageValue": quantities.canonical(self.target)})
        return _resource("memory", {"type": "Utilization", "averageUtilization": self.target})


@dataclass(frozen=True, slots=True)
class Prometheus:
    """What a query answers, for each `threshold` of which there is one replica.

    `server` is a URL. `authentication` is the name of a TriggerAuthentication of KEDA, `auth_modes` its ways
    ('bearer'); `namespace` is for Prometheus behind a proxy that wants one.
    """

    server: str
    query: str
    threshold: str | float
    namespace: str | None = None
    authentication: str | None = None
    auth_modes: str | None = None

    def __post_init__(self) -> None:
        """Refuse what KServe refuses, or what KEDA cannot ask."""
        if not self.server or not self.query:
            raise GitopsError("Prometheus: server and query must not be empty")
        if self.auth_modes and not self.authentication:
            raise GitopsError("Prometheus: auth_modes without authentication", hint="name a TriggerAuthentication")
        _value("Prometheus", self.threshold)

    @property
    def metric(self) -> dict[str, Any]:
        """An entry of `autoScaling.metrics`."""
        asked = {"backend": "prometheus", "serverAddress": self.server, "query": self.query}
        if self.namespace is not None:
            asked["namespace"] = self.namespace
        external: dict[str, Any] = {"metric": asked, "target": _target(self.threshold)}
        if self.authentication is not None:
            modes = {"authModes": self.auth_modes} if self.auth_modes else {}
            external["authenticationRef"] = {"authenticationRef": {"name": self.authentication}, **modes}
        return {"type": "External", "external": external}


@dataclass(frozen=True, slots=True)
class PodMetric:
    """A metric that the pods themselves give, gathered by an OpenTelemetry collector that KServe puts beside them.

    `name` is a bare metric name, for KServe puts `sum(…{namespace, deployment})` around it; `threshold` is the value
    for each replica. `operation_over_time` is one of the scaler's ('avg', 'max', 'rate' …); `server` is its address
    where it is not the one of KServe's configuration.
    """

    name: str
    threshold: str | float
    operation_over_time: str | None = None
    server: str | None = None

    def __post_init__(self) -> None:
        """Refuse what KServe refuses, or makes nonsense of."""
        if not self.name or not set(self.name).isdisjoint("{}()[] "):
            raise GitopsError(f"PodMetric: '{self.name}' is not the bare name of a metric", hint="no {…}, no function")
        _value("PodMetric", self.threshold)

    @property
    def metric(self) -> dict[str, Any]:
        """An entry of `autoScaling.metrics`."""
        asked: dict[str, Any] = {"backend": "opentelemetry", "metricNames": [self.name], "query": self.name}
        more = {"operationOverTime": self.operation_over_time, "serverAddress": self.server}
        asked |= {key: value for key, value in more.items() if value is not None}
        return {"type": "PodMetric", "podmetric": {"metric": asked, "target": _target(self.threshold)}}


Trigger = CPU | Memory | Prometheus | PodMetric
"""What KEDA can scale by."""


def _resource(name: str, target: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Resource", "resource": {"name": name, "target": target}}


def _target(threshold: str | float) -> dict[str, str]:
    return {"type": "Value", "value": str(threshold)}


def _percent(what: str, value: int) -> None:
    if value not in _PERCENT:
        raise GitopsError(f"{what}: '{value}' is no percentage of the request, 1 to 100")


def _value(what: str, threshold: str | float) -> None:
    try:
        positive = quantities.parse(threshold) > 0
    except ValueError as error:
        raise GitopsError(f"{what}: the threshold {error}") from error
    if not positive:
        raise GitopsError(f"{what}: the threshold '{threshold}' is not above 0")
