"""Helm values that went elsewhere: what older charts, other tools and KServe's own configuration call them.

Sources: kserve/kserve v0.14.0 to v0.20.0, charts/*/values.yaml and pkg/apis/serving/v1beta1/configmap.go;
jupyterhub/zero-to-jupyterhub-k8s 4.4.0, docs/source/changelog.md; argoproj/argo-helm argo-cd-5.0.0, README.md.
"""

KSERVE_CHARTS = (
    "kserve",
    "kserve-resources",
    "kserve-runtime-configs",
    "kserve-llmisvc-resources",
    "kserve-localmodel-resources",
    "llmisvc",
    "llmisvc-resources",
)
"""Charts of one release that share the values below `kserve`; each reads a part of them."""

FAMILIES: dict[str, tuple[str, ...]] = {
    "kserve": ("kserve", "kserve-resources"),
    "kserve-resources": ("kserve", "kserve-resources"),
    "llmisvc": ("llmisvc", "llmisvc-resources", "kserve-llmisvc-resources"),
    "llmisvc-resources": ("llmisvc", "llmisvc-resources", "kserve-llmisvc-resources"),
    "kserve-llmisvc-resources": ("llmisvc", "llmisvc-resources", "kserve-llmisvc-resources"),
}
"""A chart by each name that it had. `llmisvc` is what the folder is called whose chart is llmisvc-resources."""

_CONFIG_MAP = {
    "cpuLimit": "kserve.inferenceservice.resources.limits.cpu",
    "defaultDeploymentMode": "kserve.controller.deploymentMode",
    "defaultImageVersion": "kserve.servingruntime.art.defaultVersion",
    "ingressClassName": "kserve.controller.gateway.ingressGateway.className",
    "ingressDomain": "kserve.controller.gateway.domain",
    "kserveIngressGateway": "kserve.controller.gateway.ingressGateway.kserveGateway",
    "localGatewayService": "kserve.controller.gateway.localGateway.gatewayService",
    "memoryLimit": "kserve.inferenceservice.resources.limits.memory",
    "s3AccessKeyIDName": "kserve.storage.s3.accessKeyIdName",
    "s3Endpoint": "kserve.storage.s3.endpoint",
    "s3Region": "kserve.storage.s3.region",
    "s3SecretAccessKeyName": "kserve.storage.s3.secretAccessKeyName",
    "s3UseHttps": "kserve.storage.s3.useHttps",
    "s3UseVirtualBucket": "kserve.storage.s3.useVirtualBucket",
    "s3VerifySSL": "kserve.storage.s3.verifySSL",
    "storageInitializer": "kserve.storage",
}
"""Words of the ConfigMap inferenceservice-config, by what the chart calls them."""

_RENAMED: dict[str, dict[str, str]] = {
    "argo-cd": {
        "server.config": "configs.cm",
        "server.configAnnotations": "configs.cm.annotations",
        "server.rbacConfig": "configs.rbac",
        "server.rbacConfigAnnotations": "configs.rbac.annotations",
    },
    "jupyterhub": {
        "auth": "hub.config",
        "hub.uid": "hub.containerSecurityContext.runAsUser",
        "proxy.containerSecurityContext": "proxy.chp.containerSecurityContext",
        "proxy.networkPolicy": "proxy.chp.networkPolicy",
        "proxy.nodeSelector": "proxy.chp.nodeSelector",
        "proxy.pdb": "proxy.chp.pdb",
        "proxy.tolerations": "proxy.chp.tolerations",
        "singleuser.cloudMetadata.enabled": "singleuser.cloudMetadata.blockWithIptables",
    },
}
_GONE: dict[str, dict[str, str]] = {
    "kserve": {
        "kserve.modelmesh": "ModelMesh left this chart; take it out",
        "kserve.modelmeshVersion": "ModelMesh left this chart; take it out",
    },
}

_NODE = "the agent's chart, kserve-localmodel-resources, has 'kserve.localmodelnode.controller'"
_CONTROLLER = "the controller's chart, kserve-resources, reads it"
_LOCAL_MODEL = {
    "kserve.localmodel.agent.affinity": _NODE,
    "kserve.localmodel.agent.hostPath": "say it in the LocalModelNodeGroup",
    "kserve.localmodel.agent.image": _NODE,
    "kserve.localmodel.agent.nodeSelector": _NODE,
    "kserve.localmodel.agent.securityContext": "",
    "kserve.localmodel.agent.tag": _NODE,
    "kserve.localmodel.agent.tolerations": _NODE,
    "kserve.localmodel.controller": "the chart kserve-localmodel-resources reads it",
}
_MULTI_NODE = {
    "kserve.servingruntime.huggingfaceserver_multinode.disabled": (
        "its template asks for 'kserve.servingruntime.huggingfaceserver.disabled'"
    )
}
_TAGS = {"kserve.version": "every image has a tag of its own: set those"}

UNREAD: dict[str, dict[str, str]] = {
    "kserve": {**_TAGS, **_MULTI_NODE, "kserve.servingruntime.art.imagePullSecrets": ""},
    "kserve-llmisvc-resources": {**_LOCAL_MODEL, "kserve.controller.gateway.ingressGateway.createGateway": _CONTROLLER},
    "kserve-resources": _LOCAL_MODEL,
    "kserve-runtime-configs": {
        **_MULTI_NODE,
        "kserve.autoscaler": _CONTROLLER,
        "kserve.inferenceservice": _CONTROLLER,
        "kserve.opentelemetryCollector": _CONTROLLER,
        "kserve.security": _CONTROLLER,
        "kserve.servingruntime.art": _CONTROLLER,
    },
    "llmisvc-resources": _TAGS,
}
"""Values that stand in a chart's values.yaml and that none of its templates reads, with a hint: v0.16.0 to v0.20.0."""


def moved(chart: str, path: tuple[str | int, ...], key: str) -> str:
    """A hint for a key that a chart does not know and that is known to have another name; "" for every other."""
    family = FAMILIES.get(chart, (chart,))
    dotted = ".".join(map(str, (*path, key)))
    for name in family:
        if gone := _GONE.get(name, {}).get(dotted):
            return gone
        if renamed := _RENAMED.get(name, {}).get(dotted):
            return f"it is called '{renamed}' now"
    if chart in KSERVE_CHARTS and key in _CONFIG_MAP:
        return f"the chart calls it '{_CONFIG_MAP[key]}'"
    return ""
