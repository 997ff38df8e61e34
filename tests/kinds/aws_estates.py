"""Repositories whose storage is on AWS, in all the ways that platform.yaml can say: for tests of IAM and of buckets."""

from pathlib import Path

from kserve_gitops.inputs.environment import Environment
from kserve_gitops.inputs.load import load

ISSUER = "oidc.eks.ca-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
ROLE = "arn:aws:iam::111122223333:role/models/Reader"
KEY = "arn:aws:kms:ca-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
EKS = f"eks: {{clusterName: ml, oidcProvider: {ISSUER}}}\n"
STORAGE = "bucket: acme-ml-models, region: ca-central-1"

_ABROAD = """\
storage: {{bucket: acme-ml-models, region: {region}, kmsKeyArn: 'arn:{name}:kms:{region}:111122223333:key/mrk-1'}}
eks: {{clusterName: ml, oidcProvider: oidc.eks.{region}.{suffix}/id/AB}}
credentials:
  role: {{type: irsa, roleArn: 'arn:{name}:iam::111122223333:role/models'}}
  pods: {{type: pod-identity, roleArn: 'arn:{name}:iam::111122223333:role/notebooks', namespaces: [jobs]}}
models: {{credential: role}}
parts: {{mlflow: {{credential: pods}}}}
"""


def storage(more: str = "") -> str:
    """The block of that name."""
    return f"storage: {{{STORAGE}{more}}}\n"


ESTATES: dict[str, str] = {
    "keys": f"{storage()}credentials: {{s3-access: {{}}}}\nparts: {{mlflow: {{}}}}\n",
    "keys of two": f"""\
{storage()}credentials:
  reader: {{}}
  writer: {{}}
models: {{credential: reader}}
parts: {{mlflow: {{credential: writer}}}}
""",
    "a key of KMS": f"{storage(f', kmsKeyArn: {KEY!r}')}credentials: {{s3-access: {{}}}}\nparts: {{mlflow: {{}}}}\n",
    "IRSA": f"""\
{storage()}{EKS}credentials:
  role: {{type: irsa, roleArn: '{ROLE}', namespaces: [jobs, batch]}}
parts: {{mlflow: {{}}}}
""",
    "Pod Identity": f"""\
{storage()}{EKS}credentials:
  role: {{type: pod-identity, roleArn: '{ROLE}', namespaces: [jobs]}}
parts: {{mlflow: {{}}}}
""",
    "one role in two ways": f"""\
{storage()}{EKS}credentials:
  pods: {{type: pod-identity, roleArn: '{ROLE}', namespaces: [jobs], prefix: reports}}
  role: {{type: irsa, roleArn: '{ROLE}'}}
models: {{credential: role}}
parts: {{}}
""",
    "a role beside another credential": f"""\
{storage()}{EKS}credentials:
  hub: {{type: huggingface, also: [role], namespaces: [jobs]}}
  role: {{type: irsa, roleArn: '{ROLE}'}}
models: {{credential: hub}}
parts: {{}}
""",
    "buckets of their own": f"""\
{storage()}{EKS}credentials:
  below: {{bucket: acme-others, prefix: some/models}}
  whole: {{bucket: acme-others, region: us-east-1, namespaces: [jobs]}}
  writer: {{type: irsa, roleArn: '{ROLE}', bucket: acme-artifacts}}
models: {{credential: below}}
parts: {{mlflow: {{credential: writer}}}}
""",
    "a prefix of its own": f"""\
{storage(f", kmsKeyArn: {KEY!r}")}credentials:
  all: {{}}
  reports: {{prefix: reports, namespaces: [jobs]}}
models: {{credential: all}}
parts: {{}}
""",
    "a prefix with a star": f"{storage(', prefix: mod*ls')}credentials: {{s3-access: {{}}}}\nparts: {{mlflow: {{}}}}\n",
    "an endpoint of AWS": f"""\
{storage(", endpoint: 'https://bucket.vpce-1.s3.ca-central-1.vpce.amazonaws.com'")}credentials: {{s3-access: {{}}}}
parts: {{}}
""",
    "China": _ABROAD.format(region="cn-north-1", name="aws-cn", suffix="amazonaws.com.cn"),
    "GovCloud": _ABROAD.format(region="us-gov-west-1", name="aws-us-gov", suffix="amazonaws.com"),
    "a secret region": _ABROAD.format(region="us-iso-east-1", name="aws-iso", suffix="c2s.ic.gov"),
    "nobody": f"{storage()}parts: {{}}\n",
}
"""What each says beside the repository and the environment, by name."""

NOT_AWS: dict[str, str] = {
    "another store": f"""\
{storage(", endpoint: 'https://minio.example.com:9000'")}credentials:
  s3-access: {{}}
  role: {{type: irsa, roleArn: '{ROLE}', namespaces: [jobs]}}
models: {{credential: s3-access}}
parts: {{mlflow: {{credential: s3-access}}}}
""",
    "no region of AWS": """\
storage: {bucket: acme-ml-models, region: anywhere, endpoint: 'https://minio.example.com'}
parts: {}
""",
}
"""Stores that know nothing of IAM."""

_TOP = """\
repository: {repoURL: https://github.com/acme/ml-platform.git}
kserve: {}
gateway: {}
environments:
  production: {domain: ml.example.com}
"""
_MODEL = "name: iris\npredictor: {model: {modelFormat: sklearn, storageUri: 's3://acme-ml-models/mlflow/iris'}}\n"


def write(root: Path, said: str, provision: str = "none") -> None:
    """The files of an estate with one model; `provision` says what makes its storage."""
    said = said.replace("storage: {", f"storage: {{provision: {provision}, ", 1)
    (root / "models").mkdir(parents=True, exist_ok=True)
    (root / "platform.yaml").write_text(_TOP + said, "utf-8")
    (root / "models" / "iris.yaml").write_text(_MODEL, "utf-8")


def estate(root: Path, said: str, provision: str = "none") -> Environment:
    """The one environment of an estate, written to `root`. Its sealed files are missing, which IAM does not mind."""
    write(root, said, provision)
    inputs = load(root)
    assert {finding.code for finding in inputs.findings} <= {"KG025", "KG501"}, inputs.findings
    [environment] = inputs.environments
    return environment
