"""Pieces of Kubernetes objects inside Helm values: judged by the kinds that they end up in, where that is sure."""

import re
from pathlib import Path

import pytest
import yaml

from tests.checks.trees import schemas

PUBLISHED = Path(__file__).parents[3] / "shared" / "values"
FILES = sorted(PUBLISHED.glob("*.values.yaml"))
CHARTS = {"jupyterhub": "4.4.0", "keda": "2.20.2", "mlflow": "1.11.5", "traefik": "41.3.0"}
NAME = re.compile(r"(?P<chart>.+?)-(?P<version>v?\d+\.\d+\.\d+)\.values")


def told(chart, text):
    found = schemas().values_problems(chart, CHARTS[chart], yaml.safe_load(text))
    return [(".".join(map(str, (*p.path, *([p.key] if p.key else [])))), p.hint) for p in found]


@pytest.mark.parametrize(
    ("chart", "text", "at", "hint"),
    [
        ("mlflow", "{resources: {requestss: {cpu: 1}}}", "resources.requestss", "did you mean 'requests'?"),
        ("mlflow", "{resources: {limits: {memroy: 1Gi}}}", "resources.limits.memroy", "did you mean 'memory'?"),
        ("mlflow", "{resources: {limits: {gpu: '1'}}}",
         "resources.limits.gpu", "a device has a domain, as in nvidia.com/gpu"),
        ("mlflow", "{resources: {limits: {memory: 2GB}}}",
         "resources.limits.memory", "quantities look like 500m, 2, 4Gi"),
        ("mlflow", "{podSecurityContext: {fsGroupp: 1}}", "podSecurityContext.fsGroupp", "did you mean 'fsGroup'?"),
        ("mlflow", "{strategy: {typ: Recreate}}", "strategy.typ", "did you mean 'type'?"),
        ("mlflow", "{extraVolumes: [{name: a, persistentVolumeClaim: {claimNam: b}}]}",
         "extraVolumes.0.persistentVolumeClaim.claimNam", "did you mean 'claimName'?"),
        ("mlflow", "{extraVolumeMounts: [{name: a}]}", "extraVolumeMounts.0.mountPath", ""),
        ("mlflow", "{nodeSelector: {gpu: true}}", "nodeSelector.gpu", 'write "true"'),
        ("jupyterhub", "{singleuser: {networkPolicy: {egress: [{too: []}]}}}",
         "singleuser.networkPolicy.egress.0.too", "did you mean 'to'?"),
        ("jupyterhub", "{hub: {extraEnv: [{name: A, valu: b}]}}", "hub.extraEnv.0.valu", "did you mean 'value'?"),
        ("keda", "{tolerations: [{keyy: a}]}", "tolerations.0.keyy", "did you mean 'key'?"),
        ("traefik", "{resources: {limit: {cpu: 1}}}", "resources.limit", "did you mean 'limits'?"),
        ("traefik", "{deployment: {initContainers: [{name: a, imagee: b}]}}",
         "deployment.initContainers.0.imagee", "did you mean 'image'?"),
    ],
)  # fmt: skip
def test_mistake_in_a_piece_is_told(chart, text, at, hint):
    assert told(chart, text) == [(at, hint)]


@pytest.mark.parametrize(
    ("chart", "text"),
    [
        ("mlflow", "{podSecurityContext: {enabled: true, any: 1}, strategy: {preset: fast}}"),
        ("mlflow", "{extraEnvVars: {requestss: a}}"),
        ("mlflow", "{resources: {limits: {cpu: '1', nvidia.com/gpu: 1, hugepages-2Mi: 1Gi}}}"),
        ("mlflow", "{resources: {limits: {memory: '{{ .Values.memory }}'}}, tolerations: [{key: null}]}"),
        ("mlflow", "{livenessProbe: {periodSeconds: 5}, affinity: {nodeAffinity: {}}, tolerations: ['{{ .x }}']}"),
        ("jupyterhub", "{imagePullSecrets: [registry]}"),
        ("jupyterhub", "{singleuser: {extraTolerations: [{toleration_seconds: 1, key: '{username}'}]}}"),
        ("jupyterhub", "{singleuser: {storage: {extraVolumes: {a: {name: b}}}}}"),
        ("keda", "{securityContext: {operator: {runAsUser: 1}}, podSecurityContext: {operator: {fsGroup: 1}}}"),
        ("traefik", "{updateStrategy: {type: OnDelete, rollingUpdate: null}, securityContext: {runAsUser: 1}}"),
        ("traefik", "{service: {spec: {loadBalancerClass: a}}, podSecurityContext: {fsGroup: 1, sysctls: []}}"),
    ],
)
def test_what_a_chart_may_do_with_a_piece_is_not_judged(chart, text):
    assert told(chart, text) == []


@pytest.mark.parametrize("junk", [None, 1, "a", True, [1], ["a"], [[]], {"a": 1}, {"1": {"2": 3}}, [{"name": {}}]])
@pytest.mark.parametrize(
    "key", ["resources", "affinity", "extraVolumes", "livenessProbe", "strategy", "securityContext", "tolerations"]
)
def test_odd_shapes_are_told_or_passed_over(key, junk):
    assert isinstance(schemas().values_problems("mlflow", "1.11.5", {key: junk}), list)


@pytest.mark.skipif(not FILES, reason="no ../shared/values")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_default_values_of_charts_are_without_mistakes(file):
    name = NAME.match(file.name)
    values = yaml.safe_load(file.read_text()) or {}

    assert schemas().values_problems(name["chart"], name["version"], values) == []
