"""Stores that External Secrets fetches from."""

from collections.abc import Iterator

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.made import made
from kserve_gitops.checks.world.references import Reference, named
from kserve_gitops.core.origins import Path

_GROUP = "external-secrets.io"
_KINDS = ("SecretStore", "ClusterSecretStore")


@rule("KG247", whole=True)
def store(tree: Tree) -> Iterator[Mistake]:
    """An ExternalSecret whose store nothing makes.

    The operator looks for a SecretStore in the namespace of the ExternalSecret, or for a ClusterSecretStore where the
    reference says that kind. Without it the Secret is never made: the ExternalSecret stays in SecretSyncedError, and
    what needs the Secret does not start.

    Fix: write kind and name of the store; list one that the cluster has already under `existing` of platform.yaml.

    Since: every release

    Source: external-secrets v1.3.2, config/crds/bases/external-secrets.io_externalsecrets.yaml, secretStoreRef, and
    pkg/controllers/externalsecret/externalsecret_controller.go.
    """
    world = made(tree)
    for found in tree.of("ExternalSecret"):
        if found.group != _GROUP:
            continue
        for reference in _stores(found, world.namespace(found)):
            if reference.missing(world):
                yield reference.said(world, "the Secret is never made")


def _stores(found: Object, namespace: str) -> Iterator[Reference]:
    places: list[Path] = [("spec", "secretStoreRef")]
    for field, key in (("data", "storeRef"), ("dataFrom", "storeRef")):
        places += [("spec", field, number, "sourceRef", key) for number in range(len(found.sequence("spec", field)))]
    for at in places:
        given = mapping(found.get(*at))
        name, kind = given.get("name"), given.get("kind") or _KINDS[0]
        if kind in _KINDS:
            yield from named(found, (*at, "name"), kind, "" if kind == _KINDS[1] else namespace, name or "")
