"""The parts of KServe that only some models need: the LLM controller with its presets, and the local model cache.

From KServe v0.17 on each has charts of its own. In v0.16 the cache is a part of the controller's chart, and the LLM
controller cannot be installed beside KServe's: its chart brings the same configuration and webhooks, set otherwise.
The charts fix the namespace `kserve` in the LLM kinds' conversion webhook and in the presets.

Sources: kserve/kserve v0.17.1 to v0.20.0, charts/kserve-llmisvc-resources, charts/kserve-runtime-configs,
charts/kserve-localmodel-resources; kserve-deps.env at the tags.
"""

from constructs import Construct

from kserve_gitops import waves
from kserve_gitops.application import SERVER_SIDE_APPLY, SKIP_DRY_RUN, Application, HelmChart
from kserve_gitops.core.merging import merge
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.inputs.releases import RELEASES
from kserve_gitops.kserve import (
    CONTROLLER_KINDS,
    CRD,
    NAMESPACE,
    PRESETS,
    REPOSITORY,
    KServeCrds,
    job_namespace,
    only,
)
from kserve_gitops.manifest import Manifest
from kserve_gitops.serving.kinds import parts


class KServeLlm(Application):
    """The controller of LLMInferenceServices, from KServe v0.17 on.

    It shares configuration, issuer and storage container with KServe's own controller. It looks for what it needs
    beside: the CRDs of the Gateway API Inference Extension, which the chart brings, a Gateway whose controller supports
    them (Envoy Gateway with Envoy AI Gateway is what KServe tests), and LeaderWorkerSet for models over several nodes.
    """

    def __init__(self, scope: Construct, *, environment: Environment, chart: str, project: str) -> None:
        kserve = environment.kserve
        release = RELEASES[kserve.version]
        ours = {"kserve": {"createSharedResources": False}}
        super().__init__(
            scope,
            "kserve-llm",
            environment=environment,
            project=project,
            namespace=NAMESPACE,
            wave=waves.KSERVE_PARTS,
            source=HelmChart(
                REPOSITORY,
                chart,
                release.version,
                merge(ours, only(kserve.values, release.llm_keys)),
                kserve.values_origin,
            ),
            sync_options=[SERVER_SIDE_APPLY, SKIP_DRY_RUN],
            cluster_kinds=[CRD, *CONTROLLER_KINDS],
            origin=kserve.origin,
        )


class KServeLlmPresets(Application):
    """The LLMInferenceServiceConfigs that every LLMInferenceService starts from.

    From the chart of the built-in runtimes, but after the LLM controller: on an upgrade the webhook of the old one
    would refuse presets of the new one, and with them the runtimes that the new controller waits for.
    """

    def __init__(self, scope: Construct, *, environment: Environment, chart: str, project: str) -> None:
        kserve = environment.kserve
        ours = {"kserve": {PRESETS: {"enabled": True}}}
        super().__init__(
            scope,
            "kserve-llm-presets",
            environment=environment,
            project=project,
            namespace=NAMESPACE,
            wave=waves.KSERVE_LLM_PRESETS,
            source=HelmChart(
                REPOSITORY,
                chart,
                RELEASES[kserve.version].version,
                merge(ours, only(kserve.values, [PRESETS])),
                kserve.values_origin,
            ),
            sync_options=[SERVER_SIDE_APPLY, SKIP_DRY_RUN],
            origin=kserve.origin,
        )


class KServeLocalModel(Application):
    """The controller of the local model cache, and its agent on the nodes with the label `kserve/localmodel: worker`.

    From KServe v0.17 on; in v0.16 they belong to the controller's chart. The namespace of the downloads is made here,
    because the chart does not.
    """

    def __init__(self, scope: Construct, *, environment: Environment, chart: str, project: str) -> None:
        kserve = environment.kserve
        release = RELEASES[kserve.version]
        super().__init__(
            scope,
            "kserve-local-model",
            environment=environment,
            project=project,
            namespace=NAMESPACE,
            wave=waves.KSERVE_PARTS,
            source=HelmChart(
                REPOSITORY,
                chart,
                release.version,
                only(kserve.values, release.local_model_keys),
                kserve.values_origin,
            ),
            manifests=True,
            sync_options=[SERVER_SIDE_APPLY, SKIP_DRY_RUN],
            cluster_kinds=CONTROLLER_KINDS,
            origin=kserve.origin,
        )
        name = job_namespace(environment)
        manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        Manifest(self, name, manifest, origin=kserve.origin)


def add_kserve_parts(scope: Construct, *, environment: Environment, project: str) -> list[Application]:
    """The applications of the parts that kinds of the catalogue need, as far as the release has charts of them."""
    release = RELEASES[environment.kserve.version]
    wanted = parts(environment.kinds)
    made: list[Application] = []
    if "llm" in wanted and release.llm_crd_chart and release.llm_chart and release.runtimes_chart:
        crds, chart, presets = release.llm_crd_chart, release.llm_chart, release.runtimes_chart
        made += [
            KServeCrds(scope, "kserve-llm-crd", environment=environment, project=project, chart=crds),
            KServeLlm(scope, environment=environment, project=project, chart=chart),
            KServeLlmPresets(scope, environment=environment, project=project, chart=presets),
        ]
    if "local-model" in wanted and release.local_model_crd_chart and release.local_model_chart:
        crds, chart = release.local_model_crd_chart, release.local_model_chart
        made += [
            KServeCrds(scope, "kserve-local-model-crd", environment=environment, project=project, chart=crds),
            KServeLocalModel(scope, environment=environment, project=project, chart=chart),
        ]
    return made
