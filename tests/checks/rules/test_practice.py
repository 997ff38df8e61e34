"""What is legal and goes wrong one day."""

import pytest

from tests.checks.trees import cluster, places, said, service, values_row

URI = "spec.predictor.model.storageUri"
LIMITS = {"resources": {"limits": {"memory": "1Gi"}}}


def model(uri="s3://bucket/iris/1", **fields):
    return service({"model": {"modelFormat": {"name": "sklearn"}, "storageUri": uri, **fields}})


def of_kind(kind, spec, name="a", namespace="kserve"):
    return {"kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": spec}


def deployment(*containers):
    return of_kind("Deployment", {"template": {"spec": {"containers": list(containers)}}})


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("s3://bucket/iris/1", False),
        ("s3://bucket/iris", True),
        ("s3://bucket/iris/latest", True),
        ("hf://org/model", True),
        ("hf://org/model:abc123", False),
        ("oci://image", True),
        ("pvc://models/iris", True),
        ("pvc://models", False),
        ("s3://bucket", False),
        ("s3://${bucket}/iris", False),
        ("/mnt/models", False),
        ("foo://bucket/iris", False),
    ],
)
def test_an_address_says_a_version(uri, told):
    assert places("KG170", model(uri)) == ([(URI, "warning")] if told else [])


def test_the_path_of_a_storage_spec_says_a_version():
    expected = [("spec.predictor.model.storage.path", "warning")]
    assert places("KG170", model(None, storage={"path": "iris"})) == expected
    assert places("KG170", model(None, storage={"path": "iris/7"})) == []


def test_latest_gets_a_message_of_its_own():
    [(_, _, message, _)] = said("KG170", model("s3://bucket/iris/latest"))
    assert message.startswith("'latest' is another model tomorrow")


def test_what_is_cached_on_nodes_is_told_at_the_model():
    cache = of_kind("LocalModelCache", {"sourceModelUri": "hf://org/model"})
    assert places("KG170", cache) == []


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        (deployment({"name": "a"}), ["spec.template.spec.containers.0"]),
        (deployment({"name": "a", **LIMITS}), []),
        (deployment({"name": "a", "resources": {"limits": {"cpu": 1}}}), ["spec.template.spec.containers.0"]),
        (deployment({"name": 7, "resources": []}), ["spec.template.spec.containers.0"]),
        (of_kind("Deployment", {"template": {"spec": {**LIMITS, "containers": [{"name": "a"}]}}}), []),
        (of_kind("ServingRuntime", {"containers": [{"name": "kserve-container"}]}), ["spec.containers.0"]),
        (of_kind("Job", {"template": {"spec": {"containers": [{"name": "a"}]}}}), []),
        (service(), []),
        (service({"model": None, "containers": [{"name": "kserve-container"}]}), []),
        (service({"model": None, "containers": [{"name": "kserve-container"}, {"name": "side"}]}),
         ["spec.predictor.containers.1"]),
        (service({"containers": [{"name": "side"}]}), ["spec.predictor.containers.0"]),
        (service(transformer={"containers": [{"name": "kserve-container"}, {"name": "side"}]}),
         ["spec.transformer.containers.1"]),
    ],
)  # fmt: skip
def test_a_container_that_nobody_fills_in_needs_a_memory_limit(manifest, expected):
    assert places("KG172", manifest) == [(place, "warning") for place in expected]


@pytest.mark.parametrize("given", [{"of": cluster(existing=["LimitRange/kserve/defaults"])}, {}])
def test_a_limit_range_gives_limits(given):
    more = [] if given else [of_kind("LimitRange", {})]
    assert places("KG172", deployment({"name": "a"}), *more, **given) == []


def test_a_runtime_may_leave_limits_to_its_models():
    runtime = of_kind("ServingRuntime", {"containers": [{"name": "kserve-container"}]}, name="own")
    limited, unlimited = model(runtime="own", **LIMITS), model(runtime="own")
    assert places("KG172", runtime, limited) == []
    assert places("KG172", runtime, limited, unlimited) == [("spec.containers.0", "warning")]


BIG = {"resources": {"limits": {"memory": "24Gi", "nvidia.com/gpu": "1"}}}
GPU = {"resources": {"limits": {"memory": "8Gi", "nvidia.com/gpu": "1"}}}


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        (model(**BIG), True),
        (model("hf://org/model:1", **BIG), True),
        (model("pvc://models/1", **BIG), False),
        (model("oci://image:1", **BIG), False),
        (model(**GPU), False),
        (model("hf://org/model:1", **GPU, modelFormat={"name": "huggingface"}), True),
        (model("hf://org/model:1", modelFormat={"name": "huggingface"}), False),
        (model(**LIMITS), False),
        (model(resources={"limits": {"memory": "much"}}), False),
        (model(resources={"limits": [1]}), False),
    ],
)
def test_a_big_model_needs_memory_to_download(manifest, told):
    assert places("KG173", manifest) == ([(URI, "warning")] if told else [])


def storage_container(memory, **fields):
    container = {"name": "storage-initializer", "resources": {"limits": {"memory": memory}}}
    return (
        of_kind("ClusterStorageContainer", {"container": container, "supportedUriFormats": [{"prefix": "s3://"}]})
        | fields
    )


@pytest.mark.parametrize(
    ("container", "told"),
    [
        (storage_container("8Gi"), False),
        (storage_container("1Gi"), True),
        (storage_container("8Gi", disabled=True), True),
        (of_kind("LocalModelCache", {"sourceModelUri": "s3://bucket/iris/1"}), False),
    ],
)
def test_a_container_with_more_memory_downloads_it(container, told):
    assert bool(places("KG173", model(**BIG), container)) is told


def test_the_values_of_kserve_give_the_initializer_memory():
    resources = {"kserve": {"storage": {"resources": {"limits": {"memory": "8Gi"}}}}}
    assert places("KG173", model(**BIG), values=[values_row("kserve", "v0.16.0", resources)]) == []


def test_the_values_do_not_reach_an_llm():
    container = {"name": "main", **BIG}
    spec = {"model": {"uri": "hf://org/model:1"}, "template": {"containers": [container]}}
    resources = {"kserve": {"storage": {"resources": {"limits": {"memory": "8Gi"}}}}}
    rows = [values_row("kserve", "v0.16.0", resources)]
    assert places("KG173", of_kind("LLMInferenceService", spec), values=rows) == [("spec.model.uri", "warning")]
    spec["template"]["initContainers"] = [{"name": "storage-initializer"}]
    assert places("KG173", of_kind("LLMInferenceService", spec)) == []


TWO = service({"minReplicas": 2}, labels={})


def budget(selector, namespace="kserve"):
    return of_kind("PodDisruptionBudget", {"maxUnavailable": 1, "selector": selector}, namespace=namespace)


@pytest.mark.parametrize(
    ("selector", "told"),
    [
        ({"matchLabels": {"app": "isvc.iris-predictor"}}, False),
        ({"matchLabels": {"serving.kserve.io/inferenceservice": "iris"}}, False),
        ({"matchLabels": {"serving.kserve.io/inferenceservice": "iris", "pod-template-hash": "a"}}, False),
        ({}, False),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["isvc.iris-predictor"]}]}, False),
        ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, False),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["isvc.iris-predictor"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, True),
        ({"matchLabels": {"app": "iris"}}, True),
        ({"matchLabels": {"app": "isvc.iris-predictor", "component": "transformer"}}, True),
        ({"matchLabels": {"tier": "models"}}, True),
        ("all", False),
    ],
)
def test_replicas_need_a_budget_that_selects_them(selector, told):
    expected = [("spec.predictor.minReplicas", "warning")] if told else []
    assert places("KG174", TWO, budget(selector)) == expected


def test_a_budget_elsewhere_selects_nothing():
    assert places("KG174", TWO, budget({}, namespace="other")) == [("spec.predictor.minReplicas", "warning")]


@pytest.mark.parametrize("least", [None, 0, 1, True, "2"])
def test_one_replica_needs_no_budget(least):
    assert places("KG174", service({"minReplicas": least})) == []


def test_a_budget_that_exists_may_select_anything():
    assert places("KG174", TWO, of=cluster(existing=["PodDisruptionBudget/kserve/all"])) == []


def test_the_hint_names_what_to_write():
    transformer = {"minReplicas": 2, "containers": [{"name": "kserve-container"}]}
    [(_, _, _, predictor)] = said("KG174", TWO)
    [(_, _, _, standard)] = said("KG174", service(transformer=transformer))
    [(_, _, _, knative)] = said("KG174", service(transformer=transformer, mode="Knative"))
    assert "podDisruptionBudget" in predictor
    assert "'app: isvc.iris-transformer'" in standard
    assert "'serving.kserve.io/inferenceservice: iris'" in knative


@pytest.mark.parametrize(
    ("form", "uri", "told"),
    [
        ("sklearn", "s3://b/iris/1/model.skops", True),
        ("sklearn", "s3://b/iris/1/model.joblib", False),
        ("sklearn", "s3://b/iris/1", False),
        ("sklearn", "s3://b/iris/1.json.d", False),
        ("sklearn", "s3://b/iris/1/model.tar.gz", False),
        ("xgboost", "s3://b/iris/1/model.ubj", False),
        ("xgboost", "s3://b/iris/1/model.pkl", True),
        ("lightgbm", "s3://b/iris/1/model.txt", True),
        ("tensorflow", "s3://b/iris/1/model.h5", True),
        ("tensorflow", "s3://b/iris/1/model.onnx", False),
        ("onnx", "s3://b/iris/1/model.onnx", False),
        ("prophet", "s3://b/iris/1/model.skops", False),
    ],
)
def test_a_server_reads_its_own_files(form, uri, told):
    expected = [(URI, "warning")] if told else []
    assert places("KG175", model(uri, modelFormat={"name": form})) == expected


def test_a_runtime_of_ones_own_may_read_anything():
    own = of_kind("ServingRuntime", {"supportedModelFormats": [{"name": "sklearn"}]}, name="kserve-own")
    skops = "s3://b/iris/1/model.skops"
    assert places("KG175", model(skops), own) == []
    assert places("KG175", model(skops, runtime="kserve-own"), own) == []
    assert places("KG175", model(skops, runtime="mine")) == []
    assert places("KG175", model(skops, runtime="kserve-sklearnserver"), own) == [(URI, "warning")]
