"""KServe's own rules, numbered as in the list that the facts about KServe were gathered in: each is found, with its effect.

An error is what KServe refuses (A), what never becomes ready (B), and what nobody can have meant; a warning is what is
taken and ignored (C). Every manifest is as a person would write it, under manifests/.
"""

from typing import NamedTuple

import pytest

from tests.checks.trees import cluster, findings, values_row

ERROR, WARNING = "error", "warning"
OLD, NEW = "v0.16.0", "v0.20.0"
ALL = (OLD, NEW)
STORE = "s3://bucket/iris/1"
HERE = "v0.16.0"


class Case(NamedTuple):
    """A manifest, what is found in it, and the releases and settings of KServe's chart that this holds for."""

    text: str
    found: tuple[tuple[str, str, str], ...]
    releases: tuple[str, ...] = ALL
    settings: dict[str, object] = {}
    existing: tuple[str, ...] = ()


def one(text, code, path, severity=ERROR, releases=ALL, existing=(), **settings):
    """A case with one finding."""
    return Case(text, ((code, path, severity),), releases, settings, existing)


def isvc(spec, *, name="iris", namespace="kserve", mode="Standard", **annotations):
    """An InferenceService; annotations of KServe's group by their last part."""
    given = {"deploymentMode": mode, **annotations}
    said = ", ".join(f"{key if '/' in key else f'serving.kserve.io/{key}'}: '{value}'" for key, value in given.items() if value)
    return (
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\n"
        f"metadata: {{name: {name}, namespace: {namespace}, annotations: {{{said}}}}}\nspec: {{{spec}}}\n"
    )


def model(said=f"storageUri: '{STORE}'", *, kind="sklearn", runtime="kserve-sklearnserver"):
    """The model of a predictor."""
    return f"model: {{modelFormat: {{name: {kind}}}, runtime: {runtime}, {said}}}"


def predictor(said="", base=None):
    """A predictor with a model, and what else is said of it."""
    base = model() if base is None else base
    return f"predictor: {{{', '.join(part for part in (base, said) if part)}}}"


def container(name="kserve-container", said=""):
    """A container with what any container should say."""
    return (
        f"{{name: {name}, image: 'example.com/server:1.0', {said}"
        "resources: {requests: {cpu: 1, memory: 2Gi}, limits: {cpu: 1, memory: 2Gi}}}"
    )


def cpu(**said):
    """autoScaling by one metric of a resource."""
    target = ", ".join(f"{key}: {value}" for key, value in said.items() if key != "name")
    return f"autoScaling: {{metrics: [{{type: Resource, resource: {{name: {said.get('name', 'cpu')}, target: {{{target}}}}}}}]}}"


def kserve(kind, spec, *, name="a", version="v1alpha1", namespace="kserve"):
    """An object of another kind of KServe's."""
    there = f", namespace: {namespace}" if namespace else ""
    return f"apiVersion: serving.kserve.io/{version}\nkind: {kind}\nmetadata: {{name: {name}{there}}}\nspec: {{{spec}}}\n---\n"


def graph(nodes, name="a"):
    return kserve("InferenceGraph", f"nodes: {{{nodes}}}", name=name) + isvc(predictor())


def runtime(spec, *, kind="ClusterServingRuntime", name="own", formats="[{name: own, version: '1', autoSelect: true}]"):
    namespace = "" if kind.startswith("Cluster") else "kserve"
    return kserve(kind, f"supportedModelFormats: {formats}, {spec}", name=name, namespace=namespace)


def llm(spec, *, kind="LLMInferenceService"):
    return kserve(kind, spec, name="llama")


LLM = "model: {uri: 'hf://org/m:1a2b3c4', name: m}"
TRANSFORMER = f"transformer: {{containers: [{container()}]}}"
METRICS = "predictor.autoScaling.metrics.0"
CONTAINERS = f"containers: [{container()}]"
KEDA = {"autoscalerClass": "keda"}
NONE = {"autoscalerClass": "none"}
WORKERS = f"workerSpec: {{pipelineParallelSize: 2, tensorParallelSize: 1, containers: [{container('worker-container')}]}}"
GATEWAY = "gateway: {refs: [{name: g, namespace: kserve}]}"


def external(said, kind="External"):
    return f"autoScaling: {{metrics: [{{type: {kind}, {kind.lower()}: {{{said}}}}}]}}"


def worker(said="", **more):
    """A model over several nodes."""
    return isvc(
        predictor(more.get("workers", WORKERS), model("storageUri: 'pvc://w/m'" + said, kind="huggingface",
                                                      runtime="kserve-huggingfaceserver-multinode")),
        autoscalerClass=more.get("scaler", "none"),
    )


RULES = {
    "1-digit-first": one(isvc(predictor(), name="1iris"), "KG125", "metadata.name"),
    "1-dot": one(isvc(predictor(), name="iris.v1"), "KG125", "metadata.name"),
    "1-dash-last": one(isvc(predictor(), name="iris-"), "KG125", "metadata.name"),
    "1-upper-case": one(isvc(predictor(), name="Iris"), "KG125", "metadata.name"),
    "2-host": one(isvc(predictor(), name="i" * 43, namespace="n" * 10), "KG303", "metadata.name"),
    "2-host-of-a-transformer": one(
        isvc(f"{predictor()}, {TRANSFORMER}", name="i" * 41, namespace="n" * 10), "KG303", "metadata.name"
    ),
    "2-host-by-a-template": one(
        isvc(predictor(), name="i" * 30), "KG303", "metadata.name",
        controller__gateway__domainTemplate="{{ .Name }}-{{ .Namespace }}-of-the-machine-learning-platform.{{ .IngressDomain }}",
    ),
    "3-label": one(isvc(predictor(), name="i" * 49, namespace="n"), "KG126", "metadata.name"),
    "3-label-of-a-transformer": one(
        isvc(f"{predictor()}, {TRANSFORMER}", name="i" * 47, namespace="n"), "KG126", "metadata.name"
    ),
    "3-label-of-workers": one(
        worker().replace("name: iris", f"name: {'i' * 42}"), "KG126", "metadata.name"
    ),
    "4-revision": one(
        isvc(predictor(), name="i" * 48, namespace="n", mode="Knative"), "KG126", "metadata.name", existing=("KnativeServing/k/k",)
    ),
    "6-name": one(graph("root: {routerType: Sequence, steps: [{serviceName: iris}]}", "1a"), "KG125", "metadata.name"),
    "6-no-root": one(graph("first: {routerType: Sequence, steps: [{serviceName: iris}]}"), "KG150", "spec.nodes"),
    "6-step-twice": one(
        graph("root: {routerType: Sequence, steps: [{name: s, serviceName: iris}, {name: s, serviceName: iris}]}"),
        "KG150", "spec.nodes.root.steps.1.name",
    ),
    "6-two-targets": one(
        graph("root: {routerType: Sequence, steps: [{serviceName: iris, serviceUrl: 'http://x.example.com'}]}"),
        "KG150", "spec.nodes.root.steps.0",
    ),
    "6-no-target": one(graph("root: {routerType: Sequence, steps: [{name: s}]}"), "KG150", "spec.nodes.root.steps.0"),
    "6-weight-missing": one(
        graph("root: {routerType: Splitter, steps: [{serviceName: iris, weight: 100}, {serviceName: iris}]}"),
        "KG150", "spec.nodes.root.steps.1",
    ),
    "6-weights-of-90": one(
        graph("root: {routerType: Splitter, steps: [{serviceName: iris, weight: 50}, {serviceName: iris, weight: 40}]}"),
        "KG150", "spec.nodes.root.steps",
    ),
    "7-name": one(
        kserve("TrainedModel", f"inferenceService: iris, model: {{framework: sklearn, storageUri: '{STORE}', memory: 1Gi}}", name="a.b")
        + isvc(predictor(base=model("protocolVersion: v2"))), "KG125", "metadata.name"),
    "7-scheme": one(
        kserve("TrainedModel", "inferenceService: iris, model: {framework: sklearn, storageUri: 'ftp://x/y', memory: 1Gi}")
        + isvc(predictor(base=model("protocolVersion: v2"))), "KG202", "spec.model.storageUri"),
    "8-two-caches": one(
        "".join(kserve("LocalModelCache", f"sourceModelUri: '{STORE}', modelSize: 1Gi, nodeGroups: [n]", name=n, namespace="") for n in "ab"),
        "KG165", "spec.sourceModelUri", existing=("LocalModelNodeGroup/n",)),
    "9-nothing": one(isvc("predictor: {minReplicas: 1}"), "KG122", "spec.predictor"),
    "9-model-and-container": one(isvc(predictor(CONTAINERS)), "KG122", "spec.predictor"),
    "9-model-and-framework": one(isvc(predictor(f"sklearn: {{storageUri: '{STORE}'}}")), "KG122", "spec.predictor"),
    "9-two-frameworks": one(isvc("predictor: {sklearn: {storageUri: 's3://b/m/1'}, xgboost: {storageUri: 's3://b/m/1'}}"), "KG122", "spec.predictor"),
    "9-transformer": one(isvc(f"{predictor()}, transformer: {{minReplicas: 1}}"), "KG122", "spec.transformer"),
    "9-explainer": one(isvc(f"{predictor()}, explainer: {{minReplicas: 1}}"), "KG122", "spec.explainer"),
    "10-name-of-a-model": one(isvc(predictor(base=model(f"storageUri: '{STORE}', name: iris"))), "KG130", "spec.predictor.model.name"),
    "10-name-of-a-framework": one(isvc(f"predictor: {{sklearn: {{storageUri: '{STORE}', runtime: kserve-sklearnserver, name: iris}}}}"), "KG130", "spec.predictor.sklearn.name"),
    "11-order": one(isvc(f"predictor: {{containers: [{container('side')}, {container()}]}}"), "KG122", "spec.predictor.containers"),
    "11-none-serves": one(isvc(f"predictor: {{containers: [{container('side')}, {container('other')}]}}"), "KG122", "spec.predictor.containers"),
    "12-protocol": one(isvc(f"predictor: {{containers: [{container(said='env: [{name: PROTOCOL, value: v3}], ')}]}}"), "KG131", "spec.predictor.containers.0.env.0.value"),
    "13-address-of-a-transformer": one(isvc(predictor(f"containers: [{container('transformer-container', 'env: [{name: STORAGE_URI, value: s3://b/m/1}], ')}]")), "KG131", "spec.predictor.containers.0.env.0.name"),
    "14-both": one(isvc(predictor("storageUris: [{uri: 's3://b/m/1'}]")), "KG134", "spec.predictor"),
    "14-empty": one(isvc(predictor("storageUris: [{uri: ''}]", model("args: []"))), "KG134", "x"),
    "14-relative": one(isvc(predictor("storageUris: [{uri: 'pvc://w', mountPath: mnt/a}]", model("args: []"))), "KG134", "x"),
    "14-root": one(isvc(predictor("storageUris: [{uri: 'pvc://w', mountPath: /}]", model("args: []"))), "KG134", "x"),
    "14-dots": one(isvc(predictor("storageUris: [{uri: 'pvc://w', mountPath: /mnt/../a}]", model("args: []"))), "KG134", "x"),
    "14-no-common-parent": one(isvc(predictor("storageUris: [{uri: 's3://b/m/1', mountPath: /a/b}, {uri: 's3://b/m/2', mountPath: /c/d}]", model("args: []"))), "KG208", "x", releases=(NEW,)),
    "14-claims-twice": one(isvc(predictor("storageUris: [{uri: 'pvc://w', mountPath: /mnt/a}, {uri: 'pvc://w', mountPath: /mnt/a}]", model("args: []"))), "KG208", "x"),
    "15-two-addresses": one(isvc(predictor(base=model(f"storageUri: '{STORE}', storage: {{path: a}}"))), "KG207", "x"),
    "16-scheme": one(isvc(predictor(base=model("storageUri: 'ftp://host/m/1'"))), "KG202", "spec.predictor.model.storageUri"),
    "16-no-scheme": one(isvc(predictor(base=model("storageUri: s3/bucket/m/1"))), "KG202", "spec.predictor.model.storageUri"),
    "16-one-slash": one(isvc(predictor(base=model("storageUri: 's3:/bucket/m/1'"))), "KG202", "spec.predictor.model.storageUri"),
    "17-no-address": one(isvc(predictor(base=model("args: [--x=y]"))), "KG132", "spec.predictor.model", WARNING),
    "18-explainer": one(isvc(f"{predictor()}, explainer: {{art: {{type: SquareAttack, storageUri: 'gs://b/m/1', storage: {{key: a}}}}}}"), "KG134", "spec.explainer.art.storageUri"),
    "18-explainer-kind": one(isvc(f"{predictor()}, explainer: {{art: {{type: SquareAttack, storage: {{key: a, parameters: {{type: gs}}}}}}}}"), "KG134", "spec.explainer.art.storageUri"),
    "19-no-mode": one(isvc(predictor("logger: {url: 'http://l.example.com'}")), "KG133", "x"),
    "19-mode": one(isvc(predictor("logger: {url: 'http://l.example.com', mode: both}")), "KG133", "x"),
    "19-storage": one(isvc(predictor("logger: {mode: all, url: 's3://b/l', storage: {key: k}}")), "KG133", "x", existing=("Secret/kserve/storage-config",)),
    "20-concurrency": one(isvc(predictor("containerConcurrency: -1"), mode="Knative"), "KG120", "spec.predictor.containerConcurrency", existing=("KnativeServing/k/k",)),
    "21-min": one(isvc(predictor("minReplicas: -1")), "KG120", "spec.predictor.minReplicas"),
    "21-max": one(isvc(predictor("maxReplicas: -1")), "KG120", "spec.predictor.maxReplicas"),
    "21-order": one(isvc(predictor("minReplicas: 3, maxReplicas: 2")), "KG120", "spec.predictor.maxReplicas"),
    "22-kpa": one(isvc(predictor(), autoscalerClass="kpa"), "KG120", "metadata.annotations.serving.kserve.io/autoscalerClass"),
    "23-former-word": one(isvc(predictor("deploymentStrategy: {type: Recreate}"), mode="RawDeployment"), "KG127", "metadata.annotations.serving.kserve.io/deploymentMode", releases=(OLD,)),
    "23-former-word-later": one(isvc(predictor("deploymentStrategy: {type: Recreate}"), mode="RawDeployment"), "KG127", "metadata.annotations.serving.kserve.io/deploymentMode", WARNING, releases=("v0.17.1", NEW)),
    "24-metric": one(isvc(predictor("scaleMetric: rps"), autoscalerClass="hpa"), "KG120", "spec.predictor.scaleMetric"),
    "24-cpu": one(isvc(predictor("scaleTarget: 101"), autoscalerClass="hpa"), "KG120", "spec.predictor.scaleTarget"),
    "24-memory": one(isvc(predictor("scaleMetric: memory, scaleTarget: 200"), autoscalerClass="hpa"), "KG120", "spec.predictor.scaleTarget"),
    "24-memory-0": one(isvc(predictor("scaleMetric: memory, scaleTarget: 0"), autoscalerClass="hpa"), "KG120", "spec.predictor.scaleTarget"),
    "24-external": one(isvc(predictor(external("metric: {backend: prometheus, query: q, serverAddress: 'http://p'}, target: {type: Value, value: 1}")), autoscalerClass="hpa"), "KG120", "spec.predictor.autoScaling.metrics.0"),
    "24-no-resource": one(isvc(predictor("autoScaling: {metrics: [{type: Resource}]}"), autoscalerClass="hpa"), "KG120", "spec.predictor.autoScaling.metrics.0"),
    "25-metric": one(isvc(predictor("scaleMetric: cpu, " + cpu(type="Utilization", averageUtilization=50)), **KEDA), "KG120", "spec.predictor.scaleMetric"),
    "25-cpu-type": one(isvc(predictor(cpu(type="AverageValue", averageValue=1)), **KEDA), "KG120", "spec.predictor.autoScaling.metrics.0.resource.target"),
    "25-cpu-101": one(isvc(predictor(cpu(type="Utilization", averageUtilization=101)), **KEDA), "KG120", "spec.predictor.autoScaling.metrics.0.resource.target.averageUtilization"),
    "25-memory": one(isvc(predictor(cpu(name="memory", type="AverageValue", averageValue="1k")), **KEDA), "KG120", "spec.predictor.autoScaling.metrics.0.resource.target.averageValue"),
    "25-no-query": one(isvc(predictor(external("metric: {backend: prometheus, query: '', serverAddress: 'http://p'}, target: {type: Value, value: 1}")), **KEDA), "KG120", "spec.predictor.autoScaling.metrics.0.external.metric"),
    "25-no-value": one(isvc(predictor(external("metric: {backend: prometheus, query: q, serverAddress: 'http://p'}, target: {type: Value}")), **KEDA), "KG120", "spec.predictor.autoScaling.metrics.0.external.target"),
    "25-other-field": one(isvc(predictor(external("metric: {backend: prometheus, query: q, serverAddress: 'http://p'}, target: {type: AverageValue, value: 1}")), **KEDA), "KG120", "spec.predictor.autoScaling.metrics.0.external.target"),
    "25-podmetric": one(isvc(predictor(external("metric: {backend: opentelemetry, query: ''}, target: {type: Value, value: 1}", "PodMetric")), **KEDA), "KG120", "spec.predictor.autoScaling.metrics.0.podmetric.metric"),
    "26-strategy": one(isvc(predictor("deploymentStrategy: {type: Recreate}"), mode="Knative"), "KG120", "spec.predictor.deploymentStrategy", existing=("KnativeServing/k/k",)),
    "26-metric": one(isvc(predictor("scaleMetric: cpu"), mode="Knative"), "KG120", "spec.predictor.scaleMetric", existing=("KnativeServing/k/k",)),
    "26-target": one(isvc(predictor("scaleMetric: rps, scaleTarget: 0"), mode="Knative"), "KG120", "spec.predictor.scaleTarget", existing=("KnativeServing/k/k",)),
    "26-hpa": one(isvc(predictor("scaleMetric: rps"), mode="Knative", **{"autoscaling.knative.dev/class": "hpa.autoscaling.knative.dev"}), "KG120", "spec.predictor.scaleMetric", existing=("KnativeServing/k/k",)),
    "27-concurrency": one(isvc(predictor("scaleMetric: concurrency")), "KG120", "spec.predictor.scaleMetric"),
    "27-rps": one(isvc(predictor("scaleMetric: rps")), "KG120", "spec.predictor.scaleMetric"),
    "28-zero": one(isvc(predictor("minReplicas: 0")), "KG120", "spec.predictor.minReplicas"),
    "28-memory-without-target": one(isvc(predictor("scaleMetric: memory")), "KG120", "spec.predictor.scaleMetric", WARNING),
    "28-overruled": one(isvc(predictor("scaleTarget: 50, " + cpu(type="Utilization", averageUtilization=50))), "KG120", "spec.predictor.scaleTarget", WARNING),
    "28-behavior": one(isvc(predictor("autoScaling: {behavior: {scaleDown: {stabilizationWindowSeconds: 5}}, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]}")), "KG120", "spec.predictor.autoScaling.behavior", WARNING),
    "29-no-metrics": one(isvc(predictor("scaleTarget: 50"), **KEDA), "KG120", "spec.predictor"),
    "29-query": one(isvc(predictor(external("metric: {backend: opentelemetry, query: 'sum(q)'}, target: {type: Value, value: 1}", "PodMetric")), **KEDA), "KG120", "spec.predictor.autoScaling.metrics.0.podmetric.metric.query", WARNING),
    "29-behavior": one(isvc(predictor("autoScaling: {behavior: {scaleDown: {policies: []}}, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]}"), **KEDA), "KG120", "spec.predictor.autoScaling.behavior.scaleDown.policies", WARNING),
    "30-none": one(isvc(predictor("scaleTarget: 50"), autoscalerClass="none"), "KG120", "spec.predictor.scaleTarget", WARNING),
    "30-none-max": one(isvc(predictor("minReplicas: 1, maxReplicas: 5"), autoscalerClass="none"), "KG120", "spec.predictor.maxReplicas", WARNING),
    "30-external": one(isvc(predictor("scaleMetric: cpu"), autoscalerClass="external"), "KG120", "spec.predictor.scaleMetric", WARNING),
    "30-external-nobody": one(isvc(predictor(), autoscalerClass="external"), "KG120", "x", WARNING),
    "31-type": one(isvc(predictor("scaleMetricType: Utilization")), "KG120", "spec.predictor.scaleMetricType", WARNING),
    "31-requests": one(isvc(predictor("scaleTarget: 50, containers: [{name: side, image: 'example.com/s:1.0', resources: {limits: {memory: 1Gi}, requests: {memory: 1Gi}}}]")), "KG120", "x", WARNING),
    "32-canary": one(isvc(predictor("canaryTrafficPercent: 10")), "KG121", "spec.predictor.canaryTrafficPercent"),
    "32-concurrency": one(isvc(predictor("containerConcurrency: 10")), "KG120", "spec.predictor.containerConcurrency", WARNING),
    "33-lower-case": one(isvc(predictor(), mode="standard"), "KG127", "metadata.annotations.serving.kserve.io/deploymentMode"),
    "33-typo": one(isvc(predictor(), mode="Raw"), "KG127", "metadata.annotations.serving.kserve.io/deploymentMode"),
    "34-former-word": one(isvc(predictor(), mode="Serverless"), "KG127", "metadata.annotations.serving.kserve.io/deploymentMode", releases=(OLD,)),
    "35-no-mode": one(isvc(predictor(), mode=""), "KG127", "x", WARNING),
    "36-no-knative": one(isvc(predictor(), mode="Knative"), "KG128", "metadata.annotations.serving.kserve.io/deploymentMode"),
    "37-node-selector": one(isvc(predictor("nodeSelector: {disk: ssd}"), mode="Knative"), "KG129", "spec.predictor.nodeSelector", WARNING, existing=("KnativeServing/k/k",)),
    "37-tolerations": one(isvc(predictor("tolerations: [{key: a, operator: Exists}]"), mode="Knative"), "KG129", "spec.predictor.tolerations", WARNING, existing=("KnativeServing/k/k",)),
    "37-claim": one(isvc(predictor(base=model("storageUri: 'pvc://w/m/1'")), mode="Knative"), "KG129", "spec.predictor.model.storageUri", WARNING, existing=("KnativeServing/k/k", "PersistentVolumeClaim/kserve/w")),
    "37-claim2": one(isvc(predictor("volumes: [{name: v, persistentVolumeClaim: {claimName: w}}]"), mode="Knative"), "KG129", "spec.predictor.model.storageUri", WARNING, existing=("KnativeServing/k/k", "PersistentVolumeClaim/kserve/w")),
    "37-init": one(isvc(predictor(f"initContainers: [{container('i')}]"), mode="Knative"), "KG129", "spec.predictor.initContainers", WARNING, existing=("KnativeServing/k/k",)),
    "37-uris": one(isvc(predictor("storageUris: [{uri: 's3://b/m/1'}]", model("args: []")), mode="Knative"), "KG129", "spec.predictor.storageUris", WARNING, existing=("KnativeServing/k/k",)),
    "38-two-containers": one(worker(workers=f"workerSpec: {{pipelineParallelSize: 2, tensorParallelSize: 1, containers: [{container('worker-container')}, {container('b')}]}}"), "KG144", "spec.predictor.workerSpec.containers"),
    "38-variable": one(worker(", env: [{name: TENSOR_PARALLEL_SIZE, value: '2'}]"), "KG144", "spec.predictor.model.env.0.name"),
    "38-size": one(worker(workers=WORKERS.replace("ParallelSize: 1", "ParallelSize: 0")), "KG144", "spec.predictor.workerSpec.tensorParallelSize"),
    "38-scheme": one(worker().replace("pvc://w/m", "s3://b/m/1"), "KG144", "spec.predictor.model.storageUri"),
    "38-no-address": one(worker().replace("storageUri: 'pvc://w/m'", "args: []"), "KG144", "spec.predictor.model"),
    "38-scaler": one(worker(scaler="hpa"), "KG144", "metadata.annotations.serving.kserve.io/autoscalerClass"),
    "38-gpu": one(worker(", resources: {limits: {example.com/gpu: 1}, requests: {example.com/gpu: 1}}"), "KG144", "spec.predictor.model.resources.limits"),
    "39-runtime": one(isvc(predictor(WORKERS, model("storageUri: 'pvc://w/m'")), **NONE), "KG103", "x"),
    "39-gpus": one(worker(", resources: {limits: {nvidia.com/gpu: 1}, requests: {nvidia.com/gpu: 1}}", workers=WORKERS.replace("tensorParallelSize: 1", "tensorParallelSize: 4")), "KG148", "spec.predictor.workerSpec"),
    "40-format": one(isvc(predictor(base=f"model: {{modelFormat: {{name: caffe}}, storageUri: '{STORE}'}}")), "KG102", "x"),
    "40-protocol": one(isvc(predictor(base=f"model: {{modelFormat: {{name: onnx}}, storageUri: '{STORE}'}}")), "KG102", "x"),
    "40-version": one(isvc(predictor(base=f"model: {{modelFormat: {{name: sklearn, version: '9'}}, storageUri: '{STORE}'}}")), "KG102", "x"),
    "41-priority-of-two": one(runtime(f"containers: [{container()}]", name="a", formats="[{name: own, version: '1', autoSelect: true, priority: 1}]")+runtime(f"containers: [{container()}]", name="b", formats="[{name: own, version: '1', autoSelect: true, priority: 1}]"), "KG105", "x"),
    "41-priorities-of-one": one(runtime(f"containers: [{container()}]", formats="[{name: own, version: '1', priority: 1, autoSelect: true}, {name: own, version: '2', priority: 2, autoSelect: true}]"), "KG106", "x"),
    "41-worker": one(runtime(f"containers: [{container()}], workerSpec: {{pipelineParallelSize: 0, tensorParallelSize: 1, containers: [{container('worker-container')}]}}"), "KG147", "x"),
    "42-container": one(runtime(f"containers: [{container('server')}]"), "KG107", "x"),
    "42-container-ns": one(runtime(f"containers: [{container('server')}]", kind="ServingRuntime"), "KG107", "x"),
    "43-args": one(isvc(predictor(base=model(f"storageUri: '{STORE}', args: ['--chat={{{{ messages }}}}']"))), "KG140", "spec.predictor.model.args.0"),
    "43-env": one(isvc(predictor(base=model(f"storageUri: '{STORE}', env: [{{name: T, value: '{{% {{{{ m | x }}}} %}}'}}]"))), "KG140", "spec.predictor.model.env.0.value"),
    "43-runtime": one(runtime(f"containers: [{container(said='args: [--x={{{{ messages }}}}], '.replace('{{{{', '{{').replace('}}}}', '}}')).replace('--x={{ messages }}', repr('--x={{ messages }}'))}]"), "KG140", "spec.containers.0.args.0"),
    "44-model-name": one(isvc(predictor(base=model(f"storageUri: '{STORE}', args: ['--model_name=iris']"))), "KG141", "spec.predictor.model.args.0", WARNING),
    "44-port": one(isvc(predictor(base=model(f"storageUri: '{STORE}', args: ['--http_port=8080']"))), "KG141", "spec.predictor.model.args.0", WARNING),
    "45-requests": one(isvc(predictor(base=model(f"storageUri: '{STORE}', resources: {{requests: {{memory: 8Gi}}}}"))), "KG142", "spec.predictor.model.resources.requests.memory"),
    "45-cpu": one(isvc(predictor(base=model(f"storageUri: '{STORE}', resources: {{requests: {{cpu: 4}}}}"))), "KG142", "spec.predictor.model.resources.requests.cpu"),
    "46-hf": one(isvc(predictor(base=model("storageUri: 'hf://model'"))), "KG203", "spec.predictor.model.storageUri"),
    "46-claim": one(isvc(predictor(base=model("storageUri: 'pvc://w/m/model.joblib'"))), "KG211", "spec.predictor.model.storageUri", existing=("PersistentVolumeClaim/kserve/w",)),
    "46-oci": one(isvc(predictor(base=model("storageUri: 'oci://example.com/m:1'"))), "KG206", "spec.predictor.model.storageUri", storage__enableModelcar=False),
    "47-route-and-refs": one(llm(f"{LLM}, router: {{route: {{}}, {GATEWAY}}}"), "KG156", "spec.router.gateway.refs", releases=(OLD,)),
    "47-refs-and-spec": one(llm(f"{LLM}, router: {{route: {{http: {{refs: [{{name: r}}], spec: {{}}}}}}}}"), "KG156", "spec.router.route.http"),
    "47-refs-and-gateway": one(llm(f"{LLM}, router: {{gateway: {{}}, route: {{http: {{refs: [{{name: r}}]}}}}}}"), "KG156", "spec.router.route.http.refs"),
    "47-spec-and-refs": one(llm(f"{LLM}, router: {{{GATEWAY}, route: {{http: {{spec: {{}}}}}}}}"), "KG156", "spec.router.route.http.spec", releases=(OLD,)),
    "48-worker": one(llm(f"{LLM}, worker: {{containers: [{container('main')}]}}"), "KG157", "spec.worker"),
    "48-both": one(llm(f"{LLM}, parallelism: {{pipeline: 2, data: 2, dataLocal: 1}}"), "KG157", "spec.parallelism"),
    "48-data": one(llm(f"{LLM}, parallelism: {{data: 2}}"), "KG157", "spec.parallelism"),
    "48-local": one(llm(f"{LLM}, parallelism: {{dataLocal: 2}}"), "KG157", "spec.parallelism"),
    "49-config-with-refs": one(llm("baseRefs: [{name: b}]", kind="LLMInferenceServiceConfig"), "KG159", "spec.baseRefs"),
    "49-template": one(llm("model: {name: '{{ .Nme }}'}", kind="LLMInferenceServiceConfig"), "KG161", "x"),
    "49-reference": one(llm(f"{LLM}, baseRefs: [{{name: b}}]"), "KG162", "spec.baseRefs.0.name"),
    "50-model": one(isvc(predictor(base=model(f"storageUri: '{STORE}', env: [{{name: PYTHONPATH, value: /a}}]"))), "KG131", "spec.predictor.model.env.0.name", releases=("v0.18.1", NEW)),
    "50-transformer": one(isvc(f"{predictor()}, transformer: {{containers: [{container(said='env: [{name: PYTHONPATH, value: /a}], ')}]}}"), "KG131", "spec.transformer.containers.0.env.0.name", releases=("v0.18.1", NEW)),
    "50-runtime": one(runtime(f"containers: [{container(said='env: [{name: PYTHONPATH, value: /a}], ')}]"), "KG131", "spec.containers.0.env.0.name", releases=("v0.18.1", NEW)),
}
CANARY = f"trafficPercent: 10, predictor: {{name: v2, {model(f'name: kserve-container, storageUri: {STORE}2')}}}"


def canary(said=CANARY, stable="", mode="Standard", **annotations):
    return isvc(f"{predictor(stable)}, canary: [{{{said}}}]", mode=mode, **annotations)


def later(text, path, severity=ERROR, code="KG121"):
    return one(text, code, path, severity, releases=(NEW,))


RULES |= {
    "51-knative": one(canary(mode="Knative"), "KG121", "spec.canary", releases=(NEW,), existing=("KnativeServing/k/k",)),
    "51-custom": later(isvc(f"predictor: {{{CONTAINERS}}}, canary: [{{{CANARY}}}]"), "spec.canary"),
    "51-no-name": later(canary(CANARY.replace("name: v2, ", "")), "spec.canary.0.predictor"),
    "51-twice": later(canary(CANARY + "}, {" + CANARY), "spec.canary.1.predictor.name"),
    "51-stable-name": later(canary(stable="name: v2"), "spec.canary.0.predictor.name"),
    "51-percent": later(canary(CANARY.replace("10", "101", 1)), "spec.canary.0.trafficPercent"),
    "51-sum": later(canary(CANARY.replace("10", "60", 1) + "}, {" + CANARY.replace("10", "60", 1).replace("v2", "v3")), "spec.canary"),
    "51-max": later(canary(CANARY.replace("name: v2", "name: v2, maxReplicas: 2")), "spec.canary.0.predictor.maxReplicas"),
    "51-scaling": later(canary(CANARY.replace("name: v2", "name: v2, scaleTarget: 2")), "spec.canary.0.predictor.scaleTarget"),
    "51-min": later(canary(CANARY.replace("name: v2", "name: v2, minReplicas: 5")), "spec.canary.0.predictor.minReplicas"),
    "51-workers": later(canary(CANARY.replace("name: v2", "name: v2, workerSpec: {}")), "spec.canary.0.predictor.workerSpec"),
    "51-same-model": later(canary(CANARY.replace("12", "1")), "spec.canary.0.predictor.workerSpec"),
    "51-confidential": later(isvc(predictor(base=model("storage: {key: a, path: b}, confidential: {enabled: true, resourceId: 'kbs:///a/b/c'}"))), "spec.predictor.model.confidential", code="KG134"),
    "51-before": one(canary(), "KG114", "spec.canary", releases=(OLD,)),
}


def found(case, release):
    of = cluster(release, existing=("Namespace/kserve", "Namespace/n", f"Namespace/{'n' * 10}", *case.existing), **case.settings)
    return {(f.code, f.place.file.partition("#")[2], f.severity.value): f for f in findings(case.text, of=of)}
