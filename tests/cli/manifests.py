"""Manifests to adopt."""

MODEL = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: NAME}
spec:
  predictor:
    sklearn: {storageUri: 'gs://models/NAME/1', resources: {requests: {cpu: 1000m}}}
"""
WRITTEN = """\
name: iris
predictor:
  # the manifest has the legacy form sklearn:, which KServe turns into this
  model:
    modelFormat: sklearn
    storageUri: gs://models/iris/1
    resources:
      requests:
        cpu: 1000m
"""
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: notes, namespace: kserve}\ndata: {a: 'yes'}\n"
ROUTE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: friendly, namespace: kserve}
spec:
  parentRefs: [{name: kserve-ingress-gateway, namespace: traefik}]
  hostnames: [second.ml.example.com]
  rules: [{backendRefs: [{name: second-predictor, port: 80}]}]
"""
LIVE = """\
apiVersion: v1
kind: List
metadata: {resourceVersion: ""}
items:
  - apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    metadata:
      name: iris
      namespace: kserve
      uid: 0a1b
      resourceVersion: "77"
      generation: 2
      creationTimestamp: "2024-05-01T10:00:00Z"
      finalizers: [inferenceservice.finalizers]
      managedFields: [{manager: kubectl, operation: Update}]
      annotations:
        kubectl.kubernetes.io/last-applied-configuration: '{"kind": "InferenceService"}'
        modelFormat: sklearn
        serving.kserve.io/deploymentMode: Standard
    spec:
      predictor:
        serviceAccountName: sa-s3-access
        model:
          name: ""
          modelFormat: {name: sklearn}
          protocolVersion: v2
          storageUri: s3://acme-ml-models/iris
          ports: [{containerPort: 8081, name: grpc-port, protocol: TCP}]
          resources: {requests: {cpu: "1", memory: 2Gi}, limits: {cpu: "1", memory: 2Gi}}
    status: {url: http://iris.example.com, conditions: [{type: Ready, status: "True"}]}
  - apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: iris-predictor
      namespace: kserve
      ownerReferences: [{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, name: iris, uid: 0a1b}]
  - apiVersion: v1
    kind: ServiceAccount
    metadata: {name: sa-s3-access, namespace: kserve, uid: 0a1c}
    secrets: [{name: s3-access}]
  - apiVersion: v1
    kind: Secret
    metadata:
      name: s3-access
      namespace: kserve
      annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"stringData": {"A": "hush-plain"}}'}
    data: {AWS_ACCESS_KEY_ID: aHVzaC1pZA==, AWS_SECRET_ACCESS_KEY: aHVzaC1rZXk=}
"""


def model(name="iris"):
    return MODEL.replace("NAME", name)


def files(project):
    """Every file of the project but dist/, by name."""
    found = (path for folder in ("models", "manifests", "in") for path in (project.root / folder).rglob("*"))
    return {path.relative_to(project.root).as_posix(): path.read_bytes() for path in found if path.is_file()}
