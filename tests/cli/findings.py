"""Findings to print."""

from kserve_gitops.core.findings import Finding, Severity, Subject
from kserve_gitops.core.places import Place

MODEL = Subject("serving.kserve.io/v1beta1", "InferenceService", "kserve", "iris")
ERROR = Finding(
    "KG110",
    "InferenceService 'iris', spec.predictor: unknown field 'minReplica'",
    Place("models/iris.yaml", 7, 15),
    "did you mean 'minReplicas'?",
    subject=MODEL,
    environment="production",
)
WARNING = Finding("KG021", "traefik 1 is older", Place("platform.yaml", 3), severity=Severity.WARNING)
ODD = Finding("KG001", "100%: a,b\r\n::set-output::x\udc80", Place("models/a b,c:d%é.yaml"), "\x1b[31m日本")
ALL = [ERROR, ODD, WARNING]
