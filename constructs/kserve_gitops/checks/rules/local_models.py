"""Models that are cached on the disks of nodes: the caches, and the groups of nodes that hold them."""

from collections.abc import Iterator

from kserve_gitops.checks.amounts import amount
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.made import made
from kserve_gitops.serving import charts

_CACHES = ("LocalModelCache", "LocalModelNamespaceCache")
_GROUP = "LocalModelNodeGroup"
_URI = ("spec", "sourceModelUri")
_SETTING = "localmodel.enabled"


@rule("KG165")
def cache_not_filled(tree: Tree) -> Iterator[Mistake]:
    """A cache of models that KServe refuses, does not use, or has no room for.

    The webhook takes one LocalModelCache for each `sourceModelUri`. No InferenceService reads from a cache while
    `localmodel.enabled` is off in KServe's values. `storageLimit` of a node group is a plan that KServe does not
    enforce: a model above it fills the disk.

    Fix: refer to the cache that is there; say `kserve: {localmodel: {enabled: true}}` in the values; raise
    `storageLimit` and the volumes.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/webhook/admission/localmodelcache/local_model_cache_validation.go and
    pkg/apis/serving/v1beta1/inference_service_defaults.go
    """
    off = tree.setting(_SETTING) is False and any(tree.values_of(*charts.KSERVE))
    first: dict[str, Object] = {}
    for cache in tree.of("LocalModelCache"):
        uri = cache.text(*_URI)
        other = first.setdefault(uri, cache)
        if uri and other.name != cache.name:
            yield cache.error(_URI, f"LocalModelCache '{other.name}' has '{uri}' already", other=(other, _URI))
    for cache in tree.of(*_CACHES):
        if off:
            message = f"no model is read from it: {_SETTING} is off"
            yield cache.error((), message, hint="say kserve.localmodel.enabled: true in the values of KServe")
        yield from _room(tree, cache)


def _room(tree: Tree, cache: Object) -> Iterator[Mistake]:
    size = amount(cache.get("spec", "modelSize"))
    for name in cache.sequence("spec", "nodeGroups"):
        group = tree.find(_GROUP, "", str(name))
        limit = amount(group.get("spec", "storageLimit")) if group else None
        if group and size is not None and limit is not None and size > limit:
            message = f"it is larger than all that the node group '{name}' may hold"
            spot = (group, ("spec", "storageLimit"))
            yield cache.warning(("spec", "modelSize"), message, hint="raise the limit and the volumes", other=spot)


@rule("KG166", whole=True)
def node_group_missing(tree: Tree) -> Iterator[Mistake]:
    """A cache of models on a node group that nothing makes.

    KServe's webhook refuses a LocalModelNamespaceCache for it; a LocalModelCache is admitted and never downloaded.

    Fix: write the name of a LocalModelNodeGroup, or make one.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/controller/v1alpha1/localmodel/controller.go; v0.20.0, pkg/webhook/admission/
    localmodelnamespacecache/local_model_namespace_cache_validation.go
    """
    world = made(tree)
    for cache in tree.of(*_CACHES):
        for number, name in enumerate(cache.sequence("spec", "nodeGroups")):
            if isinstance(name, str) and name and not world.known(_GROUP, "", name):
                message, wanted = f"there is no {_GROUP} '{name}'", (_GROUP, "", name)
                hint = world.advice(*wanted)
                yield cache.error(("spec", "nodeGroups", number), message, hint=hint, missing=wanted)
