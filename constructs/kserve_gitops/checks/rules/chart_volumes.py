"""Volumes that the values of a chart describe."""

from collections.abc import Iterator

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.charts import Chart, charts
from kserve_gitops.checks.world.made import World, made
from kserve_gitops.core.origins import Path

_LISTS = {
    "jupyterhub": (("hub", "extraVolumes"), ("singleuser", "storage", "extraVolumes")),
    "mlflow": (("extraVolumes",),),
}
_KINDS = (
    ("configMap", "name", "ConfigMap"),
    ("persistentVolumeClaim", "claimName", "PersistentVolumeClaim"),
    ("secret", "secretName", "Secret"),
)


@rule("KG475", whole=True)
def volume_of_chart(tree: Tree) -> Iterator[Mistake]:
    """The values of a chart mount a ConfigMap, a Secret or a claim that is not there.

    The chart hands the volume to its pods, which wait for it. MLflow's server also mounts the ConfigMap that
    `caBundleConfigMap` of its credential names, so that it must be in the server's namespace too.

    Fix: make it in the namespace of the chart, list it under `existing` in platform.yaml where others make it, or say
    `optional: true` for a ConfigMap or Secret that may be missing.

    Since: every release

    Source: Kubernetes documentation, Volumes; community-charts mlflow-1.11.5, templates/deployment.yaml;
    zero-to-jupyterhub 4.4.0, templates/hub/deployment.yaml.
    """
    world = made(tree)
    for chart in charts(tree, *_LISTS):
        if chart.namespace:
            for path in _LISTS[chart.name]:
                yield from _missing(chart, path, world)


def _missing(chart: Chart, path: tuple[str, ...], world: World) -> Iterator[Mistake]:
    for number, volume in enumerate(map(mapping, chart.sequence(*path))):
        for field, key, kind in _KINDS:
            source = mapping(volume.get(field))
            name = source.get(key)
            if not isinstance(name, str) or not name or "{" in name or source.get("optional") is True:
                continue
            if not world.known(kind, chart.namespace, name):
                message = f"there is no {kind} '{name}' in namespace '{chart.namespace}'"
                wanted = (kind, chart.namespace, name)
                at: Path = (*path, number, field, key)
                yield chart.error(at, message, hint=world.advice(*wanted), missing=wanted)
