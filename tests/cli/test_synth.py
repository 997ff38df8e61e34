"""`kserve-gitops synth`: what it writes, what it leaves alone, what it says and how it ends."""

import os
import re
import subprocess
import sys

import pytest
import yaml

MODEL = """\
name: second
predictor:
  model:
    modelFormat: sklearn
    storageUri: s3://acme-ml-models/mlflow/2/artifacts
"""


def times(project):
    """When each file of dist/ was last written, and which file it is."""
    found = sorted((project.root / "dist").rglob("*"))
    return {path.name: (path.stat().st_mtime_ns, path.stat().st_ino) for path in found if path.is_file()}


def test_second_synth_writes_nothing(project, run_cli):
    run_cli("synth")
    before = times(project)

    ran = run_cli("synth")

    assert ran.code == 0
    assert re.fullmatch(r"dist/: 0 changed, \d+ unchanged\n", ran.err)
    assert times(project) == before


def test_new_model_adds_its_files_and_a_removed_model_removes_them(project, run_cli):
    run_cli("synth")
    before = project.dist()
    project.write("models/second.yaml", MODEL)

    added = run_cli("synth")
    with_second = project.dist()
    project.remove("models/second.yaml")
    removed = run_cli("synth")

    manifest = "production/manifests/models-kserve/inferenceservice-second.yaml"
    assert f"  write  dist/{manifest}\n" in added.err
    assert set(with_second) - set(before) == {manifest}
    assert f"  delete dist/{manifest}\n" in removed.err
    assert project.dist() == before


def test_order_of_keys_and_files_does_not_matter(project, run_cli):
    project.write("models/second.yaml", MODEL)
    run_cli("synth")
    before = project.dist()
    for file in ("platform.yaml", "models/iris-classifier.yaml", "models/second.yaml"):
        data = yaml.safe_load(project.read(file))
        project.write(file, yaml.safe_dump(reversed_keys(data)))
    (project.root / "models/second.yaml").rename(project.root / "models/a.yaml")

    assert run_cli("synth").code == 0
    assert project.dist() == before


def reversed_keys(data):
    if isinstance(data, dict):
        return {key: reversed_keys(value) for key, value in reversed(data.items())}
    return data


def test_sorted_dump_really_changes_the_order(project):
    data = yaml.safe_load(project.read("platform.yaml"))

    assert list(yaml.safe_load(yaml.safe_dump(data))) != list(data)


def test_check_of_an_outdated_dist_exits_16_and_writes_nothing(project, run_cli):
    run_cli("synth")
    project.write("models/second.yaml", MODEL)
    before, written = project.dist(), times(project)

    ran = run_cli("synth", "--check")

    assert ran.code == 16
    assert "  write  dist/production/manifests/models-kserve/inferenceservice-second.yaml\n" in ran.err
    assert re.search(r"^dist/: \d+ would change, \d+ unchanged\n\Z", ran.err, re.MULTILINE)
    assert (project.dist(), times(project)) == (before, written)


def test_check_of_a_dist_that_was_edited_exits_16_and_repairs_nothing(project, run_cli):
    run_cli("synth")
    project.write("dist/production/root.yaml", "edited: true\n")

    assert run_cli("synth", "--check").code == 16
    assert project.read("dist/production/root.yaml") == "edited: true\n"


def test_check_of_a_fresh_dist_exits_0(project, run_cli):
    run_cli("synth")

    ran = run_cli("synth", "--check")

    assert ran.code == 0
    assert re.fullmatch(r"dist/: 0 would change, \d+ unchanged\n", ran.err)


def test_check_without_dist_exits_16_and_makes_none(project, run_cli):
    project.remove("dist")

    assert run_cli("synth", "--check").code == 16
    assert not (project.root / "dist").exists()


def test_check_of_bad_inputs_exits_1(project, run_cli):
    project.write("models/second.yaml", "name: second\n")

    assert run_cli("synth", "--check").code == 1


def test_quiet_synth_says_nothing(project, run_cli):
    project.write("models/second.yaml", MODEL)

    assert run_cli("synth", "--quiet") == (0, "", "")


def test_strangers_file_in_dist_is_a_warning_and_stays(project, run_cli):
    run_cli("synth")
    project.write("dist/production/apps/mine.yaml", "a: 1\n")

    ran = run_cli("synth", "--quiet")

    assert ran.code == 0
    text = "warning: dist/production/apps/mine.yaml was not written by kserve-gitops, and Argo CD would apply it\n"
    assert ran.err == text
    assert project.read("dist/production/apps/mine.yaml") == "a: 1\n"


def test_long_list_of_changes_is_cut(project, run_cli):
    project.remove("dist")

    ran = run_cli("synth")

    lines = ran.err.splitlines()
    assert len(lines) == 22
    assert re.fullmatch(r"  write  … and \d+ more", lines[-2])


def test_synth_works_from_a_folder_below(project, run_cli):
    project.write("models/second.yaml", MODEL)

    ran = run_cli("synth", cwd="models")

    assert ran.code == 0
    assert "production/manifests/models-kserve/inferenceservice-second.yaml" in project.dist()


def test_places_do_not_depend_on_the_folder_one_is_in(project, run_cli):
    project.write("models/second.yaml", "name: second\n")

    assert run_cli("synth", cwd="models").err == run_cli("synth").err


def test_mistakes_in_several_files_are_told_together_in_order(project, refused, golden_text):
    project.edit("models/iris-classifier.yaml", "  hostname: iris", "  hostnam: iris")
    project.write("models/b.yaml", MODEL + "credential: unknown\nnamespace: Bad\n")
    project.write("models/c.yaml", "name: [\n")
    project.write("platform.yaml", project.read("platform.yaml").replace("  bucket:", "  buckte:"))

    said = refused()

    files = [line.split(":")[0].removeprefix("  --> ") for line in said.splitlines() if line.startswith("  -->")]
    assert files == ["models/b.yaml", "models/c.yaml", "models/iris-classifier.yaml", "platform.yaml"]
    assert said.endswith("\n4 errors; dist/ is as it was\n")
    assert re.sub(r"platform\.yaml:\d+", "platform.yaml:<line>", said) == golden_text


def test_mistakes_in_models_and_sealed_files_are_told_together(project, refused):
    project.write("models/b.yaml", MODEL + "credential: unknown\n")
    project.remove("sealed/production/kserve/s3-access.yaml")
    project.write("sealed/production/mlflow/s3-access.yaml", "kind: Secret\n")

    said = refused()

    assert re.findall(r"error\[(\w+)]", said) == ["KG016", "KG501", "KG503"]


def test_two_models_of_one_name_are_refused_at_the_second(project, refused):
    project.write("models/team/another.yaml", MODEL.replace("second", "iris-classifier"))

    assert refused() == (
        "error[KG013]: a second model named 'iris-classifier'\n"
        "  --> models/team/another.yaml:1:7\n"
        "   |\n"
        " 1 | name: iris-classifier\n"
        "   |       ^^^^^^^^^^^^^^^\n"
        "   = hint: the first one is at models/iris-classifier.yaml:2:7\n"
        "\n"
        "1 error; dist/ is as it was\n"
    )


def test_model_copied_with_its_hostname_is_refused_at_the_hostname(project, refused):
    copied = project.read("models/iris-classifier.yaml").replace("name: iris-classifier", "name: second", 1)
    project.write("models/second.yaml", copied)

    said = refused()

    assert "spec.hostnames.0: a second route for host 'iris.ml.example.com'\n  --> models/second.yaml:10:13\n" in said
    assert "hint: see also models/iris-classifier.yaml:10:13" in said


def test_page_without_clients_in_the_platform_is_refused(project, refused):
    text = project.read("platform.yaml")
    project.write("platform.yaml", re.sub(r"(?ms)^clients:\n.*?(?=^\w)", "", text))

    said = refused()

    assert said.startswith("error[KG016]: a page, but platform.yaml has no clients\n  --> models/iris-classifier.yaml:")
    assert "= hint: add clients with an image there, or take client away here" in said


def test_missing_platform_is_refused(project, refused):
    project.remove("platform.yaml")

    assert refused() == "error: there is no platform.yaml in project\n   = hint: write one; the README shows how\n"


@pytest.mark.parametrize("content", ["", "# to be written\n"])
def test_empty_platform_is_refused_and_models_are_read_all_the_same(content, project, refused):
    project.write("platform.yaml", content)
    project.write("models/b.yaml", "nam: b\n")

    said = refused()

    assert "error[KG001]: platform.yaml is empty\n  --> platform.yaml:1:1\n   = hint: fill it in\n" in said
    assert "error[KG010]: unknown field 'nam'\n  --> models/b.yaml:1:1\n" in said


def test_missing_imports_are_refused(project, refused):
    project.remove("imports")

    assert refused() == ("error: there is no imports/ to check against\n   = hint: make it with kserve-gitops import\n")


def test_python_m_is_the_command(project):
    command = [sys.executable, "-m", "kserve_gitops", "synth", "--check"]
    project.write("models/second.yaml", "name: second\n")

    done = subprocess.run(  # noqa: S603  a constant
        command, cwd=project.root, capture_output=True, text=True, check=False, env=plain_environment()
    )

    assert done.returncode == 1
    assert done.stderr.startswith("error[KG012]: the file lacks 'predictor'\n  --> models/second.yaml:1:1\n")


def plain_environment():
    """This environment without what changes the command's behaviour."""
    hidden = {"CDK8S_OUTDIR", "NO_COLOR", "FORCE_COLOR"}
    return {**{k: v for k, v in os.environ.items() if k not in hidden}, "PYTHONPATH": os.pathsep.join(sys.path)}
