"""Argo CD would let every application and object of dist/ through its project, and the projects allow little else.

The judge follows Argo CD's documented rules (docs/user-guide/projects.md): a source and a destination must match an
entry, by glob; a cluster-scoped kind must be listed, by name where the entry has one; namespaced kinds are free
unless a list of them is given; and a namespace that CreateNamespace makes counts as a cluster-scoped object.
"""

from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml

PRODUCTION = Path(__file__).parents[2] / "dist" / "production"
READ = [yaml.safe_load(path.read_text("utf-8")) for path in sorted((PRODUCTION / "apps").glob("*.yaml"))]
APPLICATIONS = {m["metadata"]["name"]: m["spec"] for m in READ if m["kind"] == "Application"}
PROJECTS = {m["metadata"]["name"]: m["spec"] for m in READ if m["kind"] == "AppProject"}


def objects(application):
    """The manifests that an application delivers from dist/."""
    folder = PRODUCTION / "manifests" / application
    return [yaml.safe_load(path.read_text("utf-8")) for path in sorted(folder.rglob("*.yaml"))]


def group_of(manifest):
    return manifest["apiVersion"].rpartition("/")[0]


def of_kind(entry, group, kind):
    return fnmatchcase(group, entry["group"]) and fnmatchcase(kind, entry["kind"])


def may_read(project, source):
    return any(fnmatchcase(source["repoURL"], allowed) for allowed in project.get("sourceRepos", []))


def may_write(project, destination, namespace):
    return any(
        fnmatchcase(destination["server"], allowed["server"]) and fnmatchcase(namespace, allowed["namespace"])
        for allowed in project.get("destinations", [])
    )


def may_make(project, group, kind, name, namespace):
    if namespace is None:
        return any(
            of_kind(entry, group, kind) and fnmatchcase(name, entry.get("name", "*"))
            for entry in project.get("clusterResourceWhitelist", [])
        )
    listed = project.get("namespaceResourceWhitelist")
    return listed is None or any(of_kind(entry, group, kind) for entry in listed)


def refusals(application):
    """Everything about an application that its project does not permit."""
    spec = APPLICATIONS[application]
    project, destination = PROJECTS[spec["project"]], spec["destination"]
    for source in spec["sources"]:
        if not may_read(project, source):
            yield source["repoURL"]
    if not may_write(project, destination, destination["namespace"]):
        yield destination["namespace"]
    if "CreateNamespace=true" in spec["syncPolicy"].get("syncOptions", []):
        namespace = destination["namespace"]
        if not may_make(project, "", "Namespace", namespace, None):
            yield f"Namespace {namespace}"
    for manifest in objects(application):
        metadata = manifest["metadata"]
        if not may_make(project, group_of(manifest), manifest["kind"], metadata["name"], metadata.get("namespace")):
            yield f"{manifest['kind']} {metadata['name']}"
        if not may_write(project, destination, metadata.get("namespace", destination["namespace"])):
            yield f"{manifest['kind']} in {metadata['namespace']}"


@pytest.mark.parametrize("application", sorted(APPLICATIONS))
def test_project_permits_the_application_and_its_objects(application):
    assert list(refusals(application)) == []


@pytest.mark.parametrize("field", ["sourceRepos", "destinations", "clusterResourceWhitelist"])
@pytest.mark.parametrize("name", sorted(PROJECTS))
def test_judge_sees_a_list_that_is_taken_away(name, field, monkeypatch):
    monkeypatch.setitem(PROJECTS, name, {**PROJECTS[name], field: []})

    assert any(list(refusals(app)) for app, spec in APPLICATIONS.items() if spec["project"] == name)


def of(project):
    return {name: spec for name, spec in APPLICATIONS.items() if spec["project"] == project}


@pytest.mark.parametrize("name", sorted(PROJECTS))
def test_project_reads_nothing_that_no_application_reads(name):
    read = {source["repoURL"] for spec in of(name).values() for source in spec["sources"]}

    assert set(PROJECTS[name]["sourceRepos"]) == read


@pytest.mark.parametrize("name", sorted(PROJECTS))
def test_project_writes_to_no_namespace_that_no_application_needs(name):
    needed = {spec["destination"]["namespace"] for spec in of(name).values()}

    assert {d["namespace"] for d in PROJECTS[name]["destinations"]} - {"kube-system"} == needed - {"kube-system"}
    assert not any("*" in text for d in PROJECTS[name]["destinations"] for text in d.values())


@pytest.mark.parametrize("name", sorted(PROJECTS))
def test_project_makes_only_the_namespaces_of_its_applications(name):
    allowed = [entry for entry in PROJECTS[name]["clusterResourceWhitelist"] if entry["kind"] == "Namespace"]

    made = {s["destination"]["namespace"] for s in of(name).values()
            if "CreateNamespace=true" in s["syncPolicy"]["syncOptions"]}  # fmt: skip

    assert {entry["name"] for entry in allowed} == made


def test_models_may_be_what_they_are_and_nothing_else():
    made = {(group_of(m), m["kind"]) for application in of("models") for m in objects(application)}

    listed = PROJECTS["models"]["namespaceResourceWhitelist"]

    assert {(entry["group"], entry["kind"]) for entry in listed} == made
    assert {entry["kind"] for entry in PROJECTS["models"]["clusterResourceWhitelist"]} == {"Namespace"}


def test_no_project_allows_every_kind_of_the_cluster():
    for project in PROJECTS.values():
        assert not any("*" in entry["kind"] for entry in project["clusterResourceWhitelist"])
