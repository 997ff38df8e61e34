"""Several Secrets for one store behind one ServiceAccount."""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.accounts import Account, accounts, read, secret_keys
from kserve_gitops.checks.world.made import World, made
from kserve_gitops.checks.world.references import Reference
from kserve_gitops.checks.world.secrets import secret

_EFFECTS = {
    "S3": "KServe mixes the keys of the first with the settings of the last",
    "GCS": "both are mounted at one path, and the pods are refused",
    "HDFS": "both are mounted at one path, and the pods are refused",
    "Azure": "the last one counts",
    "Hugging Face": "the last one counts",
}
"""What comes of two Secrets; those for HTTPS may be for two hosts."""
_REFUSED = ("GCS", "HDFS")


@rule("KG248")
def several(tree: Tree) -> Iterator[Mistake]:
    """Two Secrets for the same store behind one ServiceAccount.

    KServe reads all Secrets of the account for every model that uses it, whatever its address. Of two for S3 it takes
    the keys of the first and each setting of the last that has it, so that the keys of one store go to another. Two
    key files of Google Cloud, or two Secrets for HDFS, are mounted at one path, which the API server refuses.

    Fix: give each store a ServiceAccount of its own, and name that in the model.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/credentials/service_account_credentials.go; MergeEnvs and
    AppendVolumeIfNotExists in pkg/utils/utils.go.
    """
    world, used = made(tree), read(tree)
    for account in accounts(tree):
        if (account.namespace, account.name) in used:
            yield from _twice(account, world, secret_keys(tree)[1])


def _twice(account: Account, world: World, secret_key: str) -> Iterator[Mistake]:
    first: dict[str, Reference] = {}
    for reference in account.secrets:
        found = secret(world, reference.namespace, reference.name)
        store = found.for_store(secret_key) if found else ""
        other = first.setdefault(store, reference)
        if store not in _EFFECTS or other.name == reference.name:
            continue
        message = f"Secret '{reference.name}' is for {store}, as '{other.name}' is: {_EFFECTS[store]}"
        say = account.found.error if store in _REFUSED else account.found.warning
        hint = "list one of them, or give each a ServiceAccount of its own"
        yield say(reference.at, message, hint=hint, other=(account.found, other.at))
