"""KServe's own rules, by the numbers of the list that the facts about KServe were gathered in: each is told, with its effect.

An error is what KServe refuses, what never becomes ready, and what nobody can have meant; a warning is what it takes
and passes over. Nothing else is told about a manifest, but for good practice.
"""
# ruff: noqa: E501  a case is a line

from typing import NamedTuple

import pytest

from tests.checks import written
from tests.checks.trees import cluster, findings, values_row
from tests.checks.written import (  # fmt: skip
    BARE,
    ENTRY,
    STORE,
    asked,
    canary,
    container,
    containers,
    entry,
    env,
    graph,
    isvc,
    llm,
    metric,
    model,
    nodes,
    runtime,
    serving,
    uris,
    workers,
)

OLD, NEW = "v0.16.0", "v0.20.0"
ALL = (OLD, NEW)
P, M = "spec.predictor", "spec.predictor.model"
A = "metadata.annotations.serving.kserve.io/"
PRACTICE = frozenset({"KG145", "KG170", "KG171", "KG172", "KG173", "KG174"})


class Case(NamedTuple):
    """What is found in a manifest (code, path, severity), under which releases and settings of KServe's chart."""

    found: set[tuple[str, str, str]]
    text: str
    releases: tuple[str, ...]
    settings: dict[str, object]
    gateway: dict[str, object]


def refused(code, path, text, releases=ALL, gateway=None, **settings):
    return Case({(code, path, "error")}, text, releases, settings, gateway or {})


def idle(code, path, text, releases=ALL):
    return Case({(code, path, "warning")}, text, releases, {}, {})


N10 = "n" * 10
TRANSFORMER = f"transformer: {{{containers()}}}"
KEDA, NONE, HPA = ({"autoscalerClass": word} for word in ("keda", "none", "hpa"))
KNATIVE = {"mode": "Knative"}
KNATIVE_HPA = {"autoscaling.knative.dev/class": "hpa.autoscaling.knative.dev"}
LONG = "{{ .Name }}-{{ .Namespace }}-of-the-platform-for-machine-learning.{{ .IngressDomain }}"
TRAINED = f"inferenceService: iris, model: {{framework: sklearn, {STORE}, memory: 1Gi}}"
CACHE = "sourceModelUri: 's3://bucket/iris/1', modelSize: 1Gi, nodeGroups: [n]"
STEP = "{serviceName: iris}"
ONE, TWO = "{serviceName: iris, weight: 50}", "{serviceName: iris, weight: 40}"
METRIC = f"{P}.autoScaling.metrics.0"
SHARE = {"type": "Utilization", "averageUtilization": 50}
GPUS = "resources: {limits: {nvidia.com/gpu: 1}, requests: {nvidia.com/gpu: 1}}"
OTHER_GPU = "resources: {limits: {example.com/gpu: 1}, requests: {example.com/gpu: 1}}"
THREE = container("worker-container").replace("cpu: 1,", "cpu: 1, nvidia.com/gpu: 3,")
FOREIGN = "gateway: {refs: [{name: g, namespace: kserve}]}"

# fmt: off
IDENTITY = {
    "1-digit-first": refused("KG125", "metadata.name", isvc(name="1iris")),
    "1-dot": refused("KG125", "metadata.name", isvc(name="iris.v1")),
    "1-dash-last": refused("KG125", "metadata.name", isvc(name="iris-")),
    "1-upper-case": refused("KG125", "metadata.name", isvc(name="Iris")),
    "2-host": refused("KG303", "metadata.name", isvc(name="i" * 43, namespace=N10)),
    "2-host-of-a-transformer": refused("KG303", "metadata.name", isvc(more=TRANSFORMER, name="i" * 41, namespace=N10)),
    "2-host-by-a-template": refused("KG303", "metadata.name", isvc(name="i" * 30), controller__gateway__domainTemplate=LONG),
    "3-label": refused("KG126", "metadata.name", isvc(name="i" * 49, namespace="n")),
    "3-label-of-a-transformer": refused("KG126", "metadata.name", isvc(more=TRANSFORMER, name="i" * 47, namespace="n")),
    "3-label-of-workers": refused("KG126", "metadata.name", nodes(name="i" * 42)),
    "4-service-of-knative": refused("KG126", "metadata.name", isvc(name="i" * 54, **KNATIVE)),
    "5-domain": refused("KG305", "kserve.controller.gateway.domain", isvc(), (OLD,), {"domain": "ML_example.com"}),
    "5-another-domain": refused("KG305", "kserve.controller.gateway.additionalIngressDomains.0", isvc(), (OLD,), {"domain": "ml.acme.org", "additionalIngressDomains": ["-acme.org"]}),
    "6-name": refused("KG125", "metadata.name", graph(f"root: {{routerType: Sequence, steps: [{STEP}]}}", "1a")),
    "6-no-root": refused("KG150", "spec.nodes", graph(f"first: {{routerType: Sequence, steps: [{STEP}]}}")),
    "6-step-twice": refused("KG150", "spec.nodes.root.steps.1.name", graph("root: {routerType: Sequence, steps: [{name: s, serviceName: iris}, {name: s, serviceName: iris}]}")),
    "6-two-targets": refused("KG150", "spec.nodes.root.steps.0.serviceUrl", graph("root: {routerType: Sequence, steps: [{serviceName: iris, serviceUrl: 'http://iris'}]}")),
    "6-no-target": refused("KG150", "spec.nodes.root.steps.0", graph("root: {routerType: Sequence, steps: [{name: s}]}")),
    "6-no-weight": refused("KG150", "spec.nodes.root.steps.1", graph(f"root: {{routerType: Splitter, steps: [{ONE}, {STEP}]}}")),
    "6-weights-of-90": refused("KG150", "spec.nodes.root.steps", graph(f"root: {{routerType: Splitter, steps: [{ONE}, {TWO}]}}")),
    "7-name": refused("KG125", "metadata.name", serving("TrainedModel", TRAINED, name="a.b") + isvc(model=BARE)),
    "7-scheme": refused("KG202", "spec.model.storageUri", serving("TrainedModel", TRAINED.replace("s3:", "ftp:")) + isvc(model=BARE)),
    "8-one-model-twice": refused("KG165", "spec.sourceModelUri", "".join(serving("LocalModelCache", CACHE, name=name, namespace="") for name in "ab")),
}
SHAPE = {
    "9-nothing": refused("KG122", P, isvc("minReplicas: 1", "")),
    "9-model-and-container": refused("KG122", P, isvc(containers())),
    "9-model-and-framework": refused("KG122", P, isvc(f"sklearn: {{{STORE}}}")),
    "9-two-frameworks": refused("KG122", P, isvc(f"sklearn: {{{STORE}}}, xgboost: {{{STORE}}}", "")),
    "9-transformer": refused("KG122", "spec.transformer", isvc(more="transformer: {minReplicas: 1}")),
    "9-explainer": refused("KG122", "spec.explainer", isvc(more="explainer: {minReplicas: 1}")),
    "10-name-of-a-model": refused("KG130", f"{M}.name", model(f"{STORE}, name: iris")),
    "10-name-of-a-framework": refused("KG130", f"{P}.sklearn.name", isvc(f"sklearn: {{{STORE}, name: iris}}", "")),
    "11-order": refused("KG122", f"{P}.containers", isvc(containers(container("side"), container()), "")),
    "11-none-serves": refused("KG122", f"{P}.containers", isvc(containers(container("a"), container("b")), "")),
    "12-protocol": refused("KG131", f"{P}.containers.0.env.0.value", isvc(containers(container(said=env("PROTOCOL", "v3"))), "")),
    "13-address-of-a-transformer": refused("KG131", f"{P}.containers.0.env.0.name", isvc(containers(container("transformer-container", env("STORAGE_URI", "s3://bucket/m/1"))))),
    "14-both": refused("KG207", f"{M}.storageUri", isvc("storageUris: [{uri: 's3://bucket/m/1'}]"), (NEW,)),
    "14-empty": refused("KG111", f"{P}.storageUris.0.uri", uris("uri: ''")),
    "14-relative": refused("KG111", f"{P}.storageUris.0.mountPath", uris("uri: 'pvc://w', mountPath: mnt/a")),
    "14-root": refused("KG208", f"{P}.storageUris.0.mountPath", uris("uri: 'pvc://w', mountPath: /")),
    "14-dots": refused("KG208", f"{P}.storageUris.0.mountPath", uris("uri: 'pvc://w', mountPath: /mnt/../a")),
    "14-nothing-in-common": refused("KG208", f"{P}.storageUris.1.mountPath", uris("uri: 's3://bucket/m/1', mountPath: /a/b", "uri: 's3://bucket/m/2', mountPath: /c/d"), (NEW,)),
    "14-one-path-twice": refused("KG208", f"{P}.storageUris.1.mountPath", uris("uri: 'pvc://w', mountPath: /mnt/a", "uri: 'pvc://w', mountPath: /mnt/a")),
    "15-two-addresses": refused("KG207", f"{M}.storage.path", model(f"{STORE}, storage: {{path: a/1}}")),
    "16-scheme": refused("KG202", f"{M}.storageUri", model("storageUri: 'ftp://host/m/1'")),
    "16-no-scheme": refused("KG202", f"{M}.storageUri", model("storageUri: s3/bucket/m/1")),
    "16-one-slash": refused("KG202", f"{M}.storageUri", model("storageUri: 's3:/bucket/m/1'")),
    "17-no-address": idle("KG132", M, model("args: [--workers=2]")),
    "18-explainer": refused("KG134", "spec.explainer.art.storageUri", isvc(more="explainer: {art: {type: SquareAttack, storageUri: 'gs://bucket/m/1', storage: {key: a}}}")),
    "18-explainer-by-kind": refused("KG134", "spec.explainer.art.storage.parameters.type", isvc(more="explainer: {art: {type: SquareAttack, storage: {key: a, parameters: {type: gs}}}}")),
    "19-no-mode": refused("KG133", f"{P}.logger", isvc("logger: {url: 'http://l.example.com'}")),
    "19-mode": refused("KG111", f"{P}.logger.mode", isvc("logger: {url: 'http://l.example.com', mode: both}")),
    "19-storage": refused("KG133", f"{P}.logger.storage", isvc("logger: {mode: all, url: 's3://bucket/l', storage: {key: k}}")),
    "20-concurrency": refused("KG120", f"{P}.containerConcurrency", isvc("containerConcurrency: -1", **KNATIVE)),
}
SCALING = {
    "21-least": refused("KG120", f"{P}.minReplicas", isvc("minReplicas: -1")),
    "21-most": refused("KG120", f"{P}.maxReplicas", isvc("maxReplicas: -1")),
    "21-order": refused("KG120", f"{P}.maxReplicas", isvc("minReplicas: 3, maxReplicas: 2")),
    "21-order-of-nothing-said": refused("KG120", f"{P}.maxReplicas", isvc("minReplicas: 2, maxReplicas: 1")),
    "22-kpa": refused("KG120", f"{A}autoscalerClass", isvc(autoscalerClass="kpa")),
    "23-former-word": refused("KG127", f"{A}deploymentMode", isvc("deploymentStrategy: {type: Recreate}", mode="RawDeployment"), (OLD,)),
    "23-former-word-later": idle("KG127", f"{A}deploymentMode", isvc("deploymentStrategy: {type: Recreate}", mode="RawDeployment"), ("v0.17.1", NEW)),
    "24-metric": refused("KG120", f"{P}.scaleMetric", isvc("scaleMetric: rps", **HPA)),
    "24-cpu": refused("KG120", f"{P}.scaleTarget", isvc("scaleTarget: 101", **HPA)),
    "24-memory": refused("KG120", f"{P}.scaleTarget", isvc("scaleMetric: memory, scaleTarget: 200", **HPA)),
    "24-memory-of-0": refused("KG120", f"{P}.scaleTarget", isvc("scaleMetric: memory, scaleTarget: 0", **HPA)),
    "24-external": refused("KG120", METRIC, isvc(asked(), **HPA)),
    "24-no-resource": refused("KG120", METRIC, isvc("autoScaling: {metrics: [{type: Resource}]}", **HPA)),
    "25-metric": refused("KG120", f"{P}.scaleMetric", isvc(f"scaleMetric: cpu, {metric(**SHARE)}", **KEDA)),
    "25-cpu-by-value": refused("KG120", f"{METRIC}.resource.target", isvc(metric(type="AverageValue", averageValue=1), **KEDA)),
    "25-cpu-of-101": refused("KG120", f"{METRIC}.resource.target.averageUtilization", isvc(metric(type="Utilization", averageUtilization=101), **KEDA)),
    "25-memory-of-1k": refused("KG120", f"{METRIC}.resource.target.averageValue", isvc(metric("memory", type="AverageValue", averageValue="1k"), **KEDA)),
    "25-no-query": refused("KG120", f"{METRIC}.external.metric", isvc(asked(""), **KEDA)),
    "25-no-value": refused("KG120", f"{METRIC}.external.target", isvc(asked(target="type: Value"), **KEDA)),
    "25-another-field": refused("KG120", f"{METRIC}.external.target", isvc(asked(target="type: AverageValue, value: 1"), **KEDA)),
    "25-no-query-of-pods": refused("KG120", f"{METRIC}.podmetric.metric", isvc(asked("", kind="PodMetric"), **KEDA)),
    "26-strategy": refused("KG120", f"{P}.deploymentStrategy", isvc("deploymentStrategy: {type: Recreate}", **KNATIVE)),
    "26-metric": refused("KG120", f"{P}.scaleMetric", isvc("scaleMetric: cpu", **KNATIVE)),
    "26-target": refused("KG120", f"{P}.scaleTarget", isvc("scaleMetric: rps, scaleTarget: 0", **KNATIVE)),
    "26-hpa": refused("KG120", f"{P}.scaleMetric", isvc("scaleMetric: rps", **KNATIVE, **KNATIVE_HPA)),
    "27-concurrency": refused("KG120", f"{P}.scaleMetric", isvc("scaleMetric: concurrency")),
    "27-rps": refused("KG120", f"{P}.scaleMetric", isvc("scaleMetric: rps")),
    "28-zero": refused("KG120", f"{P}.minReplicas", isvc("minReplicas: 0")),
    "28-memory-without-target": idle("KG120", f"{P}.scaleMetric", isvc("scaleMetric: memory")),
    "28-memory-without-type": refused("KG120", f"{METRIC}.resource.target", isvc(metric("memory", averageUtilization=50))),
    "28-overruled": idle("KG120", f"{P}.scaleTarget", isvc(f"scaleTarget: 50, {metric(**SHARE)}")),
    "28-behavior": idle("KG120", f"{P}.autoScaling.behavior", isvc(metric(**SHARE).replace("{", "{behavior: {scaleDown: {stabilizationWindowSeconds: 5}}, ", 1))),
    "29-no-metrics": refused("KG120", P, isvc(**KEDA)),
    "29-no-metrics-of-a-transformer": refused("KG120", "spec.transformer", isvc(metric(**SHARE), more=TRANSFORMER, **KEDA)),
    "29-query": idle("KG120", f"{METRIC}.podmetric.metric.query", isvc(asked("sum(q)", kind="PodMetric"), **KEDA)),
    "29-behavior": idle("KG120", f"{P}.autoScaling.behavior.scaleDown.policies", isvc(metric(**SHARE).replace("{", "{behavior: {scaleDown: {policies: []}}, ", 1), **KEDA)),
    "30-none": idle("KG120", f"{P}.scaleTarget", isvc("scaleTarget: 50", **NONE)),
    "30-none-of-five": idle("KG120", f"{P}.maxReplicas", isvc("maxReplicas: 5", **NONE)),
    "30-external": idle("KG120", f"{P}.scaleMetric", isvc("scaleMetric: cpu", autoscalerClass="external")),
    "31-type": idle("KG120", f"{P}.scaleMetricType", isvc("scaleMetricType: Utilization")),
    "31-requests": idle("KG119", f"{P}.containers.0", isvc(f"maxReplicas: 2, {containers('{name: side, image: ' + repr('example.com/s:1') + '}')}")),
    "32-canary": refused("KG121", f"{P}.canaryTrafficPercent", isvc("canaryTrafficPercent: 10")),
    "32-concurrency": idle("KG120", f"{P}.containerConcurrency", isvc("containerConcurrency: 10")),
}
MODES = {
    "33-lower-case": refused("KG127", f"{A}deploymentMode", isvc(mode="standard")),
    "33-another-word": refused("KG127", f"{A}deploymentMode", isvc(mode="Raw")),
    "34-former-word": refused("KG127", f"{A}deploymentMode", isvc(mode="Serverless"), (OLD,)),
    "36-no-knative": refused("KG128", f"{A}deploymentMode", isvc(**KNATIVE)),
    "37-node-selector": idle("KG129", f"{P}.nodeSelector", isvc("nodeSelector: {disk: ssd}", **KNATIVE)),
    "37-tolerations": idle("KG129", f"{P}.tolerations", isvc("tolerations: [{key: a, operator: Exists}]", **KNATIVE)),
    "37-affinity": idle("KG129", f"{P}.affinity", isvc("affinity: {nodeAffinity: {}}", **KNATIVE)),
    "37-claim": idle("KG129", f"{P}.volumes.0.persistentVolumeClaim", isvc("volumes: [{name: v, persistentVolumeClaim: {claimName: w}}]", **KNATIVE)),
    "37-init": idle("KG129", f"{P}.initContainers", isvc(f"initContainers: [{container('i')}]", **KNATIVE)),
    "37-security": idle("KG129", f"{P}.securityContext", isvc("securityContext: {runAsUser: 1000}", **KNATIVE)),
    "37-addresses": idle("KG129", f"{P}.storageUris", isvc("storageUris: [{uri: 's3://bucket/m/1'}]", BARE, **KNATIVE), (NEW,)),
}
NODES = {
    "38-two-containers": refused("KG144", f"{P}.workerSpec.containers", nodes(workers("tensorParallelSize: 1", container("worker-container"), container("b")))),
    "38-variable": refused("KG144", f"{M}.env.0.name", nodes(more=f", {env('TENSOR_PARALLEL_SIZE', '2')}")),
    "38-size": refused("KG144", f"{P}.workerSpec.tensorParallelSize", nodes(workers("tensorParallelSize: 0"))),
    "38-scheme": refused("KG144", f"{M}.storageUri", nodes().replace("pvc://w/m/1", "s3://bucket/m/1")),
    "38-no-address": refused("KG144", M, nodes().replace("storageUri: 'pvc://w/m/1'", "args: []")),
    "38-scaler": refused("KG144", f"{A}autoscalerClass", nodes(autoscalerClass="hpa")),
    "38-gpu": refused("KG144", f"{M}.resources.requests?example.com/gpu", nodes(more=f", {OTHER_GPU}")),
    "39-runtime": refused("KG103", f"{P}.workerSpec", isvc(workers(), BARE + ", storageUri: 'pvc://w/m/1'", **NONE)),
    "39-gpus": refused("KG148", f"{P}.workerSpec", nodes(workers("tensorParallelSize: 8", THREE), f", {GPUS}")),
}
RUNTIMES = {
    "40-format": refused("KG102", f"{M}.modelFormat.name", isvc(model=f"modelFormat: {{name: caffe}}, {STORE}")),
    "40-protocol": refused("KG102", M, isvc(model=f"modelFormat: {{name: onnx}}, {STORE}")),
    "40-version": refused("KG102", f"{M}.modelFormat.version", isvc(model=f"modelFormat: {{name: sklearn, version: '9'}}, {STORE}")),
    "41-priority-of-two": refused("KG105", "spec.supportedModelFormats.0.priority", "".join(runtime(formats="{name: own, version: '1', autoSelect: true, priority: 1}", name=name) for name in "ab")),
    "41-priorities-of-one": refused("KG106", "spec.supportedModelFormats.1.priority", runtime(formats="{name: own, version: '1', autoSelect: true, priority: 1}, {name: own, version: '2', autoSelect: true, priority: 2}")),
    "41-workers": refused("KG147", "spec.workerSpec.tensorParallelSize", runtime(f"{containers()}, {workers('tensorParallelSize: 0')}")),
    "41-variable": refused("KG147", "spec.containers.0.env.0.name", runtime(f"{containers(container(said=env('PIPELINE_PARALLEL_SIZE', '2')))}, {workers()}")),
    "42-container": refused("KG107", "spec.containers.0.name", runtime(containers(container("server")))),
    "42-container-of-a-namespace": refused("KG107", "spec.containers.0.name", runtime(containers(container("server")), kind="ServingRuntime")),
    "43-argument": refused("KG140", f"{M}.args.0", model(f"{STORE}, args: ['--chat_template={{{{ messages }}}}']")),
    "43-variable": refused("KG140", f"{M}.env.0.value", model(f"{STORE}, {env('T', '{{ messages }}')}")),
    "43-runtime": refused("KG140", "spec.containers.0.args.0", runtime(containers(container(said="args: ['--t={{ messages }}']")))),
    "44-directory": idle("KG141", f"{M}.args.0", model(f"{STORE}, args: ['--model_dir=/mnt/other']")),
    "44-name": idle("KG141", f"{M}.args.0", model(f"{STORE}, args: ['--model_name=flowers']")),
    "44-port": idle("KG141", f"{M}.args.0", model(f"{STORE}, args: ['--http_port=8081']")),
    "45-memory": refused("KG142", f"{M}.resources.requests.memory", model(f"{STORE}, resources: {{requests: {{memory: 8Gi}}}}")),
    "45-cpu": refused("KG142", f"{M}.resources.requests.cpu", model(f"{STORE}, resources: {{requests: {{cpu: 4}}}}")),
    "46-hugging-face": refused("KG203", f"{M}.storageUri", model("storageUri: 'hf://model'")),
    "46-claim": idle("KG211", f"{M}.storageUri", model("storageUri: 'pvc://w/m/1/model.joblib'")),
    "46-image": refused("KG206", f"{M}.storageUri", model("storageUri: 'oci://example.com/m:1'"), storage__enableModelcar=False),
}
LATER = {
    "47-route-of-kserve": refused("KG156", "spec.router.gateway.refs", llm(f"router: {{route: {{}}, {FOREIGN}}}"), (OLD,)),
    "47-refs-and-spec": refused("KG156", "spec.router.route.http", llm("router: {route: {http: {refs: [{name: r}], spec: {}}}}")),
    "47-refs-and-gateway": refused("KG156", "spec.router.route.http.refs", llm("router: {gateway: {}, route: {http: {refs: [{name: r}]}}}")),
    "47-spec-and-gateway": refused("KG156", "spec.router.route.http.spec", llm(f"router: {{{FOREIGN}, route: {{http: {{spec: {{}}}}}}}}"), (OLD,)),
    "48-worker": refused("KG157", "spec.worker", llm(f"worker: {{{containers(container('main'))}}}")),
    "48-both": refused("KG157", "spec.parallelism", llm("parallelism: {pipeline: 2, data: 2, dataLocal: 1}")),
    "48-data": refused("KG157", "spec.parallelism", llm("parallelism: {data: 2}")),
    "48-local": refused("KG157", "spec.parallelism", llm("parallelism: {dataLocal: 2}")),
    "49-config-of-a-config": refused("KG159", "spec.baseRefs", llm("baseRefs: [{name: b}]", "LLMInferenceServiceConfig")),
    "49-template": refused("KG161", "spec.model.name", llm(kind="LLMInferenceServiceConfig").replace("name: m}", "name: '{{ .Nme }}'}")),
    "49-config": refused("KG162", "spec.baseRefs.0.name", llm("baseRefs: [{name: b}]")),
    "50-model": refused("KG131", f"{M}.env.0.name", model(f"{STORE}, {env('PYTHONPATH')}"), ("v0.18.1", NEW)),
    "50-transformer": refused("KG131", "spec.transformer.containers.0.env.0.name", isvc(more=f"transformer: {{{containers(container(said=env('PYTHONPATH')))}}}"), ("v0.18.1", NEW)),
    "50-init": refused("KG131", f"{P}.initContainers.0.env.0.name", isvc(f"initContainers: [{container('i', env('PYTHONPATH'))}]"), ("v0.18.1", NEW)),
    "50-runtime": refused("KG131", "spec.containers.0.env.0.name", runtime(containers(container(said=env("PYTHONPATH")))), ("v0.18.1", NEW)),
    "51-before": refused("KG114", "spec?canary", canary(), (OLD,)),
    "51-knative": refused("KG121", "spec.canary", canary(**KNATIVE), (NEW,)),
    "51-containers": refused("KG121", "spec.canary", canary(said=containers(), model=""), (NEW,)),
    "51-no-name": refused("KG121", "spec.canary.0.predictor", canary(entry("name: v2, ")), (NEW,)),
    "51-one-name-twice": refused("KG121", "spec.canary.1.predictor.name", canary(entry("60", "10"), entry("60", "10")), (NEW,)),
    "51-name-of-the-stable": refused("KG121", "spec.canary.0.predictor.name", canary(said="name: v2"), (NEW,)),
    "51-percent": refused("KG111", "spec.canary.0.trafficPercent", canary(entry("60", "101")), (NEW,)),
    "51-sum": refused("KG121", "spec.canary", canary(ENTRY, entry("v2", "v3")), (NEW,)),
    "51-most": refused("KG121", "spec.canary.0.predictor.maxReplicas", canary(entry("v2", "v2, maxReplicas: 2")), (NEW,)),
    "51-target": refused("KG121", "spec.canary.0.predictor.scaleTarget", canary(entry("v2", "v2, scaleTarget: 2")), (NEW,)),
    "51-workers": refused("KG121", "spec.canary.0.predictor.workerSpec", canary(entry("v2", "v2, workerSpec: {}")), (NEW,)),
    "51-least": refused("KG121", "spec.canary.0.predictor.minReplicas", canary(entry("v2", "v2, minReplicas: 5")), (NEW,)),
    "51-confidential": refused("KG134", f"{M}.confidential", model("storage: {path: a/1}, confidential: {enabled: true, resourceId: 'kbs:///a/b/c'}"), (NEW,)),
}
# fmt: on
RULES = IDENTITY | SHAPE | SCALING | MODES | NODES | RUNTIMES | LATER
UNSEEN = {
    "35": "a default that changes later is not in today's files; the catalogue always writes the mode",
    "52": "it says that nothing changed",
}
"""Rules without a manifest that breaks them."""
PARTLY_UNSEEN = {
    "7": "that the memory of a TrainedModel never changes is asked of an update",
    "8": "what a cache is used by, and what it was before, is known in the cluster",
    "34": "the mode of the status is known in the cluster",
    "41": "that workers are taken out of a runtime is seen in an update",
    "48": "that the parallel size never changes is asked of an update",
    "51": "that a canary gets a new name only with a new model is asked of an update",
}
"""What of the rules above needs more than one tree."""


@pytest.mark.parametrize(
    ("case", "release"),
    [pytest.param(case, release, id=f"{name}-{release}") for name, case in RULES.items() for release in case.releases],
)
def test_rule_is_told_at_its_place_with_its_effect(case, release):
    there = [one for one in written.THERE if "KG128" not in str(case.found) or not one.startswith("Knative")]
    homes = [f"Namespace/{name}" for name in ("kserve", "n", N10)]
    of = cluster(release, existing=[*there, *homes], **case.settings)
    values = (
        [values_row("kserve", release, {"kserve": {"controller": {"gateway": case.gateway}}})] if case.gateway else []
    )

    found = findings(case.text, of=of, values=values)

    told = {(one.code, one.place.file.partition("#")[2], one.severity.value) for one in found}
    assert {one for one in told if one[0] not in PRACTICE} == case.found
    assert len([one for one in found if one.code not in PRACTICE]) == len(case.found)


def test_every_rule_is_told_or_said_to_be_out_of_sight():
    assert {name.split("-")[0] for name in RULES} | UNSEEN.keys() == {str(number) for number in range(1, 53)}
    assert {name.split("-")[0] for name in RULES} >= PARTLY_UNSEEN.keys()
