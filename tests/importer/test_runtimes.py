import pytest
import yaml

from kserve_gitops.importer import runtimes

RUNTIME = """
apiVersion: serving.kserve.io/v1alpha1
kind: ClusterServingRuntime
metadata: {name: kserve-thing, annotations: {note: prose}}
spec:
  protocolVersions: [v1, grpc-v2]
  supportedModelFormats: [{name: thing, version: "1", autoSelect: true, priority: 2}, {name: other}]
  containers:
  - name: kserve-container
    image: kserve/thing:replace
    args: ["--model_name={{.Name}}", "--port=8080", serve, --quiet, --port=1, "--id=x-{{.Name}}"]
    env: [{name: B, value: "/models/{{.Name}}"}, {name: A, value: prose}, {name: C, valueFrom: {}}]
    resources: {requests: {cpu: "1"}, limits: {memory: 2Gi}}
"""


def test_a_runtime_becomes_a_row_of_what_it_serves():
    name, row = runtimes.row(yaml.safe_load(RUNTIME))

    assert name == "kserve-thing"
    assert row == {
        "containers": [
            {
                "flags": ["--id", "--model_name", "--port", "--quiet"],
                "image": "kserve/thing",
                "name": "kserve-container",
                "nameEnv": ["B"],
                "nameFlags": ["--model_name"],
                "resources": {"limits": {"memory": "2Gi"}, "requests": {"cpu": "1"}},
            }
        ],
        "disabled": False,
        "installed": True,
        "multiModel": False,
        "protocolVersions": ["v1", "grpc-v2"],
        "supportedModelFormats": [
            {"autoSelect": True, "name": "thing", "priority": 2, "version": "1"},
            {"name": "other"},
        ],
        "workerSpec": False,
    }


@pytest.mark.parametrize(("name", "installed"), [("kserve-openvino", False), ("kserve-tritonserver", True)])
def test_a_runtime_that_kserve_only_carries_is_not_counted_on(name, installed):
    manifest = yaml.safe_load(RUNTIME)
    manifest["metadata"]["name"] = name

    assert runtimes.row(manifest)[1]["installed"] is installed
