"""Files with several documents: each with the places that it has in the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kserve_gitops.core.documents import parse, parse_all
from kserve_gitops.core.errors import InputError
from kserve_gitops.core.places import Place

SEVERAL = "a: 1\n--- {b: [2, 3]}\n...\n# between\n%YAML 1.1\n---\n- c:\n    d: 4\n---\n"


def test_places_count_from_the_start_of_the_file():
    first, second, third, fourth = parse_all(SEVERAL, "x.yaml")

    assert [d.data for d in (first, second, third, fourth)] == [{"a": 1}, {"b": [2, 3]}, [{"c": {"d": 4}}], None]
    assert first.at(("a",)) == Place("x.yaml", 1, 4)
    assert second.at(("b", 1)) == Place("x.yaml", 2, 13)
    assert second.at((), key="b") == Place("x.yaml", 2, 6)
    assert third.at((0, "c", "d")) == Place("x.yaml", 8, 8)
    assert third.start == Place("x.yaml", 7, 1)


def test_no_document_is_none_at_all():
    assert parse_all("# nothing\n", "x.yaml") == []


def test_an_anchor_ends_with_its_document():
    with pytest.raises(InputError) as raised:
        parse_all("a: &x 1\n---\nb: *x\n", "x.yaml")

    assert [str(finding.place) for finding in raised.value.findings] == ["x.yaml:3:4"]


def test_values_that_depend_on_the_reader_are_text_only_when_that_is_asked_for():
    assert parse_all("a: yes\n", "x.yaml", doubtful=True)[0].data == {"a": "yes"}
    with pytest.raises(InputError):
        parse_all("a: yes\n", "x.yaml")


@given(st.lists(st.sampled_from(["a: 1", "- b\n- c", "{d: e}", "text", "? x\n: z", "k: |\n  m\n  n"]), min_size=1))
def test_documents_are_what_they_would_be_alone(parts):
    documents = parse_all("\n---\n".join(parts) + "\n", "x.yaml")

    assert [d.data for d in documents] == [parse(part + "\n", "x.yaml").data for part in parts]
