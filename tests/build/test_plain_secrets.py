"""No Secret in plain gets past the writer, in whatever form it comes."""

import json
from pathlib import PurePosixPath

import pytest

from kserve_gitops.build.compare import compare
from kserve_gitops.core.errors import DistError

VALUE = "hunter2-canary"
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"password": VALUE}}
TEXT = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ndata:\n  password: {VALUE}\n"


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
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("file", ["production/manifests/a/b.yaml", "production/values/a.yaml"])
def test_secret_with_data_is_refused_and_not_shown(text, file, tmp_path):
    with pytest.raises(DistError) as raised:
        compare({PurePosixPath(file): text.encode()}, tmp_path / "dist")

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
    ],
    ids=["without data", "with empty data", "sealed", "of another kind", "a rule about one", "a template"],
)
def test_what_holds_no_secret_is_written(text, tmp_path):
    assert compare({PurePosixPath("production/a.yaml"): text.encode()}, tmp_path / "dist").write
