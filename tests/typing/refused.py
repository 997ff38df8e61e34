"""What nobody may write: every line with `refused` does not type-check, for the reason behind it."""

from collections.abc import Mapping
from typing import Any

from kserve_gitops import Chart, InferenceService
from kserve_gitops.serving.autoscaling import HPA, KEDA, KnativeAutoscaling
from kserve_gitops.serving.shapes import ModelFormat, Predictor
from kserve_gitops.serving.triggers import CPU, PodMetric, Prometheus

ANSWERS = Prometheus("http://prometheus:9090", "rate(requests[1m])", 2)

FORM: ModelFormat = {"name": "sklearn"}
NAMED: Predictor = {"model": {"modelFormat": FORM, "name": "iris"}}  # refused: typeddict-unknown-key
MISSPELT: Predictor = {"minReplica": 1}  # refused: typeddict-unknown-key


def models(chart: Chart, read: Mapping[str, Any]) -> None:
    InferenceService(chart, "a", namespace="n", predictor={"modle": {}})  # refused: arg-type
    InferenceService(chart, "b", namespace="n", predictor={"model": {"modelformat": {}}})  # refused: arg-type
    InferenceService(chart, "c", namespace="n", predictor={"scaleMetric": "qps"})  # refused: arg-type
    InferenceService(chart, "d", namespace="n", predictor=read)  # refused: arg-type
    InferenceService(chart, "e", namespace="n", predictor={}, autoscaling="hpa")  # refused: arg-type
    HPA(max_replicas=3, metrics=(ANSWERS,))  # refused: arg-type
    HPA(max_replicas=3, metrics=(PodMetric("running", 1),))  # refused: arg-type
    KEDA(max_replicas=3)  # refused: call-arg
    KEDA(max_replicas=3, triggers=())  # refused: arg-type
    KnativeAutoscaling("cpu")  # refused: arg-type
    KnativeAutoscaling(metrics=(CPU(70),))  # refused: call-arg
    HPA(max_replicas=3, container_concurrency=1)  # refused: call-arg
