"""What KServe reads out of a Secret or a ServiceAccount before it downloads a model: data and pure functions.

Sources: kserve/kserve v0.16.0 and v0.20.0, pkg/credentials (service_account_credentials.go, s3, gcs, azure, https,
hdfs, hf), the same in both; python/storage/kserve_storage/kserve_storage.py, get_S3_config and _download_s3.
"""

from collections.abc import Collection

ROLE = "eks.amazonaws.com/role-arn"
"""On a ServiceAccount: a role of AWS that its pods take on."""
GOOGLE_ACCOUNT = "iam.gke.io/gcp-service-account"
AZURE_CLIENT = "azure.workload.identity/client-id"
AZURE_TENANT = "azure.workload.identity/tenant-id"
"""On a ServiceAccount: whom GKE and AKS take its pods for."""
AZURE_USE = "azure.workload.identity/use"
"""On a pod: the label without which AKS gives it nothing."""
S3 = "serving.kserve.io/s3-"
"""The start of the annotations that settle how S3 is spoken to."""
CA_CONFIG_MAP = f"{S3}cabundle-configmap"
CA_KEY = "cabundle.crt"
SECRET_NAMES = ("serving.kserve.io/secretName", "serving.kserve.io/storageSecretName")
"""The annotation that names a Secret, as the chart and as the kustomization of KServe configures it."""
PARAMETERS = (
    *("type", "bucket", "endpoint_url", "region", "access_key_id", "secret_access_key"),
    *("verify_ssl", "ca_bundle", "cabundle_configmap", "anonymous"),
)
"""What is read of a `storage` with S3: of its parameters, and of its entry in the Secret."""
S3_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
"""The keys of S3, and the variables that KServe makes of them; values of its chart rename the keys."""
S3_VARIABLES = (
    ("usehttps", "S3_USE_HTTPS", "useHttps"),
    ("endpoint", "S3_ENDPOINT", "endpoint"),
    ("verifyssl", "S3_VERIFY_SSL", "verifySSL"),
    ("useanoncredential", "awsAnonymousCredential", "useAnonymousCredential"),
    ("region", "AWS_DEFAULT_REGION", "region"),
    ("usevirtualbucket", "S3_USER_VIRTUAL_BUCKET", "useVirtualBucket"),
    ("useaccelerate", "S3_USE_ACCELERATE", "useAccelerate"),
    ("cabundle", "AWS_CA_BUNDLE", "CABundle"),
    ("cabundle-configmap", "AWS_CA_BUNDLE_CONFIGMAP", "CABundleConfigMap"),
)
"""The end of the annotation, the variable, which is the key of a Secret too, and the value of KServe's chart."""
S3_WITH_SCHEME = "v0.17.0"
"""From this release on an endpoint may have a scheme, which then decides on https."""
GOOGLE_FILE = "gcloud-application-credentials.json"
AZURE_KEYS = (
    *("AZURE_SUBSCRIPTION_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_STORAGE_ACCESS_KEY"),
    *("AZURE_ACCESS_TOKEN", "AZURE_ACCESS_EXPIRES_ON_SECONDS", "AZURE_ACCOUNT_NAME", "AZURE_SERVICE_URL"),
)
"""What KServe hands on of a Secret for Azure; the first four had names that begin with AZ_."""
HDFS_KEYS = ("HDFS_NAMENODE", "HDFS_ROOTPATH", "USER_PROXY", "TLS_SKIP_VERIFY", "N_THREADS")
"""What is read of a Secret for HDFS that is no secret."""
LOGGER_ACCOUNT = "logger-sa"
DOWNLOADED = ("s3://", "gs://", "hf://", "hdfs://", "webhdfs://", "https://", "http://", "abfs://")
"""Addresses for which KServe reads Secrets; not pvc:// and oci://, which are mounted."""

_KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("GCS", frozenset({GOOGLE_FILE})),
    ("Azure", frozenset({"AZ_CLIENT_ID", "AZURE_CLIENT_ID", "AZURE_ACCESS_TOKEN", "AZURE_STORAGE_ACCESS_KEY"})),
    ("HTTPS", frozenset({"https-host"})),
    ("HDFS", frozenset({"HDFS_NAMENODE"})),
    ("Hugging Face", frozenset({"HF_TOKEN"})),
)
"""The stores after S3, in the order in which KServe looks for their keys; the first one found counts."""

_OFF = ("0", "false")
_ON = ("1", "true")
_ONLY_TRUE = ("usevirtualbucket", "useaccelerate", "useanoncredential")


def stores(keys: Collection[str], secret_key: str) -> list[str]:
    """The stores that a Secret with these keys is for, the one first that counts; S3 is known by `secret_key`."""
    found = ["S3"] if secret_key in keys else []
    return found + [name for name, wanted in _KINDS if not wanted.isdisjoint(keys)]


def looked_for(secret_key: str) -> str:
    """The keys by which KServe knows a Secret."""
    return ", ".join([secret_key, *(key for _, keys in _KINDS for key in sorted(keys))])


def misread(name: str, value: str, *, schemes: bool) -> tuple[str, str] | None:
    """Why the value of an annotation `s3-<name>` does not mean what it says, and what to write; None where it does.

    `schemes` tells whether the release takes an endpoint with a scheme: see `S3_WITH_SCHEME`.
    """
    low = value.lower()
    if name == "endpoint":
        return _endpoint(value, schemes=schemes)
    if name == "usehttps" and low in ("false", "no", "off"):
        return f"'{value}' switches https on: only '0' means http", "write '0'"
    if name == "verifyssl" and value and low not in (*_OFF, *_ON):
        return f"'{value}' switches the check on, as everything but '0' and 'false' does", "write '0' or '1'"
    if name in _ONLY_TRUE and value and low not in ("true", "false"):
        return f"'{value}' switches nothing on: only 'true' does", "write 'true' or 'false'"
    return None


def _endpoint(value: str, *, schemes: bool) -> tuple[str, str] | None:
    scheme, found, host = value.partition("://")
    if found and not schemes:
        secure = "1" if scheme.lower() == "https" else "0"
        message = f"KServe puts a scheme before the endpoint, so that '{value}' becomes 'https://{value}'"
        return message, f"write '{host.rstrip('/')}', and {S3}usehttps: '{secure}'"
    if value != value.strip() or " " in value:
        return f"'{value}' has a space in it", "write host and port alone"
    return None
