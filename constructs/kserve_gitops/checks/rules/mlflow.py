"""MLflow's chart: where its database and its artifacts are kept.

Source for all: community-charts/helm-charts mlflow-1.11.5, charts/mlflow.
"""

from collections.abc import Iterator

from kserve_gitops.checks.reading import whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.charts import Chart, charts
from kserve_gitops.checks.world.mlflow_files import is_read_only, volume_of

_MEMORY = ":memory:"
_PATH = ("backendStore", "defaultSqlitePath")
_DATABASES = (
    ("backendStore", "postgres"),
    ("backendStore", "mysql"),
    ("backendStore", "mssql"),
    ("postgresql",),
    ("mysql",),
)
_STORES = ("azureBlob", "s3", "gcs")
"""Kinds of artifact store, in the order in which the chart looks whether one is enabled."""


@rule("KG441")
def database_lost(tree: Tree) -> Iterator[Mistake]:
    """MLflow keeps its database where a restart empties it.

    By default the chart keeps it in memory, and each worker of the server has one of its own: runs and registered
    models come and go from request to request. A file outside of a volume goes with the pod, and from chart 1.10 on it
    cannot even be made, for the container's own disk is read-only.

    Fix: `backendStore.postgres`, or `defaultSqlitePath` on a volume: `extraVolumes` with a claim, and
    `extraVolumeMounts`.

    Since: every release

    Source: community-charts mlflow-1.11.5, values.yaml and templates/deployment.yaml; mlflow 3.15.1, mlflow/cli.
    """
    for chart in charts(tree, "mlflow"):
        if not chart.known or not _on_sqlite(chart):
            continue
        path = chart.text(*_PATH, default=_MEMORY)
        volume = volume_of(chart, path)
        if path == _MEMORY:
            hint = "set backendStore.postgres, or a file on a volume"
            yield chart.warning(_PATH, "the database is kept in memory, and lost at every restart", hint=hint)
        elif not path.startswith("/tmp/") and volume is None and is_read_only(chart):  # noqa: S108  not ours
            message = f"'{path}' is on no volume, and the container's own disk is read-only"
            yield chart.error(_PATH, message, hint="mount a claim there with extraVolumes and extraVolumeMounts")
        elif volume is None or volume == "emptyDir":
            message = f"'{path}' is on no volume that outlives the pod"
            yield chart.warning(_PATH, message, hint="mount a claim there with extraVolumes and extraVolumeMounts")


@rule("KG442")
def two_writers(tree: Tree) -> Iterator[Mistake]:
    """Two servers write one SQLite database.

    SQLite has one writer. Replicas either have a database each, or lock each other out of the one on the volume; and a
    rolling update starts the second server before the first has let go of the file.

    Fix: `replicaCount: 1` and `strategy: {type: Recreate}`; for more replicas, `backendStore.postgres`.

    Since: every release

    Source: community-charts mlflow-1.11.5, values.yaml.
    """
    for chart in charts(tree, "mlflow"):
        if not chart.known or not _on_sqlite(chart):
            continue
        replicas = chart.get("replicaCount")
        path = chart.text(*_PATH, default=_MEMORY)
        if whole(replicas) and replicas > 1:
            message = f"{replicas} replicas of a server whose database is SQLite"
            yield chart.error(("replicaCount",), message, hint="set it to 1, or backendStore.postgres")
        elif volume_of(chart, path) == "persistentVolumeClaim" and chart.get("strategy", "type") != "Recreate":
            message = "a rolling update has two servers write one SQLite file"
            yield chart.warning(("strategy", "type"), message, hint="set strategy.type to Recreate")


@rule("KG446")
def artifacts_lost(tree: Tree) -> Iterator[Mistake]:
    """MLflow keeps artifacts where nobody finds them again.

    Without a store, each client writes the artifacts of its runs to its own disk; or, where the server keeps them, they
    go with its pod. KServe cannot serve such a model. Of several stores the chart takes the first in the order
    azureBlob, s3, gcs, and ignores the others.

    Fix: enable one of them: `artifactRoot: {s3: {enabled: true, bucket: …}}`.

    Since: every release

    Source: community-charts mlflow-1.11.5, templates/_helpers.tpl and templates/deployment.yaml.
    """
    for chart in charts(tree, "mlflow"):
        if not chart.known:
            continue
        enabled = [name for name in _STORES if chart.on("artifactRoot", name, "enabled")]
        for name in enabled[1:]:
            message = f"the chart takes '{enabled[0]}' and ignores this store"
            yield chart.warning(("artifactRoot", name, "enabled"), message, hint="enable one of them")
        keys = {"azureBlob": "container"}
        for name in enabled[:1]:
            key = keys.get(name, "bucket")
            if not chart.text("artifactRoot", name, key):
                message = f"the store is enabled and has no {key}"
                yield chart.error(("artifactRoot", name, key), message, hint=f"add '{key}'")
        if not enabled and not chart.on("minio", "enabled") and not _says(chart, "artifact"):
            yield from _nowhere(chart)


def _nowhere(chart: Chart) -> Iterator[Mistake]:
    proxied = chart.on("artifactRoot", "proxiedArtifactStorage")
    key = "defaultArtifactsDestination" if proxied else "defaultArtifactRoot"
    given = chart.text("artifactRoot", key)
    if proxied and (not given or (given.startswith(("/", ".")) and volume_of(chart, given) is None)):
        message = "artifacts are kept on the server's own disk, and go with its pod"
        yield chart.warning(("artifactRoot", key), message, hint="enable artifactRoot.s3, azureBlob or gcs")
    elif not proxied and (not given or given.startswith(("/", "."))):
        message = "each client keeps its artifacts on its own disk"
        yield chart.warning(("artifactRoot", key), message, hint="enable artifactRoot.s3, azureBlob or gcs")


def _on_sqlite(chart: Chart) -> bool:
    external = any(chart.on(*path, "enabled") for path in _DATABASES)
    return not external and not _says(chart, "backend-store")


def _says(chart: Chart, word: str) -> bool:
    """Whether arguments or environment may set what the values do not."""
    given = [*chart.mapping("extraArgs"), *chart.sequence("extraFlags"), *chart.mapping("extraEnvVars")]
    return any(word in str(one).lower().replace("_", "-") for one in given)
