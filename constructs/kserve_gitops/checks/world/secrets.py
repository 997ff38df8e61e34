"""Secrets as they will be in the cluster: type, keys and annotations, and what of them stands here in plain.

A text of a template is no secret value: it is what stands around one. Those of a Secret that somebody committed are
never taken up here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.checks.tree import Object, Thing
from kserve_gitops.checks.world.made import Made, World, keys_of
from kserve_gitops.core.origins import Path
from kserve_gitops.serving import credentials

PULL_TYPES = ("kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg")
"""Types of Secrets with logins of registries."""
DOCKER_CONFIG = ".dockerconfigjson"
_OPAQUE = "Opaque"

_TEMPLATES: dict[str, Path] = {"SealedSecret": ("spec", "template"), "ExternalSecret": ("spec", "target", "template")}
"""Kind: where the template of its Secret stands."""


@dataclass(frozen=True, slots=True)
class Secret:
    """One Secret: `thing` is what makes it, or it itself, None where the cluster does; `at` is where its keys stand.

    `keys` are None where nobody knows them, and `type` is "" where nothing says it. `texts` are those of the template
    by key, Go templates and all, at `texts_at`; `settings_at` is where its annotations stand.
    """

    name: str
    namespace: str
    thing: Thing | None
    at: Path
    keys: frozenset[str] | None
    type: str
    annotations: Mapping[str, Any]
    settings_at: Path = ("metadata", "annotations")
    texts: Mapping[str, str] | None = None
    texts_at: Path = ()

    @property
    def template(self) -> Mapping[str, str]:
        """The texts of its template; none where it has no template."""
        return self.texts or {}

    def for_store(self, secret_key: str) -> str:
        """The store that KServe takes it for; "" for none, or where nobody knows its keys."""
        found = credentials.stores(self.keys or (), secret_key)
        return found[0] if found else ""


def secret(world: World, namespace: str, name: str) -> Secret | None:
    """A Secret that will be there, as far as the tree tells; None for one that it knows nothing of."""
    found = world.find("Secret", namespace, name)
    if found is None:
        return None
    keys = keys_of(found)
    if isinstance(found, Object):
        return Secret(name, namespace, found, (), keys, found.text("type") or _OPAQUE, found.annotations)
    return _made(found, keys)


def _made(found: Made, keys: frozenset[str] | None) -> Secret:
    by = found.by
    below = _TEMPLATES.get(by.kind) if isinstance(by, Object) else None
    if below is None or by is None:
        return Secret(found.name, found.namespace, by, found.at, keys, "", found.annotations)
    texts = by.mapping(*below, "data")
    # An ExternalSecret without a template hands on its own annotations.
    own = by.get(*below) is None
    return Secret(
        found.name,
        found.namespace,
        by,
        found.at,
        keys,
        by.text(*below, "type") or _OPAQUE,
        found.annotations,
        ("metadata", "annotations") if own else (*below, "metadata", "annotations"),
        {str(key): text for key, text in texts.items() if isinstance(text, str)},
        (*below, "data"),
    )
