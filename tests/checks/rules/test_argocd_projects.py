"""What AppProjects allow, and what dist/ holds for Applications."""

import pytest

from kserve_gitops.checks.rule import registered
from kserve_gitops.checks.tree import Object, Tree, Values
from tests.checks.trees import cluster, places, row, said, values_row

REPOSITORY = "https://git.example.com/acme/platform.git"
SERVER = "https://kubernetes.default.svc"


def application(name="app", *, project="p", sources=(), namespace="n", destination=None, options=(), wave=None):
    noted = {"annotations": {"argocd.argoproj.io/sync-wave": wave}} if wave else {}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": "argocd", **noted},
        "spec": {
            "project": project,
            "destination": {**(destination or {"server": SERVER}), "namespace": namespace},
            "sources": list(sources) or [own(f"manifests/{name}")],
            "syncPolicy": {"syncOptions": list(options)},
        },
    }


def own(path, **more):
    given = {"repoURL": REPOSITORY, "targetRevision": "main", "directory": {"recurse": True}}
    return {**given, "path": f"dist/production/{path}", **more}


def project(**spec):
    everything = {"sourceRepos": ["*"], "destinations": [{"server": "*", "namespace": "*"}]}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": {"name": "p", "namespace": "argocd"},
        "spec": {**everything, **spec},
    }


def plain(kind="ConfigMap", namespace="n", api_version="v1", name="c"):
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def found(code, *delivered, values=(), of=None):
    """(path, severity) for manifests, each alone or with the Applications that it lies under."""
    pairs = [one if isinstance(one, tuple) else (one, ("root",)) for one in delivered]
    things = [Object(row(manifest, applications=above)) for manifest, above in pairs]
    given = Tree("production", of or cluster(), [*things, *map(Values, values)])
    [rule] = [rule for rule in registered() if rule.code == code]
    return [(".".join(map(str, one.at)), one.severity.value) for one in rule.check(given)]


def below(manifest, name="app"):
    return manifest, ("root", name)


@pytest.mark.parametrize("given", [{"sourceRepos": []}, {"destinations": []}])
def test_project_that_allows_nothing_is_told_once(given):
    [(at, severity, message, _)] = said("KG460", application(), project(**given))

    assert (at, severity) == ("spec", "error")
    assert next(iter(given)) in message
    assert [places(code, application(), project(**given)) for code in ("KG411", "KG412", "KG413")] == [[], [], []]
    assert said("KG460", project(**given)) == []


def test_project_is_there():
    assert said("KG410", application(), project()) == []
    assert said("KG410", application(project="default")) == []
    assert said("KG410", application(), of=cluster(existing=["AppProject/argocd/p"])) == []
    assert places("KG410", application(project="q"), project()) == [("spec.project", "error")]


@pytest.mark.parametrize(
    ("repositories", "refused"),
    [
        (["*"], False),
        ([REPOSITORY], False),
        ([REPOSITORY.removesuffix(".git")], False),
        (["https://git.example.com/acme/*"], False),
        (["https://git.example.com/{acme,other}/*"], False),
        (["https://git.example.com/other/*"], True),
    ],
)
def test_project_allows_the_repository(repositories, refused):
    wanted = [("spec.sources.0.repoURL", "error")] if refused else []

    assert places("KG411", application(), project(sourceRepos=repositories)) == wanted


def test_registry_is_spelt_as_in_the_source():
    source = {"repoURL": "ghcr.io/kserve/charts", "chart": "kserve", "targetRevision": "v0.16.0"}

    assert said("KG411", application(sources=[source]), project(sourceRepos=["ghcr.io/kserve/charts"])) == []
    assert said("KG411", application(sources=[source]), project(sourceRepos=["oci://ghcr.io/kserve/charts"]))


@pytest.mark.parametrize(
    ("destinations", "refused"),
    [
        ([{"server": "*", "namespace": "n"}], False),
        ([{"server": SERVER, "namespace": "n*"}], False),
        ([{"name": "in-cluster", "namespace": "n"}], False),
        ([{"name": "remote", "namespace": "n"}], True),
        ([{"server": SERVER, "namespace": "m"}], True),
        ([{"server": SERVER, "namespace": "!m"}], False),
    ],
)
def test_project_allows_the_destination(destinations, refused):
    wanted = [("spec.destination.namespace", "error")] if refused else []

    assert places("KG412", application(), project(destinations=destinations)) == wanted


def test_cluster_that_is_named_otherwise_may_be_the_same():
    given = application(destination={"name": "east"})

    assert said("KG412", given, project(destinations=[{"server": "https://x.example.com", "namespace": "n"}])) == []


def test_namespace_of_an_object_needs_leave_too():
    narrow = project(destinations=[{"server": "*", "namespace": "n"}])

    assert found("KG412", narrow, application(), below(plain())) == []
    assert found("KG412", narrow, application(), below(plain(namespace="m"))) == [("metadata.namespace", "error")]


ROLE = plain("ClusterRole", "", "rbac.authorization.k8s.io/v1")
OWN = plain("Widget", "", "g.example.com/v1")


@pytest.mark.parametrize(
    ("manifest", "lists", "refused"),
    [
        (plain(), {}, False),
        (plain(), {"namespaceResourceWhitelist": []}, True),
        (plain(), {"namespaceResourceWhitelist": [{"group": "", "kind": "ConfigMap"}]}, False),
        (plain(), {"namespaceResourceWhitelist": [{"group": "*", "kind": "*"}]}, False),
        (plain(), {"namespaceResourceBlacklist": [{"group": "", "kind": "ConfigMap"}]}, True),
        (ROLE, {}, True),
        (ROLE, {"clusterResourceWhitelist": [{"group": "*", "kind": "ClusterRole"}]}, False),
        (ROLE, {"clusterResourceWhitelist": [{"group": "*", "kind": "ClusterRole", "name": "other"}]}, True),
        (OWN, {}, False),
        (OWN, {"namespaceResourceWhitelist": []}, True),
    ],
)
def test_project_allows_the_kind(manifest, lists, refused):
    wanted = [("kind", "error")] if refused else []

    assert found("KG413", project(**lists), application(), below(manifest)) == wanted


def test_kind_is_told_once_for_a_project():
    narrow = project(namespaceResourceWhitelist=[])

    assert len(found("KG413", narrow, application(), below(plain()), below(plain(name="d")))) == 1


ROOT = (application("root", project="default", sources=[own("apps")], namespace="argocd"), ())
CHART = {"repoURL": "https://charts.example.com", "chart": "c", "targetRevision": "1"}
REF = {"repoURL": REPOSITORY, "targetRevision": "main", "ref": "values"}


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        (own("manifests/app"), False),
        (own("manifests/app/"), False),
        (own("manifests/other"), True),
        (own("manifests/other", targetRevision="next"), False),
        (own("manifests/other", repoURL="https://git.example.com/acme/other.git"), False),
        ({**own(""), "path": "elsewhere"}, False),
    ],
)
def test_path_of_a_source_is_a_folder_of_dist(source, missing):
    wanted = [("spec.sources.0.path", "error")] if missing else []

    assert found("KG415", ROOT, application(sources=[source]), below(plain())) == wanted


def test_application_without_objects_has_no_folder():
    assert found("KG415", ROOT, application()) == [("spec.sources.0.path", "error")]


def test_root_reads_the_applications():
    wrong = (application("root", sources=[own("app")], namespace="argocd"), ())

    assert found("KG415", wrong, application(), below(plain())) == [("spec.sources.0.path", "error")]


@pytest.mark.parametrize(
    ("file", "missing"), [("values/x.yaml", False), ("values/y.yaml", True), ("values/*.yaml", False)]
)
def test_value_file_is_one_of_dist(file, missing):
    chart = {**CHART, "helm": {"valueFiles": [f"$values/dist/production/{file}"]}}
    wanted = [("spec.sources.0.helm.valueFiles.0", "error")] if missing else []
    values = [values_row("c", "1", {"a": 1})]

    assert found("KG415", ROOT, application(sources=[chart, REF]), values=values) == wanted


def test_ref_is_one_of_the_sources():
    chart = {**CHART, "helm": {"valueFiles": ["$vals/a.yaml"]}}

    assert found("KG416", application(sources=[chart, REF])) == [("spec.sources.1.ref", "error")]
    assert found("KG416", application(sources=[chart])) == [("spec.sources.0.helm.valueFiles.0", "error")]
    assert found("KG416", application(sources=[{**CHART, "helm": {"valueFiles": ["$values/a.yaml"]}}, REF])) == []
    assert found("KG416", application(sources=[{**CHART, "helm": {"valueFiles": ["values-prod.yaml"]}}])) == []


@pytest.mark.parametrize(
    ("source", "read"),
    [
        (own("manifests/app"), False),
        (own("values"), True),
        ({**own(""), "path": "dist/production"}, True),
        ({**own(""), "path": "dist/production", "directory": {"recurse": False}}, False),
        ({**own(""), "path": "dist/production", "directory": {"recurse": True, "exclude": "values/*"}}, False),
    ],
)
def test_value_files_are_no_manifests(source, read):
    wanted = [("spec.sources.0.path", "error")] if read else []
    values = [values_row("c", "1", {"a": 1})]

    assert found("KG428", ROOT, application(sources=[source]), below(plain()), values=values) == wanted


@pytest.mark.parametrize(
    ("options", "objects", "missing"),
    [
        (["CreateNamespace=true"], [], False),
        ([], [], True),
        ([], [below(plain("Namespace", "", name="n"))], False),
    ],
)
def test_namespace_of_the_destination_is_made(options, objects, missing):
    wanted = [("spec.destination.namespace", "error")] if missing else []

    assert found("KG419", application(options=options), *objects) == wanted


def test_namespace_of_an_object_is_made():
    created = application(options=["CreateNamespace=true"])
    of = cluster(existing=["Namespace/m"])

    assert found("KG419", created, below(plain())) == []
    assert found("KG419", created, below(plain(namespace="m"))) == [("metadata.namespace", "error")]
    assert found("KG419", created, below(plain(namespace="kube-system"))) == []
    assert found("KG419", created, below(plain(namespace="m")), of=of) == []
    assert found("KG419", created, below(plain(namespace="m"), "unknown")) == []


def kserve(chart, wave):
    source = {"repoURL": "ghcr.io/kserve/charts", "chart": chart, "targetRevision": "v0.16.0"}
    return application(chart, sources=[source], wave=wave)


MODEL = plain("InferenceService", "n", "serving.kserve.io/v1beta1")
RUNTIME = plain("ServingRuntime", "n", "serving.kserve.io/v1alpha1")


@pytest.mark.parametrize(
    ("manifest", "wave", "early"),
    [(MODEL, "1", False), (MODEL, "-5", False), (MODEL, "-7", True), (RUNTIME, "-7", False), (RUNTIME, "-11", True)],
)
def test_objects_of_kserve_come_after_what_serves_them(manifest, wave, early):
    given = [kserve("kserve-crd", "-10"), kserve("kserve", "-5"), application(wave=wave), below(manifest)]
    wanted = [("metadata.annotations.argocd.argoproj.io/sync-wave", "error")] if early else []

    assert found("KG420", *given) == wanted


@pytest.mark.parametrize(
    ("chart", "options", "helm", "wrong"),
    [
        ("kserve-crd", [], {}, True),
        ("kserve-crd", ["ServerSideApply=true"], {}, False),
        ("kserve-crd", ["Replace=true"], {}, False),
        ("kserve-crd-minimal", [], {}, False),
        ("keda", [], {}, True),
        ("keda", [], {"valuesObject": {"crds": {"install": False}}}, False),
        ("keda", [], {"skipCrds": True}, False),
        ("own", [], {}, False),
    ],
)
def test_large_crds_are_applied_by_the_server(chart, options, helm, wrong):
    source = {"repoURL": "https://charts.example.com", "chart": chart, "targetRevision": "1", "helm": helm}

    assert bool(found("KG422", application(sources=[source], options=options))) is wrong


def test_large_crd_of_the_tree_is_found():
    crd = plain("CustomResourceDefinition", "", "apiextensions.k8s.io/v1")
    large = {**crd, "spec": {"x": "a" * 262_144}}

    assert found("KG422", application(), below(crd)) == []
    assert found("KG422", application(), below(large)) == [("spec.syncPolicy.syncOptions", "error")]
    assert found("KG422", application(options=["ServerSideApply=true"]), below(large)) == []
