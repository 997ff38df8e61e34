"""Models over several nodes: what KServe's webhook refuses, and what leaves the head without its workers."""

import pytest

from kserve_gitops.inputs.releases import RELEASES
from tests.checks.trees import cluster, places, said, service

MODEL = "spec.predictor.model"
WORKERS = "spec.predictor.workerSpec"
GPU = "nvidia.com/gpu"
NONE = {"serving.kserve.io/autoscalerClass": "none"}
TYPES = "serving.kserve.io/gpu-resource-types"


def container(name="worker-container", gpus=None, resource=GPU):
    return {"name": name, **({"resources": {"requests": {resource: gpus}}} if gpus else {})}


def nodes(workers=None, *, annotations=NONE, mode="Standard", **model):
    given = {"modelFormat": {"name": "huggingface"}, "storageUri": "pvc://claim/model", **model}
    spec = {"model": {key: value for key, value in given.items() if value is not None}, "workerSpec": workers or {}}
    return service(spec, annotations=annotations, mode=mode)


def runtime(*containers, annotations=None, env=None, name="mine", **spec):
    return {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "ServingRuntime",
        "metadata": {"name": name, "namespace": "kserve"},
        "spec": {
            "annotations": annotations or {},
            "supportedModelFormats": [{"name": "huggingface"}],
            "containers": [{"name": "kserve-container", "env": env or []}],
            "workerSpec": {"containers": list(containers or (container(),)), **spec},
        },
    }


@pytest.mark.parametrize("release", RELEASES)
def test_sound_models_over_several_nodes_have_nothing_to_be_told(release):
    sizes = {"pipelineParallelSize": 2, "tensorParallelSize": 1}
    given = [
        nodes(),
        nodes(sizes),
        nodes({**sizes, "containers": [container(gpus=1)]}, storageUri="oci://registry.example.com/model:1"),
        nodes(annotations={**NONE, TYPES: '["example.com/gpu"]'}, resources={"limits": {"example.com/gpu": 1}}),
        runtime(container(gpus=1), annotations={TYPES: '["example.com/gpu"]'}),
        service(),
    ]
    for code in ("KG102", "KG103", "KG144", "KG146", "KG147", "KG148"):
        assert places(code, *given, of=cluster(release)) == []


@pytest.mark.parametrize(
    ("given", "at", "hint"),
    [
        (nodes({"tensorParallelSize": 0}), f"{WORKERS}.tensorParallelSize", "write 1 or more"),
        (nodes({"pipelineParallelSize": -1}), f"{WORKERS}.pipelineParallelSize", "write 1 or more"),
        (nodes({"containers": [container(), container()]}), f"{WORKERS}.containers", "keep worker-container"),
        (nodes(storageUri=None), MODEL, "add storageUri of the scheme pvc or oci"),
        (nodes(storageUri="s3://bucket/model"), f"{MODEL}.storageUri", "put the model there"),
        (nodes(storageUri="hf://org/model"), f"{MODEL}.storageUri", "put the model there"),
        (nodes(annotations={}), "metadata", "write autoscalerClass: none"),
        (
            nodes(annotations={"serving.kserve.io/autoscalerClass": "hpa"}),
            "metadata.annotations.serving.kserve.io/autoscalerClass",
            "write autoscalerClass: none",
        ),
        (
            nodes(env=[{"name": "A"}, {"name": "TENSOR_PARALLEL_SIZE"}]),
            f"{MODEL}.env.1.name",
            "write tensorParallelSize in workerSpec",
        ),
        (
            nodes(resources={"limits": {"nvidia.com/gpus": 1}}),
            f"{MODEL}.resources.limits.nvidia.com/gpus",
            "did you mean 'nvidia.com/gpu'?",
        ),
        (
            nodes({"containers": [container(gpus=1, resource="example.com/x")]}),
            f"{WORKERS}.containers.0.resources.requests.example.com/x",
            f"name it in the annotation {TYPES}",
        ),
        (
            nodes(annotations={**NONE, TYPES: "example.com/gpu"}),
            f"metadata.annotations.{TYPES}",
            """write it as '["example.com/gpu"]'""",
        ),
    ],
)
def test_what_the_webhook_refuses_of_a_model(given, at, hint):
    [(place, severity, _, told)] = said("KG144", given)
    assert (place, severity) == (at, "error")
    assert hint in told


def test_legacy_keys_over_several_nodes_are_held_to_the_same():
    given = nodes()
    given["spec"]["predictor"] = {"huggingface": {"storageUri": "s3://b/m"}, "workerSpec": {}}
    assert places("KG144", given) == [("spec.predictor.huggingface.storageUri", "error")]


@pytest.mark.parametrize(
    ("given", "at"),
    [
        (nodes(mode="Knative"), WORKERS),
        (nodes({"containers": [container("worker")]}), f"{WORKERS}.containers.0.name"),
        (runtime(container("worker")), "spec.workerSpec.containers.0.name"),
    ],
)
def test_workers_that_are_never_made(given, at):
    assert places("KG146", given) == [(at, "error")]


def test_custom_containers_have_no_workers():
    given = nodes()
    given["spec"]["predictor"] = {"containers": [{"name": "kserve-container"}], "workerSpec": {}}
    assert places("KG146", given) == [(WORKERS, "error")]


@pytest.mark.parametrize(
    ("given", "at"),
    [
        (runtime(tensorParallelSize=0), "spec.workerSpec.tensorParallelSize"),
        (runtime(container(), container()), "spec.workerSpec.containers"),
        (runtime(containers=[]), "spec.workerSpec.containers"),
        (runtime(env=[{"name": "PIPELINE_PARALLEL_SIZE"}]), "spec.containers.0.env.0.name"),
        (runtime(container(gpus=1, resource="a/b")), "spec.workerSpec.containers.0.resources.requests.a/b"),
        (runtime(annotations={TYPES: "[]"}), f"spec.annotations.{TYPES}"),
    ],
)
def test_what_the_webhook_refuses_of_a_runtime(given, at):
    assert places("KG147", given) == [(at, "error")]
    given["spec"]["disabled"] = True
    assert places("KG147", given) == []


@pytest.mark.parametrize(
    ("pipeline", "tensor", "head", "worker", "short"),
    [
        (2, 2, 1, 2, 1),
        (4, 2, 2, 4, 2),
        (2, 2, 2, 2, 0),
        (2, 2, None, 2, 0),
        (2, 2, 1, None, 0),
        (2, 2, 4, 1, 0),
        (1, 2, 1, 2, 0),
        (None, None, 1, 1, 0),
    ],
)
def test_gpus_that_the_sizes_want(pipeline, tensor, head, worker, short):
    sizes = {"pipelineParallelSize": pipeline, "tensorParallelSize": tensor}
    resources = {"requests": {GPU: head}} if head else {}
    given = nodes({**sizes, "containers": [container(gpus=worker)]}, resources=resources)
    texts = [message for _, _, message, _ in said("KG148", given)]
    wanted = (pipeline or 1) * (tensor or 1)
    expected = f"the sizes want {wanted} GPUs, and head and workers request {short} too few"
    assert texts == ([expected] if short else [])


def test_gpus_of_the_runtime_count_but_for_another_backend():
    given = nodes(
        {"pipelineParallelSize": 2, "tensorParallelSize": 2}, runtime="mine", resources={"requests": {GPU: 1}}
    )
    assert places("KG148", given, runtime(container(gpus=2))) == [(WORKERS, "error")]
    backend = {"multinode/executor-backend": "mp"}
    assert places("KG148", given, runtime(container(gpus=2), annotations=backend)) == []
