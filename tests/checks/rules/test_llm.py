"""LLMInferenceServices: what KServe's webhook refuses in each release, and what it never finds."""

import pytest

from tests.checks.other_kinds import (
    GATEWAY,
    HPA,
    PARENT,
    ROUTES,
    WORKER,
    by_parents,
    config,
    keda,
    llm,
    new,
    router,
    scaling,
    tiers,
)
from tests.checks.trees import cluster, places, said, values_row


def at(code, manifest, *, of=None, release="v0.16.0"):
    """Places below the spec, without the severity where it is an error."""
    found = places(code, manifest, of=of or cluster(release))
    return [place.removeprefix("spec.") if severity == "error" else f"({place})" for place, severity in found]


@pytest.mark.parametrize(
    ("given", "v0_16", "v0_20"),
    [
        (router({}, {}), [], []),
        (router({}), [], []),
        (router(None, {"refs": [GATEWAY]}), [], []),
        (router({}, {"refs": [GATEWAY]}), ["router.gateway.refs"], []),
        (router({"http": {}}, {"refs": [GATEWAY]}), [], []),
        (router(ROUTES, {"refs": [GATEWAY]}), [], []),
        (router(ROUTES), [], []),
        (router(ROUTES, {}), ["router.route.http.refs"], ["router.route.http.refs"]),
        (router({"http": {**ROUTES["http"], "spec": {}}}), ["router.route.http"], ["router.route.http"]),
        (router({"http": {"spec": {}}}, {"refs": [GATEWAY]}), ["router.route.http.spec"], []),
        (
            router(by_parents(PARENT), {"refs": [GATEWAY]}),
            ["router.route.http.spec"],
            ["(spec.router.route.http.spec.parentRefs)"],
        ),
        (
            router(by_parents({"name": "other"}), {"refs": [GATEWAY]}),
            ["router.route.http.spec"],
            ["router.route.http.spec.parentRefs"],
        ),
    ],
)
def test_routes_and_gateways_go_together_or_not(given, v0_16, v0_20):
    assert at("KG156", llm(**given)) == v0_16
    assert at("KG156", new(**given), release="v0.20.0") == v0_20


def test_parents_are_refused_in_the_older_version_whatever_they_are():
    given = router(by_parents(PARENT), {"refs": [GATEWAY]})

    assert at("KG156", llm(**given), release="v0.20.0") == ["router.route.http.spec.parentRefs"]


def test_parents_are_compared_in_any_order_and_with_their_sections():
    one, two = {**GATEWAY, "sectionName": "one"}, {**GATEWAY, "sectionName": "two"}
    same = router(by_parents(two, one), {"refs": [one, two]})
    other = router(by_parents(one, one), {"refs": [one, two]})

    assert at("KG156", new(**same), release="v0.19.0") == ["(spec.router.route.http.spec.parentRefs)"]
    assert at("KG156", new(**other), release="v0.19.0") == ["router.route.http.spec.parentRefs"]
    assert at("KG156", new(**other), release="v0.18.1") == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (router({"group": "a", "weight": 5}), []),
        (router({"group": "a", "weight": 5, "http": {}}), []),
        (router({"group": "a"}), ["router.route"]),
        (router({"weight": 0}), ["router.route"]),
        (router({"group": "a", "weight": 5, **ROUTES}), ["router.route.group"]),
        (router({"weight": 5}, ingress={}), ["router.route.weight"]),
    ],
)
def test_a_route_with_a_share_needs_group_and_weight(given, wanted):
    assert at("KG156", new(**given), release="v0.20.0") == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"parallelism": {"tensor": 4}}, []),
        ({"parallelism": {"data": 8, "dataLocal": 4}, "worker": WORKER}, []),
        ({"parallelism": {"pipeline": 2, "tensor": 4}, "worker": WORKER}, []),
        ({"worker": WORKER}, ["worker"]),
        ({"worker": {}, "parallelism": {"tensor": 2}}, ["worker"]),
        ({"parallelism": {"pipeline": 2, "data": 2, "dataLocal": 1}}, ["parallelism"]),
        ({"parallelism": {"data": 2}}, ["parallelism"]),
        ({"parallelism": {"dataLocal": 2}}, ["parallelism"]),
        ({"parallelism": {"data": 5, "dataLocal": 2}}, ["(spec.parallelism.data)"]),
        ({"prefill": {"worker": WORKER}}, ["prefill.worker"]),
        ({"prefill": {"parallelism": {"pipeline": 2, "data": 2}}}, ["prefill.parallelism", "prefill.parallelism"]),
    ],
)
def test_parallelism_is_of_one_kind_and_complete(given, wanted):
    assert at("KG157", llm(**given)) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (scaling(), []),
        (scaling(HPA, minReplicas=4), []),
        ({**scaling(), "replicas": 2}, ["replicas"]),
        (scaling(minReplicas=5), ["scaling.minReplicas"]),
        ({"scaling": {"maxReplicas": 4}}, ["scaling"]),
        (scaling({"wva": {}}), ["scaling.wva"]),
        (scaling({"wva": {"hpa": {}, "keda": {}}}), ["scaling.wva"]),
        (scaling(keda(idleReplicaCount=0)), ["scaling.wva.keda.idleReplicaCount"]),
        (scaling(keda(idleReplicaCount=2), minReplicas=2), ["scaling.wva.keda.idleReplicaCount"]),
        (scaling(keda(idleReplicaCount=1), minReplicas=2), []),
        (
            scaling(keda(advanced={"scalingModifiers": {"formula": "a"}})),
            ["scaling.wva.keda.advanced.scalingModifiers"],
        ),
        (
            scaling(keda(advanced={"horizontalPodAutoscalerConfig": {"name": "a"}})),
            ["scaling.wva.keda.advanced.horizontalPodAutoscalerConfig.name"],
        ),
        ({**scaling(), "prefill": scaling(HPA)}, ["prefill.scaling.wva"]),
        ({**scaling(), "prefill": {"replicas": 1}}, []),
    ],
)
def test_scaling_says_one_scaler_and_its_bounds(given, wanted):
    assert at("KG158", new(**given), release="v0.20.0") == wanted


def test_the_scalers_may_differ_before_kserve_compares_them():
    assert at("KG158", new(**scaling(), prefill=scaling(HPA)), release="v0.17.1") == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"replicas": 0}, ["router.scheduler.replicas"]),
        ({"config": {}}, ["router.scheduler.config"]),
        ({"config": {"inline": {"kind": "a"}, "ref": {"name": "a"}}}, ["router.scheduler.config"]),
        ({"config": {"inline": {}}}, ["router.scheduler.config.inline"]),
        ({"config": {"ref": {"key": "a"}}}, ["router.scheduler.config.ref"]),
        ({"config": {"ref": {"name": "a"}}, "replicas": 1}, []),
    ],
)
def test_a_scheduler_has_one_configuration(given, wanted):
    assert at("KG159", new(router={"scheduler": given}), release="v0.17.1") == wanted
    assert at("KG159", llm(router={"scheduler": given})) == []


def test_a_config_refers_to_no_other():
    assert at("KG159", config(baseRefs=[{"name": "a"}])) == ["baseRefs"]
    assert at("KG159", config(baseRefs=[])) == []


@pytest.mark.parametrize(
    ("adapters", "wanted"),
    [
        ([{"name": "a", "uri": "hf://a/b"}, {"name": "b"}], []),
        ([{"uri": "hf://a/b"}], ["0"]),
        ([{"name": "a"}, {"name": "a"}], ["1.name"]),
        ([{"name": ".."}], ["0.name"]),
        ([{"name": "qwen"}], ["0.name"]),
    ],
)
def test_adapters_have_names_of_their_own(adapters, wanted):
    given = new(model={"lora": {"adapters": adapters}})

    assert at("KG159", given, release="v0.19.0") == [f"model.lora.adapters.{place}" for place in wanted]
    assert at("KG159", given, release="v0.17.1") == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (tiers({"emptyDir": {}}, {"pvc": {"ref": {"name": "a"}}}, {"pvc": {"spec": {}}}), []),
        ({"kvCacheOffloading": {}}, []),
        (tiers({"emptyDir": {}}, cpu=None), [""]),
        (tiers({"emptyDir": {}}, cpu="0"), [""]),
        (tiers(None), [".secondary.0"]),
        (tiers({}), [".secondary.0.fileSystem"]),
        (tiers({"emptyDir": {}, "pvc": {}}), [".secondary.0.fileSystem"]),
        (tiers({"pvc": {}}), [".secondary.0.fileSystem.pvc"]),
        (tiers({"pvc": {"spec": {}, "ref": {"name": "a"}}}), [".secondary.0.fileSystem.pvc"]),
        (tiers({"pvc": {"ref": {}}}), [".secondary.0.fileSystem.pvc.ref"]),
    ],
)
def test_a_tier_of_the_cache_has_one_place(given, wanted):
    found = at("KG159", new(prefill=given, **given), release="v0.20.0")

    assert found == [f"{start}kvCacheOffloading{place}" for start in ("", "prefill.") for place in wanted]


DRA = "serving.kserve.io/exp-dra-"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            {"device-class": "gpu.example.com", "device-count": "2", "container-name": "main", "cel-selector": "true"},
            [],
        ),
        ({"device-count": "2"}, ["device-count"]),
        ({"device-class": " "}, ["device-class"]),
        ({"device-class": "a", "device-count": "0"}, ["device-count"]),
        ({"device-class": "a", "device-count": "two"}, ["device-count"]),
        ({"device-class": "a", "container-name": "Main"}, ["container-name"]),
        ({"device-class": "a", "cel-selector": ""}, ["cel-selector"]),
    ],
)
def test_devices_are_of_a_class(given, wanted):
    annotations = {f"{DRA}{name}": value for name, value in given.items()}

    found = at("KG159", new(annotations=annotations), release="v0.20.0")

    assert found == [f"metadata.annotations.{DRA}{name}" for name in wanted]


def test_a_resource_of_a_key_broker_is_a_path():
    right = {"confidential": {"enabled": True, "resourceId": "kbs:///repo/key/one"}}
    wrong = {"confidential": {"enabled": True, "resourceId": "kbs://repo/key/one"}}

    assert at("KG159", new(model=right), release="v0.20.0") == []
    assert at("KG159", new(model=wrong), release="v0.20.0") == ["model.confidential.resourceId"]


@pytest.mark.parametrize("found", [llm(template={"containers": [{"name": "vllm"}]}), config(template=WORKER)])
def test_a_server_that_is_not_called_main_is_a_second_one(found):
    named = found["spec"]["template"]["containers"][0]["name"]

    assert at("KG160", found) == ([] if named == "main" else ["(spec.template.containers.0.name)"])


def test_a_preset_of_ones_own_may_call_the_server_anything():
    own = config("kserve-config-llm-template", template={"containers": [{"name": "vllm"}]})

    assert said("KG160", llm(template={"containers": [{"name": "vllm"}]}), own) == []


def test_templates_are_judged_in_services_and_configs():
    broken = {"containers": [{"name": "main", "args": ["{{ messages }}", "{{ .Name }}"]}]}

    assert at("KG161", llm(template=broken)) == ["template.containers.0.args.0"]
    assert at("KG161", config(template=broken)) == ["template.containers.0.args.0"]


def test_a_range_in_one_value_keeps_fields_in_others_from_being_judged():
    given = {"a": "{{ range .Spec.BaseRefs }}", "b": "{{ .name }}", "c": "{{ end }}"}

    assert said("KG161", llm(annotations=given)) == []


def test_a_config_is_looked_for_in_the_namespace_and_in_that_of_kserve():
    service = llm(baseRefs=[{"name": "base"}, {"name": "shared"}, {"name": "kserve-config-llm-template"}])
    there = [config("base"), config("shared", namespace="kserve")]
    listed = cluster(existing=["LLMInferenceServiceConfig/team/base", "LLMInferenceServiceConfig/kserve/shared"])

    assert said("KG162", service, *there) == []
    assert said("KG162", service, of=listed) == []


def test_a_config_that_nothing_makes_suggests_one():
    [(place, severity, message, hint)] = said("KG162", llm(baseRefs=[{"name": "bas"}]), config("base"))

    assert (place, severity) == ("spec.baseRefs.0.name", "error")
    assert message == "there is no LLMInferenceServiceConfig 'bas'"
    assert "'base'" in hint
    assert hint.endswith("existing in platform.yaml")


def test_a_config_of_another_namespace_counts_only_where_that_may_be_kserves():
    service, elsewhere = llm(baseRefs=[{"name": "base"}]), config("base", namespace="platform")
    application = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "app", "namespace": "argocd"},
        "spec": {"destination": {"namespace": "platform"}},
    }
    deployed = [values_row("kserve", "v0.16.0", {})]

    assert said("KG162", service, elsewhere) == []
    assert len(said("KG162", service, elsewhere, values=deployed)) == 1
    assert said("KG162", service, elsewhere, application, values=deployed) == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"parallelism": {"pipeline": 2}}, []),
        ({"parallelism": {"pipeline": 2}, "worker": WORKER}, ["worker"]),
        ({"parallelism": {"pipeline": 2}, "worker": WORKER, "prefill": {}}, ["decode-worker"]),
        ({"prefill": {"parallelism": {"pipeline": 2}, "worker": WORKER}}, ["prefill-worker"]),
        ({"parallelism": {"data": 2, "dataLocal": 1}, "worker": WORKER}, []),
    ],
)
def test_kserve_has_no_preset_for_a_pipeline(given, wanted):
    messages = [message for _, _, message, _ in said("KG162", llm(**given))]

    assert [message.split("'")[1] for message in messages] == [
        f"kserve-config-llm-{kind}-pipeline-parallel" for kind in wanted
    ]


def test_a_preset_of_ones_own_serves_a_pipeline():
    preset = config("kserve-config-llm-worker-pipeline-parallel")

    assert said("KG162", llm(parallelism={"pipeline": 2}, worker=WORKER), preset) == []


def route_of_ai(group, name="llama-inference-pool"):
    return {
        "apiVersion": "aigateway.envoyproxy.io/v1beta1",
        "kind": "AIGatewayRoute",
        "metadata": {"name": "a", "namespace": "kserve"},
        "spec": {"rules": [{"backendRefs": [{"name": name, "group": group, "kind": "InferencePool"}]}, None]},
    }


@pytest.mark.parametrize(
    ("route", "release", "count"),
    [
        (route_of_ai("inference.networking.k8s.io"), "v0.16.0", 1),
        (route_of_ai("inference.networking.k8s.io"), "v0.17.1", 0),
        (route_of_ai("inference.networking.x-k8s.io"), "v0.16.0", 0),
        (route_of_ai("inference.networking.k8s.io", "own"), "v0.16.0", 0),
    ],
)
def test_group_of_the_pool_that_a_route_asks_for(route, release, count):
    service = {**llm(), "metadata": {"name": "llama", "namespace": "kserve"}}

    found = [("spec.rules.0.backendRefs.0.group", "error")] * count

    assert places("KG472", service, route, of=cluster(release)) == found
