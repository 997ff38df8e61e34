"""The pages show what the pipeline makes, and the constructs make the same."""

import json
import re

import pytest
import yaml

from docs import generate
from kserve_gitops.core.merging import merge
from kserve_gitops.serving.kinds import KINDS

CASES = generate.cases()
IN_PYTHON = [case for case in CASES if (case / "example.py").exists()]


def named(case):
    return str(case.relative_to(generate.EXAMPLES))


def objects(files):
    """Objects by the name of their file: in Python they are made in one application, in the catalogue in several."""
    return {path.rpartition("/")[2]: yaml.safe_load(text) for path, text in files.items()}


def spec(files, path):
    return yaml.safe_load(files[path])["spec"]


def weights(files, environment):
    [rule] = spec(files, f"{environment}/manifests/models-kserve/httproute-iris-route.yaml")["rules"]
    return {backend["name"]: backend["weight"] for backend in rule["backendRefs"]}


def blocks(page):
    return re.findall(r"<!-- begin: (\S+) (\S+) -->", (generate.DOCS / page).read_text(encoding="utf-8"))


def sections(page):
    return re.findall(r"^## (.+)$", (generate.DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture(scope="module")
def wanted():
    return generate.wanted()


def test_pages_and_outputs_are_up_to_date(wanted):
    committed = {path: path.read_text(encoding="utf-8") if path.exists() else None for path in wanted}

    stale = [str(path.relative_to(generate.ROOT)) for path in wanted if committed[path] != wanted[path]]

    assert stale == [], "run `make docs`"


def test_no_output_is_left_over(wanted):
    assert {*generate.EXAMPLES.glob("*/*/dist/**/*.*")} == {path for path in wanted if "dist" in path.parts}


@pytest.mark.parametrize("case", CASES, ids=named)
def test_every_example_makes_something(case, wanted):
    assert [path for path in wanted if path.is_relative_to(case)]


@pytest.mark.parametrize("case", IN_PYTHON, ids=named)
def test_python_makes_the_objects_that_the_catalogue_makes(case):
    assert objects(generate.built_in_python(case)) == objects(generate.built(case))


def test_the_python_of_the_page_about_serving_works():
    text = (generate.DOCS / "python" / "serving.md").read_text(encoding="utf-8")
    [source] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)

    made = objects(generate.built_by(generate.EXAMPLES, lambda models: exec(source, {"models": models})))  # noqa: S102

    [service] = made.values()
    assert service["metadata"]["annotations"]["serving.kserve.io/autoscalerClass"] == "keda"


def test_a_canary_is_split_by_what_each_environment_has():
    made = generate.built(generate.EXAMPLES / "models" / "canary")
    by_kserve = spec(made, "standard-v0-20/manifests/models-kserve/inferenceservice-iris.yaml")
    by_knative = spec(made, "knative/manifests/models-kserve/inferenceservice-iris.yaml")

    assert weights(made, "standard") == {"iris-predictor": 90, "iris-canary-predictor": 10}
    assert spec(made, "standard/manifests/models-kserve/inferenceservice-iris-canary.yaml")
    assert [entry["trafficPercent"] for entry in by_kserve["canary"]] == [10]
    assert weights(made, "standard-v0-20") == {"iris-predictor": 90, "iris-canary-predictor": 10}
    assert by_knative["predictor"]["canaryTrafficPercent"] == 10


def test_every_kind_has_a_section_with_an_example_and_its_python():
    shown = {what: {case for kind, case in blocks("kinds.md") if kind == what} for what in ("example", "python")}

    assert sections("kinds.md") == list(KINDS)
    assert shown["example"] == shown["python"] == {named(case) for case in CASES if case.parent.name == "kinds"}
    assert len(shown["example"]) == len(KINDS)


def test_every_case_of_models_is_shown():
    shown = [case for what, case in blocks("models.md") if what == "example"]

    assert sorted(shown) == [named(case) for case in CASES if case.parent.name == "models"]
    assert len(sections("models.md")) == len(shown) == 10


def test_every_block_of_platform_yaml_has_a_section_with_its_keys():
    schema = json.loads((generate.SCHEMAS / "platform.schema.json").read_text(encoding="utf-8"))

    assert sorted(sections("platform.md")) == sorted(schema["properties"])
    assert blocks("platform.md") == [("platform", block) for block in sections("platform.md")]


def test_the_files_of_the_page_about_platform_yaml_are_accepted(tmp_path):
    text = (generate.DOCS / "platform.md").read_text(encoding="utf-8")
    whole, *parts = [
        yaml.safe_load(block) for block in re.findall(r"```yaml\n# platform.yaml\n(.*?)```", text, re.DOTALL)
    ]

    assert len(parts) == 6
    # What they want sealed is nowhere, so it is fetched.
    fetched = {"secrets": {"backend": "external-secrets", "storeRef": {"name": "vault"}}}
    store = {"existing": [{"kind": "ClusterSecretStore", "name": "vault"}]}
    for part in ({}, *parts):
        platform = merge(merge(merge(whole, store), fetched), part)
        (tmp_path / "platform.yaml").write_text(yaml.safe_dump(platform), encoding="utf-8")
        assert not any("InferenceService" in made for made in generate.built(tmp_path).values())


def test_the_files_of_the_reference_are_accepted_and_the_stronger_value_wins(tmp_path):
    text = (generate.DOCS / "catalogue.md").read_text(encoding="utf-8")
    files = dict(re.findall(r"```yaml\n# (\S+\.yaml)\n(.*?)```", text, re.DOTALL))
    shared = yaml.safe_load((generate.EXAMPLES / "platform.yaml").read_text(encoding="utf-8"))
    files["platform.yaml"] = yaml.safe_dump(merge(shared, yaml.safe_load(files["platform.yaml"])))
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")

    made = objects(generate.built(tmp_path))

    iris, churn = made["inferenceservice-iris.yaml"], made["inferenceservice-churn.yaml"]
    assert len(files) == len([name for name in made if name.startswith("inferenceservice-")]) + 1
    assert (iris["spec"]["predictor"]["minReplicas"], iris["spec"]["predictor"]["maxReplicas"]) == (3, 6)
    assert iris["spec"]["predictor"]["imagePullSecrets"] == [{"name": "registry"}]
    assert iris["spec"]["predictor"]["model"]["resources"]["limits"] == {"cpu": "2", "memory": "4Gi"}
    assert iris["metadata"]["labels"] == {"team": "pricing"}
    assert made["poddisruptionbudget-iris-predictor.yaml"]["spec"]["minAvailable"] == 2
    assert churn["spec"]["predictor"]["maxReplicas"] == 4
    assert churn["spec"]["predictor"]["imagePullSecrets"] == [{"name": "registry"}, {"name": "team-registry"}]
    assert churn["metadata"]["annotations"]["example.com/reviewed"] == "2026-11"
