"""Manifests of KServe's other kinds, for the tests of rules and for the proofs."""

STEP = {"serviceName": "iris"}
URL = "http://iris-predictor.team.svc.cluster.local/v1/models/iris:predict"


def graph(nodes=None, *, annotations=None, name="flow", **spec):
    return {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "InferenceGraph",
        "metadata": {"name": name, "namespace": "kserve", "annotations": annotations or {}},
        "spec": {"nodes": {"root": sequence(STEP)} if nodes is None else nodes, **spec},
    }


def node(router, *steps):
    return {"routerType": router, "steps": list(steps)}


def sequence(*steps):
    return node("Sequence", *steps)


def to(name, /, **more):
    return {"nodeName": name, **more}


def weighted(*weights):
    return node("Splitter", *({**STEP, "weight": weight} for weight in weights))


GATEWAY = {"name": "mine", "namespace": "infra"}
PARENT = {"group": "gateway.networking.k8s.io", "kind": "Gateway", **GATEWAY}
ROUTES = {"http": {"refs": [{"name": "mine"}]}}
WORKER = {"containers": [{"name": "main"}]}


def llm(kind="LLMInferenceService", *, name="qwen", version="v1alpha1", annotations=None, model=None, **spec):
    return {
        "apiVersion": f"serving.kserve.io/{version}",
        "kind": kind,
        "metadata": {"name": name, "namespace": "team", "annotations": annotations or {}},
        "spec": {"model": {"uri": "hf://Qwen/one", **(model or {})}, **spec},
    }


def new(**spec):
    return llm(version="v1alpha2", **spec)


def config(name="base", *, namespace="team", **spec):
    made = llm("LLMInferenceServiceConfig", name=name, **spec)
    return {**made, "metadata": {"name": name, "namespace": namespace}}


def router(route=None, gateway=None, **more):
    given = {"route": route, "gateway": gateway, **more}
    return {"router": {key: value for key, value in given.items() if value is not None}}


def by_parents(*parents):
    return {"http": {"spec": {"parentRefs": list(parents)}}}


HPA, KEDA = {"wva": {"hpa": {}}}, {"wva": {"keda": {}}}


def scaling(wva=None, **more):
    return {"scaling": {"maxReplicas": 4, **(wva or KEDA), **more}}


def keda(**fields):
    return {"wva": {"keda": fields}}


def tiers(*systems, cpu="10Gi"):
    secondary = [{"fileSystem": system} if system is not None else {} for system in systems]
    return {"kvCacheOffloading": {"secondary": secondary, **({"cpu": cpu} if cpu else {})}}
