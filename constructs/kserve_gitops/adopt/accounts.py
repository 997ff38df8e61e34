"""ServiceAccounts and Secrets with which models reach their bucket: a credential of the platform, or one to declare.

A Secret comes in without its values (`reading`) and never goes out.
Source: kserve/kserve v0.16.0, pkg/credentials (names of keys, and that a ServiceAccount lists its Secrets).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kserve_gitops.adopt.cleaning import cleaned
from kserve_gitops.adopt.reading import Found
from kserve_gitops.adopt.settings import Settings

_S3_KEYS = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "awsAccessKeyID", "awsSecretAccessKey"})
_MAKERS = {"kubernetes.io/service-account-token": "the cluster", "helm.sh/release.v1": "Helm"}
"""By the type of a Secret."""
_S3_ANNOTATION = "serving.kserve.io/s3-"


@dataclass(frozen=True, slots=True)
class Accounts:
    """What becomes of the accounts and Secrets of an input.

    `done` are those that a declared credential makes; `blocked` the other accounts, by namespace and name; `notes` says
    what a person has to do about the rest.
    """

    done: tuple[tuple[Found, str], ...]
    blocked: frozenset[tuple[str, str]]
    notes: tuple[str, ...]


def sorted_out(
    accounts: Iterable[Found], secrets: Iterable[Found], used: Iterable[tuple[str, str]], settings: Settings
) -> Accounts:
    """`used` are the ServiceAccounts, by namespace and name, of the models that are adopted or there."""
    done: list[tuple[Found, str]] = []
    blocked: set[tuple[str, str]] = set()
    notes: list[str] = []
    wanted = set(used)
    held = {(_namespace(secret, settings), secret.name): secret for secret in secrets}
    made: set[tuple[str, str]] = set()
    declared: dict[str, str] = {}
    for account in accounts:
        key = (_namespace(account, settings), account.name)
        listed = _listed(account)
        credential = next((name for name in listed if settings.credentials.get(name) == account.name), None)
        if credential is not None and key in wanted and _plain(account, [credential]):
            done.append((account, f"made from the credential '{credential}'"))
            made.add((key[0], credential))
            continue
        blocked.add(key)
        if key in wanted:
            s3 = [name for name in listed if (key[0], name) in held and _for_s3(held[key[0], name])]
            declared |= {name: account.name for name in s3 if name not in settings.credentials}
    for key, secret in held.items():
        if key in made:
            done.append((secret, f"the credential '{secret.name}' of platform.yaml"))
        elif maker := _MAKERS.get(secret.data.get("type", "")):
            done.append((secret, f"made by {maker}"))
        else:
            done.append((secret, "a Secret is never written"))
            notes.append(_to_seal(secret, key[0]))
    if declared:
        lines = [f"  {name}:\n    serviceAccountName: {account}" for name, account in sorted(declared.items())]
        what = "to have synth make the ServiceAccounts, write into platform.yaml before adopting:"
        notes.append("\n".join([what, "credentials:", *lines]))
    return Accounts(tuple(done), frozenset(blocked), tuple(notes))


def _namespace(found: Found, settings: Settings) -> str:
    return found.namespace or settings.namespace


def _listed(account: Found) -> list[str]:
    """The Secrets that the account lists, without the token that old clusters added."""
    secrets = account.data.get("secrets")
    names = [one.get("name") for one in (secrets if isinstance(secrets, list) else ()) if isinstance(one, Mapping)]
    tokens = (f"{account.name}-token-", f"{account.name}-dockercfg-")
    return [name for name in names if isinstance(name, str) and not name.startswith(tokens)]


def _plain(account: Found, secrets: list[str]) -> bool:
    """Whether the account says nothing but that it lists `secrets`."""
    data: dict[str, Any] = cleaned(account)
    extra = set(data) - {"apiVersion", "kind", "metadata", "secrets"} | set(data["metadata"]) - {"name", "namespace"}
    return not extra and _listed(account) == secrets


def _for_s3(secret: Found) -> bool:
    return bool(_S3_KEYS & secret.data["data"].keys()) or bool(s3_annotations(secret))


def _annotated(secret: Found) -> str:
    said = [f"{key}: {value}" for key, value in sorted(s3_annotations(secret).items())]
    return f"; annotations: {', '.join(said)}" if said else ""


def s3_annotations(secret: Found) -> dict[str, str]:
    """What the Secret says about the bucket, beside its keys."""
    annotations: Mapping[str, str] = secret.data["metadata"]["annotations"]
    return {key: value for key, value in annotations.items() if key.startswith(_S3_ANNOTATION)}


def _to_seal(secret: Found, namespace: str) -> str:
    keys = ", ".join(secret.data["data"]) or "none"
    return f"seal the Secret '{secret.name}' for namespace {namespace} again; its keys: {keys}{_annotated(secret)}"
