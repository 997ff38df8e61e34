"""What differs between KServe's releases, and the versions of the other parts that were chosen to go with them.

One table of data; code asks the table instead of comparing versions.
Sources: charts/*/Chart.yaml, charts/kserve-resources/values.yaml and kserve-deps.env of kserve/kserve at the tag.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kserve_gitops.core.suggestions import closest


@dataclass(frozen=True, slots=True)
class Release:
    """One release of KServe, by its charts below ghcr.io/kserve/charts.

    `runtimes_chart` has the built-in ClusterServingRuntimes where the controller's chart no longer brings them;
    `runtimes_keys` are the keys under `kserve` that it took with it. The `llm_` charts bring LLMInferenceServices:
    None where they cannot be installed beside the controller. The `local_model_` charts bring the kinds of the
    local model cache: None where the other charts do. `llm_keys` and `local_model_keys` are the keys under `kserve`
    (`a.b` for b below a) that went to those charts. `llm_version` is the API version that is stored.
    `canary` says whether KServe runs the entries of `spec.canary`, `heads_bucket` whether its downloader asks for a
    bucket before it lists it. `tested_with` are the versions of what KServe stands
    on that its own tests use, by part.
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
    heads_bucket: bool = False
    tested_with: Mapping[str, str] = field(default_factory=dict)


def _split(version: str, tested_with: Mapping[str, str], *, canary: bool = False) -> Release:
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
        heads_bucket=True,
        tested_with=tested_with,
    )


def _parts(
    *, gateway_api: str, envoy_gateway: str, knative: str, keda: str, lws: str, inference_extension: str
) -> dict[str, str]:
    return {
        "gateway-api": gateway_api,
        "cert-manager": "v1.17.0",
        "Envoy Gateway": envoy_gateway,
        "Knative Serving": knative,
        "Istio": "1.27.1",
        "KEDA": keda,
        "LeaderWorkerSet": lws,
        "Gateway API Inference Extension": inference_extension,
    }


# kserve-deps.env at the tag. Of v0.18 it was not to be had: it gets that of v0.17, the older neighbour.
_V0_16 = _parts(
    gateway_api="v1.2.1", envoy_gateway="v1.2.2", knative="1.15.2", keda="2.16.1", lws="v0.6.2",
    inference_extension="v0.3.0",
)  # fmt: skip
_V0_17 = _parts(
    gateway_api="v1.4.1", envoy_gateway="v1.6.3", knative="1.21.1", keda="2.17.3", lws="v0.7.0",
    inference_extension="v1.3.0",
)  # fmt: skip
_V0_19 = _parts(
    gateway_api="v1.4.1", envoy_gateway="v1.7.0", knative="1.21.1", keda="2.18.0", lws="v0.8.0",
    inference_extension="v1.3.1",
)  # fmt: skip
_V0_20 = _parts(
    gateway_api="v1.5.1", envoy_gateway="v1.8.1", knative="1.21.1", keda="2.18.0", lws="v0.8.0",
    inference_extension="v1.5.0",
)  # fmt: skip

RELEASES: dict[str, Release] = {
    "v0.16.0": Release("v0.16.0", crd_chart="kserve-crd", controller_chart="kserve", tested_with=_V0_16),
    "v0.17.1": _split("v0.17.1", _V0_17),
    "v0.18.1": _split("v0.18.1", _V0_17),
    "v0.19.0": _split("v0.19.0", _V0_19),
    "v0.20.0": _split("v0.20.0", _V0_20, canary=True),
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


def older(version: str, other: str) -> bool:
    """Whether a version comes before another; both may have a v in front."""
    return _numbers(version) < _numbers(other)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version.partition("-")[0])]


def unknown_release(version: str) -> str:
    """A hint for a version of KServe that is not in the table."""
    minor = [known for known in RELEASES if _numbers(known)[:2] == _numbers(version)[:2]]
    near = f"did you mean '{minor[0]}'?" if minor else closest(version, RELEASES)
    return f"{near}; known: {', '.join(RELEASES)}" if minor else near or f"known: {', '.join(RELEASES)}"
