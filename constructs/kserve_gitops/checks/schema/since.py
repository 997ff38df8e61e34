"""Which release of KServe brought which kind and field: what the schemas of v0.16.0 and v0.20.0 cannot tell apart.

Read off config/crd/full of kserve/kserve at v0.17.0 and v0.19.0 and off install/v0.18.0: a patch release brings no
field. A field that neither stands here nor in the older schema came with the newer one, or with the field or kind
that it is a part of. From v0.16.0 to v0.20.0 no field was taken away.
"""

_LLM = ("LLMInferenceService", "LLMInferenceServiceConfig")

KINDS: dict[tuple[str, str], str] = {
    ("serving.kserve.io/v1alpha2", "LLMInferenceService"): "v0.17.1",
    ("serving.kserve.io/v1alpha2", "LLMInferenceServiceConfig"): "v0.17.1",
    ("serving.kserve.io/v1alpha1", "LocalModelNamespaceCache"): "v0.18.1",
}
"""(apiVersion, kind): the first release with it."""

FIELDS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    # the pods of Kubernetes 1.34
    (
        "v0.17.1",
        (),
        ("hostnameOverride", "restartPolicyRules", "sources.podCertificate", "valueFrom.fileKeyRef"),
    ),
    ("v0.17.1", ("InferenceService",), ("logger.batchInterval", "logger.batchSize", "logger.marshallerUrl")),
    ("v0.17.1", ("ClusterServingRuntime", "ServingRuntime"), ("spec.schedulerName", "workerSpec.schedulerName")),
    (
        "v0.17.1",
        _LLM,
        (
            *("spec.annotations", "spec.labels", "spec.scaling", "spec.storageInitializer"),
            *("prefill.annotations", "prefill.labels", "prefill.scaling"),
            *("scheduler.annotations", "scheduler.config", "scheduler.labels", "scheduler.replicas"),
            *("http.spec.useDefaultGateways", "filters.cors", "filters.externalAuth"),
        ),
    ),
    ("v0.18.1", _LLM, ("gateway.refs.sectionName",)),
    ("v0.18.1", ("LocalModelCache",), ("spec.serviceAccountName", "spec.storage")),
    (
        "v0.18.1",
        ("LocalModelNode",),
        (
            *("localModels.namespace", "localModels.nodeGroup"),
            *("localModels.serviceAccountName", "localModels.storage"),
        ),
    ),
    ("v0.19.0", _LLM, ("lora.maxAdapters", "lora.maxCpuAdapters", "lora.maxRank")),
    (
        "v0.20.0",
        _LLM,
        (
            *("router.route.group", "router.route.weight", "spec.tracing", "model.confidential"),
            *("spec.kvCacheOffloading", "prefill.kvCacheOffloading", "pool.spec.appProtocol"),
        ),
    ),
)
"""Release, kinds (none: all of them), and the ends of the paths of its fields; items of lists have no name."""
