"""KServe: its CRDs, its controller with webhooks, and the built-in runtimes.

Applications keep their names from release to release, whatever the charts are called.

Sources: kserve/kserve v0.16.0 to v0.20.0, charts/kserve-crd, charts/kserve-resources (published as `kserve` until
v0.16), above all its configmap.yaml, and charts/kserve-runtime-configs.
"""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from constructs import Construct

from kserve_gitops import waves
from kserve_gitops.application import SERVER_SIDE_APPLY, SKIP_DRY_RUN, Application, HelmChart
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
            "kserve-crd",
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
            "kserve",
            environment=environment,
            project=project,
            namespace=NAMESPACE,
            wave=waves.KSERVE,
            source=HelmChart(
                REPOSITORY,
                release.controller_chart,
                release.version,
                merge(values(environment, gateway), _without(kserve.values, release.runtimes_keys)),
                kserve.values_origin,
            ),
            sync_options=[SERVER_SIDE_APPLY, SKIP_DRY_RUN],
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


class KServeRuntimes(Application):
    """The built-in ClusterServingRuntimes, where they have a chart of their own: from v0.17 on, and off by default.

    Before the controller, although its webhook judges them: on an upgrade from v0.16 they must belong to this
    application before the controller's chart, which no longer has them, would have them pruned.
    """

    def __init__(self, scope: Construct, *, environment: Environment, chart: str, project: str) -> None:
        kserve = environment.kserve
        release = RELEASES[kserve.version]
        enabled = {"kserve": {"servingruntime": {"enabled": True}}}
        super().__init__(
            scope,
            "kserve-runtimes",
            environment=environment,
            project=project,
            namespace=NAMESPACE,
            wave=waves.KSERVE_RUNTIMES,
            source=HelmChart(
                REPOSITORY,
                chart,
                release.version,
                merge(enabled, _only(kserve.values, release.runtimes_keys)),
                kserve.values_origin,
            ),
            sync_options=[SERVER_SIDE_APPLY, SKIP_DRY_RUN, "Prune=false"],
            cluster_kinds=[("serving.kserve.io", "ClusterServingRuntime")],
            origin=kserve.origin,
        )


def runtimes_chart(environment: Environment) -> str | None:
    """The chart of the built-in runtimes; None where the controller's chart brings them."""
    return RELEASES[environment.kserve.version].runtimes_chart


def _only(given: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """What a person's values say under `kserve` about `keys`."""
    below = given.get("kserve")
    found = {key: value for key, value in below.items() if key in keys} if isinstance(below, Mapping) else {}
    return {"kserve": found} if found else {}


def _without(given: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """A person's values but for `keys` under `kserve`."""
    below = given.get("kserve")
    if not isinstance(below, Mapping):
        return dict(given)
    return {**given, "kserve": {key: value for key, value in below.items() if key not in keys}}


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
