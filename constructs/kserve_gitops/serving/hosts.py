"""Host names: those that KServe gives a model by its template, and which of them a listener takes.

KServe fills `domainTemplate` in for the InferenceService and for each of its components, and stops at a name that DNS
does not know. Of Go's template language this reads what such a template needs: fields, one key of a map, comments and
trimmed space. Whatever else a template says is not judged.

Sources: kserve/kserve v0.16.0, domain.go in pkg/controller/v1beta1/inferenceservice/reconcilers/ingress, unchanged up
to v0.20.0; k8s.io/apimachinery, IsFullyQualifiedDomainName; Gateway API v1.6.1, Listener.hostname.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

CLUSTER_LOCAL = "svc.cluster.local"
"""As the domain of all models, it keeps KServe from making any route."""

FIELDS = ("Name", "Namespace", "IngressDomain", "Annotations", "Labels")
"""What a template can ask for."""

_MAPS = ("Annotations", "Labels")
_ACTION = re.compile(r"\{\{(?P<left>- )?\s*(?P<body>(?:\"[^\"\n]*\"|[^\"])*?)\s*(?P<right> -)?\}\}", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_FIELD = re.compile(r"\$?\.(\w+)(?:\.(\w+))?")
_INDEX = re.compile(r"index\s+\$?\.(\w+)\s+(?:\"([^\"\\]*)\"|`([^`]*)`)")
_NO_VALUE = "<no value>"
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_LABEL_LENGTH = 63
_NAME_LENGTH = 253


@dataclass(frozen=True, slots=True)
class Owner:
    """What of an InferenceService counts for its hosts."""

    namespace: str
    annotations: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, Any] = field(default_factory=dict)


class _Part(NamedTuple):
    """A piece of a template: text as it is, or the value of a field or of one key of a map."""

    text: str
    field: str = ""
    key: str | None = None
    absent: str = ""


def host(template: str, name: str, domain: str, owner: Owner) -> str | None:
    """What a template says for a name; None where it says something that is not read here."""
    parts = _parts(template)
    if parts is None:
        return None
    plain = {"Name": name, "Namespace": owner.namespace, "IngressDomain": domain}
    maps = {"Annotations": owner.annotations, "Labels": owner.labels}
    found = []
    for part in parts:
        if part.key is not None:
            value = maps[part.field].get(part.key, part.absent)
            if not isinstance(value, str):
                return None
            found.append(value)
        else:
            found.append(plain[part.field] if part.field else part.text)
    return "".join(found)


def unknown_field(template: str) -> str:
    """The first field of a template that KServe does not have; "" for none."""
    for action in _ACTION.finditer(template):
        given = _FIELD.fullmatch(action["body"])
        if given and given[1] not in FIELDS:
            return given[1]
    return ""


def additional(found: str, domain: str, domains: Iterable[str]) -> list[str]:
    """The further hosts of a model whose host is `found`: the same in every additional domain."""
    if not domain or not found.endswith(domain) or found == domain:
        return []
    before = found.removesuffix(domain)
    return list(dict.fromkeys(f"{before}{other}" for other in domains))


def problem(name: str) -> str:
    """Why KServe does not take a name as a host; "" for one that it takes."""
    labels = name.removesuffix(".").split(".")
    for label in labels:
        if len(label) > _LABEL_LENGTH:
            over = len(label) - _LABEL_LENGTH
            return f"'{label}' has {len(label)} characters, {over} more than the {_LABEL_LENGTH} that DNS allows"
    if len(name.removesuffix(".")) > _NAME_LENGTH:
        return f"'{name}' has {len(name)} characters, {len(name) - _NAME_LENGTH} more than DNS allows"
    if not all(_LABEL.fullmatch(label) for label in labels):
        return f"'{name}' is no host name"
    return f"'{name}' is no full host name: it has no dot" if len(labels) == 1 else ""


def covers(listener: str, hostname: str) -> bool:
    """Whether a listener takes requests for some host of a route; "" is any host, and `*.` at least one label."""
    if not listener or not hostname or listener == hostname:
        return True
    if listener.startswith("*."):
        return _below(hostname.removeprefix("*"), listener) or (
            hostname.startswith("*.") and _below(listener.removeprefix("*"), hostname)
        )
    return hostname.startswith("*.") and _below(listener, hostname)


def meets(listener: str, hostnames: Sequence[str]) -> bool:
    """Whether a listener takes one of the hosts of a route; a route without any takes them all."""
    return not hostnames or any(covers(listener, hostname) for hostname in hostnames)


def _below(name: str, wildcard: str) -> bool:
    """Whether `name` ends in what follows the star of a wildcard, and has something before it."""
    end = wildcard.removeprefix("*")
    return name.endswith(end) and (name.startswith(".") or len(name) > len(end))


@lru_cache(maxsize=64)
def _parts(template: str) -> tuple[_Part, ...] | None:
    """The pieces of a template; None for one that is not read here."""
    parts: list[_Part] = []
    end, trim = 0, False
    for action in _ACTION.finditer(template):
        text = template[end : action.start()]
        parts.append(_Part(_trimmed(text, left=trim, right=bool(action["left"]))))
        part = _action(action["body"])
        if part is None:
            return None
        parts.append(part)
        end, trim = action.end(), bool(action["right"])
    rest = template[end:]
    if any("{{" in part.text for part in parts) or "{{" in rest:
        return None
    return (*parts, _Part(_trimmed(rest, left=trim, right=False)))


def _action(body: str) -> _Part | None:
    if _COMMENT.fullmatch(body):
        return _Part("")
    if (given := _FIELD.fullmatch(body)) and given[1] in FIELDS and (given[1] in _MAPS) is (given[2] is not None):
        return _Part("", given[1], given[2], _NO_VALUE)
    if (given := _INDEX.fullmatch(body)) and given[1] in _MAPS:
        return _Part("", given[1], given[2] if given[2] is not None else given[3])
    return None


def _trimmed(text: str, *, left: bool, right: bool) -> str:
    text = text.lstrip(" \t\r\n") if left else text
    return text.rstrip(" \t\r\n") if right else text
