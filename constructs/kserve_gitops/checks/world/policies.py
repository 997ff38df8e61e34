"""The IAM documents beside the manifests: which of them is for an account, and what they let it read.

`iam/<credential>-serving.json` is for one with a bucket of its own, `iam/MlModelServingPolicy.json` for all others;
`iam/<credential>-trust.json` says who takes on its role, and `iam/<credential>-associations/` to whom EKS gives it.
They are read as IAM reads them; what cannot be judged here, such as a condition on anything but the prefix, counts as
met.

Sources: AWS documentation, IAM JSON policy elements, Condition operators; Amazon S3 in the Service Authorization
Reference; kserve/kserve v0.16.0, kserve_storage.py, _download_s3.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from kserve_gitops.checks.reading import mapping
from kserve_gitops.checks.tree import Object, Tree, Values
from kserve_gitops.inputs.grants import SERVING

_FOLDER = "iam"
_SERVING, _TRUST, _ASSOCIATIONS = "-serving", "-trust", "-associations"
_LIST, _GET = "s3:ListBucket", "s3:GetObject"
_PREFIX = "s3:prefix"
_ALIKE = ("StringLike", "StringEquals", "StringLikeIfExists", "StringEqualsIfExists")
_FILE = "model.bin"
"""For any file of a model."""
_SIGNS = re.compile(r"\$\{([*?$])\}|\$\{[^}]*\}|[*?]")
"""What is no plain text in a pattern: a sign that is meant, a variable, a wildcard."""
_BUCKET = re.compile(r"arn:[^:]*:s3:[^:]*:[^:]*:(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Policy:
    """What models may read; `file` is its name below the folder of the environment."""

    file: str
    content: Mapping[str, Any]

    def covers(self, bucket: str, path: str) -> bool:
        """Whether KServe may list and load everything at a path of a bucket."""
        key = f"{path.rstrip('/')}/{_FILE}" if path else _FILE
        return self._allows(_LIST, bucket, path) and self._allows(_GET, f"{bucket}/{key}", None)

    @property
    def places(self) -> list[str]:
        """What may be read by it, as addresses."""
        found = [one for statement in self._allowing(_GET) for one in _listed(statement.get("Resource"))]
        return [f"s3://{_plain(_below(one).removesuffix('*'))}" for one in found]

    @property
    def decrypts(self) -> bool:
        """Whether it has keys of KMS used."""
        return any(True for _ in self._allowing("kms:Decrypt"))

    def _allowing(self, action: str) -> Iterator[Mapping[str, Any]]:
        for statement in map(mapping, _listed(self.content.get("Statement"))):
            actions = _listed(statement.get("Action"))
            if statement.get("Effect") == "Allow" and any(_alike(action.lower(), one.lower()) for one in actions):
                yield statement

    def _allows(self, action: str, resource: str, prefix: str | None) -> bool:
        return any(
            any(_alike(resource, _below(one)) for one in _listed(statement.get("Resource")))
            and (prefix is None or _meets(mapping(statement.get("Condition")), prefix))
            for statement in self._allowing(action)
        )


@dataclass(frozen=True, slots=True)
class Trust:
    """Who may take on the role of a credential: `subjects` are pairs of namespace and ServiceAccount."""

    credential: str
    file: str
    web_identity: bool
    subjects: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Documents:
    """All of an environment, by credential; `shared` is for those without a bucket of their own.

    `roles` are those that EKS Pod Identity gives, by namespace and ServiceAccount.
    """

    own: Mapping[str, Policy]
    shared: Policy | None
    trusts: Mapping[str, Trust]
    roles: Mapping[tuple[str, str], str]

    def policy(self, credential: str) -> Policy | None:
        """What the keys or the role of a credential may read, as far as a document tells."""
        return self.own.get(credential, self.shared)

    def gives(self, namespace: str, account: str) -> bool:
        """Whether a ServiceAccount has a role of EKS Pod Identity."""
        found = (one for one in self.trusts.values() if not one.web_identity)
        return (namespace, account) in self.roles or any((namespace, account) in one.subjects for one in found)

    def trust(self, namespace: str, account: str, credential: str) -> Trust | None:
        """The document that lets a ServiceAccount take on a role; of several, that of the credential it is for."""
        found = [one for one in self.trusts.values() if (namespace, account) in one.subjects]
        return next((one for one in found if one.credential == credential), found[0] if found else None)


def documents(tree: Tree) -> Documents:
    """The documents of a tree."""
    return tree.once(_documents)


def _documents(tree: Tree) -> Documents:
    shared = None
    own: dict[str, Policy] = {}
    trusts: dict[str, Trust] = {}
    roles: dict[tuple[str, str], str] = {}
    for values in tree.values:
        file = PurePosixPath(_file(values))
        stem = file.stem
        if file.parts[:1] != (_FOLDER,):
            continue
        if file.parent.name.endswith(_ASSOCIATIONS):
            roles[values.text("namespace"), values.text("serviceAccount")] = values.text("roleArn")
        elif stem == SERVING:
            shared = Policy(str(file), values.data)
        elif stem.endswith(_SERVING):
            own[stem.removesuffix(_SERVING)] = Policy(str(file), values.data)
        elif stem.endswith(_TRUST):
            credential = stem.removesuffix(_TRUST)
            trusts[credential] = _trust(credential, str(file), values.data)
    return Documents(own, shared, trusts, roles)


def _file(values: Values) -> str:
    found = (values.row.attachment or {}).get("file")
    return found if isinstance(found, str) else ""


def credential_of(found: Object) -> str:
    """The credential that an object was made for; "" for one that a person wrote."""
    if found.raw or not found.application.startswith("credentials-"):
        return ""
    origin = found.row.origin
    for _, path in origin.candidates(()) if origin else ():
        block = path[2:] if path[:1] == ("environments",) else path
        if block[:1] == ("credentials",) and len(block) > 1:
            return str(block[1])
    return found.name if found.kind != "ServiceAccount" else ""


def _trust(credential: str, file: str, content: Mapping[str, Any]) -> Trust:
    subjects: set[tuple[str, str]] = set()
    web_identity = False
    for statement in map(mapping, _listed(content.get("Statement"))):
        web_identity |= "sts:AssumeRoleWithWebIdentity" in _listed(statement.get("Action"))
        tags: dict[str, list[str]] = {}
        for key, values in _conditions(mapping(statement.get("Condition"))):
            if key.endswith(":sub"):
                subjects |= {pair for value in values if (pair := _subject(value))}
            tags.setdefault(key.rpartition("/")[2], []).extend(values)
        for namespace in tags.get("kubernetes-namespace", ()):
            subjects |= {(namespace, account) for account in tags.get("kubernetes-service-account", ())}
    return Trust(credential, file, web_identity, frozenset(subjects))


def _subject(value: str) -> tuple[str, str] | None:
    """Namespace and name in system:serviceaccount:<namespace>:<name>."""
    parts = value.split(":")
    return (parts[2], parts[3]) if parts[:2] == ["system", "serviceaccount"] and len(parts) == 4 else None  # noqa: PLR2004


def _conditions(condition: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for block in map(mapping, condition.values()):
        for key, values in block.items():
            yield str(key), _listed_texts(values)


def _meets(condition: Mapping[str, Any], prefix: str) -> bool:
    for operator in _ALIKE:
        wanted = mapping(condition.get(operator))
        for key, values in wanted.items():
            if str(key).lower() == _PREFIX and not any(_alike(prefix, one) for one in _listed_texts(values)):
                return False
    return True


def _below(arn: str) -> str:
    """Bucket and object of an ARN of S3."""
    found = _BUCKET.fullmatch(arn)
    return found[1] if found else arn


def _listed(value: Any) -> list[Any]:
    found = value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, str | Mapping)]


def _listed_texts(value: Any) -> list[str]:
    return [one for one in _listed(value) if isinstance(one, str)]


def _alike(text: str, pattern: Any) -> bool:
    return isinstance(pattern, str) and _pattern(pattern).fullmatch(text) is not None


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    """`*` is for any text and `?` for any character; a variable may be anything, but `${*}` is the sign itself."""
    end, parts = 0, []
    for found in _SIGNS.finditer(text):
        meant = re.escape(found[1]) if found[1] else "." if found[0] == "?" else ".*"
        parts += [re.escape(text[end : found.start()]), meant]
        end = found.end()
    return re.compile("".join([*parts, re.escape(text[end:])]), re.DOTALL)


def _plain(pattern: str) -> str:
    """A pattern to read: signs that are meant stand as they are."""
    return _SIGNS.sub(lambda found: found[1] or found[0], pattern)
