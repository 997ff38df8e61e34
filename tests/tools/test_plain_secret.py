"""What is to be sealed: all of a Secret that sealing needs, and a refusal of what kubeseal would take amiss."""

import base64
import json

import pytest

from kserve_gitops.core.errors import ToolError
from kserve_gitops.core.sealed_secret import CLUSTER_WIDE, NAMESPACE_WIDE
from kserve_gitops.tools.plain_secret import plain_secret

VALUE = "hunter2-hunter2"
KIND = {"apiVersion": "v1", "kind": "Secret"}


def secret(text=None, /, *, metadata=None, **rest):
    return {
        **KIND,
        "metadata": {"name": "s3", "namespace": "kserve", **(metadata or {})},
        "stringData": {"k": VALUE} if text is None else text,
        **rest,
    }


def test_values_of_both_forms_are_bytes():
    binary = base64.b64encode(b"\0\xff").decode()

    plain = plain_secret(secret({"b": "grün"}, data={"a": binary}))

    assert plain.values == {"a": b"\0\xff", "b": "grün".encode()}


def test_plain_text_wins_over_base64_as_in_kubernetes():
    assert plain_secret(secret({"k": "new"}, data={"k": "b2xk"})).values == {"k": b"new"}


@pytest.mark.parametrize(
    "text", ["aGFs\nbG8=\n", "aGFs\r\nbG8="], ids=["unix", "windows"]
)  # fmt: skip
def test_base64_may_be_broken_into_lines(text):
    assert plain_secret(secret({}, data={"k": text})).values == {"k": b"hallo"}


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        (None, ""),
        ({}, ""),
        ({NAMESPACE_WIDE: "true"}, NAMESPACE_WIDE),
        ({CLUSTER_WIDE: "true"}, CLUSTER_WIDE),
        ({CLUSTER_WIDE: "true", NAMESPACE_WIDE: "true"}, CLUSTER_WIDE),
        ({CLUSTER_WIDE: "false", NAMESPACE_WIDE: "true"}, NAMESPACE_WIDE),
    ],
)
def test_scope_is_in_the_annotations(annotations, expected):
    assert plain_secret(secret(metadata={"annotations": annotations})).scope == expected


def test_manifest_holds_what_sealing_needs_and_nothing_else():
    metadata = {
        "labels": {"a": "b"},
        "annotations": {
            "kubectl.kubernetes.io/last-applied-configuration": VALUE,
            NAMESPACE_WIDE: "true",
        },
        "uid": "1",
    }

    manifest = json.loads(plain_secret(secret(metadata=metadata, immutable=True, type="Opaque")).manifest())

    assert manifest == {
        **KIND,
        "metadata": {"name": "s3", "namespace": "kserve", "annotations": {NAMESPACE_WIDE: "true"}},
        "data": {"k": base64.b64encode(VALUE.encode()).decode()},
    }


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({}, "what is to be sealed is not a Secret"),
        ({**secret(), "kind": "ConfigMap"}, "what is to be sealed is not a Secret"),
        (secret(metadata={"name": None}), "the Secret has no name, and it is sealed for one"),
        (secret(metadata={"name": ""}), "the Secret has no name, and it is sealed for one"),
        (secret(metadata={"name": 5}), "the Secret has no name, and it is sealed for one"),
        (secret(metadata={"namespace": ""}), "the Secret 's3' has no namespace, and it is sealed for one"),
        ({**KIND, "metadata": {"name": "s3"}}, "the Secret 's3' has no namespace, and it is sealed for one"),
        ({**KIND, "metadata": [VALUE]}, "'metadata' of the Secret is not a mapping with text as keys"),
        (secret({}), "the Secret 's3' holds nothing"),
        (secret([VALUE]), "'stringData' of the Secret is not a mapping with text as keys"),
        (secret({1: VALUE}), "'stringData' of the Secret is not a mapping with text as keys"),
        (secret({"k": 123456}), "the value of 'k' in the Secret 's3' is not text"),
        (secret({"k": True}), "the value of 'k' in the Secret 's3' is not text"),
        (secret({"k": None}), "the value of 'k' in the Secret 's3' is not text"),
        (secret({"k": f"{VALUE}\ud800"}), "the value of 'k' in the Secret 's3' is not Unicode text"),
        (secret(data={"a": VALUE}), "the value of 'a' in the Secret 's3' is not base64"),
        (secret(data={"a": "grün"}), "the value of 'a' in the Secret 's3' is not base64"),
        (secret(data={"a": 123456}), "the value of 'a' in the Secret 's3' is not text"),
        (
            secret(metadata={"annotations": {CLUSTER_WIDE: True}}),
            f"the annotation '{CLUSTER_WIDE}' of the Secret 's3' is not 'true', so its scope would be strict",
        ),
        (
            secret(metadata={"annotations": {NAMESPACE_WIDE: "yes"}}),
            f"the annotation '{NAMESPACE_WIDE}' of the Secret 's3' is not 'true', so its scope would be strict",
        ),
    ],
)
def test_what_cannot_be_sealed_as_meant_is_refused_without_its_values(given, what):
    with pytest.raises(ToolError) as caught:
        plain_secret(given)

    assert caught.value.what == what
    assert caught.value.hint
    assert VALUE not in str(caught.value)
    assert "123456" not in str(caught.value)


def test_values_are_in_no_repr():
    assert VALUE not in repr(plain_secret(secret()))
