"""HTTPRoutes that say no more than `route: {hostname: …}` does.

Source: Gateway API v1.6.1, apis/v1/httproute_types.go and shared_types.go (the defaults of what may be left out).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kserve_gitops.adopt.entry import Entry
from kserve_gitops.adopt.reading import Found
from kserve_gitops.adopt.settings import Settings
from kserve_gitops.core.names import problem_with_hostname
from kserve_gitops.core.origins import Path

GROUP = "gateway.networking.k8s.io"
_MATCH = {"path": {"type": "PathPrefix", "value": "/"}}
SUFFIX = "-route"
"""What the name of a built route has behind the name of its model."""


def folded(entry: Entry, route: Found, cleaned: Mapping[str, Any], settings: Settings) -> Entry | None:
    """`entry` with the hostname of `route`; None where that would be another route than the manifest's."""
    spec = cleaned.get("spec")
    hosts = spec.get("hostnames") if isinstance(spec, Mapping) else None
    if "route" in entry.data or set(cleaned["metadata"]) - {"name", "namespace"} or not isinstance(hosts, list):
        return None
    host = hosts[0] if len(hosts) == 1 and isinstance(hosts[0], str) else ""
    if problem_with_hostname(host) or "." not in host or host.startswith("*"):
        return None
    namespace = entry.namespace or ""
    if full(spec, namespace) != full(_built(entry, host, settings), namespace):
        return None
    links: list[tuple[Path, Found, Path]] = [
        (("route", "hostname"), route, ("spec", "hostnames", 0)),
        (("route",), route, ("metadata", "name")),
    ]
    name = entry.found.name + SUFFIX
    comments: dict[Path, str] = (
        {} if route.name == name else {("route",): f"the HTTPRoute '{route.name}'; built under the name {name}"}
    )
    return replace(
        entry,
        data=_before_patches(entry.data, {"route": {"hostname": host}}),
        links=[*links, *entry.links],
        comments={**entry.comments, **comments},
        route=(route, full(spec, namespace)),
    )


def _before_patches(data: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{k: v for k, v in data.items() if k != "patches"},
        **more,
        **{k: data[k] for k in ("patches",) if k in data},
    }


def _built(entry: Entry, host: str, settings: Settings) -> dict[str, Any]:
    """What synth makes of `route`."""
    namespace, gateway = settings.gateway
    part = "transformer" if "transformer" in entry.data else "predictor"
    backend = {"name": f"{entry.found.name}-{part}", "port": 80}
    parent = {"name": gateway, "namespace": namespace}
    return {"parentRefs": [parent], "hostnames": [host], "rules": [{"backendRefs": [backend]}]}


def full(spec: Any, namespace: str) -> Any:
    """The spec of a route with the defaults of the Gateway API; what is no mapping or list stays as it is."""
    if not isinstance(spec, Mapping):
        return spec
    parent = {"group": GROUP, "kind": "Gateway", "namespace": namespace}
    return {
        **spec,
        "parentRefs": [_over(parent, one) for one in _list(spec, "parentRefs")],
        "rules": [_rule(one) for one in _list(spec, "rules")],
    }


def _rule(rule: Any) -> Any:
    if not isinstance(rule, Mapping):
        return rule
    matches = [_match(one) for one in _list(rule, "matches")] or [_MATCH]
    backend = {"group": "", "kind": "Service", "weight": 1}
    return {**rule, "matches": matches, "backendRefs": [_over(backend, one) for one in _list(rule, "backendRefs")]}


def _match(match: Any) -> Any:
    path = match.get("path") if isinstance(match, Mapping) else None
    if not isinstance(match, Mapping) or not (path is None or isinstance(path, Mapping)):
        return match
    return {**match, "path": {**_MATCH["path"], **(path or {})}}


def _over(base: Mapping[str, Any], given: Any) -> Any:
    return {**base, **given} if isinstance(given, Mapping) else given


def _list(holder: Mapping[str, Any], key: str) -> list[Any]:
    found = holder.get(key)
    return found if isinstance(found, list) else []
