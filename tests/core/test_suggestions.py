import pytest

from kserve_gitops.core.suggestions import closest

FIELDS = ["storageUri", "storage", "runtime", "runtimeVersion"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [("storageURI", "storageUri"), ("storage_uri", "storageUri"), ("STORAGE", "storage"), ("runtme", "runtime")],
)
def test_names_the_nearest_choice(word, meant):
    assert closest(word, FIELDS) == f"did you mean '{meant}'?"


@pytest.mark.parametrize("word", ["", "replicas", "x" * 10_000_000], ids=["empty", "far", "huge"])
def test_says_nothing_when_nothing_is_near(word):
    assert closest(word, FIELDS) == ""


def test_order_of_choices_does_not_matter():
    assert closest("cat", ["bat", "hat", "rat"]) == closest("cat", ["rat", "hat", "bat"])


def test_takes_any_iterable_even_an_empty_one():
    assert closest("a", iter(())) == ""
