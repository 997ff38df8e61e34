"""Namespaces in which a LimitRange fills in what containers do not say."""

from kserve_gitops.checks.tree import Tree

_KIND = "LimitRange"


def ranged(tree: Tree) -> frozenset[str]:
    """The namespaces with a LimitRange, of the tree or of those that are there already."""
    there = {found.namespace for found in tree.cluster.existing if found.kind == _KIND}
    return frozenset(there | {found.namespace for found in tree.of(_KIND)})
