"""What KServe's webhooks refuse of its other kinds is an error here, and what they take is none.

The programs are those of test_webhook.py; without them these tests skip. Asked are the rules for what is refused: an
error about what is admitted and does not work is another matter.
"""

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.checks.other_kinds import (
    GATEWAY,
    HPA,
    PARENT,
    ROUTES,
    STEP,
    URL,
    WORKER,
    by_parents,
    config,
    graph,
    keda,
    llm,
    new,
    node,
    router,
    scaling,
    sequence,
    tiers,
    weighted,
)  # fmt: skip
from tests.checks.trees import cluster, places, schemas

TOOLS = Path(__file__).parents[2] / ".tools"
OLDEST, NEWEST = "v0.16.0", "v0.20.0"
REFUSED = ("KG150", "KG156", "KG157", "KG158", "KG159", "KG161")
"""The rules that tell what a webhook refuses; KG161 of configs."""


class Webhooks:
    """KServe's admission code of one release, as a process that answers line by line."""

    def __init__(self, release):
        self.release = release
        binary = TOOLS / f"kserve-webhook-{release}"
        if not binary.is_file():
            pytest.skip(f"KServe's webhook {release} is not built in .tools")
        self.process = subprocess.Popen(  # noqa: S603  our own program
            [binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def close(self):
        self.process.communicate(timeout=10)

    def refusal(self, manifest):
        """The reason why it is not admitted; "" where it is."""
        self.process.stdin.write(json.dumps(manifest) + "\n")
        self.process.stdin.flush()
        error = json.loads(self.process.stdout.readline())["error"]
        assert not error.startswith(("no validator", "panic", "json:"))
        return error

    def errors(self, manifest):
        """The codes of the errors that we find in it."""
        of = cluster(self.release)
        return [code for code in REFUSED for _, severity in places(code, manifest, of=of) if severity == "error"]

    def agrees(self, manifest):
        return bool(self.refusal(manifest)) == bool(self.errors(manifest))

    def fits(self, manifest):
        return not schemas(self.release).object_problems(manifest)


@pytest.fixture(scope="module", params=[OLDEST, NEWEST])
def webhooks(request):
    process = Webhooks(request.param)
    yield process
    process.close()


@pytest.fixture(scope="module")
def newest():
    process = Webhooks(NEWEST)
    yield process
    process.close()


GRAPHS = {
    "one step": ({"root": sequence(STEP)}, ""),
    "the same name in two nodes": ({"root": sequence({**STEP, "name": "a"}), "b": sequence({**STEP, "name": "a"})}, ""),
    "a node that is not there": ({"root": sequence({"nodeName": "nowhere"})}, ""),
    "a Switch without conditions": ({"root": node("Switch", STEP)}, ""),
    "no steps": ({"root": sequence()}, ""),
    "weights": ({"root": weighted(110, -10)}, ""),
    "no root": ({"first": sequence(STEP)}, "root node not found"),
    "no nodes": ({}, "root node not found"),
    "a name twice": ({"root": sequence({**STEP, "name": "a"}, {**STEP, "name": "a"})}, "more than one step"),
    "no target": ({"root": sequence({"name": "a"})}, "does not specify an inference target"),
    "an empty target": ({"root": sequence({"serviceName": ""})}, "does not specify an inference target"),
    "two targets": ({"root": sequence({**STEP, "serviceUrl": URL})}, "specifies more than one"),
    "too little": ({"root": weighted(50, 40)}, "should be 100"),
    "no weight": ({"root": node("Splitter", {**STEP, "weight": 100}, STEP)}, "missing the 'Weight'"),
    "a Splitter without steps": ({"root": {"routerType": "Splitter"}}, "should be 100"),
}

SERVICES = {
    "all by KServe": (router({}, {}, scheduler={}), "", ""),
    "a Gateway without a route": (router(None, {"refs": [GATEWAY]}), "", ""),
    "a Gateway of one's own": (router({}, {"refs": [GATEWAY]}), "custom gateway", ""),
    "an empty list of Gateways": (router({}, {"refs": []}), "custom gateway", ""),
    "routes of one's own": (router(ROUTES), "", ""),
    "both of one's own": (router(ROUTES, {"refs": [GATEWAY]}), "", ""),
    "refs and spec": (
        router({"http": {**ROUTES["http"], "spec": {}}}),
        "both custom HTTPRoute",
        "both custom HTTPRoute",
    ),
    "routes and KServe's Gateway": (router(ROUTES, {}), "managed gateway", "managed gateway"),
    "a spec and a Gateway": (router({"http": {"spec": {}}}, {"refs": [GATEWAY]}), "custom gateway refs", ""),
    "parents that contradict": (
        router(by_parents({"name": "other"}), {"refs": [GATEWAY]}),
        "custom gateway refs",
        "conflict with custom gateway refs",
    ),
    "parents that repeat": (router(by_parents(PARENT), {"refs": [GATEWAY]}), "custom gateway refs", ""),
    "tensor": ({"parallelism": {"tensor": 4}}, "", ""),
    "workers": ({"worker": WORKER}, "when worker is specified", "when worker is specified"),
    "workers by tensor": (
        {"worker": WORKER, "parallelism": {"tensor": 2}},
        "when worker is specified",
        "when worker is specified",
    ),
    "workers by pipeline": ({"worker": WORKER, "parallelism": {"pipeline": 2}}, "", ""),
    "pipeline and data": (
        {"parallelism": {"pipeline": 2, "data": 2, "dataLocal": 1}},
        "cannot set both",
        "cannot set both",
    ),
    "data alone": ({"parallelism": {"data": 2}}, "dataLocal must be set", "dataLocal must be set"),
    "dataLocal alone": ({"parallelism": {"dataLocal": 2}}, "data must be set", "data must be set"),
    "uneven": ({"parallelism": {"data": 5, "dataLocal": 2}}, "", ""),
    "prefill": ({"prefill": {"worker": WORKER}}, "when worker is specified", "when worker is specified"),
    "a broken template": ({"template": {"containers": [{"name": "main", "args": ["{{ a }}"]}]}}, "", ""),
}
"""What is said, and how v0.16 and v0.20 (in v1alpha2) refuse it."""

NEWER = {
    "scaling": (scaling(), ""),
    "replicas too": ({**scaling(), "replicas": 2}, "mutually exclusive"),
    "more than the most": (scaling(minReplicas=5), "cannot exceed"),
    "no scaler": ({"scaling": {"maxReplicas": 4}}, "wva is required"),
    "neither scaler": (scaling({"wva": {}}), "either hpa or keda"),
    "both scalers": (scaling({"wva": {"hpa": {}, "keda": {}}}), "mutually exclusive"),
    "a formula": (scaling(keda(advanced={"scalingModifiers": {"formula": "a"}})), "scalingModifiers must not"),
    "a name": (scaling(keda(advanced={"horizontalPodAutoscalerConfig": {"name": "a"}})), "name must not be set"),
    "rest without a minimum": (scaling(keda(idleReplicaCount=0)), "minReplicas is required"),
    "rest above the minimum": (scaling(keda(idleReplicaCount=2), minReplicas=2), "must be less than"),
    "two scalers": ({**scaling(), "prefill": scaling(HPA)}, "same actuator"),
    "no scheduler": (router(scheduler={"replicas": 0}, route={}), "greater than zero"),
    "no configuration": (router(scheduler={"config": {}}, route={}), "inline or ref is required"),
    "two configurations": (
        router(scheduler={"config": {"inline": {"a": "b"}, "ref": {"name": "a"}}}, route={}),
        "both inline and ref",
    ),
    "an empty one": (router(scheduler={"config": {"inline": {}}}, route={}), "inline configuration is invalid"),
    "a share": (router({"group": "a", "weight": 5}), ""),
    "a group": (router({"group": "a"}), "group requires weight"),
    "a weight": (router({"weight": 5}), "weight requires group"),
    "a share of one's own routes": (router({"group": "a", "weight": 5, **ROUTES}), "custom HTTPRoute refs"),
    "a share by an Ingress": (router({"weight": 5}, ingress={}), "requires Gateway API"),
    "tiers": (tiers({"emptyDir": {}}, {"pvc": {"ref": {"name": "a"}}}), ""),
    "no memory": (tiers({"emptyDir": {}}, cpu=None), "cpu must be set"),
    "a tier nowhere": (tiers({}), "exactly one of emptyDir or pvc"),
    "a tier in no claim": (tiers({"pvc": {}}), "exactly one of spec or ref"),
    "adapters": ({"model": {"lora": {"adapters": [{"name": "a", "uri": "hf://a/b"}]}}}, ""),
    "an adapter twice": ({"model": {"lora": {"adapters": [{"name": "a"}, {"name": "a"}]}}}, "duplicate name"),
    "an adapter like the model": ({"model": {"lora": {"adapters": [{"name": "qwen"}]}}}, "must differ from base"),
    "a broker": ({"model": {"confidential": {"enabled": True, "resourceId": "kbs://a/b/c"}}}, "kbs:///"),
    "devices": ({"annotations": {"serving.kserve.io/exp-dra-device-count": "2"}}, "device-class is required"),
}
"""What is said in v1alpha2, and how v0.20 refuses it."""


@pytest.mark.parametrize(("nodes", "reason"), GRAPHS.values(), ids=GRAPHS)
def test_graphs_are_refused_for_that_reason(webhooks, nodes, reason):
    manifest = graph(nodes)

    assert reason in webhooks.refusal(manifest)
    assert webhooks.agrees(manifest)


@pytest.mark.parametrize(("said", "older", "newer"), SERVICES.values(), ids=SERVICES)
def test_llm_services_are_refused_for_that_reason(webhooks, said, older, newer):
    manifest, reason = (llm(**said), older) if webhooks.release == OLDEST else (new(**said), newer)

    refusal = webhooks.refusal(manifest)

    assert bool(refusal) == bool(reason)
    assert reason in refusal
    assert bool(refused_service(webhooks, manifest)) == bool(refusal)


def refused_service(webhooks, manifest):
    """KG161 is for the webhook of configs: a service with a broken template is admitted and not made."""
    return [code for code in webhooks.errors(manifest) if code != "KG161"]


@pytest.mark.parametrize(("said", "reason"), NEWER.values(), ids=NEWER)
def test_newer_parts_are_refused_for_that_reason(newest, said, reason):
    manifest = new(**said)

    assert reason in newest.refusal(manifest)
    assert newest.agrees(manifest)


@pytest.mark.parametrize("spec", [{}, {"baseRefs": [{"name": "a"}]}, router(scheduler={"replicas": 1})])
def test_configs_are_refused_alike(webhooks, spec):
    assert webhooks.agrees(config(**spec))


def test_a_config_has_a_scheduler_or_none(newest):
    assert newest.agrees(config(version="v1alpha2", **router(scheduler={"replicas": 0})))


TEMPLATES = {
    "{{ ChildName .ObjectMeta.Name `-inference-pool` }}": "",
    "{{- .Namespace -}}": "",
    '{{/* "a" */}}{{ .GlobalConfig.SystemNamespace }}': "",
    "{{ if .Spec.Model.Name }}{{ .Spec.Model.Name }}{{ else }}x{{ end }}": "",
    "{{ $x := .Name }}{{ printf `%s-a` $x }}": "",
    "}} {{ .GetName }}": "",
    "{{ .Name": "bad character",
    "{{ `a }}": "unterminated raw quoted string",
    '{{ ChildName .Name "-x" }}': "in operand",
    "{{ .Name\n}}": "bad character",
    "{{ if lt 1 2 }}{{ .Name }}{{ end }}": "",
    "{{ .Name <b> }}": "in operand",
    "{{ childName .Name `-x` }}": 'function "childName" not defined',
    "{{ .Name | quote }}": 'function "quote" not defined',
    "{{ message }}": 'function "message" not defined',
    "{{ messages[0] }}": "bad character",
    "{{ .Values.image }}": "can't evaluate field Values",
    "{{ .name }}": "can't evaluate field name",
}
"""A value, and why the webhook refuses it."""


@pytest.mark.parametrize(("text", "reason"), TEMPLATES.items())
def test_templates_of_configs_are_refused_for_that_reason(webhooks, text, reason):
    manifest = config(template={"containers": [{"name": "main", "args": [text]}]})

    refusal = webhooks.refusal(manifest)

    assert bool(refusal) == bool(reason)
    assert reason in refusal
    assert webhooks.agrees(manifest)


def some(**fields):
    return st.fixed_dictionaries({}, optional=fields)


numbers, names = st.integers(1, 4), st.sampled_from(["", "a", "b"])
targets = {"nodeName": names, "serviceName": names, "serviceUrl": st.sampled_from(["", URL])}
graph_steps = some(name=names, weight=st.sampled_from([0, 40, 50, 60, 100]), condition=names, **targets)
routers = st.sampled_from(["Sequence", "Splitter", "Splitter", "Ensemble", "Switch"])
graph_nodes = st.builds(lambda kind, steps: node(kind, *steps), routers, st.lists(graph_steps, max_size=3))
graphs = st.dictionaries(st.sampled_from(["root", "root", "a"]), graph_nodes).map(graph)

refs = st.lists(st.sampled_from([GATEWAY, {**GATEWAY, "name": "two"}]), max_size=2)
https = some(refs=st.lists(st.just({"name": "a"}), max_size=1), spec=some(parentRefs=refs))
routes = some(http=https, group=st.just("a"), weight=numbers)
schedulers = some(
    replicas=st.integers(0, 1), config=some(inline=st.sampled_from([{}, {"a": "b"}]), ref=some(name=names))
)
llm_routers = some(route=routes, gateway=some(refs=refs), ingress=st.just({}), scheduler=schedulers)
parallelism = some(tensor=numbers, pipeline=numbers, data=numbers, dataLocal=numbers)
kedas = some(idleReplicaCount=st.integers(0, 4))
scalings = st.fixed_dictionaries(
    {"maxReplicas": numbers}, optional={"minReplicas": numbers, "wva": some(hpa=st.just({}), keda=kedas)}
)
places_of_tiers = some(emptyDir=st.just({}), pvc=some(spec=st.just({}), ref=some(name=names)))
caches = some(cpu=st.sampled_from(["0", "1Gi"]), secondary=st.lists(some(fileSystem=places_of_tiers), max_size=2))
workloads = {
    "replicas": numbers,
    "parallelism": parallelism,
    "worker": st.just(WORKER),
    "scaling": scalings,
    "kvCacheOffloading": caches,
}
adapters = st.lists(some(name=st.sampled_from(["", "a", "b", "..", "qwen"])), max_size=3)
llm_models = some(lora=some(adapters=adapters), name=st.sampled_from(["a", "c"]))
llm_specs = some(**workloads, router=llm_routers, prefill=some(**workloads), model=llm_models)

often = settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@often
@given(manifest=graphs)
def test_any_graph_is_judged_alike(webhooks, manifest):
    assume(manifest["spec"]["nodes"] == {} or webhooks.fits(manifest))

    assert webhooks.agrees(manifest)


@often
@given(spec=llm_specs)
def test_any_llm_service_is_judged_alike(webhooks, spec):
    if webhooks.release == OLDEST:
        newer = ("scaling", "kvCacheOffloading")
        spec = {key: value for key, value in spec.items() if key not in newer}
        spec |= {"prefill": {k: v for k, v in spec["prefill"].items() if k not in newer}} if "prefill" in spec else {}

    for manifest in (llm(**spec), *([new(**spec)] if webhooks.release == NEWEST else [])):
        assert webhooks.agrees(manifest)
