"""A project allows what its applications turned out to need, and nothing else."""

import cdk8s

from kserve_gitops import Application, AppProject, ConfigMap, GitFolder, HelmChart, Manifest


def application(chart, environment, name, **what):
    return Application(chart, name, environment=environment, project="project", namespace=name, wave=0, **what)


def project(chart, applications):
    return AppProject(chart, "project", description="Some", applications=applications)


def test_project_of_manifests_lists_every_kind(chart, environment, objects, golden):
    app = application(chart, environment, "first", manifests=True)
    ConfigMap(app, "config", name="config", namespace="first", data={})
    Manifest(app, "class", {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "fast"}})

    [manifest] = objects(project(chart, [app]))

    spec = manifest["spec"]
    assert spec["namespaceResourceWhitelist"] == [{"group": "", "kind": "ConfigMap"}]
    assert {"group": "storage.k8s.io", "kind": "StorageClass"} in spec["clusterResourceWhitelist"]
    assert manifest == golden


def test_objects_that_others_made_with_cdk8s_are_permitted_too(chart, environment, objects):
    app = application(chart, environment, "first", manifests=True)
    cdk8s.ApiObject(app, "job", api_version="batch/v1", kind="Job")

    spec = objects(project(chart, [app]))[0]["spec"]

    assert spec["namespaceResourceWhitelist"] == [{"group": "batch", "kind": "Job"}]


def test_what_an_application_below_delivers_is_not_its_own(chart, environment, objects):
    outer = application(chart, environment, "outer", manifests=True)
    inner = application(outer, environment, "inner", manifests=True)
    ConfigMap(inner, "config", name="config", namespace="inner", data={})

    spec = objects(project(chart, [outer]))[0]["spec"]

    assert spec["namespaceResourceWhitelist"] == [{"group": "argoproj.io", "kind": "Application"}]


def test_project_with_a_chart_leaves_namespaced_kinds_open(chart, environment, objects):
    source = HelmChart("https://charts.example.com", "thing", "1.2.3")

    [manifest] = objects(project(chart, [application(chart, environment, "thing", source=source)]))

    assert "namespaceResourceWhitelist" not in manifest["spec"]


def test_cluster_kinds_of_a_chart_are_those_it_says_it_brings(chart, environment, objects):
    source = GitFolder("https://git.example.com/crds.git", "v1", "crds")
    kind = ("apiextensions.k8s.io", "CustomResourceDefinition")

    app = application(chart, environment, "crds", source=source, cluster_kinds=[kind])

    assert objects(project(chart, [app]))[0]["spec"]["clusterResourceWhitelist"] == [
        {"group": "", "kind": "Namespace", "name": "crds"},
        {"group": "apiextensions.k8s.io", "kind": "CustomResourceDefinition"},
    ]


def test_repositories_are_spelled_as_the_applications_spell_them(chart, environment, objects):
    source = HelmChart("ghcr.io/acme/charts", "thing", "v1.2.3", {"a": 1})

    [manifest] = objects(project(chart, [application(chart, environment, "thing", source=source)]))

    assert manifest["spec"]["sourceRepos"] == ["ghcr.io/acme/charts", "https://github.com/acme/ml-platform.git"]


def test_destinations_hold_every_namespace_that_is_written_to(chart, environment, objects):
    app = application(chart, environment, "first", manifests=True, namespaces=["kube-system"])
    ConfigMap(app, "config", name="config", namespace="other", data={})

    [manifest] = objects(project(chart, [app]))

    assert [d["namespace"] for d in manifest["spec"]["destinations"]] == ["first", "kube-system", "other"]
    assert {d["server"] for d in manifest["spec"]["destinations"]} == {"https://kubernetes.default.svc"}


def test_namespaces_are_allowed_by_name_where_they_are_created(chart, environment, objects):
    app = application(chart, environment, "first", manifests=True)
    ConfigMap(app, "config", name="config", namespace="other", data={})

    [manifest] = objects(project(chart, [app]))

    assert manifest["spec"]["clusterResourceWhitelist"] == [{"group": "", "kind": "Namespace", "name": "first"}]


def test_project_comes_before_the_applications(chart, environment, objects):
    [manifest] = objects(project(chart, [application(chart, environment, "first", manifests=True)]))

    assert manifest["metadata"]["annotations"] == {"argocd.argoproj.io/sync-wave": "-30"}
    assert manifest["metadata"]["namespace"] == "argocd"
