"""Files of the catalogue of every kind, and what they start from."""

import json
from pathlib import Path

import pytest

from kserve_gitops.core.documents import parse
from kserve_gitops.inputs.entries import file_problems
from kserve_gitops.inputs.releases import RELEASES
from kserve_gitops.inputs.schema import schema
from kserve_gitops.serving.kinds import KINDS
from tests.inputs.catalogues import catalogue, model

IMPORTS = Path(__file__).parents[2] / "imports"
GRAPH = "kind: InferenceGraph\nname: graph\nnodes: {root: {routerType: Sequence, steps: []}}\n"


def entry(text, *, version="v0.16.0", defaults=None):
    document = parse(text, "models/entry.yaml")
    assert file_problems(document, ["production"]) == []
    return catalogue(version=version, defaults=defaults).entry(document)


def test_schema_and_table_name_the_same_kinds():
    assert set(schema("model")["$defs"]["kind"]["enum"]) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"InferenceService"}))
def test_no_field_of_a_spec_is_called_like_a_key_of_ours(kind):
    own = set(schema("model")["$defs"]["other"]["properties"])

    files = list((IMPORTS / "kinds/serving.kserve.io").glob(f"*/{kind}.*.json"))

    assert files
    for file in files:
        assert not fields_of_spec(file) & own


def fields_of_spec(file):
    spec = json.loads(file.read_text())["properties"]["spec"]
    while "$ref" in spec:
        where, _, name = spec["$ref"].partition("#/$defs/")
        spec = json.loads((file.parent / where if where else file).read_text())["$defs"][name]
    return set(spec["properties"])


def test_fields_of_the_spec_stand_at_the_top():
    found = entry(GRAPH + "timeout: 30\n")

    assert found.spec == {"nodes": {"root": {"routerType": "Sequence", "steps": []}}, "timeout": 30}
    assert (found.kind, found.version, found.name, found.namespace) == ("InferenceGraph", "v1alpha1", "graph", "kserve")


def test_field_that_kserve_has_beside_the_spec_is_put_there():
    found = entry("kind: ClusterStorageContainer\nname: mine\ndisabled: true\ncontainer: {name: c, image: 'c:1'}\n")

    assert (found.top, found.spec) == ({"disabled": True}, {"container": {"name": "c", "image": "c:1"}})
    assert found.namespace is None


@pytest.mark.parametrize("version", sorted(RELEASES))
def test_version_of_a_kind_is_the_one_that_the_release_stores(version):
    text = "kind: LLMInferenceService\nname: llm\nmodel: {uri: 'hf://a/b'}\n"

    assert entry(text, version=version).version == RELEASES[version].llm_version
    assert entry(f"apiVersion: serving.kserve.io/v1alpha1\n{text}", version=version).version == "v1alpha1"


def test_overlay_goes_over_the_fields_of_the_spec():
    found = entry(GRAPH + "timeout: 30\nenvironments: {production: {timeout: 60, metadata: {labels: {a: b}}}}\n")

    assert found.spec["timeout"] == 60
    assert found.metadata.labels == {"a": "b"}


def test_labels_for_all_reach_every_kind_and_nothing_else_does():
    defaults = {"metadata": {"labels": {"team": "ml", "tier": "gold"}}, "predictor": {"minReplicas": 2}}

    found = entry(GRAPH + "metadata: {labels: {tier: silver}}\n", defaults=defaults)

    assert found.metadata.labels == {"team": "ml", "tier": "silver"}
    assert "predictor" not in found.spec


def test_null_takes_a_label_for_all_away():
    defaults = {"metadata": {"labels": {"team": "ml"}}}

    found = entry(GRAPH + "metadata: {labels: {team: null, a: null}}\n", defaults=defaults)

    assert found.metadata.labels == {}


def test_default_is_the_weakest_and_the_overlay_the_strongest():
    defaults = {"predictor": {"minReplicas": 1, "maxReplicas": 1, "timeout": 1}}
    more = "environments: {production: {predictor: {maxReplicas: 3}}}\n"
    base = "name: iris\npredictor:\n  maxReplicas: 2\n  minReplicas: 2\n  model: {modelFormat: sklearn}\n"

    found = model(more, base=base, defaults=defaults).predictor

    assert (found["timeout"], found["minReplicas"], found["maxReplicas"]) == (1, 2, 3)


def test_null_takes_a_default_away():
    base = "name: iris\npredictor:\n  tolerations: null\n  model: {modelFormat: sklearn}\n"

    found = model(base=base, defaults={"predictor": {"tolerations": [{"key": "gpu"}]}})

    assert "tolerations" not in found.predictor


def test_null_with_no_default_beneath_stays_as_it_is():
    found = model(base="name: iris\npredictor:\n  timeout:\n  model: {modelFormat: sklearn}\n")

    assert found.predictor["timeout"] is None


@pytest.mark.parametrize("defaults", [{}, {"predictor": {"model": {"resources": {"limits": {"cpu": "2"}}}}}])
@pytest.mark.parametrize("where", ["file", "overlay"])
def test_null_for_resources_stays_because_it_means_those_of_the_runtime(defaults, where):
    resources = "{modelFormat: sklearn, resources: null}" if where == "file" else "{modelFormat: sklearn}"
    more = "environments: {production: {predictor: {model: {resources: null}}}}\n" if where == "overlay" else ""

    found = model(more, base=f"name: iris\npredictor: {{model: {resources}}}\n", defaults=defaults)

    assert found.predictor["model"]["resources"] is None


def test_default_for_a_model_does_not_make_one_of_a_custom_predictor():
    base = "name: iris\npredictor: {containers: [{name: kserve-container, image: 'x:1'}]}\n"

    found = model(base=base, defaults={"predictor": {"model": {"runtime": "mine"}, "timeout": 3}}).predictor

    assert (set(found), found["timeout"]) == ({"containers", "timeout"}, 3)


def test_default_for_a_transformer_does_not_make_one():
    defaults = {"transformer": {"minReplicas": 2}}

    assert model(defaults=defaults).transformer is None
    found = model("transformer: {containers: []}\n", defaults=defaults)
    assert found.transformer == {"containers": [], "minReplicas": 2}


def test_default_reaches_a_component_that_only_the_overlay_has():
    defaults = {"transformer": {"nodeSelector": {"pool": "cpu"}}, "predictor": {"model": {"runtime": "mine"}}}
    base = "name: iris\npredictor: {containers: [{image: 'x:1'}]}\n"
    more = (
        "environments:\n  production:\n    transformer: {containers: []}\n"
        "    predictor: {containers: null, model: {modelFormat: sklearn}}\n"
    )

    found = model(more, base=base, defaults=defaults)

    assert found.transformer == {"nodeSelector": {"pool": "cpu"}, "containers": []}
    assert found.predictor == {"model": {"runtime": "mine", "modelFormat": {"name": "sklearn"}}}


def test_null_in_a_canary_of_an_overlay_takes_away_what_the_old_predictor_has():
    more = "environments: {production: {canary: {trafficPercent: 10, predictor: {nodeSelector: null, timeout: 3}}}}\n"

    assert model(more).canary.predictor == {"nodeSelector": None, "timeout": 3}


def test_null_in_a_canary_of_an_overlay_takes_away_what_the_file_says_there():
    more = "canary: {trafficPercent: 10, predictor: {timeout: 3, minReplicas: 1}}\n"
    overlay = "environments: {production: {canary: {predictor: {timeout: null}}}}\n"

    assert model(more + overlay).canary.predictor == {"minReplicas": 1}


def test_legacy_framework_is_read_as_a_model_in_every_layer():
    base = "name: iris\npredictor: {sklearn: {storageUri: 'pvc://claim/one', runtimeVersion: '1'}}\n"
    more = "environments: {production: {predictor: {sklearn: {storageUri: 'pvc://claim/two'}}}}\n"

    found = model(more, base=base).predictor["model"]

    assert found == {"modelFormat": {"name": "sklearn"}, "storageUri": "pvc://claim/two", "runtimeVersion": "1"}


def test_legacy_framework_in_an_overlay_brings_no_protocol_over_the_one_of_the_file():
    base = "name: iris\npredictor: {onnx: {storageUri: 'pvc://claim/one', protocolVersion: grpc-v2}}\n"
    more = "environments: {production: {predictor: {onnx: {storageUri: 'pvc://claim/two'}}}}\n"

    assert model(more, base=base).predictor["model"]["protocolVersion"] == "grpc-v2"


def test_place_of_a_legacy_value_is_where_it_stands():
    document = parse("name: iris\npredictor:\n  sklearn:\n    storageUri: pvc://claim/one\n", "models/iris.yaml")

    origin = catalogue().model(document).origin

    path = ("spec", "predictor", "model", "storageUri")
    assert ("models/iris.yaml", ("predictor", "sklearn", "storageUri")) in list(origin.candidates(path))


def test_place_of_a_default_is_in_the_platform_file():
    origin = model(defaults={"predictor": {"timeout": 3}}).origin

    places = list(origin.candidates(("spec", "predictor", "timeout")))

    assert places[:2] == [
        ("models/iris.yaml", ("environments", "production", "predictor", "timeout")),
        ("models/iris.yaml", ("predictor", "timeout")),
    ]
    assert ("platform.yaml", ("defaults", "predictor", "timeout")) in places


@pytest.mark.parametrize(("said", "wanted"), [("", "one"), ("credential: null\n", None), ("credential: one\n", "one")])
def test_null_for_the_credential_means_none(said, wanted):
    found = model(said).credential

    assert (found.name if found else None) == wanted


def test_mode_and_autoscaler_have_keys_of_their_own():
    found = model("deploymentMode: Knative\nautoscalerClass: keda\n")

    assert (found.deployment_mode, found.autoscaler_class) == ("Knative", "keda")


def test_canary_is_a_rollout_or_kserves_own_list():
    rollout = model("canary: {trafficPercent: 10, predictor: {sklearn: {storageUri: 'pvc://c/two'}}}\n").canary
    listed = model("canary: [{trafficPercent: 10}]\n").canary

    assert (rollout.traffic_percent, rollout.tag) == (10, False)
    assert rollout.predictor == {"model": {"modelFormat": {"name": "sklearn"}, "storageUri": "pvc://c/two"}}
    assert listed == [{"trafficPercent": 10}]


def test_same_name_in_another_namespace_or_of_another_kind_is_no_clash():
    texts = ["name: a\n", "name: a\nnamespace: b\n", "kind: InferenceGraph\nname: a\n"]

    assert list(catalogue().clashes(parse(text, f"models/{n}.yaml") for n, text in enumerate(texts))) == []
