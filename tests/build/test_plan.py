"""Which bytes lie where in dist/, as a function of the rendered tree and of nothing else."""

import random
from pathlib import PurePosixPath

import pytest
import yaml

from kserve_gitops.build.plan import HEADER, plan
from kserve_gitops.core.errors import GitopsError
from kserve_gitops.core.rendered import Rendered


def application(name, namespace, *above):
    spec = {"destination": {"namespace": namespace}}
    return row("argoproj.io/v1alpha1", "Application", name, "argocd", *above, spec=spec)


def row(api_version, kind, name, namespace, *above, environment="production", **fields):
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    manifest = {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}
    return Rendered(f"{environment}/{name}", above, "", manifest=manifest)


def attachment(file, content):
    return Rendered("production/x", (), "", attachment={"file": file, "content": content, "chart": None})


TREE = [
    application("root", "argocd"),
    application("models", "kserve", "root"),
    row("argoproj.io/v1alpha1", "AppProject", "models", "argocd", "root"),
    row("v1", "ConfigMap", "page", "kserve", "root", "models"),
    row("v1", "ConfigMap", "page", "clients", "root", "models"),
    row("storage.k8s.io/v1", "StorageClass", "fast", None, "root", "models"),
    attachment("values/thing.yaml", {"b": 1, "a": {"d": [{"g": 1, "f": 2}], "c": 2}}),
    attachment("iam/Policy.json", {"Version": "2012-10-17", "Statement": []}),
]


def test_every_kind_of_thing_has_its_folder():
    assert set(map(str, plan(TREE))) == {
        "production/root.yaml",
        "production/apps/models.yaml",
        "production/apps/appproject-models.yaml",
        "production/manifests/models/configmap-page.yaml",
        "production/manifests/models/clients/configmap-page.yaml",
        "production/manifests/models/storageclass-fast.yaml",
        "production/values/thing.yaml",
        "production/iam/Policy.json",
    }


def test_application_below_an_application_of_the_root_is_one_of_its_manifests():
    tree = [*TREE[:2], application("inner", "kserve", "root", "models")]

    assert PurePosixPath("production/manifests/models/argocd/application-inner.yaml") in plan(tree)


def test_application_of_another_group_is_an_ordinary_object():
    other = row("app.k8s.io/v1beta1", "Application", "page", "kserve", "root", "models")

    assert PurePosixPath("production/manifests/models/application-page.yaml") in plan([*TREE[:2], other])


def test_environments_lie_beside_each_other():
    other = [row("v1", "ConfigMap", "page", "x", "root", environment="staging")]

    assert {path.parts[0] for path in plan([*TREE, *other])} == {"production", "staging"}


def test_two_things_for_one_file_are_an_error_that_names_it():
    with pytest.raises(GitopsError, match=r"two things .* production/values/thing") as caught:
        plan([*TREE, attachment("values/thing.yaml", {})])

    assert caught.value.hint


@pytest.mark.parametrize("seed", range(5))
def test_order_of_the_tree_does_not_matter(seed):
    shuffled = random.Random(seed).sample(TREE, len(TREE))  # noqa: S311  no secret depends on it

    assert plan(shuffled) == plan(TREE)


def test_folders_that_argo_cd_watches_hold_objects_only():
    for path, content in plan(TREE).items():
        if path.parts[1] in {"apps", "manifests"}:
            assert path.suffix == ".yaml"
            [document] = yaml.safe_load_all(content)
            assert document["apiVersion"]
            assert document["kind"]
            assert document["metadata"]["name"]


def test_yaml_begins_with_a_warning_to_editors():
    for path, content in plan(TREE).items():
        assert content.startswith(f"# {HEADER}\n".encode()) == (path.suffix == ".yaml")


def test_warning_says_neither_when_nor_where_nor_by_which_version():
    assert not any(character.isdigit() for character in HEADER)


def test_values_are_sorted_at_every_depth():
    content = plan(TREE)[PurePosixPath("production/values/thing.yaml")]

    assert content.decode().split("\n", 1)[1] == "a:\n  c: 2\n  d:\n    - f: 2\n      g: 1\nb: 1\n"


def test_policy_keeps_the_order_that_people_know():
    content = plan(TREE)[PurePosixPath("production/iam/Policy.json")]

    assert content == b'{\n  "Version": "2012-10-17",\n  "Statement": []\n}\n'


def test_empty_tree_has_no_files():
    assert plan([]) == {}
