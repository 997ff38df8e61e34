"""What the pods of the tree ask for by name: Secrets, ConfigMaps and claims, in their containers and volumes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kserve_gitops.checks.pods import Pod, pods
from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.made import World
from kserve_gitops.core.findings import Severity
from kserve_gitops.core.origins import Path

_TEMPLATE = ("{{", "$(")
"""Where a name has one of these, it is filled in later."""
_WHEREVER = ("ClusterServingRuntime", "LLMInferenceServiceConfig")
"""Kinds whose pods run in the namespace of whoever uses them."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that stands in an object, for another one of `namespace`.

    Where a key of it is wanted, that is a second reference, with `key` and its place.
    """

    owner: Object
    at: Path
    kind: str
    namespace: str
    name: str
    key: str = ""
    key_at: Path = ()

    def missing(self, world: World) -> bool:
        """Whether nothing of that name will be there."""
        return not world.known(self.kind, self.namespace, self.name)

    def said(self, world: World, effect: str) -> Mistake:
        """That it is missing, with `effect`, what comes of that."""
        where = f" in namespace '{self.namespace}'" if self.namespace else ""
        message = f"there is no {self.kind} '{self.name}'{where}: {effect}"
        wanted = (self.kind, self.namespace, self.name)
        return self.owner.error(self.at, message, hint=world.advice(*wanted), missing=wanted)

    def doubted(self, world: World, effect: str) -> Mistake:
        """The same, where it may be meant."""
        return replace(self.said(world, effect), severity=Severity.WARNING)


def named(owner: Object, at: Path, kind: str, namespace: str, name: Any = None) -> Iterator[Reference]:
    """A reference, where there is a whole name at `at`; `name` is it, unless `at` leads to it in the object."""
    found = owner.get(*at) if name is None else name
    if isinstance(found, str) and found and not any(mark in found for mark in _TEMPLATE):
        yield Reference(owner, at, kind, namespace, found)


def namespaced(tree: Tree, world: World) -> Iterator[tuple[Pod, str]]:
    """Every pod spec whose namespace is settled, with that."""
    for pod in pods(tree):
        if pod.owner.kind not in _WHEREVER:
            yield pod, world.namespace(pod.owner)


def in_environment(pod: Pod, namespace: str) -> Iterator[Reference]:
    """The Secrets and ConfigMaps that containers take variables from; what is optional may be missing."""
    for at, container in pod.containers:
        for number, entry in enumerate(sequence(container.get("env"))):
            value = mapping(mapping(entry).get("valueFrom"))
            for source, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
                here = (*at, "env", number, "valueFrom", source)
                yield from _of(pod.owner, here, kind, namespace, value.get(source))
        for number, entry in enumerate(sequence(container.get("envFrom"))):
            for source, kind in (("secretRef", "Secret"), ("configMapRef", "ConfigMap")):
                here = (*at, "envFrom", number, source)
                yield from _of(pod.owner, here, kind, namespace, mapping(entry).get(source))


def _of(owner: Object, at: Path, kind: str, namespace: str, given: Any) -> Iterator[Reference]:
    reference = mapping(given)
    if reference.get("optional") is True:
        return
    for found in named(owner, (*at, "name"), kind, namespace, reference.get("name") or ""):
        yield found
        key = reference.get("key")
        if isinstance(key, str) and key and not any(mark in key for mark in _TEMPLATE):
            yield Reference(owner, found.at, kind, namespace, found.name, key, (*at, "key"))


def in_volumes(pod: Pod, namespace: str) -> Iterator[Reference]:
    """The Secrets, ConfigMaps and claims that volumes are made of; what is optional may be missing."""
    for number, entry in enumerate(sequence(pod.spec.get("volumes"))):
        volume, at = mapping(entry), (*pod.at, "volumes", number)
        yield from _mounted(pod.owner, at, namespace, volume, "secretName")
        claim = (*at, "persistentVolumeClaim", "claimName")
        given = mapping(volume.get("persistentVolumeClaim")).get("claimName")
        yield from named(pod.owner, claim, "PersistentVolumeClaim", namespace, given or "")
        for place, source in enumerate(sequence(mapping(volume.get("projected")).get("sources"))):
            here = (*at, "projected", "sources", place)
            yield from _mounted(pod.owner, here, namespace, mapping(source), "name")


def _mounted(owner: Object, at: Path, namespace: str, source: Mapping[str, Any], secret: str) -> Iterator[Reference]:
    """A Secret or ConfigMap and the keys that are taken of it; a Secret is named by the field `secret`."""
    for field, kind, key in (("secret", "Secret", secret), ("configMap", "ConfigMap", "name")):
        given = mapping(source.get(field))
        if given.get("optional") is True:
            continue
        for found in named(owner, (*at, field, key), kind, namespace, given.get(key) or ""):
            yield found
            for number, item in enumerate(sequence(given.get("items"))):
                wanted = mapping(item).get("key")
                if isinstance(wanted, str):
                    here = (*at, field, "items", number, "key")
                    yield Reference(owner, found.at, kind, namespace, found.name, wanted, here)
