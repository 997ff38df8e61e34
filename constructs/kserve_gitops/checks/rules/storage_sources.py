"""What a component is loaded from in other ways than by one address: several at once, a list, a storage spec."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.reading import mapping, sequence
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.schema.values import one_letter_off
from kserve_gitops.checks.services import Component, Service
from kserve_gitops.checks.tree import Mistake, Tree
from kserve_gitops.checks.world.model_addresses import single_address
from kserve_gitops.core.names import problem_with_label
from kserve_gitops.core.origins import Path
from kserve_gitops.serving.storage_uris import SERVICE, parse

_LISTS_SINCE = "v0.17"
_IMAGES_SINCE = "v0.18"
_MIXED_SINCE = "v0.20"
_MOUNT = "/mnt/models"
_SPEC_TYPES = ("s3", "hdfs", "webhdfs")


@rule("KG207")
def two_sources(tree: Tree) -> Iterator[Mistake]:
    """A model with two sources.

    KServe's webhook refuses `storageUri` together with `storageUris`. With `storageUri` and `storage.path` the object
    is taken, and never becomes ready: "must provide only one of storageUri and storage.path".

    Fix: keep one of `storageUri`, `storageUris` and `storage.path`. A `storage` without `path` may stand beside
    `storageUri`: it says which credentials are used.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/apis/serving/v1beta1/inference_service_validation.go;
    pkg/controller/v1beta1/inferenceservice/components/predictor.go.
    """
    for service, component in _components(tree):
        single = single_address(component)
        if single is None:
            continue
        at, _ = single
        if sequence(component.spec.get("storageUris")):
            message = "the model has an address of its own and storageUris, which KServe refuses"
            yield service.error(at, message, hint="keep one; storageUris may list it too")
        storage = mapping(component.model.given.get("storage")) if component.model else {}
        if isinstance(storage.get("path"), str):
            hint = "keep one; the storage without path names the credentials"
            yield service.error((*at[:-1], "storage", "path"), "storageUri says already where the model is", hint=hint)


@rule("KG208")
def listed_paths(tree: Tree) -> Iterator[Mistake]:
    """Entries of storageUris that cannot be mounted beside each other.

    KServe's webhook refuses the mount path `/`, one with `..`, and paths without a common parent: all downloads share
    one volume, which is mounted there. A claim is a volume of its own: the second one at the same path is left out
    without a word. Volumes are called like their paths, so that a path with other than lower-case letters, digits and
    '-' makes a pod that the API server refuses.

    Fix: give every entry a `mountPath` of its own below one directory: `/mnt/models/base`, `/mnt/models/adapter`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, validateMultipleStorageURIsSpec in
    pkg/apis/serving/v1beta1/inference_service_validation.go; pkg/utils/storage.go.
    """
    for service, component in _components(tree):
        yield from _paths(service, component)


@rule("KG209")
def lists_not_supported(tree: Tree) -> Iterator[Mistake]:
    """A list of storageUris that the release cannot load.

    v0.16 mounts a volume that it does not make when an entry is no claim, so that no pod starts. `oci://` in the list
    does nothing before v0.18, and up to v0.19 everything beside it is left out.

    Fix: use `storageUri`, or a newer release of KServe.

    Since: v0.16.0 to v0.19.0

    Source: kserve/kserve v0.16.0, v0.17.0, v0.19.0 and v0.20.0, CreateInitContainerWithConfig in pkg/utils/storage.go
    and CommonStorageInitialization in pkg/webhook/admission/pod/storage_initializer_injector.go; issues 4819 and 5200.
    """
    release = order(tree.kserve)
    if release >= order(_MIXED_SINCE):
        return
    for service, component in _components(tree):
        listed = list(_listed(component))
        kinds = {_kind(entry) for _, entry in listed}
        for at, entry in listed:
            kind = _kind(entry)
            if kind == "oci" and release < order(_IMAGES_SINCE):
                hint = "use storageUri for it"
                yield service.error((*at, "uri"), f"KServe {tree.kserve} loads no image from storageUris", hint=hint)
            elif kind == "" and release < order(_LISTS_SINCE):
                message = f"storageUris with other than claims are broken in KServe {tree.kserve}: no pod starts"
                yield service.error((*at, "uri"), message, hint="use storageUri, or KServe v0.17.1")
            elif kind != "oci" and "oci" in kinds and release >= order("v0.19"):
                message = f"KServe {tree.kserve} leaves it out, as an image is in the list"
                yield service.error((*at, "uri"), message, hint="list no image beside it, or use KServe v0.20.0")


@rule("KG210")
def storage_spec(tree: Tree) -> Iterator[Mistake]:
    """A storage spec from which no address can be made.

    KServe makes the address from `parameters.type`, `parameters.bucket` and `path`. Once a type is written there, the
    entry of the Secret is not asked for the bucket any more, and the pod is refused. Without a path nothing is loaded
    at all, and the server finds an empty directory.

    Fix: `storage: {key: s3-models, path: iris/7, parameters: {type: s3, bucket: models}}`, or take `parameters` away
    and let the Secret say both.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, pkg/credentials/service_account_credentials.go;
    pkg/controller/v1beta1/inferenceservice/components/component.go.
    """
    for service, component in _components(tree):
        model = component.model
        storage = model.given.get("storage") if model else None
        if model and isinstance(storage, Mapping):
            yield from _spec(service, (*model.at, "storage"), storage, listed=_loaded(component))


@rule("KG212")
def dropped_directory(tree: Tree) -> Iterator[Mistake]:
    """A directory of a claim in storageUris, which is left out.

    In the list KServe reads the name of a claim and mounts all of it, whatever path follows. The model then lies
    deeper than where the server looks for it.

    Fix: write `pvc://claim` and a `mountPath` from which the server finds the model, or use `storageUri`.

    Since: v0.16.0 to v0.20.0

    Source: kserve/kserve v0.16.0 and v0.20.0, CommonStorageInitialization in
    pkg/webhook/admission/pod/storage_initializer_injector.go.
    """
    for service, component in _components(tree):
        for at, entry in _listed(component):
            parts = parse(entry["uri"])
            if parts.scheme == "pvc" and parts.path.strip("/"):
                message = f"'{parts.path}' is not read here: all of the claim '{parts.host}' is mounted"
                yield service.warning((*at, "uri"), message, hint="use storageUri for one directory of a claim")


def _components(tree: Tree) -> Iterator[tuple[Service, Component]]:
    for service in tree.services:
        for component in service.everything:
            yield service, component


def _listed(component: Component) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The entries of storageUris that have an address."""
    for number, entry in enumerate(sequence(component.spec.get("storageUris"))):
        if isinstance(entry, Mapping) and isinstance(entry.get("uri"), str):
            yield (*component.at, "storageUris", number), entry


def _kind(entry: Mapping[str, Any]) -> str:
    """pvc, oci, or "" for what is downloaded."""
    scheme = parse(entry["uri"]).scheme
    return "oci" if scheme.startswith("oci") else scheme if scheme == "pvc" else ""


def _loaded(component: Component) -> bool:
    return single_address(component) is not None or bool(sequence(component.spec.get("storageUris")))


def _paths(service: Service, component: Component) -> Iterator[Mistake]:
    claims: dict[str, Path] = {}
    downloads: list[tuple[Path, str]] = []
    for at, entry in _listed(component):
        path = entry.get("mountPath", _MOUNT)
        if not isinstance(path, str) or not path.startswith("/"):
            continue
        if not path.strip("/"):
            yield service.error((*at, "mountPath"), "a model cannot be mounted at '/'", hint=f"below {_MOUNT}")
        elif ".." in path:
            yield service.error((*at, "mountPath"), "a mount path must not have '..' in it")
        elif _kind(entry) == "pvc":
            volume = path.strip("/")
            if volume in claims:
                message = f"a second claim at '{path}', which KServe leaves out"
                yield service.error((*at, "mountPath"), message, other=(service, claims[volume]))
            claims.setdefault(volume, at)
            yield from _volume(service, at, path)
        elif _kind(entry) == "":
            downloads.append((at, path))
    yield from _shared(service, claims, downloads)


def _shared(service: Service, claims: Mapping[str, Path], downloads: list[tuple[Path, str]]) -> Iterator[Mistake]:
    """What is downloaded shares one volume, mounted at the parent of all."""
    if not downloads:
        return
    parent = _common([path for _, path in downloads])
    at, path = downloads[-1]
    if not parent:
        message = f"'{path}' and '{downloads[0][1]}' have no directory in common"
        yield service.error((*at, "mountPath"), message, hint=f"put both below {_MOUNT}")
    elif parent in claims:
        message = f"a claim is mounted at '/{parent}' too, and the download is left out"
        yield service.error((*at, "mountPath"), message, other=(service, claims[parent]))
    else:
        yield from _volume(service, at, f"/{parent}")


def _common(paths: list[str]) -> str:
    """The directory that all paths have in common, without slashes at its ends."""
    split = [path.strip("/").split("/") for path in paths]
    common = []
    for steps in zip(*split, strict=False):
        if len(set(steps)) > 1:
            break
        common.append(steps[0])
    return "/".join(common)


def _volume(service: Service, at: Path, path: str) -> Iterator[Mistake]:
    wrong = problem_with_label(path.strip("/").replace("/", "-"))
    if wrong:
        yield service.error((*at, "mountPath"), f"KServe calls the volume like the path, and {wrong}")


def _nearly(key: str, given: Mapping[str, Any]) -> bool:
    """Whether a key is there with a slip in it (KG463)."""
    return any(one_letter_off(str(name), key) for name in given)


def _spec(service: Service, at: Path, storage: Mapping[str, Any], *, listed: bool) -> Iterator[Mistake]:
    parameters = mapping(storage.get("parameters"))
    kind = parameters.get("type")
    if storage.get("path") is None:
        if not listed:
            message = "the storage has no path, and nothing is loaded"
            yield service.error(at, message, hint="add path, the directory of the model in the bucket")
        return
    if isinstance(kind, str) and kind and kind not in SERVICE.schemes:
        hint = f"one of {', '.join(_SPEC_TYPES)}"
        yield service.error((*at, "parameters", "type"), f"KServe loads nothing from the type '{kind}'", hint=hint)
    elif kind == "s3" and not parameters.get("bucket") and not _nearly("bucket", parameters):
        message = "a type without a bucket: where the type is written, the Secret is not asked for it"
        hint = "add parameters.bucket, or take parameters.type away"
        yield service.error((*at, "parameters"), message, hint=hint)
