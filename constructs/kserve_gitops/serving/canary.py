"""The rollout of a new predictor beside the old one: one form for people, three for KServe.

Standard, from the release that has it: an entry of `spec.canary`. KServe runs it in a Deployment and a Service of its
own, yet in v0.20.0 its routes lead to the old predictor alone and `trafficPercent` decides how many replicas there are;
so the model's own route splits the requests. It also runs such a canary without a transformer, without the
metrics of KEDA and without `storageUris`; with those, and before that release, the new predictor is a second
InferenceService, and again the model's own route splits.

Knative: the new predictor replaces the old one in the object, and `canaryTrafficPercent` has KServe keep the revision
that was rolled out last for the rest. So the old predictor must have been rolled out before; applied to an empty
cluster, the new one gets everything.

Sources: kserve/kserve v0.20.0, validateCanarySpecs in pkg/apis/serving/v1beta1/inference_service_validation.go,
reconcileCanaryDeployments in pkg/controller/v1beta1/inferenceservice/components/predictor.go,
reconcilers/ingress/httproute_reconciler.go and reconcilers/knative/ksvc_reconciler.go beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kserve_gitops.core.findings import Severity
from kserve_gitops.core.merging import merge
from kserve_gitops.core.origins import Path
from kserve_gitops.core.rendered import Fault
from kserve_gitops.serving.naming import answering, asking
from kserve_gitops.serving.webhook import ENABLE_TAG_ROUTING, KSERVE_CONTAINER

NAME = "canary"
"""What the new predictor is called, unless it says another `name`: its Service is <model>-canary-predictor."""

_HERE: Path = ("spec", "canary")
_LONGEST = 48
"""Characters before `-predictor` in the value of KServe's label `app`, which starts with `isvc.` and has 63."""
_LONGER_SUFFIX = len("transformer") - len("predictor")
_ALL = 100
_ROUTE_HINT = "give the entry a route with a hostname; in Python, routed=True and an HTTPRoute over its backends"


@dataclass(frozen=True, slots=True)
class Canary:
    """What is new, merged over the predictor, and its share of the requests in percent, 0 to 100.

    In `predictor`, mappings merge, lists and scalars replace, None removes. `tag` asks for an address of its own
    for either predictor, which only Knative has. `predictor` may say `name` where KServe has `spec.canary`.
    """

    traffic_percent: int
    predictor: Mapping[str, Any]
    tag: bool = False


@dataclass(frozen=True, slots=True)
class Backend:
    """A Service that a route leads to, and its weight among the route's backends."""

    service: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Rollout:
    """What a canary comes to.

    `spec` and `annotations` go into the InferenceService; `second` is the spec of another one, called `second_name`, or
    None. `backends` are whom a route must lead to.
    """

    spec: dict[str, Any]
    backends: tuple[Backend, ...]
    annotations: dict[str, str] = field(default_factory=dict)
    second: dict[str, Any] | None = None
    second_name: str = ""
    faults: tuple[Fault, ...] = ()


def rollout(
    name: str,
    spec: dict[str, Any],
    canary: Canary | Sequence[Mapping[str, Any]] | None,
    *,
    mode: str,
    in_release: bool,
    autoscaler_class: str | None = None,
    routed: bool = False,
) -> Rollout:
    """The InferenceService `name` with `spec`, and with `canary` beside its predictor.

    A sequence is KServe's own `spec.canary`, and goes in as it is. `in_release` says whether KServe has that field,
    `routed` whether a route of its own leads to the model.
    """
    stable = service_of(name, spec)
    plain = Rollout(spec, (Backend(stable),))
    if canary is None:
        return plain
    if not isinstance(canary, Canary):
        return Rollout({**spec, "canary": list(canary)}, _weights(name, spec, canary, mode))
    faults = list(_faults(canary, mode))
    if faults:
        return Rollout(spec, plain.backends, faults=tuple(faults))
    if mode == "Knative":
        return _as_revision(spec, canary, plain.backends)
    if in_release and _runs_beside(spec, autoscaler_class):
        return _as_entry(name, spec, canary, stable, routed=routed)
    return _as_second(name, spec, canary, stable, routed=routed)


def service_of(name: str, spec: Mapping[str, Any]) -> str:
    """The Service of the component that is asked first; a predictor with a `name` has that in it."""
    if spec.get("transformer"):
        return f"{name}-transformer"
    own = spec["predictor"].get("name")
    return f"{name}-{own}-predictor" if own else f"{name}-predictor"


def _faults(canary: Canary, mode: str) -> Iterator[Fault]:
    """What is wrong whatever the predictor is."""
    percent = canary.traffic_percent
    if not 0 <= percent <= _ALL:
        yield Fault("KG121", (*_HERE, "trafficPercent"), f"'{percent}' is no share of the requests, 0 to 100 percent")
    if mode not in ("Standard", "Knative"):
        yield Fault("KG121", _HERE, f"a canary is not possible in {mode}", "use Standard or Knative")
    elif mode == "Standard" and canary.tag:
        message = "tagged addresses are not possible in Standard: Knative makes them"
        yield Fault("KG121", (*_HERE, "tag"), message, "take tag away; the canary has a Service of its own")
    if mode == "Knative" and canary.predictor.get("name") is not None:
        message = "a canary has no name in Knative, where it is a revision"
        yield Fault("KG121", (*_HERE, "predictor", "name"), message, "take the name away")


def _runs_beside(spec: Mapping[str, Any], autoscaler_class: str | None) -> bool:
    """Whether an entry of `spec.canary` would start, and be asked."""
    predictor = spec["predictor"]
    return (
        isinstance(predictor.get("model"), Mapping)
        and spec.get("transformer") is None
        and autoscaler_class != "keda"
        and predictor.get("storageUris") is None
        and predictor.get("workerSpec") is None
    )


def _as_revision(spec: dict[str, Any], canary: Canary, backends: tuple[Backend, ...]) -> Rollout:
    predictor = merge(spec["predictor"], dict(canary.predictor))
    predictor["canaryTrafficPercent"] = canary.traffic_percent
    tags = {ENABLE_TAG_ROUTING: "true"} if canary.tag else {}
    return Rollout({**spec, "predictor": predictor}, backends, tags)


def _as_entry(name: str, spec: dict[str, Any], canary: Canary, stable: str, *, routed: bool) -> Rollout:
    """KServe lays the entry over the stable predictor itself, so it says only what is new, and what CRD and webhook ask
    for: the format again, and a name for the container.
    """
    overlay = dict(canary.predictor)
    own = overlay.get("name") or NAME
    given = overlay.get("model")
    model = {
        "modelFormat": spec["predictor"]["model"].get("modelFormat"),
        **(given if isinstance(given, Mapping) else {}),
        "name": KSERVE_CONTAINER,
    }
    entry = {"trafficPercent": canary.traffic_percent, "predictor": {**overlay, "name": own, "model": model}}
    faults = [
        Fault(
            "KG121",
            (*_HERE, "predictor", *path),
            f"'{path[-1]}' cannot be taken away: KServe keeps what the stable predictor says",
            "write the value that the canary has instead",
        )
        for path in _nulls(overlay)
    ]
    faults += _too_long(f"{name}-{own}", 0)
    if not routed:
        message = f"the canary '{own}' gets replicas but no requests: the routes that KServe makes lead past it"
        faults.append(Fault("KG121", _HERE, message, _ROUTE_HINT, Severity.WARNING))
    backends = _split(stable, f"{name}-{own}-predictor", canary.traffic_percent)
    return Rollout({**spec, "canary": [entry]}, backends, faults=tuple(faults))


def _as_second(name: str, spec: dict[str, Any], canary: Canary, stable: str, *, routed: bool) -> Rollout:
    overlay = dict(canary.predictor)
    full = f"{name}-{overlay.pop('name', None) or NAME}"
    predictor: dict[str, Any] = merge(spec["predictor"], overlay)
    named = answering(predictor, name)
    second: dict[str, Any] = {"predictor": named or predictor}
    transformer = spec.get("transformer")
    if transformer is not None:
        second["transformer"] = asking(transformer, name)
    faults = list(_too_long(full, _LONGER_SUFFIX if transformer else 0))
    if named is None:
        what = predictor["model"].get("runtime") or predictor["model"].get("modelFormat", {}).get("name")
        message = f"the canary must answer to '{name}', and it is not known how '{what}' learns its name"
        hint = f"say it in args or env of canary.predictor.model, with the value {name}"
        faults.append(Fault("KG121", (*_HERE, "predictor", "model"), message, hint))
    if not routed:
        message = f"nothing would split the requests to '{name}': the route that KServe makes knows no canary"
        faults.append(Fault("KG121", _HERE, message, _ROUTE_HINT))
    backends = _split(stable, service_of(full, second), canary.traffic_percent)
    return Rollout(spec, backends, second=second, second_name=full, faults=tuple(faults))


def _split(stable: str, new: str, percent: int) -> tuple[Backend, ...]:
    return Backend(stable, _ALL - percent), Backend(new, percent)


def _weights(name: str, spec: Mapping[str, Any], entries: Sequence[Any], mode: str) -> tuple[Backend, ...]:
    """Backends for KServe's own list; one where it is not sound, or cannot be reached past a transformer."""
    stable = Backend(service_of(name, spec))
    shares = []
    for entry in entries:
        predictor = entry.get("predictor") if isinstance(entry, Mapping) else None
        own = predictor.get("name") if isinstance(predictor, Mapping) else None
        percent = entry.get("trafficPercent") if own else None
        if not isinstance(own, str) or not isinstance(percent, int) or not 0 <= percent <= _ALL:
            return (stable,)
        shares.append(Backend(f"{name}-{own}-predictor", percent))
    rest = _ALL - sum(share.weight for share in shares)
    if mode != "Standard" or spec.get("transformer") or not shares or rest < 0:
        return (stable,)
    return Backend(stable.service, rest), *shares


def _nulls(value: Mapping[str, Any]) -> Iterator[Path]:
    for key, inner in value.items():
        if inner is None:
            yield (key,)
        elif isinstance(inner, Mapping):
            yield from ((key, *path) for path in _nulls(inner))


def _too_long(full: str, suffix: int) -> Iterator[Fault]:
    longest = _LONGEST - suffix
    if len(full) > longest:
        message = (
            f"'{full}', the name of the canary, has {len(full)} characters: KServe's labels have room for {longest}"
        )
        yield Fault("KG121", ("metadata", "name"), message, "shorten the name of the model")
