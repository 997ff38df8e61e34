"""The 25 commonest pains of people who serve with KServe: what they would write, and what is found, and where.

Each begins with the example repository and changes a file or two. The numbers are those of the list that the facts about
KServe were gathered in.
"""

# ruff: noqa: E501, ISC004  manifests as text

import json
from typing import NamedTuple

import pytest

PLATFORM = "platform.yaml"
MODEL = "models/m.yaml"
RAW = "manifests/m.yaml"


class Pain(NamedTuple):
    """Files to write, what is found, and replacements in platform.yaml.

    Found is a code in a file, where a text begins that stands there once; a code in lower case is a warning's.
    """

    files: dict[str, str]
    found: set[tuple[str, str, str]]
    platform: tuple[tuple[str, str], ...] = ()


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
KNATIVE = (
    "environments:\n",
    "existing: [{kind: KnativeServing, namespace: knative-serving, name: knative-serving}]\nenvironments:\n",
)
WEIGHTS = ("environments:\n", "existing: [{kind: PersistentVolumeClaim, namespace: kserve, name: w}]\nenvironments:\n")
VERSION_20 = ("version: v0.16.0", "version: v0.20.0")
KEYS = f"{{AWS_ACCESS_KEY_ID: Ag{'A' * 718}, AWS_SECRET_ACCESS_KEY: Ag{'A' * 718}}}"
ACCOUNT = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: reader, namespace: kserve}\n"
READER = "  predictor:\n    serviceAccountName: reader\n    model: {modelFormat: {name: sklearn}, storageUri: s3://bucket/m/1}\n"

PAINS = {
    "1-account-without-its-secret": Pain({RAW: service(READER) + ACCOUNT}, {("kg226", RAW, "s3://bucket/m/1")}),
    "1-account-that-nothing-makes": Pain({RAW: service(READER)}, {("KG220", RAW, "reader")}),
    "1-account-under-model": Pain(
        {MODEL: model("{modelFormat: sklearn, storageUri: s3://a-bucket/m/1, serviceAccountName: reader}")},
        {("KG110", MODEL, "serviceAccountName")},
    ),
    "1-secret-in-another-namespace": Pain(
        {
            RAW: service(READER) + ACCOUNT + "secrets: [{name: keys}]\n---\napiVersion: bitnami.com/v1alpha1\n"
            "kind: SealedSecret\nmetadata: {name: keys, namespace: other}\n"
            f"spec: {{encryptedData: {KEYS}}}\n"
        },
        {("KG221", RAW, "keys}]")},
    ),
    "1-endpoint-with-a-scheme": Pain(
        {
            RAW: "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: keys\n  namespace: kserve\nspec:\n"
            f"  encryptedData: {KEYS}\n  template:\n    metadata:\n"
            "      annotations: {serving.kserve.io/s3-endpoint: 'https://minio.example.com'}\n"
        },
        {("KG224", RAW, "'https://minio"), ("kg512", RAW, "'https://minio")},
    ),
    "1-annotation-of-a-group-that-is-none": Pain(
        {RAW: service(SKLEARN, "{serving.kserve.org/deploymentMode: Standard}")},
        {("KG116", RAW, "Standard")},
        (WEIGHTS,),
    ),
    "2-no-runtime-for-the-protocol": Pain(
        {MODEL: model("{modelFormat: onnx, storageUri: s3://acme-ml-models/m/1}")}, {("KG102", MODEL, "{modelFormat")}
    ),
    "2-no-runtime-of-that-name": Pain(
        {MODEL: model("{modelFormat: sklearn, runtime: kserve-sklearn, storageUri: s3://acme-ml-models/m/1}")},
        {("KG101", MODEL, "kserve-sklearn")},
    ),
    "2-no-runtime-for-the-version": Pain(
        {MODEL: model("{modelFormat: {name: lightgbm, version: '3'}, storageUri: s3://acme-ml-models/m/1}")},
        {("KG102", MODEL, "'3'")},
        (VERSION_20,),
    ),
    "3-mode-in-the-old-word": Pain(
        {RAW: service(SKLEARN, "{serving.kserve.io/deploymentMode: RawDeployment}")},
        {("KG127", RAW, "RawDeployment")},
        (WEIGHTS,),
    ),
    "4-mode-that-the-controller-does-not-know": Pain(
        {},
        {("KG430", PLATFORM, "standard}}")},
        (
            (
                "deploymentMode: Standard\n",
                "deploymentMode: Standard\n  values:\n    kserve: {controller: {deploymentMode: standard}}\n",
            ),
        ),
    ),
    "5-knative-where-there-is-none": Pain(
        {MODEL: model(above="deploymentMode: Knative\n")}, {("KG128", MODEL, "Knative")}
    ),
    "6-name-and-namespace-too-long": Pain(
        {MODEL: model().replace("name: m", f"name: {'m' * 47}")}, {("KG303", MODEL, "m" * 47)}
    ),
    "7-requests-above-the-limits": Pain(
        {RAW: service(SKLEARN.replace("pvc://w/m/1", "pvc://w/m/1, resources: {requests: {memory: 8Gi}}"))},
        {("KG142", RAW, "8Gi")},
        (WEIGHTS,),
    ),
    "8-memory-of-the-init-container": Pain(
        {
            MODEL: model(
                "{modelFormat: huggingface, storageUri: s3://acme-ml-models/llama/1, "
                "resources: {limits: {memory: 64Gi, cpu: 4}, requests: {memory: 64Gi, cpu: 4}}}"
            )
        },
        {("kg173", MODEL, "s3://acme-ml-models/llama")},
    ),
    "9-scale-to-zero-by-an-hpa": Pain({MODEL: model(below="  minReplicas: 0\n")}, {("KG120", MODEL, "0\n")}),
    "10-scaler-beside-kserves-own": Pain(
        {
            RAW: "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: mine, namespace: kserve}\n"
            "spec:\n  maxReplicas: 3\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: iris-classifier-predictor}\n"
        },
        {("KG408", RAW, "iris-classifier-predictor")},
    ),
    "11-metric-that-nothing-measures": Pain(
        {MODEL: model(below="  scaleMetric: rps\n  scaleTarget: 10\n")}, {("KG120", MODEL, "rps")}
    ),
    "12-canary-percent-in-standard": Pain(
        {MODEL: model(below="  canaryTrafficPercent: 10\n")}, {("KG121", MODEL, "10\n")}
    ),
    "13-gateway-that-is-not-there": Pain(
        {},
        {("KG322", PLATFORM, "kserve/other")},
        (
            (
                "deploymentMode: Standard\n",
                "deploymentMode: Standard\n  values:\n    kserve: {controller: {gateway: {ingressGateway: "
                "{kserveGateway: kserve/other}}}}\n",
            ),
        ),
    ),
    "14-domain-left-as-it-was": Pain(
        {}, {("kg304", PLATFORM, "example.com\n")}, (("domain: ml.example.com", "domain: example.com"),)
    ),
    "15-gateway-of-the-chart": Pain(
        {},
        {("KG324", PLATFORM, "true}")},
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
        {("kg141", MODEL, "--model_name")},
    ),
    "17-template-in-the-arguments": Pain(
        {
            MODEL: model(
                "{modelFormat: huggingface, args: ['--chat_template={{ messages }}'], storageUri: hf://org/m:1a2b3c4}"
            )
        },
        {("KG140", MODEL, "'--chat_template")},
    ),
    "18-several-addresses-before-v0.17": Pain(
        {
            MODEL: "name: m\npredictor:\n  model: {modelFormat: sklearn}\n  storageUris: [{uri: s3://acme-ml-models/m/1}]\n"
        },
        {("KG209", MODEL, "s3://")},
    ),
    "19-namespace-with-restricted-pods": Pain(
        {
            RAW: "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: strict\n"
            "  labels: {pod-security.kubernetes.io/enforce: restricted}\n",
            MODEL: model(above="namespace: strict\n"),
            "sealed/production/strict/s3-access.yaml": "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n"
            "metadata: {name: s3-access, namespace: strict}\n"
            f"spec: {{encryptedData: {KEYS}}}\n",
        },
        {("KG190", MODEL, "predictor:")},
    ),
    "20-gpu-that-must-surge": Pain(
        {
            MODEL: model(
                "{modelFormat: huggingface, storageUri: hf://org/m:1a2b3c4, resources: "
                "{limits: {nvidia.com/gpu: 1, cpu: 4, memory: 8Gi}, requests: {nvidia.com/gpu: 1, cpu: 4, memory: 8Gi}}}"
            )
        },
        {("kg145", MODEL, "predictor:"), ("kg173", MODEL, "hf://")},
    ),
    "21-pod-fields-that-knative-refuses": Pain(
        {MODEL: model(above="deploymentMode: Knative\n", below="  nodeSelector: {disk: ssd}\n")},
        {("kg129", MODEL, "{disk")},
        (KNATIVE,),
    ),
    "22-prometheus-at-a-port-of-knative": Pain(
        {MODEL: model(above="metadata: {annotations: {serving.kserve.io/enable-prometheus-scraping: 'true'}}\n")},
        {("kg124", MODEL, "'true'")},
    ),
    "23-new-files-under-the-old-address": Pain(
        {MODEL: model("{modelFormat: sklearn, storageUri: s3://acme-ml-models/iris/latest}")},
        {("kg170", MODEL, "s3://")},
    ),
    "25-crds-too-long-for-a-client-side-apply": Pain(
        {
            RAW: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: crds, namespace: argocd}\nspec:\n"
            "  project: default\n  destination: {server: 'https://kubernetes.default.svc', namespace: kserve}\n"
            "  source: {repoURL: ghcr.io/kserve/charts, chart: kserve-crd, targetRevision: v0.16.0}\n"
        },
        {("KG422", RAW, "spec:"), ("KG438", RAW, "kserve-crd")},
    ),
    "25-charts-that-fight": Pain(
        {
            RAW: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: llm, namespace: argocd}\nspec:\n"
            "  project: default\n  destination: {server: 'https://kubernetes.default.svc', namespace: kserve}\n"
            "  source: {repoURL: ghcr.io/kserve/charts, chart: llmisvc-resources, targetRevision: v0.16.0}\n"
        },
        {("KG438", RAW, "llmisvc-resources")},
    ),
}
UNSEEN = {
    "24": "which pickle a bucket holds, and with which scikit-learn it was written, is not in any file of the repository",
}


@pytest.mark.parametrize("pain", PAINS.values(), ids=PAINS)
def test_pain_is_found_where_it_was_written_and_nothing_else(pain, project, run_cli):
    for file, text in pain.files.items():
        project.write(file, text)
    for old, new in pain.platform:
        project.edit(PLATFORM, old, new)

    ran = run_cli("check", "--format", "json")

    found = {tuple(one[key] for key in ("code", "severity", "file", "line", "column")) for one in json.loads(ran.out)}
    assert found == {where(project, *said) for said in pain.found}, ran.out


def where(project, code, file, text):
    """Code, severity and place of a finding at `text`, which stands once in the file."""
    before, _, after = project.read(file).partition(text)
    assert text not in after, f"{text!r} stands several times in {file}"
    severity = "warning" if code.islower() else "error"
    return code.upper(), severity, file, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1


def test_every_pain_is_found_or_said_to_be_out_of_sight():
    assert {name.split("-")[0] for name in PAINS} | UNSEEN.keys() == {str(number) for number in range(1, 26)}
