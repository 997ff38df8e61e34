"""The way of a `storage`: an entry of a Secret, which no ServiceAccount lists.

Source: kserve/kserve v0.16.0 and v0.20.0, pkg/credentials, CreateStorageSpecSecretEnvs.
"""

from collections.abc import Mapping
from typing import Any

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.checks.world import entries
from kserve_gitops.checks.world.entries import Asked
from kserve_gitops.checks.world.made import made
from kserve_gitops.checks.world.policies import credential_of
from kserve_gitops.checks.world.secrets import secret
from kserve_gitops.checks.world.settings import Setting, Variable, clean
from kserve_gitops.checks.world.ways import Way

_SHOWN = ("type", "bucket", "endpoint_url", "region", "verify_ssl", "cabundle_configmap", "anonymous")


def entry_of(tree: Tree, asked: Asked) -> Mapping[str, Any]:
    """What stands in the entry in plain, as far as it can be read."""
    world = made(tree)
    found = secret(world, world.namespace(asked.service), asked.name)
    text = found.template.get(asked.key) if found else None
    try:
        return mapping(entries.read(text)) if text is not None else {}
    except ValueError:
        return {}


def type_of(asked: Asked, entry: Mapping[str, Any]) -> str:
    """The type of the store: of the parameters, else of the entry; "" where neither says it in plain."""
    return entries.known(asked.parameters.get("type")) or entries.known(entry.get("type"))


def by_entry(tree: Tree, asked: Asked, kind: str) -> Way:
    """By an entry of the Secret of all `storage`."""
    world = made(tree)
    found = secret(world, world.namespace(asked.service), asked.name)
    entry = entry_of(tree, asked)
    plain = {key: entries.known(entry.get(key)) for key in _SHOWN}
    said = tuple(Setting(key, clean(value), "of the entry") for key, value in plain.items() if value)
    given = []
    if found and (found.keys is None or asked.key in found.keys):
        given.append(Variable("STORAGE_CONFIG", secret=asked.name, key=asked.key))
    if plain["cabundle_configmap"] and not asked.parameters.get("type"):
        given.append(Variable("AWS_CA_BUNDLE_CONFIGMAP", plain["cabundle_configmap"]))
    if asked.parameters:
        listed = ", ".join(map(str, asked.parameters))
        given.append(Variable("STORAGE_OVERRIDE_CONFIG", f"the parameters {listed}"))
    anonymous = plain["anonymous"].lower() == "true"
    how = f"the entry '{asked.key}' of Secret '{asked.name}'{', without keys' if anonymous else ''}"
    elsewhere = bool(plain["endpoint_url"]) or kind != "s3"
    name = credential_of(found.thing) if found and isinstance(found.thing, Object) else ""
    return Way("entry", how, found, (asked.key,), said, tuple(given), credential=name, elsewhere=elsewhere)
