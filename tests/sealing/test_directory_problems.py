"""Why a plain Secret cannot be sealed as it stands: the place and the reason, and never the value."""

import json

import pytest

from kserve_gitops.core.documents import parse_all
from kserve_gitops.core.sealed_secret import CLUSTER_WIDE, NAMESPACE_WIDE
from kserve_gitops.sealing.directory.problems import Found
from kserve_gitops.sealing.directory.secret import Secret, is_secret, told
from kserve_gitops.sealing.directory.secret import read as read_secret

VALUE = "hunter2-hunter2"
SECRET = f"""\
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
type: Opaque
stringData:
  password: {VALUE}
"""


def read(text, scope=None):
    (document,) = parse_all(text, "db.yaml", doubtful=True)
    return read_secret(Found(document, 0, (), document.data), scope)


def changed(old, new):
    assert SECRET.count(old) == 1
    return SECRET.replace(old, new)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (changed("  namespace: shop\n", ""), 3, "the Secret 'db' has no namespace"),
        (changed("namespace: shop", "namespace: ''"), 5, "the Secret 'db' has no namespace"),
        (changed("namespace: shop", "namespace: [shop]"), 5, "the Secret 'db' has no namespace"),
        (changed("namespace: shop", "namespace: Shop"), 5, "namespace: 'Shop' is not legal"),
        (changed("  name: db\n", ""), 3, "the Secret has no name"),
        (changed("name: db", "generateName: db-"), 3, "the Secret has no name"),
        (changed("name: db", "name: 7"), 4, "the Secret has no name"),
        (changed("name: db", "name: d_b"), 4, "name: 'd_b' is not legal"),
        (changed("metadata:\n  name: db\n  namespace: shop", "metadata: db"), 3, "the Secret has no metadata"),
        (changed("apiVersion: v1", "apiVersion: v2"), 1, "a Secret whose apiVersion is not 'v1'"),
        (changed("apiVersion: v1\n", ""), 1, "a Secret whose apiVersion is not 'v1'"),
        (changed("kind: Secret", "kind: secret"), 2, "a Secret whose kind is not 'Secret'"),
        (changed("stringData:", "stringdata:"), 7, "a field that no Secret has"),
        (changed("  password:", "password:"), 8, "a field that no Secret has"),
        (changed("  namespace: shop", "  namespace: shop\n  label: {}"), 6, "a field that metadata does not have"),
        (changed("stringData:\n  password:", "data:\n  password:"), 8, "the value of 'password' is not base64"),
        (changed(VALUE, "1234"), 8, "the value of 'password' is not text"),
        (changed(VALUE, "true"), 8, "the value of 'password' is not text"),
        (changed(VALUE, "[a]"), 8, "the value of 'password' is not text"),
        (changed(VALUE, ""), 8, "the value of 'password' is not text"),
        (changed("  password:", "  7:"), 8, "a key that is not text"),
        (changed("  password:", "  'pass word':"), 8, "a key with characters that no Secret takes"),
        (changed("  password:", "  '..':"), 8, "a key with characters that no Secret takes"),
        (changed(f"\n  password: {VALUE}", " {}"), 1, "the Secret holds nothing"),
        (changed(f"stringData:\n  password: {VALUE}\n", ""), 1, "the Secret holds nothing"),
        (changed(f"\n  password: {VALUE}", f" {VALUE}"), 7, "stringData is not a mapping"),
        (changed(VALUE, "x" * 1024 * 1025), 1, "the Secret is larger than 1 MiB"),
        (changed("type: Opaque", "type: [a]"), 6, "the type of a Secret that is not text"),
        (changed("type: Opaque", "type: helm.sh/release.v1"), 6, "the Secret is a record that Helm made"),
        (
            changed("type: Opaque", "type: kubernetes.io/service-account-token"),
            6,
            "the Secret is a token that the cluster made",
        ),
        (changed("type: Opaque", "immutable: 'true'"), 6, "immutable is neither true nor false"),
        (changed("  namespace: shop", "  namespace: shop\n  labels: {a: 7}"), 6, "one of the labels is not text"),
        (changed("  namespace: shop", "  namespace: shop\n  labels: [a]"), 6, "labels is not a mapping"),
        (
            changed("  namespace: shop", f"  namespace: shop\n  annotations: {{{CLUSTER_WIDE}: 'yes'}}"),
            6,
            "the annotation",
        ),
        (
            changed("  namespace: shop", f"  namespace: shop\n  annotations: {{note: 'was {VALUE}'}}"),
            6,
            "the annotation 'note' holds the value of 'password', and stays in plain",
        ),
        (
            changed("  namespace: shop", "  namespace: shop\n  annotations: {note: aHVudGVyMi1odW50ZXIy}"),
            6,
            "the annotation 'note' holds the value of 'password', and stays in plain",
        ),
    ],
)
def test_mistake_stands_at_its_line(text, line, what):
    mistakes = read(text)

    assert isinstance(mistakes, list)
    assert [(one.place.file, one.place.line) for one in mistakes if one.what.startswith(what)] == [("db.yaml", line)]
    assert VALUE not in str(mistakes)
    assert all(one.hint for one in mistakes)


@pytest.mark.parametrize("value", ["yes", "0123", "12:30", "1_000", "2026-11-23"])
def test_value_that_readers_of_yaml_do_not_agree_on_must_be_in_quotes(value):
    (mistake,) = read(changed(VALUE, value))

    assert (mistake.place.line, mistake.what) == (8, "the value of 'password' is not text")
    assert isinstance(read(changed(VALUE, f"'{value}'")), Secret)


def test_all_mistakes_are_told_together():
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: A}\ndata: {a: '!', b: 7}\n"

    assert [one.place.line for one in read(text)] == [3, 3, 4, 4]


def test_what_a_person_said_is_kept_and_what_the_cluster_said_is_not():
    text = f"""\
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: shop
  uid: 0a
  resourceVersion: "7"
  creationTimestamp: null
  managedFields: [{{manager: kubectl}}]
  labels: {{app: shop}}
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{{"stringData": {{"password": "{VALUE}"}}}}'
    kapp.k14s.io/original: '{VALUE}'
    reloader: 'on'
type: kubernetes.io/basic-auth
immutable: true
data: {{password: bw==, user: YWRtaW4=}}
stringData: {{password: {VALUE}, empty: ''}}
"""
    secret = read(text)

    named = {"name": "db", "namespace": "shop", "labels": {"app": "shop"}, "annotations": {"reloader": "on"}}
    assert secret.metadata == named
    assert secret.template == {"type": "kubernetes.io/basic-auth", "immutable": True}
    assert secret.plain.values == {"password": VALUE.encode(), "user": b"admin", "empty": b""}
    assert VALUE not in repr(secret)


@pytest.mark.parametrize(
    ("annotation", "asked", "wanted"),
    [
        (None, None, None),
        (None, "namespace-wide", NAMESPACE_WIDE),
        (None, "cluster-wide", CLUSTER_WIDE),
        (NAMESPACE_WIDE, None, NAMESPACE_WIDE),
        (NAMESPACE_WIDE, "namespace-wide", NAMESPACE_WIDE),
        (NAMESPACE_WIDE, "cluster-wide", "refused"),
    ],
)
def test_scope_is_the_one_that_is_asked_for_or_that_of_the_secret(annotation, asked, wanted):
    annotations = f"\n  annotations: {{{annotation}: 'true'}}" if annotation else ""
    found = read(changed("namespace: shop", f"namespace: shop{annotations}"), asked)

    if wanted == "refused":
        assert [one.what for one in found] == ["the Secret asks for another scope than 'cluster-wide'"]
    else:
        assert found.metadata.get("annotations") == ({wanted: "true"} if wanted else None)
        assert found.plain.scope == (wanted or "")


@pytest.mark.parametrize(
    ("data", "taken"),
    [
        ({"apiVersion": "v1", "kind": "Secret"}, True),
        ({"kind": "secret"}, True),
        ({"apiVersion": ["x"], "kind": "Secret", "type": ["x"]}, True),
        ({"apiVersion": "example.com/v1", "kind": "Secret"}, False),
        ({"apiVersion": "v1", "kind": "SecretClass"}, False),
        ({"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token"}, False),
        (
            {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token", "data": {"a": "b"}},
            True,
        ),
        (["kind", "Secret"], False),
        (None, False),
    ],
)
def test_what_is_taken_for_a_secret(data, taken):
    assert is_secret(data) is taken


@pytest.mark.parametrize("key", ["password", "x"])
@pytest.mark.parametrize(
    ("value", "text", "keys"),
    [
        (VALUE + "!", f"# was {VALUE}!.", ["password", "x"]),
        ("hunter2!", "a: hunter2!", ["password"]),
        ("a long value of anything", "x: a long value of anything", ["password", "x"]),
        ("a long value of anything", "x: YSBsb25nIHZhbHVlIG9mIGFueXRoaW5n", ["password", "x"]),
        ("first line of some length\n-----END-----", "  first line of some length", ["password", "x"]),
        ("first line of some length\n-----END-----", "-----END-----", []),
        ("admin", "user: admin", []),
        ("payments-database-app", "name: payments-database-app", ["password"]),
        ("db.shop.svc.cluster.local", "host: db.shop.svc.cluster.local", ["password"]),
        ("https://login.example.com/realm", "issuer: https://login.example.com/realm", ["password"]),
        ("https://me:hunter2@example.com/", "url: https://me:hunter2@example.com/", ["password", "x"]),
        ("", "a: b", []),
    ],
)
def test_value_that_a_text_repeats_is_found(key, value, text, keys):
    secret = read(changed(f"password: {VALUE}", f"{key}: {json.dumps(value)}"))

    assert list(told(secret, text)) == ([key] if key in keys else [])
