"""Text → objects: every form in which people have manifests, and one clear finding for what is none."""

import pytest

from kserve_gitops.adopt.reading import read

TWO = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: one
---
# nothing in here
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: two
"""
LIST = """\
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: one}
  - apiVersion: serving.kserve.io/v1beta1
    kind: InferenceServiceList
    items:
      - apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata:
          name: two
"""
JSON = '{\n\t"apiVersion": "v1",\n\t"kind": "ConfigMap",\n\t"metadata": {"name": "one"}\n}\n'


@pytest.mark.parametrize(
    ("text", "lines"), [(TWO, [4, 11]), (LIST, [6, 13]), (JSON, [4])], ids=["documents", "lists", "json"]
)
def test_every_object_knows_its_lines(text, lines):
    found, findings = read(text.encode(), "in.yaml")

    assert findings == []
    assert [one.name for one in found] == ["one", "two"][: len(lines)]
    assert [one.at(("metadata", "name")).line for one in found] == lines


def test_a_value_that_readers_take_differently_is_text_here():
    found, _ = read(b"{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: y, b: 0644}}", "in.yaml")

    assert found[0].data["data"] == {"a": "y", "b": "0644"}


def test_values_of_secrets_are_forgotten_at_once():
    text = """\
apiVersion: v1
kind: Secret
metadata:
  name: s3
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"stringData": {"B": "hush"}}'
    serving.kserve.io/s3-endpoint: minio:9000
data: {A: aHVzaA==}
stringData: {B: hush}
"""
    (secret,), _ = read(text.encode(), "in.yaml")

    assert "hush" not in str(secret.data)
    assert "aHVzaA" not in str(secret.data)
    assert list(secret.data["data"]) == ["A", "B"]
    assert secret.data["metadata"]["annotations"] == {"serving.kserve.io/s3-endpoint": "minio:9000"}


BAD = {
    "empty": ("", "KG001", "in.yaml is empty", 1),
    "comments": ("# soon\n---\n", "KG001", "in.yaml is empty", 1),
    "not yaml": ("a: [\n", "KG002", "not valid YAML", 2),
    "binary": (b"\x7fELF\0\0", "KG002", "not", 1),
    "utf-16": ("kind: X".encode("utf-16"), "KG002", "not UTF-8", 1),
    "text": ("just text", "KG020", "not a Kubernetes object, which is a mapping", 1),
    "list": ("- a\n- b\n", "KG020", "not a Kubernetes object", 1),
    "no kind": ("a: 1\napiVersion: v1\nb: 2\n", "KG020", "it has no kind", 1),
    "no apiVersion": ("\nkind: ConfigMap\n", "KG020", "it has no apiVersion", 2),
    "values": ("replicas: 2\nimage: {tag: x}\n", "KG020", "it has no apiVersion", 1),
    "catalogue": ("name: iris\npredictor: {}\n", "KG020", "it has no apiVersion", 1),
    "no name": ("apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {}\n", "KG020", "without metadata.name", 3),
    "generated name": (
        "{apiVersion: v1, kind: Pod, metadata: {generateName: x-}}", "KG020", "without metadata.name", 1,
    ),
    "kustomization": (
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", "KG020", "a Kustomization is no", 2,
    ),
    "template": ("kind: X\nmetadata:\n  name: {{ .Release.Name }}\n", "KG002", "is a template, not a manifest", 3),
    "jinja": ("kind: X\n{% if a %}\nb: 1\n", "KG002", "is a template, not a manifest", 2),
    "template in quotes": (
        "apiVersion: v1\nkind: X\nmetadata:\n  name: '{{ .Release.Name }}'\n", "KG020", "is a template", 4,
    ),
    "kind": ("apiVersion: v1\nkind: ../X\nmetadata: {name: x}\n", "KG020", "'../X' is no kind", 2),
    "path": ("apiVersion: v1\nkind: X\nmetadata: {name: ../x}\n", "KG020", "'../x' is no name", 3),
    "dots": ("apiVersion: v1\nkind: X\nmetadata: {name: ..}\n", "KG020", "'..' is no name", 3),
    "label": (
        "apiVersion: v1\nkind: X\nmetadata:\n  name: x\n  labels:\n    a: 1\n", "KG020", "labels.a of X 'x'", 6,
    ),
    "labels": ("apiVersion: v1\nkind: X\nmetadata:\n  name: x\n  labels: no\n", "KG020", "are no mapping", 5),
    "name": ("apiVersion: v1\nkind: X\nmetadata:\n  name: 123\n", "KG020", "the name of X is a number", 4),
    "name of truth": ("apiVersion: v1\nkind: X\nmetadata:\n  name: true\n", "KG020", "is true or false", 4),
    "namespace": ("apiVersion: v1\nkind: X\nmetadata:\n  name: x\n  namespace: 7\n", "KG020", "is no text", 5),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code", "message", "line"), BAD.values(), ids=BAD)
def test_what_is_no_manifest_is_said_once_with_its_line(text, code, message, line):
    found, findings = read(text if isinstance(text, bytes) else text.encode(), "in.yaml")

    assert found == []
    assert [finding.code for finding in findings] == [code]
    assert message in findings[0].message
    assert (findings[0].place.file, findings[0].place.line) == ("in.yaml", line)


def test_a_catalogue_file_is_recognised():
    _, (finding,) = read(b"name: iris\npredictor: {model: {}}\n", "in.yaml")

    assert finding.hint == "it is a file of the catalogue already: put it into models/"


@pytest.mark.parametrize(
    "text",
    [
        "kind: Secret\nstringData:\n  a: 1e999\n",
        "kind: Secret\nstringData:\n  hush: &hush *hush\n",
        '{"kind":"Secret",\nhush',
    ],
)
def test_a_secret_that_cannot_be_read_is_not_quoted(text):
    _, findings = read(text.encode(), "in.yaml")

    assert findings
    assert not [f for f in findings if "hush" in f.message + f.hint or "1e999" in f.message + f.hint]


@pytest.mark.parametrize("items", ["{a: hush}", "hush", "[{kind: Secret, stringData: {a: hush}}]"])
@pytest.mark.parametrize("kind", ["SecretList", "secretlist"])
def test_a_list_of_secrets_is_never_an_object_of_its_own(kind, items):
    text = f"{{apiVersion: v1, kind: {kind}, metadata: {{name: s}}, items: {items}}}"

    found, findings = read(text.encode(), "in.yaml")

    assert (found, len(findings)) == ([], 1)
    assert "hush" not in str(findings[0])


@pytest.mark.parametrize(
    "data", ["stringData: hunter2pass", "stringData: [hunter2pass]", "data: 7", "data: {a: b}\nstringData: hunter2pass"]
)
def test_a_secret_whose_data_are_no_mapping_is_told_without_them(data):
    found, (finding,) = read(f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\n{data}\n".encode(), "in.yaml")

    assert found == []
    assert finding.message == f"{data.rpartition(chr(10))[2].partition(':')[0]} of Secret 's' is no mapping"
    assert "hunter" not in finding.hint


@pytest.mark.parametrize(
    "head", ["v1, kind: secret", "core/v1, kind: Secret", "v2, kind: SECRET", "apps/v1, kind: Secret"]
)
def test_what_may_be_meant_for_a_secret_is_one(head):
    (secret,), _ = read(f"{{apiVersion: {head}, metadata: {{name: s}}, data: {{a: hush}}}}".encode(), "in.yaml")

    assert (secret.api_version, secret.kind, secret.data["data"]) == ("v1", "Secret", {"a": None})


def test_a_secret_of_somebody_elses_group_is_another_kind():
    (other,), _ = read(b"{apiVersion: example.com/v1, kind: Secret, metadata: {name: s}, spec: {a: b}}", "in.yaml")

    assert other.data["spec"] == {"a": "b"}


def test_the_rest_of_a_file_is_read_after_what_is_no_object():
    found, findings = read(f"a: 1\n---\n{TWO}".encode(), "in.yaml")

    assert ([one.name for one in found], len(findings)) == (["one", "two"], 1)
