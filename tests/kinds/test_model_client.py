"""The page of a model: what it is told, and what its pod may do."""

from dataclasses import replace

import pytest

from kserve_gitops import InferenceService, ModelClient
from kserve_gitops.core.origins import Origin
from kserve_gitops.inputs.environment import ClientPage, Image

PAGE = ClientPage(Origin("m.yaml"), "Iris", "iris-client.ml.example.com", ("length", "width"), {"1": "Two", "0": "One"})


@pytest.fixture
def client(chart, gateway):
    """`client(page)` is the page of a model called iris."""

    def make(page, name="iris"):
        service = InferenceService(chart, name, namespace="kserve", predictor={"model": {}})
        image = Image("registry.example.com/ml/model-client", "0.1.0")
        return ModelClient(
            chart, f"{name}-page", name=name, namespace="clients", model=service, page=page, protocol="v2", image=image,
            gateway=gateway,
        )  # fmt: skip

    return make


def deployment(manifests):
    return next(manifest for manifest in manifests if manifest["kind"] == "Deployment")


def pod(manifests):
    return deployment(manifests)["spec"]["template"]


def test_page_is_a_deployment_with_service_route_and_description(client, objects, golden):
    manifests = objects(client(PAGE))

    assert [manifest["kind"] for manifest in manifests] == ["ConfigMap", "Deployment", "Service", "HTTPRoute"]
    assert manifests == golden


def test_smallest_page_is_told_neither_inputs_nor_labels(client, objects, golden):
    manifests = objects(client(replace(PAGE, inputs=(), labels={})))

    assert "inputs" not in manifests[0]["data"]["model.json"]
    assert manifests == golden


def test_route_reaches_the_pods(client, objects):
    config, deployed, service, route = objects(client(PAGE))

    labels = deployed["spec"]["template"]["metadata"]["labels"]
    assert service["spec"]["selector"] == deployed["spec"]["selector"]["matchLabels"] == labels
    assert route["spec"]["rules"][0]["backendRefs"][0]["name"] == service["metadata"]["name"]
    assert route["spec"]["hostnames"] == ["iris-client.ml.example.com"]
    [container] = deployed["spec"]["template"]["spec"]["containers"]
    assert service["spec"]["ports"][0]["targetPort"] == container["ports"][0]["name"]
    assert {"name": "description", "configMap": {"name": config["metadata"]["name"]}} in deployed["spec"]["template"][
        "spec"
    ]["volumes"]


def test_new_description_makes_new_pods(client, objects):
    before = pod(objects(client(PAGE)))["metadata"]["annotations"]["checksum/config"]
    same = pod(objects(client(PAGE, name="other")))
    after = pod(objects(client(replace(PAGE, title="Other"), name="third")))

    assert len({before, same["metadata"]["annotations"]["checksum/config"],
                after["metadata"]["annotations"]["checksum/config"]}) == 3  # fmt: skip


def test_title_alone_changes_the_pod_template(chart, gateway, objects):
    service = InferenceService(chart, "iris", namespace="kserve", predictor={"model": {}})
    image = Image("registry.example.com/ml/model-client", "0.1.0")

    def checksum(identifier, title):
        page = replace(PAGE, title=title)
        made = ModelClient(
            chart, identifier, name="iris", namespace="clients", model=service, page=page, protocol="v2", image=image,
            gateway=gateway,
        )  # fmt: skip
        return pod(objects(made))["metadata"]["annotations"]["checksum/config"]

    assert checksum("a", "Iris") == checksum("b", "Iris")
    assert checksum("c", "Iris") != checksum("d", "Iris!")


def test_labels_are_in_the_order_of_their_keys(client, objects):
    text = objects(client(PAGE))[0]["data"]["model.json"]

    assert text.index('"One"') < text.index('"Two"')


def test_pod_fits_the_pod_security_standard_restricted(client, objects):
    spec = pod(objects(client(PAGE)))["spec"]

    [container] = spec["containers"]
    security = container["securityContext"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] != 0
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert {key for volume in spec["volumes"] for key in volume} - {"name"} <= {"configMap", "emptyDir"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec)


def test_pod_has_no_token_and_writes_to_tmp_only(client, objects):
    spec = pod(objects(client(PAGE)))["spec"]

    [container] = spec["containers"]
    assert spec["automountServiceAccountToken"] is False
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    writable = [mount["name"] for mount in container["volumeMounts"] if not mount.get("readOnly")]
    assert [volume for volume in spec["volumes"] if volume["name"] in writable] == [{"name": "tmp", "emptyDir": {}}]
