"""Entries of the Secret for `storage`: JSON of texts, with a type and a bucket, and with the keys that KServe reads."""

import json

import pytest

from tests.checks.estates import fetched, sealed
from tests.checks.trees import places, said, service

AT = "spec.template.data.mine"
GOOD = {"type": "s3", "bucket": "models", "endpoint_url": "https://minio.example.com:9000", "region": "us-east-1"}
ACTION = '{{ index . "mine.access_key_id" | toJson }}'


def stored(key="mine", **parameters):
    given = {"path": "iris", "key": key, **({"parameters": parameters} if parameters else {})}
    return service({"model": {"modelFormat": {"name": "sklearn"}, "storage": given}})


def secret(text, key="mine"):
    data = {key: text if isinstance(text, str) else json.dumps(text)}
    return sealed("mine.access_key_id", name="storage-config", data=data)


@pytest.mark.parametrize(
    ("entry", "severity"),
    [
        (GOOD, None),
        ({"type": "s3", "bucket": "models"}, None),
        ({"type": "webhdfs", "HDFS_NAMENODE": "http://namenode:9870"}, None),
        (f'{{"type": "s3", "bucket": "models", "access_key_id": {ACTION}}}', None),
        ('{"type": "{{ .type }}"}', None),
        ("{{ .whole }}", None),
        ("{{ if .a }}x{{ end }}", None),
        ({**GOOD, "default_bucket": "x", "certificate": "y", "mine_only": "z"}, None),
        ("type: s3", "error"),
        (["s3"], "error"),
        ('"s3"', "error"),
        ({**GOOD, "anonymous": True}, "error"),
        ({**GOOD, "verify_ssl": 0}, "error"),
        ({**GOOD, "type": "minio"}, "error"),
        ({"bucket": "models"}, "error"),
        ({"type": "s3"}, "error"),
        ({**GOOD, "endpoint_url": "minio.example.com:9000"}, "error"),
        ({"type": "s3", "bukcet": "models"}, "error"),
        ({"type": "s3", "bucket": "models", "endpoint": "https://a.example.com"}, "warning"),
    ],
)
def test_an_entry_that_a_model_uses(entry, severity):
    assert places("KG245", stored(), secret(entry)) == ([(AT, severity)] if severity else [])


@pytest.mark.parametrize(("entry", "severity"), [(GOOD, None), ("type: s3", "warning"), ({"type": "s3"}, None)])
def test_an_entry_that_no_model_uses(entry, severity):
    found = places("KG245", stored(), {**secret(entry, "other")})

    assert found == ([("spec.template.data.other", severity)] if severity else [])


@pytest.mark.parametrize("parameters", [{"type": "s3", "bucket": "models"}])
def test_type_and_bucket_may_stand_with_the_model(parameters):
    assert places("KG245", stored(**parameters), secret({"region": "us-east-1"})) == []


def test_a_secret_that_no_storage_names_is_nobodys():
    assert places("KG245", service(), secret("type: s3")) == []


def test_an_external_secret_has_entries_too():
    template = {"data": {"mine": '{"type": "s4", "bucket": "models"}'}}
    found = said("KG245", stored(), fetched("key", name="storage-config", template=template))

    assert [(at, message) for at, _, message, _ in found] == [
        ("spec.target.template.data.mine", "KServe knows no type 's4'")
    ]


@pytest.mark.parametrize(
    ("entry", "message", "hint"),
    [
        ({**GOOD, "endpoint_ulr": "x"}, None, ""),
        (
            {"type": "s3", "bucket": "b", "regoin": "x"},
            "KServe reads no 'regoin' of an entry",
            "did you mean 'region'?",
        ),
        (
            {"type": "s3", "bucket": "b", "anonymous": True},
            "the value of 'anonymous' is no text, and KServe takes nothing else",
            "put it in quotes",
        ),
        (
            {**GOOD, "endpoint_url": "minio:9000"},
            "the endpoint 'minio:9000' has no scheme, and here it needs one",
            "write 'https://minio:9000', or http",
        ),
    ],
)
def test_what_is_said_of_an_entry(entry, message, hint):
    assert [(m, h) for _, _, m, h in said("KG245", stored(), secret(entry))] == ([(message, hint)] if message else [])


def test_no_value_of_an_entry_is_printed():
    told = said("KG245", stored(), secret('{"type": "s3", "secret_access_key": "hush-hush",}'))

    assert told
    assert "hush" not in str(told)
