"""How a model comes to its files, as text for a screen and as JSON."""

import json
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kserve_gitops.cli.excerpt import printable
from kserve_gitops.cli.reports import json_list
from kserve_gitops.cli.reports.text import coloured
from kserve_gitops.core.findings import Finding
from kserve_gitops.core.origins import Origin
from kserve_gitops.core.places import Place

if TYPE_CHECKING:
    from kserve_gitops.checks.world.access import Access
    from kserve_gitops.checks.world.settings import Variable
    from kserve_gitops.cli.access import Explained

Locate = Callable[[Origin | None, Sequence[str | int], str | None], Place]

WIDTH = 100
_MARGIN = 13
_ADDRESSES, _FINDINGS = 5, 4
"""So many are shown of each; check shows all."""


def as_text(found: Iterable["Explained"], locate: Locate, *, colour: bool) -> str:
    """A screen for each environment."""
    return "\n".join("".join(f"{line}\n" for line in _screen(one, locate, colour=colour)) for one in found)


def _screen(found: "Explained", locate: Locate, *, colour: bool) -> Iterator[str]:
    model = found.model
    place = locate(model.row.origin, ("metadata", "name"), None)
    yield printable(f"{model.kind} '{model.name}' in {found.environment} ({place})")
    if not found.accesses:
        yield "it loads nothing: its containers bring what they serve"
    for group in _groups(found.accesses):
        yield ""
        for one in group[:_ADDRESSES]:
            at = locate(model.row.origin, one.at, None)
            yield from _line(one.component, f"{one.address} ({at})", bold=True)
        if len(group) > _ADDRESSES:
            yield from _line("", f"and {len(group) - _ADDRESSES} more from the same store")
        before = ""
        for label, text in _told(group, locate):
            yield from _line("" if label == before else label, text)
            before = label
    if found.findings:
        yield ""
    for finding in found.findings[:_FINDINGS]:
        yield from _finding(finding, colour=colour)
    if len(found.findings) > _FINDINGS:
        yield f"and {len(found.findings) - _FINDINGS} more: kserve-gitops check shows all"


def _groups(accesses: Sequence["Access"]) -> list[list["Access"]]:
    """Those that go the same way into the same store."""
    found: dict[Any, list[Access]] = {}
    for one in accesses:
        found.setdefault((one.store, one.pod.account_name, one.way.said, one.way.role), []).append(one)
    return list(found.values())


def _told(group: Sequence["Access"], locate: Locate) -> Iterator[tuple[str, str]]:
    """The lines below the addresses, by label."""
    first, way = group[0], group[0].way
    yield "store", first.store
    if way.code not in ("entry", "claim"):
        yield "account", _account(first, locate)
    yield "way", way.said
    secret = way.secret
    if secret is not None:
        keys = "keys that nobody here knows" if secret.keys is None else ", ".join(sorted(secret.keys)) or "no keys"
        by = f"; made by {_maker(first, locate)}" if secret.thing else ""
        yield "Secret", f"{secret.namespace}/{secret.name}: {keys}{by}"
    if way.settings:
        yield "settings", "; ".join(f"{one.name}: {one.value} ({one.meaning})" for one in way.settings)
    if way.variables:
        yield "variables", "; ".join(_variables(way.variables))
    for needs in first.needs if len(group) == 1 else _shared_needs(group):
        yield "needs", needs
    yield from _iam(group)


def _shared_needs(group: Sequence["Access"]) -> Iterator[str]:
    """What has to be allowed for several addresses, in one line."""
    if actions := dict.fromkeys(need.partition(" on ")[0] for one in group for need in one.needs):
        yield f"{' and '.join(actions)}, for each address and what is below it"


def _iam(group: Sequence["Access"]) -> Iterator[tuple[str, str]]:
    way = group[0].way
    if way.code in ("role", "pod-identity"):
        who = f"system:serviceaccount:{group[0].pod.namespace}:{group[0].pod.account_name}"
        yield "trust", f"{way.trust.file} lets {who} take it on" if way.trust else f"no document in iam/ names {who}"
    judged = [one for one in group if one.policy is not None]
    outside = [one for one in judged if not one.covered]
    for one in outside[:_FINDINGS]:
        if one.policy is not None:
            places = " and ".join(one.policy.places)
            yield "policy", f"{one.policy.file} does not cover {one.address}: it is for {places}"
    if judged and judged[0].policy and not outside:
        yield "policy", f"{judged[0].policy.file} covers {'it' if len(group) == 1 else 'them all'}"


def _account(access: "Access", locate: Locate) -> str:
    pod = access.pod
    name = f"ServiceAccount {pod.namespace}/{pod.account_name}"
    if pod.account is not None:
        return f"{name} ({locate(pod.account.found.row.origin, ('metadata', 'name'), None)})"
    if pod.in_doubt:
        return f"{name}, which is not made here"
    return f"{name}, which is in every namespace and lists nothing"


def _maker(access: "Access", locate: Locate) -> str:
    secret = access.way.secret
    if secret is None or secret.thing is None:
        return ""
    place = locate(secret.thing.row.origin, secret.at, None)
    said = f"{secret.thing.label} ({place})"
    store = secret.thing.text("spec", "secretStoreRef", "name")
    if not store:
        return said
    remote = dict.fromkeys(str(one["remoteRef"].get("key")) for one in _fetched(secret.thing.get("spec", "data")))
    return f"{said} from {', '.join(remote) or 'entries'} of store '{store}'"


def _fetched(data: Any) -> Iterator[dict[str, Any]]:
    for one in data if isinstance(data, list) else ():
        if isinstance(one, dict) and isinstance(one.get("remoteRef"), dict):
            yield one


def _variables(variables: Iterable["Variable"]) -> Iterator[str]:
    """Those with the name of their key together, then each of the others."""
    listed = list(variables)
    for secret in dict.fromkeys(one.secret for one in listed if one.secret):
        same = [one.name for one in listed if one.secret == secret and one.name == one.key]
        if same:
            yield f"{', '.join(same)} <- Secret '{secret}'"
    for one in listed:
        if one.secret and one.name != one.key:
            yield f"{one.name} <- Secret '{one.secret}', key {one.key}"
        elif not one.secret:
            yield f"{one.name}={one.value}"


def _finding(finding: Finding, *, colour: bool) -> Iterator[str]:
    text = printable(f"{finding.severity}[{finding.code}]: {finding.message} ({finding.place})")
    for number, line in enumerate(_wrapped(text, WIDTH, "  ")):
        yield coloured(line, finding.severity) if colour and number == 0 else line


def _line(label: str, text: str, *, bold: bool = False) -> Iterator[str]:
    indent = "" if bold else "  "
    head = f"{indent}{label}".ljust(_MARGIN)
    if not head.endswith(" "):
        head += "  "
    for number, line in enumerate(_wrapped(printable(text), WIDTH - _MARGIN, "")):
        yield f"{head if number == 0 else ' ' * _MARGIN}{line}".rstrip()


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False) or [""]


def as_json(found: Iterable["Explained"], locate: Locate) -> str:
    """A list with an entry for each environment; ASCII, whatever the names in it."""
    return json.dumps([_record(one, locate) for one in found], indent=2) + "\n"


def _record(found: "Explained", locate: Locate) -> dict[str, Any]:
    model = found.model
    return {
        "environment": found.environment,
        "kind": model.kind,
        "name": model.name,
        **_place(locate(model.row.origin, ("metadata", "name"), None)),
        "access": [_access(one, found, locate) for one in found.accesses],
        "findings": json.loads(json_list.written(found.findings)),
    }


def _access(one: "Access", found: "Explained", locate: Locate) -> dict[str, Any]:
    way, account = one.way, one.pod.account
    made = locate(account.found.row.origin, ("metadata", "name"), None) if account else None
    return {
        "component": one.component,
        "address": one.address,
        **_place(locate(found.model.row.origin, one.at, None)),
        "store": one.store,
        "serviceAccount": {
            "namespace": one.pod.namespace,
            "name": one.pod.account_name,
            **(_place(made) if made else {"file": None, "line": None}),
        },
        "way": way.code,
        "how": way.said,
        "secret": _secret(one, locate),
        "settings": [{"name": s.name, "value": s.value, "meaning": s.meaning} for s in way.settings],
        "variables": [_variable(variable) for variable in way.variables],
        "role": way.role or None,
        "trust": way.trust.file if way.trust else None,
        "needs": list(one.needs),
        "policy": {"file": one.policy.file, "covers": one.covered} if one.policy else None,
    }


def _secret(one: "Access", locate: Locate) -> dict[str, Any] | None:
    secret = one.way.secret
    if secret is None:
        return None
    place = locate(secret.thing.row.origin, secret.at, None) if secret.thing else None
    return {
        "namespace": secret.namespace,
        "name": secret.name,
        "keys": None if secret.keys is None else sorted(secret.keys),
        "madeBy": _maker(one, locate) or None,
        **(_place(place) if place else {"file": None, "line": None}),
    }


def _variable(one: "Variable") -> dict[str, Any]:
    if one.secret:
        return {"name": one.name, "secret": one.secret, "key": one.key}
    return {"name": one.name, "value": one.value}


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line}
