"""What the API server refuses in routes and Gateways although each value alone is legal.

The CRDs of the Gateway API say it in CEL, which a JSON Schema cannot: these are the same rules.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.gateways import GROUP
from kserve_gitops.core.origins import Path

_ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
_FIELDS: Mapping[str, str] = {
    "CORS": "cors",
    "ExtensionRef": "extensionRef",
    "RequestHeaderModifier": "requestHeaderModifier",
    "RequestMirror": "requestMirror",
    "RequestRedirect": "requestRedirect",
    "ResponseHeaderModifier": "responseHeaderModifier",
    "URLRewrite": "urlRewrite",
}
"""The field that belongs to each type of filter."""
_REPEATED = ("ExtensionRef", "RequestMirror")
"""Filters that may stand twice."""
_REPLACED = {"ReplaceFullPath": "replaceFullPath", "ReplacePrefixMatch": "replacePrefixMatch"}
_PATH = re.compile(r"(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+")
_FORBIDDEN = ("//", "/./", "/../", "%2f", "%2F", "#")
_FORBIDDEN_ENDS = ("/.", "/..")
_DURATION = re.compile(r"([0-9]{1,5})(h|ms|m|s)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_MOST_MATCHES = 128


class _Wrong(NamedTuple):
    """What is wrong at a path, and what to write instead."""

    at: Path
    message: str
    hint: str = ""


@rule("KG314")
def refused_route(tree: Tree) -> Iterator[Mistake]:
    """A route that the API server refuses.

    Argo CD cannot apply it, and says so for the whole Application: a backend that is a Service has a port, a filter has
    the field of its type and no other, a redirect has no backends, ReplacePrefixMatch goes with exactly one PathPrefix,
    a path is absolute and normal, no attempt may take longer than the whole request, and two references to one Gateway
    name different listeners.

    Fix: `backendRefs: [{name: iris-predictor, port: 80}]`; one field of `type` in each filter; paths such as
    `/v2/models`; `sectionName` at each reference to the same Gateway.

    Since: every release

    Source: Gateway API v1.6.1, x-kubernetes-validations of HTTPRoute and GRPCRoute in config/crd/standard.
    """
    for route in tree.of(*_ROUTES):
        if route.group != GROUP:
            continue
        wrong = list(_parents(route.sequence("spec", "parentRefs")))
        rules = [mapping(one) for one in route.sequence("spec", "rules")]
        for number, given in enumerate(rules):
            wrong += _rule(("spec", "rules", number), given)
        matches = sum(len(sequence(given.get("matches"))) for given in rules)
        if matches > _MOST_MATCHES:
            wrong.append(_Wrong(("spec", "rules"), f"'{matches}' matches are more than the {_MOST_MATCHES} of a route"))
        for one in wrong:
            yield route.error(one.at, one.message, hint=one.hint)


def _parents(given: list[Any]) -> Iterator[_Wrong]:
    seen: dict[tuple[Any, ...], list[Any]] = {}
    for number, ref in enumerate(map(mapping, given)):
        kind = (str(ref.get("group", GROUP)), str(ref.get("kind", "Gateway")))
        where = (*kind, str(ref.get("namespace") or ""), str(ref.get("name")), str(ref.get("port")))
        sections = seen.setdefault(where, [])
        section = ref.get("sectionName") or ""
        if sections and (not section or not all(sections) or section in sections):
            message = f"a second reference to {kind[1]} '{ref.get('name')}' without another sectionName"
            yield _Wrong(("spec", "parentRefs", number), message, "name the listener in each, or keep one of them")
        sections.append(section)


def _rule(at: Path, given: Mapping[str, Any]) -> Iterator[_Wrong]:
    filters = [mapping(one) for one in sequence(given.get("filters"))]
    backends = [mapping(one) for one in sequence(given.get("backendRefs"))]
    yield from _filters((*at, "filters"), filters, sequence(given.get("matches")))
    if backends and any(one.get("requestRedirect") is not None for one in filters):
        message = "a rule that redirects has no backends: they would never be asked"
        yield _Wrong((*at, "backendRefs"), message, "take them away, or put the redirect into a rule of its own")
    for number, backend in enumerate(backends):
        place: Path = (*at, "backendRefs", number)
        yield from _port(place, backend)
        inner = [mapping(one) for one in sequence(backend.get("filters"))]
        yield from _filters((*place, "filters"), inner, sequence(given.get("matches")))
    for number, match in enumerate(map(mapping, sequence(given.get("matches")))):
        yield from _path((*at, "matches", number, "path"), mapping(match.get("path")))
    yield from _timeouts((*at, "timeouts"), mapping(given.get("timeouts")))


def _port(at: Path, backend: Mapping[str, Any]) -> Iterator[_Wrong]:
    if (backend.get("group", ""), backend.get("kind", "Service")) == ("", "Service") and backend.get("port") is None:
        yield _Wrong(at, f"Service '{backend.get('name')}' needs a port", "add port: 80 for a model")


def _filters(at: Path, filters: list[Mapping[str, Any]], matches: list[Any]) -> Iterator[_Wrong]:
    if not filters:
        return
    types = Counter(str(one.get("type")) for one in filters)
    for name, count in types.items():
        if count > 1 and name in _FIELDS and name not in _REPEATED:
            yield _Wrong(at, f"the filter {name} stands {count} times", "put everything into one of them")
    if types["RequestRedirect"] and types["URLRewrite"]:
        yield _Wrong(at, "RequestRedirect and URLRewrite exclude each other", "keep one of them")
    for number, given in enumerate(filters):
        yield from _filter((*at, number), given, matches)


def _filter(at: Path, given: Mapping[str, Any], matches: list[Any]) -> Iterator[_Wrong]:
    name = given.get("type")
    wanted = _FIELDS.get(name) if isinstance(name, str) else None
    if wanted is None:
        return
    if given.get(wanted) is None:
        yield _Wrong(at, f"a filter of type {name} needs {wanted}", f"add {wanted}, or take another type")
    for other in _FIELDS.values():
        if other != wanted and given.get(other) is not None:
            yield _Wrong((*at, other), f"a filter of type {name} has no {other}", "make it a filter of its own")
    mirror = mapping(given.get("requestMirror"))
    if isinstance(mirror.get("backendRef"), Mapping):
        yield from _port((*at, "requestMirror", "backendRef"), mirror["backendRef"])
    for field in ("requestRedirect", "urlRewrite"):
        yield from _replaced((*at, field, "path"), mapping(mapping(given.get(field)).get("path")), matches)


def _replaced(at: Path, path: Mapping[str, Any], matches: list[Any]) -> Iterator[_Wrong]:
    for kind, field in _REPLACED.items():
        said = path.get("type") == kind
        if said and path.get(field) is None:
            yield _Wrong(at, f"the type {kind} needs {field}", f"add {field}")
        elif path and not said and path.get(field) is not None:
            yield _Wrong((*at, field), f"{field} needs the type {kind}", f"write type: {kind}")
    if path.get("type") == "ReplacePrefixMatch" and path.get("replacePrefixMatch") is not None:
        paths = [mapping(mapping(match).get("path")) for match in matches]
        # A rule without matches has the one that the API server fills in: everything below /.
        if matches and (len(paths) != 1 or paths[0].get("type", "PathPrefix") != "PathPrefix"):
            message = "ReplacePrefixMatch needs exactly one match, of type PathPrefix"
            yield _Wrong((*at, "type"), message, "make a rule for each path, or take ReplaceFullPath")


def _path(at: Path, path: Mapping[str, Any]) -> Iterator[_Wrong]:
    value = path.get("value")
    if path.get("type", "PathPrefix") not in ("Exact", "PathPrefix") or not isinstance(value, str):
        return
    bad = next((part for part in _FORBIDDEN if part in value), "")
    bad = bad or next((end for end in _FORBIDDEN_ENDS if value.endswith(end)), "")
    if not value.startswith("/"):
        yield _Wrong((*at, "value"), f"the path '{value}' does not begin with '/'", f"write /{value}")
    elif bad:
        hint = "write the path as it arrives, or take type: RegularExpression"
        yield _Wrong((*at, "value"), f"the path '{value}' must not have '{bad}'", hint)
    elif not _PATH.fullmatch(value):
        hint = "a pattern needs type: RegularExpression"
        yield _Wrong((*at, "value"), f"the path '{value}' has characters that no path has", hint)


def _timeouts(at: Path, given: Mapping[str, Any]) -> Iterator[_Wrong]:
    request, attempt = _seconds(given.get("request")), _seconds(given.get("backendRequest"))
    if request and attempt and attempt > request:
        message = f"an attempt of '{given['backendRequest']}' is longer than the request, '{given['request']}'"
        yield _Wrong((*at, "backendRequest"), message, "make it shorter, or the request longer")


def _seconds(value: Any) -> float:
    """A duration; 0 for none, and for what is none."""
    found: Iterable[tuple[str, str]] = _DURATION.findall(value) if isinstance(value, str) else ()
    return sum(int(number) * _SECONDS[unit] for number, unit in found)
