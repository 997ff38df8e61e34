"""The ConfigMap that KServe's charts write their values into, as JSON and without escaping them.

Source for all: kserve/kserve v0.16.0 to v0.20.0, the templates of inferenceservice-config.
"""

import json
from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.charts import charts, printed, shown

_CONTROLLER = ("kserve", "kserve-resources")
_RAW = (
    "controller.gateway.disableHTTPRouteTimeout",
    "controller.gateway.disableIngressCreation",
    "controller.gateway.disableIstioVirtualHost",
    "controller.gateway.ingressGateway.enableGatewayApi",
    "localmodel.agent.reconcilationFrequencyInSecs",
    "localmodel.disableVolumeManagement",
    "localmodel.enabled",
    "localmodel.jobTTLSecondsAfterFinished",
    "localmodel.securityContext.fsGroup",
    "security.autoMountServiceAccountToken",
    "service.serviceClusterIPNone",
    "storage.enableModelcar",
    "storage.uidModelcar",
)
"""Values below `kserve` that the chart prints into JSON as they are."""
_TEXTS = (
    "agent.image",
    "agent.tag",
    "controller.gateway.domain",
    "controller.gateway.domainTemplate",
    "controller.gateway.ingressGateway.className",
    "controller.gateway.ingressGateway.gateway",
    "controller.gateway.ingressGateway.kserveGateway",
    "controller.gateway.localGateway.gateway",
    "controller.gateway.localGateway.gatewayService",
    "controller.gateway.pathTemplate",
    "controller.gateway.urlScheme",
    "router.image",
    "router.tag",
    "storage.caBundleConfigMapName",
    "storage.caBundleVolumeMountPath",
    "storage.cpuModelcar",
    "storage.image",
    "storage.memoryModelcar",
    "storage.s3.CABundle",
    "storage.s3.endpoint",
    "storage.storageSecretNameAnnotation",
    "storage.storageSpecSecretName",
    "storage.tag",
)
"""Values below `kserve` that the chart prints between quotes into JSON."""
_OWNERS = sorted(
    {("kserve", *key.split("."))[:end] for key in (*_RAW, *_TEXTS) for end in range(1, key.count(".") + 2)}
)
"""The mappings above all of them."""


@rule("KG433")
def broken_configuration(tree: Tree) -> Iterator[Mistake]:
    """A value that breaks the JSON of KServe's configuration.

    The chart prints its values into the JSON texts of the ConfigMap inferenceservice-config, without escaping them. A
    double quote in a domain template, a key set to null, or a list of pull secrets for the router leaves a text that
    the controller cannot read, and it stops there.

    Fix: in templates write text between backquotes instead of double quotes; leave a key out instead of setting it to
    null. One pull secret of the router is written as `imagePullSecrets: ['"name"']`, with both kinds of quotes.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, charts/kserve-resources/templates/configmap.yaml; v0.20.0,
    charts/kserve-resources/files/common/configmap-patch.yaml.
    """
    for chart in charts(tree, *_CONTROLLER):
        for path in _OWNERS:
            if None in chart.given(*path):
                yield chart.error(path, "null here keeps the chart from being rendered", hint="leave the key out")
        for key in _RAW:
            path = ("kserve", *key.split("."))
            for given in chart.given(*path):
                if not _is_json(printed(given)):
                    hint = "leave the key out" if given is None else "write a number, or true or false"
                    yield chart.error(path, f"{shown(given)} breaks the JSON of KServe's configuration", hint=hint)
        for key in _TEXTS:
            path = ("kserve", *key.split("."))
            given = chart.get(*path)
            if isinstance(given, str) and not _is_json(f'"{given}"'):
                hint = "it stands between double quotes in JSON: write text in a template between backquotes"
                yield chart.error(path, "the text breaks the JSON of KServe's configuration", hint=hint)
        secrets = chart.sequence("kserve", "router", "imagePullSecrets")
        if secrets and not _is_json(f"[{' '.join(map(printed, secrets))}]"):
            message = "the chart prints this list as no JSON, and InferenceGraphs cannot be made"
            hint = "write one item with its quotes: '\"name\"'"
            yield chart.error(("kserve", "router", "imagePullSecrets"), message, hint=hint)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
