"""What a schema says of a mistake leads to the mend: where a field belongs, how an amount looks, what was meant."""

import pytest

from kserve_gitops.checks.schema.unchecked import cannot_be, meant
from tests.checks.trees import schemas


def isvc(**spec):
    return {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": "iris", "namespace": "kserve"},
        "spec": spec,
    }


@pytest.mark.parametrize(
    ("spec", "key", "hint"),
    [
        ({"predictor": {"storageUri": "s3://abc/d/1"}}, "storageUri", "it belongs under 'model'"),
        ({"predictor": {"modelFormat": {"name": "sklearn"}}}, "modelFormat", "it belongs under 'model'"),
        ({"transformer": {"image": "registry.example.com/t:1.0"}}, "image", "it belongs to an item of 'containers'"),
        ({"predictor": {"container": []}}, "container", "did you mean 'containers'?"),
    ],
)
def test_field_that_stands_too_high_is_told_where_it_belongs(spec, key, hint):
    hints = {
        problem.key: problem.hint for problem in schemas().object_problems(isvc(**spec)) if problem.kind == "unknown"
    }

    assert hints[key] == hint


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("4GB", "did you mean '4Gi'?; quantities look like 500m, 2, 4Gi"),
        ("512 mb", "quantities look like 500m, 2, 4Gi"),
        ("512MB", "did you mean '512Mi'?; quantities look like 500m, 2, 4Gi"),
        ("much", "quantities look like 500m, 2, 4Gi"),
    ],
)
def test_amount_that_is_none_is_told_a_form_and_no_pattern(given, hint):
    limits = {"resources": {"limits": {"memory": given}}}

    [problem] = schemas().object_problems(isvc(predictor={"model": {"modelFormat": {"name": "sklearn"}, **limits}}))

    assert (problem.message, problem.hint) == (f"'{given}' is no quantity", hint)


@pytest.mark.parametrize(
    ("api_version", "kind", "hint"),
    [
        ("v1", "Confgmap", "did you mean 'ConfigMap'?"),
        ("v1", "Deployment", "write apiVersion: apps/v1"),
        ("policy/v1beta1", "PodDisruptionBudget", "write apiVersion: policy/v1"),
        ("serving.kserve.io/v1alpha1", "InferenceService", "write apiVersion: serving.kserve.io/v1beta1"),
        ("example.com/v1", "Deployment", "add its CRD with kserve-gitops import"),
        ("v1", "Thing", ""),
    ],
)
def test_kind_without_a_schema_is_told_what_was_meant(api_version, kind, hint):
    assert meant(api_version, kind, schemas().kinds()) == hint


@pytest.mark.parametrize(
    ("api_version", "known"),
    [
        ("v1", True),
        ("apps/v1", True),
        ("serving.kserve.io/v2", True),
        ("example.com/v1", False),
        ("a.k8s.io/v1", False),
    ],
)
def test_groups_that_no_crd_adds_to_are_known(api_version, known):
    assert cannot_be(api_version) is known
