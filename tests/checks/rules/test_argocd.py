"""Applications: what Argo CD can read, and the words that it knows."""

import pytest

from tests.checks.trees import places, said, service, tree, values_row

CHART = {"repoURL": "https://charts.example.com", "chart": "c", "targetRevision": "1.0.0"}
FOLDER = {"repoURL": "https://git.example.com/r.git", "path": "p"}
HERE = {"name": "in-cluster", "namespace": "n"}


def application(*sources, name="app", destination=HERE, options=(), **metadata):
    policy = {"syncPolicy": {"syncOptions": list(options)}} if options else {}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": "argocd", **metadata},
        "spec": {"project": "default", "destination": destination, "sources": list(sources or (FOLDER,)), **policy},
    }


@pytest.mark.parametrize(
    ("source", "at"),
    [
        (FOLDER, None),
        (CHART, None),
        ({"repoURL": "https://git.example.com/r.git", "ref": "values"}, None),
        ({"repoURL": "oci://example.com/charts/c", "path": ".", "targetRevision": "1"}, None),
        ({**FOLDER, "directory": {"recurse": True}, "helm": {}}, None),
        ({"repoURL": "https://git.example.com/r.git"}, "spec.sources.0"),
        ({**CHART, "path": "p"}, "spec.sources.0.path"),
        ({**CHART, "ref": "values"}, "spec.sources.0.ref"),
        ({"repoURL": "https://charts.example.com", "chart": "c"}, "spec.sources.0"),
        ({**CHART, "repoURL": "oci://example.com/charts"}, "spec.sources.0.repoURL"),
        ({**FOLDER, "ref": "my values"}, "spec.sources.0.ref"),
        ({**FOLDER, "directory": {"recurse": True}, "kustomize": {"namePrefix": "a"}}, "spec.sources.0.kustomize"),
    ],
)
def test_source_is_a_folder_a_chart_or_a_ref(source, at):
    assert places("KG414", application(source)) == ([(at, "error")] if at else [])


@pytest.mark.parametrize(
    ("destination", "at"),
    [
        ({"server": "https://kubernetes.default.svc"}, None),
        ({"name": "in-cluster", "server": "https://kubernetes.default.svc"}, "spec.destination.name"),
        ({"namespace": "n"}, "spec.destination"),
    ],
)
def test_destination_is_one_cluster(destination, at):
    assert places("KG414", application(destination=destination)) == ([(at, "error")] if at else [])


def test_application_has_a_source():
    empty = application()
    del empty["spec"]["sources"]

    assert places("KG414", empty) == [("spec", "error")]
    assert said("KG414", {**empty, "spec": {**empty["spec"], "source": FOLDER}}) == []


def test_registry_of_charts_is_written_without_a_scheme():
    [(_, _, _, hint)] = said("KG414", application({**CHART, "repoURL": "oci://example.com/charts"}))

    assert hint == "write example.com/charts, or all of it as repoURL: oci://example.com/charts/c with path: ."


@pytest.mark.parametrize(
    ("name", "helm", "at"),
    [
        ("a" * 53, {}, None),
        ("a" * 54, {}, "metadata.name"),
        ("a" * 54, {"releaseName": "b"}, None),
        ("a", {"releaseName": "b" * 54}, "spec.sources.0.helm.releaseName"),
        ("a", {"releaseName": "B"}, "spec.sources.0.helm.releaseName"),
    ],
)
def test_release_has_a_name_that_helm_takes(name, helm, at):
    assert places("KG417", application({**CHART, "helm": helm}, name=name)) == ([(at, "error")] if at else [])


def test_name_of_an_application_without_a_chart_is_free():
    assert said("KG417", application(FOLDER, name="a" * 60)) == []


@pytest.mark.parametrize(
    ("wave", "found"), [("5", False), ("-30", False), ("+1", False), ("five", True), ("1.5", True)]
)
def test_wave_is_a_whole_number(wave, found):
    key = "argocd.argoproj.io/sync-wave"

    given = places("KG418", application(annotations={key: wave}))

    assert given == ([(f"metadata.annotations.{key}", "error")] if found else [])


@pytest.mark.parametrize(
    ("finalizer", "found"),
    [
        ("resources-finalizer.argocd.argoproj.io", False),
        ("resources-finalizer.argocd.argoproj.io/background", False),
        ("foregroundDeletion", False),
        ("acme.example.com/backup", False),
        ("resources-finalizer.argocd.argoproj.io/forground", True),
        ("resource-finalizer.argocd.argoproj.io", True),
    ],
)
def test_finalizer_is_one_that_argocd_takes_off(finalizer, found):
    wanted = [("metadata.finalizers.0", "error")] if found else []

    assert places("KG427", application(finalizers=[finalizer])) == wanted


@pytest.mark.parametrize(
    ("option", "hint"),
    [
        ("ServerSideApply=true", ""),
        ("Prune=confirm", ""),
        ("SomethingNewer=true", ""),
        ("ServerSideApply", "write ServerSideApply=true"),
        ("serverSideApply=true", "did you mean 'ServerSideApply'?"),
        ("CreateNamespaces=true", "did you mean 'CreateNamespace'?"),
    ],
)
def test_sync_option_is_one_that_argocd_knows(option, hint):
    found = said("KG429", application(options=[option]))

    assert [(at, told) for at, _, _, told in found] == ([("spec.syncPolicy.syncOptions.0", hint)] if hint else [])


def test_sync_options_of_an_object_are_looked_at():
    key = "argocd.argoproj.io/sync-options"
    given = application(annotations={key: "Prune=false, Replce=true"})

    [(at, _, message, _)] = said("KG429", given)

    assert (at, message) == (f"metadata.annotations.{key}", "'Replce=true' is no sync option")


def argocd(version="10.1.1", **content):
    return [values_row("argo-cd", version, content)]


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("v2.14.21", True),
        ("v3.0.20", True),
        ("v3.0.21", False),
        ("v3.1.9", True),
        ("v3.1.10", False),
        ("3.2.0", True),
        ("v3.2.1", False),
        ("v3.3.0", False),
        ("latest", False),
    ],
)
def test_old_argocd_never_sees_a_model_as_healthy(tag, found):
    values = argocd(**{"global": {"image": {"tag": tag}}})

    assert places("KG424", service(), values=values) == ([("global.image.tag", "error")] if found else [])


def test_chart_of_argocd_2_counts_unless_there_is_a_health_check():
    own = {"configs": {"cm": {"resource.customizations.health.serving.kserve.io_InferenceService": "hs = {}"}}}

    assert said("KG424", service(), values=argocd("7.8.0"))
    assert said("KG424", service(), values=argocd("7.8.0", **own)) == []
    assert said("KG424", values=argocd("7.8.0")) == []
    assert said("KG424", service(), values=argocd()) == []


def test_waves_need_the_health_check_of_applications():
    waves = [application(name=n, annotations={"argocd.argoproj.io/sync-wave": n}) for n in ("1", "2")]
    checked = {"configs": {"cm": {"resource.customizations.health.argoproj.io_Application": "hs = {}"}}}

    assert [severity for _, severity in places("KG421", *waves, values=argocd())] == ["warning"]
    assert said("KG421", *waves, values=argocd(**checked)) == []
    assert said("KG421", waves[0], values=argocd()) == []
    assert said("KG421", *waves) == []


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("example.com/git-sha", True),
        ("gitCommit", True),
        ("commit", True),
        ("build_time", True),
        ("example.com/deployedAt", True),
        ("timestamp", True),
        ("team", False),
        ("model-version", False),
        ("mlflow-run-id", False),
        ("building", False),
        ("serving.kserve.io/last-updated", False),
    ],
)
def test_metadata_that_changes_with_every_build_restarts_models(key, found):
    labelled = service()
    labelled["metadata"]["labels"] = {key: "x"}

    assert places("KG425", labelled) == ([(f"metadata.labels.{key}", "warning")] if found else [])


def test_tracking_id_is_argocds_own():
    key = "argocd.argoproj.io/tracking-id"

    assert places("KG426", service(annotations={key: "a:b"})) == [(f"metadata.annotations.{key}", "warning")]
    assert said("KG426", service()) == []


@pytest.mark.parametrize("spec", [None, [], "x", {"sources": [None, 1, {}]}, {"source": {"helm": 1, "path": []}}])
def test_odd_shapes_break_nothing(spec):
    odd = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "x"}, "spec": spec}

    for code in ("KG410", "KG411", "KG412", "KG413", "KG415", "KG416", "KG417", "KG419", "KG420", "KG422", "KG428"):
        said(code, odd)
    assert tree(odd).objects
