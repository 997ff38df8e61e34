"""The mode of a manifest: what it says, else what runs, else what it can only mean, else the platform's."""

import pytest

MODE = "serving.kserve.io/deploymentMode"


def written(text):
    """The line of the mode and its comment, "" for each that is not there."""
    lines = text.split("\n")
    at = next((number for number, line in enumerate(lines) if line.startswith("deploymentMode:")), None)
    said = [line for line in lines if line.startswith("# ")]
    return (lines[at].partition(" ")[2] if at is not None else "", said[0] if said else "")


@pytest.mark.parametrize(
    ("said", "platform", "expected"),
    [
        ("Standard", "Standard", ("", "")),
        ("Knative", "Knative", ("", "")),
        ("Knative", "Standard", ("Knative", "")),
        ("ModelMesh", "Standard", ("ModelMesh", "")),
        ("RawDeployment", "Knative", ("Standard", "# RawDeployment is the old word for Standard")),
        ("RawDeployment", "Standard", ("", "# RawDeployment is the old word for Standard")),
        ("Serverless", "Standard", ("Knative", "# Serverless is the old word for Knative")),
        ("standard", "Standard", ("standard", "")),
    ],
)
def test_the_annotation_decides(said, platform, expected, adopt, model):
    text = model(metadata=f"annotations: {{{MODE}: {said}}}")

    assert written(adopt(text, mode=platform)["iris"]) == expected


@pytest.mark.parametrize(
    ("running", "expected"), [("RawDeployment", ""), ("Serverless", "Knative"), ("Knative", "Knative")]
)
def test_without_one_the_status_of_a_running_model_does(running, expected, adopt, model):
    text = model().replace("spec:", f"status: {{deploymentMode: {running}}}, spec:")

    assert written(adopt(text)["iris"])[0] == expected


@pytest.mark.parametrize(
    ("predictor", "metadata", "reason"),
    [
        ("containerConcurrency: 4", "", "containerConcurrency"),
        ("canaryTrafficPercent: 10", "", "canaryTrafficPercent"),
        ("scaleMetric: rps", "", "scaleMetric: rps"),
        ("scaleMetric: concurrency", "", "scaleMetric: concurrency"),
        ("minReplicas: 0", "", "minReplicas: 0"),
        ("annotations: {autoscaling.knative.dev/target: '1'}", "", "the annotation autoscaling.knative.dev/target"),
        ("", "annotations: {autoscaling.knative.dev/class: x}", "the annotation autoscaling.knative.dev/class"),
        (
            "",
            "annotations: {serving.kserve.io/enable-tag-routing: 'true'}",
            "the annotation serving.kserve.io/enable-tag",
        ),
        ("", "labels: {networking.knative.dev/visibility: a}", "the label networking.knative.dev/visibility"),
    ],
)
def test_what_works_in_knative_only_means_knative(predictor, metadata, reason, adopt, model):
    text = model(f"{{model: {{modelFormat: {{name: a}}}}, {predictor}}}", metadata=metadata)

    mode, comment = written(adopt(text)["iris"])

    assert mode == "Knative"
    assert comment.startswith(f"# not said in the manifest, but {reason}")
    assert written(adopt(text, mode="Knative")["iris"]) == ("", "")


@pytest.mark.parametrize(
    ("predictor", "metadata"),
    [
        ("minReplicas: 0", "annotations: {serving.kserve.io/autoscalerClass: keda}"),
        ("scaleMetric: cpu", ""),
        ("minReplicas: 1", "annotations: {prometheus.io/scrape: 'true'}"),
    ],
)
def test_everything_else_runs_as_the_platform_does(predictor, metadata, adopt, model):
    text = model(f"{{model: {{modelFormat: {{name: a}}}}, {predictor}}}", metadata=metadata)

    assert written(adopt(text)["iris"]) == ("", "")
