"""Large language models: single pods, several nodes, prompts apart; and the names of what KServe makes."""

import pytest

from kserve_gitops.llm_inference_service import LLMInferenceService, child_name
from kserve_gitops.llm_inference_service_config import LLMInferenceServiceConfig

MODEL = {"uri": "hf://Qwen/Qwen2.5-7B-Instruct", "name": "Qwen/Qwen2.5-7B-Instruct"}
RELEASES = {"v1alpha1": "v0.16.0", "v1alpha2": "v0.20.0"}
"""A release that stores objects as this version."""
NEWER = {
    "v1alpha1": {},
    "v1alpha2": {
        "labels": {"team": "a"},
        "storageInitializer": {"enabled": True},
        "kvCacheOffloading": {"cpu": "8Gi", "evictionPolicy": "lru"},
        "tracing": {"sampler": "parentbased_traceidratio", "samplerArg": "0.1"},
        "router": {"gateway": {"refs": [{"name": "llm", "namespace": "gateways", "sectionName": "https"}]}},
        "model": {"lora": {"maxRank": 64}},
    },
}
POOL = {
    "v1alpha1": {"selector": {"app": "qwen"}, "targetPortNumber": 8000, "extensionRef": {"name": "epp"}},
    "v1alpha2": {
        "selector": {"matchLabels": {"app": "qwen"}},
        "targetPorts": [{"number": 8000}],
        "endpointPickerRef": {"name": "epp", "port": {"number": 9002}},
    },
}


def pod(gpus):
    quantities = {"cpu": "8", "memory": "64Gi", "nvidia.com/gpu": str(gpus)}
    return {"containers": [{"name": "main", "resources": {"requests": quantities, "limits": quantities}}]}


def full(version):
    return {
        "model": MODEL | {"lora": {"adapters": [{"name": "sql", "uri": "s3://acme-ml-models/adapters/sql"}]}},
        "replicas": 2,
        "parallelism": {"tensor": 8, "pipeline": 2},
        "template": pod(8),
        "worker": pod(8),
        "prefill": {"replicas": 1, "parallelism": {"tensor": 4}, "template": pod(4)},
        "router": {
            "gateway": {"refs": [{"name": "llm", "namespace": "gateways"}]},
            "route": {"http": {"refs": [{"name": "qwen"}]}},
            "scheduler": {"pool": {"spec": POOL[version]}, "template": {"containers": [{"name": "main"}]}},
        },
        "spec": NEWER[version],
        "labels": {"kueue.x-k8s.io/queue-name": "gpus"},
        "annotations": {"k8s.v1.cni.cncf.io/networks": "roce-p2"},
        "version": version,
    }


@pytest.mark.parametrize("version", RELEASES)
def test_smallest_service_is_a_model_behind_the_gateway(version, chart, objects, misfits, golden):
    router = {"gateway": {}, "route": {}, "scheduler": {}}
    service = LLMInferenceService(chart, "qwen", namespace="team-a", model=MODEL, router=router, version=version)

    [manifest] = objects(service)
    assert manifest["spec"] == {"model": MODEL, "router": router}
    assert misfits(manifest, RELEASES[version]) == []
    assert manifest == golden


@pytest.mark.parametrize("version", RELEASES)
def test_full_service(version, chart, objects, misfits, golden):
    config = LLMInferenceServiceConfig(chart, "gpus", namespace="team-a", template=pod(1))
    refs = [config, "kserve-config-llm-template"]

    [manifest] = objects(LLMInferenceService(chart, "qwen", namespace="team-a", base_refs=refs, **full(version)))

    assert manifest["spec"]["baseRefs"] == [{"name": "gpus"}, {"name": "kserve-config-llm-template"}]
    assert manifest["spec"]["model"]["lora"]["adapters"][0]["name"] == "sql"
    assert misfits(manifest, RELEASES[version]) == []
    assert manifest == golden


@pytest.mark.parametrize("version", RELEASES)
def test_smallest_config(version, chart, objects, misfits, golden):
    config = LLMInferenceServiceConfig(chart, "gpus", namespace="team-a", template=pod(1), version=version)

    [manifest] = objects(config)
    assert manifest["spec"] == {"template": pod(1)}
    assert misfits(manifest, RELEASES[version]) == []
    assert manifest == golden


@pytest.mark.parametrize("version", RELEASES)
def test_full_config(version, chart, objects, misfits, golden):
    [manifest] = objects(LLMInferenceServiceConfig(chart, "gpus", namespace="team-a", **full(version)))

    assert "baseRefs" not in manifest["spec"]
    assert misfits(manifest, RELEASES[version]) == []
    assert manifest == golden


def test_criticality_is_gone_from_v1alpha2(chart, objects, misfits):
    service = LLMInferenceService(chart, "qwen", namespace="team-a", model=MODEL | {"criticality": "Critical"})

    assert len(misfits(objects(service)[0], "v0.20.0")) == 1


def test_service_knows_what_kserve_makes_of_it(chart):
    service = LLMInferenceService(chart, "qwen", namespace="team-a", model=MODEL)

    assert service.service == "qwen-kserve-workload-svc"
    assert service.http_route == "qwen-kserve-route"
    assert service.inference_pool == "qwen-inference-pool"
    assert service.path == "/team-a/qwen"


@pytest.mark.parametrize("length", [44, 60, 63])
def test_long_name_gives_way_to_its_hash_and_the_suffix_stays(length):
    name = "q" * length

    child = child_name(name, "-kserve-workload-svc")

    assert len(child) == 63
    assert child.startswith("q" * 11)
    assert child.endswith("-kserve-workload-svc")
    assert child != child_name("q" * (length - 1) + "r", "-kserve-workload-svc")


def test_name_that_just_fits_is_kept():
    assert child_name("q" * 43, "-kserve-workload-svc") == "q" * 43 + "-kserve-workload-svc"
