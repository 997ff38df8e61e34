"""What a pod may say in the mode Knative, where Knative's webhook takes a part of Kubernetes' fields only.

A field with a feature is taken where that feature is `enabled` or `allowed` in the ConfigMap config-features.
Source: knative.dev/serving v0.44.0 and v0.48.1, pkg/apis/serving/fieldmask.go and pkg/apis/config/features.go.
"""

from collections.abc import Mapping
from types import MappingProxyType

NEVER = frozenset(
    {
        "activeDeadlineSeconds",
        "ephemeralContainers",
        "hostUsers",
        "hostname",
        "hostnameOverride",
        "nodeName",
        "os",
        "overhead",
        "preemptionPolicy",
        "priority",
        "readinessGates",
        "resourceClaims",
        "restartPolicy",
        "schedulingGates",
        "setHostnameAsFQDN",
        "subdomain",
        "terminationGracePeriodSeconds",
    }
)
"""Fields of a pod that are refused whatever is configured."""

FEATURES: Mapping[str, str] = MappingProxyType(
    {
        "affinity": "kubernetes.podspec-affinity",
        "dnsConfig": "kubernetes.podspec-dnsconfig",
        "dnsPolicy": "kubernetes.podspec-dnspolicy",
        "hostAliases": "kubernetes.podspec-hostaliases",
        "hostIPC": "kubernetes.podspec-hostipc",
        "hostNetwork": "kubernetes.podspec-hostnetwork",
        "hostPID": "kubernetes.podspec-hostpid",
        "initContainers": "kubernetes.podspec-init-containers",
        "nodeSelector": "kubernetes.podspec-nodeselector",
        "priorityClassName": "kubernetes.podspec-priorityclassname",
        "runtimeClassName": "kubernetes.podspec-runtimeclassname",
        "schedulerName": "kubernetes.podspec-schedulername",
        "securityContext": "kubernetes.podspec-securitycontext",
        "shareProcessNamespace": "kubernetes.podspec-shareprocessnamespace",
        "tolerations": "kubernetes.podspec-tolerations",
        "topologySpreadConstraints": "kubernetes.podspec-topologyspreadconstraints",
        # KServe's own field: it adds containers that download before the server starts.
        "storageUris": "kubernetes.podspec-init-containers",
    }
)
"""Fields of a pod that are refused unless a feature is on, and no feature of these is on by default."""

VOLUMES = frozenset({"configMap", "emptyDir", "projected", "secret"})
VOLUME_FEATURES: Mapping[str, str] = MappingProxyType(
    {
        "csi": "kubernetes.podspec-volumes-csi",
        "hostPath": "kubernetes.podspec-volumes-hostpath",
        "image": "kubernetes.podspec-volumes-image",
        "persistentVolumeClaim": "kubernetes.podspec-persistent-volume-claim",
    }
)
"""Kinds of volumes: those that are taken, and those that a feature allows. All others are refused."""

NEVER_IN_CONTAINERS = frozenset(
    {"lifecycle", "resizePolicy", "restartPolicy", "stdin", "stdinOnce", "tty", "volumeDevices"}
)
