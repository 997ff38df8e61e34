"""Addresses that nothing loads, and sources that exclude each other."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.checks.trees import cluster, findings, places, said, service, values_row

TOOLS = Path(__file__).parents[3] / ".tools"
URI = "spec.predictor.model.storageUri"


def model(uri, **fields):
    return service({"model": {"modelFormat": {"name": "sklearn"}, "storageUri": uri, **fields}})


def custom(uri, name="kserve-container", component="predictor"):
    container = {"name": name, "image": "a:1", "env": [{"name": "STORAGE_URI", "value": uri}]}
    made = service({} if component == "predictor" else None)
    made["spec"][component] = {"containers": [container]}
    return made


def of_kind(kind, spec, version="v1alpha1"):
    return {
        "apiVersion": f"serving.kserve.io/{version}",
        "kind": kind,
        "metadata": {"name": "a", "namespace": "kserve"},
        "spec": spec,
    }


def downloader(spec, **fields):
    return {**of_kind("ClusterStorageContainer", {"container": {"name": "storage-initializer"}, **spec}), **fields}


REGISTRY = downloader({"supportedUriFormats": [{"prefix": "registry://"}]})
UNKNOWN = [(URI, "error")]


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        (model("s3://bucket/iris/1"), []),
        (model("s3/bucket/iris"), UNKNOWN),
        (model("S3://bucket/iris"), UNKNOWN),
        (model(""), UNKNOWN),
        (model("registry://iris"), UNKNOWN),
        (model("/mnt/models"), [(URI, "warning")]),
        (model("file:///opt/model"), [(URI, "warning")]),
        (model(7), []),
        (service({"model": None, "sklearn": {"storageUri": "s3a://b/i"}}),
         [("spec.predictor.sklearn.storageUri", "error")]),
        (custom("gcs://b/m"), [("spec.predictor.containers.0.env.0.value", "error")]),
        (custom("gcs://b/m", component="transformer"), [("spec.transformer.containers.0.env.0.value", "error")]),
        (service({"storageUris": [{"uri": "gcs://b/m"}]}), [("spec.predictor.storageUris.0.uri", "error")]),
        (service(explainer={"art": {"storageUri": "gcs://b/m"}}), [("spec.explainer.art.storageUri", "error")]),
        (service(canary=[{"predictor": {"model": {"storageUri": "gcs://b/m"}}}]),
         [("spec.canary.0.predictor.model.storageUri", "error")]),
        (of_kind("TrainedModel", {"model": {"storageUri": "hf://a/b"}}), [("spec.model.storageUri", "error")]),
        (of_kind("TrainedModel", {"model": {"storageUri": "s3://a/b"}}), []),
        (of_kind("LLMInferenceService", {"model": {"uri": "gs://b/m"}}), [("spec.model.uri", "error")]),
        (of_kind("LLMInferenceService", {"model": {"uri": "hf://a/b"}}), []),
        (of_kind("LLMInferenceService", {"model": {"uri": "gs://b"}, "storageInitializer": {"enabled": False}}), []),
        (of_kind("LLMInferenceServiceConfig", {"model": {"uri": "{{ .Spec.Model.URI }}"}}), []),
        (of_kind("LocalModelCache", {"sourceModelUri": "pvc://a/b"}), [("spec.sourceModelUri", "error")]),
        (of_kind("LocalModelCache", {"sourceModelUri": "hf://a/b"}), []),
    ],
)  # fmt: skip
def test_an_address_that_nothing_loads_is_told_where_it_stands(manifest, expected):
    assert places("KG202", manifest) == expected


def test_the_variable_of_a_side_car_is_no_address():
    manifest = service({})
    manifest["spec"]["predictor"]["containers"] = [
        {"name": "kserve-container", "image": "a:1"},
        {"name": "side", "env": [{"name": "STORAGE_URI", "value": "gcs://b/m"}]},
    ]
    assert places("KG202", manifest) == []


@pytest.mark.parametrize(
    ("container", "silent"),
    [
        (REGISTRY, True),
        (downloader({"supportedUriFormats": [{"regex": "registr.://"}]}), True),
        (downloader({"supportedUriFormats": [{"regex": "(?P<"}]}), True),
        (downloader({"supportedUriFormats": [{"prefix": "other://"}]}), False),
        (downloader({"supportedUriFormats": [{"prefix": "registry://"}]}, disabled=True), False),
        (downloader({**REGISTRY["spec"], "workloadType": "localModelDownloadJob"}), False),
    ],
)  # fmt: skip
def test_a_container_of_the_tree_loads_its_own_schemes(container, silent):
    assert (places("KG202", model("registry://iris"), container) == []) is silent


def test_a_container_that_exists_may_load_anything():
    of = cluster(existing=["ClusterStorageContainer/registry"])
    assert places("KG202", model("registry://iris"), model("/models/iris"), of=of) == []
    assert places("KG202", model("s3/bucket/iris"), of=of) == UNKNOWN


def test_the_hint_for_an_unknown_scheme_tells_of_existing_containers():
    [(_, _, _, hint)] = said("KG202", model("registry://iris"))
    assert "list the ClusterStorageContainer" in hint


def test_the_image_of_ones_own_initializer_may_hold_models():
    values = [values_row("kserve", "v0.16.0", {"kserve": {"storage": {"image": "registry.example.com/init"}}})]
    assert places("KG202", model("/models/iris"), values=values) == []


def test_native_images_and_adapters_belong_to_newer_releases():
    spec = {"model": {"uri": "hf://a/b", "lora": {"adapters": [{"uri": "oci://a"}]}}}
    old, new = (of_kind("LLMInferenceService", spec, version) for version in ("v1alpha1", "v1alpha2"))
    assert places("KG202", model("oci+native://a:1")) == UNKNOWN
    assert places("KG202", model("oci+native://a:1"), of=cluster("v0.20.0")) == []
    assert places("KG202", old) == []
    assert places("KG202", new, of=cluster("v0.20.0")) == [("spec.model.lora.adapters.0.uri", "error")]


@pytest.mark.parametrize(
    ("uri", "severity"),
    [
        ("hf://gpt2", "error"),
        ("pvc://My_Claim/iris", "error"),
        ("gs://Bucket/iris", "error"),
        ("s3://My_Bucket/iris", "warning"),
        ("https://account.blob.core.windows.net/container", "error"),
        ("s3://bucket/iris/1", None),
        ("s3://<bucket>/iris", None),
        ("foo://", None),
    ],
)
def test_what_a_scheme_does_not_allow_is_told(uri, severity):
    assert places("KG203", model(uri)) == ([(URI, severity)] if severity else [])


def test_nothing_is_known_of_addresses_that_another_container_loads():
    anything = downloader({"supportedUriFormats": [{"prefix": "hf://"}]})
    named = service({"storageContainerName": "mine", "model": {"storageUri": "hf://a/b/c"}})
    assert places("KG203", model("hf://a/b/c"), anything) == []
    assert places("KG203", named, of=cluster("v0.20.0")) == []


@pytest.mark.parametrize(
    ("uri", "severity"),
    [
        ("s3://${BUCKET}/iris", "error"),
        ("s3://{{ bucket }}/iris", "error"),
        ("s3://bucket/$(MODEL)", "warning"),
        ("s3://your-bucket/iris", "warning"),
        ("s3://my-bucket/iris", None),
    ],
)
def test_placeholders_are_told_once(uri, severity):
    assert places("KG204", model(uri)) == ([(URI, severity)] if severity else [])
    assert severity != "error" or places("KG202", model(uri)) + places("KG203", model(uri)) == []


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("s3://bucket", True),
        ("gs://bucket/", True),
        ("s3://bucket/iris", False),
        ("pvc://claim", False),
        ("s3://", False),
    ],
)
def test_a_whole_bucket_is_told(uri, told):
    assert places("KG205", model(uri)) == ([(URI, "warning")] if told else [])


def test_images_need_modelcars():
    off = cluster(storage__enableModelcar=False)
    llm = of_kind("LLMInferenceService", {"model": {"uri": "oci://a:1"}})
    assert places("KG206", model("oci://a:1")) == []
    assert places("KG206", model("s3://bucket/iris"), of=off) == []
    assert places("KG206", model("oci://a:1"), llm, of=off) == [(URI, "error"), ("spec.model.uri", "error")]


@pytest.mark.parametrize(
    ("uri", "near"),
    [
        ("pvc://claim/iris/model.joblib", "pvc://claim/iris"),
        ("pvc://claim/model.ONNX", "pvc://claim"),
        ("pvc://claim/iris/1.0", None),
        ("pvc://claim", None),
        ("s3://bucket/model.joblib", None),
    ],
)
def test_a_file_in_a_claim_is_told_with_its_directory(uri, near):
    told = said("KG211", model(uri))
    assert [hint for _, _, _, hint in told] == ([f"write '{near}'"] if near else [])


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        (service({"storageUris": [{"uri": "pvc://a"}]}), [(URI, "error")]),
        (model("s3://bucket/iris", storage={"path": "iris"}), [("spec.predictor.model.storage.path", "error")]),
        (model("s3://bucket/iris", storage={"key": "a"}), []),
        (model(None, storage={"path": "iris"}), []),
        (model("s3://bucket/iris"), []),
    ],
)
def test_a_model_has_one_source(manifest, expected):
    assert places("KG207", manifest) == expected


def test_the_variable_of_a_custom_container_is_a_source_too():
    manifest = custom("s3://bucket/a")
    manifest["spec"]["predictor"]["storageUris"] = [{"uri": "pvc://b"}]
    assert places("KG207", manifest) == [("spec.predictor.containers.0.env.0.value", "error")]


def listed(*entries, **fields):
    return service({"model": {"modelFormat": {"name": "sklearn"}}, "storageUris": list(entries), **fields})


def at(uri, path):
    return {"uri": uri, "mountPath": path}


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([at("pvc://a", "/mnt/models")], []),
        ([at("s3://b/base", "/mnt/models/base"), at("s3://b/more", "/mnt/models/more")], []),
        ([{"uri": "s3://b/base"}, at("s3://b/more", "/mnt/models/more")], []),
        ([at("pvc://a", "/")], ["0.mountPath"]),
        ([at("pvc://a", "/mnt/../etc")], ["0.mountPath"]),
        ([at("pvc://a", "/mnt/a"), at("pvc://b", "/mnt/a/")], ["1.mountPath"]),
        ([at("pvc://a", "/mnt/a"), at("pvc://b", "/mnt/b")], []),
        ([at("s3://b/a", "/mnt/a"), at("s3://b/b", "/srv/b")], ["1.mountPath"]),
        ([at("pvc://a", "/mnt/a"), at("s3://b/a", "/srv/b")], []),
        ([at("pvc://a", "/mnt/a"), at("s3://b/a", "/mnt/a")], ["1.mountPath"]),
        ([at("pvc://a", "/mnt/my_model")], ["0.mountPath"]),
        ([at("s3://b/a", "/mnt/Model")], ["0.mountPath"]),
        ([at("s3://b/a", "mnt")], []),
        (["s3://b/a", {"uri": 1}, None], []),
    ],
)
def test_entries_of_a_list_fit_beside_each_other(entries, told):
    expected = [(f"spec.predictor.storageUris.{place}", "error") for place in told]
    assert places("KG208", listed(*entries)) == expected


@pytest.mark.parametrize(
    ("release", "entries", "told"),
    [
        ("v0.16.0", [at("pvc://a", "/mnt/a")], []),
        ("v0.16.0", [at("s3://b/a", "/mnt/a")], [0]),
        ("v0.17.1", [at("s3://b/a", "/mnt/a")], []),
        ("v0.16.0", [at("oci://a:1", "/mnt/a")], [0]),
        ("v0.17.1", [at("oci://a:1", "/mnt/a")], [0]),
        ("v0.19.0", [at("oci://a:1", "/mnt/a")], []),
        ("v0.19.0", [at("oci://a:1", "/mnt/a"), at("pvc://a", "/mnt/b")], [1]),
        ("v0.20.0", [at("oci://a:1", "/mnt/a"), at("s3://b/a", "/mnt/b")], []),
    ],
)
def test_lists_need_a_release_that_loads_them(release, entries, told):
    expected = [(f"spec.predictor.storageUris.{number}.uri", "error") for number in told]
    assert places("KG209", listed(*entries), of=cluster(release)) == expected


@pytest.mark.parametrize(
    ("storage", "expected"),
    [
        ({"path": "iris/7", "key": "a"}, []),
        ({"path": "iris/7", "parameters": {"type": "s3", "bucket": "models"}}, []),
        ({"path": "iris/7", "parameters": {"type": "hdfs"}}, []),
        ({"path": "iris/7", "parameters": {"bucket": "models"}}, []),
        ({"path": "iris/7", "parameters": {"type": "s3"}}, [".parameters"]),
        ({"path": "iris/7", "parameters": {"type": "minio"}}, [".parameters.type"]),
        ({"key": "a"}, [""]),
        ({"path": "a", "parameters": "s3"}, []),
        ("iris", []),
    ],
)
def test_a_storage_spec_leads_somewhere(storage, expected):
    told = [(f"spec.predictor.model.storage{place}", "error") for place in expected]
    assert places("KG210", model(None, storage=storage)) == told


def test_a_storage_spec_beside_an_address_needs_no_path():
    assert places("KG210", model("s3://bucket/iris", storage={"key": "a"})) == []


@pytest.mark.parametrize(("uri", "told"), [("pvc://a/iris", True), ("pvc://a", False), ("s3://a/iris", False)])
def test_a_directory_of_a_claim_in_a_list_is_told(uri, told):
    expected = [("spec.predictor.storageUris.0.uri", "warning")] if told else []
    assert places("KG212", listed({"uri": uri})) == expected


def test_the_engine_points_at_the_address():
    told = [found for found in findings(model("S3://bucket/iris/1", protocolVersion="v2")) if found.code == "KG202"]
    assert [str(found.place.file) for found in told] == [f"manifests/a.yaml#{URI}"]


@pytest.mark.parametrize("release", ["v0.16.0", "v0.20.0"])
@pytest.mark.parametrize(
    ("code", "manifest"),
    [
        ("KG207", service({"storageUris": [at("pvc://a", "/mnt/a")]})),
        ("KG208", listed(at("pvc://a", "/"))),
        ("KG208", listed(at("pvc://a", "/mnt/../etc"))),
        ("KG208", listed(at("s3://b/a", "/mnt/a"), at("s3://b/b", "/srv/b"))),
        (
            None,
            listed(at("s3://b/a", "/mnt/models/a"), at("s3://b/b", "/mnt/models/b"), at("pvc://a", "/mnt/models/c")),
        ),
        (None, model("s3://bucket/iris", storage={"key": "a"})),
    ],
)
def test_the_webhook_of_kserve_refuses_the_same(release, code, manifest):
    binary = TOOLS / f"kserve-webhook-{release}"
    if not binary.exists():
        pytest.skip(f"KServe's webhook {release} is not built in .tools")
    asked = subprocess.run([binary], input=json.dumps(manifest), capture_output=True, text=True, check=True)  # noqa: S603
    refused = bool(json.loads(asked.stdout).get("error"))
    told = [found for found in ("KG207", "KG208") if places(found, manifest, of=cluster(release))]
    assert (refused, told) == (code is not None, [code] if code else [])


SHARE = "https://acme.file.core.windows.net"


@pytest.mark.parametrize("path", ["models/iris/1", "models/iris/", "models/iris.v2/model"])
def test_folder_of_a_file_share_is_told(path):
    assert places("KG213", model(f"{SHARE}/{path}")) == [(URI, "warning")]


@pytest.mark.parametrize(
    "uri",
    [f"{SHARE}/iris", f"{SHARE}/iris/", f"{SHARE}/models/iris.zip", "https://acme.blob.core.windows.net/models/iris/1"],
)
def test_what_lands_where_servers_look_is_passed_over(uri):
    assert places("KG213", model(uri)) == []
