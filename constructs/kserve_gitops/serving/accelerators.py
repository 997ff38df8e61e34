"""GPUs as Kubernetes' resources, and how KServe spreads them over the nodes of a model.

Sources: kserve/kserve v0.16.0 and v0.20.0, pkg/constants/constants.go, pkg/utils/utils.go, and computeRayNodeAndGPUs in
pkg/controller/v1beta1/inferenceservice/components/predictor.go.
"""

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

TYPES_ANNOTATION = "serving.kserve.io/gpu-resource-types"
"""A JSON list of further GPU types, as text."""

GPUS = ("nvidia.com/gpu", "amd.com/gpu", "intel.com/gpu", "habana.ai/gaudi")
"""Those that KServe knows without being told."""
_PREFIXES = ("nvidia.com/mig-", "gpu.intel.com/")
DEVICES = (
    *GPUS,
    *("nvidia.com/gpu.shared", "gpu.intel.com/i915", "gpu.intel.com/xe", "google.com/tpu"),
    *("aws.amazon.com/neuron", "aws.amazon.com/neuroncore", "aws.amazon.com/neurondevice"),
)
"""Resources of well-known device plugins."""
_WITHOUT_COM = {device.replace(".com/", "/"): device for device in DEVICES if ".com/" in device}
"""What people write for a device from memory: `nvidia/gpu`."""
_NEARLY = 0.92
"""How alike two names are of which one is a slip of the pen: a letter more, less or other of a dozen."""
_BASIC = frozenset({"cpu", "memory", "storage", "ephemeral-storage"})


def is_gpu(resource: str) -> bool:
    """Whether a resource is a GPU or a part of one, as far as its name tells."""
    return resource in GPUS or resource.startswith(_PREFIXES)


def meant(resource: str) -> str:
    """The device that a resource is called nearly like; "" for none."""
    if resource in DEVICES or resource.startswith(_PREFIXES):
        return ""
    if resource in _WITHOUT_COM:
        return _WITHOUT_COM[resource]
    return next(iter(get_close_matches(resource, DEVICES, n=1, cutoff=_NEARLY)), "")


def further_types(annotations: Mapping[str, Any]) -> list[str] | None:
    """The types that the annotation adds; None where KServe cannot read it."""
    said = annotations.get(TYPES_ANNOTATION)
    if not said:
        return []
    try:
        listed = json.loads(said) if isinstance(said, str) else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(listed, list) or not listed:
        return None
    return listed if all(isinstance(one, str) and one for one in listed) else None


def unknown(resources: Iterable[str], further: Iterable[str]) -> list[str]:
    """The resources that KServe takes for GPUs of a type that it does not know, in a model over several nodes."""
    known = {*_BASIC, *GPUS, *further}
    return sorted(one for one in resources if one not in known)


def lacking(total: int, head: int, worker: int) -> int:
    """How many GPUs a model over several nodes is short of, of `total`, with what one pod of each sort requests.

    Only with requests on both sides: else KServe fills in what is missing.
    """
    if head < 1 or worker < 1:
        return 0
    nodes = -(-total // worker)
    if nodes == 1 or head >= total:  # then the head node gets all of them
        return 0
    return max(0, total - head - worker * (nodes - 1))
