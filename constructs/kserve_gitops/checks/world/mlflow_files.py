"""Where MLflow's server keeps files: what its chart lets it write to, and what outlives the pod.

Source: community-charts mlflow-1.11.5, values.yaml and templates/deployment.yaml.
"""

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.world.charts import Chart

_READ_ONLY = order("1.10.0")


def volume_of(chart: Chart, file: str) -> str | None:
    """The kind of the volume that a file is on; None for none, "" for one that nobody describes."""
    mounts = [mapping(one) for one in chart.sequence("extraVolumeMounts")]
    names = [one.get("name") for one in mounts if _is_below(file, one.get("mountPath"))]
    for one in map(mapping, chart.sequence("extraVolumes")):
        if one.get("name") in names:
            return next((str(key) for key in one if key != "name"), "")
    return "" if names else None


def is_read_only(chart: Chart) -> bool:
    """Whether the container's own disk is, beside /tmp."""
    said = chart.get("securityContext", "readOnlyRootFilesystem")
    return said is True or (said is None and order(chart.version) >= _READ_ONLY)


def _is_below(file: str, folder: object) -> bool:
    return isinstance(folder, str) and folder != "" and file.startswith(folder.rstrip("/") + "/")
