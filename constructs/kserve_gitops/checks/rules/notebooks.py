"""What JupyterHub asks of Kubernetes for a notebook: memory in its own units, and the ServiceAccount."""

import re
from collections.abc import Iterator
from typing import Any

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.charts import Chart, charts
from kserve_gitops.checks.world.made import made
from kserve_gitops.core.origins import Path

_CHART = "jupyterhub"
_PROFILES = ("singleuser", "profileList")
_OVERRIDE = "kubespawner_override"
_MEMORY = re.compile(r"[0-9]+(\.[0-9]+)?[KMGT]")
_KUBERNETES = re.compile(r"([0-9]+(?:\.[0-9]+)?)([KMGT])(?:i|B|b|iB)")


@rule("KG470")
def memory(tree: Tree) -> Iterator[Mistake]:
    """An amount of memory for notebooks that JupyterHub does not understand.

    JupyterHub counts memory in K, M, G and T, each 1024 times the one before; with Kubernetes' `2Gi` no notebook
    starts.

    Fix: `memory: {limit: 2G, guarantee: 1G}` under `singleuser`, and `mem_limit: 2G` in a profile.

    Since: every release

    Source: JupyterHub 5.5.0, ByteSpecification in jupyterhub/traitlets.py; zero-to-jupyterhub 4.4.0, values.yaml.
    """
    for chart in charts(tree, _CHART):
        for path in _amounts(chart):
            value = _at(chart, path)
            if isinstance(value, str) and not _MEMORY.fullmatch(value):
                meant = _KUBERNETES.fullmatch(value)
                hint = f"write {meant[1]}{meant[2]}" if meant else "a number and one of K, M, G, T, as in 2G"
                yield chart.error(path, f"'{value}' is no amount of memory to JupyterHub", hint=hint)


@rule("KG471", whole=True)
def account(tree: Tree) -> Iterator[Mistake]:
    """Notebooks run as a ServiceAccount that nothing makes.

    The chart does not make the ServiceAccount that `singleuser.serviceAccountName` names. The pods of notebooks are
    refused without it, and people see that their server failed to start.

    Fix: a ServiceAccount in the namespace of JupyterHub, with the annotation of its role where it has one.

    Since: every release

    Source: zero-to-jupyterhub 4.4.0, values.yaml and files/hub/jupyterhub_config.py.
    """
    world = made(tree)
    for chart in charts(tree, _CHART):
        accounts = [("singleuser", "serviceAccountName"), *_of_profiles(chart, "service_account")]
        for path in accounts if chart.namespace else []:
            name = _at(chart, path)
            if isinstance(name, str) and name and not world.known("ServiceAccount", chart.namespace, name):
                wanted = ("ServiceAccount", chart.namespace, name)
                message = f"there is no ServiceAccount '{name}' in namespace '{chart.namespace}'"
                yield chart.error(path, message, hint=world.advice(*wanted), missing=wanted)


def _amounts(chart: Chart) -> Iterator[Path]:
    for key in ("limit", "guarantee"):
        yield ("singleuser", "memory", key)
    yield from _of_profiles(chart, "mem_limit")
    yield from _of_profiles(chart, "mem_guarantee")


def _of_profiles(chart: Chart, key: str) -> Iterator[Path]:
    for number, profile in enumerate(chart.sequence(*_PROFILES)):
        if key in mapping(mapping(profile).get(_OVERRIDE)):
            yield (*_PROFILES, number, _OVERRIDE, key)


def _at(chart: Chart, path: Path) -> Any:
    """The value that is written at a path; None where none is."""
    thing, place = chart.spot(*path)
    return thing.get(*place) if place[-len(path) :] == path else None
