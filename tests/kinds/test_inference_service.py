"""Models as KServe wants them: what is filled in, what is left as a person wrote it."""

from functools import cache
from pathlib import Path

import pytest

from kserve_gitops import InferenceService, ServiceAccount
from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.core.errors import GitopsError
from kserve_gitops.core.origins import linked
from kserve_gitops.inputs.releases import RELEASES
from kserve_gitops.manifest import collect
from kserve_gitops.serving.autoscaling import HPA, KEDA, ExternalAutoscaling, KnativeAutoscaling, NoAutoscaling
from kserve_gitops.serving.canary import Backend, Canary
from kserve_gitops.serving.triggers import CPU, Memory, PodMetric, Prometheus
from tests.checks.trees import faults

IMPORTS = Path(__file__).parents[2] / "imports"
CANARY = Canary(10, {"model": {"storageUri": "s3://acme-ml-models/iris-2"}})
TRANSFORMER = {"containers": [{"name": "kserve-container", "image": "registry.example.com/prepare:1"}]}
MODEL = {"model": {"modelFormat": {"name": "sklearn"}, "storageUri": "s3://acme-ml-models/iris"}}


@cache
def schemas(version):
    return Schemas(IMPORTS, kserve=version)


def wrong(manifest, version="v0.16.0"):
    """What schema and rules have against an object."""
    return [*schemas(version).object_problems(manifest), *faults(manifest)]


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

    service = InferenceService(
        chart,
        "iris",
        namespace="kserve",
        predictor=predictor,
        transformer=TRANSFORMER,
        explainer=explainer,
        service_account=ServiceAccount(chart, "sa-s3-access", namespace="kserve"),
    )

    [manifest] = objects(service)
    spec = manifest["spec"]
    assert {key: spec["predictor"][key] for key in predictor if key != "model"} == {
        key: value for key, value in predictor.items() if key != "model"
    }
    assert spec["transformer"]["containers"][0].items() >= TRANSFORMER["containers"][0].items()
    assert spec["explainer"]["art"].items() >= explainer["art"].items()
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


@pytest.mark.parametrize("resources", [None, {}])
def test_resources_can_be_left_to_the_runtime(resources, chart, objects):
    predictor = {"model": {**MODEL["model"], "resources": resources}}

    service = InferenceService(chart, "iris", namespace="kserve", predictor=predictor)

    assert "resources" not in objects(service)[0]["spec"]["predictor"]["model"]


def test_container_of_a_persons_own_is_written_as_the_webhook_leaves_it(chart, objects):
    predictor = {"containers": [{"name": "server", "image": "registry.example.com/model:1"}]}

    service = InferenceService(chart, "own", namespace="kserve", predictor=predictor)

    [container] = objects(service)[0]["spec"]["predictor"]["containers"]
    assert container["name"] == "kserve-container"
    assert container["resources"]["limits"] == {"cpu": "1", "memory": "2Gi"}


def test_former_word_for_a_model_becomes_a_model(chart, objects):
    predictor = {"triton": {"storageUri": "s3://acme-ml-models/bert"}}

    service = InferenceService(chart, "bert", namespace="kserve", predictor=predictor)

    model = objects(service)[0]["spec"]["predictor"]["model"]
    assert (model["modelFormat"], model["protocolVersion"]) == ({"name": "triton"}, "v2")
    assert model["resources"]["requests"] == {"cpu": "1", "memory": "2Gi"}


def test_former_word_for_the_mode_becomes_the_one_of_today(chart, objects):
    service = InferenceService(chart, "iris", namespace="kserve", predictor=MODEL, deployment_mode="RawDeployment")

    assert objects(service)[0]["metadata"]["annotations"] == {"serving.kserve.io/deploymentMode": "Standard"}


def test_labels_annotations_and_patches_are_those_of_the_object(chart, objects):
    service = InferenceService(
        chart,
        "iris",
        namespace="kserve",
        predictor=MODEL,
        labels={"team": "a"},
        annotations={"sidecar.istio.io/inject": "false"},
        patches=[{"spec": {"predictor": {"timeout": 30}}}, {"op": "add", "path": "/metadata/labels/b", "value": "c"}],
    )

    [manifest] = objects(service)

    assert manifest["metadata"]["labels"] == {"team": "a", "b": "c"}
    assert manifest["metadata"]["annotations"]["sidecar.istio.io/inject"] == "false"
    assert manifest["spec"]["predictor"]["timeout"] == 30


@pytest.mark.parametrize(
    ("autoscaling", "mode"),
    [
        (HPA(max_replicas=5), "Standard"),
        (HPA(max_replicas=5, min_replicas=2, metrics=(CPU(70), Memory("800Mi"), Memory(60))), "Standard"),
        (KEDA(max_replicas=5, triggers=(Prometheus("http://prometheus:9090", "rate(x[1m])", 2),)), "Standard"),
        (
            KEDA(
                max_replicas=5,
                min_replicas=0,
                triggers=(
                    Prometheus("https://prometheus", "x", "2.5", "team", authentication="token", auth_modes="bearer"),
                    PodMetric("vllm:num_requests_running", 4, operation_over_time="avg", server="otel:4318"),
                    CPU(80),
                ),
            ),
            "Standard",
        ),
        (KnativeAutoscaling(), "Knative"),
        (KnativeAutoscaling("rps", 50, container_concurrency=10, min_replicas=0, max_replicas=3), "Knative"),
        (NoAutoscaling(3), "Standard"),
        (ExternalAutoscaling(), "Standard"),
    ],
    ids=["hpa", "hpa-full", "keda", "keda-full", "knative", "knative-full", "none", "external"],
)
def test_every_autoscaler_is_written_as_its_scaler_reads_it(autoscaling, mode, chart, objects, golden):
    service = InferenceService(
        chart, "iris", namespace="kserve", predictor=MODEL, autoscaling=autoscaling, deployment_mode=mode
    )

    [manifest] = objects(service)

    assert wrong(manifest) == []
    assert manifest == golden


def test_autoscaler_class_can_be_said_in_the_word_of_kserve(chart, objects):
    service = InferenceService(chart, "iris", namespace="kserve", predictor=MODEL, autoscaler_class="external")

    assert objects(service)[0]["metadata"]["annotations"]["serving.kserve.io/autoscalerClass"] == "external"


def test_two_classes_of_autoscaling_are_refused(chart):
    with pytest.raises(GitopsError, match="autoscaler_class is 'keda', but autoscaling is HPA"):
        InferenceService(
            chart, "iris", namespace="kserve", predictor=MODEL, autoscaling=HPA(2), autoscaler_class="keda"
        )


def test_canary_is_an_entry_of_the_object_where_kserve_has_that(chart, objects, golden):
    service = InferenceService(
        chart, "iris", namespace="kserve", predictor=MODEL, canary=CANARY, release=RELEASES["v0.20.0"], routed=True
    )

    [manifest] = objects(service)

    assert service.backends == (Backend("iris-predictor", 90), Backend("iris-canary-predictor", 10))
    assert service.canary is None
    assert wrong(manifest, "v0.20.0") == []
    assert manifest == golden


def test_canary_is_an_object_of_its_own_before(chart, objects, golden):
    service = InferenceService(
        chart, "iris", namespace="kserve", predictor=MODEL, transformer=TRANSFORMER, canary=CANARY, routed=True
    )

    manifests = objects(service)

    assert [manifest["metadata"]["name"] for manifest in manifests] == ["iris", "iris-canary"]
    assert service.backends == (Backend("iris-transformer", 90), Backend("iris-canary-transformer", 10))
    assert [wrong(manifest) for manifest in manifests] == [[], []]
    assert manifests == golden


def test_canary_is_a_revision_in_knative(chart, objects, golden):
    canary = Canary(10, CANARY.predictor, tag=True)

    service = InferenceService(
        chart, "iris", namespace="kserve", predictor=MODEL, canary=canary, deployment_mode="Knative"
    )

    [manifest] = objects(service)
    assert service.backends == (Backend("iris-predictor"),)
    assert wrong(manifest) == []
    assert manifest == golden


def test_list_of_canaries_passes_through_and_is_split_by_its_shares(chart, objects):
    entry = {"trafficPercent": 25, "predictor": {"name": "v2", "model": MODEL["model"]}}

    service = InferenceService(
        chart, "iris", namespace="kserve", predictor=MODEL, canary=[entry], release=RELEASES["v0.20.0"]
    )

    assert objects(service)[0]["spec"]["canary"] == [entry]
    assert service.backends == (Backend("iris-predictor", 75), Backend("iris-v2-predictor", 25))


def test_canary_without_a_route_is_reported_beside_the_object(chart):
    origin = linked("models/iris.yaml", [(("spec", "canary"), [("canary",)])])

    service = InferenceService(chart, "iris", namespace="kserve", predictor=MODEL, canary=CANARY, origin=origin)

    [fault] = [row.fault for row in collect(service) if row.fault]
    assert (fault.code, fault.at, fault.severity) == ("KG121", ("spec", "canary"), "error")


def test_value_of_a_canary_is_found_where_it_stands(chart):
    origin = linked("iris.yaml", [(("spec", "canary"), [("canary",)]), (("spec", "predictor"), [("predictor",)])])

    service = InferenceService(
        chart, "iris", namespace="kserve", predictor=MODEL, canary=CANARY, routed=True, origin=origin
    )

    stable, new = (row.origin for row in collect(service))
    path = ("spec", "predictor", "model", "storageUri")
    assert next(stable.candidates(path)) == ("iris.yaml", ("predictor", "model", "storageUri"))
    assert next(new.candidates(path)) == ("iris.yaml", ("canary", "predictor", "model", "storageUri"))


@pytest.mark.parametrize("release", ["v0.16.0", "v0.20.0"])
def test_canary_that_runs_a_container_of_its_own_is_a_second_service_in_every_release(release, chart, objects):
    canary = Canary(10, {"model": None, "containers": [{"name": "server", "image": "registry.example.com/model:1"}]})

    service = InferenceService(
        chart, "iris", namespace="kserve", predictor=MODEL, canary=canary, release=RELEASES[release], routed=True
    )

    stable, new = objects(service)
    assert stable["spec"].keys() == {"predictor"}
    assert new["spec"]["predictor"].keys() == {"containers"}
    assert [wrong(manifest, release) for manifest in (stable, new)] == [[], []]


def test_former_word_in_a_canary_is_found_where_it_stands(chart):
    origin = linked(
        "iris.yaml",
        [
            (("spec", "canary"), [("canary",)]),
            (("spec", "canary", 0, "predictor", "model"), [("canary", "predictor", "sklearn")]),
            (("spec", "predictor"), [("predictor",)]),
        ],
    )

    service = InferenceService(
        chart, "iris", namespace="kserve", predictor=MODEL, canary=CANARY, routed=True, origin=origin
    )

    _, new = (row.origin for row in collect(service))
    found = new.candidates(("spec", "predictor", "model", "storageUri"))
    assert next(found) == ("iris.yaml", ("canary", "predictor", "sklearn", "storageUri"))


@pytest.mark.parametrize(
    "patch",
    [
        {"op": "add", "path": "/spec/explainer/timeout", "value": 30},
        {"op": "copy", "from": "/spec/explainer/art/type", "path": "/metadata/annotations/attack"},
        {"op": "add", "path": "/spec/canary", "value": []},
        {"spec": {"explainer": {"timeout": 30}}},
        {"spec": {"canary": []}},
    ],
    ids=str,
)
def test_patch_of_what_only_the_stable_object_has_leaves_the_canary_alone(patch, chart):
    patches = [patch, {"metadata": {"labels": {"a": "b"}}}]
    explainer = {"art": {"type": "SquareAttack"}}

    service = InferenceService(
        chart,
        "iris",
        namespace="kserve",
        predictor=MODEL,
        explainer=explainer,
        canary=CANARY,
        routed=True,
        patches=patches,
    )

    rows = list(collect(service))

    assert [row.fault for row in rows if row.fault] == []
    _, new = (row.manifest for row in rows if row.manifest)
    assert new["spec"].keys() == {"predictor"}
    assert new["metadata"]["labels"] == {"a": "b"}
    assert "attack" not in new["metadata"]["annotations"]


def patch_faults(chart, **fields):
    """Places of what is told for a stable object, which has a timeout, and its canary, which has none."""
    predictor = {**MODEL, "timeout": 30}
    canary = Canary(10, {"timeout": None})
    service = InferenceService(
        chart, "iris", namespace="kserve", predictor=predictor, canary=canary, routed=True, **fields
    )
    return [(row.path.rpartition("/")[2], row.fault.code, row.fault.at) for row in collect(service) if row.fault]


def test_patch_that_leads_nowhere_is_told_once_for_both_objects(chart):
    patches = [{"op": "remove", "path": "/spec/predictor/nodeSelector"}, {"metadata": {"name": "other"}}]

    found = patch_faults(chart, patches=patches, labels={"team": "a"})

    assert found == [("iris", "KG019", ("patches", 0)), ("iris", "KG019", ("patches", 1))]


def test_patch_that_leads_nowhere_in_the_canary_alone_is_told_there(chart):
    patches = [
        {"op": "replace", "path": "/metadata/labels/team", "value": "b"},
        {"op": "replace", "path": "/spec/predictor/timeout", "value": 5},
    ]

    found = patch_faults(chart, patches=patches, labels={"team": "a"})

    assert found == [("iris-canary", "KG019", ("patches", 1))]


def test_transformer_that_is_no_mapping_is_left_for_the_schema_to_tell(chart, objects):
    service = InferenceService(
        chart, "iris", namespace="kserve", predictor=MODEL, transformer="x", canary=CANARY, routed=True
    )

    assert [manifest["spec"]["transformer"] for manifest in objects(service)] == ["x", "x"]


def test_rules_of_canaries_pass_over_a_container_that_is_none(chart, objects):
    predictor, entry = {"containers": ["x"]}, {"trafficPercent": 10, "predictor": {"name": "v2", **MODEL}}

    service = InferenceService(chart, "iris", namespace="kserve", predictor=predictor, canary=[entry])

    assert "KG121" in {fault.code for fault in faults(objects(service)[0])}


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


def test_unknown_mode_is_refused_at_once(chart):
    with pytest.raises(GitopsError, match="deployment_mode 'Knativ' is not known"):
        InferenceService(chart, "iris", namespace="a", predictor={}, deployment_mode="Knativ")
