"""Logins of registries: which Secrets have some, who lists them, and which images they are for."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from kserve_gitops.checks.pods import pods
from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.accounts import accounts
from kserve_gitops.checks.world.entries import read
from kserve_gitops.checks.world.made import World, made
from kserve_gitops.checks.world.model_addresses import ModelAddress, addresses
from kserve_gitops.checks.world.secrets import DOCKER_CONFIG, PULL_TYPES, Secret, secret
from kserve_gitops.checks.world.ways import pod_of, pull_secrets
from kserve_gitops.core.origins import Path
from kserve_gitops.serving.storage_uris import SERVICE

_FIELD = "imagePullSecrets"
_KEYS = (DOCKER_CONFIG, ".dockercfg")
_MOUNTABLE = "kubernetes.io/enforce-mountable-secrets"
_HUB = "index.docker.io"
_HUBS = ("docker.io", "registry-1.docker.io", _HUB)


@rule("KG242", whole=True)
def unlisted(tree: Tree) -> Iterator[Mistake]:
    """A model in a registry whose login is there, and is not used.

    A model in `oci://` is pulled by the kubelet like any image, with the Secrets that `imagePullSecrets` of the pod or
    of its ServiceAccount lists. KServe reads none for it. A node may have logins of its own; without them the pod
    stays in ImagePullBackOff.

    Fix: list the Secret under `imagePullSecrets` of the ServiceAccount; in the catalogue, name the credential of type
    `registry`, or list it under `also` of the model's.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, ConfigureModelcarToContainer in pkg/utils/storage.go; Kubernetes documentation, Pull
    an image from a private registry.
    """
    world = made(tree)
    logins = list(_logins(tree, world))
    for address in addresses(tree) if logins else ():
        if address.loader is SERVICE and address.parts.scheme.startswith("oci"):
            yield from _unlisted(tree, address, world, logins)


def _logins(tree: Tree, world: World) -> Iterator[tuple[Secret, tuple[str, ...]]]:
    """The Secrets of the tree with logins, and the registries that they are for, as far as they say so in plain."""
    for kind in ("SealedSecret", "ExternalSecret"):
        for found in tree.of(kind):
            name = found.text("spec", "target", "name") or found.name
            one = secret(world, world.namespace(found), name)
            if one is not None and one.thing is found and one.type == PULL_TYPES[0]:
                yield one, _registries(one)


def _registries(found: Secret) -> tuple[str, ...]:
    try:
        config = mapping(read(found.template.get(DOCKER_CONFIG, "{}")))
    except ValueError:
        return ()
    return tuple(str(name) for name in mapping(config.get("auths")))


def _unlisted(
    tree: Tree, address: ModelAddress, world: World, logins: list[tuple[Secret, tuple[str, ...]]]
) -> Iterator[Mistake]:
    owner, image = address.owner, _image(address)
    namespace = world.namespace(owner)
    fitting = {one.name: one for one, names in logins if one.namespace == namespace and _for(image, names)}
    if not fitting or address.component is None:
        return
    pod = pod_of(tree, owner, address.component)
    if pod.in_doubt or (pod.account and not pod.account.found.sound):
        return
    listed = pull_secrets(pod.account.found, (_FIELD,)) if pod.account else []
    listed += pull_secrets(pod.account.found, ("secrets",)) if pod.account else []  # that it is wrong, KG243 tells
    for at in (address.component.at, ("spec", "predictor")):
        listed += pull_secrets(owner, (*at, _FIELD))
    if fitting.keys().isdisjoint(name for name, _ in listed):
        found = next(iter(fitting.values()))
        message = f"Secret '{found.name}' has a login for '{image.partition('/')[0]}', and the pod does not use it"
        hint = f"list it under {_FIELD} of the ServiceAccount '{pod.account_name}'"
        yield owner.warning(address.at, message, hint=hint, other=(found.thing, found.at) if found.thing else None)


def _image(address: ModelAddress) -> str:
    """Registry and path of an image; one without a registry is in Docker Hub."""
    host, path = address.parts.host, address.parts.path
    if "." in host or ":" in host or host == "localhost":
        return f"{host}/{path}"
    return f"{_HUB}/{host}/{path}"


def _for(image: str, registries: tuple[str, ...]) -> bool:
    """Whether a login is for an image, as the kubelet finds it: by its host, and by how its path begins."""
    host, _, path = image.partition("/")
    for registry in registries:
        its, _, below = registry.removeprefix("https://").removeprefix("http://").partition("/")
        if its in _HUBS:
            its, below = _HUB, ""
        if fnmatchcase(host, its) and path.startswith(below.strip("/")):
            return True
    return False


@rule("KG243")
def wrong_list(tree: Tree) -> Iterator[Mistake]:
    """A Secret in the wrong list of a ServiceAccount or pod.

    Logins of registries belong under `imagePullSecrets`, everything else under `secrets`. The kubelet looks for logins
    in Secrets of the types `kubernetes.io/dockerconfigjson` and `dockercfg` alone, and passes over every other; KServe
    reads `secrets` for stores, and passes over logins there.

    Fix: move the name into the other list.

    Since: every release

    Source: Kubernetes v1.34, pkg/credentialprovider/secrets/secrets.go, MakeDockerKeyring; kserve/kserve v0.16.0,
    pkg/credentials/service_account_credentials.go.
    """
    world = made(tree)
    for account in accounts(tree):
        listed = pull_secrets(account.found, (_FIELD,))
        yield from _no_logins(account.found, account.namespace, listed, world)
        there = {name for name, _ in listed}
        strict = account.found.annotations.get(_MOUNTABLE) == "true"
        for reference in account.secrets:
            found = secret(world, account.namespace, reference.name)
            if found and found.type in PULL_TYPES and reference.name not in there and not strict:
                message = f"the login in Secret '{found.name}' is used for no image: it stands under secrets"
                yield account.found.warning(reference.at, message, hint=f"list it under {_FIELD}")
    for pod in pods(tree):
        if namespace := world.namespace(pod.owner):
            yield from _no_logins(pod.owner, namespace, pull_secrets(pod.owner, (*pod.at, _FIELD)), world)


def _no_logins(owner: Object, namespace: str, listed: list[tuple[str, Path]], world: World) -> Iterator[Mistake]:
    for name, at in listed:
        found = secret(world, namespace, name)
        if found is None or found.keys is None or not found.type or found.type in PULL_TYPES:
            continue
        hint = "list it under secrets" if owner.kind == "ServiceAccount" else "name one with a login"
        if not found.keys.isdisjoint(_KEYS):
            hint = f"give it the type {PULL_TYPES[0]}"
        message = f"Secret '{name}' is of type '{found.type}', in which nobody looks for a login"
        yield owner.error(at, message, hint=hint)
