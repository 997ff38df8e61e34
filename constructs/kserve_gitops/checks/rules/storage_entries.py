"""Entries of the Secret that models with `storage` name, as far as they stand in a template."""

from collections.abc import Iterator, Mapping
from typing import Any

from kserve_gitops.checks.rule import rule
from kserve_gitops.checks.schema.values import one_letter_off
from kserve_gitops.checks.tree import Mistake, Thing, Tree
from kserve_gitops.checks.world.entries import TYPES, Asked, asked_of, known, read
from kserve_gitops.checks.world.secrets import Secret
from kserve_gitops.core.origins import Path
from kserve_gitops.core.suggestions import closest
from kserve_gitops.serving.credentials import PARAMETERS

_HDFS = (
    *("type", "HDFS_NAMENODE", "HDFS_ROOTPATH", "USER_PROXY", "KERBEROS_PRINCIPAL", "KERBEROS_KEYTAB", "TLS_CERT"),
    *("TLS_KEY", "TLS_CA", "TLS_SKIP_VERIFY", "HEADERS", "N_THREADS"),
)
_OF_MODELMESH = ("certificate", "default_bucket", "name", "parameters")
"""Keys that KServe passes over: ModelMesh reads them of the same Secret."""
_BUCKET = "bucket"


@rule("KG245", whole=True)
def entry(tree: Tree) -> Iterator[Mistake]:
    """An entry of the Secret for `storage` that KServe cannot read.

    An entry is a JSON object whose values are all texts, `"true"` too. What is no such object, names no type or one
    that KServe does not know, or for S3 no bucket, makes its webhook refuse the pod. An endpoint needs its scheme here,
    and a key that is misspelt is passed over.

    Fix: `{"type": "s3", "bucket": "models", "endpoint_url": "https://minio.example.com:9000", "region": "us-east-1"}`;
    values that are sealed go in with `{{ .key | toJson }}`.

    Since: v0.16.0

    Source: kserve/kserve v0.16.0 and v0.20.0, CreateStorageSpecSecretEnvs in
    pkg/credentials/service_account_credentials.go; kserve_storage.py, _update_with_storage_spec; botocore 1.44.5,
    endpoint.py, on what is no URL.
    """
    seen: dict[tuple[str, str, str], list[Asked]] = {}
    secrets: dict[tuple[str, str], Secret] = {}
    for asked, secret in asked_of(tree):
        if secret is not None and secret.thing is not None:
            secrets[secret.namespace, secret.name] = secret
            seen.setdefault((secret.namespace, secret.name, asked.key), []).append(asked)
    for (namespace, name), secret in secrets.items():
        for key, text in secret.template.items():
            yield from _entry(secret, key, text, seen.get((namespace, name, key), []))


def _entry(secret: Secret, key: str, text: str, users: list[Asked]) -> Iterator[Mistake]:
    thing, at = secret.thing, (*secret.texts_at, key)
    if thing is None:
        return
    try:
        value = read(text)
    except ValueError:
        yield _said(thing, at, "the entry is no JSON", 'write {"type": "s3", …}', used=bool(users))
        return
    if value is None:
        return
    if not isinstance(value, Mapping):
        yield _said(thing, at, "the entry is no JSON object", 'write {"type": "s3", …}', used=bool(users))
        return
    for name, one in value.items():
        if not isinstance(one, str):
            message = f"the value of '{name}' is no text, and KServe takes nothing else"
            yield _said(thing, at, message, "put it in quotes", used=bool(users))
    yield from _keys(thing, at, value)
    yield from _type(thing, at, value, users)


def _said(thing: Thing, at: Path, message: str, hint: str, *, used: bool) -> Mistake:
    """An error where a model asks for the entry."""
    return (thing.error if used else thing.warning)(at, message, hint=hint)


def _keys(thing: Thing, at: Path, value: Mapping[str, Any]) -> Iterator[Mistake]:
    legal = PARAMETERS if value.get("type") in (None, "s3") else _HDFS
    free = [name for name in legal if name not in value]
    for name in value:
        if name in legal or name in _OF_MODELMESH:
            continue
        near = next((one for one in free if one_letter_off(name, one)), "")
        if near:
            yield thing.error(at, f"KServe reads no '{name}' of an entry", hint=f"did you mean '{near}'?")
        elif hint := closest(name, free):
            yield thing.warning(at, f"KServe reads no '{name}' of an entry", hint=hint)


def _type(thing: Thing, at: Path, value: Mapping[str, Any], users: list[Asked]) -> Iterator[Mistake]:
    kind = value.get("type")
    asking = [one for one in users if not one.parameters.get("type")]
    if kind is None and asking and not any(one_letter_off(name, "type") for name in value):
        other = (asking[0].service, asking[0].at)
        yield thing.error(
            at, "the entry names no type, nor does the model", hint=f"one of {', '.join(TYPES)}", other=other
        )
    elif known(kind) and kind not in TYPES:
        hint = closest(str(kind), TYPES) or f"legal are {', '.join(TYPES)}"
        yield _said(thing, at, f"KServe knows no type '{kind}'", hint, used=bool(asking))
    elif kind == "s3":
        yield from _s3(thing, at, value, asking)


def _s3(thing: Thing, at: Path, value: Mapping[str, Any], asking: list[Asked]) -> Iterator[Mistake]:
    endpoint = known(value.get("endpoint_url"))
    if endpoint and "://" not in endpoint:
        message = f"the endpoint '{endpoint}' has no scheme, and here it needs one"
        yield _said(thing, at, message, f"write 'https://{endpoint}', or http", used=bool(asking))
    without = [one for one in asking if not one.parameters.get(_BUCKET) and one.path]
    misspelt = any(one_letter_off(name, _BUCKET) for name in value)
    if _BUCKET not in value and without and not misspelt:
        other = (without[0].service, without[0].at)
        yield thing.error(at, "the entry names no bucket, nor does the model", hint="add 'bucket'", other=other)
