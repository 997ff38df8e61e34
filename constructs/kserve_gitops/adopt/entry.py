"""One object of KServe's → one file of the catalogue, with the way from each value back to the manifest."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kserve_gitops.adopt.reading import Found
from kserve_gitops.adopt.settings import Settings
from kserve_gitops.core.origins import Path
from kserve_gitops.serving.kinds import KINDS, MODEL

OWN = frozenset({"kind", "apiVersion", "name", "namespace", "metadata", "environments", "patches"})
"""Keys of a catalogue file that are ours in every kind, so that no field of a spec can stand there."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file to be: `data` in the order in which it is written.

    `comments` stand above the key at their path, `remarks` behind it. `links` lead from a path in the file to an
    object and a path there, the most exact first. `wanted` is the object that building must give, `route` the
    HTTPRoute that went into the file, and its spec.
    """

    found: Found
    namespace: str | None
    data: Mapping[str, Any]
    wanted: Mapping[str, Any]
    links: Sequence[tuple[Path, Found, Path]]
    comments: Mapping[Path, str] = field(default_factory=dict)
    remarks: Mapping[Path, str] = field(default_factory=dict)
    route: tuple[Found, Any] | None = None

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """apiVersion, kind, namespace ("" where there is none) and name of the object."""
        return self.found.api_version, self.found.kind, self.namespace or "", self.found.name


def namespace_of(found: Found, settings: Settings) -> str | None:
    """Where an object of KServe's lives when the platform has the last word; None for cluster-scoped kinds."""
    return (found.namespace or settings.namespace) if KINDS[found.kind].namespaced else None


def head(found: Found, settings: Settings) -> dict[str, Any]:
    """kind, apiVersion, name and namespace, each where it is not the default."""
    out: dict[str, Any] = {}
    if found.kind != MODEL:
        out["kind"] = found.kind
    if found.api_version != KINDS[found.kind].api_version(settings.llm_version):
        out["apiVersion"] = found.api_version
    out["name"] = found.name
    namespace = namespace_of(found, settings)
    if namespace is not None and namespace != settings.namespace:
        out["namespace"] = namespace
    return out


def metadata_and_patches(
    metadata: Mapping[str, Any], settings: Settings
) -> tuple[dict[str, Any], dict[str, Any], dict[Path, str]]:
    """Labels and annotations over those that the platform gives to everything; a patch, and the comment on it.

    The patch says what `metadata` of a file cannot: finalizers.
    """
    defaults: Mapping[str, Any] = settings.defaults.get("metadata", {})
    parts = {part: over(defaults.get(part, {}), metadata.get(part, {})) for part in ("labels", "annotations")}
    short = {part: own for part, own in parts.items() if own}
    if "finalizers" not in metadata:
        return short, {}, {}
    patch = {"metadata": {"finalizers": metadata["finalizers"]}}
    comment = "somebody else's finalizers; they are no part of a model"
    return short, {"patches": [patch]}, {("patches",): comment}


def over(base: Any, wanted: Any) -> Any:
    """The shortest data that gives `wanted` over `base`: what is the same left out, what is too much nulled."""
    if not isinstance(base, Mapping) or not isinstance(wanted, Mapping):
        return wanted
    out = {key: over(base.get(key), one) for key, one in wanted.items() if key not in base or not same(base[key], one)}
    return out | {key: None for key in base if key not in wanted}


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: 1 is neither 1.0 nor true."""
    return bool(one == other) and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def other(found: Found, cleaned: Mapping[str, Any], wanted: Mapping[str, Any], settings: Settings) -> Entry:
    """An entry of any kind but InferenceService; `cleaned` is the object without what a cluster adds."""
    data = head(found, settings)
    metadata, patches, comments = metadata_and_patches(cleaned["metadata"], settings)
    if metadata:
        data["metadata"] = metadata
    top = {key: cleaned[key] for key in KINDS[found.kind].top if key in cleaned}
    data |= {**top, **cleaned.get("spec", {}), **patches}
    links: list[tuple[Path, Found, Path]] = [((key,), found, ("spec", key)) for key in cleaned.get("spec", {})]
    links += [((key,), found, (key,)) for key in top]
    return Entry(found, namespace_of(found, settings), data, wanted, [*links, *common_links(found)], comments)


def common_links(found: Found) -> list[tuple[Path, Found, Path]]:
    """Links of what every file has."""
    links: list[tuple[Path, Found, Path]] = [
        (("name",), found, ("metadata", "name")),
        (("namespace",), found, ("metadata", "namespace")),
        (("metadata",), found, ("metadata",)),
        (("patches",), found, ("metadata", "finalizers")),
        (("kind",), found, ("kind",)),
        (("apiVersion",), found, ("apiVersion",)),
    ]
    return [*links, ((), found, ())]
