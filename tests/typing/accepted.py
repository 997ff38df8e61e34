"""What a person may write: all of it type-checks."""

from collections.abc import Mapping
from typing import Any

from kserve_gitops import Chart, InferenceService
from kserve_gitops.serving.autoscaling import HPA, KEDA, KnativeAutoscaling
from kserve_gitops.serving.canary import Canary
from kserve_gitops.serving.shapes import Predictor, Untyped
from kserve_gitops.serving.triggers import CPU, Memory, Prometheus

ANSWERS = Prometheus("http://prometheus:9090", "rate(requests[1m])", 2)


def models(chart: Chart, read: Mapping[str, Any]) -> None:
    predictor: Predictor = {
        "model": {
            "modelFormat": {"name": "sklearn", "version": "1"},
            "protocolVersion": "v2",
            "storageUri": "s3://acme-ml-models/iris",
            "resources": None,
            "env": [{"name": "PREDICT_PROBA", "value": "true"}],
        },
        "tolerations": [{"key": "models", "operator": "Exists", "effect": "NoSchedule"}],
        "logger": {"mode": "all", "url": "http://logger"},
        "batcher": {"maxBatchSize": 32},
        "minReplicas": 2,
    }
    InferenceService(chart, "a", namespace="n", predictor=predictor, canary=Canary(10, {"model": {"args": ["--x"]}}))
    InferenceService(chart, "b", namespace="n", predictor=Untyped(read), canary=[read])
    InferenceService(
        chart,
        "c",
        namespace="n",
        predictor={"containers": [{"image": "registry.example.com/model:1", "ports": [{"containerPort": 8080}]}]},
        transformer={"containers": [{"image": "registry.example.com/prepare:1"}], "timeout": 30},
        explainer={"art": {"type": "SquareAttack", "config": {"nb_classes": "10"}}},
        autoscaling=HPA(max_replicas=3, metrics=(CPU(70), Memory("1Gi"))),
    )
    KEDA(max_replicas=3, triggers=(ANSWERS, CPU(70)))
    KnativeAutoscaling("rps", 50)
