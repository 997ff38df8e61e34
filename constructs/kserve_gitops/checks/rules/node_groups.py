"""LocalModelNodeGroups: the volumes that KServe makes for each cached model."""

from collections.abc import Iterator, Mapping

from kserve_gitops.checks.amounts import amount
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.core.origins import Path

_VOLUME: Path = ("spec", "persistentVolumeSpec")
_CLAIM: Path = ("spec", "persistentVolumeClaimSpec")
_SIZE: Path = (*_VOLUME, "capacity", "storage")
_WANTED: Path = (*_CLAIM, "resources", "requests", "storage")
_PLACES = (
    *("awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flexVolume", "flocker"),
    *("gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs", "photonPersistentDisk", "portworxVolume"),
    *("quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume"),
)
"""The kinds of a volume, of which it has exactly one."""


@rule("KG167")
def node_group_volumes(tree: Tree) -> Iterator[Mistake]:
    """Volumes of a LocalModelNodeGroup in which no model can lie.

    KServe makes a PersistentVolume and a claim on it for each cached model, and finds the nodes by the volume's
    `nodeAffinity`: without one there are none. The API server refuses a volume without a size, access modes or exactly
    one place, and Kubernetes never binds a claim that asks for more than its volume has. KServe only logs all of that.

    Fix: in `persistentVolumeSpec` write `capacity`, `accessModes`, `local: {path: …}` and `nodeAffinity:
    {required: …}`; in `persistentVolumeClaimSpec` the same access modes and storage class, and
    `resources.requests.storage`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/controller/v1alpha1/localmodel/controller.go and CheckNodeAffinity in pkg/
    controller/v1alpha1/utils/utils.go; kubernetes/kubernetes v1.34, checkVolumeSatisfyClaim and
    ValidatePersistentVolume
    """
    for group in tree.of("LocalModelNodeGroup"):
        if not isinstance(group.get(*_VOLUME), Mapping) or not isinstance(group.get(*_CLAIM), Mapping):
            continue
        if group.get(*_VOLUME, "nodeAffinity", "required") is None:
            hint = "add nodeAffinity.required, which says what nodes the group has"
            yield group.error(_VOLUME, "the group has no nodes, and no model is downloaded", hint=hint)
        yield from _complete(group)
        yield from _bound(group)


def _complete(group: Object) -> Iterator[Mistake]:
    places = [key for key in group.mapping(*_VOLUME) if key in _PLACES]
    if not places:
        yield group.error(_VOLUME, "the volume lies nowhere", hint="add local: {path: …}, or another place")
    elif len(places) > 1:
        message = f"the volume lies in {' and '.join(places)}: only one is legal"
        yield group.error((*_VOLUME, places[1]), message, hint="keep one of them")
    if group.get(*_SIZE) is None:
        yield group.error(_VOLUME, "the volume has no size", hint="add capacity: {storage: …}")
    if group.get(*_WANTED) is None:
        yield group.error(_CLAIM, "the claim asks for no space", hint="add resources: {requests: {storage: …}}")
    for at, what in ((_VOLUME, "volume"), (_CLAIM, "claim")):
        if not group.get(*at, "accessModes"):
            yield group.error(at, f"the {what} has no access modes", hint="add accessModes: [ReadWriteOnce]")


def _bound(group: Object) -> Iterator[Mistake]:
    size, wanted = amount(group.get(*_SIZE)), amount(group.get(*_WANTED))
    if size is not None and wanted is not None and wanted > size:
        yield group.error(_WANTED, "the claim asks for more than the volume has", hint="take the same for both")
    extra = [mode for mode in _modes(group, _CLAIM) if mode not in _modes(group, _VOLUME)]
    if extra and _modes(group, _VOLUME):
        message = f"the claim asks for {', '.join(extra)}, which the volume does not offer"
        yield group.error((*_CLAIM, "accessModes"), message, hint="take the same for both")
    yield from _classes(group)
    kinds = [group.text(*at, "volumeMode") or "Filesystem" for at in (_VOLUME, _CLAIM)]
    if kinds[0] != kinds[1]:
        at = _VOLUME if group.text(*_VOLUME, "volumeMode") else _CLAIM
        yield group.error((*at, "volumeMode"), f"the volume is {kinds[0]} and the claim {kinds[1]}")


def _classes(group: Object) -> Iterator[Mistake]:
    """A claim without a class gets the cluster's default one, whatever that is; a volume without one has none."""
    volume, claim = group.text(*_VOLUME, "storageClassName"), group.get(*_CLAIM, "storageClassName")
    if isinstance(claim, str) and claim != volume:
        message = f"the claim is of class '{claim}' and the volume of '{volume}'"
        yield group.error((*_CLAIM, "storageClassName"), message, hint="take the same for both")
    elif claim is None and volume:
        hint = f"add storageClassName: {volume}"
        yield group.warning(_CLAIM, "the claim gets the default class of the cluster, not the volume's", hint=hint)


def _modes(group: Object, at: Path) -> list[str]:
    return [mode for mode in group.sequence(*at, "accessModes") if isinstance(mode, str)]
