"""The ServiceAccounts of the tree with their Secrets, and what models download with which account."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.services import Component, Service
from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.checks.world.made import World, made
from kserve_gitops.checks.world.model_addresses import addresses
from kserve_gitops.checks.world.references import Reference, named
from kserve_gitops.core.origins import Path
from kserve_gitops.serving import credentials


@dataclass(frozen=True, slots=True)
class Account:
    """A ServiceAccount, and the Secrets that it lists."""

    found: Object
    namespace: str
    secrets: tuple[Reference, ...]

    @property
    def name(self) -> str:
        """Its name."""
        return self.found.name


@dataclass(frozen=True, slots=True)
class Download:
    """An address, at a path of an InferenceService, and the account with which KServe downloads from there.

    `annotated` tells that an annotation names the Secret, which then counts instead of the account's.
    """

    service: Service
    at: Path
    uri: str
    namespace: str
    account: str
    annotated: bool


def accounts(tree: Tree) -> list[Account]:
    """The ServiceAccounts of the tree."""
    return tree.once(_accounts)


def _accounts(tree: Tree) -> list[Account]:
    world = made(tree)
    return [Account(found, world.namespace(found), tuple(_listed(found, world))) for found in tree.of("ServiceAccount")]


def _listed(found: Object, world: World) -> Iterator[Reference]:
    for number, entry in enumerate(found.sequence("secrets")):
        name = mapping(entry).get("name") or ""
        yield from named(found, ("secrets", number, "name"), "Secret", world.namespace(found), name)


def downloads(tree: Tree) -> list[Download]:
    """Everything that KServe downloads for InferenceServices; what is mounted, pvc:// and oci://, is not here."""
    return tree.once(_downloads)


def _downloads(tree: Tree) -> list[Download]:
    world, annotation = made(tree), secret_annotation(tree)
    found = []
    for address in addresses(tree):
        service, component = address.owner, address.component
        if not isinstance(service, Service) or component is None:
            continue
        if not address.text.startswith(credentials.DOWNLOADED):
            continue
        annotated = annotation in service.annotations or annotation in mapping(component.spec.get("annotations"))
        account = _text(component.spec.get("serviceAccountName")) or _inherited(service, component) or "default"
        place = world.namespace(service)
        found.append(Download(service, address.at, address.text, place, account, annotated))
    return found


def _inherited(service: Service, component: Component) -> str:
    """The account of the stable predictor, over which KServe lays a canary."""
    return service.text("spec", "predictor", "serviceAccountName") if "canary" in component.at else ""


def loggers(tree: Tree) -> Iterator[tuple[Service, Path, str]]:
    """The account with which a logger writes into a store: whose it is, the path to it, and its name."""
    for service in tree.services:
        at: Path = ("spec", "predictor", "logger", "storage")
        if service.get(*at) is not None:
            name = service.text(*at, "serviceAccountName")
            yield service, (*at, "serviceAccountName") if name else at, name or credentials.LOGGER_ACCOUNT


def read(tree: Tree) -> frozenset[tuple[str, str]]:
    """Namespace and name of every account whose Secrets KServe reads for the pods of a model."""
    return tree.once(_read)


def _read(tree: Tree) -> frozenset[tuple[str, str]]:
    world = made(tree)
    found = {(one.namespace, one.account) for one in downloads(tree)}
    return frozenset(found | {(world.namespace(service), name) for service, _, name in loggers(tree)})


def secret_annotation(tree: Tree) -> str:
    """The annotation that names a Secret, as this platform has it."""
    return _text(tree.setting("storage.storageSecretNameAnnotation")) or credentials.SECRET_NAMES[0]


def secret_keys(tree: Tree) -> tuple[str, str]:
    """The names of the two keys of S3: of the id and of the secret."""
    access = _text(tree.setting("storage.s3.accessKeyIdName")) or "awsAccessKeyID"
    return access, _text(tree.setting("storage.s3.secretAccessKeyName")) or "awsSecretAccessKey"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
