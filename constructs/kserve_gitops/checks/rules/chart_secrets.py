"""Secrets that the values of a chart name."""

from collections.abc import Iterator
from typing import NamedTuple

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.tree import Mistake, Object, Tree, Values
from kserve_gitops.checks.world.charts import Chart, charts
from kserve_gitops.checks.world.made import Made, World, keys_of, made
from kserve_gitops.core.suggestions import closest

_KIND = "Secret"
_MAKERS = ("ExternalSecret", "SealedSecret")
_NAMED = order("1.10.0")


class _Named(NamedTuple):
    """A Secret that the values at `at` name, once the flag `enabled` of `owner` is on.

    `keys` are the values that name its keys, and what they are by default: "" where the chart names none.
    """

    owner: tuple[str, ...]
    at: tuple[str, ...]
    keys: tuple[tuple[str, str], ...]


_USER = (("usernameKey", "username"), ("passwordKey", "password"))
_S3 = (("keyOfAccessKeyId", "AWS_ACCESS_KEY_ID"), ("keyOfSecretAccessKey", "AWS_SECRET_ACCESS_KEY"))
_DATABASE = ("backendStore", "existingDatabaseSecret")

_MLFLOW = (
    _Named(("artifactRoot", "s3"), ("artifactRoot", "s3", "existingSecret"), _S3),
    *(_Named(("backendStore", name), _DATABASE, _USER) for name in ("postgres", "mysql", "mssql")),
    _Named(("auth",), ("auth", "existingAdminSecret"), _USER),
    _Named(("auth", "postgres"), ("auth", "postgres", "existingSecret"), _USER),
    _Named(("oidcAuth",), ("oidcAuth", "existingSecret"), (("clientSecretKey", "OIDC_CLIENT_SECRET"),)),
)


@rule("KG447", whole=True)
def secret_of_chart(tree: Tree) -> Iterator[Mistake]:
    """The values of a chart name a Secret, or a key of one, that is not there.

    The chart puts the name into its pods, and a pod waits for ever for a Secret or a key that nobody makes.

    Fix: seal the Secret for the namespace of the chart, with the keys that the values name; or list it under `existing`
    in platform.yaml.

    Since: every release

    Source: community-charts mlflow-1.11.5, templates/deployment.yaml; zero-to-jupyterhub 4.4.0,
    templates/hub/deployment.yaml.
    """
    world = made(tree)
    for chart in charts(tree, "mlflow"):
        if chart.namespace:
            yield from _of_mlflow(chart, world)
    for chart in charts(tree, "jupyterhub"):
        name = chart.text("hub", "existingSecret")
        if name and chart.namespace:
            yield from _missing(chart, ("hub", "existingSecret"), name, world)


@rule("KG476")
def secret_of_no_use(tree: Tree) -> Iterator[Mistake]:
    """The values of MLflow name a Secret for something that is not enabled.

    The chart takes the login of a database for `postgres`, `mysql` or `mssql` of `backendStore`, and that of the first
    user with `auth.enabled`. Without those it ignores the Secret and does not say so: runs are kept in SQLite, or
    whoever finds the server may change everything. Where the values switch it off in so many words, it is meant.

    Fix: enable what the Secret is for: `backendStore: {postgres: {enabled: true, host: …, database: …}}` or
    `auth: {enabled: true}`; or take the Secret away.

    Since: every release

    Source: community-charts mlflow-1.11.5, templates/deployment.yaml.
    """
    for chart in charts(tree, "mlflow"):
        for at in dict.fromkeys(named.at for named in _MLFLOW):
            owners = [named.owner for named in _MLFLOW if named.at == at]
            said = any(isinstance(chart.get(*one, "enabled"), bool) for one in owners)
            if chart.known and chart.text(*at, "name") and not said:
                flags = " or ".join(".".join((*one, "enabled")) for one in owners)
                message = "nothing uses this Secret: what it is for is not enabled"
                yield chart.error((*at, "name"), message, hint=f"set {flags}, or take the Secret away")


@rule("KG479")
def secret_of_two(tree: Tree) -> Iterator[Mistake]:
    """A sealed or fetched Secret has the name of one that a chart makes.

    JupyterHub's chart makes a Secret `hub`, MLflow's `mlflow-env-secret` and `mlflow-flask-server-secret-key`. Argo CD
    and the controller of the Secret then write over each other: the hub loses its whole configuration, which is in
    there, or the controller refuses a Secret that is not its own.

    Fix: give the credential, or the SealedSecret, another name.

    Since: every release

    Source: zero-to-jupyterhub 4.4.0, templates/hub/secret.yaml; community-charts mlflow-1.11.5, templates/secret.yaml;
    sealed-secrets v0.36.6, pkg/controller/controller.go.
    """
    secrets = [one for one in made(tree).made if one.kind == _KIND and one.namespace]
    of_charts = {(one.namespace, one.name) for one in secrets if _by_a_chart(one)}
    for one in secrets:
        if isinstance(one.by, Object) and one.by.kind in _MAKERS and (one.namespace, one.name) in of_charts:
            message = f"a chart makes a Secret '{one.name}' in namespace '{one.namespace}' too"
            yield one.by.error(("metadata", "name"), message, hint="give it another name")


def _by_a_chart(one: Made) -> bool:
    return isinstance(one.by, Values) or (isinstance(one.by, Object) and one.by.kind == "Application")


def _of_mlflow(chart: Chart, world: World) -> Iterator[Mistake]:
    told: set[tuple[str, ...]] = set()
    for named in _MLFLOW:
        name = chart.text(*named.at, "name")
        if name and named.at not in told and chart.on(*named.owner, "enabled"):
            told.add(named.at)
            missing = list(_missing(chart, (*named.at, "name"), name, world))
            yield from missing or _keys(chart, named, name, world)
    for number, given in enumerate(chart.sequence("extraSecretNamesForEnvFrom")):
        if isinstance(given, str) and given:
            yield from _missing(chart, ("extraSecretNamesForEnvFrom", number), given, world)


def _missing(chart: Chart, path: tuple[str | int, ...], name: str, world: World) -> Iterator[Mistake]:
    if not world.known(_KIND, chart.namespace, name):
        message = f"there is no Secret '{name}' in namespace '{chart.namespace}'"
        wanted = (_KIND, chart.namespace, name)
        yield chart.error(path, message, hint=world.advice(*wanted), missing=wanted)


def _keys(chart: Chart, named: _Named, name: str, world: World) -> Iterator[Mistake]:
    found = world.find(_KIND, chart.namespace, name)
    there = keys_of(found) if found else None
    if there is None:
        return
    for value, default in named.keys:
        key = chart.text(*named.at, value, default="" if _unnamed(chart, value) else default)
        if not key:
            message = f"charts before 1.10.0 name no key of Secret '{name}' by themselves"
            yield chart.error((*named.at, value), message, hint=f"write '{value}: {default}'")
        elif key not in there:
            hint = closest(key, there) or f"it has: {', '.join(sorted(there)) or 'none'}"
            yield chart.error((*named.at, value), f"Secret '{name}' has no key '{key}'", hint=hint)


def _unnamed(chart: Chart, value: str) -> bool:
    return value.startswith("keyOf") and order(chart.version) < _NAMED
