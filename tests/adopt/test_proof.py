"""What is shown when a build gives something else back, and how findings find their way into the manifest."""

import pytest

from kserve_gitops.adopt.files import text_of
from kserve_gitops.adopt.proof import Lines, Written, different, unproven
from kserve_gitops.adopt.reading import read
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.places import Place

MANIFEST = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: iris
  annotations:
    serving.kserve.io/deploymentMode: Serverless
spec:
  predictor:
    timeout: 30
    sklearn:
      storageUri: gs://b/m
      env: [{name: PASSWORD, value: hush}]
"""


@pytest.fixture
def written(plan):
    (entry,) = plan(MANIFEST).entries
    return Written.of("models/iris.yaml", text_of(entry, "models/iris.yaml", header="schema"), entry)


def test_the_same_object_proves_the_file(written):
    assert list(unproven(written, {written.identity: written.wanted}, "production")) == []


def test_an_object_that_is_not_built_is_said(written):
    (finding,) = unproven(written, {}, "production")

    assert finding.message == "InferenceService 'iris' would not be built for production"
    assert finding.place == Place("in.yaml", 4, 9)


def test_a_difference_is_said_at_its_line_without_values_that_may_be_secret(written):
    spec = {"predictor": {"timeout": 31, "model": {"env": [{"name": "PASSWORD", "value": "x"}]}}}

    (finding,) = unproven(written, {written.identity: {**written.wanted, "spec": spec}}, "production")

    assert finding.code == "KG020"
    assert finding.place == Place("in.yaml", 9, 14)
    assert "spec.predictor.timeout: '30' → '31'" in finding.message
    assert "env.0.value: a value → a value" in finding.message
    assert "hush" not in str(finding)


def test_only_a_few_differences_are_shown(written):
    annotations = {str(number): "x" for number in range(9)}
    built = {**written.wanted, "metadata": {**written.wanted["metadata"], "annotations": annotations}}

    (finding,) = unproven(written, {written.identity: built}, "production")

    assert finding.message.endswith("; and 5 more")


@pytest.mark.parametrize(("one", "other"), [(1, True), (1, "1"), (None, {}), ([1], [1, 2]), ({"a": 1}, {}), ([], {})])
def test_what_is_not_the_same_to_a_cluster_differs(one, other):
    assert list(different(one, other))
    assert not list(different(one, one))


@pytest.mark.parametrize(("one", "other"), [(1.0, 1), ({"a": [2]}, {"a": [2.0]})])
def test_a_number_is_the_same_in_both_forms(one, other):
    assert not list(different(one, other))


def test_a_null_of_a_raw_object_is_absent():
    data = {"apiVersion": "v1", "kind": "X", "metadata": {"name": "x"}, "spec": {"a": None, "b": [{"c": None}, None]}}
    (found,), _ = read(str(data).replace("None", "null").encode(), "in.yaml")
    raw = Written.raw("manifests/x.yaml", found.document, found, data)

    assert raw.wanted["spec"] == {"b": [{}, None]}


def line(written, start):
    """The place of the line of the written file that begins like this."""
    lines = written.document.text.split("\n")
    number = next(number for number, text in enumerate(lines) if text.strip().startswith(start))
    return Place(written.file, number + 1, len(lines[number]) - len(lines[number].lstrip()) + 1)


@pytest.mark.parametrize(
    ("start", "in_manifest"),
    [
        ("name: iris", 4),
        ("deploymentMode", 6),
        ("predictor", 8),
        ("model:", 10),
        ("storageUri", 11),
        ("timeout", 9),
        ("resources", 10),
    ],
)
def test_a_finding_moves_from_the_file_to_the_manifest(start, in_manifest, written):
    found = Lines([written]).moved(Finding("KG020", "m", line(written, start)))

    assert (found.place.file, found.place.line) == ("in.yaml", in_manifest)


def test_places_in_a_hint_move_too(written):
    name = line(written, "name: iris")
    finding = Finding("KG403", "twice", Place("models/other.yaml"), f"the other one comes from {name}")
    lines = Lines([written])

    assert lines.blamed(finding) is written
    assert lines.moved(finding).hint == "the other one comes from in.yaml:4:9"


def test_findings_about_other_files_are_nobodys_business(written):
    lines = Lines([written])
    finding = Finding("KG010", "m", Place("models/other.yaml", 2, 3))

    assert lines.blamed(finding) is None
    assert lines.moved(finding) == finding
    assert Lines([]).moved(finding) == finding
