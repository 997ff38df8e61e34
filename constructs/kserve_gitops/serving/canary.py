"""The rollout of a new predictor beside the old one: one form for people, three for KServe.

Standard, from the release that has it: an entry of `spec.canary`. KServe runs it in a Deployment and a Service of its
own, yet in v0.20.0 its routes lead to the old predictor alone and `trafficPercent` decides how many replicas there are;
so the model's own route splits the requests. It lays the entry over the old predictor by a rule that nothing empty
goes over, and drops some fields of it. So what the new predictor is, is settled here, by our rule; where an entry
cannot come to the same, and before that release, it is a second InferenceService, and again the model's own route
splits. What is possible in one release is possible in all.

Knative: the new predictor replaces the old one in the object, and `canaryTrafficPercent` has KServe keep the revision
that was rolled out last for the rest. So the old predictor must have been rolled out before; applied to an empty
cluster, the new one gets everything.

Sources: kserve/kserve v0.20.0, validateCanarySpecs in pkg/apis/serving/v1beta1/inference_service_validation.go,
reconcileCanaryDeployments in pkg/controller/v1beta1/inferenceservice/components/predictor.go,
reconcilers/{deployment,service,hpa,ingress,knative} beside it; dario.cat/mergo v1.0.2, Merge with WithOverride.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kserve_gitops.core.findings import Severity
from kserve_gitops.core.merging import merge
from kserve_gitops.core.origins import Path
from kserve_gitops.core.rendered import Fault
from kserve_gitops.serving.naming import answering, asking
from kserve_gitops.serving.webhook import ENABLE_TAG_ROUTING, KSERVE_CONTAINER, PROTOCOL_V2_SINCE

NAME = "canary"
"""What the new predictor is called, unless it says another `name`: its Service is <model>-canary-predictor."""

_HERE: Path = ("spec", "canary")
_LONGEST = 48
"""Characters before `-predictor` in the value of KServe's label `app`, which starts with `isvc.` and has 63."""
_LONGER_SUFFIX = len("transformer") - len("predictor")
_ALL = 100
_NEVER_BESIDE = ("storageUris", "workerSpec", "batcher", "logger", "deploymentStrategy")
"""Fields of a predictor that KServe refuses in an entry, or does not hand on to its Deployment and Service."""
_NOT_IN_ENTRY = ("containers", "maxReplicas", "scaleTarget", "scaleMetric", "autoScaling", "canaryTrafficPercent")
"""What an entry itself must not say: it has one implementation, and its replicas and its share are fixed."""
_NUMBER_OR_WORD = ("port", "maxSurge", "maxUnavailable")
"""Fields where KServe's rule lets a number never go over a word: the kind `number` is the empty one."""
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
    faults = list(_faults(spec["predictor"], canary, mode))
    if faults:
        return Rollout(spec, plain.backends, faults=tuple(faults))
    new: dict[str, Any] = merge(spec["predictor"], dict(canary.predictor))
    if mode == "Knative":
        return _as_revision(spec, canary, new, plain.backends)
    if in_release and autoscaler_class != "keda" and _runs_beside(spec, canary.predictor, new):
        return _as_entry(name, spec, canary, new, stable, routed=routed)
    return _as_second(name, spec, canary, new, stable, routed=routed)


def service_of(name: str, spec: Mapping[str, Any]) -> str:
    """The Service of the component that is asked first; a predictor with a `name` has that in it."""
    if spec.get("transformer"):
        return f"{name}-transformer"
    own = spec["predictor"].get("name")
    return f"{name}-{own}-predictor" if own else f"{name}-predictor"


def _faults(stable: Mapping[str, Any], canary: Canary, mode: str) -> Iterator[Fault]:
    """What is wrong whatever else the predictors say."""
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
    both: tuple[tuple[Path, Mapping[str, Any]], ...] = (
        (("spec", "predictor"), stable),
        ((*_HERE, "predictor"), canary.predictor),
    )
    for at, predictor in both if mode == "Knative" else ():
        if (given := predictor.get("canaryTrafficPercent")) is not None:
            message = f"canaryTrafficPercent '{given}' gives way to trafficPercent '{percent}' of the canary"
            yield Fault("KG121", (*at, "canaryTrafficPercent"), message, "take canaryTrafficPercent away")


def _runs_beside(spec: Mapping[str, Any], overlay: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether an entry of `spec.canary` can say `overlay`, and KServe makes `new` of it, starts it, and can ask it."""
    stable = spec["predictor"]
    return (
        isinstance(stable.get("model"), Mapping)
        and isinstance(new.get("model"), Mapping)
        and spec.get("transformer") is None
        and all(new.get(key) is None for key in _NEVER_BESIDE)
        and all(overlay.get(key) is None for key in _NOT_IN_ENTRY)
        and _replicas_fit(stable, new)
        and not _protocol_follows(stable["model"], new["model"])
        and not _keeps(stable, {key: value for key, value in overlay.items() if key != "name"})
    )


def _keeps(stable: Mapping[str, Any], overlay: Mapping[str, Any]) -> bool:
    """Whether KServe would keep a value of `stable` that `overlay` replaces or removes.

    Its rule goes into mappings and takes lists whole, as ours does; a null, and what Go calls the zero value, is
    passed over.
    """
    for key, value in overlay.items():
        old = stable.get(key)
        if old is None or (isinstance(value, type(old)) and value == old):
            continue
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            if _keeps(old, value):
                return True
        elif not value or (key in _NUMBER_OR_WORD and isinstance(old, str) and not isinstance(value, str)):
            return True
    return False


def _replicas_fit(stable: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """An entry has no more replicas than the stable predictor; none at all is left to the scaler."""
    least, most = new.get("minReplicas", 1), stable.get("minReplicas", 1)
    return isinstance(least, int) and isinstance(most, int) and 0 < least <= most


def _protocol_follows(stable: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether the protocol comes from the format, and another one: the webhook does not look into entries."""
    names = [_format(model) for model in (stable, new)]
    return new.get("protocolVersion") is None and names[0] != names[1] and any(n in PROTOCOL_V2_SINCE for n in names)


def _format(model: Mapping[str, Any]) -> str:
    form = model.get("modelFormat")
    name = form.get("name") if isinstance(form, Mapping) else None
    return name if isinstance(name, str) else ""


def _as_revision(spec: dict[str, Any], canary: Canary, new: dict[str, Any], backends: tuple[Backend, ...]) -> Rollout:
    predictor = {**new, "canaryTrafficPercent": canary.traffic_percent}
    tags = {ENABLE_TAG_ROUTING: "true"} if canary.tag else {}
    return Rollout({**spec, "predictor": predictor}, backends, tags)


def _as_entry(
    name: str, spec: dict[str, Any], canary: Canary, new: dict[str, Any], stable: str, *, routed: bool
) -> Rollout:
    """KServe lays the entry over the stable predictor itself, so it says only what is new, and what CRD and webhook ask
    for: the format again, a name for the container, and whole values, for the CRD may require what the canary leaves.
    """
    own = canary.predictor.get("name") or NAME
    given = canary.predictor.get("model") or {}
    said = {"modelFormat": None, **given}
    model = {key: new["model"][key] for key in said if key in new["model"]} | {"name": KSERVE_CONTAINER}
    rest = {key: new[key] for key in canary.predictor if key in new and key not in ("name", "model")}
    entry = {"trafficPercent": canary.traffic_percent, "predictor": {**rest, "name": own, "model": model}}
    faults = list(_too_long(f"{name}-{own}", 0))
    if not routed:
        message = f"the canary '{own}' gets replicas but no requests: the routes that KServe makes lead past it"
        faults.append(Fault("KG121", _HERE, message, _ROUTE_HINT, Severity.WARNING))
    backends = _split(stable, f"{name}-{own}-predictor", canary.traffic_percent)
    return Rollout({**spec, "canary": [entry]}, backends, faults=tuple(faults))


def _as_second(
    name: str, spec: dict[str, Any], canary: Canary, new: dict[str, Any], stable: str, *, routed: bool
) -> Rollout:
    full = f"{name}-{canary.predictor.get('name') or NAME}"
    predictor = {key: value for key, value in new.items() if key != "name"}
    named = answering(predictor, name)
    second: dict[str, Any] = {"predictor": named or predictor}
    transformer = spec.get("transformer")
    if transformer is not None:
        second["transformer"] = asking(transformer, name)
    faults = list(_too_long(full, _LONGER_SUFFIX if transformer else 0))
    if named is None:
        what = predictor["model"].get("runtime") or _format(predictor["model"])
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


def _too_long(full: str, suffix: int) -> Iterator[Fault]:
    longest = _LONGEST - suffix
    if len(full) > longest:
        message = (
            f"'{full}', the name of the canary, has {len(full)} characters: KServe's labels have room for {longest}"
        )
        yield Fault("KG121", ("metadata", "name"), message, "shorten the name of the model")
