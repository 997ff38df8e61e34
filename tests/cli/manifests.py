"""Manifests to adopt."""

MODEL = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: NAME}
spec:
  predictor:
    sklearn: {storageUri: 'gs://b/NAME', resources: {requests: {cpu: 1000m}}}
"""
WRITTEN = """\
name: iris
predictor:
  # the manifest has the legacy form sklearn:, which KServe turns into this
  model:
    modelFormat: sklearn
    storageUri: gs://b/iris
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


def model(name="iris"):
    return MODEL.replace("NAME", name)


def files(project):
    """Every file of the project but dist/, by name."""
    found = (path for folder in ("models", "manifests", "in") for path in (project.root / folder).rglob("*"))
    return {path.relative_to(project.root).as_posix(): path.read_bytes() for path in found if path.is_file()}
