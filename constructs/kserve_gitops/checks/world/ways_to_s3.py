"""The ways into S3: keys, a role of AWS that the pod takes on, or one that is associated with its account.

Sources: as in `access`; EKS documentation, IAM roles for service accounts and EKS Pod Identity.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kserve_gitops.checks.tree import Object, Tree
from kserve_gitops.checks.world.accounts import Account, secret_keys
from kserve_gitops.checks.world.policies import Policy, credential_of, documents
from kserve_gitops.checks.world.secrets import Secret
from kserve_gitops.checks.world.settings import Source, Variable, settings, variables
from kserve_gitops.checks.world.ways import ANONYMOUS, Pod, Way, chosen, mounted, without
from kserve_gitops.inputs import aws
from kserve_gitops.serving import credentials

_TOKEN = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"  # noqa: S105  a path
_AGENT = "http://169.254.170.23/v1/credentials"
"""Where EKS Pod Identity answers, on every node."""


def to_s3(tree: Tree, pod: Pod, _: str) -> Way:
    """By the keys of the first Secret for S3, with the settings of all; else by a role."""
    names = secret_keys(tree)
    found = chosen(pod, "S3", names[1])
    way = _way(tree, pod, found)
    every = [one for one in pod.secrets if one.for_store(names[1]) == "S3"]
    annotations = _annotations(pod, every)
    given = _given(tree, pod, every, names)
    if given.get("awsAnonymousCredential", Variable("")).value.lower() == "true":
        way = Way(ANONYMOUS, "anonymous: requests are not signed", found)
    return replace(
        way,
        key_names=names if found else (),
        settings=tuple(settings(annotations, tree.kserve)),
        variables=(*_of_the_role(way), *given.values()),
        credential=_credential(pod, way),
        elsewhere=_elsewhere(given),
    )


def _way(tree: Tree, pod: Pod, found: Secret | None) -> Way:
    if found is not None:
        return Way("keys", f"the keys in Secret '{found.name}'", found)
    role = pod.annotation(credentials.ROLE)
    own = credential_of(pod.account.found) if pod.account else ""
    trust = documents(tree).trust(pod.namespace, pod.account_name, own)
    if role:
        return Way("role", f"the role {role}, by web identity", role=role, trust=trust)
    given = documents(tree).roles.get((pod.namespace, pod.account_name), "")
    if given or (trust is not None and not trust.web_identity):
        said = f"the role {given}, that EKS Pod Identity gives the account" if given else "a role of EKS Pod Identity"
        return Way("pod-identity", said, role=given, trust=trust)
    return without(pod, "anonymous: no keys and no role")


def _annotations(pod: Pod, secrets: list[Secret]) -> Mapping[str, Any]:
    """The settings that count: those of the Secrets, else of an account with a role."""
    role = pod.account.found.annotations if pod.account and pod.annotation(credentials.ROLE) else {}
    return {key: value for one in secrets for key, value in one.annotations.items()} if secrets else role


def _given(tree: Tree, pod: Pod, secrets: list[Secret], names: tuple[str, str]) -> dict[str, Variable]:
    """What KServe puts into the container, by name: the settings of a Secret go over those that are there."""
    found: dict[str, Variable] = {}
    for one in secrets[:1]:
        pairs = zip(credentials.S3_KEYS, names, strict=True)
        found = {name: Variable(name, secret=one.name, key=key) for name, key in pairs}
    if pod.account and pod.annotation(credentials.ROLE):
        found |= {one.name: one for one in variables(tree, Source(pod.account.found.annotations))}
    for held in secrets:
        given = variables(tree, Source(held.annotations, held.name, held.keys or ()))
        found |= {one.name: one for one in given}
    return found


def _elsewhere(given: Mapping[str, Variable]) -> bool:
    """Whether the store is not that of AWS, as far as can be told."""
    endpoint, region = given.get("AWS_ENDPOINT_URL"), given.get("AWS_DEFAULT_REGION")
    return endpoint is not None and aws.home(region.value if region else "", endpoint.value or None) is None


def _credential(pod: Pod, way: Way) -> str:
    """The credential of the keys; of a role that of its trust document, else the one that the account was made for."""
    if way.secret is not None:
        return credential_of(way.secret.thing) if isinstance(way.secret.thing, Object) else ""
    if way.code not in ("role", "pod-identity"):
        return ""
    return way.trust.credential if way.trust else credential_of(pod.account.found) if pod.account else ""


def _of_the_role(way: Way) -> tuple[Variable, ...]:
    """What EKS puts into pods with a role."""
    if way.code == "role":
        return (Variable("AWS_ROLE_ARN", way.role), Variable("AWS_WEB_IDENTITY_TOKEN_FILE", _TOKEN))
    return (Variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", _AGENT),) if way.code == "pod-identity" else ()


def policy_of(tree: Tree, account: Account) -> Policy | None:
    """The document for what an account reads of S3; None where none is for it, and where the store is not AWS's."""
    held, missing = mounted(tree, account.namespace, [reference.name for reference in account.secrets])
    way = to_s3(tree, Pod(account.found, (), account.namespace, account.name, account, held, missing), "")
    if way.elsewhere or not way.credential or way.code == ANONYMOUS:
        return None
    return documents(tree).policy(way.credential)
