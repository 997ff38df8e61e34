"""Models as KServe wants them: what is filled in, what is left as a person wrote it."""

import pytest

from kserve_gitops import InferenceService, ServiceAccount

MODEL = {"model": {"modelFormat": {"name": "sklearn"}, "storageUri": "s3://acme-ml-models/iris"}}


def test_smallest_model_says_its_deployment_mode(chart, objects, golden):
    service = InferenceService(chart, "iris", namespace="kserve", predictor=MODEL)

    [manifest] = objects(service)

    assert manifest["metadata"]["annotations"] == {"serving.kserve.io/deploymentMode": "Standard"}
    assert manifest == golden


def test_object_has_no_label_that_would_reach_the_pods(chart, objects):
    service = InferenceService(chart, "iris", namespace="kserve", predictor=MODEL)

    assert "labels" not in objects(service)[0]["metadata"]


def test_full_model_keeps_every_field_of_kserve(chart, objects, golden):
    predictor = {
        "minReplicas": 2,
        "maxReplicas": 5,
        "scaleMetric": "cpu",
        "nodeSelector": {"pool": "models"},
        "tolerations": [{"key": "models", "operator": "Exists", "effect": "NoSchedule"}],
        "model": {**MODEL["model"], "runtime": "kserve-sklearnserver", "protocolVersion": "v2"},
    }
    explainer = {"art": {"type": "SquareAttack"}}
    transformer = {"containers": [{"name": "kserve-container", "image": "registry.example.com/prepare:1"}]}

    service = InferenceService(
        chart,
        "iris",
        namespace="kserve",
        predictor=predictor,
        transformer=transformer,
        explainer=explainer,
        service_account=ServiceAccount(chart, "sa-s3-access", namespace="kserve"),
    )

    [manifest] = objects(service)
    spec = manifest["spec"]
    assert {key: spec["predictor"][key] for key in predictor if key != "model"} == {
        key: value for key, value in predictor.items() if key != "model"
    }
    assert (spec["transformer"], spec["explainer"]) == (transformer, explainer)
    assert manifest == golden


def test_resources_of_a_model_are_filled_in(chart, objects):
    service = InferenceService(chart, "iris", namespace="kserve", predictor=MODEL)

    resources = objects(service)[0]["spec"]["predictor"]["model"]["resources"]

    assert resources["requests"] == resources["limits"] == {"cpu": "1", "memory": "2Gi"}


def test_resources_that_a_person_wrote_are_kept(chart, objects):
    own = {"limits": {"memory": "8Gi"}}

    service = InferenceService(
        chart, "iris", namespace="kserve", predictor={"model": {**MODEL["model"], "resources": own}}
    )

    assert objects(service)[0]["spec"]["predictor"]["model"]["resources"] == own


def test_container_of_a_persons_own_is_left_alone(chart, objects):
    predictor = {"containers": [{"name": "kserve-container", "image": "registry.example.com/model:1"}]}

    service = InferenceService(chart, "own", namespace="kserve", predictor=predictor)

    assert objects(service)[0]["spec"]["predictor"] == predictor


def test_account_is_the_one_of_the_credential(chart, objects):
    account = ServiceAccount(chart, "sa-s3-access", namespace="kserve")

    service = InferenceService(chart, "iris", namespace="kserve", predictor=MODEL, service_account=account)

    assert objects(service)[0]["spec"]["predictor"]["serviceAccountName"] == "sa-s3-access"


def test_account_that_a_person_names_wins(chart, objects):
    account = ServiceAccount(chart, "sa-s3-access", namespace="kserve")
    predictor = {**MODEL, "serviceAccountName": "mine"}

    service = InferenceService(chart, "iris", namespace="kserve", predictor=predictor, service_account=account)

    assert objects(service)[0]["spec"]["predictor"]["serviceAccountName"] == "mine"
    assert predictor["serviceAccountName"] == "mine"


@pytest.mark.parametrize(
    ("transformer", "expected"), [(None, "iris-predictor"), ({"containers": [{"name": "t"}]}, "iris-transformer")]
)
def test_service_is_that_of_the_component_that_is_asked_first(transformer, expected, chart):
    service = InferenceService(chart, "iris", namespace="team-a", predictor=MODEL, transformer=transformer)

    assert service.service == expected
    assert service.url == f"http://{expected}.team-a.svc.cluster.local"


def test_predictor_that_is_handed_in_is_not_changed(chart):
    account = ServiceAccount(chart, "sa-s3-access", namespace="kserve")
    predictor = {"model": dict(MODEL["model"])}

    InferenceService(chart, "iris", namespace="kserve", predictor=predictor, service_account=account)

    assert predictor == MODEL
