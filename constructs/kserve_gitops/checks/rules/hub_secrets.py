"""The Secret of one's own that JupyterHub's hub is given.

Source for all: jupyterhub/zero-to-jupyterhub-k8s 4.4.0, jupyterhub/.
"""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.charts import Chart, charts
from kserve_gitops.checks.world.made import World, keys_of, made
from kserve_gitops.serving import hub_secrets

_NAMED = ("hub", "existingSecret")
_TYPE = ("hub", "db", "type")


@rule("KG477")
def unread_key(tree: Tree) -> Iterator[Mistake]:
    """A key of the hub's Secret that the hub does not read.

    The token by which hub and proxy know each other comes from the chart's own Secret alone, for the proxy reads it
    too. The password of the database is for PostgreSQL and MySQL; with any other type it is ignored. Whoever put them
    into the Secret believes that they count.

    Fix: take the key away; the chart's token stays as it is where Argo CD ignores its differences, as KG448 has it. For
    the password, set `hub.db.type`.

    Since: every release

    Source: zero-to-jupyterhub 4.4.0, templates/hub/deployment.yaml, templates/proxy/deployment.yaml and
    files/hub/jupyterhub_config.py.
    """
    world = made(tree)
    for chart in charts(tree, "jupyterhub"):
        keys = _keys(chart, world)
        if not chart.known or not keys or chart.get("hub", "extraConfig"):
            continue
        if hub_secrets.PROXY_TOKEN in keys:
            message = f"hub and proxy take '{hub_secrets.PROXY_TOKEN}' from the chart's Secret, never from this one"
            yield chart.warning(_NAMED, message, hint="take the key away")
        if hub_secrets.PASSWORD in keys and not hub_secrets.database(chart.written):
            type_ = chart.text(*_TYPE, default="sqlite-pvc")
            message = f"'{hub_secrets.PASSWORD}' is ignored for a database of type '{type_}'"
            yield chart.warning(_NAMED, message, hint="set hub.db.type to postgres or mysql, or take the key away")


@rule("KG478")
def no_password(tree: Tree) -> Iterator[Mistake]:
    """JupyterHub has a database and no password for it.

    With `hub.db.type` postgres or mysql the hub takes the password from `hub.db.password` of its Secret. Where that is
    missing it tries without, and starts again and again.

    Fix: seal `hub.db.password` into the Secret that `hub.existingSecret` names; never write it into the values, where
    it stands in Git.

    Since: every release

    Source: zero-to-jupyterhub 4.4.0, files/hub/jupyterhub_config.py.
    """
    world = made(tree)
    for chart in charts(tree, "jupyterhub"):
        if not chart.known or not hub_secrets.wants_password(chart.written):
            continue
        keys = _keys(chart, world) if chart.text(*_NAMED) else frozenset[str]()
        if keys is not None and hub_secrets.PASSWORD not in keys:
            message = f"the database of type '{chart.text(*_TYPE)}' has no password"
            hint = f"seal '{hub_secrets.PASSWORD}' into the Secret of hub.existingSecret"
            yield chart.warning(_TYPE, message, hint=hint)


def _keys(chart: Chart, world: World) -> frozenset[str] | None:
    """The keys of the hub's Secret; None where nobody can tell."""
    found = world.find("Secret", chart.namespace, chart.text(*_NAMED))
    return keys_of(found) if found else None
