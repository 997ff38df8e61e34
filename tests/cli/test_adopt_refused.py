"""`kserve-gitops adopt`, when something cannot be adopted: one clear word about each, and nothing half done."""

from pathlib import Path

import pytest

from tests.cli.manifests import CONFIG_MAP, ROUTE, WRITTEN, files, model


def test_a_route_to_a_model_that_is_not_adopted_is_told_too(project, run_cli):
    project.write("in/all.yaml", f"{model('second')}---\n{ROUTE.replace('second.ml', 'iris.ml')}")

    ran = run_cli("adopt", "in")

    assert ran.code == 1
    assert "error[KG301]" in ran.err
    assert "HTTPRoute 'friendly' is not adopted either\n  --> in/all.yaml:10:18\n" in ran.err
    assert not (project.root / "models/second.yaml").exists()


def test_a_file_that_exists_is_never_overwritten_and_then_nothing_is_written(project, run_cli):
    project.write("in/all.yaml", f"{model('a')}---\n{CONFIG_MAP}")
    project.write("manifests/configmap-notes.yaml", "# mine\n")
    before = files(project)

    ran = run_cli("adopt", "in")

    assert ran.code == 1
    assert "error[KG020]: manifests/configmap-notes.yaml exists already\n  --> in/all.yaml:10:18\n" in ran.err
    assert "adopted" not in ran.err
    assert files(project) == before


def test_a_model_that_the_catalogue_has_in_another_file_is_a_conflict(project, run_cli):
    project.write("in/all.yaml", model("iris-classifier"))
    (project.root / "models/iris-classifier.yaml").rename(project.root / "models/first.yaml")
    before = files(project)

    ran = run_cli("adopt", "in")

    assert ran.code == 1
    assert "error[KG013]: a second model named 'iris-classifier'\n  --> in/all.yaml:3:18\n" in ran.err
    assert "the first one is at models/first.yaml:2:7\n" in ran.err
    assert files(project) == before


def test_stdout_leaves_out_what_the_catalogue_has(project, run_cli):
    project.write("in/all.yaml", f"{model('iris-classifier')}---\n{model()}")

    ran = run_cli("adopt", "in", "--stdout")

    assert (ran.code, ran.out) == (1, f"# models/iris.yaml\n{WRITTEN}")
    assert "error[KG020]: models/iris-classifier.yaml exists already\n" in ran.err


def test_the_others_are_written_when_one_cannot_be_adopted(project, run_cli):
    project.write("in/bad.yaml", model("bad").replace("storageUri", "storageURI"))
    project.write("in/good.yaml", model("good"))

    ran = run_cli("adopt", "in")

    assert ran.code == 1
    assert "error[KG110]: InferenceService 'bad', spec.predictor.sklearn: unknown field 'storageURI'\n" in ran.err
    assert (project.root / "models/good.yaml").exists()
    assert not (project.root / "models/bad.yaml").exists()


def test_a_model_that_would_not_come_back_is_reported_with_the_difference(project, run_cli):
    """As when the charts of a repository change every model."""
    project.write("in/all.yaml", f"{model('odd')}---\n{model('even')}")
    project.edit(
        "charts/environment.py",
        "        super().__init__(scope, id)\n",
        "        super().__init__(scope, id)\n"
        "        from dataclasses import replace\n"
        "        models = [replace(m, predictor={**m.predictor, 'timeout': 9}) if m.name == 'odd' else m\n"
        "                  for m in environment.models]\n"
        "        environment = replace(environment, models=tuple(models))\n",
    )

    ran = run_cli("adopt", "in")

    assert ran.code == 1
    assert (
        "error[KG020]: InferenceService 'odd' would not come back the same: spec.predictor.timeout: nothing → '9'\n"
        "  --> in/all.yaml:5:3\n"
    ) in ran.err
    assert not (project.root / "models/odd.yaml").exists()
    assert (project.root / "models/even.yaml").exists()


def test_a_model_that_nothing_deploys_is_reported(project, run_cli):
    project.write("in/all.yaml", model())
    project.edit("charts/environment.py", "Models(root", "id and None and Models(root")

    ran = run_cli("adopt", "in")

    assert ran.code == 1
    assert "InferenceService 'iris' would not be built for production\n  --> in/all.yaml:3:18\n" in ran.err


BAD = {
    "missing": (("in/none.yaml",), "error[KG001]: in/none.yaml does not exist\n"),
    "binary": (("in/binary.yaml",), "error[KG002]: not valid YAML: the character U+007F is not allowed\n"),
    "empty": (("in/empty.yaml",), "error[KG001]: in/empty.yaml is empty\n"),
    "huge": (("in/huge.yaml",), "error[KG001]: in/huge.yaml is larger than 16 MB\n"),
    "folder": (("in/folder",), "error[KG001]: in/folder holds no YAML\n"),
    "pipe": (("/dev/null",), "error[KG001]: /dev/null is not a regular file\n"),
    "template": (("in/template.yaml",), "error[KG002]: in/template.yaml is a template, not a manifest\n"),
    "no object": (("models",), "error[KG020]: not a Kubernetes object: it has no apiVersion\n"),
    "twice": (("in/twice.yaml",), "error[KG013]: a second InferenceService 'iris'\n"),
    "environment": (("in/empty.yaml", "--environment", "prod"), "error: environment 'prod' is not declared\n"),
}


@pytest.mark.parametrize(("argv", "said"), BAD.values(), ids=BAD)
def test_bad_input_is_told_once_and_nothing_is_written(argv, said, project, run_cli):
    project.write("in/binary.yaml", b"\x7fELF\x01\0")
    project.write("in/empty.yaml", "")
    project.write("in/huge.yaml", b"#" * (16 * 1024 * 1024 + 1))
    project.write("in/folder/readme.txt", "")
    project.write("in/template.yaml", "metadata:\n  name: {{ .Values.name }}\n")
    project.write("in/twice.yaml", f"{model()}---\n{model().replace('gs:', 'pvc:')}")
    before = files(project)

    ran = run_cli("adopt", *argv)

    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert ran.err.count("error") <= 2
    assert files(project) == before


def test_a_failure_in_the_middle_leaves_nothing_behind(project, run_cli):
    project.write("in/all.yaml", f"{model()}---\n{CONFIG_MAP}")
    project.write("../out/manifests", "a file where a folder should be\n")

    ran = run_cli("adopt", "in/all.yaml", "--to", "../out/new/../models")

    assert ran.code == 1
    assert "/out/manifests/configmap-notes.yaml cannot be written: not a directory\n" in ran.err
    assert [path.name for path in (project.root / "../out").iterdir()] == ["manifests"]


def test_a_full_disk_leaves_nothing_behind(project, run_cli, monkeypatch):
    project.write("in/all.yaml", f"{model()}---\n{model('second')}")
    before = files(project)
    rename = Path.rename

    def full(path, target):
        if target.name == "second.yaml":
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", full)

    ran = run_cli("adopt", "in/all.yaml")

    assert ran.code == 1
    assert "error: models/second.yaml cannot be written: no space left on device\n" in ran.err
    assert files(project) == before


def test_a_project_that_does_not_build_proves_nothing(project, run_cli):
    project.write("in/all.yaml", model())
    project.edit("models/iris-classifier.yaml", "route:", "rute:")

    ran = run_cli("adopt", "in")

    assert ran.code == 1
    assert "unknown field 'rute'\n  --> models/iris-classifier.yaml:" in ran.err
    assert not (project.root / "models/iris.yaml").exists()


ACCOUNT = "serviceAccountName: sa-s3-access\n    sklearn:"
MADE = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa-s3-access, namespace: kserve}\n"


def test_what_would_break_the_project_is_not_written(project, run_cli):
    """The model makes a ServiceAccount that stands under manifests/ already: neither file is to blame alone."""
    project.remove("models/iris-classifier.yaml")
    project.write("manifests/serviceaccount-sa-s3-access.yaml", MADE)
    project.write("in/all.yaml", model().replace("gs:", "s3:").replace("sklearn:", ACCOUNT))
    before = files(project)

    ran = run_cli("adopt", "in")

    assert ran.code == 1
    said = "ServiceAccount 'sa-s3-access', metadata.name: it stands twice in namespace 'kserve' of production\n"
    assert f"error[KG403]: {said}" in ran.err
    assert ran.err.endswith("1 error; nothing was written: the project must build\n")
    assert files(project) == before
    assert run_cli("synth").code == 0


def test_a_secret_that_is_no_mapping_is_not_quoted(project, run_cli):
    project.write("in/all.yaml", "{apiVersion: v1, kind: Secret, metadata: {name: ok2}, stringData: hunter2pass}")

    ran = run_cli("adopt", "in")

    assert ran.code == 1
    assert "error[KG020]: stringData of Secret 'ok2' is no mapping\n" in ran.err
    assert not [part for part in ("hunter", "h, u, n") if part in ran.err]


def test_a_value_of_the_environment_is_not_quoted(project, run_cli):
    text = model().replace("sklearn: {", "sklearn: {env: [{name: A, value: 424242}], ")
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: a}\nspec: {containers: [CONTAINER]}\n"
    project.write("in/all.yaml", text)
    project.write("in/pod.yaml", pod.replace("CONTAINER", "{name: c, image: i, env: [{name: A, value: 424242}]}"))

    ran = run_cli("adopt", "in")

    assert ran.err.count("env.0.value: the value is not allowed here, expected a string\n") == 2
    assert ran.err.count("= hint: put it in quotes\n") == 2
    assert "424242" not in ran.err


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("", "error: --to names no folder\n"),
        (".", "error: no model is read from '.'\n"),
        ("in", "error: no model is read from 'in'\n"),
        ("manifests", "error: no model is read from 'manifests'\n"),
        ("models/.old/a", "error: no model is read from 'models/.old/a'\n"),
    ],
)
def test_a_folder_from_which_nothing_is_read_is_refused(to, said, project, run_cli):
    project.write("in/all.yaml", model())
    before = files(project)

    ran = run_cli("adopt", "in/all.yaml", "--to", to)

    assert (ran.code, files(project)) == (1, before)
    assert said in ran.err
    assert "hint: name models/ or a folder below it" in ran.err
