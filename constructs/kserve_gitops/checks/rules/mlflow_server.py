"""MLflow's server: who may call it, what signs its sessions, and who reads its metrics.

Source for all: community-charts/helm-charts mlflow-1.11.5, charts/mlflow.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.tree import Mistake, Object, Spot, Tree
from kserve_gitops.checks.world.charts import Chart, charts
from kserve_gitops.checks.world.made import keys_of, made

_CHECKS_HOSTS, _CHECKING = order("3.5.0"), order("1.7.2")
_WITH_LIST = order("1.10.0")
_ALLOWED = "MLFLOW_SERVER_ALLOWED_HOSTS"
_DISABLED = "MLFLOW_SERVER_DISABLE_SECURITY_MIDDLEWARE"
_KEY = "MLFLOW_FLASK_SERVER_SECRET_KEY"
_TRACKING = "MLFLOW_TRACKING_URI"
_SERVICE_KINDS = (None, "", "Service")


@rule("KG443")
def host_refused(tree: Tree) -> Iterator[Mistake]:
    """MLflow refuses every request to the name that it is called by.

    From 3.5 on MLflow answers 403 to a Host header that it does not expect, and expects nothing but localhost and
    private addresses. Its health check is exempt, so that the pod is ready while every client fails. A list of hosts
    takes the place of the built-in one; the port is a part of the compared text, unless it is 80 or 443.

    Fix: list the public host, and the names inside the cluster, each alone and with `:*`, under `serverAllowedHosts`;
    for a chart before 1.10, in `extraEnvVars.MLFLOW_SERVER_ALLOWED_HOSTS`, with commas between.

    Since: every release

    Source: mlflow 3.15.1, mlflow/server/security_utils.py; community-charts issue 285.
    """
    for chart in charts(tree, "mlflow"):
        patterns = _allowed(tree, chart)
        if patterns is None:
            continue
        told: set[str] = set()
        for host, spot in (*_routed(tree, chart), *_called(tree, chart)):
            if host not in told and not any(fnmatchcase(host, pattern) for pattern in patterns):
                told.add(host)
                message = f"MLflow answers 403 to requests for host '{host}'"
                yield chart.error(_list_of(chart), message, hint=f"add '{host}' and '{host}:*'", other=spot)


@rule("KG444")
def random_session_key(tree: Tree) -> Iterator[Mistake]:
    """The key that signs the sessions of MLflow changes with every sync.

    The chart draws it by chance where it cannot look up the one of the cluster, and Argo CD never lets it look. With
    `auth` on, a restart of the server then throws everybody out, and forms that are open fail. Without `auth` nobody
    reads it.

    Fix: a credential of type `mlflow-server`, named by `parts.mlflow.secrets.server` in platform.yaml. For a chart of
    one's own, put `MLFLOW_FLASK_SERVER_SECRET_KEY` into a sealed Secret, and list that under
    `extraSecretNamesForEnvFrom`.

    Since: every release

    Source: community-charts mlflow-1.11.5, templates/flask_secret.yaml and templates/deployment.yaml.
    """
    for chart in charts(tree, "mlflow"):
        given = (
            chart.text("flaskServerSecretKey")
            or chart.get("flaskServerSecret")  # of later charts
            or _KEY in chart.mapping("extraEnvVars")
        )
        if chart.known and chart.on("auth", "enabled") and not given and _from_secrets(tree, chart, _KEY) is False:
            message = "the key of the sessions is drawn anew at every sync"
            hint = "seal it, and name it under parts.mlflow.secrets.server or extraSecretNamesForEnvFrom"
            yield chart.warning(("flaskServerSecretKey",), message, hint=hint)


@rule("KG445")
def no_metrics(tree: Tree) -> Iterator[Mistake]:
    """The ServiceMonitor of MLflow finds no metrics.

    It looks for a port of the pod that is called like the port of the Service, and the pod's has another name. And the
    server writes its metrics to a folder, which a read-only disk, the chart's default from 1.10 on, does not let it.

    Fix: `serviceMonitor.useServicePort: true`, and an emptyDir mounted at `/mlflow/metrics`.

    Since: every release

    Source: community-charts mlflow-1.11.5, templates/servicemonitor.yaml and templates/deployment.yaml.
    """
    for chart in charts(tree, "mlflow"):
        if not chart.known or not chart.on("serviceMonitor", "enabled"):
            continue
        named = chart.text("service", "containerPortName", default="mlflow")
        if not chart.on("serviceMonitor", "useServicePort") and named != chart.text("service", "name", default="http"):
            message = "no port of the pod is called like that of the Service, so nothing is scraped"
            yield chart.warning(("serviceMonitor", "useServicePort"), message, hint="set it to true")
        read_only = chart.get("securityContext", "readOnlyRootFilesystem")
        mounts = [mapping(one).get("mountPath") for one in chart.sequence("extraVolumeMounts")]
        writable = any(isinstance(at, str) and "/mlflow/metrics".startswith(at.rstrip("/")) for at in mounts)
        if not writable and (read_only is True or (read_only is None and order(chart.version) >= _WITH_LIST)):
            message = "the server cannot write its metrics: the container's disk is read-only"
            hint = "mount an emptyDir at /mlflow/metrics with extraVolumes and extraVolumeMounts"
            yield chart.warning(("serviceMonitor", "enabled"), message, hint=hint)


@rule("KG459")
def artifacts_without_keys(tree: Tree) -> Iterator[Mistake]:
    """Notebooks write artifacts to a bucket that they have no credentials for.

    Unless MLflow proxies them, artifacts go from the notebook to the bucket, past the server. A notebook that knows
    MLflow's address alone can log parameters, and fails at the first file.

    Fix: `artifactRoot: {proxiedArtifactStorage: true}`, so that the server alone needs credentials; or give notebooks
    a ServiceAccount with `singleuser.serviceAccountName`. Experiments that exist keep the way they were made with.

    Since: every release

    Source: community-charts mlflow-1.11.5, templates/deployment.yaml; mlflow 3.15.1, mlflow/store/tracking.
    """
    for chart in charts(tree, "mlflow"):
        direct = chart.on("artifactRoot", "s3", "enabled") and not chart.on("artifactRoot", "proxiedArtifactStorage")
        if not chart.known or not direct:
            continue
        for hub in charts(tree, "jupyterhub"):
            called = hub.text("singleuser", "extraEnv", _TRACKING)
            if f"//{chart.fullname}.{chart.namespace}" in called and hub.known and not _has_keys(hub):
                message = "notebooks write artifacts to the bucket themselves, and have no credentials for it"
                other = hub.spot("singleuser", "extraEnv", _TRACKING)
                at = ("artifactRoot", "proxiedArtifactStorage")
                yield chart.warning(at, message, hint="set it to true", other=other)


def _has_keys(hub: Chart) -> bool:
    """Whether notebooks may have credentials by one of the ways there are."""
    ways = ("extraFiles", "lifecycleHooks", "profileList", "serviceAccountName", "storage")
    environment = hub.mapping("singleuser", "extraEnv")
    return (
        any(hub.get("singleuser", way) for way in ways)
        or bool(hub.get("hub", "extraConfig"))
        or any(str(name).startswith("AWS_") for name in environment)
    )


def _allowed(tree: Tree, chart: Chart) -> list[str] | None:
    """The patterns of hosts that the server takes; None where it is not known, or takes all."""
    environment = chart.mapping("extraEnvVars")
    arguments = [str(one) for one in (*chart.mapping("extraArgs"), *chart.sequence("extraFlags"))]
    tag = chart.text("image", "tag")
    checking = order(tag) >= _CHECKS_HOSTS if tag else order(chart.version) >= _CHECKING
    if not chart.known or not checking or chart.text("image", "digest"):
        return None
    if str(environment.get(_DISABLED)).lower() == "true":
        return None
    if any("allowed-hosts" in argument or "disable-security" in argument for argument in arguments):
        return None
    if _from_secrets(tree, chart, _ALLOWED) is not False:
        return None
    found = str(environment.get(_ALLOWED) or "").split(",")
    if order(chart.version) >= _WITH_LIST:
        found += map(str, chart.sequence("serverAllowedHosts"))
        found += [str(mapping(one).get("host")) for one in chart.sequence("ingress", "hosts")]
    given = [pattern.strip().lower() for pattern in found if pattern.strip()]
    return given or ["localhost", "localhost:*", "127.0.0.1", "127.0.0.1:*"]


def _from_secrets(tree: Tree, chart: Chart, key: str) -> bool | None:
    """Whether a Secret that the server takes its environment from has a key; None where nobody can tell."""
    world = made(tree)
    answers: list[bool | None] = []
    for name in map(str, chart.sequence("extraSecretNamesForEnvFrom")):
        found = world.find("Secret", chart.namespace, name)
        keys = keys_of(found) if found else None
        answers.append(None if keys is None else key in keys)
    if True in answers:
        return True
    return None if None in answers else False


def _list_of(chart: Chart) -> tuple[str, ...]:
    if order(chart.version) >= _WITH_LIST:
        return ("serverAllowedHosts",)
    return ("extraEnvVars", _ALLOWED)


def _routed(tree: Tree, chart: Chart) -> Iterator[tuple[str, Spot]]:
    """The hosts of routes that lead to the server as they are."""
    for route in tree.of("HTTPRoute"):
        if any(_leads_there(route, rule, chart) for rule in route.sequence("spec", "rules")):
            for number, host in enumerate(route.sequence("spec", "hostnames")):
                if isinstance(host, str) and "*" not in host:
                    yield host.lower(), (route, ("spec", "hostnames", number))


def _leads_there(route: Object, rule: object, chart: Chart) -> bool:
    given = mapping(rule)
    if any("hostname" in mapping(mapping(one).get("urlRewrite")) for one in sequence(given.get("filters"))):
        return False
    backends = map(mapping, sequence(given.get("backendRefs")))
    return any(
        one.get("name") == chart.fullname
        and one.get("kind") in _SERVICE_KINDS
        and (one.get("namespace") or route.namespace) == chart.namespace
        for one in backends
    )


def _called(tree: Tree, chart: Chart) -> Iterator[tuple[str, Spot]]:
    """The host that notebooks call the server by, where that is a name of its Service."""
    path = ("singleuser", "extraEnv", _TRACKING)
    for hub in charts(tree, "jupyterhub"):
        try:
            url = urlsplit(hub.text(*path))
            port = url.port
        except ValueError:
            continue
        host = (url.hostname or "").lower()
        name = f"{chart.fullname}.{chart.namespace}"
        if host == name or host.startswith(f"{name}.svc"):
            yield host if port in (None, 80, 443) else f"{host}:{port}", hub.spot(*path)
