"""What containers ask for: above a limit that nobody wrote, devices in parts, rollouts without a GPU to spare."""

import pytest

from tests.checks.trees import cluster, places, said, service

MODEL = "spec.predictor.model"
GPU = "nvidia.com/gpu"


def served(requests=None, limits=None, *, runtime="kserve-sklearnserver", mode="Standard", **predictor):
    resources = {**({"requests": requests} if requests else {}), **({"limits": limits} if limits else {})}
    model = {"modelFormat": {"name": "sklearn"}, "storageUri": "s3://b/m/1", "resources": resources}
    return service({"model": {**model, **({"runtime": runtime} if runtime else {})}, **predictor}, mode=mode)


def custom(requests=None, limits=None, **more):
    given = service({})
    resources = {"requests": requests or {}, "limits": limits or {}}
    given["spec"]["predictor"] = {"containers": [{"name": "kserve-container", "resources": resources}], **more}
    return given


def deployment(requests=None, limits=None):
    container = {"name": "a", "resources": {"requests": requests or {}, "limits": limits or {}}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "a", "namespace": "n"},
        "spec": {"template": {"spec": {"initContainers": [container], "containers": [{"name": "b"}]}}},
    }


def runtime(requests=None, limits=None, **spec):
    return {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "ServingRuntime",
        "metadata": {"name": "mine", "namespace": "kserve"},
        "spec": {
            "supportedModelFormats": [{"name": "sklearn"}],
            "containers": [{"name": "kserve-container", "resources": {"requests": requests, "limits": limits}}],
            **spec,
        },
    }


@pytest.mark.parametrize(
    ("given", "at", "message", "hint"),
    [
        (
            served({"cpu": "4"}),
            f"{MODEL}.resources.requests.cpu",
            "'4' is above the limit '1' of the runtime 'kserve-sklearnserver'",
            "write limits.cpu too",
        ),
        (
            served({"memory": "4Gi"}, {"cpu": "8"}, runtime=None),
            f"{MODEL}.resources.requests.memory",
            "'4Gi' is above the limit '2Gi' of the runtime 'kserve-sklearnserver'",
            "write limits.memory too",
        ),
        (
            served(limits={"cpu": "500m"}),
            f"{MODEL}.resources.limits.cpu",
            "'500m' is below the request '1' of the runtime 'kserve-sklearnserver'",
            "write requests.cpu too",
        ),
        (
            served({"cpu": 2}, {"cpu": "1500m"}, runtime="unknown"),
            f"{MODEL}.resources.requests.cpu",
            "'2' is above the limit '1500m'",
            "raise the limit, or lower the request",
        ),
        (
            custom({"memory": "4Gi"}),
            "spec.predictor.containers.0.resources.requests.memory",
            "'4Gi' is above the limit '2Gi' of KServe",
            "write limits.memory too",
        ),
        (
            deployment({"ephemeral-storage": "2Gi"}, {"ephemeral-storage": "1Gi"}),
            "spec.template.spec.initContainers.0.resources.requests.ephemeral-storage",
            "'2Gi' is above the limit '1Gi'",
            "raise the limit, or lower the request",
        ),
        (
            runtime({"cpu": "2"}, {"cpu": "1"}),
            "spec.containers.0.resources.requests.cpu",
            "'2' is above the limit '1'",
            "raise the limit, or lower the request",
        ),
    ],
)
def test_request_above_the_limit(given, at, message, hint):
    assert said("KG142", given) == [(at, "error", message, hint)]


@pytest.mark.parametrize(
    "given",
    [
        served(),
        served({"cpu": "1", "memory": "2Gi"}),
        served({"cpu": "4"}, {"cpu": "4"}),
        served({"cpu": "500m"}),
        served(limits={"cpu": "8", "memory": "16Gi"}),
        served({"cpu": "4"}, runtime="unknown"),
        served({"cpu": "many"}, {"cpu": "few"}),
        served({"cpu": "4"}, mode="ModelMesh"),
        custom({"cpu": "1000m"}, {"memory": "2Gi"}),
        deployment({"cpu": "4"}),
    ],
)
def test_request_within_the_limit(given):
    assert places("KG142", given) == []


def test_own_runtimes_and_settings_count_instead():
    mine = runtime({"cpu": "1"}, {"cpu": "8"})
    assert places("KG142", served({"cpu": "4"}, runtime="mine"), mine) == []
    assert len(places("KG142", served({"cpu": "9"}, runtime="mine"), mine)) == 1
    settings = cluster(inferenceservice__resources__limits__cpu="8")
    assert places("KG142", custom({"cpu": "4"}), of=settings) == []


def test_second_container_gets_nothing_from_kserve():
    given = custom({"cpu": "1"})
    given["spec"]["predictor"]["containers"].append({"name": "b", "resources": {"requests": {"cpu": "4"}}})
    assert places("KG142", given) == []


@pytest.mark.parametrize(
    ("given", "at", "message", "hint"),
    [
        (served({GPU: 1}), f"requests.{GPU}", "there is no limit for it", f"write limits.{GPU} too, with '1'"),
        (served({GPU: 1}, {GPU: 2}), f"requests.{GPU}", "'1' is not the limit '2'", "write the same twice"),
        (served(limits={GPU: "0.5"}), f"limits.{GPU}", "'0.5': a device is handed out whole", "write 1"),
        (served(limits={GPU: "1500m"}), f"limits.{GPU}", "'1500m': a device is handed out whole", "write 2"),
        (
            served(limits={"gpu": 1}),
            "limits.gpu",
            "there is no resource 'gpu'",
            "a device has a domain, as in nvidia.com/gpu",
        ),
        (served(limits={"memroy": "1"}), "limits.memroy", "there is no resource 'memroy'", "did you mean 'memory'?"),
        (
            served({"hugepages-2Mi": "4Mi"}),
            "requests.hugepages-2Mi",
            "there is no limit for it",
            "write limits.hugepages-2Mi too, with '4Mi'",
        ),
    ],
)
def test_device_that_kubernetes_does_not_hand_out_so(given, at, message, hint):
    assert said("KG143", given) == [(f"{MODEL}.resources.{at}", "error", message, hint)]


def test_part_of_a_device_is_told_where_it_stands_alone():
    assert places("KG143", served({GPU: 1}, {GPU: 0.5})) == [(f"{MODEL}.resources.limits.{GPU}", "error")]


def test_device_unlike_that_of_the_runtime():
    mine = runtime({GPU: 1}, {GPU: 1})
    [(_, _, message, _)] = said("KG143", served(limits={GPU: 2}, runtime="mine"), mine)
    assert message == "'2' is not the request '1' of the runtime 'mine'"
    assert places("KG143", served({GPU: 1}, runtime="mine"), mine) == []


@pytest.mark.parametrize(
    "given",
    [
        served(limits={GPU: 1}),
        served({GPU: "1"}, {GPU: 1}),
        served({GPU: 1}, runtime="unknown"),
        served({GPU: 2}, workerSpec={}),
        served(limits={"nvidia.com/mig-1g.5gb": "1", "example.com/fpga": 2}),
        served({"ephemeral-storage": "1Gi"}),
        served(limits={"hugepages-2Mi": "1.5Mi"}),
    ],
)
def test_device_as_it_should_be(given):
    assert places("KG143", given) == []


@pytest.mark.parametrize(
    ("predictor", "expected"),
    [
        ({}, "spec.predictor"),
        ({"minReplicas": 3}, "spec.predictor"),
        ({"minReplicas": 4}, None),
        ({"deploymentStrategy": {"type": "Recreate"}}, None),
        ({"deploymentStrategy": {"type": "RollingUpdate"}}, "spec.predictor.deploymentStrategy"),
        ({"deploymentStrategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}}, None),
        ({"deploymentStrategy": {"rollingUpdate": {"maxUnavailable": "100%"}}}, None),
        (
            {"deploymentStrategy": {"rollingUpdate": {"maxSurge": "50%", "maxUnavailable": "50%"}}},
            "spec.predictor.deploymentStrategy",
        ),
        ({"workerSpec": {}}, None),
    ],
)
def test_rollout_that_needs_a_gpu_to_spare(predictor, expected):
    given = served(limits={GPU: 1}, **predictor)
    assert places("KG145", given) == ([(expected, "warning")] if expected else [])


def test_rollout_is_told_once_and_where_it_matters():
    assert places("KG145", custom({GPU: 1}, {GPU: 1})) == [("spec.predictor", "warning")]
    assert places("KG145", served(limits={GPU: 1}, mode="Knative")) == []
    assert places("KG145", served(limits={GPU: 0}), served(limits={"example.com/fpga": 1})) == []
    assert places("KG145", served(runtime="mine"), runtime({GPU: 1}, {GPU: 1})) == [("spec.predictor", "warning")]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("nvidia.com/gpux", "nvidia.com/gpu"),
        ("nvidia.com/gup", "nvidia.com/gpu"),
        ("nvidia/gpu", "nvidia.com/gpu"),
        ("smarter-devices/fuse", ""),
        ("nvidia.com/mig-1g.5gb", ""),
        ("nvidia.com/gpu.shared", ""),
        ("acme.com/gpu", ""),
        ("rdma/roce_gdr", ""),
    ],
)
def test_device_that_is_misspelt_is_asked_for(name, near):
    found = said("KG143", served(limits={name: 1}, requests={name: 1}))

    assert [(severity, hint) for _, severity, _, hint in found] == (
        [("warning", f"did you mean '{near}'?")] if near else []
    )
