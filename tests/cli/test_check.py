"""`kserve-gitops check`: what it finds, in which form, with which exit code; and that it writes nothing."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from kserve_gitops.build import pipeline
from kserve_gitops.checks import rule as rules
from kserve_gitops.checks.suppressions import suppressions
from tests.cli.test_synth import plain_environment

ROOT = Path(__file__).parents[2]
CHECKS = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
IRIS = "models/iris-classifier.yaml"
IGNORED = "  # kserve-gitops: ignore KG110 -- the platform team knows"


@pytest.fixture
def misspelt(project):
    """A project with one error."""
    project.edit(IRIS, "protocolVersion: v2", "protocolVerison: v2")
    return project


@pytest.fixture
def doubtful(project):
    """A project with one warning."""
    project.write(
        "manifests/thing.yaml", "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a, namespace: kserve}\n"
    )
    return project


@pytest.fixture
def silenced(misspelt):
    """A project with one error that a comment suppresses."""
    misspelt.edit(IRIS, "protocolVerison: v2", f"protocolVerison: v2{IGNORED}")
    return misspelt


def test_help(run_cli, golden_text):
    ran = run_cli("check", "--help")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("usage: kserve-gitops check [-h]")
    assert ran.out == golden_text


def test_sound_project_has_no_findings(project, run_cli):
    assert run_cli("check") == (0, "no findings\n", "")


def test_error_is_printed_with_its_line_and_exits_10(misspelt, run_cli, golden_text):
    ran = run_cli("check")

    assert (ran.code, ran.err) == (10, "")
    assert " 6 |     protocolVerison: v2\n   |     ^^^^^^^^^^^^^^^\n" in ran.out
    assert ran.out == golden_text


def test_nothing_is_written(misspelt, run_cli):
    before = misspelt.dist()

    run_cli("check")
    misspelt.edit(IRIS, "protocolVerison", "protocolVersion")
    ran = run_cli("check")

    assert ran == (0, "no findings\n", "")
    assert misspelt.dist() == before


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--strict",), 11)])
def test_warnings_count_with_strict_alone(options, code, doubtful, run_cli):
    ran = run_cli("check", *options)

    assert ran.code == code
    assert ran.out.startswith("warning[KG112]: ")
    assert ran.out.endswith("\n1 warning\n")


def test_an_error_beside_a_warning_is_an_error_with_strict_too(misspelt, doubtful, run_cli):
    ran = run_cli("check", "--strict")

    assert ran.code == 10
    assert ran.out.endswith("\n1 error, 1 warning\n")


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_suppressed_findings_are_counted_in_every_form(form, silenced, run_cli):
    ran = run_cli("check", "--strict", "--format", form)

    assert ran.code == 0
    assert (ran.out if form == "text" else ran.err).endswith("no findings (1 suppressed)\n")


def test_suppressed_findings_keep_their_reason_in_sarif(silenced, run_cli):
    [result] = json.loads(run_cli("check", "--format", "sarif").out)["runs"][0]["results"]

    assert result["suppressions"] == [{"kind": "inSource", "justification": "the platform team knows"}]


@pytest.mark.parametrize("form", ["json", "github", "sarif"])
def test_forms_for_programs_have_the_findings_alone_on_standard_output(form, misspelt, run_cli):
    misspelt.write("app.py", misspelt.read("app.py") + "\nprint('noise')\n")

    ran = run_cli("check", "--format", form)

    assert (ran.code, ran.err) == (10, "noise\n1 error\n")
    if form == "github":
        assert ran.out == (
            "::error file=models/iris-classifier.yaml,line=6,col=5,title=KG110::InferenceService 'iris-classifier', "
            "spec.predictor.model: unknown field 'protocolVerison'%0Adid you mean 'protocolVersion'?\n"
        )
    else:
        assert "protocolVerison" in json.dumps(json.loads(ran.out))


def test_every_form_is_the_same_on_every_run(misspelt, run_cli):
    misspelt.write("models/b.yaml", "name: [\n")
    for form in ("text", "json", "github", "sarif"):
        assert run_cli("check", "--format", form) == run_cli("check", "--format", form)


def test_github_and_sarif_name_files_from_the_root_of_the_repository(misspelt, run_cli):
    (misspelt.root.parent / ".git").mkdir()

    assert run_cli("check", "--format", "github").out.startswith("::error file=project/models/iris-classifier.yaml,")
    assert '"uri": "project/models/iris-classifier.yaml"' in run_cli("check", "--format", "sarif").out
    assert '"file": "models/iris-classifier.yaml"' in run_cli("check", "--format", "json").out


def test_mistakes_that_leave_nothing_to_build_are_findings_too(project, run_cli):
    project.edit("platform.yaml", "bucket: ", "buckte: ")
    project.write("models/b.yaml", "nam: b\n")

    ran = run_cli("check")

    assert (ran.code, ran.err) == (10, "")
    assert {"KG010", "KG012"} >= set(re.findall(r"^error\[(\w+)]", ran.out, re.MULTILINE)) >= {"KG010"}


def with_staging(project):
    """The example with a second environment that is like its first."""
    text = project.read("platform.yaml")
    [block] = re.findall(r"(?m)^  production:(?:.*\n(?:    .*\n)*)", text)
    project.write("platform.yaml", text.replace(block, block + block.replace("production", "staging")))
    for path in (project.root / "sealed/production").rglob("*.yaml"):
        project.write(path.relative_to(project.root).as_posix().replace("production", "staging"), path.read_bytes())


def test_one_environment_is_checked_alone(project, run_cli):
    project.edit(IRIS, "minReplicas: 2", "minReplica: 2")  # in production alone
    with_staging(project)

    assert run_cli("check", "--environment", "production").code == 10
    assert run_cli("check", "--environment", "staging") == (0, "no findings\n", "")


def test_mistake_in_one_of_several_environments_names_it(project, run_cli):
    project.edit(IRIS, "minReplicas: 2", "minReplica: 2")  # in production alone
    with_staging(project)

    assert "   = environment: production\n   = hint: did you mean 'minReplicas'?\n" in run_cli("check").out
    assert "environment: " not in run_cli("check", "--environment", "production").out


def test_mistake_in_all_environments_is_told_once_and_names_none(misspelt, run_cli):
    alone = run_cli("check").out
    with_staging(misspelt)

    assert run_cli("check").out == alone


def test_what_a_manifest_lacks_is_told_at_once_and_a_model_is_sent_to_its_place(project, run_cli):
    project.write("manifests/b.yaml", "name: b\npredictor: {}\n")

    said = run_cli("check").out

    assert said.startswith("error[KG018]: a Kubernetes object needs apiVersion, kind and metadata.name\n")
    assert said.endswith("hint: a file of the catalogue goes under models/\n\n1 error\n")


def test_scaling_is_not_judged_where_the_mode_cannot_be_read(project, run_cli):
    project.edit(IRIS, "predictor:\n", "deploymentMode: Serverless\npredictor:\n  scaleMetric: concurrency\n")

    assert re.findall(r"\[(KG\d+)]", run_cli("check").out) == ["KG011"]


@pytest.mark.parametrize(
    ("option", "given", "hint"),
    [
        ("format", "jsno", "did you mean 'json'?; formats: text, json, github, sarif"),
        ("format", "", "formats: text, json, github, sarif"),
        ("environment", "prodution", "did you mean 'production'?; declared in platform.yaml: production"),
        ("environment", "", "declared in platform.yaml: production"),
    ],
)
def test_option_that_means_nothing_is_a_usage_error_with_a_hint(option, given, hint, run_cli):
    said = f"error: there is no {option} '{given}'\n   = hint: {hint}\n"

    assert run_cli("check", f"--{option}", given) == (2, "", said)


@pytest.mark.parametrize("argv", [("--explain",), ("--format",), ("models",), ("--explian", "KG110")])
def test_command_line_that_cannot_be_read_exits_2(argv, run_cli):
    ran = run_cli("check", *argv)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("usage: kserve-gitops")


@pytest.mark.parametrize(
    ("file", "hint"),
    [("cdk8s.yaml", "change into the folder of your project"), ("platform.yaml", "write one; the README shows how")],
)
def test_place_without_a_project_is_a_usage_error_with_a_hint(file, hint, project, run_cli):
    project.remove(file)

    assert run_cli("check") == (2, "", f"error: there is no {file} here or above\n   = hint: {hint}\n")


@pytest.mark.parametrize("file", ["imports", "app.py"])
def test_what_makes_it_impossible_exits_1(file, project, run_cli):
    project.remove(file)

    ran = run_cli("check")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: there is no ")


def test_bug_exits_70(project, run_cli, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(pipeline, "check", broken)

    assert run_cli("check").code == 70


def test_check_works_from_a_folder_below(misspelt, run_cli):
    assert run_cli("check", cwd="models") == run_cli("check")


def test_secret_is_never_printed(project, run_cli):
    project.write(
        "manifests/secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: kserve}\nstringData: {a: hush}\nhush: 1\n",
    )
    project.write("sealed/production/kserve/s3-access.yaml", "kind: Secret\ndata: {a: hush}\n")
    project.write(
        "models/b.yaml",
        "name: b\npredictor:\n  containers:\n  - name: x\n    env:\n    - {name: PASSWORD, valeu: hush}\n",
    )

    for form in ("text", "json", "github", "sarif"):
        ran = run_cli("check", "--format", form)
        assert ran.code == 10
        assert "hush" not in ran.out.replace("unknown field 'hush'", "") + ran.err


def test_colours_are_for_terminals_and_for_text_alone(misspelt, run_cli, monkeypatch):
    for form, coloured in (("text", True), ("json", False), ("github", False), ("sarif", False)):
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert ("\x1b" in run_cli("check", "--format", form).out) is coloured
    monkeypatch.delenv("FORCE_COLOR")
    assert "\x1b" not in run_cli("check").out


def test_reader_that_goes_away_is_no_traceback(misspelt):
    command = [sys.executable, "-m", "kserve_gitops", "check", "--format", "sarif"]
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(  # noqa: S603  a constant
        command,
        cwd=misspelt.root,
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env=plain_environment(),
    )
    os.close(write)

    assert (done.returncode, done.stderr) == (1, "")


def blocks(text, language):
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def printed(text):
    """What a page shows of a run of check."""
    command = "$ kserve-gitops check\n"
    return [block.removeprefix(command) for block in blocks(text, "text") if block.startswith(command)]


def test_the_readme_shows_what_is_printed(misspelt, run_cli):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert printed(readme) == [run_cli("check").out]


def test_the_page_shows_an_error_as_it_is_printed(misspelt, run_cli):
    assert printed(CHECKS)[0] == run_cli("check").out
    assert blocks(CHECKS, "json") == [run_cli("check", "--format", "json").out]


def test_the_page_shows_a_warning_as_it_is_printed(doubtful, run_cli):
    assert printed(CHECKS)[1:] == [run_cli("check").out]


def test_the_rule_of_the_page_works(project, run_cli, monkeypatch):
    monkeypatch.setattr(rules, "RULES", dict(rules.RULES))
    [source] = blocks(CHECKS, "python")
    project.write("charts/rules.py", source)
    project.edit("app.py", "from charts import", "import charts.rules\nfrom charts import")

    said = run_cli("check").out

    assert "error[KG901]: InferenceService 'iris-classifier', metadata.name: it has no label 'team'\n" in said
    assert run_cli("check", "--explain", "kg901").out.startswith("KG901: A model that nobody owns.\n\nFix: add ")


def test_the_suppressions_of_the_page_are_understood():
    [example] = [block for block in blocks(CHECKS, "yaml") if "ignore" in block]

    found = suppressions([("models/a.yaml", example, 0)], ["KG101", "KG110", "KG111"])

    assert [(one.line, one.codes) for one in found.listed] == [(3, ("KG101",)), (5, ("KG110", "KG111"))]
    assert found.wrong == ()


def test_what_exists_on_the_page_is_accepted(project, run_cli):
    [example] = [block for block in blocks(CHECKS, "yaml") if "existing" in block]
    project.write("platform.yaml", project.read("platform.yaml") + example)

    assert run_cli("check") == (0, "no findings\n", "")


def test_the_yaml_of_the_page_is_yaml():
    assert all(yaml.safe_load(block) for block in blocks(CHECKS, "yaml"))


def test_the_page_has_every_exit_code():
    table = CHECKS.partition("## Exit codes")[2].partition("## ")[0]

    assert re.findall(r"^\| (\d+) \|", table, re.MULTILINE) == ["0", "1", "2", "10", "11", "12", "16", "70", "130"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("platform.yaml", "https://github.com", "httpx://me:hunter2@github.com/a b"),
        ("platform.yaml", "bucket: acme-ml-models", "bucket: s3://me:hunter2@x"),
        ("platform.yaml", "domain: ml", "domain: https://me:hunter2@ml"),
        ("platform.yaml", "{version: v1.21.1}", "{version: v1.21.1, values: {password: !hunter2 }}"),
        ("platform.yaml", "{version: v1.21.1}", "{version: v1.21.1, values: {password: *hunter2 }}"),
        (IRIS, "    runtime: kserve-sklearnserver", "    env: hunter2"),
        (IRIS, "    runtime: kserve-sklearnserver", "    env:\n      A: hunter2"),
        (IRIS, "    runtime: kserve-sklearnserver", "    args: --token=hunter2"),
    ],
)
def test_no_form_shows_what_may_be_a_secret(project, run_cli, file, old, new):
    project.edit(file, old, new)

    for form in ("text", "json", "github", "sarif"):
        ran = run_cli("check", "--format", form)

        assert ran.code == 10
        assert "hunter2" not in ran.out + ran.err


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  a: !hunter2 x\n",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  a: *hunter2\n",
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: a}\nspec: {encryptedData: hunter2}\n",
    ],
)
def test_no_message_about_a_manifest_shows_what_may_be_a_secret(project, run_cli, text):
    project.write("manifests/a.yaml", text)

    ran = run_cli("check")

    assert ran.code == 10
    assert "hunter2" not in ran.out + ran.err


def test_api_version_with_two_slashes_is_a_finding(project, run_cli):
    project.write("manifests/a.yaml", "apiVersion: a/b/c\nkind: Thing\nmetadata: {name: a}\n")

    ran = run_cli("check")

    assert ran.code == 10
    assert "error[KG018]: apiVersion is <version> or <group>/<version>\n  --> manifests/a.yaml:1:13\n" in ran.out
