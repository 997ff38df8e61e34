"""ClusterStorageContainers: which addresses they are for, and whether that is left to chance."""

import pytest

from tests.checks.trees import cluster, places, said

HERE = "spec.supportedUriFormats.0"


def found(*formats, name="registry", image="registry.example.com/ml/downloader:1", disabled=None, **spec):
    server = {"name": "storage-initializer", **({"image": image} if image else {})}
    return {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "ClusterStorageContainer",
        "metadata": {"name": name},
        "spec": {"container": server, "supportedUriFormats": list(formats), **spec},
        **({} if disabled is None else {"disabled": disabled}),
    }


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"prefix": "registry://"}, []),
        ({"regex": "https://(.+?).example.com/(.+)"}, []),
        ({}, [(HERE, "error")]),
        ({"prefix": "", "regex": ""}, [(HERE, "error")]),
        ({"prefix": "a://", "regex": "b"}, [(f"{HERE}.regex", "warning")]),
        ({"regex": "("}, [(f"{HERE}.regex", "error")]),
    ],
)
def test_a_format_says_a_prefix_or_a_regex(given, wanted):
    assert places("KG168", found(given)) == wanted


@pytest.mark.parametrize(
    "regex", ["a)", "[a", "[b-a]", "a\\", "*a", "a|*b", "(?=a)b", "(?<!a)b", "(?>a)", "(a)\\1", "a*+", "(?P<x>a)(?P=x)"]
)
def test_a_regex_that_go_refuses_is_an_error(regex):
    assert places("KG168", found({"regex": regex})) == [(f"{HERE}.regex", "error")]


@pytest.mark.parametrize(
    "regex",
    [
        *(r"\Qa.b\E", r"\pL+", "(?U)a+", "a(?i)b", "(?<name>a)", "[[:alpha:]]", r"\x{41}", "^*a", r"[\d-z]", r"\*+"),
        *(r"[*]+", "[[a]", r"\\1", r"(?s:.)", "a{2}b+?", r"[^]a]+", "a{,5}"),
    ],
)
def test_a_regex_that_go_may_accept_is_left_alone(regex):
    assert said("KG168", found({"regex": regex})) == []


def test_a_workload_that_kserve_does_not_know_suggests_one_that_it_does():
    [(at, severity, _, hint)] = said("KG168", found({"prefix": "a://"}, workloadType="initcontainer"))

    assert (at, severity, hint) == ("spec.workloadType", "error", "did you mean 'initContainer'?")


def test_a_job_needs_an_image_of_its_own():
    job = found({"prefix": "a://"}, workloadType="localModelDownloadJob", image=None)

    assert places("KG168", job) == [("spec.container", "error")]
    assert said("KG168", found({"prefix": "a://"}, image=None)) == []


def test_which_of_two_containers_for_one_prefix_is_taken_is_chance():
    one, two = found({"prefix": "a://"}, name="one"), found({"prefix": "a://"}, name="two")
    job = found({"prefix": "a://"}, name="job", workloadType="localModelDownloadJob")

    assert places("KG168", one, two) == [(f"{HERE}.prefix", "warning")]
    assert said("KG168", one, {**two, "disabled": True}) == []
    assert said("KG168", one, job) == []
    assert said("KG168", one, two, of=cluster("v0.20.0")) == []


def test_a_prefix_of_kserves_own_container_is_chance_too():
    assert places("KG168", found({"prefix": "s3://"})) == [(f"{HERE}.prefix", "warning")]
    assert said("KG168", found({"prefix": "s3://"}, name="default")) == []
    assert said("KG168", found({"prefix": "s3://"}), of=cluster(storagecontainer__enabled=False)) == []
    assert said("KG168", found({"prefix": "s3://"}, workloadType="localModelDownloadJob")) == []


def test_a_disabled_container_is_left_alone():
    assert said("KG168", found({}, disabled=True)) == []
