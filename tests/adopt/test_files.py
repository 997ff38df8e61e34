"""Names of files, and what else stands in them."""

import pytest

from kserve_gitops.adopt.files import names_of, names_of_raw
from kserve_gitops.core.documents import parse

OBJECTS = """\
{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, metadata: {name: iris, namespace: b}, spec: SPEC}
---
{apiVersion: serving.kserve.io/v1alpha1, kind: ServingRuntime, metadata: {name: iris}, spec: {containers: [{name: a}]}}
---
{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, metadata: {name: iris}, spec: SPEC}
---
{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, metadata: {name: other, namespace: b}, spec: SPEC}
---
{apiVersion: serving.kserve.io/v1alpha1, kind: ServingRuntime, metadata: {name: alone}, spec: {containers: [{name: a}]}}
""".replace("SPEC", "{predictor: {model: {modelFormat: {name: a}}}}")


@pytest.mark.parametrize("backwards", [False, True])
def test_names_are_plain_where_they_can_be_in_any_order(backwards, adopt):
    text = "---\n".join(sorted(OBJECTS.split("---\n"), reverse=backwards))

    assert sorted(adopt(text)) == ["alone", "b-iris", "iris", "iris-servingruntime", "other"]


def test_a_name_that_another_file_has_is_left_alone(plan):
    entries = plan(OBJECTS).entries

    names = [name for name, _ in names_of(entries, lambda name, _: name not in {"other", "iris"})]

    assert sorted(names) == ["alone", "b-iris", "b-other", "iris-servingruntime", "kserve-iris"]


def test_raw_objects_are_named_by_kind_and_told_apart(plan):
    objects = ["v1, kind: Pod, metadata: {name: x}", "v1, kind: Pod, metadata: {name: x, namespace: n}"]
    objects += [
        "a.b/v1, kind: Pod, metadata: {name: x, namespace: n}",
        "v1, kind: Role, metadata: {name: 'system:x:..:y'}",
    ]
    result = plan("---\n".join(f"{{apiVersion: {one}}}\n" for one in objects))

    names = [name for name, _ in names_of_raw(found for found, _ in result.raw)]

    assert names == ["pod-x", "pod-n-x", "pod-n-x-core", "role-system-x-..-y"]


def test_every_file_is_a_document_of_its_own(adopt):
    for file, text in adopt(OBJECTS).items():
        assert parse(text, file).data["name"] in file


def test_other_kinds_have_their_spec_at_the_top(adopt):
    text = """\
apiVersion: serving.kserve.io/v1alpha1
kind: ClusterStorageContainer
metadata: {name: c, namespace: nonsense}
disabled: true
spec: {container: {name: s, image: x}, supportedUriFormats: [{prefix: 'a://'}]}
"""

    assert adopt(text)["c"] == (
        "kind: ClusterStorageContainer\nname: c\ndisabled: true\ncontainer:\n  name: s\n  image: x\n"
        "supportedUriFormats:\n  - prefix: a://\n"
    )


def test_an_old_api_version_is_written_and_the_stored_one_is_not(adopt):
    text = "apiVersion: serving.kserve.io/VERSION\nkind: LLMInferenceService\nmetadata: {name: a}\nspec: {model: {uri: 'hf://a/b'}}\n"

    old = adopt(text.replace("VERSION", "v1alpha1"), version="v0.20.0")["a"]
    new = adopt(text.replace("VERSION", "v1alpha2"), version="v0.20.0")["a"]

    assert old.startswith("kind: LLMInferenceService\napiVersion: serving.kserve.io/v1alpha1\nname: a\n")
    assert new.startswith("kind: LLMInferenceService\nname: a\n")
