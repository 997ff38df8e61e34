"""The Secret that becomes of a credential: as the controller of Sealed Secrets makes it, or that of External Secrets.

Both are asked for what the construct `Credentials` makes. Of the first, kubeseal has the code; the program in
tests/proofs/external_secrets links the second.
"""

import base64
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kserve_gitops.checks.schema.schemas import Schemas
from kserve_gitops.core.rendering import to_yaml
from kserve_gitops.inputs.credential import Secrets
from kserve_gitops.inputs.environment import Environment
from kserve_gitops.tools.kubeseal import Kubeseal
from kserve_gitops.tools.process import run
from tests import proofs_wanted
from tests.proofs.credential_cases import SPACE, Case
from tests.tools.certificates import pem, private_pem, rsa_key

VAULT = Secrets("external-secrets", store_name="vault", prefix="ml/")
SCHEMAS = Schemas(Path(__file__).parents[2] / "imports", kserve="v0.16.0")


@dataclass(frozen=True)
class Made:
    """What of a Secret is not the controller's own."""

    type: str
    data: dict[str, str]
    annotations: dict[str, str]


def made(secret: Mapping[str, Any]) -> Made:
    """A Secret as the API server has it."""
    data = {key: base64.b64decode(text).decode() for key, text in secret.get("data", {}).items()}
    annotations = secret["metadata"].get("annotations", {})
    ours = {key: value for key, value in annotations.items() if not key.startswith("reconcile.external-secrets.io/")}
    return Made(secret["type"], data, ours)


def manifest(environment: Environment) -> dict[str, Any]:
    """What we make in place of the one Secret of an environment."""
    import cdk8s  # noqa: PLC0415  starts Node

    from kserve_gitops import Chart, Credentials  # noqa: PLC0415  as above
    from kserve_gitops.manifest import collect  # noqa: PLC0415  as above

    chart = Chart(cdk8s.Testing.app(), "test")
    rows = collect(Credentials(chart, environment=environment, namespace=SPACE, project="models"))
    [found] = [row.manifest for row in rows if row.manifest["kind"] in ("SealedSecret", "ExternalSecret")]
    return dict(found)


class SealedSecrets:
    """Seals with a throwaway key in `folder`, and decrypts as the controller does."""

    def __init__(self, folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KUBESEAL", str(proofs_wanted.kubeseal()))
            self.kubeseal = Kubeseal.found()
        self.certificate, self.key = folder / "cert.pem", folder / "throwaway.key"
        self.certificate.write_bytes(pem())
        self.key.write_bytes(private_pem(rsa_key()))

    def made(self, case: Case, values: Mapping[str, str]) -> Made:
        metadata = {"name": case.credential.name, "namespace": SPACE}
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": values}
        encrypted = self.kubeseal.seal(secret, certificate=self.certificate) if values else {}
        sealed = manifest(case.environment(encrypted=encrypted))
        argv = [str(self.kubeseal.path), "--recovery-unseal", f"--recovery-private-key={self.key}"]
        done = run(argv, stdin=to_yaml(sealed))
        assert done.code == 0, done.err
        return made(json.loads(done.out))


@dataclass(frozen=True)
class Look:
    """What an ExternalSecret is when the controller looks, and what the store has by key."""

    manifest: Mapping[str, Any]
    values: Mapping[str, str]

    def request(self) -> dict[str, Any]:
        """With the defaults that the API server fills in."""
        held = {key: base64.b64encode(text.encode()).decode() for key, text in self.values.items()}
        return {"externalSecret": SCHEMAS.canonical(self.manifest), "fetched": {"ml/own": held}}


def external_secrets(look: Look, *, before: Look | None = None, **stores: list[str]) -> dict[str, Any]:
    """What webhook and controller answer; `stores` are names by kind, and a ClusterSecretStore `vault` by default."""
    program = proofs_wanted.TOOLS / "external-secrets"
    if not program.is_file():
        pytest.skip("External Secrets is not built in .tools: make tools")
    named = stores or {"clusterSecretStores": ["vault"]}
    objects = {kind: [_store(kind, name) for name in names] for kind, names in named.items()}
    request = {**look.request(), "before": before.request() if before else None, **objects}
    done = subprocess.run(  # noqa: S603  our own program
        [program], input=json.dumps(request) + "\n", capture_output=True, text=True, check=True, env={}, timeout=60
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _store(kind: str, name: str) -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": SPACE} if kind == "secretStores" else {})}
    return {"metadata": metadata, "spec": {"provider": {"fake": {"data": []}}}}
