"""What a cluster adds to an object, taken off again.

Sources: kserve/kserve v0.16.0 and v0.20.0, pkg/constants/constants.go (annotations, finalizers of the controllers);
k8s.io/apimachinery v0.34, pkg/apis/meta/v1/types.go; Argo CD v3.5.1, common/common.go (the tracking annotation).
"""

import re
from collections.abc import Mapping
from typing import Any

from kserve_gitops.adopt import kubectl
from kserve_gitops.adopt.reading import Found
from kserve_gitops.core.origins import Path
from kserve_gitops.serving.webhook import MODEL_FORMAT

KSERVE = "serving.kserve.io"
KEPT = ("name", "namespace", "labels", "annotations", "finalizers")
"""What a person says in metadata."""

CLUSTERS = (
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "selfLink",
    "managedFields",
    "ownerReferences",
    "generateName",
)
"""What the cluster says there."""

_INTERNAL = "internal.serving.kserve.io/"
_NOISE = frozenset((
    "kubectl.kubernetes.io/last-applied-configuration",
    "argocd.argoproj.io/tracking-id",
    "argocd.argoproj.io/instance",
    "deployment.kubernetes.io/revision",
    "autoscaling.alpha.kubernetes.io/conditions",
    "autoscaling.alpha.kubernetes.io/current-metrics",
    "pv.kubernetes.io/bind-completed",
    "pv.kubernetes.io/bound-by-controller",
    "volume.beta.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/selected-node",
    "volume.kubernetes.io/storage-provisioner",
    "serving.knative.dev/creator",
    "serving.knative.dev/lastModifier",
))  # fmt: skip
_FINALIZERS = re.compile(
    r"kserve|^kubernetes\.io/pvc-protection$|^(inferenceservice|inferencegraph|trainedmodel)\.finalizers?$|^foregroundDeletion$|^orphan$"
)
_FREE = "inline"
_NAMED = ("spec", "canary")
"""Where the CRD wants models to have a name, an empty one too."""
_BOUND = "pv.kubernetes.io/bound-by-controller"


def cleaned(found: Found) -> dict[str, Any]:
    """The object as a person would have written it; an unknown field stays where it is, for the schemas to report.

    In KServe's kinds a null is an absent field, as it is to an API server, and so are the empty name and the empty
    resources that KServe's webhook writes into containers.
    """
    data = {key: value for key, value in found.data.items() if key != "status"}
    data["metadata"] = _metadata(found)
    for key, value in data.items():
        if key not in ("apiVersion", "kind", "metadata"):
            data[key] = _bare(found, (key,), value) if found.group == KSERVE else kubectl.read(found, (key,), value)
    if found.group == KSERVE:
        return {key: value for key, value in data.items() if value is not None}
    return _without_what_was_given(found, _timeless(data))


def _metadata(found: Found) -> dict[str, Any]:
    given: Mapping[str, Any] = found.data["metadata"]
    result = {key: value for key, value in given.items() if key not in CLUSTERS and value is not None}
    for part in ("labels", "annotations"):
        if part in result:
            result[part] = {key: text for key, text in result[part].items() if not _noise(key, found)}
            if not result[part]:
                del result[part]
    if isinstance(result.get("finalizers"), list):
        result["finalizers"] = [f for f in result["finalizers"] if not _FINALIZERS.search(str(f))]
        if not result["finalizers"]:
            del result["finalizers"]
    return result


def _noise(key: str, found: Found) -> bool:
    if key == MODEL_FORMAT:
        return found.kind == "InferenceService"
    return key in _NOISE or (found.group == KSERVE and key.startswith(_INTERNAL))


def _bare(found: Found, path: Path, value: Any) -> Any:
    """Without nulls, and without what Go writes for a container or template that has no name, resources or metadata.

    The configuration of a scheduler below `inline` is another program's, and is read as kubectl reads it.
    """
    if isinstance(value, Mapping):
        out = {
            key: (kubectl.read if key == _FREE else _bare)(found, (*path, key), inner)
            for key, inner in value.items()
            if inner is not None
        }
        for empty in ("resources", "metadata"):
            if out.get(empty) == {}:
                del out[empty]
        named = path[:2] == _NAMED or out.get("name") != ""
        if not named and ("image" in out or "modelFormat" in out or "storageUri" in out):
            del out["name"]
        return out
    if isinstance(value, list):
        return [_bare(found, (*path, number), item) for number, item in enumerate(value)]
    return value


def _timeless(value: Any) -> Any:
    """A copy without the `creationTimestamp: null` of templates."""
    if isinstance(value, Mapping):
        return {k: _timeless(v) for k, v in value.items() if not (k == "creationTimestamp" and v is None)}
    if isinstance(value, list):
        return [_timeless(item) for item in value]
    return value


def _without_what_was_given(found: Found, data: dict[str, Any]) -> dict[str, Any]:
    """Without what other controllers chose when the object was made: addresses, volumes, token Secrets."""
    spec = data.get("spec")
    if found.api_version == "v1" and isinstance(spec, dict):
        if found.kind == "Service" and spec.get("clusterIP") != "None":
            data["spec"] = {key: value for key, value in spec.items() if key not in ("clusterIP", "clusterIPs")}
        if found.kind == "PersistentVolumeClaim" and _BOUND in (found.data["metadata"].get("annotations") or {}):
            data["spec"] = {key: value for key, value in spec.items() if key != "volumeName"}
        if found.kind == "Namespace":
            del data["spec"]
    return data
