"""How a model comes to the keys of its store: by its ServiceAccount, or by `storage`."""

from collections.abc import Iterator

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.tree import Mistake, Object, Tree
from kserve_gitops.checks.world.accounts import (
    Account,
    Download,
    accounts,
    downloads,
    read,
    secret_annotation,
    secret_keys,
)
from kserve_gitops.checks.world.made import World, keys_of, made
from kserve_gitops.checks.world.policies import documents
from kserve_gitops.checks.world.references import Reference, named
from kserve_gitops.checks.world.secrets import Secret
from kserve_gitops.checks.world.secrets import secret as secret_of
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving import credentials

_SECRET_TYPES = ("kubernetes.io/service-account-token", "kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg")
"""Secrets of an account that are not for a store."""
_AZURE_CLIENTS = ("AZ_CLIENT_ID", "AZURE_CLIENT_ID", "AZURE_ACCESS_TOKEN")
"""Keys beside which KServe asks for a tenant, whether there is one or not."""
_AZURE_TENANTS = ("AZURE_TENANT_ID", "AZ_TENANT_ID")


@rule("KG221", whole=True)
def secret(tree: Tree) -> Iterator[Mistake]:
    """A Secret with the keys of a store that nothing makes.

    KServe reads every Secret in `secrets` of the ServiceAccount when it makes the pod of a model, or the one that the
    annotation names. One that is not there makes its webhook refuse the pod.

    Fix: write the name of a Secret, or SealedSecret, of the same namespace; a key set under `credentials` in
    `platform.yaml` brings Secret and account together.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/credentials/service_account_credentials.go, mountSecretCredential.
    """
    world = made(tree)
    used = read(tree)
    for account in accounts(tree):
        for reference in account.secrets if (account.namespace, account.name) in used else ():
            if reference.missing(world) and not _is_token(reference, account):
                yield reference.said(world, "the pods of its models are refused")
    for reference in _annotated(tree, world):
        if reference.missing(world):
            yield reference.said(world, "the pods of the model are refused")


def _is_token(reference: Reference, account: Account) -> bool:
    """Whether it is one of the Secrets that clusters give an account by themselves, as OpenShift does."""
    return reference.name.startswith((f"{account.name}-token-", f"{account.name}-dockercfg-"))


def _annotated(tree: Tree, world: World) -> Iterator[Reference]:
    key = secret_annotation(tree)
    for service in tree.services:
        places: list[Path] = [("metadata",), *(component.at for component in service.components)]
        for at in places:
            here = (*at, "annotations", key)
            yield from named(service, here, "Secret", world.namespace(service), service.get(*here) or "")


@rule("KG222", whole=True)
def store(tree: Tree) -> Iterator[Mistake]:
    """A Secret of a ServiceAccount that KServe cannot use as it is.

    KServe knows what a Secret is for by the names of its keys, and takes it for one store: the first it finds of S3,
    GCS, Azure, HTTPS, HDFS and Hugging Face. A Secret without any of these keys is passed over without a word, and the
    download goes on without keys; so is one for HTTPS without headers. For S3 it hands on two keys, for Azure a tenant
    with every client or token, and with one of them missing no container is created.

    Fix: use the names of the keys that the message gives; those for S3 are settings of KServe's chart, `storage.s3`.
    Put the keys of another store into a Secret of their own.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/credentials/service_account_credentials.go, s3/s3_secret.go,
    azure/azure_secret.go and https/https_secret.go.
    """
    world = made(tree)
    used = read(tree)
    names = secret_keys(tree)
    seen: set[tuple[str, str]] = set()
    for account in accounts(tree):
        for reference in account.secrets if (account.namespace, account.name) in used else ():
            place = (reference.namespace, reference.name)
            found = secret_of(world, *place)
            if found is not None and place not in seen:
                seen.add(place)
                yield from _unusable(found, reference, names)


def _unusable(found: Secret, reference: Reference, names: tuple[str, str]) -> Iterator[Mistake]:
    keys, thing = found.keys, found.thing
    if keys is None or thing is None or found.type in _SECRET_TYPES:
        return
    at, other = found.at, (reference.owner, reference.at)
    stores = credentials.stores(keys, names[1])
    if not stores:
        message = f"KServe finds no key that it knows in Secret '{found.name}', and downloads without it"
        if near := _meant(keys, names):
            yield thing.error(at, message, hint=near, other=other)
        else:
            hint = f"it looks for one of {credentials.looked_for(names[1])}"
            yield thing.warning(at, message, hint=hint, other=other)
    elif lack := _lack(stores[0], keys, names):
        missing, effect = lack
        message = f"Secret '{found.name}' is for {stores[0]}, and has no key '{missing}': {effect}"
        yield thing.error(at, message, hint=f"add '{missing}'", other=other)
    elif len(stores) > 1:
        message = f"KServe takes Secret '{found.name}' for {stores[0]}, and passes over its keys for {stores[1]}"
        yield thing.warning(at, message, hint=f"make a Secret of its own for {stores[1]}", other=other)


def _lack(store: str, keys: frozenset[str], names: tuple[str, str]) -> tuple[str, str] | None:
    """A key that a Secret for a store does not have, and what comes of that; None where it has all."""
    never = "the download never starts"
    if store == "S3" and names[0] not in keys:
        return names[0], never
    if store == "Azure" and not keys.isdisjoint(_AZURE_CLIENTS) and keys.isdisjoint(_AZURE_TENANTS):
        return _AZURE_TENANTS[0], never
    if store == "HTTPS" and "headers" not in keys:
        return "headers", "nothing is sent with the request"
    return None


def _meant(keys: frozenset[str], names: tuple[str, str]) -> str:
    """What is wrong with keys that are meant for S3; "" for keys that are not."""
    access, secret_key = names
    if access in keys:
        return f"add '{secret_key}'"
    return next((hint for key in sorted(keys) if (hint := closest(key, names))), "")


@rule("KG225")
def two_ways(tree: Tree) -> Iterator[Mistake]:
    """A ServiceAccount with both a role of AWS and a Secret with keys.

    KServe writes the settings of both into the container, and the values of the Secret win: the role is never used.

    Fix: keep one of the two, the role where the cluster gives it, for then no key lies anywhere.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/credentials/service_account_credentials.go, MergeEnvs.
    """
    world = made(tree)
    secret_key = secret_keys(tree)[1]
    for account in accounts(tree):
        for reference in account.secrets if credentials.ROLE in account.found.annotations else ():
            if secret_key in (_keys(world, reference) or ()):
                message = f"the keys in Secret '{reference.name}' win over the role of the account"
                at = ("metadata", "annotations", credentials.ROLE)
                yield account.found.warning(
                    reference.at, message, other=(account.found, at), hint="keep one of the two"
                )


def _keys(world: World, reference: Reference) -> frozenset[str] | None:
    found = world.find("Secret", reference.namespace, reference.name)
    return None if found is None else keys_of(found)


@rule("KG226", whole=True)
def anonymous(tree: Tree) -> Iterator[Mistake]:
    """A model in S3 whose account has neither keys nor a role, while there are keys beside it.

    KServe then downloads as nobody in particular: a bucket that is not public answers with 403, and the model never
    starts. The account is that of the component, `default` where it names none; a transformer does not use the one of
    its predictor. Nothing is said where nobody in the namespace has keys: the pods may get a role by other means, EKS
    Pod Identity or the role of their node; a role that the documents in `iam/` associate with the account counts.

    Fix: name the account with the keys as `serviceAccountName` beside `model`, not inside it; list the Secret under
    `secrets` of the account. Suppress this for a public bucket.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/credentials/service_account_credentials.go; issues 4209, 3852, 696.
    """
    world = made(tree)
    by_name = {(one.namespace, one.name): one for one in accounts(tree)}
    with_keys: dict[str, list[str]] = {}
    for (namespace, name), one in by_name.items():
        if _serves(one, tree, world):
            with_keys.setdefault(namespace, []).append(name)
    if any(_brings_keys(one) for one in tree.of("ClusterStorageContainer")):
        return
    for download in downloads(tree):
        others = () if download.service.doubtful else with_keys.get(download.namespace)
        if others and _bare(download, by_name.get((download.namespace, download.account)), tree, world):
            message = f"the account '{download.account}' has no keys for '{download.uri}'"
            yield download.service.warning(download.at, message, hint=f"serviceAccountName: {others[0]} has some")


def _brings_keys(found: Object) -> bool:
    """Whether a container that downloads has variables of its own, which may be keys."""
    container = found.mapping("spec", "container")
    return bool(container.get("env") or container.get("envFrom"))


def _serves(account: Account, tree: Tree, world: World) -> bool:
    secret_key = secret_keys(tree)[1]
    role = credentials.ROLE in account.found.annotations
    return role or any(secret_key in (_keys(world, one) or ()) for one in account.secrets)


def _bare(download: Download, account: Account | None, tree: Tree, world: World) -> bool:
    if not download.uri.startswith("s3://") or download.annotated:
        return False
    if documents(tree).gives(download.namespace, download.account):
        return False
    if account is None:
        return download.account == "default" and not tree.exists("ServiceAccount", download.namespace, "default")
    if not account.found.sound or credentials.ROLE in account.found.annotations:
        return False
    # A Secret that nobody knows may hold anything.
    held = [_keys(world, one) for one in account.secrets]
    return all(keys is not None and secret_keys(tree)[1] not in keys for keys in held)


@rule("KG227", whole=True)
def storage_key(tree: Tree) -> Iterator[Mistake]:
    """A `storage` whose entry is not in the Secret with the entries.

    With `storage` KServe reads one JSON text, under `key`, out of one Secret of the namespace, `storage-config` unless
    the chart or an annotation says otherwise; the ServiceAccount plays no part. Without Secret or entry its webhook
    refuses the pod.

    Fix: make the Secret with an entry of that name, or use `storageUri` with a ServiceAccount.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/credentials/service_account_credentials.go,
    CreateStorageSpecSecretEnvs.
    """
    world = made(tree)
    default = tree.setting("storage.storageSpecSecretName") or "storage-config"
    annotation = secret_annotation(tree)
    for service in tree.services:
        for model in service.models:
            storage = mapping(model.given.get("storage"))
            key, at = storage.get("key"), (*model.at, "storage")
            name = service.annotations.get(annotation, default)
            if not storage or not isinstance(name, str):
                continue
            type_ = mapping(storage.get("parameters")).get("type")
            wanted = key if isinstance(key, str) and key else None if type_ else "default"
            here = (*at, "key") if key else at
            for reference in named(service, here, "Secret", world.namespace(service), name) if wanted else ():
                yield from _entry(reference, world, str(wanted))


def _entry(reference: Reference, world: World, wanted: str) -> Iterator[Mistake]:
    if reference.missing(world):
        yield reference.said(world, "the pods of the model are refused")
        return
    keys = _keys(world, reference)
    if keys is not None and wanted not in keys:
        hint = closest(wanted, keys) or f"it has {', '.join(sorted(keys)) or 'none'}"
        yield reference.owner.error(reference.at, f"Secret '{reference.name}' has no entry '{wanted}'", hint=hint)


@rule("KG228")
def other_spelling(tree: Tree) -> Iterator[Mistake]:
    """The annotation that names a Secret in the spelling that this KServe does not read.

    The name of the annotation is a setting: KServe's chart configures `serving.kserve.io/secretName`, its kustomization
    `serving.kserve.io/storageSecretName`. The other one is passed over, and the download goes on without keys.

    Fix: write the one that the message gives, or set `storage.storageSecretNameAnnotation` of the chart.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, charts/kserve-resources/values.yaml and config/configmap/inferenceservice.yaml.
    """
    read = secret_annotation(tree)
    for service in tree.services:
        places: list[Path] = [("metadata",), *(component.at for component in service.components)]
        for at in places:
            annotations = service.mapping(*at, "annotations")
            for key in credentials.SECRET_NAMES:
                if key in annotations and key != read and read not in annotations:
                    hint = f"write {read}"
                    yield service.error((*at, "annotations", key), f"KServe does not read '{key}' here", hint=hint)
