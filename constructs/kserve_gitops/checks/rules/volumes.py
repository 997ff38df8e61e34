"""What pods mount: Secrets, ConfigMaps and claims that must be there before a container starts."""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.made import World, made
from kserve_gitops.checks.world.model_addresses import addresses
from kserve_gitops.checks.world.references import Reference, in_volumes, named, namespaced

_PVC = "pvc://"
_CLAIM = "PersistentVolumeClaim"
_MOUNTED = ("InferenceService", "LLMInferenceService")


@rule("KG232", whole=True)
def volume(tree: Tree) -> Iterator[Mistake]:
    """Something to mount that nothing makes.

    A pod with a missing Secret or ConfigMap waits in ContainerCreating, one with a missing claim is never scheduled.
    The claim of a model is the one that `pvc://` names; KServe mounts it from the namespace of the model.

    Fix: name one of the same namespace, as `pvc://<claim>/<folder>` for a model; or say `optional: true` for a Secret
    or ConfigMap that may be missing.

    Since: every release

    Source: Kubernetes documentation, Volumes; kserve/kserve v0.16.0 and v0.20.0,
    pkg/webhook/admission/pod/storage_initializer_injector.go and pkg/controller/v1alpha1/llmisvc/workload_storage.go.
    """
    world = made(tree)
    for reference in (*_volumes(tree, world), *_claims(tree, world)):
        if reference.missing(world):
            waits = "the pod is never scheduled" if reference.kind == _CLAIM else "the pod waits for it"
            yield reference.said(world, waits)


def _volumes(tree: Tree, world: World) -> Iterator[Reference]:
    for pod, namespace in namespaced(tree, world):
        yield from (reference for reference in in_volumes(pod, namespace) if not reference.key)


def _claims(tree: Tree, world: World) -> Iterator[Reference]:
    for address in addresses(tree):
        if address.owner.kind in _MOUNTED and address.text.startswith(_PVC):
            name = address.text.removeprefix(_PVC).partition("/")[0]
            yield from named(address.owner, address.at, _CLAIM, world.namespace(address.owner), name)
