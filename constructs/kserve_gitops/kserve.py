"""KServe: its CRDs, and its controller with webhooks and built-in runtimes.

Sources: kserve/kserve v0.16.0, charts/kserve-crd and charts/kserve-resources (published as `kserve`), above all its
configmap.yaml.
"""

from typing import Any
from urllib.parse import urlsplit

from constructs import Construct

from kserve_gitops import waves
from kserve_gitops.application import SERVER_SIDE_APPLY, Application, HelmChart
from kserve_gitops.core.merging import merge
from kserve_gitops.gateway import Gateway
from kserve_gitops.inputs.environment import Environment, Storage
from kserve_gitops.inputs.releases import RELEASES

REPOSITORY = "ghcr.io/kserve/charts"
NAMESPACE = "kserve"
"""Fixed: the CRDs of the chart name the webhook's certificate in this namespace."""
STORAGE_SPEC_SECRET = "storage-config"  # noqa: S105  the name of a Secret, KServe's own default


class KServeCrds(Application):
    """The CRDs, which the chart keeps among its templates; far too large for a client-side apply, and never pruned."""

    def __init__(self, scope: Construct, *, environment: Environment, project: str) -> None:
        kserve = environment.kserve
        release = RELEASES[kserve.version]
        super().__init__(
            scope,
            release.crd_chart,
            environment=environment,
            project=project,
            namespace=NAMESPACE,
            wave=waves.KSERVE_CRDS,
            source=HelmChart(REPOSITORY, release.crd_chart, release.version),
            sync_options=[SERVER_SIDE_APPLY, "Prune=false"],
            cluster_kinds=[("apiextensions.k8s.io", "CustomResourceDefinition")],
            origin=kserve.origin,
        )


class KServe(Application):
    """The controller, for models that run as Deployments behind `gateway`.

    The first sync may fail until the webhooks answer for the runtimes of the same chart; the retries settle it.
    """

    def __init__(self, scope: Construct, *, environment: Environment, gateway: Gateway, project: str) -> None:
        kserve = environment.kserve
        release = RELEASES[kserve.version]
        super().__init__(
            scope,
            release.controller_chart,
            environment=environment,
            project=project,
            namespace=NAMESPACE,
            wave=waves.KSERVE,
            source=HelmChart(
                REPOSITORY,
                release.controller_chart,
                release.version,
                merge(values(environment, gateway), kserve.values),
                kserve.values_origin,
            ),
            sync_options=[SERVER_SIDE_APPLY, "SkipDryRunOnMissingResource=true"],
            cluster_kinds=[
                ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
                ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
                ("rbac.authorization.k8s.io", "ClusterRole"),
                ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
                ("serving.kserve.io", "ClusterServingRuntime"),
                ("serving.kserve.io", "ClusterStorageContainer"),
            ],
            origin=kserve.origin,
        )


def values(environment: Environment, gateway: Gateway) -> dict[str, Any]:
    """Values of the controller's chart, which has no schema: a key that it does not know is ignored in silence."""
    return {
        "kserve": {
            "controller": {
                "deploymentMode": environment.kserve.deployment_mode,
                "gateway": {
                    "domain": environment.domain,
                    "urlScheme": gateway.scheme,
                    "ingressGateway": {
                        "enableGatewayApi": True,
                        # The chart's own Gateway is of class envoy, whatever the cluster runs.
                        "createGateway": False,
                        "kserveGateway": gateway.ref,
                    },
                },
            },
            "storage": {"storageSpecSecretName": STORAGE_SPEC_SECRET, "s3": _s3(environment.storage)},
        },
    }


def _s3(storage: Storage) -> dict[str, str]:
    """Fallbacks for Secrets that say nothing themselves. KServe v0.16 puts a scheme before the endpoint by itself."""
    found = {
        "accessKeyIdName": "AWS_ACCESS_KEY_ID",
        "secretAccessKeyName": "AWS_SECRET_ACCESS_KEY",
        "region": storage.region,
    }
    if storage.endpoint:
        url = urlsplit(storage.endpoint)
        found |= {"endpoint": url.netloc, "useHttps": "1" if url.scheme == "https" else "0"}
    return found
