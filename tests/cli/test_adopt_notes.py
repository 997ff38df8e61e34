"""`kserve-gitops adopt` of manifests that run, and that the checks have something to say about."""

from tests.cli.manifests import files, model

REFERS = "serviceAccountName: own\n    imagePullSecrets: [{name: registry}]\n    sklearn:"
GRAPH = """\
apiVersion: serving.kserve.io/v1alpha1
kind: InferenceGraph
metadata: {name: graph, namespace: kserve}
spec: {nodes: {root: {routerType: Sequence, steps: [{serviceName: iris}, {serviceUrl: 'ftp://x/y'}]}}}
"""
EXISTING = """\
existing:
  - {kind: Secret, namespace: kserve, name: registry}
  - {kind: ServiceAccount, namespace: kserve, name: own}
"""


def test_what_the_manifests_refer_to_is_said_once_as_a_block(project, run_cli):
    manifests = [model(name).replace("sklearn:", REFERS) for name in ("one", "two")]
    project.write("in/all.yaml", "---\n".join(manifests))

    ran = run_cli("adopt", "in")

    assert ran.code == 0
    assert "warning" not in ran.err
    assert ran.err.count("existing:\n") == 1
    assert f"add to platform.yaml what the cluster has already:\n{EXISTING}2 adopted" in ran.err
    assert ran.err.endswith("next: see to do, then kserve-gitops synth\n")


def test_the_block_is_all_that_synth_wants(project, run_cli):
    project.write("in/all.yaml", model("one").replace("sklearn:", REFERS))
    assert run_cli("adopt", "in").code == 0
    assert run_cli("synth").code == 1

    project.write("platform.yaml", project.read("platform.yaml") + EXISTING)

    assert run_cli("synth").code == 0


def test_what_a_refused_manifest_refers_to_is_not_said(project, run_cli):
    project.write("in/all.yaml", model("one").replace("sklearn:", REFERS).replace("gs://models", "gs://Models"))

    ran = run_cli("adopt", "in")

    assert ran.code == 1
    assert "error[KG203]" in ran.err
    assert "1 error; what is refused is not adopted\n0 adopted" in ran.err
    assert "existing:" not in ran.err


def test_what_runs_is_adopted_although_synth_would_refuse_it(project, run_cli):
    project.write("in/all.yaml", f"{model()}---\n{GRAPH}")

    ran = run_cli("adopt", "in")

    assert ran.code == 0
    assert "warning[KG152]: InferenceGraph 'graph', spec.nodes.root.steps.1.serviceUrl" in ran.err
    assert "to do: mend what is told as KG152, or let it stand: # kserve-gitops: ignore KG152 -- reason\n" in ran.err
    assert run_cli("synth").code == 1


def test_good_practice_is_left_to_check(project, run_cli):
    project.write("in/all.yaml", model().replace("/iris/1", "/iris"))

    ran = run_cli("adopt", "in")

    assert ran.code == 0
    assert "KG170" not in ran.err
    assert ran.err.endswith("kserve-gitops check tells what could be better\nnext: kserve-gitops synth\n")
    assert "warning[KG170]" in run_cli("check").out


def test_nothing_could_be_better(project, run_cli):
    project.write("in/all.yaml", model())

    assert "could be better" not in run_cli("adopt", "in").err


def test_what_a_comment_lets_stand_in_the_project_stops_nothing(project, run_cli):
    bad = "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: kserve}\nspec:\n  ports:\n"
    comment = "  # kserve-gitops: ignore KG136"
    project.write("manifests/a.yaml", f"{bad}    - {{port: 80, targetPort: a_b}}{comment} -- known\n")
    assert run_cli("synth").code == 0
    project.write("in/all.yaml", model())

    ran = run_cli("adopt", "in")

    assert ran.code == 0, ran.err
    assert "models/iris.yaml" in files(project)
