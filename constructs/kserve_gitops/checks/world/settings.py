"""How KServe speaks to S3: what its annotations mean, and the variables that it makes of them.

Sources: kserve/kserve v0.16.0, v0.17.0 and v0.20.0, pkg/credentials/s3/utils.go;
pkg/webhook/admission/pod/storage_initializer_injector.go, needCaBundleMount.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.checks.schema.history import order
from kserve_gitops.checks.tree import Tree
from kserve_gitops.serving.credentials import S3, S3_VARIABLES, S3_WITH_SCHEME
from kserve_gitops.serving.storage_uris import shown

_URL = "AWS_ENDPOINT_URL"
_BUNDLE, _CONFIG_MAP = "AWS_CA_BUNDLE", "AWS_CA_BUNDLE_CONFIGMAP"
_MOUNT = "/etc/ssl/custom-certs"
_KSERVE = "kserve"
"""The namespace of KServe itself: elsewhere it keeps a copy of the platform's certificates under another name."""


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable of the container that downloads: with a value, or taken from a key of a Secret."""

    name: str
    value: str = ""
    secret: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """An annotation that KServe reads, by the end of its name, and what it comes to."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Source:
    """What settings are read out of: annotations, and the keys of a Secret, which has no name for an account."""

    annotations: Mapping[str, Any]
    secret: str = ""
    keys: Collection[str] = ()


def settings(annotations: Mapping[str, Any], release: str) -> list[Setting]:
    """The settings among annotations, in the order in which KServe reads them."""
    given = {name: annotations.get(f"{S3}{name}") for name, _, _ in S3_VARIABLES}
    return [
        Setting(f"s3-{name}", clean(value), _meaning(name, value, given, release))
        for name, value in given.items()
        if isinstance(value, str)
    ]


def variables(tree: Tree, source: Source) -> list[Variable]:
    """What KServe makes of the settings of a Secret, or of an account with a role."""
    read = {name: _variable(tree, source, name, variable, value) for name, variable, value in S3_VARIABLES}
    later = order(tree.kserve) >= order(S3_WITH_SCHEME)
    found = [*_spoken_to(read.pop("endpoint"), read.pop("usehttps"), later=later)]
    return found + [one for one in read.values() if one is not None]


def _variable(tree: Tree, source: Source, name: str, variable: str, value: str) -> Variable | None:
    said = source.annotations.get(f"{S3}{name}")
    if isinstance(said, str):
        return Variable(variable, clean(said)) if said else None
    if variable in source.keys:
        return Variable(variable, secret=source.secret, key=variable)
    said = tree.setting(f"storage.s3.{value}")
    return Variable(variable, clean(said)) if isinstance(said, str) and said else None


def _spoken_to(endpoint: Variable | None, https: Variable | None, *, later: bool) -> Iterator[Variable]:
    """The variables of an endpoint, that of https first; `later` releases take one with a scheme."""
    if endpoint is None:
        yield from [https] if https and not later else []
        return
    scheme, found, host = endpoint.value.partition("://")
    if found and later:
        yield Variable("S3_USE_HTTPS", "1" if scheme.lower() == "https" else "0")
        yield Variable(endpoint.name, host)
        yield Variable(_URL, endpoint.value)
        return
    yield from [https] if https else []
    yield endpoint
    if endpoint.secret:
        yield Variable(_URL, secret=endpoint.secret, key=endpoint.key)
    else:
        yield Variable(_URL, f"{'http' if https and https.value == '0' else 'https'}://{endpoint.value}")


def certificates(tree: Tree, namespace: str, given: Iterable[Variable]) -> tuple[Variable, ...]:
    """What the webhook adds where certificates are mounted: those that the variables name, or those of the platform."""
    known = {one.name: one.value for one in given}
    platform = tree.setting("storage.caBundleConfigMapName")
    if _CONFIG_MAP not in known and not platform:
        return ()
    ours = str(platform) if platform and namespace == _KSERVE else "global-ca-bundle"
    mounted = tree.setting("storage.caBundleVolumeMountPath")
    folder = known[_BUNDLE].rpartition("/")[0] if _BUNDLE in known else mounted
    return (
        Variable("CA_BUNDLE_CONFIGMAP_NAME", known.get(_CONFIG_MAP) or ours),
        Variable("CA_BUNDLE_VOLUME_MOUNT_POINT", folder if isinstance(folder, str) and folder else _MOUNT),
    )


def clean(value: str) -> str:
    """A value as it may be shown: without a login before its host, and without what a signature could stand in."""
    if "://" in value:
        return shown(value)
    host, slash, rest = value.partition("/")
    return f"{host.rpartition('@')[2]}{slash}{rest}"


def _meaning(name: str, value: str, given: Mapping[str, Any], release: str) -> str:
    if name == "endpoint":
        return f"the store is {_url(clean(value), given.get('usehttps'), release)}"
    if name in _FIXED:
        return _FIXED[name]
    off, on = _SWITCHES[name]
    if name == "usehttps":
        return off if value == "0" else on
    if name == "verifyssl":
        return off if value.lower() in ("0", "false") else on
    return on if value.lower() == "true" else off


def _url(endpoint: str, https: Any, release: str) -> str:
    if "://" in endpoint and order(release) >= order(S3_WITH_SCHEME):
        return endpoint
    return f"{'http' if https == '0' else 'https'}://{endpoint}"


_FIXED = {
    "region": "the region of the bucket",
    "cabundle": "certificates from this file",
    "cabundle-configmap": "certificates from cabundle.crt of this ConfigMap",
}
_SWITCHES = {
    "usehttps": ("spoken to over http", "spoken to over https"),
    "verifyssl": ("its certificate is not checked", "its certificate is checked"),
    "useanoncredential": ("requests are signed", "requests are not signed"),
    "usevirtualbucket": ("the SDK decides where the bucket stands", "the bucket is a part of the host"),
    "useaccelerate": ("not accelerated", "by the accelerated endpoint of AWS"),
}
"""What a setting means that is off, and on."""
