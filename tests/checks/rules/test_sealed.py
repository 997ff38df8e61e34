"""SealedSecrets: metadata that is handed on, scopes, values that are none, and what is not sealed at all."""

import base64

import pytest

from tests.checks.trees import findings, places, said

SEALED = base64.b64encode(b"\x00\x80" + bytes(range(144))).decode()
LONGER = base64.b64encode(b"\x02\x00" + bytes(600)).decode()
CUT = SEALED[:100]
NAMESPACE_WIDE = "sealedsecrets.bitnami.com/namespace-wide"
CLUSTER_WIDE = "sealedsecrets.bitnami.com/cluster-wide"
HANDED = "spec.template.metadata"


def sealed(template=None, *, data=None, annotations=None, labels=None, name="keys"):
    metadata = {"name": name, "namespace": "kserve", "annotations": annotations or {}, "labels": labels or {}}
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": metadata,
        "spec": {"encryptedData": {"token": SEALED} if data is None else data, "template": template or {}},
    }


def handing(**metadata):
    return {"metadata": {"name": "keys", "namespace": "kserve", **metadata}}


def test_what_kubeseal_writes_is_sound():
    labels, annotations = {"team": "a"}, {"serving.kserve.io/s3-region": "eu", NAMESPACE_WIDE: "true"}
    template = handing(labels=labels, annotations=annotations, creationTimestamp=None)
    template |= {"type": "Opaque", "data": {"url": "postgres://u:{{ .token }}@h", "note": "a"}}

    assert findings(sealed(template, labels=labels, annotations=annotations)) == []


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("annotation", "did you mean 'annotations'?"),
        ("lables", "did you mean 'labels'?"),
        ("spec", "allowed here: annotations, finalizers, labels, name, namespace"),
    ],
)
def test_field_that_no_metadata_has(key, hint):
    [(at, severity, message, found)] = said("KG510", sealed(handing(**{key: {}})))

    assert (at, severity, message, found) == (f"{HANDED}.{key}", "error", f"unknown field '{key}'", hint)


@pytest.mark.parametrize(
    ("annotations", "changed", "severity"),
    [
        ({}, {"name": "other"}, "error"),
        ({}, {"namespace": "other"}, "error"),
        ({NAMESPACE_WIDE: "true"}, {"name": "other"}, "warning"),
        ({NAMESPACE_WIDE: "true"}, {"namespace": "other"}, "error"),
        ({CLUSTER_WIDE: "true"}, {"namespace": "other"}, "warning"),
        ({}, {"name": 1}, None),
        ({}, {"name": ""}, None),
    ],
)
def test_name_of_the_template_is_that_of_the_sealed_secret(annotations, changed, severity):
    wanted = [(f"{HANDED}.{next(iter(changed))}", severity)] if severity else []

    assert places("KG511", sealed(handing(**changed), annotations=annotations)) == wanted


def test_template_need_not_say_a_name():
    assert said("KG511", sealed({})) == []


@pytest.mark.parametrize(
    ("own", "what"), [({}, "nothing"), ({"team": "b"}, "another value"), ({"team": "a"}, None), ({"x": "y"}, "nothing")]
)
def test_labels_of_the_template_alone_are_lost_on_re_encryption(own, what):
    found = said("KG512", sealed(handing(labels={"team": "a"}), labels=own))

    wanted = [(f"{HANDED}.labels.team", "warning", f"'team' is lost on re-encryption: metadata has {what} there")]
    assert [one[:3] for one in found] == (wanted if what else [])


def test_misspelt_setting_is_told_once():
    region = "serving.kserve.io/s3-region"
    own, handed = {f"{region}n": "eu"}, {region: "eu"}
    codes = [{f.code for f in findings(sealed(handing(annotations=a), annotations=b))} for a, b in
             ((handed, own), (own, handed))]  # fmt: skip

    assert codes == [{"KG116"}, {"KG116"}]


@pytest.mark.parametrize(
    ("data", "template", "empty"),
    [({}, {}, True), ({"a": SEALED}, {}, False), ({}, {"data": {"a": "b"}}, False), (None, {}, False)],
)
def test_something_is_sealed(data, template, empty):
    assert places("KG513", sealed(template, data=data)) == ([("spec.encryptedData", "error")] if empty else [])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("hunter2", "the value is not encrypted"),
        ("aHVudGVyMg==", "the value is not encrypted"),
        ("", "the value is not encrypted"),
        ("ENC[AES256_GCM,data:x]", "the value is not encrypted"),
        (CUT, "the value is cut short"),
        (SEALED, None),
        (LONGER, None),
        (f"{SEALED[:76]}\n{SEALED[76:]}\n", None),
        (1, None),
    ],
)
def test_value_is_ciphertext(value, message):
    found = said("KG514", sealed(data={"token": value}))

    assert [one[:3] for one in found] == ([("spec.encryptedData.token", "error", message)] if message else [])
    assert not any(str(value) in f"{one[2]} {one[3]}" for one in found if value)


@pytest.mark.parametrize(
    ("key", "text", "plain"),
    [
        ("password", "hunter2-hunter3", True),
        ("url", "postgres://user:hunter2hunter@host/db", True),
        ("password", "{{ .token }}", False),
        ("url", "postgres://user:{{ .token }}@host/db", False),
        ("config.yaml", "level: debug", False),
        ("password", 1, False),
    ],
)
def test_template_holds_no_secret(key, text, plain):
    found = said("KG515", sealed({"data": {key: text}}))

    assert [one[:2] for one in found] == ([(f"spec.template.data.{key}", "error")] if plain else [])
    assert not any("hunter2" in f"{one[2]} {one[3]}" for one in found)


@pytest.mark.parametrize(
    ("own", "handed", "wanted"),
    [
        ({CLUSTER_WIDE: "true", NAMESPACE_WIDE: "true"}, {}, [(f"metadata.annotations.{NAMESPACE_WIDE}", "warning")]),
        ({CLUSTER_WIDE: "yes"}, {}, [(f"metadata.annotations.{CLUSTER_WIDE}", "error")]),
        ({}, {CLUSTER_WIDE: "true"}, [(f"{HANDED}.annotations.{CLUSTER_WIDE}", "error")]),
        ({NAMESPACE_WIDE: "true"}, {NAMESPACE_WIDE: "true"}, []),
        ({NAMESPACE_WIDE: "false"}, {}, []),
        ({}, {}, []),
    ],
)
def test_scope_counts_as_it_stands(own, handed, wanted):
    assert places("KG516", sealed(handing(annotations=handed), annotations=own)) == wanted


@pytest.mark.parametrize(
    ("type_", "keys", "severity"),
    [
        ("kubernetes.io/dockerconfigjson", ["dockerconfigjson"], "error"),
        ("kubernetes.io/dockerconfigjson", [".dockerconfigjson"], None),
        ("kubernetes.io/tls", ["tls.crt"], "error"),
        ("kubernetes.io/tls", ["tls.crt", "tls.key", "ca.crt"], None),
        ("kubernetes.io/dockerconfigjsn", [".dockerconfigjson"], "warning"),
        ("example.com/own", ["a"], None),
        ("Opaque", ["a"], None),
        (1, ["a"], None),
    ],
)
def test_type_has_its_keys(type_, keys, severity):
    found = places("KG517", sealed({"type": type_}, data=dict.fromkeys(keys, SEALED)))

    assert found == ([("spec.template.type", severity)] if severity else [])


@pytest.mark.parametrize("junk", [None, 1, "a", [], [1], {"metadata": 1}, {"metadata": {"labels": [1]}, "data": 3}])
def test_odd_shapes_are_passed_over(junk):
    codes = [f"KG{number}" for number in range(510, 518)]
    odd = {**sealed(), "spec": {"encryptedData": junk, "template": junk}}

    assert all(isinstance(said(code, odd, {**sealed(), "spec": junk}), list) for code in codes)


def test_another_kind_of_that_name_is_not_judged():
    assert findings({**sealed(data={"a": "plain"}), "apiVersion": "example.com/v1"})[0].code == "KG112"
