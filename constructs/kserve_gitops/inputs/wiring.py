"""Whether the credentials of an environment fit their types, and those who name them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kserve_gitops.core.findings import Finding
from kserve_gitops.core.names import problem_with_bucket
from kserve_gitops.core.suggestions import closest
from kserve_gitops.inputs import aws, aws_wiring
from kserve_gitops.inputs.phrasing import Locate
from kserve_gitops.serving.credential_types import AWS, OPTIONS, TYPES, sealed_keys

Data = Mapping[str, Mapping[str, Any]]
"""The blocks of an environment, with their defaults."""
Locator = Callable[[str], Locate]
"""Places within a block."""

_PARTS: tuple[tuple[tuple[str, ...], frozenset[str]], ...] = (
    (("mlflow", "credential"), AWS),
    (("mlflow", "secrets", "server"), frozenset({"mlflow-server"})),
    (("mlflow", "secrets", "admin"), frozenset({"basic-auth"})),
    (("mlflow", "secrets", "database"), frozenset({"basic-auth"})),
    (("jupyterhub", "secrets", "hub"), frozenset({"jupyterhub"})),
)
"""Where parts name credentials, and of which types those must be."""
_FOR_MODELS = frozenset(name for name, type_ in TYPES.items() if type_.stores)


def account_of(name: str, block: Mapping[str, Any]) -> str:
    """The ServiceAccount of a credential."""
    account: str = block.get("serviceAccountName", f"sa-{name}")
    return account


def problems(data: Data, locate: Locator) -> Iterator[Finding]:
    """What is wrong with credentials and with those who name them; the blocks must fit their schemas."""
    declared = data["credentials"]
    here = locate("credentials")
    for name, block in sorted(declared.items()):
        yield from _of_type(name, block, here)
        yield from _opened(name, block, here)
        yield from _beside(name, block, declared, here)
    yield from _shared_accounts(declared, here)
    yield from _backend(data, locate)
    yield from aws_wiring.problems(data, locate)
    for path, types in _PARTS:
        yield from _named(_at(data["parts"], path), types, declared, locate("parts"), path)
    yield from _writer(_at(data["parts"], ("mlflow", "credential")), declared, locate("parts"))
    yield from _named(data["models"].get("credential"), _FOR_MODELS, declared, locate("models"), ("credential",))
    for namespace, block in sorted(data["models"]["namespaces"].items()):
        path = ("namespaces", namespace, "credential")
        yield from _named((block or {}).get("credential"), _FOR_MODELS, declared, locate("models"), path)


def _of_type(name: str, block: Mapping[str, Any], locate: Locate) -> Iterator[Finding]:
    """Options that a type does not take, and those that it lacks."""
    type_ = TYPES[block["type"]]
    for key in sorted(block.keys() & OPTIONS - type_.options):
        able = [other.name for other in TYPES.values() if key in other.options]
        message = f"'{key}' means nothing for a credential of type '{type_.name}'"
        takes = ", ".join(sorted(type_.options)) or "no options"
        hint = f"it belongs to {' and '.join(able)}; type '{type_.name}' takes {takes}"
        yield Finding("KG022", message, locate((name,), key), hint)
    if not type_.required - block.keys():
        keys = [key.name for key in sealed_keys(type_.name, block)]
        for key in sorted(block["env"].keys() - set(keys)):
            hint = closest(key, keys) or f"its keys are {', '.join(keys) or 'none'}"
            yield Finding("KG022", f"'{key}' is no key of credential '{name}'", locate((name, "env"), key), hint)
    for key in sorted(type_.required - block.keys()):
        place = locate((name, "type") if "type" in block else (name,), None)
        yield Finding("KG012", f"credentials.{name} of type '{type_.name}' has no '{key}'", place, f"add {key}")


def _opened(name: str, block: Mapping[str, Any], locate: Locate) -> Iterator[Finding]:
    if "bucket" in block and (wrong := problem_with_bucket(block["bucket"])):
        yield Finding("KG201", f"bucket {wrong}", locate((name, "bucket"), None))
    if "region" in block and "endpoint" not in block and aws.partition(block["region"]) is None:
        hint = "such as ca-central-1; for another store than AWS set endpoint too"
        yield Finding("KG201", f"'{block['region']}' is no AWS region", locate((name, "region"), None), hint)


def _beside(name: str, block: Mapping[str, Any], declared: Mapping[str, Any], locate: Locate) -> Iterator[Finding]:
    """What one ServiceAccount gives beside the first: each store once, and never keys and a role."""
    given = dict.fromkeys(TYPES[block["type"]].stores, name)
    for number, other in enumerate(block["also"]):
        place = locate((name, "also", number), None)
        if other not in declared:
            hint = closest(other, declared) or f"declared: {', '.join(declared)}"
            yield Finding("KG016", f"credential '{other}' is not declared", place, hint)
            continue
        found = TYPES[declared[other]["type"]]
        if other == name:
            yield Finding("KG023", f"credential '{name}' stands beside itself", place, "take it away")
        elif not (found.listed or found.stores):
            yield Finding("KG023", f"'{other}' is nothing that a ServiceAccount could give", place, "take it away")
        for one in found.stores:
            if one in given and other != name:
                message = f"'{given[one]}' and '{other}' are for the same store, and only one would count"
                yield Finding("KG023", message, place, "keep one of the two")
            given.setdefault(one, other)


def _shared_accounts(declared: Mapping[str, Any], locate: Locate) -> Iterator[Finding]:
    """Two credentials behind one ServiceAccount: a model would get the keys of either."""
    first: dict[str, str] = {}
    for name, block in sorted(declared.items()):
        account = account_of(name, block)
        if other := first.get(account):
            place = locate((name, "serviceAccountName"), None)
            hint = "give each credential a serviceAccountName of its own, or list one under 'also' of the other"
            yield Finding("KG017", f"'{name}' and '{other}' share the ServiceAccount '{account}'", place, hint)
        first.setdefault(account, name)


def _backend(data: Data, locate: Locator) -> Iterator[Finding]:
    secrets = data["secrets"]
    if secrets["backend"] == "external-secrets" and "storeRef" not in secrets:
        place = locate("secrets")(("backend",), None)
        yield Finding("KG012", "external-secrets needs a store to fetch from", place, "add storeRef: {name: …}")
    for name, block in sorted(data["credentials"].items()) if secrets["backend"] == "external-secrets" else ():
        type_ = TYPES[block["type"]]
        if (
            type_.has_secret
            and not type_.required - block.keys()
            and not any(not key.optional for key in sealed_keys(type_.name, block))
        ):
            message = f"nothing of credential '{name}' is in a store, and External Secrets makes no Secret of that"
            hint = "use Sealed Secrets in this environment, or a Secret that somebody else makes, listed under existing"
            yield Finding("KG026", message, locate("credentials")((name,), None), hint)


def _named(
    wanted: str | None, types: frozenset[str], declared: Mapping[str, Any], locate: Locate, path: tuple[str, ...]
) -> Iterator[Finding]:
    """A credential by a name that nobody declares, or of a type that is of no use there."""
    if wanted is None:
        return
    if wanted not in declared:
        hint = closest(wanted, declared) or (
            f"declared: {', '.join(declared)}" if declared else "add it to credentials"
        )
        yield Finding("KG016", f"credential '{wanted}' is not declared", locate(path, None), hint)
    elif (type_ := declared[wanted]["type"]) not in types:
        message = f"credential '{wanted}' is of type '{type_}', which is of no use here"
        yield Finding("KG023", message, locate(path, None), f"name one of type {' or '.join(sorted(types))}")


def _writer(name: str | None, declared: Mapping[str, Any], locate: Locate) -> Iterator[Finding]:
    """MLflow with a credential that can only read."""
    if declared.get(name or "", {}).get("anonymous"):
        message = f"credential '{name}' is anonymous, and MLflow cannot write artifacts with it"
        yield Finding("KG023", message, locate(("mlflow", "credential"), None), "name one with keys or a role")


def _at(block: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        block = (block or {}).get(step)
    return block
