"""What stands beside a model in the same input: accounts, Secrets, routes, namespaces, and what KServe made."""

import pytest

from kserve_gitops.adopt.adoption import planned
from kserve_gitops.adopt.reading import read
from tests.adopt.conftest import SETTINGS, schemas

MODEL = """\
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: iris}
spec:
  predictor:
    serviceAccountName: ACCOUNT
    model: {modelFormat: {name: sklearn}, storageUri: 's3://b/m'}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: ACCOUNT}
secrets: [{name: KEYS}, {name: ACCOUNT-token-x7b2k}]
---
apiVersion: v1
kind: Secret
metadata:
  name: KEYS
  annotations: {serving.kserve.io/s3-endpoint: 'minio:9000', other: dont-tell}
stringData: {AWS_ACCESS_KEY_ID: hush-id, AWS_SECRET_ACCESS_KEY: hush-key}
"""
ROUTE = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: NAME}
spec:
  parentRefs: [{name: gateway, namespace: gateway}]
  hostnames: [iris.example.com]
  rules: [{backendRefs: [{name: BACKEND, port: 80}]}]
"""


def with_names(account, secret):
    return MODEL.replace("ACCOUNT", account).replace("KEYS", secret)


def everything(result):
    texts = [str(entry.data) for entry in result.entries] + [str(data) for _, data in result.raw]
    return "\n".join([*texts, *result.notes, *(reason for _, reason in result.skipped), *map(str, result.findings)])


def test_a_declared_credential_takes_the_place_of_account_and_secret(plan):
    result = plan(with_names("sa-s3-access", "s3-access"))

    assert result.raw == []
    assert "serviceAccountName" not in str(result.entries[0].data)
    assert [(found.kind, reason) for found, reason in result.skipped] == [
        ("ServiceAccount", "made from the credential 's3-access'"),
        ("Secret", "the credential 's3-access' of platform.yaml"),
    ]


def test_another_credential_stays_and_is_proposed(plan):
    result = plan(with_names("minio", "minio-keys"))

    assert [found.kind for found, _ in result.raw] == ["ServiceAccount"]
    assert result.entries[0].data["predictor"]["serviceAccountName"] == "minio"
    assert result.notes == [
        (
            "seal the Secret 'minio-keys' for namespace kserve again; its keys: AWS_ACCESS_KEY_ID, "
            "AWS_SECRET_ACCESS_KEY; annotations: serving.kserve.io/s3-endpoint: minio:9000"
        ),
        (
            "to have synth make the ServiceAccounts, write into platform.yaml before adopting:\n"
            "credentials:\n  minio-keys:\n    serviceAccountName: minio"
        ),
    ]


@pytest.mark.parametrize(
    "names", [("sa-s3-access", "s3-access"), ("a", "b"), ("sa-s3-access", "b"), ("a", "s3-access")]
)
def test_a_secret_is_never_written_or_told(names, plan):
    result = plan(with_names(*names))

    assert not [found for found, _ in result.raw if found.kind == "Secret"]
    assert "hush" not in everything(result)
    assert "dont-tell" not in everything(result)


@pytest.mark.parametrize(
    "more",
    ["imagePullSecrets: [{name: x}]", "automountServiceAccountToken: false", "secrets: [{name: a}, {name: s3-access}]"],
)
def test_an_account_that_says_more_than_its_credential_stays(more, plan):
    key = more.partition(":")[0]
    secrets = "secrets: [{name: s3-access}, {name: sa-s3-access-token-x7b2k}]"
    text = with_names("sa-s3-access", "s3-access")
    text = text.replace(secrets, more) if key == "secrets" else text.replace(secrets, f"{secrets}\n{more}")

    result = plan(text)

    assert [found.kind for found, _ in result.raw] == ["ServiceAccount"]
    assert result.entries[0].data["credential"] is None
    assert result.entries[0].data["predictor"]["serviceAccountName"] == "sa-s3-access"


def test_an_account_that_no_model_uses_stays(plan):
    _, account, secret = with_names("sa-s3-access", "s3-access").split("---\n")

    result = plan(f"{account}---\n{secret}")

    assert [found.kind for found, _ in result.raw] == ["ServiceAccount"]
    assert len(result.notes) == 1


@pytest.mark.parametrize(
    ("name", "comment"), [("iris-route", ""), ("friendly", "the HTTPRoute 'friendly'; built under the name iris-route")]
)
def test_a_route_to_a_model_goes_into_its_file(name, comment, plan, model):
    result = plan(f"{model()}---\n{ROUTE.replace('NAME', name).replace('BACKEND', 'iris-predictor')}")

    (entry,) = result.entries
    assert result.raw == []
    assert entry.data["route"] == {"hostname": "iris.example.com"}
    assert entry.comments.get(("route",), "") == comment


SPOILED = {
    "another backend": ("BACKEND", "iris"),
    "the wrong component": ("BACKEND", "iris-transformer"),
    "another port": ("port: 80", "port: 8080"),
    "another gateway": ("name: gateway,", "name: other,"),
    "a listener": ("namespace: gateway}", "namespace: gateway, sectionName: https}"),
    "two hosts": ("[iris.example.com]", "[a.example.com, b.example.com]"),
    "any host": ("iris.example.com", "'*.example.com'"),
    "a path": ("[{backendRefs", "[{matches: [{path: {value: /v2}}], backendRefs"),
    "a filter": ("[{backendRefs", "[{filters: [], backendRefs"),
    "a timeout": ("[{backendRefs", "[{timeouts: {request: 9s}, backendRefs"),
    "two backends": ("port: 80}", "port: 80}, {name: b, port: 80}"),
    "a label": ("{name: NAME}", "{name: NAME, labels: {a: b}}"),
    "another namespace": ("{name: NAME}", "{name: NAME, namespace: other}"),
    "no spec": ("parentRefs", "x: 1\n  parentRefs"),
}


@pytest.mark.parametrize(("old", "new"), SPOILED.values(), ids=SPOILED)
def test_a_route_that_says_more_stays(old, new, plan, model):
    spoiled = ROUTE.replace(old, new).replace("NAME", "r").replace("BACKEND", "iris-predictor")

    result = plan(f"{model()}---\n{spoiled}")

    assert [found.kind for found, _ in result.raw] == ["HTTPRoute"]
    assert "route" not in result.entries[0].data


def test_defaults_of_the_gateway_api_make_no_difference(plan, model):
    route = (
        ROUTE.replace("NAME", "r")
        .replace("{name: gateway,", "{group: gateway.networking.k8s.io, kind: Gateway, name: gateway,")
        .replace("{name: BACKEND, port: 80}", "{group: '', kind: Service, name: iris-predictor, port: 80, weight: 1}")
        .replace("[{backendRefs", "[{matches: [{path: {type: PathPrefix, value: /}}], backendRefs")
    )

    assert plan(f"{model()}---\n{route}").raw == []


OWNED = "{name: x, ownerReferences: [{apiVersion: OWNER, name: o, controller: true}]}"
SKIPPED = {
    "namespace": (
        "v1, kind: Namespace, metadata: {name: a, labels: {kubernetes.io/metadata.name: a}}",
        "Argo CD makes",
    ),
    "bare account": ("v1, kind: ServiceAccount, metadata: {name: default}", "every namespace has one"),
    "root ca": ("v1, kind: ConfigMap, metadata: {name: kube-root-ca.crt}, data: {a: b}", "made by the cluster"),
    "event": ("v1, kind: Event, metadata: {name: e}", "made by the cluster"),
    "local node": ("serving.kserve.io/v1alpha1, kind: LocalModelNode, metadata: {name: n}", "made by KServe"),
    "deployment": (
        f"apps/v1, kind: Deployment, metadata: {OWNED.replace('OWNER', 'serving.kserve.io/v1beta1, kind: Model')}",
        "made by KServe, for Model 'o'",
    ),
    "pod": (
        f"v1, kind: Pod, metadata: {OWNED.replace('OWNER', 'apps/v1, kind: ReplicaSet')}",
        "made by the cluster, for ReplicaSet 'o'",
    ),
    "sealed": (
        "bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: s3-access, namespace: a}",
        "the credential 's3-access'; its place is sealed/production/a/s3-access.yaml",
    ),
    "leaving": ("v1, kind: Pod, metadata: {name: p, deletionTimestamp: '2024'}", "it is being deleted"),
}


@pytest.mark.parametrize(("text", "reason"), SKIPPED.values(), ids=SKIPPED)
def test_what_nobody_writes_is_skipped_and_told(text, reason, plan):
    result = plan(f"{{apiVersion: {text}}}")

    assert (result.entries, result.raw, result.findings) == ([], [], [])
    assert result.skipped[0][1].startswith(reason)


@pytest.mark.parametrize(
    "text",
    [
        "v1, kind: Namespace, metadata: {name: a, labels: {team: ml}}",
        "v1, kind: ServiceAccount, metadata: {name: default, labels: {a: b}}",
        "v1, kind: Pod, metadata: {name: p, ownerReferences: [{kind: X, name: x}]}",
        "bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: other}",
        "example.com/v1, kind: Widget, metadata: {name: w}, anything: [1]",
    ],
)
def test_everything_else_is_kept_as_it_is(text, plan):
    result = plan(f"{{apiVersion: {text}}}")

    assert (len(result.raw), result.skipped, result.findings) == (1, [], [])


def test_one_object_in_two_versions_is_told_and_neither_is_taken(plan, model):
    result = plan(f"{model()}---\n{model(metadata='namespace: kserve, labels: {a: b}')}")

    assert (result.entries, [finding.code for finding in result.findings]) == ([], ["KG013"])
    assert result.findings[0].hint == "the first one is at in.yaml:1:82; neither is adopted"


def test_a_copy_of_an_object_is_no_second_one(plan, model):
    live = model(metadata="namespace: kserve, uid: x").replace("spec:", "status: {deploymentMode: Knative}, spec:")

    result = plan(f"{model()}---\n{live}---\n{model()}")

    assert result.findings == []
    assert [entry.data["deploymentMode"] for entry in result.entries] == ["Knative"]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("kubernetes.io/service-account-token", "made by the cluster"), ("helm.sh/release.v1", "made by Helm")],
)
def test_a_secret_that_nobody_made_need_not_be_sealed(kind, reason, plan):
    result = plan(f"{{apiVersion: v1, kind: Secret, type: {kind}, metadata: {{name: s}}, data: {{token: aHVzaA==}}}}")

    assert ([reason for _, reason in result.skipped], result.notes) == ([reason], [])


def test_an_account_of_a_model_that_is_there_becomes_nothing():
    account = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: sa-s3-access}, secrets: [{name: s3-access}]}"
    found, _ = read(account.encode(), "in.yaml")

    alone = planned(found, SETTINGS, schemas(SETTINGS.version))
    beside = planned(found, SETTINGS, schemas(SETTINGS.version), {("kserve", "sa-s3-access")})

    assert (len(alone.raw), len(beside.raw)) == (1, 0)
    assert [reason for _, reason in beside.skipped] == ["made from the credential 's3-access'"]
