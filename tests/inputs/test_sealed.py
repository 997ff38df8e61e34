"""Sealed files that do not fit, and plain secrets in their place, whose values must appear nowhere."""

import base64

import pytest

from kserve_gitops.core.documents import parse
from kserve_gitops.core.places import Place
from kserve_gitops.core.sealed_secret import CLUSTER_WIDE, NAMESPACE_WIDE
from kserve_gitops.inputs import sealed
from kserve_gitops.inputs.credential import Credential
from kserve_gitops.inputs.needs import Wanted

FILE = "sealed/production/kserve/s3-access.yaml"
UNUSED = "sealed/production/kserve/gone.yaml"
SECRET = "0987612345"  # noqa: S105  what must not be printed
CIPHERTEXT = base64.b64encode(b"\x02\x00" + bytes(600)).decode()
"""Begins like what kubeseal makes with a key of 4096 bits."""
SEALED = f"""\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: s3-access
  namespace: kserve
spec:
  encryptedData:
    AWS_ACCESS_KEY_ID: {CIPHERTEXT}
    AWS_SECRET_ACCESS_KEY: {CIPHERTEXT}
"""
PLAIN = f"""\
apiVersion: v1
kind: Secret
metadata: {{name: s3-access, namespace: kserve}}
stringData:
  AWS_ACCESS_KEY_ID: "{SECRET}"
  AWS_SECRET_ACCESS_KEY: "{SECRET}"
"""


def changed(old: str, new: str) -> str:
    assert old in SEALED
    return SEALED.replace(old, new, 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(changed("namespace: kserve", "namespace: mlflow"), "KG502", id="of-another-namespace"),
        pytest.param(changed("name: s3-access", "name: other"), "KG502", id="of-another-name"),
        pytest.param(changed("  name: s3-access\n", ""), "KG502", id="without-a-name"),
        pytest.param(changed("AWS_ACCESS_KEY_ID", "ACCESS_KEY"), "KG502", id="without-a-key"),
        pytest.param(SEALED.partition("spec")[0], "KG502", id="without-data"),
        pytest.param(changed("kind: SealedSecret", "kind: ConfigMap"), "KG502", id="of-another-kind"),
        pytest.param(changed("bitnami.com/v1alpha1", "v1"), "KG502", id="of-another-group"),
        pytest.param("- a list\n", "KG502", id="no-mapping"),
        pytest.param(changed("metadata:", "metadata: [1]\nmeta:"), "KG502", id="with-metadata-that-is-a-list"),
        pytest.param("", "KG001", id="empty"),
        pytest.param(PLAIN, "KG503", id="plain"),
        pytest.param(changed(CIPHERTEXT, SECRET), "KG005", id="with-a-plain-number"),
        pytest.param(changed(CIPHERTEXT, f"'{SECRET}'"), "KG503", id="with-plain-text"),
        pytest.param(PLAIN.replace('"', ""), "KG005", id="plain-without-quotes"),
        pytest.param(PLAIN.replace('"', "'", 1), "KG002", id="plain-with-a-quote-left-open"),
        pytest.param(PLAIN.replace(f'"{SECRET}"', f"*{SECRET}", 1), "KG002", id="plain-with-a-star"),
        pytest.param(PLAIN + f"{SECRET}: 1\n{SECRET}: 2\n", "KG003", id="plain-with-a-key-twice"),
    ],
)
def test_sealed_file_is_refused_and_no_value_is_printed(content, code, project, refused, golden_text):
    project.write(FILE, content)

    said = refused()

    assert f"error[{code}]" in said
    assert f"--> {FILE}:" in said
    assert SECRET not in said
    assert said == golden_text


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PLAIN, f"error[KG503]: {UNUSED} is a plain Secret\n  --> {UNUSED}:1:1"),
        (f"a: 1\n---\n{PLAIN}", f"error[KG503]: {UNUSED} is a plain Secret\n  --> {UNUSED}:3:1"),
        (SEALED.replace(CIPHERTEXT, SECRET, 1), "error[KG503]: the value of 'AWS_ACCESS_KEY_ID' is not encrypted"),
    ],
)
def test_plain_file_that_nothing_needs_is_refused_too(content, found, project, refused):
    project.write(UNUSED, content)

    said = refused()

    assert found in said
    assert SECRET not in said


@pytest.mark.parametrize("content", [SEALED, SEALED.replace("s3-access", "gone"), "kind: [\n", "", "- a\n"])
def test_other_files_that_nothing_needs_are_passed_over(content, project, run_cli):
    project.write(UNUSED, content)

    assert run_cli("synth", "--check").code == 0


def test_missing_sealed_file_is_refused_at_the_model_that_needs_it(project, refused, golden_text):
    project.remove(FILE)

    said = refused()

    assert "--> models/iris-classifier.yaml:2:7\n" in said
    assert said == golden_text


def test_sealed_file_that_is_a_link_to_nowhere_is_refused_as_such(project, refused):
    project.remove(FILE)
    (project.root / FILE).symlink_to("nowhere")

    assert f"error[KG001]: {FILE} does not exist\n  --> {FILE}:1:1\n   = hint: it is a link that" in refused()


def test_missing_sealed_file_of_mlflow_is_refused_at_its_part(project, refused):
    project.remove("sealed/production/mlflow/s3-access.yaml")

    said = refused()

    line = project.read("platform.yaml").splitlines().index("  mlflow:") + 1
    assert f"--> platform.yaml:{line}:3\n" in said


@pytest.mark.parametrize(
    ("scope", "name", "namespace"),
    [(NAMESPACE_WIDE, "other", "kserve"), (CLUSTER_WIDE, "other", "elsewhere")],
)
def test_wider_scope_still_has_to_be_named_after_its_consumers(scope, name, namespace):
    text = SEALED.replace("metadata:\n", f"metadata:\n  annotations: {{{scope}: 'true'}}\n")
    text = text.replace("name: s3-access", f"name: {name}").replace("namespace: kserve", f"namespace: {namespace}")

    found = list(sealed.problems(parse(text, FILE), "kserve", Credential("s3-access", "sa")))

    wanted = ["write name: s3-access"] + ["write namespace: kserve"] * (namespace != "kserve")
    assert [finding.hint for finding in found] == wanted


def test_scope_and_ciphertext_are_read_and_nothing_else():
    text = SEALED.replace("metadata:\n", f"metadata:\n  annotations: {{{CLUSTER_WIDE}: 'true', other: x}}\n")
    credential = Credential("s3-access", "sa")
    document = parse(text, FILE)

    assert list(sealed.problems(document, "kserve", credential)) == []
    found = sealed.read(document, Wanted(credential, "kserve", ("models",), Place("models/m.yaml")))
    assert found.scope == {CLUSTER_WIDE: "true"}
    assert found.encrypted_data == {"AWS_ACCESS_KEY_ID": CIPHERTEXT, "AWS_SECRET_ACCESS_KEY": CIPHERTEXT}


def test_example_files_have_no_problems(project):
    for namespace in ("kserve", "mlflow"):
        file = sealed.path_of("production", namespace, "s3-access")
        document = parse(project.read(file), file)

        assert list(sealed.problems(document, namespace, Credential("s3-access", "sa-s3-access"))) == []
