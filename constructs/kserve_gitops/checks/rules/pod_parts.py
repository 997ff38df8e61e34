"""The parts of a pod, held against each other: names that stand twice, mounts without a volume, values given twice."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.names import problem_with_variable
from kserve_gitops.checks.pods import Pod, pods
from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Service
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.core.names import problem_with_label
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving.kinds import KINDS

_BUILT_IN = "kserve-"
_OF_BUILT_IN = ("devshm", "dshm", "shm")
"""Volumes that KServe's own runtimes have, by the names of all releases."""
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
_WITH_ITEMS = ("configMap", "secret")
_KEY_SOURCES = ("configMapKeyRef", "secretKeyRef")
_TOLERATED = {
    "effect": ("NoSchedule", "PreferNoSchedule", "NoExecute"),
    "operator": ("Equal", "Exists", "Lt", "Gt"),  # the last two are an option of Kubernetes v1.35
}
_SELECTING = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


@rule("KG137")
def parts(tree: Tree) -> Iterator[Mistake]:
    """A pod whose parts contradict each other.

    The API server refuses two containers or two volumes with one name, a mount of a volume that the pod does not have,
    two mounts at one path, a variable without a legal name or with two sources, a volume of two kinds, a probe of two
    kinds, a toleration with an effect or operator that there is not or with a value that nothing is compared with, and
    a workload whose selector does not match its own pods. In a kind of KServe's, that happens to the Deployment that
    the controller makes: nothing becomes ready.

    Fix: rename or remove what stands twice; add the volume that a mount names to `volumes`, which stands beside
    `containers` and `model`, not in them.

    Since: every release

    Source: Kubernetes v1.34, pkg/apis/core/validation/validation.go, ValidatePodSpec, and
    pkg/apis/apps/validation/validation.go, ValidatePodTemplateSpecForReplicaSet.
    """
    for found in tree.of(*_SELECTING):
        yield from _selector(found)
    for pod in pods(tree):
        volumes = [(number, mapping(found)) for number, found in enumerate(sequence(pod.spec.get("volumes")))]
        yield from _volumes(pod, volumes)
        yield from _container_names(pod)
        yield from _tolerations(pod)
        own = {found.get("name") for _, found in volumes if isinstance(found.get("name"), str)}
        named = all(found.get("name") for _, found in volumes)
        for at, container in pod.containers:
            yield from _mounts(pod, at, container, _available(tree, pod, own) if named else None)
            yield from _variables(pod.owner, at, container)
            for probe in _PROBES:
                handlers = [key for key in _HANDLERS if mapping(container.get(probe)).get(key) is not None]
                if len(handlers) > 1:
                    message = f"a probe asks in one way, not by {' and '.join(handlers)}"
                    yield pod.owner.error((*at, probe), message, hint="keep one")


def _selector(found: Object) -> Iterator[Mistake]:
    selector, labels = found.get("spec", "selector"), found.mapping("spec", "template", "metadata", "labels")
    if isinstance(selector, Mapping) and not any(selector.get(key) for key in ("matchLabels", "matchExpressions")):
        yield found.error(("spec", "selector"), "an empty selector is refused", hint="add matchLabels")
    if found.mapping("spec", "selector", "matchLabels") and not labels:
        hint = "write those that the selector asks for in metadata.labels of it"
        yield found.error(("spec", "template"), "the pod has no labels, and the selector finds none", hint=hint)
        return
    for key, value in found.mapping("spec", "selector", "matchLabels").items():
        if labels.get(key) != value:
            at = ("spec", "selector", "matchLabels", key)
            given = f"has '{labels[key]}' there" if key in labels else "has no such label"
            message = f"the selector asks for {key} '{value}', and the pod {given}"
            yield found.error(at, message, hint="write the same in template.metadata.labels")


def _volumes(pod: Pod, volumes: list[tuple[int, Mapping[str, Any]]]) -> Iterator[Mistake]:
    seen: set[str] = set()
    for number, volume in volumes:
        at, name = (*pod.at, "volumes", number), volume.get("name")
        if isinstance(name, str):
            if wrong := problem_with_label(name):
                yield pod.owner.error((*at, "name"), wrong)
            elif name in seen:
                yield pod.owner.error((*at, "name"), f"a second volume is called '{name}'")
            seen.add(name)
        yield from _volume_source(pod.owner, at, volume)


def _volume_source(owner: Object, at: Path, volume: Mapping[str, Any]) -> Iterator[Mistake]:
    kinds = [str(key) for key, value in volume.items() if key != "name" and value is not None]
    if len(kinds) > 1:
        yield owner.error(at, f"a volume is of one kind, not {' and '.join(kinds)}", hint="keep one")
    if mapping(volume.get("persistentVolumeClaim")).get("claimName") == "":
        yield owner.error((*at, "persistentVolumeClaim", "claimName"), "the claim has no name")
    for kind in _WITH_ITEMS:
        for index, item in enumerate(sequence(mapping(volume.get(kind)).get("items"))):
            for key in ("key", "path"):
                if mapping(item).get(key) == "":
                    yield owner.error((*at, kind, "items", index, key), f"the {key} is empty")


def _container_names(pod: Pod) -> Iterator[Mistake]:
    if isinstance(pod.owner, Service) and len(pod.servers) == 1 and not sequence(pod.spec.get("initContainers")):
        return  # KServe gives a single container its own name
    if pod.spec.get("containers") == [] and pod.owner.kind not in KINDS:
        yield pod.owner.error((*pod.at, "containers"), "the pod has no container", hint="add one")
    seen: set[str] = set()
    for at, container in pod.containers:
        name = container.get("name")
        if not isinstance(at[-1], int) or not isinstance(name, str):
            continue
        if not name and isinstance(pod.owner, Service):
            continue  # the first of several gets a name too
        if wrong := problem_with_label(name):
            yield pod.owner.error((*at, "name"), wrong)
        elif name in seen:
            yield pod.owner.error((*at, "name"), f"a second container is called '{name}'")
        seen.add(name)


def _tolerations(pod: Pod) -> Iterator[Mistake]:
    for number, entry in enumerate(sequence(pod.spec.get("tolerations"))):
        toleration, at = mapping(entry), (*pod.at, "tolerations", number)
        for key, legal in _TOLERATED.items():
            said = toleration.get(key)
            if isinstance(said, str) and said and said not in legal:
                hint = closest(said, legal) or f"one of: {', '.join(legal)}"
                yield pod.owner.error((*at, key), f"'{said}' is no {key} of a toleration", hint=hint)
        operator = toleration.get("operator") or "Equal"
        if operator == "Exists" and toleration.get("value"):
            hint = "take the value away, or write operator: Equal"
            yield pod.owner.error((*at, "value"), "with the operator Exists there is no value", hint=hint)
        if operator == "Equal" and not toleration.get("key"):
            yield pod.owner.error(at, "without a key the operator must be Exists", hint="add the key of the taint")


def _available(tree: Tree, pod: Pod, own: set[Any]) -> set[Any] | None:
    """Names of the volumes that a container can mount; None where others may come from somewhere else."""
    owner = pod.owner
    if isinstance(owner, Service):
        if "workerSpec" in pod.at or pod.at[1] == "canary":
            return None
        component = next((found for found in owner.components if found.at == pod.at), None)
        model = component.model if component else None
        return own if model is None else _with_runtime(tree, owner, model.runtime, own)
    if owner.kind in KINDS:
        return None
    claims = [mapping(mapping(found).get("metadata")) for found in owner.sequence("spec", "volumeClaimTemplates")]
    return own | {found.get("name") for found in claims if isinstance(found.get("name"), str)}


def _with_runtime(tree: Tree, owner: Object, runtime: str, own: set[Any]) -> set[Any] | None:
    found = tree.find("ServingRuntime", owner.namespace, runtime) or tree.find("ClusterServingRuntime", "", runtime)
    if found is not None:
        volumes = [mapping(one).get("name") for one in found.sequence("spec", "volumes")]
        return own | {name for name in volumes if isinstance(name, str)}
    return own | set(_OF_BUILT_IN) if runtime.startswith(_BUILT_IN) else None


def _mounts(pod: Pod, at: Path, container: Mapping[str, Any], volumes: set[Any] | None) -> Iterator[Mistake]:
    seen: set[str] = set()
    for number, entry in enumerate(sequence(container.get("volumeMounts"))):
        mount, here = mapping(entry), (*at, "volumeMounts", number)
        path, name = mount.get("mountPath"), mount.get("name")
        if isinstance(path, str):
            if ":" in path or not path:
                yield pod.owner.error((*here, "mountPath"), f"'{path}' is no path to mount at", hint="as in /data")
            elif path in seen:
                yield pod.owner.error((*here, "mountPath"), f"a second volume is mounted at '{path}'")
            seen.add(path)
        # KServe brings volumes of its own, whose names begin like this.
        if volumes is not None and isinstance(name, str) and name not in volumes and not name.startswith(_BUILT_IN):
            hint = closest(name, volumes) or f"add it to {'.'.join(map(str, pod.at))}.volumes"
            yield pod.owner.error((*here, "name"), f"the pod has no volume '{name}'", hint=hint)


def _variables(owner: Object, at: Path, container: Mapping[str, Any]) -> Iterator[Mistake]:
    seen: set[str] = set()
    for number, entry in enumerate(sequence(container.get("env"))):
        variable, here = mapping(entry), (*at, "env", number)
        name, source = variable.get("name"), variable.get("valueFrom")
        if isinstance(name, str):
            if wrong := problem_with_variable(name):
                yield owner.error((*here, "name"), wrong)
            elif name in seen:
                severe = owner.error if owner.kind in KINDS else owner.warning
                yield severe((*here, "name"), f"the variable '{name}' is set twice", hint="keep one")
            seen.add(name)
        kinds = [str(key) for key, value in mapping(source).items() if value is not None]
        for kind in _KEY_SOURCES:
            if mapping(mapping(source).get(kind)).get("key") == "":
                yield owner.error((*here, "valueFrom", kind, "key"), "the key is empty")
        if variable.get("value") and kinds:
            yield owner.error(here, "a variable has a value or valueFrom, not both", hint="keep one")
        if len(kinds) > 1:
            message = f"a variable comes from one source, not {' and '.join(kinds)}"
            yield owner.error((*here, "valueFrom"), message, hint="keep one")
