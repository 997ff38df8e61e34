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


MANY = [f"model-{number * 37}" for number in range(1000)]


@pytest.mark.parametrize(
    ("word", "meant"),
    [("sa-s4", "sa-s3"), ("sas3", "sa-s3"), ("sa-ss3", "sa-s3"), ("as-s3", "sa-s3"), ("sa-models", "")],
)
def test_of_very_many_choices_only_one_that_differs_in_a_letter_is_near(word, meant):
    assert closest(word, [*MANY, "sa-s3"]) == (f"did you mean '{meant}'?" if meant else "")


def test_of_very_many_choices_none_is_named_where_several_are_as_near():
    assert closest("model-1x", [f"model-1{number}" for number in range(1000)]) == ""
