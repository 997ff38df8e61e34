"""What can be wrong with app.py and its charts, and how a run under cdk8s hands over."""

import runpy

import pytest
import yaml

CHART = """\
import cdk8s


def build(app, inputs):
    chart = cdk8s.Chart(app, "{name}")
    cdk8s.ApiObject(chart, "object", api_version="v1", kind="ConfigMap", metadata={{"name": "stray"}})
"""


def test_missing_app_is_refused(project, refused):
    project.remove("app.py")

    assert refused() == (
        "error: there is no app.py beside cdk8s.yaml\n   = hint: it says what is deployed; see the README\n"
    )


@pytest.mark.parametrize("content", ["", "build = 3\n", "def builds(app, inputs): ...\n", "def build(app): ...\n"])
def test_app_without_build_is_refused(content, project, refused):
    project.write("app.py", content)

    assert refused() == (
        "error: app.py has no function build(app, inputs)\n"
        "   = hint: define it; it makes the charts of every environment\n"
    )


def test_folder_without_a_project_is_refused(project, refused):
    project.remove("cdk8s.yaml")

    assert refused() == (
        "error: there is no cdk8s.yaml here or above\n   = hint: change into the folder of your project\n"
    )


def test_object_outside_of_any_application_is_refused(project, refused):
    project.write("app.py", CHART.format(name="production"))

    said = refused()

    assert said.startswith("error[KG402]: ConfigMap 'stray': it belongs to no Application\n  --> app.py:1:1\n")
    assert "= hint: make it below an Application" in said


def test_chart_that_is_named_like_no_environment_is_refused(project, refused):
    project.write("app.py", CHART.format(name="productoin"))

    assert refused() == (
        "error[KG015]: the chart 'productoin' is called like no environment\n"
        "  --> app.py:1:1\n"
        "   = hint: give it the name of an environment as its id: production\n"
        "\n"
        "1 error; dist/ is as it was\n"
    )


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param("raise ValueError('broken')\n", "ValueError: broken", id="raises"),
        pytest.param("import no_such_module\n", "ModuleNotFoundError: No module named 'no_such_module'", id="imports"),
        pytest.param("def build(:\n", "SyntaxError: invalid syntax", id="does-not-parse"),
        pytest.param("def build(app, inputs):\n    raise KeyError('x')\n", "KeyError: 'x'", id="raises-in-build"),
    ],
)
def test_bug_in_app_keeps_its_traceback_and_exits_70(content, error, project, run_cli):
    project.write("app.py", content)
    before = project.dist()

    ran = run_cli("synth")

    assert ran.code == 70
    assert ran.err.startswith("Traceback (most recent call last):\n")
    assert error in ran.err
    assert "<root>/app.py" in ran.err
    assert ran.err.endswith(
        "\nthis is a bug: of kserve-gitops, or of app.py and charts/ here; please report it if it is ours\n"
    )
    assert project.dist() == before


def test_error_that_app_raises_on_purpose_is_told_without_a_traceback(project, refused):
    project.write(
        "app.py",
        "from kserve_gitops.core.errors import GitopsError\n\n\n"
        "def build(app, inputs):\n    raise GitopsError('the budget is spent', hint='ask for more')\n",
    )

    assert refused() == "error: the budget is spent\n   = hint: ask for more\n"


def test_under_cdk8s_each_environment_is_handed_over_as_one_file(project, run_cli, monkeypatch):
    monkeypatch.setenv("CDK8S_OUTDIR", ".cdk8s/deep")

    ran = run_cli("synth")

    assert ran.code == 0
    staged = project.root / ".cdk8s/deep"
    assert [path.name for path in staged.iterdir()] == ["production.yaml"]
    kinds = [document["kind"] for document in yaml.safe_load_all((staged / "production.yaml").read_bytes())]
    manifests = [file for file in project.dist() if file.endswith(".yaml") and "/values/" not in file]
    assert len(kinds) == len(manifests)
    assert {"Application", "AppProject", "InferenceService", "SealedSecret"} <= set(kinds)


def test_under_cdk8s_a_refused_run_hands_over_nothing(project, refused, monkeypatch):
    monkeypatch.setenv("CDK8S_OUTDIR", ".cdk8s")
    project.write("models/second.yaml", "name: second\n")

    refused()

    assert not (project.root / ".cdk8s").exists()


@pytest.mark.parametrize("output", ["dist", "./dist", "dist/production", "models/../dist"])
def test_cdk8s_output_in_dist_is_refused(output, project, refused, monkeypatch):
    monkeypatch.setenv("CDK8S_OUTDIR", output)

    assert refused() == (
        "error: cdk8s is told to write to dist/, which kserve-gitops publishes itself\n"
        "   = hint: write output: .cdk8s into cdk8s.yaml: cdk8s deletes its output before the app runs\n"
    )


@pytest.mark.parametrize(("edit", "code"), [(False, 0), (True, 1)])
def test_app_run_by_python_ends_with_the_exit_code(edit, code, project, monkeypatch, capsys):
    if edit:
        project.write("models/second.yaml", "name: second\n")
    monkeypatch.chdir(project.root)
    monkeypatch.delenv("CDK8S_OUTDIR", raising=False)

    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(project.root / "app.py"), run_name="__main__")

    assert ended.value.code == code
    assert capsys.readouterr().out == ""
