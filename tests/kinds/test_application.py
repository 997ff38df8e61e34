"""What Argo CD is told: sources, destination, order, options."""

from dataclasses import replace

import pytest

from kserve_gitops import Application, GitFolder, HelmChart, RootApplication
from kserve_gitops.inputs.environment import Destination, Repository

CHART = HelmChart("https://charts.example.com", "thing", "1.2.3", {"size": 3})


def test_chart_reads_its_values_from_our_repository(chart, environment, objects, files, golden):
    app = Application(
        chart, "thing", environment=environment, project="platform", namespace="thing", wave=-5, source=CHART
    )

    [manifest] = objects(app)

    helm, values = manifest["spec"]["sources"]
    assert helm["helm"]["valueFiles"] == ["$values/dist/production/values/thing.yaml"]
    assert values == {
        "repoURL": "https://github.com/acme/ml-platform.git",
        "targetRevision": "main",
        "ref": "values",
    }
    assert files(app) == {"values/thing.yaml": {"size": 3}}
    assert manifest == golden


def test_chart_without_values_has_no_value_file(chart, environment, objects, files):
    source = HelmChart("https://charts.example.com", "thing", "1.2.3")

    app = Application(chart, "thing", environment=environment, project="p", namespace="thing", wave=0, source=source)

    [manifest] = objects(app)
    assert manifest["spec"]["sources"] == [
        {
            "repoURL": "https://charts.example.com",
            "chart": "thing",
            "targetRevision": "1.2.3",
            "helm": {"releaseName": "thing"},
        }
    ]
    assert files(app) == {}


def test_oci_chart_is_spelled_without_scheme(chart, environment, objects):
    source = HelmChart("ghcr.io/acme/charts", "thing", "v1.2.3")

    app = Application(chart, "thing", environment=environment, project="p", namespace="thing", wave=0, source=source)

    [manifest] = objects(app)
    assert "://" not in manifest["spec"]["sources"][0]["repoURL"]
    assert app.repositories == {"ghcr.io/acme/charts"}


def test_folder_of_another_repository_is_read_at_its_revision(chart, environment, objects, golden):
    source = GitFolder("https://git.example.com/crds.git", "v1.0.0", "config/crd")

    app = Application(chart, "crds", environment=environment, project="p", namespace="kube-system", wave=-25,
                      source=source)  # fmt: skip

    [manifest] = objects(app)
    assert manifest["spec"]["sources"] == [
        {"repoURL": "https://git.example.com/crds.git", "targetRevision": "v1.0.0", "path": "config/crd"}
    ]
    assert manifest == golden


def test_manifests_come_from_a_folder_that_holds_nothing_else(chart, environment, objects, golden):
    app = Application(chart, "own", environment=environment, project="p", namespace="own", wave=0, manifests=True)

    [manifest] = objects(app)

    [source] = manifest["spec"]["sources"]
    assert source["path"] == "dist/production/manifests/own"
    assert source["directory"] == {"recurse": True}
    assert manifest == golden


def test_chart_and_manifests_are_delivered_together(chart, environment, objects):
    app = Application(chart, "both", environment=environment, project="p", namespace="both", wave=0, source=CHART,
                      manifests=True)  # fmt: skip

    [manifest] = objects(app)
    assert [set(source) & {"chart", "ref", "path"} for source in manifest["spec"]["sources"]] == [
        {"chart"},
        {"ref"},
        {"path"},
    ]


def test_paths_begin_at_the_root_of_the_repository(chart, environment, objects):
    below = replace(environment, repository=Repository("https://git.example.com/mono.git", "main", "teams/ml"))

    app = Application(chart, "both", environment=below, project="p", namespace="both", wave=0, source=CHART,
                      manifests=True)  # fmt: skip

    helm, _, own = objects(app)[0]["spec"]["sources"]
    assert helm["helm"]["valueFiles"] == ["$values/teams/ml/dist/production/values/both.yaml"]
    assert own["path"] == "teams/ml/dist/production/manifests/both"


def test_wave_is_text(chart, environment, objects):
    app = Application(chart, "a", environment=environment, project="p", namespace="a", wave=-20, manifests=True)

    assert objects(app)[0]["metadata"]["annotations"] == {"argocd.argoproj.io/sync-wave": "-20"}


def test_application_prunes_heals_and_tries_again(chart, environment, objects):
    app = Application(chart, "a", environment=environment, project="p", namespace="a", wave=0, manifests=True)

    policy = objects(app)[0]["spec"]["syncPolicy"]

    assert policy["automated"] == {"prune": True, "selfHeal": True}
    assert policy["retry"]["limit"] >= 10


def test_namespace_is_created_before_the_options_that_are_asked_for(chart, environment, objects):
    app = Application(chart, "a", environment=environment, project="p", namespace="a", wave=0, manifests=True,
                      sync_options=["ServerSideApply=true"])  # fmt: skip

    assert objects(app)[0]["spec"]["syncPolicy"]["syncOptions"] == ["CreateNamespace=true", "ServerSideApply=true"]


@pytest.mark.parametrize("namespace", ["kube-system", "argocd"])
def test_namespace_that_is_always_there_is_not_created(namespace, chart, environment, objects):
    app = Application(chart, "a", environment=environment, project="p", namespace=namespace, wave=0, manifests=True)

    assert not app.creates_namespace
    assert "syncOptions" not in objects(app)[0]["spec"]["syncPolicy"]


def test_differences_to_ignore_are_handed_on(chart, environment, objects):
    ignored = {"kind": "Secret", "name": "hub", "namespace": "a", "jsonPointers": ["/data"]}

    app = Application(chart, "a", environment=environment, project="p", namespace="a", wave=0, manifests=True,
                      ignore_differences=[ignored])  # fmt: skip

    assert objects(app)[0]["spec"]["ignoreDifferences"] == [ignored]


def test_cluster_may_be_called_by_its_name(chart, environment, objects):
    elsewhere = replace(environment, destination=Destination(None, "eu-1"))

    app = Application(chart, "a", environment=elsewhere, project="p", namespace="a", wave=0, manifests=True)

    assert objects(app)[0]["spec"]["destination"] == {"name": "eu-1", "namespace": "a"}


def test_root_delivers_the_applications_in_the_project_that_always_exists(chart, environment, objects, golden):
    root = RootApplication(chart, "root", environment=environment)

    [manifest] = objects(root)

    assert manifest["spec"]["project"] == "default"
    assert manifest["spec"]["sources"][0]["path"] == "dist/production/apps"
    assert manifest == golden


def test_root_stays_in_the_cluster_of_argo_cd(chart, environment, objects):
    elsewhere = replace(environment, destination=Destination(None, "eu-1"))

    root = RootApplication(chart, "root", environment=elsewhere)

    assert objects(root)[0]["spec"]["destination"] == {
        "server": "https://kubernetes.default.svc",
        "namespace": "argocd",
    }
