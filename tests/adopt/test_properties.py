"""Whatever the objects are like: adopting them ends, and says something sensible about each."""

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kserve_gitops.adopt.adoption import planned
from kserve_gitops.adopt.entry import over
from kserve_gitops.adopt.files import names_of, names_of_raw, raw_text, text_of
from kserve_gitops.adopt.reading import read
from kserve_gitops.adopt.settings import Settings
from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.core.documents import parse
from kserve_gitops.core.merging import merge

SCHEMAS = Schemas(Path(__file__).parents[2] / "imports", kserve="v0.20.0")
DEFAULTS = {"metadata": {"labels": {"a": "b"}}, "predictor": {"timeout": 3, "model": {"env": []}}}
SETTINGS = Settings("e", "v0.20.0", "Standard", "kserve", {"c": "sa"}, "c", ("gateway", "gateway"), DEFAULTS)

KEYS = st.sampled_from([
    "name", "namespace", "labels", "annotations", "spec", "predictor", "model", "sklearn", "triton", "transformer",
    "containers", "image", "resources", "requests", "limits", "cpu", "modelFormat", "storageUri", "secrets", "data",
    "items", "rules", "backendRefs", "hostnames", "parentRefs", "matches", "minReplicas", "serviceAccountName",
    "canary", "finalizers", "ownerReferences", "controller", "kind", "metadata", "status",
    "deploymentMode", "env", "value",
])  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.sampled_from(
    ["", "a", "iris", "iris-predictor", "s3://b/m", "1", "x y", "é", "\u202e", "yes", "1e3", "{{ a }}"]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
GIVEN = st.recursive(
    st.booleans() | st.integers(0, 2) | st.sampled_from(["", "a"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, min_size=1, max_size=3),
    max_leaves=6,
)
"""Without nulls, and without the empty mappings that a merge makes where everything is taken away."""
KINDS = st.sampled_from([
    ("serving.kserve.io/v1beta1", "InferenceService"), ("serving.kserve.io/v1alpha2", "LLMInferenceService"),
    ("serving.kserve.io/v1alpha1", "ServingRuntime"), ("serving.kserve.io/v1alpha1", "ClusterStorageContainer"),
    ("serving.kserve.io/v1alpha1", "TrainedModel"), ("serving.kubeflow.org/v1", "InferenceService"),
    ("v1", "Secret"), ("v1", "ServiceAccount"), ("v1", "Namespace"), ("v1", "Service"), ("v1", "List"),
    ("gateway.networking.k8s.io/v1", "HTTPRoute"), ("a/b/c", "ConfigMapList"),
])  # fmt: skip
METADATA = st.dictionaries(KEYS, VALUES, max_size=3).map(lambda more: {**more, "name": "iris"}) | VALUES
OBJECTS = st.builds(
    lambda kind, metadata, more: {"apiVersion": kind[0], "kind": kind[1], **more, "metadata": metadata},
    KINDS,
    METADATA,
    st.dictionaries(KEYS, VALUES, max_size=3),
)
PREDICTORS = st.dictionaries(KEYS, VALUES, max_size=4)
MODELS = st.builds(
    lambda predictor, more: {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": "iris"},
        "spec": {"predictor": {"model": {"modelFormat": {"name": "a"}}, **predictor}, **more},
    },
    PREDICTORS,
    st.dictionaries(KEYS, VALUES, max_size=2),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(OBJECTS | MODELS | VALUES, min_size=1, max_size=3))
def test_any_objects_become_files_or_findings(objects):
    text = "\n---\n".join(json.dumps(one) for one in objects)

    found, findings = read(text.encode(), "in.yaml")
    result = planned(found, SETTINGS, SCHEMAS)
    written = [text_of(entry, f"models/{name}.yaml") for name, entry in names_of(result.entries, lambda *_: True)]
    contents = {id(one): data for one, data in result.raw}
    written += [raw_text(contents[id(one)], name) for name, one in names_of_raw(one for one, _ in result.raw)]

    assert all(finding.message and finding.place.file == "in.yaml" for finding in [*findings, *result.findings])
    assert all(parse(document.text, document.file).data == document.data for document in written)
    assert len({document.file for document in written}) == len(written)


@given(st.dictionaries(KEYS, GIVEN), st.dictionaries(KEYS, GIVEN))
def test_over_gives_back_what_was_wanted(base, wanted):
    assert json.dumps(merge(base, over(base, wanted)), sort_keys=True) == json.dumps(wanted, sort_keys=True)
