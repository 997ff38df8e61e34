"""Where MLflow keeps those who may log in, once it asks for names and passwords.

Source for all: community-charts/helm-charts mlflow-1.11.5, charts/mlflow.
"""

from collections.abc import Iterator

from kserve_gitops.checks.reading import whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.charts import Chart, charts
from kserve_gitops.checks.world.mlflow_files import is_read_only, volume_of

_FOLDER = ("auth", "sqliteFullPath")
_KNOWN = order("1.11.5")
_IN_IMAGE = "/mlflow/"
"""The folder that the server of the chart's own image starts in."""
_TEMPORARY = "/tmp/"  # noqa: S108  not ours
_ELSEWHERE = (("auth", "postgres"), ("auth", "mysql"), ("postgresql",), ("mysql",))
_TRACKING = (
    *(("backendStore", name) for name in ("postgres", "mysql", "mssql")),
    *(("postgresql",), ("mysql",)),
)


@rule("KG474")
def users_lost(tree: Tree) -> Iterator[Mistake]:
    """MLflow keeps its users where it cannot write, or where a restart or a second server loses them.

    With `auth` on, the server keeps names, passwords and permissions in a database of their own, a file of SQLite
    unless `auth.postgres` is enabled. By default that lies on the container's own disk, which is read-only from chart
    1.10 on: the server never starts. The chart joins `sqliteFullPath` and `sqliteFile` as they are, so that a folder
    without a slash at its end becomes a part of the name: `/data` and `basic_auth.db` are `/databasic_auth.db`.

    Fix: `auth: {sqliteFullPath: /data/}`, with a claim mounted at `/data` and one replica; or `auth.postgres`.

    Since: every release

    Source: community-charts mlflow-1.11.5, templates/auth_ini_configmap.yaml and templates/deployment.yaml; mlflow
    3.15.1, mlflow/server/auth.
    """
    for chart in charts(tree, "mlflow"):
        if not chart.known or not _in_a_file(chart):
            continue
        file = _file(chart)
        volume = volume_of(chart, file) if file else ""
        if volume is None and not file.startswith(_TEMPORARY) and is_read_only(chart):
            message = f"users are kept in '{file}', on no volume, and the container's own disk is read-only"
            yield chart.error(_FOLDER, message, hint=_advice(chart))
        elif volume in (None, "emptyDir"):
            message = f"users are kept in '{file}', on no volume that outlives the pod"
            yield chart.warning(_FOLDER, message, hint=_advice(chart))
        elif whole(replicas := chart.get("replicaCount")) and replicas > 1 and _enabled(chart, _TRACKING):
            message = f"{replicas} replicas of a server whose users are kept in SQLite"
            yield chart.error(("replicaCount",), message, hint="set it to 1, or auth.postgres")


def _in_a_file(chart: Chart) -> bool:
    """Whether it is the server's own way to log in, and nothing says where else users are kept."""
    own = chart.text("auth", "appName", default="basic-auth") == "basic-auth"
    told = "MLFLOW_AUTH_CONFIG_PATH" in chart.mapping("extraEnvVars")
    return chart.on("auth", "enabled") and own and not told and not _enabled(chart, _ELSEWHERE)


def _enabled(chart: Chart, paths: tuple[tuple[str, ...], ...]) -> bool:
    return any(chart.on(*path, "enabled") for path in paths)


def _file(chart: Chart) -> str:
    """The file, as the chart puts its name together; "" where nobody can tell."""
    folder, name = chart.text(*_FOLDER), chart.text("auth", "sqliteFile", default="basic_auth.db")
    parted = f"{folder.rstrip('/')}/{name}"
    if folder and order(chart.version) > _KNOWN and volume_of(chart, parted) is not None:
        return parted  # a later chart may put a slash between
    found = folder + name
    if found.startswith("/"):
        return found
    return "" if chart.get("image", "repository") else _IN_IMAGE + found


def _advice(chart: Chart) -> str:
    folder = chart.text(*_FOLDER)
    if folder and not folder.endswith("/") and volume_of(chart, f"{folder}/") is not None:
        return f"write '{folder}/': the chart puts no slash between folder and file"
    return "set it to the folder of a mounted claim, with a slash at its end, or set auth.postgres"
