"""What holds for every object, whatever its kind."""

from collections.abc import Iterator

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree


@rule("KG402")
def ownerless(tree: Tree) -> Iterator[Mistake]:
    """An object that belongs to no Argo CD Application.

    Nothing would deliver it: Argo CD applies what an Application names, and `dist/` has a folder for each of those.

    Fix: make it below an `Application` construct.

    Since: every release

    Source: build/plan.py, which lays `dist/` out by the Applications of the tree.
    """
    for found in tree.objects:
        if not found.row.applications and found.kind != "Application":
            yield found.error((), "it belongs to no Application", hint="make it below an Application")


@rule("KG403")
def twice(tree: Tree) -> Iterator[Mistake]:
    """The same object twice.

    Two sources of one object write over each other: in one Application the last one wins, and two Applications take it
    from each other on every sync.

    Fix: rename one of them, move it to another namespace, or take it away.

    Since: every release

    Source: Argo CD v3.5.1, RepeatedResourceWarning and SharedResourceWarning in the conditions of an Application.
    """
    seen: dict[tuple[str, str, str, str], Object] = {}
    for found in tree.objects:
        key = (found.group, found.kind, found.namespace, found.name)
        first = seen.setdefault(key, found)
        if first is not found:
            message = f"it stands twice in namespace '{found.namespace}' of {tree.environment}"
            yield found.error(("metadata", "name"), message, other=(first, ("metadata", "name")))


_SEAL = "dist/ is read by everybody: seal it; kserve-gitops seal --directory does that with files of manifests/"


@rule("KG503")
def plain_secret(tree: Tree) -> Iterator[Mistake]:
    """A plain Secret, which must never reach dist/.

    `dist/` is committed and read by everybody who reads the repository; base64 is no encryption. What was committed
    once stays in the history.

    Fix: seal it with kubeseal and put the SealedSecret in its place; change the keys if anybody may have seen them.

    Since: every release

    Source: Kubernetes documentation, Secrets; Sealed Secrets v0.36.6.
    """
    for found in tree.of("Secret"):
        if found.api_version == "v1" and (found.get("data") or found.get("stringData")):
            yield found.error((), "it holds plain values", hint=_SEAL)
