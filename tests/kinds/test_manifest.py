"""Our objects are ordinary ApiObjects, they remember their origin, and nothing in the tree is lost or hides another."""

import os
import subprocess
import sys
from pathlib import Path

import cdk8s
import constructs
import jsii
import pytest

from kserve_gitops import Application, AppProject, Attachment, ConfigMap, Construct, Manifest, RootApplication
from kserve_gitops.core.origins import Origin
from kserve_gitops.manifest import _archive, calling_line, collect

ROOT = Path(__file__).parents[2]


def config_map(name="config", namespace="here"):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}}


def only(rows):
    [row] = rows
    return row


def test_patch_of_an_api_object_reaches_what_is_collected(chart):
    made = Manifest(chart, "m", config_map())

    made.add_json_patch(cdk8s.JsonPatch.add("/data", {"a": "b"}))

    assert only(collect(made)).manifest["data"] == {"a": "b"}
    assert cdk8s.Testing.synth(chart)[0]["data"] == {"a": "b"}


def test_label_of_an_api_object_reaches_what_is_collected(chart):
    made = Manifest(chart, "m", config_map())

    made.metadata.add_label("team", "a")

    assert only(collect(made)).manifest["metadata"]["labels"] == {"team": "a"}
    assert cdk8s.Testing.synth(chart)[0]["metadata"]["labels"] == {"team": "a"}


def test_dependency_orders_what_cdk8s_writes(chart):
    first = Manifest(chart, "a", config_map("a"))
    second = Manifest(chart, "b", config_map("b"))

    first.node.add_dependency(second)

    assert [m["metadata"]["name"] for m in cdk8s.Testing.synth(chart)] == ["b", "a"]
    assert len(list(collect(chart))) == 2


def test_object_is_an_api_object_to_cdk8s(chart):
    made = Manifest(chart, "m", config_map("given"))

    assert cdk8s.ApiObject.is_api_object(made)
    assert (made.kind, made.name, made.api_version) == ("ConfigMap", "given", "v1")
    assert cdk8s.Testing.synth(chart) == [config_map("given")]


def test_values_cross_to_node_and_back_unchanged(chart):
    data = {"int": 1, "float": 0.5, "yes": True, "text": "é ☃ 😀", "list": [1, "1"], "zero": 0, "false": False}

    made = Manifest(chart, "m", config_map() | {"spec": data})

    assert only(collect(made)).manifest["spec"] == data


def test_object_made_with_cdk8s_goes_with_the_application_above_it(chart, environment):
    app = Application(chart, "app", environment=environment, project="p", namespace="n", wave=0, manifests=True)

    cdk8s.ApiObject(app, "theirs", api_version="v1", kind="ConfigMap", metadata={"name": "theirs", "namespace": "n"})

    [theirs] = [row for row in collect(chart) if row.path.endswith("/theirs")]
    assert theirs.applications == ("app",)
    assert theirs.manifest == config_map("theirs", "n")
    assert theirs.origin is None


def test_applications_are_listed_outermost_first(chart, environment):
    root = RootApplication(chart, "root", environment=environment)
    app = Application(root, "app", environment=environment, project="p", namespace="n", wave=0, manifests=True)
    between = Construct(app, "between")
    ConfigMap(between, "config", name="config", namespace="n", data={})
    AppProject(root, "p", description="", applications=[app])

    found = {row.manifest["kind"] + row.manifest["metadata"]["name"]: row.applications for row in collect(chart)
             if row.manifest}  # fmt: skip

    assert found == {
        "Applicationroot": (),
        "Applicationapp": ("root",),
        "ConfigMapconfig": ("root", "app"),
        "AppProjectp": ("root",),
    }


def test_environment_is_the_first_part_of_the_path(chart):
    Manifest(Construct(chart, "below"), "m", config_map())

    row = only(collect(chart))

    assert (row.path, row.environment) == ("test/below/m", "test")


def test_origin_is_the_line_that_made_the_object(chart):
    line = sys._getframe().f_lineno + 1
    made = ConfigMap(chart, "config", name="config", namespace="n", data={})

    origin = only(collect(made)).origin

    assert (Path(origin.file).name, origin.line) == (Path(__file__).name, line)


def test_origin_that_is_given_wins_over_the_line(chart):
    given = Origin("models/iris.yaml", 3)

    made = Manifest(chart, "m", config_map(), origin=given)

    assert only(collect(made)).origin == given


def test_caller_is_the_test_and_not_pytest():
    assert Path(calling_line().file).name == Path(__file__).name


@jsii.implements(constructs.IValidation)
class Refusal:
    """A validation that always has something to say."""

    def validate(self):
        return ["too small", "too late"]


def test_validation_of_a_node_becomes_problems_beside_the_object(chart):
    made = Manifest(chart, "m", config_map(), origin=Origin("models/iris.yaml", 3))
    made.node.add_validation(Refusal())

    rows = list(collect(chart))

    assert [row.problem for row in rows if row.problem] == ["too small", "too late"]
    assert {row.origin for row in rows} == {Origin("models/iris.yaml", 3)}
    assert [row.manifest for row in rows if row.manifest] == [config_map()]


def test_object_that_cannot_be_rendered_hides_no_other(chart):
    broken = Manifest(chart, "broken", config_map("broken"), origin=Origin("models/iris.yaml", 3))
    broken.add_json_patch(cdk8s.JsonPatch.remove("/not/there"))
    Manifest(chart, "whole", config_map("whole"))

    problem, whole = collect(chart)

    assert problem.problem
    assert problem.manifest is None
    assert problem.origin == Origin("models/iris.yaml", 3)
    assert whole.manifest == config_map("whole")


def test_attachment_comes_with_its_content(chart):
    Attachment(chart, "values", file="values/a.yaml", content={"a": [1]}, chart=("a", "1.0.0"))

    row = only(collect(chart))

    assert row.manifest is None
    assert row.attachment == {"file": "values/a.yaml", "content": {"a": [1]}, "chart": ["a", "1.0.0"]}


def test_second_object_of_one_id_is_refused(chart):
    Manifest(chart, "m", config_map())

    with pytest.raises(RuntimeError, match="m"):
        Manifest(chart, "m", config_map())


BUILD = """
from kserve_gitops import Chart, ConfigMap
from kserve_gitops.manifest import collect
import cdk8s

chart = Chart(cdk8s.App(), "c")
ConfigMap(chart, "m", name="m", namespace="n", data={})
print([row.manifest["metadata"]["name"] for row in collect(chart)])
"""


def ran(environment):
    """The program BUILD in a process of its own with nothing but `environment`."""
    variables = {"PYTHONPATH": str(ROOT / "constructs"), **environment}
    command = [sys.executable, "-c", BUILD]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603


def test_no_system_node_is_needed(tmp_path):
    done = ran({"PATH": "", "HOME": str(tmp_path)})

    assert (done.returncode, done.stdout, done.stderr) == (0, "['m']\n", "")


def test_no_banner_of_node_is_printed():
    unwanted = {"JSII_NODE", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"}

    done = ran({key: value for key, value in os.environ.items() if key not in unwanted})

    assert (done.returncode, done.stderr) == (0, "")


def test_module_for_jsii_is_the_same_at_any_time(monkeypatch):
    before = _archive()
    monkeypatch.setattr("time.time", lambda: 1.0)

    assert _archive() == before
