"""The annotations and labels of KServe's own groups: which there are, since when, and which values it understands.

Left out is who reads a key in which kind: an InferenceService hands its annotations and labels on to its pods, and a
runtime does so too, so most keys may stand in several places.

Sources: pkg/constants/constants.go, pkg/credentials/s3/s3_secret.go, pkg/webhook/admission/pod/*.go and
pkg/controller/{v1alpha1,v1alpha2}/llmisvc of kserve/kserve at v0.16.0, v0.17.0, v0.19.0 and v0.20.0. The key that names
a Secret is not here: it is a setting of the chart, `storage.storageSecretNameAnnotation`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SERVING = "serving.kserve.io"
INTERNAL = "internal.serving.kserve.io"
GROUPS = (SERVING, "storage.kserve.io", "prometheus.kserve.io", "networking.kserve.io")
"""The groups in which KServe reads what people write; INTERNAL is for what it writes itself."""
FORMER_GROUPS = ("serving.kubeflow.org", "serving.kserve.org", "kserve.io")
"""What people write instead: the group of before v0.7, and misspellings."""

METRICS = f"{SERVING}/metrics"
TARGET = f"{SERVING}/targetUtilizationPercentage"
AGGREGATION = f"{SERVING}/enable-metric-aggregation"
SCRAPING = f"{SERVING}/enable-prometheus-scraping"
GPU_TYPES = f"{SERVING}/gpu-resource-types"
VISIBILITY = "networking.kserve.io/visibility"

_ON = ("true",)
_SWITCH = ("true", "false")
_ANY_CASE = f"{SERVING}/stop"
"""The one switch whose case does not count."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that KServe reads. `values` are the only ones that it understands; none for a free one.

    `label` and `annotation` tell where it is read; `since` is the first release that does so, "" for all of them.
    """

    annotation: bool = True
    label: bool = False
    values: tuple[str, ...] = ()
    since: str = ""


def _keys(since: str, *names: str) -> dict[str, Key]:
    return {f"{SERVING}/{name}": Key(since=since) for name in names}


_LABEL = Key(annotation=False, label=True)
_BOTH = Key(label=True)

KEYS: Mapping[str, Key] = MappingProxyType(
    _keys(
        "",
        "autoscalerClass",
        "deploymentMode",
        "gke-accelerator",
        "gpu-resource-types",
        "logger-secret-file",
        "logger-secret-name",
        "logger-secret-path",
        "metrics",
        "nodegroup",
        "s3-cabundle",
        "s3-cabundle-configmap",
        "s3-endpoint",
        "s3-region",
        "s3-useaccelerate",
        "s3-useanoncredential",
        "s3-usehttps",
        "s3-usevirtualbucket",
        "s3-verifyssl",
        "storage-initializer-uid",
        "targetUtilizationPercentage",
    )
    | _keys("v0.17.0", "inference-pool-migrated", "inferencepool-migrated", "server-type")
    | _keys("v0.18.0", "model-based-routing-enabled")
    | _keys(
        "v0.20.0",
        "enable-served-by-header",
        "exp-dra-cel-selector",
        "exp-dra-container-name",
        "exp-dra-device-class",
        "exp-dra-device-count",
    )
    | {
        AGGREGATION: Key(values=_SWITCH),
        SCRAPING: Key(values=_SWITCH),
        VISIBILITY: Key(annotation=False, label=True, values=("cluster-local",)),
        f"{SERVING}/disable-auto-update": Key(values=_SWITCH),
        # Its presence alone counts: see `misread`.
        f"{SERVING}/disable-localmodel": Key(values=_ON),
        f"{SERVING}/enable-tag-routing": Key(values=_SWITCH),
        f"{SERVING}/gateway": _BOTH,
        f"{SERVING}/inferencegraph": _LABEL,
        f"{SERVING}/inferenceservice": _LABEL,
        f"{SERVING}/kind": _LABEL,
        f"{SERVING}/model-uri": _BOTH,
        f"{SERVING}/routing-group": Key(annotation=False, label=True, since="v0.20.0"),
        f"{SERVING}/stop": Key(values=_SWITCH),
        f"{SERVING}/trainedmodel-allocated": _LABEL,
        "prometheus.kserve.io/path": Key(),
        "prometheus.kserve.io/port": Key(),
        "storage.kserve.io/readonly": Key(values=_SWITCH),
    }
)
"""Every key that a person may write, below `GROUPS`."""

ON_THE_OBJECT = frozenset(
    f"{SERVING}/{name}"
    for name in (
        "deploymentMode",
        "disable-auto-update",
        "disable-localmodel",
        "gpu-resource-types",
        "nodegroup",
    )
)
"""Annotations of an InferenceService that are read in its metadata alone, never in those of a component."""

WITHOUT_GROUP = {"deploymentMode": f"{SERVING}/deploymentMode", "autoscalerClass": f"{SERVING}/autoscalerClass"}
"""Names that people write without their group."""


def misread(key: str, value: str) -> str:
    """What is wrong with the value of a known key, "" for nothing: it stands after the value in a message."""
    if key == GPU_TYPES:
        return "" if not value or _is_json_list(value) else "is no JSON array of names, as in '[\"nvidia.com/gpu\"]'"
    if key == f"{SERVING}/storage-initializer-uid":
        return "" if value.isascii() and value.isdigit() else "is no user id, which is a number"
    if key == "prometheus.kserve.io/port":
        return "" if value.isascii() and value.isdigit() and 0 < int(value[:6]) <= _LAST_PORT else "is no port"
    if key == f"{SERVING}/disable-localmodel":
        return "" if value == "true" else "disables the cache all the same: the key alone counts"
    known = KEYS[key].values if key in KEYS else ()
    if not known or (value.lower() if key == _ANY_CASE else value) in known:
        return ""
    return f"means nothing to KServe, which knows {' and '.join(repr(one) for one in known)}"


_LAST_PORT = 65535


def _is_json_list(value: str) -> bool:
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, list) and all(isinstance(one, str) for one in found)
