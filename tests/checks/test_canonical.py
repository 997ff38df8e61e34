import copy
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kserve_gitops.checks.schema.canonical import QUANTITY, branch, canonical, without_defaults
from kserve_gitops.checks.schema.schemas import KSERVE, Schemas

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT.parent / "shared" / "samples"

needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/samples is not there")


@pytest.fixture(scope="module")
def schemas():
    return Schemas(ROOT / "imports", kserve="v0.16.0")


def service(**predictor):
    return {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": "iris", "namespace": "kserve"},
        "spec": {"predictor": predictor},
    }


def predictor(schemas, **given):
    return schemas.canonical(service(**given))["spec"]["predictor"]


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("1000m", "1"),
        ("0.5", "500m"),
        (0.5, "500m"),
        (1000, "1k"),
        ("1024Mi", "1Gi"),
        ("2Gi", "2Gi"),
        ("lots", "lots"),
        (True, True),
        (None, None),
        (["1"], ["1"]),
    ],
)
def test_a_quantity_is_left_as_go_prints_it(schemas, written, left):
    found = predictor(schemas, model={"resources": {"limits": {"cpu": written}}})["model"]["resources"]["limits"]["cpu"]

    assert (found, type(found)) == (left, type(left))


@pytest.mark.parametrize(
    ("written", "left"), [("2.5", "2.5"), ("1000m", "1000m"), (4, "4"), (2.5, 2.5)], ids=["2.5", "1000m", "4", "number"]
)
def test_a_threshold_of_the_autoscaler_keeps_its_text_because_kserve_does(schemas, written, left):
    metric = {"type": "External", "external": {"target": {"type": "Value", "value": written}}}

    found = predictor(schemas, autoScaling={"metrics": [metric]})["autoScaling"]["metrics"][0]

    assert found["external"]["target"]["value"] == left


@pytest.mark.parametrize(
    ("api_version", "kind", "path"),
    [
        ("v1beta1", "InferenceService", "spec predictor volumes 0 emptyDir sizeLimit"),
        ("v1beta1", "InferenceService", "spec transformer containers 0 resources requests memory"),
        ("v1alpha1", "InferenceGraph", "spec resources requests memory"),
        ("v1alpha1", "ClusterServingRuntime", "spec workerSpec containers 0 resources limits nvidia.com/gpu"),
        ("v1alpha1", "LocalModelCache", "spec modelSize"),
        ("v1alpha1", "LocalModelNodeGroup", "spec persistentVolumeSpec capacity storage"),
        ("v1alpha1", "TrainedModel", "spec model memory"),
        ("v1alpha1", "LLMInferenceService", "spec worker initContainers 0 resources claims-free"),
    ],
)
def test_quantities_are_learnt_from_the_schema_of_every_kind(schemas, api_version, kind, path):
    def nested(steps, leaf):
        if not steps:
            return leaf
        inner = nested(steps[1:], leaf)
        return [inner] if steps[0] == "0" else {steps[0]: inner}

    steps = path.split()
    known = "claims-free" not in steps
    manifest = {"apiVersion": f"{KSERVE}/{api_version}", "kind": kind, **nested(steps, "1024Mi")}

    found = schemas.canonical(manifest)

    assert found == {**manifest, **nested(steps, "1Gi" if known else "1024Mi")}


def test_a_text_that_looks_like_a_quantity_is_none(schemas):
    assert predictor(schemas, model={"runtimeVersion": "1000m"})["model"]["runtimeVersion"] == "1000m"


def test_the_defaults_of_the_crd_are_filled_in(schemas):
    found = predictor(
        schemas,
        model={"ports": [{"containerPort": 80}], "env": [{"valueFrom": {"secretKeyRef": {"key": "k"}}}]},
        imagePullSecrets=[{}],
    )

    assert found["model"]["ports"] == [{"containerPort": 80, "protocol": "TCP"}]
    assert found["model"]["env"] == [{"valueFrom": {"secretKeyRef": {"key": "k", "name": ""}}}]
    assert found["imagePullSecrets"] == [{"name": ""}]


def test_a_default_needs_its_parent(schemas):
    assert schemas.canonical(service(model={"env": []})) == service(model={"env": []})


def test_empty_resources_of_a_container_are_none(schemas):
    found = predictor(
        schemas, model={"resources": {}}, containers=[{"name": "a", "resources": {}}], resources={}, sklearn={}
    )

    assert found == {"model": {}, "containers": [{"name": "a"}], "resources": {}, "sklearn": {}}


def test_what_it_does_not_know_stays(schemas):
    unknown = service(model={"storageURI": "1000m"}, cpu="1000m", containers="x", volumes=[None])

    assert schemas.canonical(unknown) == unknown
    assert schemas.canonical({"apiVersion": "example.com/v1", "kind": "Thing", "cpu": "1000m"}) == {
        "apiVersion": "example.com/v1",
        "kind": "Thing",
        "cpu": "1000m",
    }
    assert schemas.canonical({}) == {}


def test_the_object_it_is_given_stays_as_it_is(schemas):
    manifest = service(model={"ports": [{"containerPort": 80}], "resources": {}}, volumes=[{"emptyDir": {}}])
    before = copy.deepcopy(manifest)

    found = schemas.canonical(manifest)
    found["spec"]["predictor"]["model"]["ports"][0]["protocol"] = "UDP"

    assert manifest == before
    assert schemas.canonical(manifest)["spec"]["predictor"]["model"]["ports"][0]["protocol"] == "TCP"


def test_only_what_would_come_back_is_taken_out(schemas):
    ports = [{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 81, "protocol": "UDP"}]

    found = schemas.without_defaults(service(model={"ports": ports}))

    assert found["spec"]["predictor"]["model"]["ports"] == [
        {"containerPort": 80},
        {"containerPort": 81, "protocol": "UDP"},
    ]


NESTED = {
    "properties": {
        "path": {
            "default": {"value": "/"},
            "properties": {"value": {"default": "/"}, "size": {"default": "1024Mi", "pattern": QUANTITY}},
        },
        "mode": {"default": "a", "type": ["string", "null"]},
        "flag": {"default": False, "type": "boolean"},
        "nested": {"items": {"$ref": "here"}},
        "labels": {"additionalProperties": {"pattern": QUANTITY}},
    }
}


@pytest.fixture
def tree():
    return TREES["made up", ("", "Nested")]


DEFAULTS = {"path": {"value": "/", "size": "1Gi"}, "mode": "a", "flag": False}


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ({}, DEFAULTS),
        ({"path": None, "flag": None}, DEFAULTS),
        ({"path": {}}, DEFAULTS),
        ({"mode": None}, {**DEFAULTS, "mode": None}),
        ({"path": {"value": "/x"}}, {**DEFAULTS, "path": {"value": "/x", "size": "1Gi"}}),
        ({"nested": [{}, 1, {"nested": []}]}, {**DEFAULTS, "nested": [DEFAULTS, 1, {**DEFAULTS, "nested": []}]}),
        ({"labels": {"a": "1000m"}}, {**DEFAULTS, "labels": {"a": "1"}}),
    ],
)
def test_defaults_nest_and_a_null_is_absent_unless_the_field_may_be_null(tree, written, left):
    assert canonical(tree, written) == left


@pytest.mark.parametrize(
    ("written", "short"),
    [
        (DEFAULTS, {}),
        ({"path": {"value": "/", "size": "1024Mi"}}, {}),
        ({"path": {"value": "/x", "size": "1Gi"}}, {"path": {"value": "/x"}}),
        ({"mode": None, "flag": 0}, {"mode": None, "flag": 0}),
        ({"flag": None}, {}),
        ({"nested": [DEFAULTS]}, {"nested": [{}]}),
    ],
)
def test_taking_defaults_out_is_the_way_back(tree, written, short):
    assert without_defaults(tree, written) == short


def test_places_where_nothing_matters_are_not_walked(schemas):
    tree = schemas._branch(service())

    assert tree.fields.keys() == {"spec"}
    assert "storageUri" not in tree.fields["spec"].fields["predictor"].fields["model"].fields


ODD = [None, True, 0, 1, 1.0, "", "x", {}, []]
QUANTITIES = ["1000m", "1024Mi", "0.5", "1", "lots", 1000, 0.5]


@st.composite
def values(draw, tree, depth):
    """What may stand at a place, right and wrong, near what matters there."""
    if not depth or draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from(ODD))
    if tree.quantity:
        return draw(st.sampled_from(QUANTITIES))
    if tree.items:
        return draw(st.lists(values(tree.items, depth - 1), max_size=2))
    defaults = {default.key: default.value for default in tree.defaults}
    keys = sorted({*tree.fields, *defaults})
    found = {"unknown": "1000m"} if draw(st.booleans()) else {}
    for key in draw(st.lists(st.sampled_from(keys), unique=True, max_size=3)) if keys else []:
        written = [st.just(defaults[key])] if key in defaults else []
        written += [values(tree.fields[key], depth - 1)] if key in tree.fields else [st.sampled_from(ODD)]
        found[key] = draw(st.one_of(written))
    if tree.container and draw(st.booleans()):
        found["resources"] = {}
    if tree.others:
        found["anything"] = draw(values(tree.others, depth - 1))
    return found


def text(value):
    """Equal only for what is equal as JSON, where 1, 1.0 and true are three things."""
    return json.dumps(value, sort_keys=True)


TREES = {
    (release, kind): schemas._branch({"apiVersion": kind[0], "kind": kind[1]})
    for release in ("v0.16.0", "v0.20.0")
    for schemas in [Schemas(ROOT / "imports", kserve=release)]
    for kind in schemas.kinds()
    if kind[0].startswith(KSERVE)
}
TREES["made up", ("", "Nested")] = branch(NESTED, lambda node: NESTED if node == {"$ref": "here"} else node)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_the_canonical_form_is_stable_and_survives_taking_defaults_out(data):
    tree = TREES[data.draw(st.sampled_from(sorted(TREES)))]
    value = data.draw(values(tree, 12))
    before = text(value)

    left = canonical(tree, value)
    short = without_defaults(tree, value)

    assert text(canonical(tree, left)) == text(left)
    assert text(canonical(tree, short)) == text(left)
    assert text(without_defaults(tree, left)) == text(without_defaults(tree, canonical(tree, short)))
    assert text(value) == before


@needs_samples
@pytest.mark.parametrize("release", ["v0.16.0", "v0.18.1", "v0.20.0"])
def test_samples_stay_valid_and_survive_taking_defaults_out(release):
    schemas = Schemas(ROOT / "imports", kserve=release)
    changed = 0

    for file in sorted(SAMPLES.glob("*.yaml")):
        for sample in yaml.load_all(file.read_text(), Loader=yaml.CSafeLoader):
            left = schemas.canonical(sample)
            changed += left != sample

            assert schemas.canonical(left) == left, file.name
            assert schemas.canonical(schemas.without_defaults(left)) == left, file.name
            if schemas.knows(sample["apiVersion"], sample["kind"]) and not schemas.object_problems(sample):
                assert schemas.object_problems(left) == [], file.name

    assert changed > 10
