"""Headers for downloads over HTTP: which host they are for."""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.accounts import accounts, downloads, secret_keys
from kserve_gitops.checks.world.made import made
from kserve_gitops.checks.world.secrets import Secret, secret
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving.credential_types import store
from kserve_gitops.serving.storage_uris import parse

_HOST = "https-host"


@rule("KG244", whole=True)
def other_host(tree: Tree) -> Iterator[Mistake]:
    """Headers for a host that no model is downloaded from.

    KServe sends the headers of a Secret to the host that its `https-host` names, letter by letter. That is a name
    alone, in lower-case letters: with a scheme, a port or a path in it no host is ever alike, and the download goes on
    without headers.

    Fix: write the host of the model's address, as in `models.example.com`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/credentials/https/https_secret.go; kserve_storage.py,
    _download_from_uri.
    """
    world = made(tree)
    hosts: dict[tuple[str, str], set[str]] = {}
    for one in downloads(tree):
        if store(one.uri.strip()) == "https" and not one.annotated:
            found = hosts.setdefault((one.namespace, one.account), set())
            found.add(parse(one.uri.strip()).host.partition(":")[0].lower())
    wanted: dict[tuple[str, str], set[str]] = {}
    for account in accounts(tree):
        for reference in account.secrets:
            wanted.setdefault((account.namespace, reference.name), set()).update(
                hosts.get((account.namespace, account.name), ())
            )
    for (namespace, name), there in wanted.items():
        headers = secret(world, namespace, name) if there else None
        if headers is not None and headers.for_store(secret_keys(tree)[1]) == "HTTPS":
            yield from _elsewhere(headers, there)


def _elsewhere(found: Secret, hosts: set[str]) -> Iterator[Mistake]:
    given = found.template.get(_HOST)
    if given is None or given in hosts or "{{" in given or found.thing is None:
        return
    bare = given.partition("://")[2 if "://" in given else 0].partition("/")[0].partition(":")[0].lower()
    if bare in hosts:
        hint = f"write '{bare}': it is compared with the name of the host alone"
    else:
        hint = closest(bare, hosts) or f"they are downloaded from {', '.join(sorted(hosts))}"
    message = f"no model that uses Secret '{found.name}' is downloaded from '{given}'"
    yield found.thing.warning((*found.texts_at, _HOST), message, hint=hint)
