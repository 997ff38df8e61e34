"""What the API server refuses in Gateways although each value alone is legal: the CEL rules of their CRD."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.gateways import GROUP, Listener, listeners

_WITHOUT_TLS = ("HTTP", "TCP", "UDP")
_WITHOUT_HOST = ("TCP", "UDP")


@rule("KG317")
def refused_gateway(tree: Tree) -> Iterator[Mistake]:
    """A Gateway that the API server or its controller refuses.

    Argo CD cannot apply it, or a listener is never programmed. Listeners have names of their own, and no two the same
    port, protocol and hostname; `tls` goes with HTTPS and TLS alone, HTTPS ends TLS here and needs a certificate, TLS
    says its `mode`.

    Fix: `{name: https, port: 8443, protocol: HTTPS, tls: {certificateRefs: [{name: wildcard}]}}` for HTTPS, and
    `{name: web, port: 8000, protocol: HTTP}` without `tls`; the message names the listener and what it lacks.

    Since: every release

    Source: Gateway API v1.6.1, x-kubernetes-validations of Gateway in config/crd/standard.
    """
    for gateway in tree.of("Gateway"):
        if gateway.group == GROUP:
            yield from _twice(gateway)
            for found in listeners(gateway):
                yield from _tls(gateway, found)


def _twice(gateway: Object) -> Iterator[Mistake]:
    names: dict[str, Listener] = {}
    places: dict[tuple[int, str, str], Listener] = {}
    for found in listeners(gateway):
        if found.name and names.setdefault(found.name, found) is not found:
            message = f"a second listener is called '{found.name}'"
            yield gateway.error((*found.at, "name"), message, hint="take another name")
        place = (found.port, found.protocol, found.hostname)
        first = places.setdefault(place, found)
        if found.port and first is not found:
            message = f"the listener '{first.name}' has the same port, protocol and hostname"
            yield gateway.error((*found.at, "port"), message, hint="keep one of them, or give it another hostname")


def _tls(gateway: Object, found: Listener) -> Iterator[Mistake]:
    given, protocol = found.given.get("tls"), found.protocol
    tls = mapping(given)
    if protocol in _WITHOUT_TLS and given is not None:
        message = f"a listener with protocol {protocol} has no tls"
        yield gateway.error((*found.at, "tls"), message, hint="take it away, or write protocol: HTTPS")
    elif protocol == "HTTPS" and tls.get("mode", "Terminate") not in ("Terminate", ""):
        hint = "write mode: Terminate, or protocol: TLS"
        yield gateway.error((*found.at, "tls", "mode"), f"HTTPS cannot have the mode '{tls['mode']}'", hint=hint)
    elif protocol == "TLS" and not tls.get("mode"):
        hint = "write tls.mode: Terminate or Passthrough"
        yield gateway.error(found.at, "a listener with protocol TLS needs a mode", hint=hint)
    elif protocol in ("HTTPS", "TLS") and _uncertified(tls):
        message = f"a listener with protocol {protocol} needs a certificate"
        hint = "add tls.certificateRefs: [{name: <Secret>}]"
        yield gateway.error((*found.at, "tls") if tls else found.at, message, hint=hint)
    if protocol in _WITHOUT_HOST and found.hostname:
        message = f"a listener with protocol {protocol} has no hostname"
        yield gateway.error((*found.at, "hostname"), message, hint="take it away")


def _uncertified(tls: Mapping[str, Any]) -> bool:
    ends_here = tls.get("mode", "Terminate") == "Terminate"
    return ends_here and not tls.get("certificateRefs") and not tls.get("options")
