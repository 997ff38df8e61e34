import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kserve_gitops.core import names

LEGAL = [
    (names.problem_with_label, ["a", "0", "a-b", "x" * 63]),
    (names.problem_with_subdomain, ["a", "a.b-c.0", ".".join(["x" * 63] * 3)]),
    (names.problem_with_service_name, ["a", "a-0", "x" * 63]),
    (names.problem_with_inference_service_name, ["iris", "iris-classifier-2"]),
    (names.problem_with_label_value, ["", "A", "a_b.C-d", "x" * 63]),
    (names.problem_with_hostname, ["iris.ml.example.com", "*.example.com", "localhost", "1.example"]),
    (names.problem_with_bucket, ["acme-ml-models", "a.b", "abc", "x" * 63]),
]
ILLEGAL = [
    (names.problem_with_label, ["", "-a", "a-", "a.b", "A", "a_b", "é", "x" * 64, "a\n"]),
    (names.problem_with_subdomain, ["", "a..b", ".a", "a.", "-a.b", "A.b", "a.b\n", "a." * 127 + "b"]),
    (names.problem_with_service_name, ["", "0a", "a.b", "a-", "x" * 64]),
    (names.problem_with_inference_service_name, ["", "2iris", "iris.v2", "Iris", "iris-", "iris\n"]),
    (names.problem_with_label_value, ["-a", "a ", "a/b", "_", "x" * 64]),
    (
        names.problem_with_hostname,
        ["", "*", "*.", "a.*.b", "10.0.0.1", "a:80", "https://a.b", "a_b.c", "x" * 64 + ".a"],
    ),
    (names.problem_with_bucket, ["", "ab", "x" * 64, "A-b", "a_b", "a..b", "-ab", "10.0.0.1", "xn--abc", "a-s3alias"]),
]


@pytest.mark.parametrize(("problem", "name"), [(f, name) for f, all_ in LEGAL for name in all_])
def test_says_nothing_of_a_legal_name(problem, name):
    assert problem(name) == ""


@pytest.mark.parametrize(("problem", "name"), [(f, name) for f, all_ in ILLEGAL for name in all_])
def test_says_what_is_wrong_with_an_illegal_name(problem, name):
    assert problem(name)


@pytest.mark.parametrize(
    ("problem", "name", "near"),
    [
        (names.problem_with_label, "Iris_Modèle", "iris-modele"),
        (names.problem_with_label, "x" * 70, "x" * 63),
        (names.problem_with_service_name, "2-Iris", "iris"),
        (names.problem_with_inference_service_name, "iris.v2", "iris-v2"),
        (names.problem_with_subdomain, "Acme.Models_", "acme.models"),
        (names.problem_with_label_value, "a b/", "a-b"),
        (names.problem_with_hostname, "*.ML.example_x.com", "*.ml.example-x.com"),
        (names.problem_with_bucket, "Acme_ML..Models", "acme-ml.models"),
    ],
)
def test_offers_the_nearest_legal_form(problem, name, near):
    assert problem(name).endswith(f"'{near}' would do")


@pytest.mark.parametrize("name", ["A." * 140 + "b", "10.0.0.1_", "*._", "é" * 300])
@pytest.mark.parametrize("problem", [names.problem_with_subdomain, names.problem_with_hostname])
def test_offers_nothing_rather_than_something_illegal(problem, name):
    offered = re.search(r"; '([^']*)' would do\Z", problem(name))

    assert problem(name)
    assert not offered or problem(offered[1]) == ""


def test_an_empty_name_is_called_empty():
    assert names.problem_with_label("").startswith("must not be empty")


def test_a_reserved_part_of_a_bucket_name_is_named():
    assert "'--x-s3'" in names.problem_with_bucket("acme--x-s3")


@given(st.sampled_from([problem for problem, _ in LEGAL]), st.text(max_size=80) | st.text("aZ0é-._*", max_size=300))
def test_what_is_offered_is_legal(problem, name):
    offered = re.search(r"; '([^']*)' would do\Z", problem(name))

    assert not offered or problem(offered[1]) == ""
