"""Manifests as people write them, as YAML text, for tables of what is wrong with them."""

STORE = "storageUri: 's3://bucket/iris/1'"
SKLEARN = f"modelFormat: {{name: sklearn}}, runtime: kserve-sklearnserver, {STORE}"
HUGGINGFACE = "modelFormat: {name: huggingface}, runtime: kserve-huggingfaceserver-multinode, storageUri: 'pvc://w/m/1'"
RESOURCES = "resources: {requests: {cpu: 1, memory: 2Gi}, limits: {cpu: 1, memory: 2Gi}}"
THERE = (
    "KnativeServing/knative-serving/knative-serving",
    "Gateway/kserve/g",
    "LocalModelNodeGroup/n",
    "PersistentVolumeClaim/kserve/w",
    "Secret/kserve/storage-config",
    "ServiceAccount/kserve/logger-sa",
)
"""What the manifests refer to, as if platform.yaml listed it under `existing`."""

BARE = "modelFormat: {name: sklearn}, runtime: kserve-sklearnserver"
ENTRY = f"trafficPercent: 60, predictor: {{name: v2, model: {{name: kserve-container, {SKLEARN}}}}}"


def isvc(said="", model=SKLEARN, more="", *, name="iris", namespace="kserve", mode="Standard", **annotations):
    """An InferenceService; `said` is said of the predictor beside `model`, `more` beside the predictor.

    `annotations` are of KServe's group unless their key has one.
    """
    given = {key: value for key, value in {"deploymentMode": mode, **annotations}.items() if value is not None}
    listed = ", ".join(f"{key if '/' in key else f'serving.kserve.io/{key}'}: '{word}'" for key, word in given.items())
    predictor = ", ".join(part for part in (f"model: {{{model}}}" if model else "", said) if part)
    spec = ", ".join(part for part in (f"predictor: {{{predictor}}}", more) if part)
    return (
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\n"
        f"metadata: {{name: {name}, namespace: {namespace}, annotations: {{{listed}}}}}\nspec: {{{spec}}}\n"
    )


def serving(kind, spec, *, name="a", namespace="kserve", version="v1alpha1"):
    """An object of another kind of KServe's, with the mark that begins the next document."""
    home = f", namespace: {namespace}" if namespace else ""
    head = f"apiVersion: serving.kserve.io/{version}\nkind: {kind}\n"
    return f"{head}metadata: {{name: {name}{home}}}\nspec: {{{spec}}}\n---\n"


def container(name="kserve-container", said=""):
    """A container with an image and resources."""
    more = f"{said}, " if said else ""
    return f"{{name: {name}, image: 'example.com/server:1.0', {more}{RESOURCES}}}"


def containers(*listed):
    """The field `containers`."""
    return f"containers: [{', '.join(listed or (container(),))}]"


def env(name, value="/a"):
    """The field `env` with one variable."""
    return f"env: [{{name: {name}, value: '{value}'}}]"


def metric(resource="cpu", **target):
    """The field `autoScaling` with one metric of a resource."""
    listed = ", ".join(f"{key}: {value}" for key, value in target.items())
    return f"autoScaling: {{metrics: [{{type: Resource, resource: {{name: {resource}, target: {{{listed}}}}}}}]}}"


def asked(query="q", target="type: Value, value: 1", kind="External"):
    """The field `autoScaling` with one metric that is asked of a server."""
    server = (
        "backend: prometheus, serverAddress: 'http://p.example.com'" if kind == "External" else "backend: opentelemetry"
    )
    inner = f"{{metric: {{{server}, query: '{query}'}}, target: {{{target}}}}}"
    return f"autoScaling: {{metrics: [{{type: {kind}, {kind.lower()}: {inner}}}]}}"


def workers(said="pipelineParallelSize: 2, tensorParallelSize: 1", *listed):
    """The field `workerSpec`."""
    return f"workerSpec: {{{said}, {containers(*(listed or (container('worker-container'),)))}}}"


def graph(nodes, name="a"):
    """An InferenceGraph, and the InferenceService that its steps lead to."""
    return serving("InferenceGraph", f"nodes: {{{nodes}}}", name=name) + isvc()


def runtime(
    said=None, formats="{name: own, version: '1', autoSelect: true}", *, kind="ClusterServingRuntime", name="own"
):
    """A runtime; `said` is instead of its containers."""
    home = "" if kind.startswith("Cluster") else "kserve"
    spec = f"supportedModelFormats: [{formats}], protocolVersions: [v1], {said or containers()}"
    return serving(kind, spec, name=name, namespace=home)


def llm(said="", kind="LLMInferenceService"):
    """An LLMInferenceService, or a config with the same model."""
    return serving(
        kind, ", ".join(part for part in ("model: {uri: 'hf://org/m:1a2b3c4', name: m}", said) if part), name="llama"
    )


def uris(*listed, more=""):
    return isvc(f"storageUris: [{', '.join(f'{{{one}}}' for one in listed)}]{more}", BARE)


def model(said, **more):
    return isvc(model=f"modelFormat: {{name: sklearn}}, runtime: kserve-sklearnserver, {said}", **more)


def nodes(said=None, more="", **annotations):
    return isvc(said or workers(), f"{HUGGINGFACE}{more}", **{"autoscalerClass": "none", **annotations})


def canary(*entries, said="", **more):
    return isvc(said, more=f"canary: [{', '.join(f'{{{one}}}' for one in entries or (ENTRY,))}]", **more)


def entry(old="", new=""):
    return ENTRY.replace(old, new, 1)
