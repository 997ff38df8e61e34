"""Kinds without a schema: those that every Kubernetes serves although `imports/` does not hold them, and mistakes.

Nobody has a CRD of them to import, so there is nothing to ask for.

Source: Kubernetes 1.34, API reference.
"""

from collections.abc import Collection

from kserve_gitops.checks.schema.imported import KSERVE
from kserve_gitops.core.suggestions import closest

_KINDS = {
    "v1": ("Binding", "Endpoints", "Event", "Node", "PodTemplate", "ReplicationController"),
    "admissionregistration.k8s.io/v1": (
        "MutatingWebhookConfiguration",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    ),
    "apiextensions.k8s.io/v1": ("CustomResourceDefinition",),
    "apiregistration.k8s.io/v1": ("APIService",),
    "apps/v1": ("ControllerRevision", "ReplicaSet"),
    "autoscaling/v1": ("HorizontalPodAutoscaler",),
    "certificates.k8s.io/v1": ("CertificateSigningRequest",),
    "coordination.k8s.io/v1": ("Lease",),
    "discovery.k8s.io/v1": ("EndpointSlice",),
    "flowcontrol.apiserver.k8s.io/v1": ("FlowSchema", "PriorityLevelConfiguration"),
    "networking.k8s.io/v1": ("IPAddress", "IngressClass", "ServiceCIDR"),
    "node.k8s.io/v1": ("RuntimeClass",),
    "resource.k8s.io/v1": ("DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice"),
    "storage.k8s.io/v1": ("CSIDriver", "CSINode", "VolumeAttachment", "VolumeAttributesClass"),
}
UNCHECKED = frozenset((api_version, kind) for api_version, kinds in _KINDS.items() for kind in kinds)
"""(apiVersion, kind)."""


def cannot_be(api_version: str) -> bool:
    """Whether no CRD can bring a kind of that group: Kubernetes' own are called by one word, and KServe's are known."""
    group = api_version.partition("/")[0]
    return "." not in group or group == KSERVE


def meant(api_version: str, kind: str, known: Collection[tuple[str, str]]) -> str:
    """What to write instead of a kind without a schema; else how to bring that."""
    every = {*known, *UNCHECKED}
    elsewhere = sorted(its for its, name in every if name == kind)
    beside = [its for its in elsewhere if its.partition("/")[0] == api_version.partition("/")[0]]
    if beside or (elsewhere and cannot_be(api_version)):
        return f"write apiVersion: {(beside or elsewhere)[-1]}"
    near = closest(kind, [name for its, name in every if its == api_version])
    return near or ("" if cannot_be(api_version) else "add its CRD with kserve-gitops import")
