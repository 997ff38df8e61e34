"""Ports of containers and Services, and what asks for them by name or number."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.names import problem_with_port_name
from kserve_gitops.checks.pods import Pod, pods
from kserve_gitops.checks.reading import mapping, sequence, whole
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.services import Service
from kserve_gitops.checks.tree import Mistake, Object, Thing, Tree
from kserve_gitops.core.names import problem_with_label
from kserve_gitops.core.origins import Path
from kserve_gitops.serving.kinds import KINDS

_LAST = 65535
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_WAYS = ("httpGet", "tcpSocket")


@rule("KG136")
def ports(tree: Tree) -> Iterator[Mistake]:
    """A port that the API server refuses, or that leads nowhere.

    Numbers go from 1 to 65535. The name of a container's port has at most 15 characters, and is there once. The ports
    of a Service have names where there are several. A probe that asks for a port by a name that the container does not
    have never succeeds, and the pod never becomes ready.

    Fix: write the number or the name that the message asks for.

    Since: every release

    Source: Kubernetes v1.34, pkg/apis/core/validation/validation.go, ValidateService and validateContainerPorts;
    for lists with keys in KServe's kinds, their CRDs.
    """
    for pod in pods(tree):
        for at, container in pod.containers:
            yield from _container(pod, at, container)
    for found in tree.of("Service"):
        if not found.group:
            yield from _service(found)


def _container(pod: Pod, at: Path, container: Mapping[str, Any]) -> Iterator[Mistake]:
    owner, names, numbers = pod.owner, set[str](), set[tuple[int, str]]()
    for number, entry in enumerate(sequence(container.get("ports"))):
        port, here = mapping(entry), (*at, "ports", number)
        for key in ("containerPort", "hostPort"):
            yield from _number(owner, (*here, key), port.get(key), least=1 if key == "containerPort" else 0)
        name, value, protocol = port.get("name"), port.get("containerPort"), str(port.get("protocol", "TCP"))
        if isinstance(name, str) and name:
            if wrong := problem_with_port_name(name):
                yield owner.error((*here, "name"), wrong)
            elif name in names:
                yield owner.error((*here, "name"), f"a second port is called '{name}'")
            names.add(name)
        if whole(value):
            if (value, protocol) in numbers:
                yield _twice(owner, here, f"port {value} ({protocol}) is listed twice")
            numbers.add((value, protocol))
    for probe in _PROBES:
        yield from _probe(pod, (*at, probe), mapping(container.get(probe)), names, has_all=_has_all(pod, at))


def _twice(owner: Thing, at: Path, message: str) -> Mistake:
    """KServe's CRDs refuse what stands twice; Kubernetes' own kinds refuse it when it is applied on the server."""
    refused = isinstance(owner, Object) and owner.kind in KINDS
    return owner.error(at, message) if refused else owner.warning(at, message)


def _has_all(pod: Pod, at: Path) -> bool:
    """Whether the ports of the container are all here; a `model` and what KServe merges may get more."""
    if isinstance(pod.owner, Service):
        return isinstance(at[-1], int) and pod.owner.mode == "Standard" and "workerSpec" not in at
    return pod.owner.kind not in KINDS


def _probe(pod: Pod, at: Path, probe: Mapping[str, Any], names: set[str], *, has_all: bool) -> Iterator[Mistake]:
    for way in _WAYS:
        port, here = mapping(probe.get(way)).get("port"), (*at, way, "port")
        if isinstance(port, str):
            if wrong := problem_with_port_name(port):
                yield pod.owner.error(here, wrong, hint=_unquoted(port))
            elif has_all and port not in names:
                hint = f"one of {', '.join(sorted(names))}" if names else "add the port, with that name"
                yield pod.owner.error(here, f"no port of the container is called '{port}'", hint=hint)
        else:
            yield from _number(pod.owner, here, port)


def _unquoted(port: str) -> str:
    return f"a number has no quotes: {port}" if port.isdigit() else ""


def _number(owner: Thing, at: Path, value: Any, *, least: int = 1) -> Iterator[Mistake]:
    if whole(value) and not least <= value <= _LAST:
        yield owner.error(at, f"'{value}' is no port: {least} to {_LAST}")


def _service(found: Object) -> Iterator[Mistake]:
    listed = found.sequence("spec", "ports")
    names, numbers = set[str](), set[tuple[int, str]]()
    for number, entry in enumerate(listed):
        port, here = mapping(entry), ("spec", "ports", number)
        name, value, target = port.get("name"), port.get("port"), port.get("targetPort")
        yield from _number(found, (*here, "port"), value)
        if isinstance(target, str):
            if wrong := problem_with_port_name(target):
                yield found.error((*here, "targetPort"), wrong, hint=_unquoted(target))
        else:
            yield from _number(found, (*here, "targetPort"), target)
        if not name and len(listed) > 1:
            yield found.error(here, "each of several ports has a name", hint="add name, as in http")
        elif isinstance(name, str) and name:
            if wrong := problem_with_label(name):
                yield found.error((*here, "name"), wrong)
            elif name in names:
                yield found.error((*here, "name"), f"a second port is called '{name}'")
            names.add(name)
        protocol = str(port.get("protocol", "TCP"))
        if whole(value):
            if (value, protocol) in numbers:
                yield found.error((*here, "port"), f"port {value} ({protocol}) is listed twice")
            numbers.add((value, protocol))
