"""A project with one model and one credential, all of it sealed: what the example deploys is no matter here."""

from datetime import UTC, date, datetime

from kserve_gitops.sealing import files
from kserve_gitops.sealing.files import Record
from kserve_gitops.tools import certificates
from tests.tools.certificates import pem
from tests.tools.fakes import ciphertext

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
FILE = "sealed/production/kserve/s3-access.yaml"
PEM = pem(begins=datetime(2020, 1, 1, tzinfo=UTC), ends=datetime(2120, 1, 1, tzinfo=UTC))
"""What it seals with: throwaway, as its key is."""
CERTIFICATE = "sealed/production/cert.pem"
PLATFORM = """\
repository:
  repoURL: https://github.com/acme/ml-platform.git
kserve:
  version: v0.16.0
gateway:
  gatewayClassName: traefik
storage:
  bucket: acme-ml-models
  region: ca-central-1
models:
  credential: s3-access
credentials:
  s3-access: {serviceAccountName: sa-s3-access, namespaces: [batch]}
parts: {}
environments:
  production:
    domain: ml.example.com
"""
STAGING = "  staging:\n    domain: staging.example.com\n"
MODEL = """\
name: iris
predictor:
  model:
    modelFormat: sklearn
    storageUri: s3://acme-ml-models/iris
"""


def ours():
    """The fingerprint of its certificate."""
    return certificates.read(PEM).fingerprint_sha256


def sealed(name, namespace, keys=KEYS, *, fingerprint=None, day=date(2026, 11, 23), known=True, **metadata):
    """A sealed file with these keys; unless `known`, without comments, as kubeseal writes it."""
    record = Record(day, fingerprint or ours())
    named = {"name": name, "namespace": namespace, **metadata}
    return files.written(named, dict.fromkeys(keys, ciphertext(8)), dict.fromkeys(keys, record) if known else {})


def small(project):
    """Turn the copy of the example into it."""
    for folder in ("models", "sealed"):
        project.remove(folder)
    project.write("platform.yaml", PLATFORM)
    project.write("models/iris.yaml", MODEL)
    project.write(CERTIFICATE, PEM)
    project.write(FILE, sealed("s3-access", "kserve"))
    project.write("sealed/production/batch/s3-access.yaml", sealed("s3-access", "batch", known=False))
    return project


def masked(text):
    """Without what is another one each time that the tests run."""
    return text.replace(ours(), "<fingerprint>").replace(ours()[:12], "<fingerprint>")
