"""The store of an ExternalSecret is there."""

import pytest

from tests.checks.estates import fetched
from tests.checks.trees import cluster, places, said

AT = "spec.secretStoreRef.name"


def store(kind="SecretStore", name="vault", namespace="kserve"):
    metadata = {"name": name, **({"namespace": namespace} if kind == "SecretStore" else {})}
    return {"apiVersion": "external-secrets.io/v1", "kind": kind, "metadata": metadata, "spec": {"provider": {}}}


LOCAL = {"name": "vault"}
CLUSTER = {"kind": "ClusterSecretStore", "name": "vault"}


@pytest.mark.parametrize(
    ("reference", "there", "expected"),
    [
        (LOCAL, [store()], []),
        (CLUSTER, [store("ClusterSecretStore")], []),
        (LOCAL, [], [AT]),
        (CLUSTER, [], [AT]),
        (LOCAL, [store("ClusterSecretStore")], [AT]),
        (CLUSTER, [store()], [AT]),
        (LOCAL, [store(namespace="team")], [AT]),
        ({"name": "{{ .Values.store }}"}, [], []),
        ({}, [], []),
    ],
)
def test_a_store_is_looked_for_by_kind_and_namespace(reference, there, expected):
    given = fetched("a", store=reference)
    given["spec"]["secretStoreRef"] = reference

    assert places("KG247", given, *there) == [(at, "error") for at in expected]


@pytest.mark.parametrize(
    ("reference", "existing"), [(LOCAL, "SecretStore/kserve/vault"), (CLUSTER, "ClusterSecretStore/vault")]
)
def test_a_store_that_the_cluster_has_already(reference, existing):
    assert places("KG247", fetched("a", store=reference), of=cluster(existing=[existing])) == []


def test_a_single_value_may_have_a_store_of_its_own():
    given = fetched("a", store=CLUSTER)
    given["spec"]["data"][0]["sourceRef"] = {"storeRef": {"name": "other"}}

    found = places("KG247", given, store("ClusterSecretStore"))

    assert found == [("spec.data.0.sourceRef.storeRef.name", "error")]


def test_a_kind_of_another_group_has_no_store():
    assert places("KG247", {**fetched("a"), "apiVersion": "kubernetes-client.io/v1"}) == []


def test_a_near_miss_is_told():
    [(_, _, message, hint)] = said("KG247", fetched("a", store=LOCAL), store(name="vaults"))

    assert message == "there is no SecretStore 'vault' in namespace 'kserve': the Secret is never made"
    assert hint.startswith("did you mean 'vaults'?")
