"""What differs between KServe's releases, and the versions of the other parts that were chosen to go with them.

One table of data; code asks the table instead of comparing versions.
Sources: charts/*/Chart.yaml and charts/kserve-resources/values.yaml of kserve/kserve at the tag.
"""

from dataclasses import dataclass

from kserve_gitops.core.suggestions import closest


@dataclass(frozen=True, slots=True)
class Release:
    """One release of KServe: `crd_chart` and `controller_chart` are names below ghcr.io/kserve/charts."""

    version: str
    crd_chart: str
    controller_chart: str


RELEASES: dict[str, Release] = {
    "v0.16.0": Release("v0.16.0", crd_chart="kserve-crd", controller_chart="kserve"),
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
