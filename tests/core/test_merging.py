from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from kserve_gitops.core.merging import merge

leaves = st.booleans() | st.integers() | st.text("xyz", max_size=3)
keys = st.sampled_from("abc")


def trees(leaf):
    return st.recursive(leaf, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3))


maps = st.dictionaries(keys, trees(leaves), max_size=3)
overlays = st.dictionaries(keys, trees(leaves | st.none()), max_size=3)


def containers(data):
    if isinstance(data, dict | list):
        yield id(data)
        for item in data.values() if isinstance(data, dict) else data:
            yield from containers(item)


def test_mappings_merge_and_lists_replace():
    base = {"a": {"x": 1, "y": [1, 2]}, "b": 1}

    assert merge(base, {"a": {"y": [3], "z": 4}}) == {"a": {"x": 1, "y": [3], "z": 4}, "b": 1}


def test_null_removes_a_key_that_is_there_and_one_that_is_not():
    assert merge({"a": 1, "b": {"c": 2}}, {"a": None, "b": {"c": None}, "d": {"e": None}}) == {"b": {}, "d": {}}


def test_keys_keep_their_order_and_new_ones_follow():
    assert list(merge({"b": 1, "a": 2}, {"c": 3, "a": 4})) == ["b", "a", "c"]


@given(maps)
def test_nothing_over_something_changes_nothing(base):
    assert merge(base, {}) == base


@given(maps)
def test_a_tree_over_itself_changes_nothing(base):
    assert merge(base, base) == base


@given(maps, overlays)
def test_merging_twice_is_merging_once(base, overlay):
    once = merge(base, overlay)

    assert merge(once, overlay) == once


@given(maps, overlays)
def test_no_key_that_the_overlay_nulls_is_left(base, overlay):
    nulled = {key for key, value in overlay.items() if value is None}

    assert not nulled & merge(base, overlay).keys()


@given(maps, overlays)
def test_arguments_are_neither_changed_nor_shared(base, overlay):
    before = deepcopy((base, overlay))

    merged = merge(base, overlay)

    assert (base, overlay) == before
    assert not {*containers(merged)} & {*containers(base), *containers(overlay)}
