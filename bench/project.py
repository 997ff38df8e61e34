"""The temporary repository that is measured: as many models as wanted, each with a route.

The inputs are made up here, so that a change of the repository's own example does not move the figures; its
app.py, charts/ and imports/ are the real ones.
"""

import base64
import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
NAMESPACE = "kserve"
SECRET = "s3-access"  # noqa: S105  the name of a Secret
ACCOUNT = "sa-s3-access"

_PLATFORM = f"""\
repository: {{repoURL: https://git.example.com/ml/platform.git}}
kserve: {{version: v0.16.0, deploymentMode: Standard}}
gateway: {{gatewayClassName: traefik}}
parts: {{traefik: {{version: 41.3.0}}}}
storage: {{bucket: acme-ml-models, region: ca-central-1, prefix: mlflow}}
credentials:
  {SECRET}: {{serviceAccountName: {ACCOUNT}}}
environments:
  production: {{domain: ml.example.com}}
"""
_CIPHERTEXT = base64.b64encode(b"\x00\x80" + bytes(144)).decode()
"""As short as a sealed value can be."""
_SEALED = f"""\
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {{name: {SECRET}, namespace: {NAMESPACE}}}
spec:
  encryptedData: {{AWS_ACCESS_KEY_ID: {_CIPHERTEXT}, AWS_SECRET_ACCESS_KEY: {_CIPHERTEXT}}}
"""
_MODEL = """\
name: {name}
predictor:
  minReplicas: 2
  maxReplicas: 5
  model:
    modelFormat: sklearn
    protocolVersion: v2
    runtime: kserve-sklearnserver
    storageUri: {uri}
route:
  hostname: {hostname}
"""


def name(number: int) -> str:
    """Of a model, counted from 0."""
    return f"model-{number:05}"


def uri(number: int) -> str:
    return f"s3://acme-ml-models/mlflow/1/models/m-{number:032x}/artifacts"


def hostname(number: int) -> str:
    return f"{name(number)}.ml.example.com"


def write(folder: Path, models: int) -> None:
    """Fill an empty folder with a repository of that many models."""
    (folder / "platform.yaml").write_text(_PLATFORM)
    sealed = folder / "sealed" / "production" / NAMESPACE / f"{SECRET}.yaml"
    sealed.parent.mkdir(parents=True)
    sealed.write_text(_SEALED)
    (folder / "models").mkdir()
    for number in range(models):
        text = _MODEL.format(name=name(number), uri=uri(number), hostname=hostname(number))
        (folder / "models" / f"{name(number)}.yaml").write_text(text)
    for file in ("app.py", "cdk8s.yaml"):
        shutil.copy(REPOSITORY / file, folder)
    shutil.copytree(REPOSITORY / "charts", folder / "charts")
    (folder / "imports").symlink_to(REPOSITORY / "imports", target_is_directory=True)
