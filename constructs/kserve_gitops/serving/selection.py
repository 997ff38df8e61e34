"""Which runtime KServe takes for a model, and why it does not take one.

A model that names no runtime gets the first one that fits: those of its namespace before those of the cluster, then
the higher priority, then the lower protocol version, then the younger. One that is named must fit too, but for
`autoSelect`. Versions are compared as text, and formats with their case.

Sources: kserve/kserve v0.16.0 and v0.20.0, pkg/apis/serving/v1beta1/predictor_model.go,
pkg/apis/serving/v1alpha1/servingruntime_types.go, and reconcileModel in
pkg/controller/v1beta1/inferenceservice/components/predictor.go.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

PROTOCOLS = ("v1", "v2", "grpc-v1", "grpc-v2")
"""In KServe's order: of several that a runtime speaks, the first counts."""


@dataclass(frozen=True, slots=True)
class Format:
    """An entry of `supportedModelFormats`."""

    name: str
    version: str | None = None
    auto_select: bool = False
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Runtime:
    """What counts of a runtime; `namespace` is "" for a ClusterServingRuntime, `workers` tells of a workerSpec."""

    name: str
    namespace: str = ""
    formats: tuple[Format, ...] = ()
    protocols: tuple[str, ...] = ()
    disabled: bool = False
    multi_model: bool = False
    workers: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What counts of a model; without a protocol it is v1, or what a named runtime prefers."""

    format: str
    version: str | None = None
    protocol: str | None = None
    workers: bool = False


class Obstacle(Enum):
    """Why a runtime does not serve a model, what is easiest to mend first."""

    VERSION = 0
    PROTOCOL = 1
    AUTO_SELECT = 2
    WORKERS = 3
    DISABLED = 4
    MULTI_MODEL = 5
    FORMAT = 6


def runtime(name: str, namespace: str, spec: Mapping[str, Any]) -> Runtime:
    """A runtime as its manifest says; what has another shape than it should is as if it were not there."""
    listed = spec.get("supportedModelFormats")
    protocols = spec.get("protocolVersions")
    return Runtime(
        name,
        namespace,
        tuple(_format(one) for one in listed if isinstance(one, Mapping)) if isinstance(listed, list) else (),
        tuple(one for one in protocols if isinstance(one, str)) if isinstance(protocols, list) else (),
        disabled=spec.get("disabled") is True,
        multi_model=spec.get("multiModel") is True,
        workers=spec.get("workerSpec") not in (None, False),
    )


def obstacles(found: Runtime, wanted: Wanted, *, named: bool = False) -> tuple[Obstacle, ...]:
    """Everything for which a runtime does not serve a model that names it, or that leaves the choice to KServe."""
    return (*_about_formats(found, wanted, named=named), *_about_the_rest(found, wanted, named=named))


def candidates(runtimes: Iterable[Runtime], wanted: Wanted) -> list[Runtime]:
    """Those that KServe may choose for a model that names none, the one it takes first."""
    fitting = [one for one in runtimes if not obstacles(one, wanted)]
    return sorted(fitting, key=lambda one: (*_rank(one, wanted), one.name))


def undecided(chosen: list[Runtime], wanted: Wanted) -> list[Runtime]:
    """Of candidates in their order, those at the head between which only the age decides; none where one is ahead."""
    level = [one for one in chosen if _rank(one, wanted) == _rank(chosen[0], wanted)]
    return level if len(level) > 1 else []


def preferred(protocols: Iterable[str]) -> int:
    """The place of the first protocol in KServe's order; behind all of them for none."""
    return min((PROTOCOLS.index(one) for one in protocols if one in PROTOCOLS), default=len(PROTOCOLS))


def _about_formats(found: Runtime, wanted: Wanted, *, named: bool) -> tuple[Obstacle, ...]:
    same = [one for one in found.formats if one.name == wanted.format]
    if not same:
        return (Obstacle.FORMAT,)
    matching = [one for one in same if wanted.version in (None, one.version)]
    if not matching:
        return (Obstacle.VERSION,)
    chosen = named or any(one.auto_select for one in matching)
    return () if chosen else (Obstacle.AUTO_SELECT,)


def _about_the_rest(found: Runtime, wanted: Wanted, *, named: bool) -> list[Obstacle]:
    protocol = wanted.protocol if named or wanted.protocol is not None else PROTOCOLS[0]
    obstacle: list[Obstacle] = []
    if protocol and found.protocols and protocol not in found.protocols:
        obstacle.append(Obstacle.PROTOCOL)
    if wanted.workers is not found.workers and not (named and found.workers):
        obstacle.append(Obstacle.WORKERS)
    if found.disabled:
        obstacle.append(Obstacle.DISABLED)
    if found.multi_model and not named:  # the controller does not look at it where the runtime is named
        obstacle.append(Obstacle.MULTI_MODEL)
    return obstacle


def _rank(found: Runtime, wanted: Wanted) -> tuple[bool, bool, int, int]:
    priority = next((one.priority for one in found.formats if one.name == wanted.format), None)
    return not found.namespace, priority is None, -(priority or 0), preferred(found.protocols)


def _format(entry: Mapping[str, Any]) -> Format:
    name, version, priority = entry.get("name"), entry.get("version"), entry.get("priority")
    return Format(
        name if isinstance(name, str) else "",
        version if isinstance(version, str) else None,
        entry.get("autoSelect") is True,
        priority if isinstance(priority, int) and not isinstance(priority, bool) else None,
    )
