"""The runtimes that a cluster will have: those that KServe's charts bring and those of the tree.

The built-in ones are `imports/runtimes/<release>.json`. Without a chart of KServe in the tree they count as installed.
Of a runtime that platform.yaml lists under `existing`, and of one whose manifest is not sound, the name alone is known.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.checks.world.asked import Asked
from kserve_gitops.checks.world.made import made
from kserve_gitops.inputs.releases import RELEASES
from kserve_gitops.serving import selection
from kserve_gitops.serving.selection import Runtime, Wanted
from kserve_gitops.serving.webhook import KSERVE_CONTAINER

KINDS = ("ServingRuntime", "ClusterServingRuntime")
WORKER_CONTAINER = "worker-container"
VALUES_KEYS = {
    "kserve-tensorflow-serving": "tensorflow",
    "kserve-huggingfaceserver-multinode": "huggingfaceserver",
}
"""The key below `servingruntime` in KServe's values by which a runtime is disabled, where it is not in its name."""


@dataclass(frozen=True, slots=True)
class Found:
    """A runtime that will be there: `source` is its manifest, None for a built-in one, `spec` a manifest's or a row's.

    Without `clear`, the name alone is known.
    """

    runtime: Runtime
    spec: Mapping[str, Any]
    source: Object | None = None
    clear: bool = True

    @property
    def name(self) -> str:
        """Its name."""
        return self.runtime.name

    @property
    def server(self) -> Mapping[str, Any]:
        """The container that serves; an empty mapping where there is none."""
        return named(self.spec.get("containers"), KSERVE_CONTAINER)

    @property
    def worker(self) -> Mapping[str, Any] | None:
        """The container of its workers; None where that is not known, as of the built-in ones."""
        if self.source is None:
            return None
        return named(mapping(self.spec.get("workerSpec")).get("containers"), WORKER_CONTAINER)


class Runtimes:
    """Every runtime of a tree."""

    def __init__(self, tree: Tree) -> None:
        self._world = made(tree)
        self._shared: dict[str, Found] = {}
        self._local: dict[str, dict[str, Found]] = defaultdict(dict)
        self._homes: dict[str, set[str]] = defaultdict(set)
        self._existing = {(one.namespace, one.name) for one in tree.cluster.existing if one.kind in KINDS}
        self._chosen: dict[tuple[str, Wanted], list[Found]] = {}
        self._closed: dict[str, bool] = {}
        self._visible: dict[str, list[Found]] = {}
        for source in tree.of(*KINDS):
            local = source.kind == KINDS[0]
            namespace = self._world.namespace(source) if local else ""
            read = selection.runtime(source.name, namespace, source.spec)
            where = self._local[namespace] if local else self._shared
            where.setdefault(source.name, Found(read, source.spec, source, source.sound))
            self._homes[source.name] |= {namespace} if local else set()
        self.builtin = built_in(tree)
        for name, one in self.builtin.items():
            self._shared.setdefault(name, one)

    def namespace(self, found: Object) -> str:
        """Where an object goes."""
        return self._world.namespace(found)

    def find(self, namespace: str, name: str) -> Found | None:
        """The runtime that a name leads to: one of the namespace, else one of the cluster."""
        if (namespace, name) in self._existing and name not in self._local.get(namespace, {}):
            return None
        return self._local.get(namespace, {}).get(name) or self._shared.get(name)

    def exists(self, namespace: str, name: str) -> bool:
        """Whether platform.yaml says that it is there."""
        return not self._existing.isdisjoint({(namespace, name), ("", name)})

    def elsewhere(self, name: str) -> list[str]:
        """The namespaces that have a runtime of this name of their own."""
        return sorted(self._homes[name])

    def visible(self, namespace: str) -> list[Found]:
        """All that a model in this namespace can use."""
        namespace = namespace if namespace in self._local else ""
        if namespace not in self._visible:
            self._visible[namespace] = [*self._local.get(namespace, {}).values(), *self._shared.values()]
        return self._visible[namespace]

    def candidates(self, namespace: str, wanted: Wanted) -> list[Found]:
        """Those that KServe may choose for a model that names none, the one it takes first."""
        key = namespace if namespace in self._local else "", wanted
        if key not in self._chosen:
            by_key = {(one.runtime.namespace, one.name): one for one in self.visible(namespace)}
            chosen = selection.candidates([one.runtime for one in by_key.values()], wanted)
            self._chosen[key] = [by_key[one.namespace, one.name] for one in chosen]
        return self._chosen[key]

    def closed(self, namespace: str) -> bool:
        """Whether all that a model in this namespace can use is known, by formats too."""
        if namespace not in self._closed:
            self._closed[namespace] = self._is_closed(namespace)
        return self._closed[namespace]

    def _is_closed(self, namespace: str) -> bool:
        unclear = any(not one.clear for one in self.visible(namespace))
        hidden = any(
            where in ("", namespace) and name not in (self._local.get(where, {}) if where else self._shared)
            for where, name in self._existing
        )
        return bool(namespace) and not unclear and not hidden and not self.open(namespace)

    def open(self, namespace: str) -> bool:
        """Whether the namespace is filled from elsewhere too."""
        return self._world.everywhere or namespace in self._world.open_namespaces

    @property
    def complete(self) -> bool:
        """Whether nothing that nobody can look into may bring runtimes for the whole cluster."""
        return not self._world.open_namespaces

    def serving(self, one: Asked) -> Found | None:
        """The runtime that serves a model; None where that is not known, or there is none."""
        namespace = self.namespace(one.service)
        if one.runtime:
            found = self.find(namespace, one.runtime)
            return found if found and found.clear else None
        if one.wanted is None or not self.closed(namespace):
            return None
        return next(iter(self.candidates(namespace, one.wanted)), None)


def runtimes(tree: Tree) -> Runtimes:
    """The runtimes of a tree; they are gathered once."""
    return tree.once(Runtimes)


def built_in(tree: Tree) -> dict[str, Found]:
    """The runtimes that KServe's charts install, as their values say."""
    release = RELEASES.get(tree.kserve)
    deployed = any(True for _ in tree.values_of("kserve", "kserve-resources", "kserve-runtime-configs"))
    if deployed and release and release.runtimes_chart and tree.setting("servingruntime.enabled") is not True:
        return {}
    return {
        name: Found(selection.runtime(name, "", _disabled(tree, name, row)), row)
        for name, row in table(tree.cluster.schemas.directory, tree.kserve).items()
        if row.get("installed") is True
    }


def values_key(name: str) -> str:
    """The key below `servingruntime` in KServe's values that a built-in runtime is disabled by."""
    return VALUES_KEYS.get(name, name.removeprefix("kserve-"))


@cache
def table(directory: Path, release: str) -> Mapping[str, Mapping[str, Any]]:
    """The rows of `imports/runtimes` for a release by name; none where the file is not there."""
    try:
        rows = mapping(json.loads((directory / "runtimes" / f"{release}.json").read_text())).get("runtimes")
    except (OSError, ValueError):
        return {}
    return {name: mapping(row) for name, row in mapping(rows).items()}


def named(containers: Any, name: str) -> Mapping[str, Any]:
    """The container of this name in a list of them; an empty mapping where there is none."""
    found = (mapping(one) for one in sequence(containers))
    return next((one for one in found if one.get("name") == name), {})


def _disabled(tree: Tree, name: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
    said = tree.setting(f"servingruntime.{values_key(name)}.disabled")
    return {**row, "disabled": said} if isinstance(said, bool) else row
