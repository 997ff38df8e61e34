"""Addresses of models: which loader takes which, and what is wrong with one."""

import pytest

from kserve_gitops.serving import storage_uris
from kserve_gitops.serving.model_versions import moving, versioned
from kserve_gitops.serving.storage_forms import malformed
from kserve_gitops.serving.storage_uris import (
    ADAPTER,
    CACHE,
    LLM,
    SERVICE,
    TRAINED_MODEL,
    Address,
    parse,
    placeholder,
    shown,
    unsupported,
)


def taken(text, loader=SERVICE, *, newest=False):
    return unsupported(text, loader, lambda _: newest)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3://bucket/a/b", Address("s3", "bucket", "a/b")),
        ("S3://bucket", Address("S3", "bucket", "")),
        ("pvc://claim//a", Address("pvc", "claim", "/a")),
        ("https://user:pass@host/a?b=c", Address("https", "host", "a", "?b=c")),
        ("hf://org/model:rev", Address("hf", "org", "model:rev")),
        ("oci+native://host/a:1", Address("oci+native", "host", "a:1")),
        ("/mnt/models", Address("", "", "/mnt/models")),
        ("s3:/bucket/a", Address("", "", "s3:/bucket/a")),
        ("", Address("", "", "")),
        ("s3://", Address("s3", "", "")),
    ],
)
def test_an_address_has_parts(text, expected):
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "gs://b/m", "s3://b/m", "pvc://claim/m", "https://h/m.zip", "http://h/m", "hdfs://user/m", "webhdfs://user/m",
        "oci://image:1", "hf://org/model", "https://a.blob.core.windows.net/c/m", "https://a.file.core.windows.net/s/m",
    ],
)  # fmt: skip
def test_kserve_loads_its_own_schemes(text):
    assert taken(text) is None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("S3://bucket/iris", "did you mean 's3://'"),
        ("s3a://bucket/iris", "write s3://"),
        ("gcs://bucket/iris", "write gs://"),
        ("abfss://c@a.dfs.core.windows.net/m", "blob.core.windows.net"),
        ("huggingface://org/model", "write hf://"),
        ("httpss://host/m.zip", "did you mean 'https'"),
        ("s3:/bucket/iris", "did you mean 's3://bucket/iris'?"),
        ("s3/bucket/iris", "did you mean 's3://bucket/iris'?"),
        ("s3//bucket/iris", "did you mean 's3://bucket/iris'?"),
        ("models:/iris/1", "where the artifacts lie"),
        ("mlflow-artifacts:/1/models/m-1/artifacts", "where the artifacts lie"),
        ("runs://abc/model", "where the artifacts lie"),
        ("iris/7", "legal are gs://, s3://"),
        ("", "one of gs://"),
        ("oci+native://image:1", "v0.20.0"),
    ],
)
def test_other_schemes_are_told_with_what_to_write(text, hint):
    wrong = taken(text)
    assert wrong
    assert wrong.certain
    assert hint in wrong.hint


@pytest.mark.parametrize("text", ["/mnt/models", "/opt/model", "file:///opt/model"])
def test_a_local_path_may_be_meant_for_an_image_of_ones_own(text):
    wrong = taken(text)
    assert wrong
    assert not wrong.certain


@pytest.mark.parametrize(
    ("text", "loader", "legal"),
    [
        ("hf://org/model", TRAINED_MODEL, False),
        ("pvc://claim/m", TRAINED_MODEL, False),
        ("gs://b/m", TRAINED_MODEL, True),
        ("gs://b/m", LLM, False),
        ("https://h/m", LLM, False),
        ("/mnt/models", LLM, False),
        ("Qwen/Qwen2.5-7B", LLM, False),
        ("oci://image:1", LLM, True),
        ("oci://image:1", ADAPTER, False),
        ("pvc://claim/m", ADAPTER, True),
        ("pvc://claim/m", CACHE, False),
        ("oci://image:1", CACHE, False),
        ("hf://org/model", CACHE, True),
    ],
)
def test_each_kind_loads_its_own(text, loader, legal):
    assert (taken(text, loader) is None) is legal


def test_a_name_of_hugging_face_is_recognised_where_only_that_can_be_meant():
    assert "hf://Qwen/Qwen2.5-7B" in taken("Qwen/Qwen2.5-7B", LLM).hint


def test_native_images_came_with_a_release():
    assert taken("oci+native://image:1", newest=True) is None


@pytest.mark.parametrize(
    "text",
    [
        "s3://acme-ml-models/iris/7", "s3://models/a b", "s3://acme.models/iris", "gs://kfserving-examples/models/1.0",
        "s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/one/iris", "s3://point-1a2b-s3alias/iris",
        "gs://with_underscore/iris", "pvc://models", "pvc://models/iris", "pvc://models.team/iris",
        "hf://meta-llama/Llama-3.1-8B-Instruct", "hf://org/model:main", "oci://registry.example.com:5000/ml/iris:1.0",
        "oci://rhuss/kserving-example-sklearn:1.0", f"oci://host/iris@sha256:{'a' * 64}", "https://host/model.tar.gz",
        "https://account.blob.core.windows.net/container/model", "https://host/model.zip?token=1",
        "https://huggingface.co/org/model/resolve/main/model.bin", "hdfs://user/models", "file:///x", "registry://x/y",
    ],
)  # fmt: skip
def test_what_its_scheme_allows_is_well_formed(text):
    assert list(malformed(text)) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("s3://", "names no bucket"),
        ("s3:///iris", "names no bucket"),
        ("s3://a b/iris", "bucket 'a b'"),
        ("gs://Models/iris", "bucket 'Models'"),
        ("gs:///iris", "names no bucket"),
        ("hf://gpt2", "an organisation and a model"),
        ("hf://org/", "an organisation and a model"),
        ("hf://org/model/", "more than"),
        ("hf://org/model/file.bin", "more than"),
        ("hf://org/model@main", "behind ':'"),
        ("hf://org/my model", "cannot be a model"),
        ("pvc:///iris", "names no PersistentVolumeClaim"),
        ("pvc://My_Claim/iris", "claim 'My_Claim'"),
        ("pvc://claim//iris", "begins with '/'"),
        ("pvc://claim/../iris", "'..'"),
        ("oci://", "names no image"),
        ("oci://host/Iris:1", "upper-case"),
        ("https://host/", "names no file"),
        ("https:///model", "names no host"),
        ("https://account.blob.core.windows.net/container", "a container and a path"),
        ("https://huggingface.co/org/model", "a page"),
        (" s3://bucket/iris", "white space"),
        ("s3://bucket/iris\n", "white space"),
        ("s3://bucket/ir\nis", "line break"),
    ],
)
def test_what_its_scheme_does_not_allow_is_told(text, message):
    [wrong] = malformed(text)
    assert wrong.certain
    assert message in wrong.message


@pytest.mark.parametrize("text", ["s3://My_Models/iris", "s3://models/iris?versionId=1", "s3://xn--models/iris#1"])
def test_what_another_store_may_allow_is_no_certain_mistake(text):
    assert [wrong.certain for wrong in malformed(text)] == [False]


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("s3://{{ bucket }}/iris", True),
        ("s3://{{ .Values.bucket", True),
        ("s3://${BUCKET}/iris", True),
        ("gs://<bucket>/iris", True),
        ("s3://$(BUCKET)/iris", False),
        ("s3://your-bucket/iris", False),
        ("s3://models/CHANGE_ME", False),
        ("hf://your_org/model", False),
        ("s3://bucket/iris/7", None),
        ("s3://my-bucket/iris", None),
        ("s3://models/yourself/todos", None),
        ("", None),
    ],
)
def test_placeholders_are_recognised(text, certain):
    found = placeholder(text)
    assert (found.certain if found else None) is certain


@pytest.mark.parametrize(
    "text", ["https://user:hunter22@host/m", "https://host/m?sig=hunter22", "s3://key:hunter22@bucket/"]
)
def test_no_message_repeats_a_password(text):
    told = [placeholder(text), *malformed(text), *(taken(text, loader) for loader in (SERVICE, LLM, CACHE))]
    assert "hunter22" not in shown(text)
    assert not any("hunter22" in f"{wrong.message}{wrong.hint}" for wrong in told if wrong)


@pytest.mark.parametrize(
    "text",
    [
        "s3://b/iris/7", "s3://b/iris/v3", "s3://b/iris/V3/model", "s3://b/iris/1.2.0", "s3://b/iris/1.2.0-rc1",
        "s3://b/iris/2025-01-31", "s3://b/iris/20250131", "s3://b/iris/2025-01-31T12-00", "s3://b/iris/version=3",
        "s3://b/iris/run-12", "s3://b/iris/checkpoint-500", "s3://b/iris/build_77", "s3://b/iris/dt=2025-01",
        "s3://b/mlflow/1/models/m-9c1d4f0a7b2e4c53a8d6e1f2b3c4d5e6/artifacts", "s3://b/iris/9c1d4f0",
        "s3://b/iris/0b7c4a52-9d3e-4f51-8f0f-2d1c3b4a5e6f", "s3://b/iris-1.2.joblib", "s3://b/model_v2",
        "s3://b/iris-2/model.tar.gz", "gs://b/models/sklearn/1.0/model", "pvc://models/iris/7", "pvc://iris-v7",
        "hf://org/model:v1.0", "hf://org/model:5f0b02c75b57c5855da9ae460ce51323ea669d8a", "oci://host/iris:1.0",
        "oci://host/iris@sha256:0", "https://host/models/iris-1.0.tar.gz", "s3://b/latest/iris/7", "iris/7",
    ],
)  # fmt: skip
def test_a_version_is_recognised(text):
    assert versioned(text)


@pytest.mark.parametrize(
    "text",
    [
        "s3://b/iris", "s3://b/iris/model", "s3://b/iris/model.joblib", "s3://b/resnet50/triton", "s3://b/iris/latest",
        "s3://b/iris/current/model", "s3://b/iris/prod", "s3://b/mlflow/1/latest/artifacts", "pvc://models/iris",
        "hf://org/model", "hf://org/model-7b:main", "oci://host/iris", "oci://host:5000/iris", "oci://host/iris:latest",
        "https://host/iris.zip", "s3://models-7/iris", "", "iris",
    ],
)  # fmt: skip
def test_what_says_no_version_is_none(text):
    assert not versioned(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("s3://b/iris/latest", "latest"),
        ("s3://b/iris/Current/model", "Current"),
        ("s3://b/iris/prod", "prod"),
        ("s3://b/iris/prod/model.joblib", "prod"),
        ("s3://b/prod/iris", ""),
        ("hf://org/model:main", "main"),
        ("oci://host/iris:latest", "latest"),
        ("hf://org/model", ""),
        ("s3://b/iris", ""),
    ],
)
def test_a_word_for_what_changes_is_named(text, word):
    assert moving(text) == word


def test_every_scheme_of_a_loader_is_known_for_services():
    for loader in (TRAINED_MODEL, LLM, ADAPTER, CACHE):
        assert set(loader.schemes) <= set(storage_uris.SERVICE.schemes)


@pytest.mark.parametrize(
    "text",
    [
        "s3://b/" + "1-" * 120 + "x",
        "s3://b/" + ".tar" * 60 + "!",
        "s3://b/" + "1." * 9000,
        "s3://b/v" + "1_" * 120 + "!",
    ],
)
def test_no_address_is_too_much_work(text):
    assert not versioned(text)
    assert moving(text) == ""
