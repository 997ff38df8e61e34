"""A budget for the pods of a predictor."""

from kserve_gitops import InferenceService, PodDisruptionBudget


def test_budget_selects_the_pods_of_the_predictor(chart, objects, golden):
    service = InferenceService(
        chart, "iris", namespace="kserve", predictor={"model": {"modelFormat": {"name": "sklearn"}}}
    )

    budget = PodDisruptionBudget(
        service,
        "iris-predictor",
        namespace="kserve",
        selector=service.predictor_labels,
        spec={"maxUnavailable": 1},
    )

    [manifest] = objects(budget)
    assert manifest["spec"]["selector"]["matchLabels"] == {
        "serving.kserve.io/inferenceservice": "iris",
        "component": "predictor",
    }
    assert manifest == golden
