"""What is to be sealed: which keys of a credential, for which namespaces."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kserve_gitops.core.errors import GitopsError
from kserve_gitops.core.sealed_secret import SCOPES
from kserve_gitops.inputs.credential import Credential
from kserve_gitops.inputs.credential_contents import fetched_keys
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.inputs.sealed import path_of
from kserve_gitops.serving.credential_types import sealed_keys


@dataclass(frozen=True, slots=True)
class Target:
    """A sealed file: a credential in a namespace of an environment."""

    environment: str
    namespace: str
    credential: Credential

    @property
    def file(self) -> str:
        """Its name, relative to the repository."""
        return path_of(self.environment, self.namespace, self.credential.name)

    @property
    def metadata(self) -> dict[str, Any]:
        """Of the Secret and of the SealedSecret alike."""
        return metadata(self.credential.name, self.namespace, self.credential.scope)


def metadata(name: str, namespace: str, scope: str) -> dict[str, Any]:
    """What ciphertext is bound to."""
    found: dict[str, Any] = {"name": name, "namespace": namespace}
    if SCOPES[scope]:
        found["annotations"] = {SCOPES[scope]: "true"}
    return found


def targets(environment: Environment, credential: Credential, more: Iterable[str] = ()) -> list[Target]:
    """The files of a credential where something needs it, and in the namespaces `more`.

    Raises GitopsError where there is nothing to seal, or nobody to seal it for.
    """
    _sealable(environment, credential)
    needed = (need.namespace for need in environment.needs if need.credential.name == credential.name)
    namespaces = sorted({*needed, *more})
    if not namespaces:
        hint = "name it in a model or a part, list its namespaces in platform.yaml, or name one with --namespace"
        raise GitopsError(f"nothing in environment '{environment.name}' uses '{credential.name}'", hint=hint)
    return [Target(environment.name, namespace, credential) for namespace in namespaces]


def _sealable(environment: Environment, credential: Credential) -> None:
    name, type_ = credential.name, credential.type
    if not credential.kind.has_secret:
        what = f"there is nothing to seal: '{name}' is of type '{type_}', an identity of the pods themselves"
        raise GitopsError(what, hint="kserve-gitops synth writes its ServiceAccount")
    if not sealed_keys(type_, credential.options):
        raise GitopsError(f"there is nothing to seal: '{name}' reads without keys", hint="it is anonymous")
    if not environment.secrets.sealed:
        properties = ", ".join(fetched_keys(credential)) or "those of its keys that you use"
        hint = f"put it into the store under '{credential.remote_key}', with the properties {properties}"
        what = f"nothing is sealed in environment '{environment.name}': External Secrets fetches '{name}'"
        raise GitopsError(what, hint=hint)
