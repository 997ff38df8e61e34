"""Changes of a person to a finished object."""

import pytest

from kserve_gitops.core.patches import patched, pointed

OBJECT = {"metadata": {"name": "a"}, "spec": {"list": [1, 2], "map": {"x": 1}}}


def test_object_without_patches_stays():
    assert patched(OBJECT, []).manifest == OBJECT


def test_patches_of_both_forms_are_applied_in_their_order():
    patches = [
        {"spec": {"map": {"y": 2}}},
        {"op": "replace", "path": "/spec/map/y", "value": 3},
        {"spec": {"list": None}},
    ]

    assert patched(OBJECT, patches).manifest["spec"] == {"map": {"x": 1, "y": 3}}


def test_object_that_is_patched_is_not_changed():
    before = {"spec": {"list": [1]}}

    patched(before, [{"op": "add", "path": "/spec/list/-", "value": 2}, {"spec": {"x": 1}}])

    assert before == {"spec": {"list": [1]}}


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ({"op": "replace", "path": "/spec/nothing", "value": 1}, "leads nowhere"),
        ({"op": "remove", "path": "/spec/list/7"}, "leads nowhere"),
        ({"op": "test", "path": "/spec/map/x", "value": 2}, "finds another value there"),
        ({"op": "delete", "path": "/spec"}, "is not one of RFC 6902"),
        ({"op": "add", "path": "/spec/x"}, "is not one of RFC 6902"),
        ({"op": "add", "value": 1}, "is not one of RFC 6902"),
        ({"op": "add", "path": "spec", "value": 1}, "leads nowhere"),
        ({"op": 3, "path": "/spec", "value": 1}, "is not one of RFC 6902"),
        ({"op": "add", "path": 7, "value": 1}, "is not one of RFC 6902"),
        ({"op": "add", "path": "/spec/list/x", "value": 1}, "leads nowhere"),
        ({"op": "move", "from": "/nowhere", "path": "/spec/x"}, "leads nowhere"),
    ],
)
def test_patch_that_cannot_be_applied_is_passed_over_and_told(patch, said):
    found = patched(OBJECT, [patch, {"spec": {"last": True}}])

    ((number, phrase),) = found.problems
    assert number == 0
    assert said in phrase
    assert found.manifest["spec"] == {**OBJECT["spec"], "last": True}


@pytest.mark.parametrize(
    ("patch", "changed"),
    [
        ({"metadata": {"name": "b"}}, "metadata.name"),
        ({"op": "replace", "path": "/metadata/name", "value": 3}, "metadata.name"),
        ({"op": "remove", "path": "/metadata"}, "metadata.name"),
        ({"op": "replace", "path": "", "value": "x"}, "metadata.name"),
        ({"metadata": {"namespace": "c"}}, "metadata.namespace"),
        ({"kind": "Pod"}, "kind"),
    ],
)
def test_patch_does_not_make_another_object(patch, changed):
    found = patched(OBJECT, [patch])

    assert found.manifest == OBJECT
    assert f"changes {changed}" in found.problems[0][1]


def test_pointer_names_a_path():
    assert pointed("/spec/a~1b/0") == ("spec", "a/b", 0)
    assert pointed("spec") == pointed(3) == ()
