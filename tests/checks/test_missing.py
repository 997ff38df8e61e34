"""What is missing is said as data too, such that listing it under `existing` settles the finding."""

import pytest

from tests.checks.trees import cluster, findings, service

ADVICE = "list it under existing in platform.yaml"
GRAPH = """
apiVersion: serving.kserve.io/v1alpha1
kind: InferenceGraph
metadata: {name: graph, namespace: kserve}
spec: {nodes: {root: {routerType: Sequence, steps: [{serviceName: other}]}}}
"""
ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: a, namespace: kserve}
spec:
  parentRefs: [{name: gateway, namespace: infra}]
  rules: [{backendRefs: [{name: backend, port: 80}]}]
"""
TRAINED = """
apiVersion: serving.kserve.io/v1alpha1
kind: TrainedModel
metadata: {name: a, namespace: kserve}
spec: {inferenceService: server, model: {storageUri: 's3://bucket/iris/1', framework: sklearn, memory: 1Gi}}
"""
CACHE = """
apiVersion: serving.kserve.io/v1alpha1
kind: LocalModelCache
metadata: {name: a}
spec: {sourceModelUri: 'hf://a/b', modelSize: 1Gi, nodeGroups: [workers]}
"""
LLM = """
apiVersion: serving.kserve.io/v1alpha1
kind: LLMInferenceService
metadata: {name: a, namespace: kserve}
spec: {model: {uri: 'hf://a/b'}, baseRefs: [{name: ours}]}
"""


def model(**changes):
    made = service()
    made["spec"]["predictor"]["model"] |= changes
    return made


MISSING = {
    "account": (service({"serviceAccountName": "own"}), "KG220", "ServiceAccount/kserve/own"),
    "pull secret": (service({"imagePullSecrets": [{"name": "r"}]}), "KG234", "Secret/kserve/r"),
    "variable": (
        model(env=[{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]),
        "KG230",
        "Secret/kserve/s",
    ),
    "claim": (model(storageUri="pvc://claim/iris"), "KG232", "PersistentVolumeClaim/kserve/claim"),
    "runtime": (model(runtime="ours"), "KG101", "ClusterServingRuntime/ours"),
    "step": (GRAPH, "KG155", "InferenceService/kserve/other"),
    "gateway": (ROUTE, "KG307", "Gateway/infra/gateway"),
    "backend": (ROUTE, "KG311", "Service/kserve/backend"),
    "server": (TRAINED, "KG163", "InferenceService/kserve/server"),
    "node group": (CACHE, "KG166", "LocalModelNodeGroup/workers"),
    "config": (LLM, "KG162", "LLMInferenceServiceConfig/kserve/ours"),
    "knative": (service(mode="Knative"), "KG128", "KnativeServing/knative-serving/knative-serving"),
}


@pytest.mark.parametrize(("manifest", "code", "missing"), MISSING.values(), ids=MISSING)
def test_what_is_missing_can_be_listed(manifest, code, missing):
    [found] = [one for one in findings(manifest) if one.code == code]

    assert "/".join(filter(None, (found.missing.kind, found.missing.namespace, found.missing.name))) == missing
    assert found.hint.endswith(ADVICE)
    assert not [one for one in findings(manifest, of=cluster(existing=[missing])) if one.code == code]


def test_what_is_wrong_with_a_value_is_not_missing():
    [found] = [one for one in findings(model(storageUri="s3://B/iris/1")) if one.code == "KG203"]

    assert found.missing is None
