"""The SealedSecrets of a tree, and what may stand in the metadata of their templates."""

from collections.abc import Iterator

from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.core.sealed_secret import GROUP

HANDED_ON = ("annotations", "finalizers", "labels", "name", "namespace")
METADATA = frozenset(
    {
        *HANDED_ON,
        *("creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generateName", "generation"),
        *("managedFields", "ownerReferences", "resourceVersion", "selfLink", "uid"),
    }
)
"""All fields of metadata in Kubernetes: exports of a cluster have the others too."""


def sealed_secrets(tree: Tree) -> Iterator[Object]:
    """Those of Bitnami's controller."""
    return (found for found in tree.of("SealedSecret") if found.group == GROUP)
