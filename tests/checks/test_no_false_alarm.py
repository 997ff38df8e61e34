"""What a cluster takes and what works in it is no error, however unusual it looks."""

import pytest

from tests.checks.trees import cluster, findings, places, said

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: team}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers:
        - name: exporter
          image: example.com/exporter:1
          restartPolicy: Always
          ports: [{name: metrics, containerPort: 9000}]
          resources: {limits: {memory: 64Mi}}
      containers:
        - name: web
          image: example.com/web:1
          env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: theirs, key: token}}}]
          resources: {limits: {memory: 64Mi}}
"""
SERVICE = (
    "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: team}, spec: {selector: {app: web}, ports: [%s]}}"
)


def errors(*given, **options):
    return [(one.code, one.message) for one in findings(*given, **options) if one.severity == "error"]


TAKEN = {
    "tools print an empty status": """
        apiVersion: v1
        kind: Service
        metadata: {name: a, namespace: team, creationTimestamp: null}
        spec: {type: ExternalName, externalName: db.example.com}
        status: {loadBalancer: {}}
        """,
    "the API server fills in the group of a roleRef": """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: a}
        roleRef: {kind: ClusterRole, name: view}
        subjects: [{kind: User, name: somebody}]
        """,
    "the type of an address has a default": """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: a, namespace: team}
        spec:
          gatewayClassName: other
          addresses: [{value: 10.0.0.1}, {value: "2001:db8::1"}, {type: Hostname, value: a.example.org}]
          listeners: [{name: http, protocol: HTTP, port: 80}]
        """,
    "the template of a generator leaves empty what it does not change": """
        apiVersion: argoproj.io/v1alpha1
        kind: ApplicationSet
        metadata: {name: a, namespace: argocd}
        spec:
          generators:
            - list: {elements: [{cluster: a}], template: {metadata: {}, spec: {destination: {}, project: ""}}}
          template:
            metadata: {name: "{{cluster}}"}
            spec: {project: default, destination: {name: "{{cluster}}"}, source: {repoURL: "https://example.com/a.git"}}
        """,
    "KServe names the container that serves": """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata: {name: a, namespace: team}
        spec: {predictor: {containers: [{image: "example.com/server:1"}]}}
        """,
    "a network policy without pods is for all of them": """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: a, namespace: team}
        spec: {policyTypes: [Ingress], ingress: []}
        """,
    "a bucket of one letter is AWS's concern alone": """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata: {name: a, namespace: team}
        spec: {predictor: {model: {modelFormat: {name: sklearn}, storageUri: "s3://b/iris/1"}}}
        """,
}


@pytest.mark.parametrize("kserve", ["v0.16.0", "v0.20.0"])
@pytest.mark.parametrize("manifest", TAKEN.values(), ids=TAKEN)
def test_what_the_api_server_takes_is_no_error(manifest, kserve):
    assert errors(manifest, of=cluster(kserve)) == []


@pytest.mark.parametrize(
    ("manifest", "path"),
    [
        ("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: b, annotations: }}", "metadata.annotations"),
        (
            "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, env: }]}}",
            "containers.0.env",
        ),
    ],
)
def test_a_field_without_a_value_is_a_warning(manifest, path):
    [found] = [one for one in findings(manifest) if one.code == "KG111"]

    assert (found.severity, path in found.message) == ("warning", True)


def test_a_required_field_without_a_value_is_an_error():
    manifest = "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: b}, spec: {ports: [{port: }]}}"

    assert [code for code, _ in errors(manifest)] == ["KG111"]


def test_an_entry_without_a_value_is_an_error():
    manifest = (
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: b, args: [null]}]}}"
    )

    assert [code for code, _ in errors(manifest)] == ["KG111"]


def test_a_status_that_says_something_is_a_warning():
    manifest = "{apiVersion: v1, kind: Namespace, metadata: {name: a}, status: {phase: Active}}"
    [found] = [one for one in findings(manifest) if one.code == "KG110"]

    assert (found.severity, found.hint) == ("warning", "take it away")


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("v1", "Endpoints"),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"),
        ("autoscaling/v1", "HorizontalPodAutoscaler"),
    ],
)
def test_a_kind_of_kubernetes_needs_no_schema(api_version, kind):
    manifest = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}}

    assert [one for one in findings(manifest) if one.code == "KG112"] == []


def test_a_port_of_a_sidecar_is_a_port_of_the_pod():
    assert said("KG238", DEPLOYMENT, SERVICE % "{port: 9000, targetPort: metrics}") == []
    assert said("KG238", DEPLOYMENT, SERVICE % "{port: 9000, targetPort: metric}") != []


OPERATORS = {
    "beside it": """
        apiVersion: secrets.hashicorp.com/v1beta1
        kind: VaultStaticSecret
        metadata: {name: a, namespace: team}
        spec: {destination: {name: theirs, create: true}}
        """,
    "where it says": """
        apiVersion: s3.aws.upbound.io/v1beta1
        kind: Bucket
        metadata: {name: a}
        spec: {forProvider: {region: eu-central-1}, writeConnectionSecretToRef: {name: theirs, namespace: team}}
        """,
    "where its chart goes": """
        apiVersion: helm.cattle.io/v1
        kind: HelmChart
        metadata: {name: a, namespace: kube-system}
        spec: {chart: redis, targetNamespace: team}
        """,
    "anywhere": """
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: a, namespace: flux}
        spec: {path: ./}
        """,
    "of a kind that another group has too": """
        apiVersion: kubernetes-client.io/v1
        kind: ExternalSecret
        metadata: {name: theirs, namespace: team}
        spec: {data: [{key: ml/theirs, name: token}]}
        """,
    "by installing an operator": """
        apiVersion: operators.coreos.com/v1alpha1
        kind: Subscription
        metadata: {name: a, namespace: team}
        spec: {name: redis}
        """,
}


@pytest.mark.parametrize("maker", OPERATORS.values(), ids=OPERATORS)
def test_an_operator_may_make_what_is_missing(maker):
    assert errors(DEPLOYMENT) != []
    assert errors(DEPLOYMENT, maker) == []


def route(*hostnames):
    spec = {"parentRefs": [{"name": "edge"}], "hostnames": [*hostnames]}
    metadata = {"name": "web", "namespace": "team"}
    return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": metadata, "spec": spec}


EDGE = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: team}
spec: {gatewayClassName: other, listeners: [{name: a, protocol: HTTP, port: 80, hostname: "*.prod.example.org"}]}
"""


@pytest.mark.parametrize(
    ("hostnames", "severities"),
    [
        (["a.prod.example.org"], []),
        (["a.prod.example.org", "a.test.example.org"], ["warning"]),
        (["a.test.example.org"], ["error"]),
    ],
)
def test_a_route_for_several_environments_has_hosts_for_others_too(hostnames, severities):
    assert [severity for _, severity in places("KG309", EDGE, route(*hostnames))] == severities
