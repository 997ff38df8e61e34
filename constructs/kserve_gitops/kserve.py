"""KServe: its CRDs, its controller with webhooks, and the built-in runtimes.

Applications keep their names from release to release, whatever the charts are called.

Sources: kserve/kserve v0.16.0 to v0.20.0, charts/kserve-crd, charts/kserve-resources (published as `kserve` until
v0.16), above all its configmap.yaml, charts/kserve-runtime-configs, and charts/kserve-llmisvc-crd (shared CRD).
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from constructs import Construct

from kserve_gitops import waves
from kserve_gitops.application import RESPECT_IGNORED, SERVER_SIDE_APPLY, SKIP_DRY_RUN, Application, HelmChart
from kserve_gitops.core.merging import merge
from kserve_gitops.gateway import Gateway
from kserve_gitops.inputs.credential import Storage
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.inputs.releases import RELEASES
from kserve_gitops.serving.kinds import parts

REPOSITORY = "ghcr.io/kserve/charts"
NAMESPACE = "kserve"
"""Fixed: the CRDs of the chart name the webhook's certificate in this namespace."""
STORAGE_SPEC_SECRET = "storage-config"  # noqa: S105  the name of a Secret, KServe's own default
JOB_NAMESPACE = "kserve-localmodel-jobs"
"""The default of the chart's `localmodel.jobNamespace`."""

CRD = ("apiextensions.k8s.io", "CustomResourceDefinition")
"""Every application that installs some needs this of the cluster."""
ART = "servingruntime.art"
"""The explainer's image and version: among the runtimes by its key, but read by the controller in every release."""
PRESETS = "llmisvcConfigs"
"""The key of the runtimes' chart for the LLM presets, which `kserve_parts` installs after their webhook."""
CONTROLLER_KINDS = (
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
)
"""What a controller of KServe needs of the cluster."""


class KServeCrds(Application):
    """The CRDs, which the chart keeps among its templates; far too large for a client-side apply, and never pruned.

    Those of the controller, or of a part with another `id` and `chart`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str = "kserve-crd",
        *,
        environment: Environment,
        project: str,
        chart: str | None = None,
    ) -> None:
        kserve = environment.kserve
        release = RELEASES[kserve.version]
        # The chart of the LLM kinds brings a CRD of the controller's chart again, unless it finds it in the cluster,
        # which Argo CD does not let it look into. The two applications must not take it from each other for ever.
        shared = (
            [_owner_of("clusterstoragecontainers.serving.kserve.io")]
            if chart and chart == release.llm_crd_chart
            else []
        )
        super().__init__(
            scope,
            id,
            environment=environment,
            project=project,
            namespace=NAMESPACE,
            wave=waves.KSERVE_CRDS,
            source=HelmChart(REPOSITORY, chart or release.crd_chart, release.version),
            sync_options=[SERVER_SIDE_APPLY, "Prune=false", *([RESPECT_IGNORED] if shared else [])],
            ignore_differences=shared,
            cluster_kinds=[CRD],
            origin=kserve.origin,
        )


def _owner_of(crd: str) -> dict[str, Any]:
    """An entry of `ignoreDifferences` for which application a CRD belongs to."""
    pointer = "/metadata/annotations/argocd.argoproj.io~1tracking-id"
    return {"group": CRD[0], "kind": CRD[1], "name": crd, "jsonPointers": [pointer]}


class KServe(Application):
    """The controller, for models that run as Deployments behind `gateway`.

    The first sync may fail until the webhooks answer for the runtimes of the same chart; the retries settle it.
    """

    def __init__(self, scope: Construct, *, environment: Environment, gateway: Gateway, project: str) -> None:
        kserve = environment.kserve
        release = RELEASES[kserve.version]
        moved = [*release.runtimes_keys, *release.llm_keys, *release.local_model_keys]
        theirs = merge(without(kserve.values, moved), only(kserve.values, [ART]))
        makes_jobs = "local-model" in parts(environment.kinds) - parts_with_charts(environment)
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
                merge(values(environment, gateway), theirs),
                kserve.values_origin,
            ),
            sync_options=[SERVER_SIDE_APPLY, SKIP_DRY_RUN],
            cluster_kinds=[
                *CONTROLLER_KINDS,
                ("serving.kserve.io", "ClusterServingRuntime"),
                ("serving.kserve.io", "ClusterStorageContainer"),
                *([("", "Namespace")] if makes_jobs else []),
            ],
            namespaces=[job_namespace(environment)] if makes_jobs else [],
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
        elsewhere = {PRESETS} if "llm" in parts_with_charts(environment) else set()
        keys = [key for key in release.runtimes_keys if key not in elsewhere]
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
                merge(enabled, without(only(kserve.values, keys), [ART])),
                kserve.values_origin,
            ),
            sync_options=[SERVER_SIDE_APPLY, SKIP_DRY_RUN, "Prune=false"],
            cluster_kinds=[("serving.kserve.io", "ClusterServingRuntime")],
            origin=kserve.origin,
        )


def parts_with_charts(environment: Environment) -> frozenset[str]:
    """The parts that the catalogue needs and that have a chart of their own."""
    release = RELEASES[environment.kserve.version]
    charts = {"llm": release.llm_chart, "local-model": release.local_model_chart}
    return frozenset(part for part in parts(environment.kinds) if charts[part])


def job_namespace(environment: Environment) -> str:
    """Where models are downloaded to the nodes' disks: as the controller's configuration says."""
    found = only(environment.kserve.values, ["localmodel.jobNamespace"])
    said = found["kserve"]["localmodel"]["jobNamespace"] if found else None
    return str(said or JOB_NAMESPACE)


def runtimes_chart(environment: Environment) -> str | None:
    """The chart of the built-in runtimes; None where the controller's chart brings them."""
    return RELEASES[environment.kserve.version].runtimes_chart


def only(given: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """What a person's values say under `kserve` about `keys`; a.b is b below a."""
    below = given.get("kserve")
    found = _picked(below, keys) if isinstance(below, Mapping) else {}
    return {"kserve": found} if found else {}


def without(given: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """A person's values but for `keys` under `kserve`."""
    below = given.get("kserve")
    return {**given, "kserve": _dropped(below, keys)} if isinstance(below, Mapping) else dict(given)


def _picked(tree: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in keys:
        first, _, rest = key.partition(".")
        if first in tree and not rest:
            found[first] = tree[first]
        elif isinstance(tree.get(first), Mapping) and (inner := _picked(tree[first], [rest])):
            found[first] = {**found.get(first, {}), **inner}
    return found


def _dropped(tree: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    result = dict(tree)
    for key in keys:
        first, _, rest = key.partition(".")
        if not rest:
            result.pop(first, None)
        elif isinstance(result.get(first), Mapping):
            result[first] = _dropped(result[first], [rest])
    return result


def values(environment: Environment, gateway: Gateway) -> dict[str, Any]:
    """Values of the controller's chart, which has no schema: a key that it does not know is ignored in silence."""
    cache = {"localmodel": {"enabled": True}} if "local-model" in parts(environment.kinds) else {}
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
            **cache,
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
