"""Nothing that stands in a file of the catalogue or of manifests/ ends in a traceback: it is built, or it is told."""

import copy
from itertools import cycle

import pytest
import yaml

from kserve_gitops.build.pipeline import render
from kserve_gitops.core.errors import GitopsError

MODEL = """\
name: iris
namespace: kserve
metadata: {labels: {a: b}, annotations: {c: d}}
deploymentMode: Standard
autoscalerClass: keda
credential: s3-access
predictor:
  minReplicas: 1
  tolerations: [{key: a, operator: Exists}]
  autoScaling: {metrics: [{type: PodMetric, podmetric: {metric: {query: x}, target: {type: Value, value: '4'}}}]}
  model: {modelFormat: {name: sklearn}, storageUri: 's3://acme-ml-models/a', env: [{name: A, value: b}], args: [--a]}
transformer: {containers: [{image: 'a:1', resources: {limits: {cpu: 1}}}]}
canary: {trafficPercent: 10, predictor: {model: {storageUri: 's3://acme-ml-models/b'}}}
route: {hostname: iris.ml.example.com}
client: {title: a, inputs: [a], labels: {0: x}}
environments: {production: {predictor: {minReplicas: 2}, canary: {trafficPercent: 20}}}
patches: [{op: add, path: /spec/predictor/timeout, value: 3}, {metadata: {labels: {x: y}}}]
"""
LEGACY = """\
name: leg
predictor: {sklearn: {storageUri: 's3://acme-ml-models/a'}}
canary: [{trafficPercent: 10, predictor: {name: v2, model: {name: kserve-container, modelFormat: {name: a}}}}]
"""
GRAPH = """\
kind: InferenceGraph
apiVersion: serving.kserve.io/v1alpha1
name: graph
nodes: {root: {routerType: Sequence, steps: [{serviceName: iris}]}}
environments: {production: {timeout: 3}}
"""
RAW = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: b, labels: {c: d}}, data: {e: f}}"
JUNK = [None, 1, 2.5, True, "", "x", [], {}, [None], {"a": None}, {"a": {"b": 1}}, 10**30, "é\n x"]


def paths(value, above=()):
    yield above
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from paths(inner, (*above, key))


def spoilt(data, path, junk):
    if not path:
        return junk
    data = copy.deepcopy(data)
    holder = data
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = junk
    return data


@pytest.mark.parametrize(
    ("file", "text", "start"),
    [
        *(pytest.param("models/a.yaml", MODEL, start, id=f"model-{start}") for start in (0, 5)),
        pytest.param("models/a.yaml", LEGACY, 3, id="legacy"),
        pytest.param("models/a.yaml", GRAPH, 7, id="graph"),
        pytest.param("manifests/a.yaml", RAW, 1, id="raw"),
    ],
)
def test_junk_in_the_place_of_any_value_is_built_or_told(file, text, start, project):
    from app import build  # noqa: PLC0415  imports cdk8s, which starts Node

    project.remove("models")
    data = yaml.safe_load(text)
    junk = cycle([*JUNK[start:], *JUNK[:start]])
    told = []
    for path, value in zip(paths(data), junk, strict=False):
        project.write(file, yaml.safe_dump(spoilt(data, path, value), allow_unicode=True))
        try:
            render(project.root, build)
        except GitopsError as error:
            told.append(str(error))

    assert len(told) > 5
    assert all(told)
