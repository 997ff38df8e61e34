"""The 25 commonest pains of people who serve with KServe: what they would write, and the finding that it gets.

Each begins with the example repository and changes a file or two. The numbers are those of the list that the facts about
KServe were gathered in.
"""

from typing import NamedTuple

import pytest

PLATFORM = "platform.yaml"
MODEL = "models/m.yaml"
RAW = "manifests/m.yaml"


class Pain(NamedTuple):
    """Files to write, replacements in platform.yaml, and what is found: code and place."""

    files: dict[str, str]
    found: set[tuple[str, str]]
    platform: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()


def model(model="{modelFormat: sklearn, storageUri: s3://acme-ml-models/m/1}", above="", below=""):
    """A model file of one key a line, from line 1 on."""
    return f"{above}name: m\npredictor:\n  model: {model}\n{below}"


def service(predictor, annotations="{serving.kserve.io/deploymentMode: Standard}", name="m"):
    """An InferenceService as people write them, under manifests/."""
    return (
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\n"
        f"metadata:\n  name: {name}\n  namespace: kserve\n  annotations: {annotations}\nspec:\n{predictor}"
    )


SKLEARN = "  predictor:\n    model: {modelFormat: {name: sklearn}, storageUri: pvc://w/m/1}\n"
WEIGHTS = ("environments:\n", "existing: [{kind: PersistentVolumeClaim, namespace: kserve, name: w}]\nenvironments:\n")
VERSION_20 = ("version: v0.16.0", "version: v0.20.0")
ACCOUNT = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: reader, namespace: kserve}\n"
READER = "  predictor:\n    serviceAccountName: reader\n    model: {modelFormat: {name: sklearn}, storageUri: s3://bucket/m/1}\n"

PAINS = {
    "1-account-without-its-secret": Pain({RAW: service(READER) + ACCOUNT}, {("KG2", "manifests/m.yaml:9:25")}),
    "1-account-that-nothing-makes": Pain({RAW: service(READER)}, {("KG2", "manifests/m.yaml:9:25")}),
    "1-account-under-model": Pain(
        {MODEL: model("{modelFormat: sklearn, storageUri: s3://a-bucket/m/1, serviceAccountName: reader}")},
        {("KG110", "models/m.yaml:3:56")},
    ),
    "1-secret-in-another-namespace": Pain(
        {
            RAW: service(READER) + ACCOUNT + "secrets: [{name: keys}]\n---\napiVersion: bitnami.com/v1alpha1\n"
            "kind: SealedSecret\nmetadata: {name: keys, namespace: other}\nspec: {encryptedData: {AWS_ACCESS_KEY_ID: AgA=,"
            " AWS_SECRET_ACCESS_KEY: AgA=}}\n"
        },
        {("KG2", "manifests/m.yaml:15:18")},
    ),
    "1-endpoint-with-a-scheme": Pain(
        {
            RAW: "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: keys\n  namespace: kserve\nspec:\n"
            "  encryptedData: {AWS_ACCESS_KEY_ID: AgA=, AWS_SECRET_ACCESS_KEY: AgA=}\n  template:\n    metadata:\n"
            "      annotations: {serving.kserve.io/s3-endpoint: 'https://minio.example.com'}\n"
        },
        {("KG2", "manifests/m.yaml:10:54")},
    ),
    "1-annotation-of-a-group-that-is-none": Pain(
        {RAW: service(SKLEARN, "{serving.kserve.org/deploymentMode: Standard}")},
        {("KG116", "manifests/m.yaml:6:17")},
        (WEIGHTS,),
    ),
    "2-no-runtime-for-the-protocol": Pain(
        {MODEL: model("{modelFormat: onnx, storageUri: s3://acme-ml-models/m/1}")}, {("KG102", "models/m.yaml:3:24")}
    ),
    "2-no-runtime-of-that-name": Pain(
        {MODEL: model("{modelFormat: sklearn, runtime: kserve-sklearn, storageUri: s3://acme-ml-models/m/1}")},
        {("KG101", "models/m.yaml:3:42")},
    ),
    "2-no-runtime-for-the-version": Pain(
        {MODEL: model("{modelFormat: {name: lightgbm, version: '3'}, storageUri: s3://acme-ml-models/m/1}")},
        {("KG102", "models/m.yaml:3:48")},
        (VERSION_20,),
    ),
    "3-mode-in-the-old-word": Pain(
        {RAW: service(SKLEARN, "{serving.kserve.io/deploymentMode: RawDeployment}")},
        {("KG1", "manifests/m.yaml:6:52")},
        (WEIGHTS,),
    ),
    "4-mode-that-the-controller-does-not-know": Pain(
        {},
        {("KG4", "platform.yaml:16:43")},
        (
            (
                "deploymentMode: Standard\n",
                "deploymentMode: Standard\n  values:\n    kserve: {controller: {deploymentMode: standard}}\n",
            ),
        ),
    ),
    "5-knative-where-there-is-none": Pain(
        {MODEL: model(above="deploymentMode: Knative\n")}, {("KG1", "models/m.yaml:1:17")}
    ),
    "6-name-and-namespace-too-long": Pain(
        {MODEL: model().replace("name: m", f"name: {'m' * 47}")}, {("KG303", "models/m.yaml:1:7")}
    ),
    "7-requests-above-the-limits": Pain(
        {RAW: service(SKLEARN.replace("pvc://w/m/1", "pvc://w/m/1, resources: {requests: {memory: 8Gi}}"))},
        {("KG1", "manifests/m.yaml:9:100")},
        (WEIGHTS,),
    ),
    "8-memory-of-the-init-container": Pain(
        {
            MODEL: model(
                "{modelFormat: huggingface, storageUri: s3://acme-ml-models/llama/1, "
                "resources: {limits: {memory: 64Gi, cpu: 4}, requests: {memory: 64Gi, cpu: 4}}}"
            )
        },
        {("KG1", "models/m.yaml:3:42")},
    ),
    "9-scale-to-zero-by-an-hpa": Pain({MODEL: model(below="  minReplicas: 0\n")}, {("KG120", "models/m.yaml:4:16")}),
    "10-scaler-beside-kserves-own": Pain(
        {
            RAW: "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: mine, namespace: kserve}\n"
            "spec:\n  maxReplicas: 3\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: iris-classifier-predictor}\n"
        },
        {("KG2", "manifests/m.yaml:6:67")},
    ),
    "11-metric-that-nothing-measures": Pain(
        {MODEL: model(below="  scaleMetric: rps\n  scaleTarget: 10\n")}, {("KG120", "models/m.yaml:4:16")}
    ),
    "12-canary-percent-in-standard": Pain(
        {MODEL: model(below="  canaryTrafficPercent: 10\n")}, {("KG121", "models/m.yaml:4:25")}
    ),
    "13-gateway-that-is-not-there": Pain(
        {},
        {("KG3", "platform.yaml:16:74")},
        (
            (
                "deploymentMode: Standard\n",
                "deploymentMode: Standard\n  values:\n    kserve: {controller: {gateway: {ingressGateway: "
                "{kserveGateway: kserve/other}}}}\n",
            ),
        ),
    ),
    "14-domain-left-as-it-was": Pain(
        {}, {("KG3", "platform.yaml:51:13")}, (("domain: ml.example.com", "domain: example.com"),)
    ),
    "15-gateway-of-the-chart": Pain(
        {},
        {("KG3", "platform.yaml:16:74")},
        (
            (
                "deploymentMode: Standard\n",
                "deploymentMode: Standard\n  values:\n    kserve: {controller: {gateway: {ingressGateway: "
                "{createGateway: true}}}}\n",
            ),
        ),
    ),
    "16-argument-given-twice": Pain(
        {
            MODEL: model(
                "{modelFormat: sklearn, runtime: kserve-sklearnserver, args: [--model_name=iris], "
                "storageUri: s3://acme-ml-models/m/1}"
            )
        },
        {("KG1", "models/m.yaml:3:70")},
    ),
    "17-template-in-the-arguments": Pain(
        {
            MODEL: model(
                "{modelFormat: huggingface, args: ['--chat_template={{ messages }}'], storageUri: hf://org/m:main}"
            )
        },
        {("KG1", "models/m.yaml:3:42")},
    ),
    "18-several-addresses-before-v0.17": Pain(
        {
            MODEL: "name: m\npredictor:\n  model: {modelFormat: sklearn}\n  storageUris: [{uri: s3://acme-ml-models/m/1}]\n"
        },
        {("KG2", "models/m.yaml:4:23")},
    ),
    "19-namespace-with-restricted-pods": Pain(
        {
            RAW: "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: strict\n"
            "  labels: {pod-security.kubernetes.io/enforce: restricted}\n",
            MODEL: model(above="namespace: strict\n"),
            "sealed/production/strict/s3-access.yaml": "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n"
            "metadata: {name: s3-access, namespace: strict}\nspec: {encryptedData: {AWS_ACCESS_KEY_ID: AgA=, "
            "AWS_SECRET_ACCESS_KEY: AgA=}}\n",
        },
        {("KG190", "models/m.yaml:3:1")},
    ),
    "20-gpu-that-must-surge": Pain(
        {
            MODEL: model(
                "{modelFormat: huggingface, storageUri: hf://org/m:1a2b3c4, resources: "
                "{limits: {nvidia.com/gpu: 1, cpu: 4, memory: 8Gi}, requests: {nvidia.com/gpu: 1, cpu: 4, memory: 8Gi}}}"
            )
        },
        {("KG145", "models/m.yaml:2:1")},
    ),
    "21-pod-fields-that-knative-refuses": Pain(
        {MODEL: model(above="deploymentMode: Knative\n", below="  nodeSelector: {disk: ssd}\n")},
        {("KG1", "models/m.yaml:5:3")},
    ),
    "22-prometheus-at-a-port-of-knative": Pain(
        {MODEL: model(above="metadata: {annotations: {serving.kserve.io/enable-prometheus-scraping: 'true'}}\n")},
        {("KG1", "models/m.yaml:1:77")},
    ),
    "23-new-files-under-the-old-address": Pain(
        {MODEL: model("{modelFormat: sklearn, storageUri: s3://acme-ml-models/iris/latest}")},
        {("KG170", "models/m.yaml:3:45")},
    ),
    "25-crds-too-long-for-a-client-side-apply": Pain(
        {
            RAW: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: crds, namespace: argocd}\nspec:\n"
            "  project: default\n  destination: {server: 'https://kubernetes.default.svc', namespace: kserve}\n"
            "  source: {repoURL: ghcr.io/kserve/charts, chart: kserve-crd, targetRevision: v0.16.0}\n"
        },
        {("KG4", "manifests/m.yaml:4:1")},
    ),
    "25-charts-that-fight": Pain(
        {
            RAW: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: llm, namespace: argocd}\nspec:\n"
            "  project: default\n  destination: {server: 'https://kubernetes.default.svc', namespace: kserve}\n"
            "  source: {repoURL: ghcr.io/kserve/charts, chart: llmisvc-resources, targetRevision: v0.16.0}\n"
        },
        {("KG4", "manifests/m.yaml:7:52")},
    ),
}
UNSEEN = {
    "24": "which pickle a bucket holds, and with which scikit-learn it was written, is not in any file of the repository",
}


@pytest.mark.parametrize("pain", PAINS.values(), ids=PAINS)
def test_pain_is_found_where_it_was_written(pain, project, run_cli):
    for file in pain.removed:
        project.remove(file)
    for file, text in pain.files.items():
        project.write(file, text)
    for old, new in pain.platform:
        project.edit(PLATFORM, old, new)

    ran = run_cli("synth", "--check")

    said = ran.err
    found = {(line.partition("[")[2][:5], following.partition("--> ")[2])
             for line, following in zip(said.splitlines(), said.splitlines()[1:], strict=False)
             if line.startswith(("error[", "warning["))}  # fmt: skip
    assert "Traceback" not in said
    assert pain.found <= found, said


def test_every_pain_is_found_or_said_to_be_out_of_sight():
    assert {name.split("-")[0] for name in PAINS} | UNSEEN.keys() == {str(number) for number in range(1, 26)}
