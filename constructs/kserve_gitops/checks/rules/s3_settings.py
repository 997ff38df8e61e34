"""The annotations by which KServe speaks to S3: where they are read, and what they mean."""

from collections.abc import Iterator
from typing import Any

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.sealed import METADATA
from kserve_gitops.checks.tree import Mistake, Object, Tree, Values
from kserve_gitops.checks.world.made import World, keys_of, made
from kserve_gitops.checks.world.references import named
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving import credentials
from kserve_gitops.serving.charts import KSERVE

_BUNDLE: Path = ("kserve", "storage", "caBundleConfigMapName")
_WITH_SCHEME = order(credentials.S3_WITH_SCHEME)
_ANNOTATIONS: Path = ("metadata", "annotations")
_FETCHED: Path = ("spec", "target", "template")
_TEMPLATES: dict[str, Path] = {"SealedSecret": ("spec", "template"), "ExternalSecret": _FETCHED}
"""Kind: where the template of its Secret stands."""


@rule("KG223")
def unread(tree: Tree) -> Iterator[Mistake]:
    """An S3 setting where KServe does not read it.

    KServe reads the annotations `serving.kserve.io/s3-*` of the Secret with the keys. On a ServiceAccount it reads them
    where the account has a role of AWS too, and passes over them otherwise. On a SealedSecret they count in
    `spec.template.metadata` alone, for that is what the Secret gets; on an ExternalSecret with a template in
    `spec.target.template.metadata`.

    Fix: move the annotations to the Secret; on a SealedSecret write them in `metadata` and in `spec.template.metadata`,
    on an ExternalSecret in its template.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/credentials/service_account_credentials.go, issue 2990; sealed-secrets v0.36.6,
    spec.template; external-secrets v1.3.2, setMetadata in
    pkg/controllers/externalsecret/externalsecret_controller_template.go.
    """
    for found in tree.of("ServiceAccount"):
        if credentials.ROLE not in found.annotations:
            for key in _settings(found.annotations):
                message = f"KServe reads '{key}' of an account with a role of AWS alone"
                hint = f"move it to the Secret with the keys, or add {credentials.ROLE}"
                yield found.error(("metadata", "annotations", key), message, hint=hint)
    for found in tree.of("SealedSecret"):
        handed = found.mapping("spec", "template", "metadata", "annotations")
        misspelt = set(_settings(handed)) - found.annotations.keys()
        for key in _settings(found.annotations) if found.sound and not _in_doubt(found) else ():
            if key not in handed and not closest(key, misspelt):
                message = f"the Secret does not get '{key}': it stands beside the template"
                hint = "write it in spec.template.metadata.annotations too"
                yield found.error(("metadata", "annotations", key), message, hint=hint)
    for found in tree.of("ExternalSecret"):
        handed = found.mapping(*_FETCHED, "metadata", "annotations")
        for key in _settings(found.annotations) if found.sound and found.get(*_FETCHED) is not None else ():
            if key not in handed:
                message = f"the Secret does not get '{key}': it stands beside the template"
                hint = "move it to spec.target.template.metadata.annotations"
                yield found.error(("metadata", "annotations", key), message, hint=hint)


def _in_doubt(found: Object) -> bool:
    """Whether the template has a field that is none, which may be the one with the annotations (KG510)."""
    return bool(found.mapping("spec", "template", "metadata").keys() - METADATA)


def _settings(annotations: object) -> list[str]:
    return [key for key in map(str, mapping(annotations)) if key.startswith(credentials.S3)]


@rule("KG224")
def setting(tree: Tree) -> Iterator[Mistake]:
    """An S3 setting whose value does not mean what it says.

    The settings are text that KServe compares with one word each: `usehttps` is off with `0` alone, `usevirtualbucket`
    on with `true` alone. Up to v0.16 the endpoint is a host and a port, before which KServe puts `https://`; a scheme
    in it leads to `https://http://…`, and the download finds no such host.

    Fix: write the value that the message gives, in quotes: YAML reads a bare 0 as a number, which no annotation is.

    Since: v0.16.0; an endpoint with a scheme is read from v0.17.0 on

    Source: kserve/kserve v0.16.0 and v0.17.0, pkg/credentials/s3/utils.go; kserve_storage.py, get_S3_config.
    """
    schemes = order(tree.kserve) >= _WITH_SCHEME
    for found in tree.of("Secret", "SealedSecret", "ExternalSecret", "ServiceAccount"):
        for at in _places(found):
            given = found.mapping(*at)
            for key in _settings(given):
                wrong = _wrong(key, given[key], schemes=schemes, text=at == _ANNOTATIONS)
                again = at == _ANNOTATIONS and found.get("spec", "template", *at, key) == given[key]
                if wrong and not again:
                    yield found.error((*at, key), wrong[0], hint=wrong[1])


def _places(found: Object) -> list[Path]:
    """Where the settings of an object stand: twice in a SealedSecret, in an ExternalSecret in the template if any."""
    below = _TEMPLATES.get(found.kind)
    if below is None or found.get(*below) is None:
        return [_ANNOTATIONS]
    handed = (*below, *_ANNOTATIONS)
    return [handed] if found.kind == "ExternalSecret" else [_ANNOTATIONS, handed]


def _wrong(key: str, value: Any, *, schemes: bool, text: bool) -> tuple[str, str] | None:
    """What is wrong with a setting; `text` where the schema has seen to it that it is one."""
    if isinstance(value, str):
        # What stands in a template may be filled in.
        name = key.removeprefix(credentials.S3)
        return None if "{{" in value and not text else credentials.misread(name, value, schemes=schemes)
    return None if text else (f"'{value}' is no text, and an annotation is", "put it in quotes")


@rule("KG229", whole=True)
def certificates(tree: Tree) -> Iterator[Mistake]:
    """A ConfigMap with the certificates of a store that is not there, or lacks the key.

    `s3-cabundle-configmap` names a ConfigMap in the namespace of the model, which is mounted into the container that
    downloads. Without it the pod waits in ContainerCreating; without the key `cabundle.crt` the download fails. The one
    that the chart names, `storage.caBundleConfigMapName`, is copied from KServe's namespace to those of the models, and
    with none to copy KServe stops before it makes anything of a model.

    Fix: make the ConfigMap in the namespace of the model, with the certificates under `cabundle.crt`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0, pkg/webhook/admission/pod/storage_initializer_injector.go.
    """
    world = made(tree)
    for found in tree.of("Secret", "SealedSecret", "ExternalSecret", "ServiceAccount"):
        at = (*_places(found)[-1], credentials.CA_CONFIG_MAP)
        for reference in named(found, at, "ConfigMap", world.namespace(found)):
            bundle = world.find("ConfigMap", reference.namespace, reference.name)
            keys = None if bundle is None else keys_of(bundle)
            if reference.missing(world):
                yield reference.said(world, "the pods of its models wait for it")
            elif keys is not None and credentials.CA_KEY not in keys:
                message = f"ConfigMap '{reference.name}' has no key '{credentials.CA_KEY}'"
                yield found.error(at, message, hint=f"it has {', '.join(sorted(keys)) or 'none'}")
    for values in tree.values_of(*KSERVE):
        yield from _of_the_platform(values, world)


def _of_the_platform(values: Values, world: World) -> Iterator[Mistake]:
    """The certificates that the chart names for every model: KServe copies them from its own namespace."""
    name, namespace = values.text(*_BUNDLE), world.home(values)
    if not name or not namespace:
        return
    bundle = world.find("ConfigMap", namespace, name)
    keys = None if bundle is None else keys_of(bundle)
    if not world.known("ConfigMap", namespace, name):
        message = f"there is no ConfigMap '{name}' in namespace '{namespace}': KServe makes no model ready"
        wanted = ("ConfigMap", namespace, name)
        yield values.error(_BUNDLE, message, hint=world.advice(*wanted), missing=wanted)
    elif keys is not None and credentials.CA_KEY not in keys:
        message = f"ConfigMap '{name}' has no key '{credentials.CA_KEY}': KServe makes no model ready"
        yield values.error(_BUNDLE, message, hint=f"it has {', '.join(sorted(keys)) or 'none'}")
