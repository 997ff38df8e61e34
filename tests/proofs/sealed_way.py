"""A credential sealed, and the Secret that the controller of Sealed Secrets makes of it: kubeseal has the same code."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kserve_gitops.core.rendering import to_yaml
from kserve_gitops.inputs import credential_contents
from kserve_gitops.inputs.environment import Credential
from kserve_gitops.tools.kubeseal import Kubeseal
from kserve_gitops.tools.process import run
from tests import proofs_wanted
from tests.tools.certificates import pem, private_pem, rsa_key

SPACE = "models"


@dataclass(frozen=True)
class Made:
    """What of a Secret is ours."""

    type: str
    data: dict[str, str]
    annotations: dict[str, str]


def made(secret: Mapping[str, Any]) -> Made:
    """A Secret as the API server has it."""
    data = {key: base64.b64decode(text).decode() for key, text in secret.get("data", {}).items()}
    return Made(secret["type"], data, secret["metadata"].get("annotations", {}))


class SealedWay:
    """Seals with a throwaway key in `folder`, and unseals with it."""

    def __init__(self, folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KUBESEAL", str(proofs_wanted.kubeseal()))
            self.kubeseal = Kubeseal.found()
        self.certificate, self.key = folder / "cert.pem", folder / "throwaway.key"
        self.certificate.write_bytes(pem())
        self.key.write_bytes(private_pem(rsa_key()))

    def __call__(self, chart: Any, credential: Credential, values: Mapping[str, str]) -> Made:
        from kserve_gitops.manifest import collect  # noqa: PLC0415  starts Node
        from kserve_gitops.sealed_secret import SealedSecret  # noqa: PLC0415  as above

        metadata = {"name": credential.name, "namespace": SPACE}
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": values}
        construct = SealedSecret(
            chart,
            credential.name,
            namespace=SPACE,
            encrypted_data=self.kubeseal.seal(secret, certificate=self.certificate) if values else {},
            annotations=credential_contents.secret_annotations(credential),
            data=credential_contents.templates(credential),
            type=credential.kind.secret_type,
        )
        [row] = collect(construct)
        argv = [str(self.kubeseal.path), "--recovery-unseal", f"--recovery-private-key={self.key}"]
        done = run(argv, stdin=to_yaml(row.manifest))
        assert done.code == 0, done.err
        return made(json.loads(done.out))
