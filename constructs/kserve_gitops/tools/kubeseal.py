"""kubeseal, run: a Secret goes in on standard input, ciphertext comes back.

What it answers is checked before anybody gets it: every key and no other, for that name, namespace and scope, and
nothing that is not ciphertext. Variables SEALED_SECRETS_… set flags of kubeseal: those that say how to reach the
cluster count where it is reached, those that change what kubeseal does never do.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kserve_gitops.core.documents import parse_all
from kserve_gitops.core.errors import InputError, ToolError
from kserve_gitops.core.sealed_secret import SCOPES, is_ciphertext_of, scope_of
from kserve_gitops.tools import programs
from kserve_gitops.tools.kubeseal_failures import failure
from kserve_gitops.tools.plain_secret import PlainSecret, plain_secret
from kserve_gitops.tools.process import Done, Runner, run

_VARIABLES = "SEALED_SECRETS_"
_ACTIONS = frozenset(
    {
        "ALLOW_EMPTY_DATA", "CERT", "FETCH_CERT", "FORMAT", "FROM_FILE", "HELP", "MERGE_INTO", "NAME", "NAMESPACE",
        "RAW", "RECOVERY_PRIVATE_KEY", "RECOVERY_UNSEAL", "RE_ENCRYPT", "ROTATE", "SCOPE", "SEALED_SECRET_FILE",
        "SECRET_FILE", "VALIDATE", "VERSION",
    }
)  # fmt: skip
"""Flags that change what is done; the others say where the cluster is, and who asks."""
_UNFIT = "that is no fault of the Secret: is it the kubeseal of bitnami-labs/sealed-secrets?"


@dataclass(frozen=True, slots=True)
class Kubeseal:
    """A kubeseal that is there and new enough. Every failure is a ToolError, and none tells a value."""

    path: Path
    version: str
    runner: Runner = run

    @classmethod
    def found(cls, runner: Runner = run) -> Self:
        """The one that KUBESEAL names, else that on PATH. Raises ToolError for none, and for one that is too old."""
        path, version = programs.required(programs.KUBESEAL, runner=runner)
        return cls(path, version, runner)

    def seal(self, secret: Mapping[str, Any], *, certificate: Path) -> dict[str, str]:
        """The `encryptedData` of a Secret; annotations of the Secret say the scope, as kubeseal has them."""
        plain = plain_secret(secret)
        # a path that is not absolute may look like an address
        argv = [str(self.path), "--format=json", f"--cert={certificate.absolute()}"]
        done = self.runner(argv, stdin=plain.manifest(), env=_environment(cluster=False))
        if done.code:
            raise failure(done, plain.values.values())
        return _sealed(done, plain)

    def fetch_certificate(
        self, *, controller_name: str, controller_namespace: str, context: str | None = None
    ) -> bytes:
        """The certificate of the controller in the cluster, as PEM: the newest, and others after it."""
        # without --cert the variable of that name would answer instead of the controller
        return self._ask("--fetch-cert", "--cert=", controller=(controller_name, controller_namespace), context=context)

    def re_encrypt(
        self, sealed: bytes, *, controller_name: str, controller_namespace: str, context: str | None = None
    ) -> dict[str, str]:
        """The `encryptedData` of a SealedSecret under the newest key of the controller, which decrypts it for that."""
        given = _sealed_secret(sealed)
        controller = (controller_name, controller_namespace)
        out = self._ask("--re-encrypt", "--format=json", controller=controller, context=context, stdin=given)
        encrypted = _encrypted(_answer(out))
        if encrypted.keys() != given["spec"]["encryptedData"].keys():
            raise ToolError("kubeseal answered with other keys than it was given", hint=_UNFIT)
        return encrypted

    def _ask(
        self, *flags: str, controller: tuple[str, str], context: str | None, stdin: Mapping[str, Any] | None = None
    ) -> bytes:
        """What kubeseal prints that asks the controller."""
        name, namespace = controller
        where = [f"--controller-name={name}", f"--controller-namespace={namespace}"]
        where += [f"--context={context}"] if context else []
        given = json.dumps(stdin).encode() if stdin else b""
        done = self.runner([str(self.path), *flags, *where], stdin=given, env=_environment(cluster=True))
        if done.code:
            raise failure(done)
        return done.out


def _environment(*, cluster: bool) -> dict[str, str]:
    """Ours without the variables that set flags; with `cluster`, only without those that change what is done."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_VARIABLES) or (cluster and name.removeprefix(_VARIABLES) not in _ACTIONS)
    }


def _sealed(done: Done, plain: PlainSecret) -> dict[str, str]:
    """The ciphertext of what was asked for, and of nothing else."""
    answer = _answer(done.out)
    metadata = answer["metadata"]
    if (metadata.get("name"), metadata.get("namespace")) != (plain.name, plain.namespace):
        raise ToolError(f"kubeseal sealed something else than the Secret '{plain.name}'", hint=_UNFIT)
    if SCOPES[scope_of(answer)] != plain.scope:
        raise ToolError(f"kubeseal sealed the Secret '{plain.name}' for another scope", hint=_UNFIT)
    encrypted = _encrypted(answer)
    if encrypted.keys() != plain.values.keys():
        raise ToolError(f"kubeseal sealed other keys than those of the Secret '{plain.name}'", hint=_UNFIT)
    for key, text in encrypted.items():
        if not is_ciphertext_of(text, len(plain.values[key])):
            raise ToolError(f"kubeseal did not encrypt '{key}' of the Secret '{plain.name}'", hint=_UNFIT)
    return encrypted


def _answer(out: bytes) -> Mapping[str, Any]:
    """The one SealedSecret that was printed."""
    try:
        answer = json.loads(out)
    except ValueError:
        raise ToolError("kubeseal answered with what is not JSON", hint=_UNFIT) from None
    if not _is_sealed_secret(answer):
        raise ToolError("kubeseal answered with what is not a SealedSecret", hint=_UNFIT)
    found: Mapping[str, Any] = answer
    return found


def _sealed_secret(text: bytes) -> Mapping[str, Any]:
    """A SealedSecret in YAML or JSON. kubeseal would pass over anything else, and say that all is well."""
    try:
        documents = parse_all(text, "sealed", doubtful=True)
    except InputError:
        documents = []
    if len(documents) != 1 or not _is_sealed_secret(documents[0].data):
        raise ToolError("what is given to kubeseal is not one SealedSecret", hint="seal the Secret first")
    found: Mapping[str, Any] = documents[0].data
    return found


def _is_sealed_secret(data: Any) -> bool:
    if not isinstance(data, Mapping) or data.get("kind") != "SealedSecret":
        return False
    spec, metadata = data.get("spec"), data.get("metadata")
    if not isinstance(spec, Mapping) or not isinstance(metadata, Mapping):
        return False
    encrypted = spec.get("encryptedData")
    return isinstance(encrypted, Mapping) and all(
        isinstance(key, str) and isinstance(text, str) for key, text in encrypted.items()
    )


def _encrypted(answer: Mapping[str, Any]) -> dict[str, str]:
    return dict(answer["spec"]["encryptedData"])
