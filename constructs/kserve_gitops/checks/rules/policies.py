"""What the IAM documents of the environment let models read."""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.values import one_letter_off
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.accounts import Download, accounts, downloads
from kserve_gitops.checks.world.policies import Policy, documents
from kserve_gitops.checks.world.ways_to_s3 import policy_of
from kserve_gitops.serving.storage_uris import Address, parse, placeholder, shown


@rule("KG246", whole=True)
def not_covered(tree: Tree) -> Iterator[Mistake]:
    """A model outside of what the policy of its credential covers.

    The documents in `iam/` of the environment let a credential read one bucket, below one prefix: those under
    `storage`, or its own. With that policy alone AWS answers every other address with 403, and the model never starts.
    A letter too many in the bucket looks the same. The policy of the platform is also for those who have others beside
    it, so of that one only what looks mistyped is told; `--explain-access` tells all.

    Fix: correct the address; give the credential a `bucket` and a `prefix` that the model is below, `prefix: ""` for
    the whole bucket. Suppress this where the keys or the role have another policy too.

    Since: every release

    Source: Amazon S3 in the AWS Service Authorization Reference; kserve/kserve v0.16.0, kserve_storage.py,
    _download_s3, which lists with the path as prefix.
    """
    policies: dict[tuple[str, str], Policy | None] = {}
    named = {(one.namespace, one.name): one for one in accounts(tree)}
    for download in downloads(tree):
        key = (download.namespace, download.account)
        if not _judged(download) or key not in named:
            continue
        if key not in policies:
            policies[key] = policy_of(tree, named[key])
        policy = policies[key]
        if policy is not None and named[key].found.sound:
            yield from _outside(download, policy, own=policy is not documents(tree).shared)


def _judged(download: Download) -> bool:
    """Whether the account is asked, for a bucket by its name; a `storage` beside the address is asked instead."""
    at = (*download.at[:-1], "storage")
    address = parse(download.uri.strip())
    bucket = address.host and not address.host.startswith("arn:")
    plain = address.scheme == "s3" and bucket and not placeholder(download.uri) and not download.annotated
    return bool(plain) and not download.service.mapping(*at)


def _outside(download: Download, policy: Policy, *, own: bool) -> Iterator[Mistake]:
    """`own` is the policy of a credential that says itself what it opens."""
    address = parse(download.uri.strip())
    path = address.path.lstrip("/")
    if policy.covers(address.host, path):
        return
    near = next((place for place in policy.places if _near(address.host, path, parse(place))), "")
    if not own and not near:
        return
    message = f"the policy {policy.file} does not cover '{shown(download.uri.strip())}'"
    said = f"it is for what is below {' and '.join(policy.places)}"
    hint = f"did you mean '{near}…'?; {said}" if near else said
    yield download.service.warning(download.at, message, hint=hint)


def _near(bucket: str, path: str, place: Address) -> bool:
    """Whether bucket and prefix are those of a place but for a slip of the pen."""
    prefix = place.path.strip("/")
    start = "/".join(path.split("/")[: len(prefix.split("/"))]) if prefix else ""
    return _alike(bucket, place.host) and _alike(start, prefix)


def _alike(word: str, wanted: str) -> bool:
    return word == wanted or one_letter_off(word, wanted)
