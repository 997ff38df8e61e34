"""Models that several credentials would open, and that take none of them, for nobody says which."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kserve_gitops.core.documents import Document
from kserve_gitops.core.findings import Finding, Severity
from kserve_gitops.inputs.credential import Credential
from kserve_gitops.inputs.entries import layers, merged
from kserve_gitops.inputs.models import stores
from kserve_gitops.serving.credential_types import able
from kserve_gitops.serving.kinds import COMPONENTS

_BY_HOST = frozenset({"https", "oci"})
"""Stores of which most are public, and a credential opens one host alone."""


def problems(
    documents: Iterable[Document], environment: str, settings: Mapping[str, Any], credentials: Mapping[str, Credential]
) -> Iterator[Finding]:
    """One for all models that may take the same ones; `settings` is the block `models` of platform.yaml."""
    types = {name: one.type for name, one in credentials.items()}
    opened = Counter(store for one in credentials.values() for store in one.kind.stores if store not in _BY_HOST)
    if max(opened.values(), default=0) <= 1:  # as mostly: then no file need be merged for this
        return
    found: dict[tuple[str, ...], list[Document]] = {}
    for document in documents:
        data = merged(document, environment)
        said = any("credential" in layer for layer in layers(document, environment))
        if said or any(_has_account(data.get(part)) for part in COMPONENTS):
            continue
        names = able(stores(data) - _BY_HOST, types)
        own = settings["namespaces"].get(data.get("namespace", settings["namespace"])) or {}
        if len(names) > 1 and not {own.get("credential"), settings.get("credential")} & set(names):
            found.setdefault(tuple(names), []).append(document)
    for choice, several in found.items():
        take = f" and {len(several) - 1} more take" if len(several) > 1 else " takes"
        listed = " and ".join(f"'{one}'" for one in choice)
        message = f"'{several[0].data['name']}'{take} none of {listed}: each opens its store"
        hint = "say which as credential, or for all models as models.credential in platform.yaml; null says none"
        place = several[0].at(("name",))
        yield Finding("KG025", message, place, hint, Severity.WARNING, environment=environment)


def _has_account(component: Any) -> bool:
    return isinstance(component, Mapping) and "serviceAccountName" in component
