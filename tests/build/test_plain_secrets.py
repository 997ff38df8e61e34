"""No Secret in plain gets past the writer, in whatever form it comes."""

import json
from pathlib import PurePosixPath

import pytest

from kserve_gitops.build.compare import compare
from kserve_gitops.core.errors import DistError

VALUE = "hunter2-canary"
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"password": VALUE}}
TEXT = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ndata:\n  password: {VALUE}\n"
TEMPLATE = "apiVersion: v1\n  kind: Secret\n"


def as_yaml(value):
    return json.dumps(value, indent=1)  # JSON is YAML


FORMS = {
    "an object": TEXT,
    "with the kind in quotes": TEXT.replace("Secret", '"Secret"'),
    "with a comment behind the kind": TEXT.replace("Secret", "Secret # of MLflow"),
    "in flow style": f"{{apiVersion: v1, kind: Secret, stringData: {{password: {VALUE}}}}}\n",
    "as JSON": as_yaml(SECRET),
    "as the second document": f"kind: ConfigMap\n---\n{TEXT}",
    "an item of a List": as_yaml({"apiVersion": "v1", "kind": "List", "items": [SECRET]}),
    "in the values of a chart": as_yaml({"extraDeploy": [SECRET]}),
    "as a text in the values of a chart": as_yaml({"extraDeploy": [TEXT]}),
    "as a text in a ConfigMap": as_yaml({"kind": "ConfigMap", "data": {"secret.yaml": TEXT}}),
    "in Windows' line ends": TEXT.replace("\n", "\r\n"),
    "in the line ends of old Macs": TEXT.replace("\n", "\r"),
    "in UTF-16": TEXT.encode("utf-16"),
    "with a mark before it": f"\ufeff{TEXT}",
    "with an anchor at the kind": TEXT.replace("Secret", "&k Secret"),
    "with an alias as the kind": TEXT.replace("v1", "v1\nmetadata: {annotations: {of: &k Secret}}").replace(
        "kind: Secret", "kind: *k"
    ),
    "with a tag at the kind": TEXT.replace("Secret", "!!str Secret"),
    "with a kind in base64": TEXT.replace("Secret", "!!binary U2VjcmV0"),
    "with a tag that nobody knows": TEXT.replace("metadata: ", "metadata: !of-mine "),
    "with a tag of its own names": f"%TAG !e! tag:yaml.org,2002:\n---\n{TEXT.replace('Secret', '!e!str Secret')}",
    "with an escape in the kind": TEXT.replace("Secret", r'"\u0053ecret"'),
    "with an escape in the key": TEXT.replace("kind", r'"\x6bind"'),
    "with a kind on two lines": TEXT.replace("Secret", '"Sec\\\n  ret"'),
    "with the kind below its key": TEXT.replace("Secret", ">-\n  Secret"),
    "with a key of its own mark": TEXT.replace("kind: Secret", "? kind\n: Secret"),
    "with merged keys": "of: &of {apiVersion: v1, kind: Secret}\nis:\n  <<: *of\n" + f"  data: {{password: {VALUE}}}\n",
    "with a date that is none": TEXT.replace("name: s", "name: s, labels: {on: 2021-99-99}"),
    "with the kind twice": TEXT.replace("kind: Secret", "kind: ConfigMap\nkind: Secret"),
    "with a number as the value": TEXT.replace(VALUE, "12345678"),
    "with a value on lines": TEXT.replace(VALUE, f"|\n    {VALUE}\n    {VALUE}"),
    "as JSON with tabs": json.dumps(SECRET, indent="\t"),
    "as JSON with escapes": json.dumps(SECRET).replace("Secret", r"\u0053ecret"),
    "an item without a kind": as_yaml({"apiVersion": "v1", "kind": "SecretList", "items": [{"data": {"password": 1}}]}),
    "beside a document that is no YAML": f"a: [\n---\n{TEXT}---\nb: ]\n",
    "beside a list in itself": f"- &a [*a]\n---\n{TEXT}",
    "in a template": TEXT.replace(
        "{name: s}", "\n  name: {{ .Release.Name }}-s\n  {{- with .Values.labels }}\n  {{- end }}"
    ),
    "as a word in a template": TEXT.replace(VALUE, f'{{{{ "{VALUE}" | b64enc }}}}').replace("s}", "{{ .x }}}"),
    "in a text in a text": as_yaml({"a": as_yaml({"b": as_yaml({"c": TEXT})})}),
    "in a patch": as_yaml({"spec": {"source": {"kustomize": {"patches": [{"patch": TEXT}]}}}}),
    "in the values of an Application": as_yaml({"helm": {"values": as_yaml({"extraDeploy": [SECRET]})}}),
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("file", ["production/manifests/a/b.yaml", "production/values/a.yaml"])
def test_secret_with_data_is_refused_and_not_shown(text, file, tmp_path):
    with pytest.raises(DistError) as raised:
        compare({PurePosixPath(file): text if isinstance(text, bytes) else text.encode()}, tmp_path / "dist")

    assert f"{file} (password)" in str(raised.value)
    assert VALUE not in str(raised.value)


def test_every_file_is_told_at_once(tmp_path):
    plan = {PurePosixPath(f"production/manifests/{name}.yaml"): TEXT.encode() for name in ("a", "b")}

    with pytest.raises(DistError, match=r"a\.yaml \(password\); .*b\.yaml \(password\)"):
        compare(plan, tmp_path / "dist")


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/service-account-token\n",
        "apiVersion: v1\nkind: Secret\ndata: {}\n",
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec: {encryptedData: {password: AgA}}\n",
        "env:\n  - valueFrom: {secretKeyRef: {name: s, key: password}}\nkind: Secretary\ndata: {a: b}\n",
        "ignoreDifferences:\n  - {kind: Secret, name: hub, jsonPointers: [/data/a]}\n",
        "extraDeploy:\n  - |\n    kind: Secret\n    data: {{ .Values.x | toYaml\n",
        f"a: |\n  {TEMPLATE}  data:\n    {{{{- toYaml .Values.x | nindent 4 }}}}\n    a: {{{{ .Values.a }}}}\n",
        f"a: |\n  {TEMPLATE}  stringData:\n    a: {{{{ index .Values 'a' | quote }}}}\n",
        "extraDeploy:\n  - {apiVersion: v1, kind: Secret, stringData: {a: '{{ .Values.a }}', b: '', c: null}}\n",
        "a: |\n  Write it so:\n  ```yaml\n  kind: Secret\n  ```\n",
    ],
    ids=[
        "without data", "with empty data", "sealed", "of another kind", "a rule about one", "a broken template",
        "a template", "a template of texts", "references in values", "about one",
    ],
)  # fmt: skip
def test_what_holds_no_secret_is_written(text, tmp_path):
    assert compare({PurePosixPath("production/a.yaml"): text.encode()}, tmp_path / "dist").write


def test_aliases_that_multiply_are_read_once(tmp_path):
    lines = ["a0: &a0 [Secret]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30))]

    assert compare({PurePosixPath("production/a.yaml"): "\n".join(lines).encode()}, tmp_path / "dist").write
