"""Default values of KServe's charts that decide what its controller makes of an object.

Keys are those below `kserve` in the values of the controller's chart. From v0.16.0 to v0.20.0 none of them changed.
Source: charts/kserve-resources/values.yaml of kserve/kserve at v0.16.0, v0.17.0 and v0.20.0.
"""

from typing import Any

KSERVE = ("kserve", "kserve-resources", "kserve-runtime-configs")
"""The charts whose values stand below `kserve`: the controller's by either name, and that of the runtimes."""

DEFAULTS: dict[str, Any] = {
    "controller.deploymentMode": "Knative",
    "controller.gateway.additionalIngressDomains": [],
    "controller.gateway.disableIngressCreation": False,
    "controller.gateway.disableIstioVirtualHost": False,
    "controller.gateway.domain": "example.com",
    "controller.gateway.domainTemplate": "{{ .Name }}-{{ .Namespace }}.{{ .IngressDomain }}",
    "controller.gateway.ingressGateway.className": "istio",
    "controller.gateway.ingressGateway.createGateway": False,
    "controller.gateway.ingressGateway.enableGatewayApi": False,
    "controller.gateway.ingressGateway.kserveGateway": "kserve/kserve-ingress-gateway",
    "controller.gateway.pathTemplate": "",
    "controller.gateway.urlScheme": "http",
    "inferenceservice.resources.limits.cpu": "1",
    "inferenceservice.resources.limits.memory": "2Gi",
    "inferenceservice.resources.requests.cpu": "1",
    "inferenceservice.resources.requests.memory": "2Gi",
    "localmodel.enabled": False,
    "localmodel.jobNamespace": "kserve-localmodel-jobs",
    "storage.caBundleConfigMapName": "",
    "storage.enableModelcar": True,
    "storage.resources.limits.memory": "1Gi",
    "storage.s3.accessKeyIdName": "AWS_ACCESS_KEY_ID",
    "storage.s3.endpoint": "",
    "storage.s3.secretAccessKeyName": "AWS_SECRET_ACCESS_KEY",
    "storage.storageSecretNameAnnotation": "serving.kserve.io/secretName",
    "storage.storageSpecSecretName": "storage-config",
    "servingruntime.modelNamePlaceholder": "{{.Name}}",
}
"""a.b.c below `kserve`: the value where nobody writes one."""
