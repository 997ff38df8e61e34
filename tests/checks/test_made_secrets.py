"""The Secrets that operators will make: their keys, their annotations, their type."""

import pytest

from kserve_gitops.checks.world.made import keys_of, made
from kserve_gitops.checks.world.operators import may_make
from kserve_gitops.checks.world.secrets import secret
from tests.checks.estates import KEYS, fetched, sealed
from tests.checks.trees import cluster, tree

TEMPLATE = {"data": {"host": "x"}}


@pytest.mark.parametrize(
    ("manifest", "keys"),
    [
        (fetched("a", "b"), {"a", "b"}),
        (fetched(), set()),
        (fetched("a", template={"type": "Opaque"}), {"a"}),
        (fetched("a", template={**TEMPLATE, "mergePolicy": "Merge"}), {"a", "host"}),
        (fetched("a", template={**TEMPLATE, "mergePolicy": "Replace"}), {"host"}),
        (fetched("a", template=TEMPLATE), {"host"}),
        (fetched("a", template={"templateFrom": [{}]}), None),
        (fetched("a", dataFrom=[{"extract": {"key": "x"}}]), None),
        (fetched("a", target={"name": "s3-access", "creationPolicy": "Merge"}), None),
        ({**fetched("a"), "apiVersion": "kubernetes-client.io/v1"}, None),
        (sealed(*KEYS), set(KEYS)),
        (sealed(data={"host": "x"}), {"host"}),
        (sealed(), None),
    ],
)
def test_keys_of_a_secret_that_is_made(manifest, keys):
    assert keys_of(made(tree(manifest)).find("Secret", "kserve", "s3-access")) == keys


@pytest.mark.parametrize(
    ("template", "own", "handed"),
    [
        (None, {"a": "b"}, {"a": "b"}),
        ({"type": "Opaque"}, {"a": "b"}, {}),
        ({"metadata": {"annotations": {"c": "d"}}}, {"a": "b"}, {"c": "d"}),
    ],
)
def test_an_external_secret_hands_on_its_template_or_else_its_own_annotations(template, own, handed):
    manifest = fetched("a", template=template)
    manifest["metadata"]["annotations"] = own

    assert secret(made(tree(manifest)), "kserve", "s3-access").annotations == handed


@pytest.mark.parametrize(
    ("manifest", "type_"),
    [
        (sealed(type_="kubernetes.io/tls"), "kubernetes.io/tls"),
        (fetched("a", template={"type": "kubernetes.io/tls"}), "kubernetes.io/tls"),
        (fetched("a"), "Opaque"),
        ({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s3-access", "namespace": "kserve"}}, "Opaque"),
    ],
)
def test_the_type_of_a_secret(manifest, type_):
    assert secret(made(tree(manifest)), "kserve", "s3-access").type == type_


@pytest.mark.parametrize("kind", ["ExternalSecret", "SecretStore", "ClusterSecretStore", "PushSecret"])
def test_external_secrets_make_nothing_of_another_name(kind):
    manifest = {**fetched("a"), "kind": kind}

    world = made(tree(manifest))

    assert not world.open_namespaces
    assert not may_make(cluster(), tree(manifest).objects[0])


@pytest.mark.parametrize(("reference", "namespace"), [({"namespace": "team"}, "team"), ({}, "kserve")])
def test_crossplane_writes_a_secret_where_it_says(reference, namespace):
    manifest = {
        "apiVersion": "iam.aws.upbound.io/v1beta1",
        "kind": "AccessKey",
        "metadata": {"name": "a", "namespace": "kserve"},
        "spec": {"writeConnectionSecretToRef": {"name": "keys", **reference}},
    }

    found = secret(made(tree(manifest)), namespace, "keys")

    assert (found.keys, found.thing.label) == (None, "AccessKey 'a'")
