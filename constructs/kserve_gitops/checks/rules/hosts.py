"""Host names and who answers for them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Thing, Tree
from kserve_gitops.checks.world.addresses import Addresses
from kserve_gitops.core.origins import Path

_ALL = json.dumps({"path": {"type": "PathPrefix", "value": "/"}})
"""The match of a rule that has none."""
_EXAMPLE = "example.com"
_HOSTNAMES: Path = ("spec", "hostnames")


@dataclass(frozen=True, slots=True)
class _Claim:
    """A host and the requests for it that a route takes, at a Gateway; `section` "" is all of its listeners."""

    thing: Thing
    at: Path
    host: str
    match: str
    gateway: tuple[str, str]
    section: str


@dataclass(slots=True)
class _Claims:
    """Who came first for each host, match and Gateway, by the listener."""

    first: dict[tuple[str, str, tuple[str, str]], dict[str, _Claim]] = field(default_factory=dict)

    def rival(self, claim: _Claim) -> _Claim | None:
        """Another thing that takes the same requests; None makes this claim the first."""
        known = self.first.setdefault((claim.host, claim.match, claim.gateway), {})
        other = next(iter(known.values()), None) if not claim.section else known.get(claim.section) or known.get("")
        if other is None:
            known[claim.section] = claim
        return other if other is not None and other.thing is not claim.thing else None


@rule("KG301")
def one_host_twice(tree: Tree) -> Iterator[Mistake]:
    """Two routes for one host.

    Of two routes that match the same requests the older one wins, and the other is never reached, whoever of the two
    was meant. KServe makes routes too, for the hosts that its `domainTemplate` gives each model.

    Fix: give each route a host of its own, matches that differ, or another listener by `sectionName`.

    Since: every release

    Source: Gateway API v1.6.1, HTTPRouteRule.matches, on precedence; kserve/kserve v0.16.0,
    pkg/controller/v1beta1/inferenceservice/reconcilers/ingress/httproute_reconciler.go.
    """
    claims = _Claims()
    told: set[tuple[int, Path]] = set()
    for claim in (*_routes(tree), *_charts(tree)):
        rival = claims.rival(claim)
        if rival and (id(claim.thing), claim.at) not in told:
            told.add((id(claim.thing), claim.at))
            yield claim.thing.error(claim.at, f"a second route for host '{claim.host}'", other=(rival.thing, rival.at))
    yield from _generated(tree, claims)


def _routes(tree: Tree) -> Iterator[_Claim]:
    for route in tree.of("HTTPRoute"):
        matches = sorted(set(_matches(route)))
        parents = sorted(set(_parents(route)))
        for number, hostname in enumerate(route.sequence(*_HOSTNAMES)):
            for match in matches:
                for gateway, section in parents:
                    yield _Claim(route, (*_HOSTNAMES, number), str(hostname), match, gateway, section)


def _matches(route: Object) -> Iterator[str]:
    for rule_ in route.sequence("spec", "rules") or [{}]:
        for match in sequence(mapping(rule_).get("matches")) or [{}]:
            found = mapping(match)
            path = {"type": "PathPrefix", "value": "/", **mapping(found.get("path"))}
            yield json.dumps(_stable({**found, "path": path}), default=str)


def _stable(value: Any) -> Any:
    """The same with the keys of every mapping in order; some may be numbers, which JSON cannot sort among texts."""
    if isinstance(value, Mapping):
        return {str(key): _stable(value[key]) for key in sorted(value, key=str)}
    return [_stable(one) for one in value] if isinstance(value, list) else value


def _parents(route: Object) -> Iterator[tuple[tuple[str, str], str]]:
    for ref in map(mapping, route.sequence("spec", "parentRefs") or [{}]):
        gateway = str(ref.get("namespace") or route.namespace), str(ref.get("name"))
        yield gateway, str(ref.get("sectionName") or ref.get("port") or "")


def _charts(tree: Tree) -> Iterator[_Claim]:
    """What the charts that are known here make routes for."""
    for values in tree.values_of("jupyterhub"):
        ref = values.mapping("httpRoute", "gateway")
        gateway = str(ref.get("namespace") or values.application), str(ref.get("name"))
        if values.get("httpRoute", "enabled") is True:
            for number, host in enumerate(values.sequence("httpRoute", "hostnames")):
                at: Path = ("httpRoute", "hostnames", number)
                yield _Claim(values, at, str(host), _ALL, gateway, str(ref.get("sectionName") or ""))


def _generated(tree: Tree, claims: _Claims) -> Iterator[Mistake]:
    """Routes that people wrote for hosts that KServe makes its own routes for."""
    addresses = Addresses.of(tree)
    gateway: Any = addresses.parent
    if not addresses.by_routes or gateway is None:
        return
    for service in tree.services:
        if not addresses.reach(service):
            continue
        for host in (*(found.host for found in addresses.hosts(service)), *addresses.more(service)):
            for claim in claims.first.get((host, _ALL, gateway), {}).values():
                message = f"KServe makes a route for host '{host}' itself; the older one of the two wins"
                hint = f"take another host, or none: it is that of InferenceService '{service.name}'"
                yield claim.thing.warning(claim.at, message, hint=hint)
