"""One mistake, one finding: what follows from a misspelt or an empty field is not told as well."""

import copy

import pytest

from kserve_gitops.checks.schema.phrasing import Problem
from kserve_gitops.checks.schema.respelling import as_written, respelt
from tests.checks.rules.test_sealed import SEALED
from tests.checks.trees import findings, said, service, values_row

ESTATE = """
apiVersion: v1
kind: ConfigMap
metadata: {name: page, namespace: web}
data: {index.html: hello}
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: keys, namespace: web}
spec:
  encryptedData: {token: SEALED}
  template: {metadata: {name: keys, namespace: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      securityContext: {runAsNonRoot: true}
      containers:
        - name: web
          image: registry.example.com/web:1.0.0
          env: [{name: T, valueFrom: {secretKeyRef: {name: keys, key: token}}}]
          ports: [{name: http, containerPort: 8080}]
          volumeMounts: [{name: page, mountPath: /page}]
          readinessProbe: {httpGet: {path: /, port: http}}
          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
      volumes: [{name: page, configMap: {name: page}}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: web}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: http}]
""".replace("SEALED", SEALED)
CODES_OF_ADVICE = range(170, 190)


def told(text):
    found = findings(text)
    return sorted(f.code for f in found if int(f.code[2:]) not in CODES_OF_ADVICE)


def test_estate_is_sound():
    assert told(ESTATE) == []


@pytest.mark.parametrize(
    ("right", "wrong", "codes"),
    [
        ("template:\n    metadata:", "template:\n    metadat:", ["KG110"]),
        ("metadata: {labels: {app: web}}", "metadata: {label: {app: web}}", ["KG110"]),
        ("ports: [{name: http, containerPort", "portss: [{name: http, containerPort", ["KG110"]),
        ("ports: [{name: http, containerPort", "ports: [{nam: http, containerPort", ["KG110"]),
        ("volumes: [{name: page", "volumess: [{name: page", ["KG110"]),
        ("volumes: [{name: page", "volumes: [{nam: page", ["KG110"]),
        ("volumes: [{name: page", "volumes: [{name: ''", ["KG111"]),
        ("  selector: {app: web}", "  selectors: {app: web}", ["KG110"]),
        ("encryptedData: {token:", "encryptedDat: {token:", ["KG110"]),
        (f"encryptedData: {{token: {SEALED}}}", "encryptedData: {}", ["KG513"]),
        ("data: {index.html", "dat: {index.html", ["KG110"]),
    ],
)
def test_one_mistake_is_one_finding(right, wrong, codes):
    assert right in ESTATE

    assert told(ESTATE.replace(right, wrong)) == codes


def test_other_mistakes_of_the_object_are_still_told():
    text = ESTATE.replace("volumes: [{name: page", "volumess: [{name: page").replace(
        "name: keys, key", "name: absent, key"
    )

    assert told(text) == ["KG110", "KG230"]


def test_places_are_those_of_what_is_written():
    text = ESTATE.replace("volumeMounts: [{name: page", "volumeMounts: [{name: other")
    text = text.replace("readinessProbe:", "readinesProbe:")
    places = [finding.place.file.partition("#")[2] for finding in findings(text) if finding.severity == "error"]

    assert places == [
        "spec.template.spec.containers.0?readinesProbe",
        "spec.template.spec.containers.0.volumeMounts.0.name",
    ]


def test_values_are_read_as_they_were_meant():
    volumes = {
        "extraVolumes": [{"name": "a", "emptyDir": {}}],
        "extraVolumeMountss": [{"name": "a", "mountPath": "/a"}],
    }
    found = findings(values=[values_row("mlflow", "1.11.5", volumes)])

    assert [f.code for f in found if "extraVolumeMount" in f.message] == ["KG401"]


def test_respelt_copies_only_what_it_changes():
    given = {"spec": {"a": [{"nam": 1}], "b": {}}}
    before = copy.deepcopy(given)

    whole, names = respelt(given, [Problem(("spec", "a", 0), "nam", "unknown", "", "did you mean 'name'?")])

    assert whole == {"spec": {"a": [{"name": 1}], "b": {}}}
    assert given == before
    assert whole["spec"]["b"] is given["spec"]["b"]
    assert as_written(("spec", "a", 0, "name", "x"), names) == ("spec", "a", 0, "nam", "x")
    assert as_written(("spec", "b"), names) == ("spec", "b")


@pytest.mark.parametrize(
    ("path", "key", "hint"),
    [
        (("gone",), "nam", "did you mean 'name'?"),
        (("a", 9), "nam", "did you mean 'name'?"),
        ((), "a", "did you mean 'b'?"),
        ((), "a", "it belongs under 'b'"),
        ((), "a", ""),
    ],
)
def test_what_is_not_sure_is_left_as_it_is(path, key, hint):
    given = {"a": [], "b": 1}

    assert respelt(given, [Problem(path, key, "unknown", "", hint)]) == (given, {})


ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: kserve}
spec:
  parentRefs: [{group: "", kind: Service, name: iris-predictor}]
  rules: [{backendRefs: [{name: NAME, port: 80}]}]
"""


@pytest.mark.parametrize(
    ("spec", "name", "codes"),
    [
        ({"predictor": {"model": {"modelFormat": {"name": "sklearn"}}}}, "iris-predictor", set()),
        ({"predictor": {"model": {"modelFormat": {"name": "sklearn"}}}}, "iris-elsewhere", {"KG311"}),
        ({}, "iris-predictor", {"KG113"}),
        ({"the-server": {}}, "iris-predictor", {"KG110", "KG113"}),
        ({"predictr": {"model": {"modelFormat": {"name": "sklearn"}}}}, "iris-predictor", {"KG110"}),
        ({"predictr": {"model": {"modelFormat": {"name": "sklearn"}}}}, "iris-elsewhere", {"KG110", "KG311"}),
    ],
)
def test_what_a_broken_model_makes_is_not_missed(spec, name, codes):
    model = {**service(), "spec": spec}
    found = findings(model, ROUTE.replace("NAME", name))

    assert {f.code for f in found if f.severity == "error" and f.code in ("KG110", "KG113", "KG311")} == codes


@pytest.mark.parametrize(
    ("kind", "spec", "wrong"),
    [
        ("Issuer", {}, True),
        ("ClusterIssuer", {"selfSigned": {}}, False),
        ("Issuer", {"selfSigned": {}, "ca": {"secretName": "a"}}, True),
        ("Issuer", None, True),
    ],
)
def test_issuer_says_how_it_signs(kind, spec, wrong):
    issuer = {"apiVersion": "cert-manager.io/v1", "kind": kind, "metadata": {"name": "i"}, "spec": spec}

    assert [one[0] for one in said("KG461", issuer)] == (["spec"] if wrong else [])


@pytest.mark.parametrize(
    ("spec", "wrong"),
    [({}, True), ({"secretTargetRef": []}, True), ({"podIdentity": {"provider": "aws"}}, False), (None, True)],
)
def test_trigger_authentication_hands_something_over(spec, wrong):
    given = {"apiVersion": "keda.sh/v1alpha1", "kind": "TriggerAuthentication", "metadata": {"name": "t"}, "spec": spec}

    assert [one[0] for one in said("KG462", given)] == (["spec"] if wrong else [])


@pytest.mark.parametrize(
    ("parameters", "hint"),
    [
        ({"type": "s3", "bukcet": "m"}, "did you mean 'bucket'?"),
        ({"typ": "s3", "bucket": "m"}, "did you mean 'type'?"),
        ({"type": "s3", "bucket": "m", "endpointurl": "a"}, "did you mean 'endpoint_url'?"),
        ({"type": "s3", "bucket": "m", "default_bucket": "m"}, None),
        ({"type": "hdfs", "bukcet": "m"}, None),
        ({"bucket": "m", "any": "m"}, None),
    ],
)
def test_parameter_of_storage_is_spelt_right(parameters, hint):
    model = {"modelFormat": {"name": "sklearn"}, "storage": {"key": "a", "path": "b", "parameters": parameters}}
    codes = {f.code for f in findings(service({"model": model})) if "parameters" in f.message}

    assert [one[3] for one in said("KG463", service({"model": model}))] == ([hint] if hint else [])
    assert codes == ({"KG463"} if hint else set())
