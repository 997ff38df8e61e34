"""What differs between KServe's releases, and the versions of the other parts that were chosen to go with them.

One table of data; code asks the table instead of comparing versions.
Sources: charts/*/Chart.yaml and charts/kserve-resources/values.yaml of kserve/kserve at the tag.
"""

from dataclasses import dataclass

from kserve_gitops.core.suggestions import closest


@dataclass(frozen=True, slots=True)
class Release:
    """One release of KServe, by its charts below ghcr.io/kserve/charts.

    `runtimes_chart` has the built-in ClusterServingRuntimes where the controller's chart no longer brings them;
    `runtimes_keys` are the keys under `kserve` that it took with it. The `llm_` charts bring LLMInferenceServices:
    None where they cannot be installed beside the controller. The `local_model_` charts bring the kinds of the
    local model cache: None where the other charts do. `llm_keys` and `local_model_keys` are the keys under `kserve`
    (`a.b` for b below a) that went to those charts. `llm_version` is the API version that is stored.
    `canary` says whether `spec.canary` splits traffic between Deployments.
    """

    version: str
    crd_chart: str
    controller_chart: str
    runtimes_chart: str | None = None
    runtimes_keys: tuple[str, ...] = ()
    llm_crd_chart: str | None = None
    llm_chart: str | None = None
    llm_keys: tuple[str, ...] = ()
    local_model_crd_chart: str | None = None
    local_model_chart: str | None = None
    local_model_keys: tuple[str, ...] = ()
    llm_version: str = "v1alpha1"
    canary: bool = False


def _split(version: str, *, canary: bool = False) -> Release:
    """From v0.17 on the charts have other names, and runtimes and optional parts have charts of their own."""
    return Release(
        version,
        crd_chart="kserve-crd",
        controller_chart="kserve-resources",
        runtimes_chart="kserve-runtime-configs",
        runtimes_keys=("llmisvcConfigs", "servingruntime"),
        llm_crd_chart="kserve-llmisvc-crd",
        llm_chart="kserve-llmisvc-resources",
        llm_keys=("llmisvc",),
        local_model_crd_chart="kserve-localmodel-crd",
        local_model_chart="kserve-localmodel-resources",
        local_model_keys=("localmodel.controller", "localmodelnode"),
        llm_version="v1alpha2",
        canary=canary,
    )


RELEASES: dict[str, Release] = {
    "v0.16.0": Release("v0.16.0", crd_chart="kserve-crd", controller_chart="kserve"),
    "v0.17.1": _split("v0.17.1"),
    "v0.18.1": _split("v0.18.1"),
    "v0.19.0": _split("v0.19.0"),
    "v0.20.0": _split("v0.20.0", canary=True),
}

PINS: dict[str, str] = {
    "gateway-api": "v1.6.1",
    "cert-manager": "v1.21.1",
    "sealed-secrets": "2.18.5",
    "traefik": "41.3.0",
    "mlflow": "1.11.5",
    "jupyterhub": "4.4.0",
}
"""Version of a part when platform.yaml names none: the newest that is known to fit the rest."""


def unknown_release(version: str) -> str:
    """A hint for a version of KServe that is not in the table."""
    return closest(version, RELEASES) or f"known: {', '.join(RELEASES)}"
