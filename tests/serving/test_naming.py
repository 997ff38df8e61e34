"""Whatever stands in args and env, a model server is told its name or left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kserve_gitops.serving.naming import answering, asking

SKLEARN = {"modelFormat": {"name": "sklearn"}}
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3)
YAML = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2) | st.integers(), inner)
)
WORDS = YAML | st.sampled_from(["sklearn", "kserve-mlserver", "v2", "own"])
FIELDS = {"args": YAML, "env": YAML, "runtime": WORDS, "protocolVersion": WORDS}
FORMATS = WORDS | st.fixed_dictionaries({}, optional={"name": WORDS})
MODELS = YAML | st.fixed_dictionaries({}, optional={"modelFormat": FORMATS, **FIELDS})
CONTAINERS = YAML | st.lists(st.fixed_dictionaries({}, optional=FIELDS), max_size=2)


@pytest.mark.parametrize("key", ["args", "env"])
@pytest.mark.parametrize("value", ["--foo", {"--foo": 1}, 5, False])
def test_args_that_are_no_list_stay_as_they_are(key, value):
    predictor = {"model": {**SKLEARN, key: value}}

    assert answering(predictor, "iris") == predictor


@pytest.mark.parametrize("args", [None, []])
def test_absent_args_become_the_flag(args):
    predictor = {"model": {**SKLEARN, "args": args}}

    assert answering(predictor, "iris")["model"]["args"] == ["--model_name=iris"]


@pytest.mark.parametrize("form", ["sklearn", None, {}, {"name": 5}, {"name": ["sklearn"]}])
def test_format_that_is_no_word_is_left_to_the_schema(form):
    predictor = {"model": {"modelFormat": form}}

    assert answering(predictor, "iris") == predictor


@pytest.mark.parametrize(
    "transformer",
    ["x", 5, ["x"], {"containers": "x"}, {"containers": ["x"]}, {"containers": [{"args": "--foo"}]}],
    ids=str,
)
def test_transformer_in_the_wrong_shape_stays_as_it_is(transformer):
    assert asking(transformer, "iris") == transformer


@given(model=MODELS, transformer=YAML | st.fixed_dictionaries({"containers": CONTAINERS}))
def test_nothing_that_yaml_can_say_breaks_the_naming(model, transformer):
    answered = answering({"model": model}, "iris")

    assert answered is None or answered.keys() == {"model"}
    assert isinstance(asking(transformer, "iris"), type(transformer))
