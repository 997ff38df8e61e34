"""What pods mount: Secrets, ConfigMaps and claims that must be there before a container starts."""

from collections.abc import Iterator

from kserve_gitops.checks.made import made
from kserve_gitops.checks.model_addresses import addresses
from kserve_gitops.checks.references import in_volumes, named, namespaced
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree

_PVC = "pvc://"
_CLAIM = "PersistentVolumeClaim"
_MOUNTED = ("InferenceService", "LLMInferenceService")


@rule("KG232", whole=True)
def volume(tree: Tree) -> Iterator[Mistake]:
    """A volume of something that nothing makes.

    A pod with a missing Secret or ConfigMap waits in ContainerCreating, one with a missing claim is never scheduled.

    Fix: name one of the same namespace, or say `optional: true` for a Secret or ConfigMap that may be missing.

    Since: every release

    Source: Kubernetes documentation, Volumes.
    """
    world = made(tree)
    for pod, namespace in namespaced(tree, world):
        for reference in in_volumes(pod, namespace):
            if not reference.key and reference.missing(world):
                waits = "the pod is never scheduled" if reference.kind == _CLAIM else "the pod waits for it"
                yield reference.said(world, waits)


@rule("KG233", whole=True)
def claim(tree: Tree) -> Iterator[Mistake]:
    """A model on a claim that nothing makes.

    KServe mounts the claim that `pvc://` names, from the namespace of the model; without it the pod is never scheduled.

    Fix: write the name of a PersistentVolumeClaim of that namespace: `pvc://<claim>/<folder>`.

    Since: every release

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/webhook/admission/pod/storage_initializer_injector.go and
    pkg/controller/v1alpha1/llmisvc/workload_storage.go.
    """
    world = made(tree)
    for address in addresses(tree):
        if address.owner.kind in _MOUNTED and address.text.startswith(_PVC):
            name = address.text.removeprefix(_PVC).partition("/")[0]
            for reference in named(address.owner, address.at, _CLAIM, world.namespace(address.owner), name):
                if reference.missing(world):
                    yield reference.said(world, "the pod is never scheduled")
