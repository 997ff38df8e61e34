"""`kserve-gitops adopt`: what it writes, what it leaves alone, what it says and how it ends."""

import io
import sys
from types import SimpleNamespace

import yaml

from tests.cli.manifests import CONFIG_MAP, LIVE, ROUTE, WRITTEN, files, model


def test_a_manifest_becomes_a_short_file_and_nothing_else_changes(project, run_cli):
    project.write("in/iris.yaml", model())
    before = files(project)

    ran = run_cli("adopt", "in/iris.yaml")

    assert (ran.code, ran.out) == (0, "")
    assert ran.err == (
        "  write  models/iris.yaml\n1 adopted, 0 kept as raw objects, 0 skipped\nnext: kserve-gitops synth\n"
    )
    assert files(project) == before | {"models/iris.yaml": WRITTEN.encode()}


def test_what_is_live_in_a_cluster_loses_what_the_cluster_added(project, run_cli):
    project.write("in/live.yaml", LIVE)

    ran = run_cli("adopt", "in")

    assert ran.code == 0, ran.err
    assert project.read("models/iris.yaml") == (
        "name: iris\npredictor:\n  model:\n    modelFormat: sklearn\n    protocolVersion: v2\n"
        "    storageUri: s3://acme-ml-models/iris\n    ports:\n      - containerPort: 8081\n        name: grpc-port\n"
    )
    assert "skip   Deployment 'iris-predictor': made by KServe, for InferenceService 'iris'\n" in ran.err
    assert "1 adopted, 0 kept as raw objects, 3 skipped\n" in ran.err


def test_what_was_adopted_builds_the_same_object(project, run_cli):
    project.write("in/live.yaml", LIVE)
    assert run_cli("adopt", "in").code == 0

    assert run_cli("synth").code == 0
    built = yaml.safe_load(project.dist()["production/manifests/models-kserve/inferenceservice-iris.yaml"])

    live = yaml.safe_load(LIVE)["items"][0]
    del live["spec"]["predictor"]["model"]["name"]
    assert built["spec"] == live["spec"]
    assert built["metadata"]["annotations"] == {"serving.kserve.io/deploymentMode": "Standard"}


def test_no_value_of_a_secret_is_said_or_written(project, run_cli):
    project.write("in/live.yaml", LIVE)
    project.remove("models/iris-classifier.yaml")

    for argv in (("adopt", "in", "--stdout"), ("adopt", "in")):
        ran = run_cli(*argv)
        said = ran.out + ran.err + "".join(str(text) for name, text in files(project).items() if "in/" not in name)
        assert not [secret for secret in ("hush", "aHVzaC") if secret in said]


def test_a_secret_that_pointed_elsewhere_is_a_warning(project, run_cli):
    start = "name: s3-access\n      namespace: kserve\n      annotations: {"
    project.write("in/live.yaml", LIVE.replace(start, f"{start}serving.kserve.io/s3-endpoint: 'minio:9000', "))

    ran = run_cli("adopt", "in")

    assert ran.code == 0
    assert "warning[KG020]: Secret 's3-access' has serving.kserve.io/s3-endpoint: 'minio:9000', the one that" in ran.err


def test_a_credential_that_is_not_sealed_there_is_left_to_do(project, run_cli):
    project.write("in/live.yaml", LIVE.replace("namespace: kserve", "namespace: team-a"))

    ran = run_cli("adopt", "in")

    assert ran.code == 0
    assert "to do: " in ran.err
    assert "sealed/production/team-a/s3-access.yaml" in ran.err
    assert ran.err.endswith("next: see to do, then kserve-gitops synth\n")


def test_stdout_prints_every_file_and_writes_none(project, run_cli):
    project.write("in/all.yaml", f"{model()}---\n{model('second')}---\n{CONFIG_MAP}")
    before = files(project)

    ran = run_cli("adopt", "in", "--stdout")

    first, second, raw = ran.out.split("---\n")
    assert first == f"# models/iris.yaml\n{WRITTEN}"
    assert second.startswith("# models/second.yaml\nname: second\n")
    assert raw.startswith("# manifests/configmap-notes.yaml\napiVersion: v1\n")
    assert ran.err == "2 adopted, 1 kept as raw object, 0 skipped\n"
    assert files(project) == before


def test_a_route_comes_back_from_the_file_of_its_model(project, run_cli):
    project.write("in/all.yaml", f"{model('second')}---\n{ROUTE}")

    ran = run_cli("adopt", "in")
    synth = run_cli("synth")

    assert (ran.code, synth.code) == (0, 0), ran.err + synth.err
    assert "  skip   HTTPRoute 'friendly': became route: of models/second.yaml\n" in ran.err
    assert "1 adopted, 0 kept as raw objects, 1 skipped\n" in ran.err
    assert project.read("models/second.yaml").endswith(
        "# the HTTPRoute 'friendly'; built under the name second-route\nroute:\n  hostname: second.ml.example.com\n"
    )
    built = yaml.safe_load(project.dist()["production/manifests/models-kserve/httproute-second-route.yaml"])
    assert built["spec"]["hostnames"] == ["second.ml.example.com"]


def test_line_ends_of_windows_change_nothing(project, run_cli):
    project.write("in/iris.yaml", "\ufeff" + model().replace("\n", "\r\n"))

    assert run_cli("adopt", "in").code == 0
    assert project.read("models/iris.yaml") == WRITTEN


def test_standard_input_is_read(project, run_cli, monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(f"{model()}---\nkind: 3\n".encode())))

    ran = run_cli("adopt", "-")

    assert ran.code == 1
    assert project.read("models/iris.yaml") == WRITTEN
    assert "  --> <stdin>:8:1\n" in ran.err


def test_what_is_not_kserves_is_kept_and_delivered(project, run_cli):
    project.write("in/notes.yaml", CONFIG_MAP)

    ran = run_cli("adopt", "in")
    synth = run_cli("synth")

    assert (ran.code, synth.code) == (0, 0), ran.err + synth.err
    assert yaml.safe_load(project.read("manifests/configmap-notes.yaml")) == yaml.safe_load(CONFIG_MAP)
    assert [name for name in project.dist() if name.endswith("/configmap-notes.yaml")]


def test_a_folder_is_read_to_the_bottom_but_for_what_is_hidden(project, run_cli):
    project.write("in/a/b/one.yml", model("one"))
    project.write(
        "in/two.json", '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "two", "namespace": "x"}}'
    )
    project.write("in/.git/three.yaml", model("three"))
    project.write("in/readme.md", "kind: nothing\n")

    ran = run_cli("adopt", "in", "in/a/b/one.yml")

    assert ran.code == 0, ran.err
    assert "1 adopted, 1 kept as raw object, 0 skipped\n" in ran.err


def test_another_folder_gets_the_files_and_its_neighbour_the_raw_objects(project, run_cli):
    project.write("in/all.yaml", f"{model()}---\n{CONFIG_MAP}")

    ran = run_cli("adopt", "in/all.yaml", "--to", "../new/models")

    assert ran.code == 0
    assert project.read("../new/models/iris.yaml") == WRITTEN
    assert "next: move the files into models/ and manifests/, then kserve-gitops synth\n" in ran.err
    assert (project.root / "../new/manifests/configmap-notes.yaml").exists()


def test_a_folder_below_models_keeps_raw_objects_at_the_top(project, run_cli):
    project.write("in/all.yaml", f"{model()}---\n{CONFIG_MAP}")

    assert run_cli("adopt", "in/all.yaml", "--to", "models/team").code == 0

    assert project.read("models/team/iris.yaml") == WRITTEN
    assert (project.root / "manifests/configmap-notes.yaml").exists()
    assert run_cli("synth").code == 0


def test_editors_are_led_to_the_schema_where_the_project_has_it(project, run_cli):
    schema = "constructs/kserve_gitops/inputs/schemas/model.schema.json"
    project.write(schema, "{}")
    project.write("in/all.yaml", model())

    assert run_cli("adopt", "in", "--to", "models/team").code == 0

    assert project.read("models/team/iris.yaml") == f"# yaml-language-server: $schema=../../{schema}\n{WRITTEN}"


def test_every_environment_must_take_what_is_adopted(project, run_cli):
    project.write("in/all.yaml", model().replace("sklearn:", "timeout: 3\n    sklearn:"))
    project.write(
        "platform.yaml",
        project.read("platform.yaml")
        + "  staging:\n    domain: s.example.com\n    defaults: {predictor: {timeout: 3}}\n",
    )
    project.remove("models/iris-classifier.yaml")

    first = run_cli("adopt", "in", "--stdout")
    second = run_cli("adopt", "in", "--stdout", "--environment", "staging")

    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert "timeout: 3" in first.out
    assert "timeout: 3" not in second.out


def test_it_works_from_any_folder_of_the_project(project, run_cli):
    project.write("in/deep/all.yaml", model())

    ran = run_cli("adopt", "all.yaml", cwd="in/deep")

    assert ran.code == 0
    assert project.read("models/iris.yaml") == WRITTEN


OPAQUE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: side, namespace: a}
spec:
  replicas: 1.0
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}, creationTimestamp: null}
    spec:
      nodeSelector: null
      hostNetwork: no
      containers: [{name: c, image: i}]
      volumes: [{name: v, configMap: {name: empty, defaultMode: 0644}}]
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: empty, namespace: a}, data: }
"""


def test_a_raw_object_is_what_kubectl_makes_of_it(project, run_cli):
    project.write("in/all.yaml", OPAQUE)

    ran = run_cli("adopt", "in")

    assert ran.code == 0, ran.err
    assert run_cli("synth").code == 0
    spec = yaml.safe_load(project.read("manifests/deployment-side.yaml"))["spec"]["template"]["spec"]
    assert spec["hostNetwork"] is False
    assert spec["volumes"][0]["configMap"]["defaultMode"] == 0o644


LLM = """\
apiVersion: serving.kserve.io/v1alpha2
kind: LLMInferenceService
metadata: {name: llm}
spec:
  model: {uri: 'hf://a/b', name: b}
  router:
    scheduler:
      config: {inline: {kind: X, on: 'yes', threshold: 1e3, plugins: [{name: '', image: i, resources: {}, deep: yes}]}}
"""


def test_the_configuration_of_a_scheduler_comes_back_whole(project, run_cli):
    project.edit("platform.yaml", "version: v0.16.0", "version: v0.20.0")
    project.write("in/llm.yaml", LLM)

    ran = run_cli("adopt", "in")

    assert ran.code == 0, ran.err
    inline = yaml.safe_load(project.read("models/llm.yaml"))["router"]["scheduler"]["config"]["inline"]
    assert inline["threshold"] == 1000
    assert inline["plugins"] == [{"name": "", "image": "i", "resources": {}, "deep": True}]


def test_an_account_of_a_model_that_is_there_is_no_raw_object(project, run_cli):
    project.write("in/live.yaml", "---\n".join(yaml.safe_dump(one) for one in yaml.safe_load(LIVE)["items"][2:3]))

    ran = run_cli("adopt", "in")

    assert ran.code == 0, ran.err
    assert "skip   ServiceAccount 'sa-s3-access': made from the credential 's3-access'\n" in ran.err
